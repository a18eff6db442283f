"""What every reader gives: a source of Arrow tables, with the records it could not read beside them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol, runtime_checkable

import pyarrow as pa

#: The column that says where in its file a row began.
LINE = "_line"

#: Raw text kept of a record that could not be read, in characters.
RECORD_LIMIT = 65_536


class Broken(NamedTuple):
    """A record that could not be read: where it began, why (a code), and what stood there."""

    line: int
    reason: str
    record: str


@dataclass(frozen=True, slots=True)
class Reading:
    """How the caller wants a file read; None means: find out."""

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    batch_rows: int = 50_000


@runtime_checkable
class Source(Protocol):
    """A file being read: rows as Arrow tables, a batch at a time, in bounded memory.

    `batches()` may be called again and starts over; `broken` belongs to the latest run and
    grows while it is read. Every table has the file's fields and `_line` (int64): the
    1-based physical line for text formats, the record's number otherwise.
    """

    format: str
    path: Path
    encoding: str | None
    details: dict[str, object]
    broken: list[Broken]

    def batches(self) -> Iterator[pa.Table]:
        """The rows; raises InputError when the file as a whole turns out unreadable."""
        ...


@dataclass(frozen=True, slots=True)
class Head:
    """The beginning of a file, unpacked when the file is gzip: what a format is recognised by."""

    path: Path
    start: bytes
    packed: bool

    @property
    def extensions(self) -> tuple[str, ...]:
        """The file's endings without `.gz`, nearest first, lower case, no dot: `a.xes.gz` gives `xes`."""
        endings = [ending.lower().lstrip(".") for ending in self.path.suffixes]
        return tuple(ending for ending in reversed(endings) if ending != "gz")[:1]


class Connector(Protocol):
    """A format in and out. Ours and third parties' are found by the entry points `vivencia.connectors`."""

    name: str
    extensions: tuple[str, ...]

    def recognises(self, head: Head) -> int:
        """How surely these bytes are this format: 0 no, 1 by its name only, 2 plausible, 3 sure."""
        ...

    def open(self, path: Path, reading: Reading) -> Source:
        """The file as a source; raises InputError when it cannot be one."""
        ...


def rebatch(tables: Iterator[pa.Table], rows: int, bytes_limit: int = 64 << 20) -> Iterator[pa.Table]:
    """Tables of one schema, cut and joined into batches of about `rows` rows or `bytes_limit` bytes."""
    kept: list[pa.Table] = []
    for table in tables:
        kept.append(table)
        if sum(part.num_rows for part in kept) < rows and sum(part.nbytes for part in kept) < bytes_limit:
            continue
        whole = pa.concat_tables(kept, promote_options="default")
        full = whole.num_rows - whole.num_rows % rows or whole.num_rows
        for start in range(0, full, rows):
            yield whole.slice(start, min(rows, full - start)).combine_chunks()
        kept = [whole.slice(full)] if full < whole.num_rows else []
    if kept:
        yield pa.concat_tables(kept, promote_options="default").combine_chunks()
