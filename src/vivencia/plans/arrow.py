"""What the columns of declared tables are in Arrow."""

from collections.abc import Mapping
from functools import cache

import pyarrow as pa

from vivencia.words.tables import ColumnType, TableShape

#: The Arrow type of each type of column; times are microseconds in UTC.
TYPES: Mapping[ColumnType, pa.DataType] = {
    "text": pa.string(),
    "int": pa.int64(),
    "float": pa.float64(),
    "bool": pa.bool_(),
    "time": pa.timestamp("us", "UTC"),
    "numbers": pa.map_(pa.string(), pa.float64()),
    "texts": pa.map_(pa.string(), pa.string()),
    "list_text": pa.list_(pa.string()),
    "list_float": pa.list_(pa.float64()),
}


@cache
def schema_of(shape: TableShape) -> pa.Schema:
    """The Arrow schema of a declared table; any column may hold null."""
    return pa.schema([(column.name, TYPES[column.type]) for column in shape.columns])


@cache
def strict_schema_of(shape: TableShape) -> pa.Schema:
    """The same, with no null in a required column."""
    return pa.schema(
        [pa.field(column.name, TYPES[column.type], nullable=not column.required) for column in shape.columns]
    )
