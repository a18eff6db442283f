"""An engine with somewhere to keep what it gives: the DuckDB file of a generation in the making."""

import os
from collections.abc import Callable, Mapping
from importlib import import_module
from tempfile import TemporaryDirectory
from typing import Any

from vivencia.engines.embedded import EmbeddedEngine
from vivencia.house.settings import Settings
from vivencia.plans import Engine, Plan, Ran, Step
from vivencia.plans.plan import shapes_of, written_by
from vivencia.words.errors import EngineMissing
from vivencia.words.tables import TableShape


class Runner:
    """Runs plans on the engine of the settings; results stand in the DuckDB file `database`.

    `carried` names tables that stand in other files already, to be read only.

    On the embedded engine the file is where they are computed. On Spark they are computed
    there, and what a plan gives is then written to the file, so that reports read the
    same place either way.
    """

    def __init__(self, settings: Settings, database: str | None, carried: Mapping[str, str]) -> None:
        self._threads = settings.threads or os.cpu_count() or 1
        self._kept = EmbeddedEngine(
            database,
            carried=carried,
            threads=settings.threads or None,
            memory_limit=settings.memory,
        )
        self._spark: Any = None
        self._folder = TemporaryDirectory(prefix="vivencia-spark-") if settings.engine == "spark" else None
        if self._folder is not None:
            self._spark = _spark(self._folder.name, settings.spark_master)
            for name in carried:
                self._spark.give(name, self._kept.table(name))

    @property
    def engine(self) -> Engine:
        """The engine that plans run on."""
        chosen: Engine = self._spark or self._kept
        return chosen

    @property
    def at_once(self) -> int:
        """How many plans may run beside each other: two, since a kernel leaves cores to spare."""
        return 1 if self._spark is not None or self._threads == 1 else 2

    def run(self, plan: Plan, *, watch: Callable[[Ran], None] | None = None) -> None:
        """Run a plan; each table it gives can be read and is kept."""
        self.engine.run(plan, watch=watch)
        if self._spark is not None:
            for name, shape in _shapes(plan).items():
                self._keep(name, shape)

    def give_before(self, shape: TableShape, table: str, file: str | None, more: Any = None) -> None:
        """Make what an earlier generation's `table` held readable under the name of the shape, or nothing.

        `more` are rows of the same shape that came after it.
        """
        if file is None:
            self.engine.give_files(shape.name, (), shape)
            return
        self._kept.give_from(shape.name, file, table, more)
        if self._spark is not None:
            self._spark.give(shape.name, self._kept.table(shape.name))

    def _keep(self, name: str, shape: TableShape | None) -> None:
        """Copy a table from Spark to the file, in its order."""
        self._kept.give(f"spark_{name}", self._spark.table(name))
        order = shape.order if shape else ()
        copy = Step(
            name, f'SELECT * FROM "spark_{name}"', reads=(f"spark_{name}",), order=order, writes=shape
        )
        self._kept.run(Plan(f"keep_{name}", (copy,), gives=(name,)))

    def rows(self, name: str) -> int:
        """How many rows a kept table has."""
        return self._kept.rows(name)

    def file(self, name: str) -> str | None:
        """The file of its own that a kept table has; None where it is in the database."""
        return self._kept.file(name)

    def close(self) -> None:
        """Give everything back; the draft's file is whole then."""
        if self._spark is not None:
            self._spark.close()
        self._kept.close()
        if self._folder is not None:
            self._folder.cleanup()

    def __enter__(self) -> "Runner":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _shapes(plan: Plan) -> dict[str, TableShape | None]:
    """Each table a plan gives with its shape, where its node declares one."""
    found: dict[str, TableShape | None] = {}
    for node in plan.nodes:
        by_name = {shape.name: shape for shape in shapes_of(node)}
        found |= {name: by_name.get(name) for name in written_by(node) if name in plan.gives}
    return found


def _spark(folder: str, master: str) -> Engine:
    try:
        # By name, so that pyspark is loaded only where somebody asks for it.
        spark = import_module("vivencia.engines.spark")
    except ImportError as missing:
        raise EngineMissing("spark", hint="pip install 'vivencia[spark]', and Java 17 or newer") from missing
    engine: Engine = spark.SparkEngine(folder, master=master)
    return engine
