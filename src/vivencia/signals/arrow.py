"""Arrow forms of the declared tables: one schema a shape, and tables laid out to fit it."""

from functools import cache

import pyarrow as pa

from vivencia.words.tables import TableShape

#: Arrow type of each column type of `vivencia.words.tables`.
TYPES: dict[str, pa.DataType] = {
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
def arrow_schema(shape: TableShape) -> pa.Schema:
    """The Arrow schema of a declared table."""
    return pa.schema([pa.field(column.name, TYPES[column.type]) for column in shape.columns])


def empty(shape: TableShape) -> pa.Table:
    """A table of that shape without rows."""
    return arrow_schema(shape).empty_table()


def table_of(shape: TableShape, rows: list[dict[str, object]]) -> pa.Table:
    """A small table of that shape from rows; columns a row lacks are null."""
    return pa.Table.from_pylist(rows, schema=arrow_schema(shape))


def laid_out(table: pa.Table, shape: TableShape) -> pa.Table:
    """The columns of the shape, in its order and types; missing ones are null, others are dropped."""
    schema = arrow_schema(shape)
    arrays = [
        table.column(field.name).cast(field.type)
        if field.name in table.column_names
        else pa.nulls(table.num_rows, field.type)
        for field in schema
    ]
    return pa.Table.from_arrays(arrays, schema=schema)
