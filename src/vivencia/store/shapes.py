"""The shapes the store keeps, as Arrow, and the check of what is handed in."""

from typing import Any

import pyarrow as pa

from vivencia.plans.arrow import TYPES, schema_of
from vivencia.words.errors import InputError
from vivencia.words.shapes.signals import FAULTS, LINKS, SIGNALS
from vivencia.words.tables import TableShape

SIGNAL_SCHEMA = schema_of(SIGNALS)
FAULT_SCHEMA = schema_of(FAULTS)
LINK_SCHEMA = schema_of(LINKS)
FAULT_STATE_SCHEMA = pa.schema(
    [("fault", pa.string()), ("state", pa.string()), ("at", TYPES["time"]), ("turn", pa.int64())]
)


def fitted(table: Any, shape: TableShape) -> pa.Table:
    """A table in the shape's order and types; optional columns that are absent are null.

    Raises InputError when a column is unknown, has another type, or holds null where
    one is required.
    """
    if strangers := [name for name in table.column_names if name not in shape.names]:
        raise InputError(f"{shape.name} has no columns {strangers}")
    columns = []
    for column in shape.columns:
        wanted = TYPES[column.type]
        present = column.name in table.column_names
        values = table.column(column.name) if present else pa.nulls(table.num_rows, wanted)
        if column.required and values.null_count:
            raise InputError(f"{shape.name}.{column.name} is required and holds null")
        columns.append(
            values if values.type == wanted else _cast(values, wanted, f"{shape.name}.{column.name}")
        )
    return pa.Table.from_arrays(columns, schema=schema_of(shape))


def _cast(values: Any, wanted: pa.DataType, who: str) -> Any:
    zoneless = pa.types.is_timestamp(values.type) and values.type.tz is None
    if zoneless or (pa.types.is_string(wanted) and not _is_text(values.type)):
        raise InputError(f"{who} is {values.type}, not {wanted}")
    try:
        return values.cast(wanted)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise InputError(f"{who} is {values.type}, not {wanted}: {error}") from error


def _is_text(found: pa.DataType) -> bool:
    if pa.types.is_dictionary(found):
        return _is_text(found.value_type)
    texts = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view, pa.types.is_null)
    return any(is_one(found) for is_one in texts)
