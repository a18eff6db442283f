"""A fold over a table small enough to be held whole, written row by row."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from vivencia.plans import Fold
from vivencia.plans.arrow import schema_of
from vivencia.words.tables import TableShape

Row = dict[str, Any]
Rows = Callable[[list[Row], Mapping[str, list[Row]]], Iterable[Row]]


def small_fold(
    shape: TableShape,
    rows: Rows,
    *,
    reads: str,
    columns: tuple[str, ...],
    order: tuple[str, ...],
    beside: tuple[str, ...] = (),
) -> Fold:
    """The fold that gathers `reads` and writes what `rows(gathered, beside)` gives, in the shape's order."""
    return Fold(shape.name, _start, _add, _merge, Finish(rows, shape), reads, columns, shape, beside, order)


def _start(_side: Mapping[str, Any]) -> tuple[Any, ...]:
    return ()


def _add(state: tuple[Any, ...], table: Any, _side: Mapping[str, Any]) -> tuple[Any, ...]:
    return (*state, table) if table.num_rows else state


def _merge(one: tuple[Any, ...], other: tuple[Any, ...]) -> tuple[Any, ...]:
    return one + other


@dataclass(frozen=True, slots=True)
class Finish:
    """Turns the gathered rows and those beside them into the table of one shape."""

    rows: Rows
    shape: TableShape

    def __repr__(self) -> str:
        return f"Finish({self.rows.__module__}.{self.rows.__qualname__}, {self.shape.name})"

    def __call__(self, state: tuple[Any, ...], side: Mapping[str, Any]) -> Any:
        """The table, in its order."""
        gathered = [row for table in state for row in table.to_pylist()]
        beside = {name: table.to_pylist() for name, table in side.items()}
        return table_of(self.shape, self.rows(gathered, beside))


def table_of(shape: TableShape, rows: Iterable[Row]) -> Any:
    """Rows as a table of the declared columns and types, in the declared order."""
    kept = sorted(rows, key=lambda row: tuple(row[name] for name in shape.order))
    return pa.Table.from_pylist(kept, schema=schema_of(shape))
