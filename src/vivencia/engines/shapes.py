"""Shapes as Arrow: which type a column has, and whether a table is what its shape says."""

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from vivencia.plans import Fold
from vivencia.plans.arrow import TYPES
from vivencia.words.errors import EngineError
from vivencia.words.tables import TableShape

#: A text by its number in a dictionary, as the parts of a long table hold it until they are written.
CODED = pa.dictionary(pa.int32(), pa.string())


def is_coded(values: pa.ChunkedArray) -> bool:
    """Whether a column holds texts by number, and none of the texts is null."""
    return bool(values.type == CODED and not any(chunk.dictionary.null_count for chunk in values.chunks))


def plain_type(found: pa.DataType) -> pa.DataType:
    """The one type we keep for a family: all integers are int64, all fractions float64, times UTC µs."""
    simple: list[tuple[Any, pa.DataType]] = [
        (pa.types.is_integer, pa.int64()),
        (pa.types.is_floating, pa.float64()),
        (pa.types.is_decimal, pa.float64()),
        (pa.types.is_large_string, pa.string()),
        (pa.types.is_string_view, pa.string()),
        (pa.types.is_timestamp, pa.timestamp("us", "UTC")),
    ]
    for belongs, kept in simple:
        if belongs(found):
            return kept
    if pa.types.is_dictionary(found):
        return plain_type(found.value_type)
    if pa.types.is_map(found):
        return pa.map_(plain_type(found.key_type), plain_type(found.item_type))
    if pa.types.is_list(found) or pa.types.is_large_list(found):
        return pa.list_(plain_type(found.value_type))
    return found


def plain(table: pa.Table) -> pa.Table:
    """A table with every column in its plain type.

    Raises EngineError for a time without a zone: guessing one would move it silently.
    """
    fields = []
    for field in table.schema:
        if pa.types.is_timestamp(field.type) and field.type.tz is None:
            raise EngineError(f"column {field.name} is a time without a zone", hint="give it in UTC")
        fields.append(pa.field(field.name, plain_type(field.type)))
    return table.cast(pa.schema(fields))


def decoded(array: pa.Array) -> pa.Array:
    """The same values with no text by number, in a map neither."""
    if pa.types.is_dictionary(array.type):
        return array.dictionary_decode()
    if not pa.types.is_map(array.type) or array.type == plain_type(array.type):
        return array
    offsets = array.offsets
    if array.null_count:
        gone = pa.concat_arrays([array.is_null(), pa.array([False])])
        offsets = pc.if_else(gone, pa.scalar(None, pa.int32()), offsets)
    return pa.MapArray.from_arrays(offsets, decoded(array.keys), decoded(array.items))


def plainly(table: pa.Table) -> pa.Table:
    """The same rows with no text by number."""
    return pa.table([decoded(flat(column)) for column in table.columns], names=table.column_names)


def fitted(table: Any, shape: TableShape, node: str, *, coded: bool = False) -> pa.Table:
    """What a kernel returned, in the shape's order and types; with `coded`, dictionaries of texts stay such.

    Raises EngineError naming the node when the columns are not the shape's, when a type
    can't be the shape's without loss, or when a required column holds null.
    """
    if isinstance(table, pa.RecordBatch):
        table = pa.Table.from_batches([table])
    if not isinstance(table, pa.Table):
        raise EngineError(f"{node} returned {type(table).__name__} for {shape.name}, not an Arrow table")
    missing = [name for name in shape.names if name not in table.column_names]
    strangers = [name for name in table.column_names if name not in shape.names]
    if missing or strangers:
        raise EngineError(f"{node} wrote {shape.name} without {missing} and with unknown {strangers}")
    columns = []
    for column in shape.columns:
        values = table.column(column.name)
        if not (coded and _stays(values, TYPES[column.type])):
            values = retyped(values, TYPES[column.type], f"{node} wrote {shape.name}.{column.name}")
        if column.required and values.null_count:
            raise EngineError(f"{node} wrote null into {shape.name}.{column.name}, which is required")
        columns.append(values)
    return pa.Table.from_arrays(columns, names=list(shape.names))


def _stays(values: pa.ChunkedArray, wanted: pa.DataType) -> bool:
    """Whether a column may have its texts by number."""
    return is_coded(values) or bool(pa.types.is_map(values.type) and plain_type(values.type) == wanted)


def finished(node: Fold, given: Any) -> list[tuple[TableShape, pa.Table]]:
    """Each table a fold finished with, fitted to its shape; raises EngineError as `fitted` does."""
    tables = given if node.also else (given,)
    if len(tables) != len(node.shapes):
        raise EngineError(f"fold {node.name} gave {len(tables)} tables, not {len(node.shapes)}")
    return [
        (shape, fitted(table, shape, f"fold {node.name}"))
        for shape, table in zip(node.shapes, tables, strict=True)
    ]


def retyped(values: pa.ChunkedArray, wanted: pa.DataType, who: str) -> pa.ChunkedArray:
    """A column in the type it is kept in; raises EngineError where that would lose something."""
    if values.type == wanted:
        return values
    if not (
        pa.types.is_null(values.type) or plain_type(values.type) == wanted or _widens(values.type, wanted)
    ):
        raise EngineError(f"{who} as {values.type}, not {wanted}")
    try:
        return values.cast(wanted)
    except pa.ArrowInvalid as error:
        raise EngineError(f"{who} as {values.type}, which does not fit {wanted}: {error}") from error


def _widens(found: pa.DataType, wanted: pa.DataType) -> bool:
    return bool(pa.types.is_integer(found) and pa.types.is_floating(wanted))


def in_order(table: pa.Table, order: tuple[str, ...]) -> bool:
    """Whether the rows stand in ascending order of these columns (nulls last).

    Cheap on sorted data: each column after the first is compared only where all
    columns before it are tied.
    """
    if table.num_rows < 2 or not order:
        return True
    rows: Any = None
    for name in order:
        column = flat(table.column(name))
        if column.null_count:
            return _in_order_slowly(table, order)
        before = column.slice(0, len(column) - 1) if rows is None else column.take(rows)
        after = column.slice(1) if rows is None else column.take(pc.add(rows, 1))
        tied = _tied(before, after)
        if tied is None:
            return False
        rows = tied if rows is None else rows.take(tied)
        if len(rows) == 0:
            return True
    return True


def _tied(before: pa.Array, after: pa.Array) -> pa.Array | None:
    """The places where both are equal; None where one after is less than the one before.

    Texts by number are looked at only where their numbers differ.
    """
    if pa.types.is_dictionary(before.type):
        same = pc.equal(after.indices, before.indices)
        other = pc.indices_nonzero(pc.invert(same))
        if pc.all(pc.greater(_told(after.take(other)), _told(before.take(other))), min_count=0).as_py():
            return pc.indices_nonzero(same).cast(pa.int64())
        before, after = _told(before), _told(after)
    if pc.any(pc.less(after, before)).as_py():
        return None
    return pc.indices_nonzero(pc.equal(after, before)).cast(pa.int64())


def _told(column: Any) -> Any:
    """Texts by number as texts."""
    return column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column


def _in_order_slowly(table: pa.Table, order: tuple[str, ...]) -> bool:
    table = plain(table.select(order))
    keys = [(name, "ascending", "at_end") for name in order]
    try:
        sorted_rows = pc.sort_indices(table.select(order), sort_keys=keys)
    except TypeError:  # before pyarrow 24 the null placement is one for all keys
        sorted_rows = pc.sort_indices(
            table.select(order), sort_keys=[key[:2] for key in keys], null_placement="at_end"
        )
    apart = pc.subtract(
        sorted_rows.slice(1).cast(pa.int64()), sorted_rows.slice(0, table.num_rows - 1).cast(pa.int64())
    )
    return bool(pc.all(pc.equal(apart, 1)).as_py())


def flat(column: pa.ChunkedArray) -> pa.Array:
    """The column as one array."""
    joined = column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
    return joined.chunk(0) if isinstance(joined, pa.ChunkedArray) else joined


def _texts(table: pa.Table) -> pa.Table:
    """The rows with their texts as texts: two dictionaries are long to join for two rows."""
    return pa.table([_told(column) for column in table.columns], names=table.column_names)


class Sink:
    """Checks the parts of one output table, and whether they are in order end to end."""

    def __init__(self, shape: TableShape) -> None:
        self.shape = shape
        self.sorted = True
        self._last: pa.Table | None = None

    def take(self, part: Any, node: str) -> pa.Table:
        """The part in the shape's types; raises EngineError as `fitted` does."""
        table = fitted(part, self.shape, f"map {node}", coded=True)
        if self.shape.order and self.sorted and table.num_rows:
            keys = table.select(list(self.shape.order))
            first = _texts(keys.slice(0, 1))
            seam = first if self._last is None else pa.concat_tables([self._last, first])
            self.sorted = in_order(seam, self.shape.order) and in_order(keys, self.shape.order)
            self._last = _texts(keys.slice(table.num_rows - 1))
        return table
