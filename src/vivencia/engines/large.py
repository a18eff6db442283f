"""Tables that grow while they are written: short ones stay in memory, long ones become a Parquet file.

DuckDB tries every compression on every column it keeps, which for the long tables costs
more than the analyses themselves. Arrow writes the same rows to Parquet several times
faster, to a file of the same size that any engine reads.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from vivencia.engines.shapes import CODED

#: From so many rows on a table is kept as a Parquet file.
LARGE_ROWS = 100_000
#: Texts with no more different values than this, in the first rows, are kept by number; so are those
#: that stand in four rows each.
_FEW, _OFTEN, LOOKED_AT = 1_000, 4, 20_000
_ORDER, _CODED = b"vivencia.order", b"vivencia.coded"


class Growing:
    """Takes a table part by part; `finish` gives the file it has become, or None.

    `insert(part, first)` takes the parts of a short table. With no `path` every part is
    inserted as it comes. Writing goes on in a thread of its own while the next part is made.
    Where parts have texts by number already, `coded` names them, and they are written so.
    """

    def __init__(
        self,
        schema: pa.Schema,
        insert: Callable[[pa.Table, bool], None],
        path: Path | None,
        order: tuple[str, ...] = (),
        large: int = LARGE_ROWS,
        coded: tuple[str, ...] | None = None,
    ) -> None:
        self._schema, self._order, self._coded = schema, order, coded
        self._insert, self._path, self._large = insert, path, large
        self._held: list[pa.Table] = []
        self._rows, self._inserted, self._whole = 0, False, False
        self._writer: Any = None
        self._written = schema
        self._thread: ThreadPoolExecutor | None = None
        self._last: Future[None] | None = None

    def put(self, part: pa.Table) -> None:
        """Take the next rows."""
        if self._path is None:
            self._insert(part.cast(self._schema), not self._inserted)
            self._inserted = True
            return
        self._held.append(part)
        self._rows += part.num_rows
        if self._rows > self._large:
            self._spill()

    def _spill(self) -> None:
        if self._writer is None:
            names = self._coded if self._coded is not None else few(self._held, self._schema)
            self._written = (
                pa.schema(
                    [field.with_type(CODED) if field.name in names else field for field in self._schema]
                )
                if self._coded is None
                else self._held[0].schema
            )
            # Least and greatest values help to find rows by the first of the order only; of every
            # column they cost a fifth of the writing.
            self._writer = pq.ParquetWriter(
                str(self._path),
                self._written,
                compression=_compression(self._written),
                use_dictionary=[*names, *_map_keys(self._schema)],
                write_statistics=list(self._order[:2]) or False,
                store_schema=False,  # so that whoever reads it finds texts, however they were handed over
            )
            self._writer.add_key_value_metadata(
                {_ORDER: ", ".join(self._order).encode(), _CODED: ", ".join(names).encode()}
            )
            self._thread = ThreadPoolExecutor(max_workers=1)
        for part in self._held:
            self._wait()
            self._last = self._thread.submit(self._write, part)  # type: ignore[union-attr]
        self._held = []

    def _write(self, part: pa.Table) -> None:
        self._writer.write_table(_as_written(part, self._written))

    def _wait(self) -> None:
        if self._last is not None:
            self._last.result()

    def finish(self) -> Path | None:
        """The file, whole; None where the rows were inserted."""
        if self._writer is not None:
            self._wait()
            self._whole = True
            self.close()
            return self._path
        if self._path is not None or not self._inserted:
            held = [part.cast(self._schema) for part in self._held]
            self._insert(pa.concat_tables(held) if held else self._schema.empty_table(), not self._inserted)
        return None

    def close(self) -> None:
        """Give back the thread and the file; a file that is not whole goes."""
        if self._thread is not None:
            self._thread.shutdown(wait=True)
        if self._writer is not None and self._writer.is_open:
            self._writer.close()
            if not self._whole and self._path is not None:
                self._path.unlink()


def few(parts: list[pa.Table], schema: pa.Schema) -> tuple[str, ...]:
    """The text columns with few different values."""
    looked = pa.concat_tables([part.slice(0, LOOKED_AT).cast(schema) for part in parts]).slice(0, LOOKED_AT)
    most = max(_FEW, looked.num_rows // _OFTEN)
    return tuple(
        field.name
        for field in schema
        if pa.types.is_string(field.type) and pc.count_distinct(looked.column(field.name)).as_py() <= most
    )


def _map_keys(schema: pa.Schema) -> list[str]:
    return [f"{field.name}.key_value.key" for field in schema if pa.types.is_map(field.type)]


def _compression(schema: pa.Schema) -> dict[str, str]:
    """Of each column: measured numbers and times hardly become smaller, and trying costs more time."""
    return {
        path: "none" if pa.types.is_floating(found) or pa.types.is_timestamp(found) else "snappy"
        for field in schema
        for path, found in _leaves(field.name, field.type)
    }


def _leaves(name: str, found: pa.DataType) -> list[tuple[str, pa.DataType]]:
    """Where Parquet keeps the values of a column, and their types."""
    if pa.types.is_map(found):
        return [(f"{name}.key_value.key", found.key_type), (f"{name}.key_value.value", found.item_type)]
    if pa.types.is_list(found):
        return [(f"{name}.list.element", found.value_type)]
    return [(name, found)]


def _as_written(part: pa.Table, schema: pa.Schema) -> pa.Table:
    """The same rows, texts by number where they are written so: numbers need no look-up again."""
    columns = [
        column if column.type == field.type else _recoded(column, field.type)
        for column, field in zip(part.columns, schema, strict=True)
    ]
    return pa.Table.from_arrays(columns, schema=schema)


def _recoded(column: pa.ChunkedArray, wanted: pa.DataType) -> pa.ChunkedArray:
    return column.dictionary_encode() if wanted == CODED else column.cast(wanted)


def order_of(file: str) -> tuple[str, ...]:
    """The columns whose order the rows of a file stand in."""
    return _said(file, _ORDER)


def _said(file: str, about: bytes) -> tuple[str, ...]:
    said = (pq.read_metadata(file).metadata or {}).get(about, b"").decode()
    return tuple(said.split(", ")) if said else ()


def coded_batches(
    file: str, columns: tuple[str, ...], rows: int
) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
    """Columns of a file of ours in the order of its rows; texts with few values as dictionaries."""
    coded = [name for name in _said(file, _CODED) if name in columns]
    opened = pq.ParquetFile(file, read_dictionary=coded)
    schema = pa.schema([opened.schema_arrow.field(name) for name in columns])

    def batches() -> Iterator[pa.RecordBatch]:
        # Part by part as it was written: rows of two parts together would need their dictionaries joined.
        for part in range(opened.num_row_groups):
            table = opened.read_row_group(part, columns=list(columns)).select(list(columns))
            yield from table.to_batches(max_chunksize=rows)

    return schema, batches()
