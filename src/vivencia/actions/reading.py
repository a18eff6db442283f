"""Small whole tables into Python rows and back into declared tables; a fold that only gathers."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from vivencia.plans import Fold
from vivencia.plans.arrow import strict_schema_of
from vivencia.words.tables import TableShape

Row = dict[str, Any]
Side = Mapping[str, Any]


def start(side: Side) -> tuple[pa.Table, ...]:  # noqa: ARG001 (the form of a fold)
    """No rows yet."""
    return ()


def add(state: tuple[pa.Table, ...], table: pa.Table, side: Side) -> tuple[pa.Table, ...]:  # noqa: ARG001
    """The rows so far, and these."""
    return (*state, table) if table.num_rows else state


def merge(one: tuple[pa.Table, ...], other: tuple[pa.Table, ...]) -> tuple[pa.Table, ...]:
    """Both."""
    return one + other


@dataclass(frozen=True, slots=True)
class Finish:
    """Turns the gathered rows, and the rows beside them, into the table of one shape."""

    rows: Callable[[list[Row], Mapping[str, list[Row]], Mapping[str, Any]], Iterable[Row]]
    shape: TableShape
    settings: tuple[tuple[str, Any], ...]

    def __call__(self, state: tuple[pa.Table, ...], side: Side) -> pa.Table:
        """The table, in its order."""
        gathered = [row for table in state for row in table.to_pylist()]
        beside = {name: table.to_pylist() for name, table in side.items()}
        return to_table(self.rows(gathered, beside, dict(self.settings)), self.shape)


def small_fold(
    shape: TableShape,
    rows: Callable[[list[Row], Mapping[str, list[Row]], Mapping[str, Any]], Iterable[Row]],
    *,
    reads: str,
    columns: tuple[str, ...],
    order: tuple[str, ...],
    beside: tuple[str, ...] = (),
    **settings: Any,
) -> Fold:
    """A fold over a table small enough to be held whole; `rows(gathered, beside, settings)` writes it."""
    finish = Finish(rows, shape, tuple(sorted(settings.items())))
    return Fold(shape.name, start, add, merge, finish, reads, columns, shape, beside, order)


def to_table(rows: Iterable[Row], shape: TableShape) -> pa.Table:
    """Rows as a table of the declared columns and types, sorted as declared."""
    kept = sorted(
        rows, key=lambda row: tuple(str(row[name]) if name != "rank" else row[name] for name in shape.order)
    )
    schema = strict_schema_of(shape)
    columns = [pa.array([row.get(field.name) for row in kept], field.type) for field in schema]
    return pa.Table.from_arrays(columns, schema=schema)
