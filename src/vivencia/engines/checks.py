"""What every engine asks of a plan before it runs, and how it names what it calls."""

from collections.abc import Collection, Sequence
from typing import Any

from vivencia.engines.types import quoted
from vivencia.plans import Fold, Lookup, Map, Plan
from vivencia.plans.plan import written_by
from vivencia.words.errors import EngineError, PlanError


def check_plan(plan: Plan, known: Collection[str]) -> None:
    """Raises PlanError when an input is missing, or `gives` names what no node writes."""
    made = {name for node in plan.nodes for name in written_by(node)}
    if unmade := [name for name in plan.gives if name not in made]:
        raise PlanError(f"{plan.name} gives {unmade}, which none of its nodes writes")
    if missing := [name for name in plan.inputs if name not in known]:
        raise PlanError(f"{plan.name} reads {missing}, which nobody gave", hint="run the room before it")
    for node in plan.nodes:
        if isinstance(node, Fold) and node.name != node.writes.name:
            raise PlanError(f"fold {node.name} writes the shape {node.writes.name}; one name for both")
        if isinstance(node, Fold) and not node.order:
            raise PlanError(f"{node.name} has no order; its first column says where customers end")
        if isinstance(node, Map) and node.order and node.lookups:
            raise PlanError(f"{node.name} looks up tables, which only a map over rows may")


def doubled_keys(found: Lookup) -> str:
    """The query whose one row is a key that two rows of the table looked up have; no row where none is."""
    keys, table = ", ".join(map(quoted, found.by)), quoted(found.table)
    told = " AND ".join(f"{quoted(key)} IS NOT NULL" for key in found.by)
    return (
        f"SELECT {keys} FROM {table} WHERE {told} GROUP BY {keys} HAVING COUNT(*) > 1 ORDER BY {keys} LIMIT 1"
    )


def check_lookup(plan: Plan, node: Map, found: Lookup, doubled: Sequence[Sequence[Any]]) -> None:
    """Raises EngineError when `doubled_keys` gave a row: joined to it, a row of the map would come twice."""
    if doubled:
        raise EngineError(
            f"{plan.name}.{node.name} looks up {found.table} by {', '.join(found.by)}, "
            f"and two of its rows have {', '.join(map(repr, doubled[0]))}",
            hint=f"the analysis that writes {found.table} must give one row for each",
        )


def called(function: Any) -> str:
    """The name of a kernel: of the function, or of the class of a callable."""
    named = function if hasattr(function, "__qualname__") else type(function)
    return f"{named.__module__}.{named.__qualname__}"
