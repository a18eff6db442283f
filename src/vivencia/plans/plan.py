"""A plan says an analysis once; an engine runs it.

A plan is an ordered tuple of nodes:

* `Step`: writes the table named after it; one SELECT in DuckDB's dialect, transpiled for others.
* `Map`: writes one or several tables; a function over Arrow tables of whole customers, in order, or of rows.
* `Fold`: writes the table named after it; `start → add → merge → finish` over whole customers.

The law of folds, held by property tests: any split by customer, added apart and
merged in any order, equals the whole.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from vivencia.words.tables import TableShape

#: Values that may be bound to the `$name` parameters of a step.
Value = str | int | float | bool | None | tuple[str, ...] | tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One SELECT. `scope` is "customer" when it looks at no other customer's rows.

    `order` sorts the table it writes, so later maps and folds read it without sorting.
    `reads` names the tables it reads: earlier nodes, or inputs of the plan.
    """

    name: str
    sql: str
    reads: tuple[str, ...]
    scope: Literal["customer", "whole"] = "whole"
    order: tuple[str, ...] = ()
    writes: TableShape | None = None


@dataclass(frozen=True, slots=True)
class Lookup:
    """Columns of another table, found for each row by the texts `by`, that both have under these names.

    As a left join gives them: null where nothing is found. No two rows of `table` have the same `by`: an
    engine raises EngineError where two do, before the kernel is called.
    """

    table: str
    by: tuple[str, ...]
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Map:
    """A kernel over whole customers: `function(table, side) -> tables`.

    It gives one table for each shape in `writes`, as a tuple in that order; the tables
    are named after the shapes. `table` is a `pyarrow.Table` of the columns `columns`
    of `reads`, whole customers in `order`; `side` maps each name in `beside` to its small whole table. The
    function must be picklable (a module-level function or a frozen dataclass with
    `__call__`), since distributed engines send it to their workers.

    With an empty `order` it is a kernel over rows: `table` is any part of `reads`, each row in one
    part, and behind its columns stand those of the `lookups`, tables of any length.

    A function that is `coded` takes text columns as dictionaries too, as an engine may have them;
    over rows it takes the keys and texts of maps so too, and may give them back so.
    """

    name: str
    function: Callable[[Any, Mapping[str, Any]], tuple[Any, ...]]
    reads: str
    columns: tuple[str, ...]
    writes: tuple[TableShape, ...]
    beside: tuple[str, ...] = ()
    order: tuple[str, ...] = ("customer", "at", "source", "id")
    coded: bool = False
    lookups: tuple[Lookup, ...] = ()


@dataclass(frozen=True, slots=True)
class Fold:
    """A mergeable summary over whole customers.

    `start(side)` gives the empty state; `add(state, table, side)` a new state;
    `merge(a, b)` one state; `finish(state, side)` the `pyarrow.Table` written.
    States are picklable. The functions are module-level or frozen callables; `coded` as in a map.

    Where one gathering serves several tables, `also` are the shapes of the further ones, and
    `finish` gives a tuple: the table of `writes`, then theirs.
    """

    name: str
    start: Callable[[Mapping[str, Any]], Any]
    add: Callable[[Any, Any, Mapping[str, Any]], Any]
    merge: Callable[[Any, Any], Any]
    finish: Callable[[Any, Mapping[str, Any]], Any]
    reads: str
    columns: tuple[str, ...]
    writes: TableShape
    beside: tuple[str, ...] = ()
    order: tuple[str, ...] = ("customer", "at", "source", "id")
    coded: bool = False
    also: tuple[TableShape, ...] = ()

    @property
    def shapes(self) -> tuple[TableShape, ...]:
        """The shapes of all tables it writes."""
        return (self.writes, *self.also)


Node = Step | Map | Fold


@dataclass(frozen=True, slots=True)
class Plan:
    """An analysis: nodes in order, the tables it gives, and the values its SQL binds."""

    name: str
    nodes: tuple[Node, ...]
    gives: tuple[str, ...]
    values: Mapping[str, Value] = field(default_factory=dict)

    @property
    def inputs(self) -> tuple[str, ...]:
        """Tables read that no earlier node of this plan writes."""
        made: set[str] = set()
        wanted: dict[str, None] = {}
        for node in self.nodes:
            for name in reads_of(node):
                if name not in made:
                    wanted[name] = None
            made.update(written_by(node))
        return tuple(wanted)


def reads_of(node: Node) -> tuple[str, ...]:
    """Every table a node reads, the large one first."""
    if isinstance(node, Step):
        return node.reads
    found = tuple(lookup.table for lookup in node.lookups) if isinstance(node, Map) else ()
    return (node.reads, *node.beside, *found)


def written_by(node: Node) -> tuple[str, ...]:
    """Names of the tables a node writes."""
    return (node.name,) if isinstance(node, Step) else tuple(shape.name for shape in shapes_of(node))


def shapes_of(node: Node) -> tuple[TableShape, ...]:
    """The declared shapes of the tables a node writes; none for a step that declares none."""
    if isinstance(node, Fold):
        return node.shapes
    if isinstance(node, Map):
        return node.writes
    return () if node.writes is None else (node.writes,)


@dataclass(frozen=True, slots=True)
class Ran:
    """What `explain` shows of one node: the text that ran, rows written, seconds taken."""

    node: str
    kind: Literal["step", "map", "fold"]
    text: str
    rows: int
    seconds: float


class Engine(Protocol):
    """What an engine must answer. Tables are named; small ones travel as Arrow."""

    name: str

    def give(self, name: str, table: Any) -> None:
        """Make an Arrow table readable under a name (replacing what had it)."""

    def give_files(self, name: str, files: tuple[str, ...], shape: TableShape) -> None:
        """Make Parquet files, together, readable under a name; no files is an empty table."""

    def run(self, plan: Plan, *, watch: Callable[[Ran], None] | None = None) -> None:
        """Run every node; afterwards each name in `plan.gives` can be read."""

    def table(self, name: str, columns: tuple[str, ...] = ()) -> Any:
        """A whole table as `pyarrow.Table`, in the order its node declared."""

    def batches(self, name: str, columns: tuple[str, ...] = ()) -> Iterator[Any]:
        """The same, streamed as record batches."""

    def rows(self, name: str) -> int:
        """How many rows a table has."""

    def close(self) -> None:
        """Give back memory, files and processes."""
