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

#: From so many rows on a table is kept as a Parquet file.
LARGE_ROWS = 100_000
#: Texts with no more different values than this, in the first rows, are kept by number.
_FEW, _LOOKED_AT = 1_000, 20_000
_ORDER, _CODED = b"vivencia.order", b"vivencia.coded"


class Growing:
    """Takes a table part by part; `finish` gives the file it has become, or None.

    `insert(part, first)` takes the parts of a short table. With no `path` every part is
    inserted as it comes. Writing goes on in a thread of its own while the next part is made.
    """

    def __init__(
        self,
        schema: pa.Schema,
        insert: Callable[[pa.Table, bool], None],
        path: Path | None,
        order: tuple[str, ...] = (),
        large: int = LARGE_ROWS,
    ) -> None:
        self._schema, self._order = schema, ", ".join(order).encode()
        self._insert, self._path, self._large = insert, path, large
        self._held: list[pa.Table] = []
        self._rows, self._inserted, self._whole = 0, False, False
        self._writer: Any = None
        self._thread: ThreadPoolExecutor | None = None
        self._last: Future[None] | None = None

    def put(self, part: pa.Table) -> None:
        """Take the next rows."""
        if self._path is None:
            self._insert(part, not self._inserted)
            self._inserted = True
            return
        self._held.append(part)
        self._rows += part.num_rows
        if self._rows > self._large:
            self._spill()

    def _spill(self) -> None:
        if self._writer is None:
            few = _few(pa.concat_tables(self._held))
            said = {_ORDER: self._order, _CODED: ", ".join(name for name in few if "." not in name).encode()}
            self._schema = self._schema.with_metadata(said)
            # Least and greatest values help to find rows by the order only; of every column they cost
            # a fifth of the writing.
            by = self._order.decode().split(", ") if self._order else False
            self._writer = pq.ParquetWriter(
                str(self._path), self._schema, compression="snappy", use_dictionary=few, write_statistics=by
            )
            self._thread = ThreadPoolExecutor(max_workers=1)
        for part in self._held:
            self._wait()
            self._last = self._thread.submit(self._write, part)  # type: ignore[union-attr]
        self._held = []

    def _write(self, part: pa.Table) -> None:
        self._writer.write_table(part.replace_schema_metadata(self._schema.metadata))

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
            self._insert(
                pa.concat_tables(self._held) if self._held else self._schema.empty_table(), not self._inserted
            )
        return None

    def close(self) -> None:
        """Give back the thread and the file; a file that is not whole goes."""
        if self._thread is not None:
            self._thread.shutdown(wait=True)
        if self._writer is not None and self._writer.is_open:
            self._writer.close()
            if not self._whole and self._path is not None:
                self._path.unlink()


def _few(table: pa.Table) -> list[str]:
    """Paths of the text columns with few different values."""
    found = []
    for field in table.schema:
        if pa.types.is_map(field.type):
            found.append(f"{field.name}.key_value.key")
        elif pa.types.is_string(field.type):
            looked = table.column(field.name).slice(0, _LOOKED_AT)
            if pc.count_distinct(looked).as_py() <= _FEW:
                found.append(field.name)
    return found


def order_of(file: str) -> tuple[str, ...]:
    """The columns whose order the rows of a file stand in."""
    return _said(file, _ORDER)


def _said(file: str, about: bytes) -> tuple[str, ...]:
    said = (pq.read_schema(file).metadata or {}).get(about, b"").decode()
    return tuple(said.split(", ")) if said else ()


def coded_batches(
    file: str, columns: tuple[str, ...], rows: int
) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
    """Columns of a file of ours in the order of its rows; texts with few values as dictionaries."""
    few = [name for name in _said(file, _CODED) if name in columns]
    opened = pq.ParquetFile(file, read_dictionary=few)
    schema = pa.schema([opened.schema_arrow.field(name) for name in columns])
    batches = opened.iter_batches(rows, columns=list(columns))
    return schema, (batch.select(list(columns)) for batch in batches)
