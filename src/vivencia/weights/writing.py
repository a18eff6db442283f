"""Columns of numbers into a declared table."""

from collections.abc import Mapping
from math import isfinite
from typing import Any

import pyarrow as pa

from vivencia.plans.arrow import TYPES, strict_schema_of
from vivencia.words.tables import TableShape


def written(columns: Mapping[str, Any], shape: TableShape) -> pa.Table:
    """The columns in the declared order and types; a number that is not finite is absent."""
    arrays = []
    for column in shape.columns:
        values = columns[column.name]
        if column.type == "float":
            values = [float(value) if value is not None and isfinite(value) else None for value in values]
        arrays.append(pa.array(values, TYPES[column.type]))
    return pa.Table.from_arrays(arrays, schema=strict_schema_of(shape))


def around(name: str, value: Any, half: Any) -> dict[str, Any]:
    """An estimate's three columns."""
    return {name: value, f"{name}_low": value - half, f"{name}_high": value + half}
