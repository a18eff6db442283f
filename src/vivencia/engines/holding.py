"""Rows that come in any order, held until all are there, then given in the order of their shape.

Texts are held by number in as few bytes as their number takes, so sorting moves small integers;
Arrow writes them to Parquet by number too, without looking at a text again.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vivencia.engines.growing import Column, Texts, column_for
from vivencia.engines.large import LOOKED_AT, few
from vivencia.engines.shapes import decoded, flat, plainly
from vivencia.plans.arrow import schema_of
from vivencia.words.tables import TableShape

#: A text column is written by number where each of its texts stands in so many rows on average.
_REPEATS = 4
_SMALL = 1_000


class Held:
    """The rows of a table, as they came; `expected` is how many they may well become."""

    def __init__(self, shape: TableShape, expected: int = 0) -> None:
        self._shape, self._expected = shape, expected
        self._columns: dict[str, Column] = {}
        self.rows = 0

    @property
    def size(self) -> int:
        """The bytes it takes."""
        return sum(column.size for column in self._columns.values())

    def put(self, part: pa.Table) -> None:
        """Take the next rows."""
        if not self._columns:
            texts = {column.name for column in self._shape.columns if column.type == "text"}
            looked = plainly(part.slice(0, LOOKED_AT))
            coded = {*few([looked], looked.schema), *self._shape.order[:1]} & texts
            self._columns = {
                name: column_for(flat(part.column(name)), self._expected, coded=name in coded)
                for name in self._shape.names
            }
        for name, column in self._columns.items():
            column.put(flat(part.column(name)))
        self.rows += part.num_rows

    def whole(self) -> None:
        """No more rows come."""
        for column in self._columns.values():
            column.whole()

    def coded(self) -> tuple[str, ...]:
        """The text columns that are given by number: where texts come again often."""
        found = [(name, column) for name, column in self._columns.items() if isinstance(column, Texts)]
        return tuple(name for name, one in found if len(one.values) <= max(_SMALL, self.rows // _REPEATS))

    def in_order(self, rows: int, *, plain: bool = False) -> Iterator[pa.Table]:
        """The rows in order, about `rows` at once; no value of the first column is in two parts."""
        # Compiled functions take long to load, and most commands sort nothing.
        from vivencia.engines.permuting import borders, counted, refined

        first, *further = (self._columns[name] for name in self._shape.order)
        ranks, values = _ranks(first, self.rows)
        order = counted(ranks, values)
        ranks = ranks[order]
        for start, end in _cuts(borders(ranks), self.rows, rows):
            some = refined(order[start:end], ranks[start:end], [column.ranks for column in further])
            yield self._at(some, plain=plain)

    def as_came(self, rows: int) -> Iterator[pa.Table]:
        """The rows as they came, about `rows` at once, no text by number."""
        for start in range(0, self.rows, rows):
            yield self._at(np.arange(start, min(start + rows, self.rows)), plain=True)

    def _at(self, rows: NDArray[np.int64], *, plain: bool) -> pa.Table:
        coded = () if plain else self.coded()
        columns = []
        for name in self._shape.names:
            held = self._columns[name]
            taken = held.at(rows)
            columns.append(
                decoded(taken) if plain or (isinstance(held, Texts) and name not in coded) else taken
            )
        if plain:
            return pa.Table.from_arrays(columns, schema=schema_of(self._shape))
        return pa.Table.from_arrays(columns, names=self._shape.names)


def _ranks(column: Column, rows: int) -> tuple[NDArray[Any], int]:
    """Ranks without holes, and how many there may be."""
    if isinstance(column, Texts):
        return column.ranks(slice(None)).astype(np.int32, copy=False), len(column.values) + 1
    found, ranks = np.unique(column.ranks(np.arange(rows)), return_inverse=True)
    return ranks.astype(np.int32), len(found)


def _cuts(borders: NDArray[np.int64], rows: int, part: int) -> Iterator[tuple[int, int]]:
    ends, start = np.append(borders, rows), 0
    while start < rows:
        fits = int(np.searchsorted(ends, start + part, side="right")) - 1
        if fits < 0 or ends[fits] <= start:  # one value is longer than a part
            fits += 1
        yield start, int(ends[fits])
        start = int(ends[fits])
