"""What every writer does: take a table or batches, write beside the file, and put it in place when whole."""

import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

Tables: TypeAlias = "pa.Table | Iterable[pa.Table]"


def as_tables(tables: Tables) -> Iterator[pa.Table]:
    """One table or many, as many."""
    if isinstance(tables, pa.Table):
        yield tables
    else:
        yield from tables


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A file beside `path` to write to; it takes its place at the end, or goes when something fails."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield beside
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def iso(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Timestamps as ISO 8601 text, with Z where they have a zone (they are UTC)."""
    return pc.replace_substring(pc.cast(column, pa.string()), " ", "T", max_replacements=1)


def plain_value(value: object) -> object:
    """A value as JSON has them: times as ISO text, maps as objects, no number that JSON lacks."""
    if isinstance(value, datetime):
        text = (value.astimezone(UTC) if value.tzinfo else value).isoformat()
        return text.replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and not (float("-inf") < value < float("inf")):
        return None
    if isinstance(value, dict):
        return {str(key): plain_value(one) for key, one in value.items()}
    if isinstance(value, list):
        if value and all(isinstance(one, tuple) and len(one) == 2 for one in value):
            return {str(key): plain_value(one) for key, one in value}
        return [plain_value(one) for one in value]
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)


def flattened(table: pa.Table, times: Callable[[pa.ChunkedArray], pa.ChunkedArray] = iso) -> pa.Table:
    """The table with every column a text, a number or a truth value: times as ISO, the rest as JSON."""
    columns = {}
    for name in table.column_names:
        column = table[name]
        kind = column.type
        if pa.types.is_timestamp(kind):
            column = times(column)
        elif pa.types.is_dictionary(kind):
            column = pc.cast(column, kind.value_type)
        elif pa.types.is_nested(kind):
            column = pa.chunked_array([_as_json(column)], pa.string())
        elif not (is_text(kind) or pa.types.is_primitive(kind) or pa.types.is_null(kind)):
            column = pc.cast(column, pa.string())
        columns[name] = column
    return pa.table(columns)


def is_text(kind: pa.DataType) -> bool:
    """Whether a column of this type holds text."""
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _as_json(column: pa.ChunkedArray) -> list[str | None]:
    empty_map = pa.types.is_map(column.type)
    return [
        None
        if value is None
        else json.dumps(plain_value(value) if value else ({} if empty_map else []), ensure_ascii=False)
        for value in column.to_pylist()
    ]
