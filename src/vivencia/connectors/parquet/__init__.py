"""Parquet in and out: streamed by row groups, types kept."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from vivencia.connectors.arrays import integers
from vivencia.connectors.source import LINE, Broken, Head, Reading, Source
from vivencia.words.errors import InputError

MAGIC = b"PAR1"


class Parquet:
    """Apache Parquet."""

    name = "parquet"
    extensions = ("parquet", "pq")

    def recognises(self, head: Head) -> int:
        """By its magic bytes."""
        return 3 if head.start.startswith(MAGIC) and not head.packed else 0

    def open(self, path: Path, reading: Reading) -> Source:
        """The file as a source; raises InputError when its footer is damaged."""
        return ParquetSource(path, reading)


class ParquetSource:
    """A Parquet file being read; `_line` numbers its rows from 1."""

    format = "parquet"
    encoding: str | None = None

    def __init__(self, path: Path, reading: Reading) -> None:
        self.path = path
        self.broken: list[Broken] = []
        self._reading = reading
        try:
            with pq.ParquetFile(path) as file:
                self.columns = [name for name in file.schema_arrow.names if name != LINE]
                rows = file.metadata.num_rows
        except (pa.ArrowInvalid, OSError) as error:
            raise InputError(f"{path.name} is a damaged Parquet file: {error}") from error
        self.details: dict[str, object] = {"columns": self.columns, "rows": rows}

    def batches(self) -> Iterator[pa.Table]:
        """The rows, types kept."""
        self.broken = []
        done = 0
        with pq.ParquetFile(self.path) as file:
            try:
                for batch in file.iter_batches(self._reading.batch_rows, columns=self.columns):
                    yield self._numbered(pa.Table.from_batches([batch]), done)
                    done += batch.num_rows
            except (pa.ArrowInvalid, OSError) as error:
                self.broken.append(Broken(done + 1, "truncated", str(error)))
            if not done:
                yield self._numbered(file.schema_arrow.empty_table().select(self.columns), 0)

    def _numbered(self, table: pa.Table, done: int) -> pa.Table:
        return table.append_column(LINE, integers(np.arange(done + 1, done + 1 + table.num_rows)))
