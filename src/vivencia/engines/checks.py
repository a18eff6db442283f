"""What every engine asks of a plan before it runs, and how it names what it calls."""

from collections.abc import Collection
from typing import Any

from vivencia.plans import Fold, Map, Plan
from vivencia.plans.plan import written_by
from vivencia.words.errors import PlanError


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


def called(function: Any) -> str:
    """The name of a kernel: of the function, or of the class of a callable."""
    named = function if hasattr(function, "__qualname__") else type(function)
    return f"{named.__module__}.{named.__qualname__}"
