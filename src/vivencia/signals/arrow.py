"""Arrow forms of the declared tables: one schema a shape, and tables laid out to fit it."""

import pyarrow as pa

from vivencia.plans.arrow import schema_of
from vivencia.words.tables import TableShape


def empty(shape: TableShape) -> pa.Table:
    """A table of that shape without rows."""
    return schema_of(shape).empty_table()


def table_of(shape: TableShape, rows: list[dict[str, object]]) -> pa.Table:
    """A small table of that shape from rows; columns a row lacks are null."""
    return pa.Table.from_pylist(rows, schema=schema_of(shape))


def laid_out(table: pa.Table, shape: TableShape) -> pa.Table:
    """The columns of the shape, in its order and types; missing ones are null, others are dropped."""
    schema = schema_of(shape)
    arrays = [
        table.column(field.name).cast(field.type)
        if field.name in table.column_names
        else pa.nulls(table.num_rows, field.type)
        for field in schema
    ]
    return pa.Table.from_arrays(arrays, schema=schema)
