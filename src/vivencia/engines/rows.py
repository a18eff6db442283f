"""Maps over rows on DuckDB: how it is told what to look up, and files read past it where they can be."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from vivencia.engines.chunks import ahead
from vivencia.engines.segments import Beside, parts
from vivencia.engines.types import quoted, text_of
from vivencia.plans import Map
from vivencia.words.tables import TableShape


class Batches(Protocol):
    """Record batches of one schema."""

    schema: pa.Schema

    def __iter__(self) -> Iterator[pa.RecordBatch]: ...


def read_files(files: Iterable[str]) -> str:
    """Parquet files, together, as SQL reads them."""
    return f"read_parquet([{', '.join(text_of(str(file)) for file in files)}], union_by_name = true)"


def looked_up(node: Map) -> list[str]:
    """The columns looked up, as `joins` names their tables."""
    return [
        f"l{number}.{quoted(name)}" for number, found in enumerate(node.lookups) for name in found.columns
    ]


def joins(node: Map) -> str:
    """The lookups as left joins to the rows `r`."""
    return "".join(
        f"\nLEFT JOIN {quoted(found.table)} AS l{number} ON "
        + " AND ".join(f"l{number}.{quoted(key)} = r.{quoted(key)}" for key in found.by)
        for number, found in enumerate(node.lookups)
    )


def places_of(node: Map, source: str) -> str:
    """What is looked up, only for rows where something is found, behind their file and their row in it."""
    hit = " OR ".join(
        f"l{number}.{quoted(found.by[0])} IS NOT NULL" for number, found in enumerate(node.lookups)
    )
    columns = ", ".join(["r.file_index", "r.file_row_number", *looked_up(node)])
    return f"SELECT {columns}\nFROM {source} AS r{joins(node)}\nWHERE {hit}\nORDER BY 1, 2"


@dataclass(frozen=True)
class Segments:
    """Parquet files that are one table, and which columns any of them has."""

    files: Sequence[str]
    shape: TableShape
    columns: frozenset[str]

    @property
    def source(self) -> str:
        """All of them as SQL reads them."""
        return read_files(self.files)

    @property
    def rows(self) -> int:
        """How many rows they have together."""
        return sum(pq.read_metadata(file).num_rows for file in self.files)

    def have(self, node: Map) -> bool:
        """Whether what the map's lookups go by is there."""
        return all(key in self.columns for found in node.lookups for key in found.by)

    def parts(self, node: Map, found: Batches | None) -> Iterator[pa.Table]:
        """The rows as they stand with what was found for them, that `places_of` told; read ahead."""
        return ahead(self._parts(node, found))

    def _parts(self, node: Map, found: Batches | None) -> Iterator[pa.Table]:
        own = parts(self.files, self.shape, node.columns)
        if found is None:
            yield from own
            return
        rows = [pq.read_metadata(file).num_rows for file in self.files]
        beside = Beside(found, found.schema, list(accumulate(rows, initial=0))[:-1])
        for part in own:
            names = [*part.column_names, *found.schema.names[2:]]
            yield pa.table([*part.columns, *beside.next(part.num_rows)], names=names)
