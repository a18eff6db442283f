"""What a query of DuckDB gives, as record batches."""

from collections.abc import Iterator, Mapping
from typing import Any

import duckdb
import pyarrow as pa

from vivencia.engines.chunks import CHUNK_ROWS


class Stream:
    """Record batches of one query, in UTC; closes its cursor when it is read to the end."""

    def __init__(
        self, cursor: duckdb.DuckDBPyConnection, text: str, bound: Mapping[str, Any] | None = None
    ) -> None:
        self._cursor = cursor
        self._reader = cursor.sql(text, params=dict(bound) if bound else None).to_arrow_reader(CHUNK_ROWS)
        self.schema: pa.Schema = self._reader.schema

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        try:
            yield from self._reader
        finally:
            self._cursor.close()
