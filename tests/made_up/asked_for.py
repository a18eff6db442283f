"""An engine that runs of a plan only the nodes behind the tables a test asks for.

Every node costs a job or more on Spark, and a test of one table needs few of them.
"""

from typing import Any

from vivencia.plans import Plan
from vivencia.plans.plan import reads_of, written_by


class AskedFor:
    """Answers as the engine does; what `run` is given is put off until a table of it is read."""

    def __init__(self, engine: Any) -> None:
        self._engine = engine
        self._plans: list[Plan] = []
        self._made: set[str] = set()

    def give(self, name: str, table: Any) -> None:
        self._engine.give(name, table)

    def run(self, plan: Plan) -> None:
        self._plans.append(plan)

    def table(self, name: str, columns: tuple[str, ...] = ()) -> Any:
        self._make(name)
        return self._engine.table(name, columns)

    def _make(self, name: str) -> None:
        plan = next((one for one in self._plans if name in one.gives), None)
        if plan is None or name in self._made:
            return
        wanted, needed = {name}, []
        for node in reversed(plan.nodes):
            if wanted & set(written_by(node)):
                needed.insert(0, node)
                wanted |= set(reads_of(node))
        fresh = tuple(node for node in needed if not self._made >= set(written_by(node)))
        # What is made on the way is kept for the next that is asked for.
        gives = tuple(table for node in fresh for table in written_by(node))
        part = Plan(plan.name, fresh, gives, plan.values)
        for read in part.inputs:
            self._make(read)
        self._engine.run(part)
        self._made |= set(gives)
