"""Columns of numbers into a declared table."""

from collections.abc import Mapping
from math import isfinite
from typing import Any

import pyarrow as pa

from vivencia.words.tables import TableShape

_TYPES = {"text": pa.string(), "int": pa.int64(), "float": pa.float64(), "bool": pa.bool_()}


def written(columns: Mapping[str, Any], shape: TableShape) -> pa.Table:
    """The columns in the declared order and types; a number that is not finite is absent."""
    arrays, fields = [], []
    for column in shape.columns:
        values = columns[column.name]
        if column.type == "float":
            values = [float(value) if value is not None and isfinite(value) else None for value in values]
        arrays.append(pa.array(values, _TYPES[column.type]))
        fields.append(pa.field(column.name, _TYPES[column.type], nullable=not column.required))
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields))


def around(name: str, value: Any, half: Any) -> dict[str, Any]:
    """An estimate's three columns."""
    return {name: value, f"{name}_low": value - half, f"{name}_high": value + half}
