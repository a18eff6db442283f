"""The distributed engine: Apache Spark. Same plans, same kernels, tables as Parquet in a folder.

Steps are transpiled (`vivencia.engines.dialect`); maps and folds run in Spark's Python
workers on partitions of whole customers (`vivencia.engines.spark_kernels`).
"""

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from time import perf_counter
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from vivencia.engines.checks import called, check_lookup, check_plan, doubled_keys
from vivencia.engines.dialect import spark_sql
from vivencia.engines.shapes import finished, plain
from vivencia.engines.spark_kernels import PARCELS, STATES, RunFold, RunMap, Unpack, merged
from vivencia.plans import Fold, Map, Plan, Ran, Step
from vivencia.plans.arrow import schema_of
from vivencia.plans.plan import Node, Value, reads_of, written_by
from vivencia.words.errors import EngineError, EngineMissing, PlanError
from vivencia.words.tables import ColumnType, TableShape

SPARK_TYPES: dict[ColumnType, str] = {
    "text": "STRING",
    "int": "BIGINT",
    "float": "DOUBLE",
    "bool": "BOOLEAN",
    "time": "TIMESTAMP",
    "numbers": "MAP<STRING, DOUBLE>",
    "texts": "MAP<STRING, STRING>",
    "list_text": "ARRAY<STRING>",
    "list_float": "ARRAY<DOUBLE>",
}
_WHOLE_NUMBERS = ("tinyint", "smallint", "int", "bigint")


def start_session(master: str = "local[2]") -> Any:
    """A Spark session set as our plans need it: UTC, exact times, the same Python in the workers.

    Raises EngineMissing when pyspark is not installed.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise EngineMissing("Spark", hint="pip install 'vivencia[spark]', and Java 17 or newer") from error
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    # Workers import the kernels by name, so they must find what this process finds.
    os.environ["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    settings = {
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "65536",
        "spark.sql.shuffle.partitions": "2" if master == "local[2]" else "200",
        "spark.sql.caseSensitive": "true",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    if master.startswith("local"):
        settings |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    builder = SparkSession.builder.master(master).appName("vivencia")
    for key, value in settings.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    return session


class SparkEngine:
    """Runs plans on Spark. `directory` is a folder that driver and workers share.

    A session that ran before, handed in or not, is left running at the end; one made here is stopped.
    """

    name = "spark"

    def __init__(self, directory: str, *, master: str = "local[2]", session: Any = None) -> None:
        self._folder = Path(directory)
        self._folder.mkdir(parents=True, exist_ok=True)
        self._own_session = session is None and not _running()
        self._spark = session if session is not None else start_session(master)
        self._folders: dict[str, Path | None] = {}
        self._orders: dict[str, tuple[str, ...]] = {}
        self._written = 0

    # Giving tables -------------------------------------------------------------------------

    def give(self, name: str, table: Any) -> None:
        """Make an Arrow table readable under a name (replacing what had it)."""
        from pyspark.sql.pandas.types import from_arrow_schema

        folder = self._new_folder(name)
        folder.mkdir()
        given = plain(table)
        pq.write_table(given, folder / "given.parquet")
        self._settle(name, folder, (), from_arrow_schema(given.schema))

    def give_files(self, name: str, files: tuple[str, ...], shape: TableShape) -> None:
        """Make Parquet files, together, readable under a name; no files is an empty table."""
        if not files:
            self.give(name, schema_of(shape).empty_table())
            return
        frame = self._spark.read.option("mergeSchema", "true").parquet(*files)
        found = set(frame.columns)
        columns = [
            f"CAST({_ticked(column.name) if column.name in found else 'NULL'}"
            f" AS {SPARK_TYPES[column.type]}) AS {_ticked(column.name)}"
            for column in shape.columns
        ]
        self._forget(name)
        frame.selectExpr(*columns).createOrReplaceTempView(name)
        self._folders[name] = None

    # Running -------------------------------------------------------------------------------

    def run(self, plan: Plan, *, watch: Callable[[Ran], None] | None = None) -> None:
        """Run every node; afterwards each name in `plan.gives` can be read.

        Raises PlanError when the plan is not valid, EngineError when a node fails.
        """
        check_plan(plan, self._folders)
        last_read = {name: at for at, node in enumerate(plan.nodes) for name in reads_of(node)}
        made = [name for node in plan.nodes for name in written_by(node) if name not in plan.gives]
        written: set[str] = set()
        try:
            for at, node in enumerate(plan.nodes):
                started = perf_counter()
                kind, text = self._run_node(plan, node)
                written.update(written_by(node))
                if watch is not None:
                    rows = sum(self.rows(name) for name in written_by(node))
                    watch(Ran(node.name, kind, text, rows, perf_counter() - started))
                for name in made:
                    if name in written and last_read.get(name, -1) <= at:
                        self._forget(name)
        finally:
            for name in made:
                if name in written:
                    self._forget(name)

    def _run_node(self, plan: Plan, node: Node) -> tuple[Any, str]:
        from pyspark.errors import PySparkException

        try:
            if isinstance(node, Step):
                return "step", self._run_step(node, plan.values)
            if isinstance(node, Map):
                for found in node.lookups:
                    doubled = self._spark.sql(spark_sql(doubled_keys(found), {})).collect()
                    check_lookup(plan, node, found, doubled)
                return "map", self._run_map(node)
            return "fold", self._run_fold(node)
        except PySparkException as error:
            raise EngineError(f"{plan.name}.{node.name}: {error}") from error

    def _run_step(self, step: Step, values: Mapping[str, Value]) -> str:
        text = spark_sql(step.sql, values)
        who = f"step {step.name}"
        try:
            frame = self._spark.sql(text)
            kinds = dict(frame.dtypes)
        except Exception as error:
            raise EngineError(f"{who}: {error}\n{text}") from error
        order = step.order or (step.writes.order if step.writes else ())
        if strangers := [name for name in order if name not in kinds]:
            raise PlanError(f"{who} is ordered by {strangers}, which it does not write")
        self._write(step.name, frame.selectExpr(*_kept(kinds, frame.columns, step.writes, who)), order)
        self._check_required(step.name, step.writes, who)
        return text

    def _write(self, name: str, frame: Any, order: tuple[str, ...]) -> None:
        folder = self._new_folder(name)
        frame.write.parquet(str(folder))
        self._settle(name, folder, order, frame.schema)

    def _check_required(self, name: str, shape: TableShape | None, who: str) -> None:
        wanted = [column.name for column in shape.columns if column.required] if shape else []
        folder = self._folders[name]
        holes = [
            column for column in wanted if ds.dataset(folder).count_rows(filter=pc.field(column).is_null())
        ]
        if holes:
            raise EngineError(f"{who} wrote null into {holes}, which are required")

    def _customers(self, node: Map | Fold) -> Any:
        """The node's large table, whole customers to a partition, each in order."""
        from pyspark.sql.functions import col

        columns = dict.fromkeys((*node.order, *node.columns))
        frame = self._spark.table(node.reads).select(*columns)
        order = [col(name).asc_nulls_last() for name in node.order]
        return frame.repartition(col(node.order[0])).sortWithinPartitions(*order)

    def _rows(self, node: Map) -> Any:
        """The node's large table with what it looks up, in any order."""
        frame = self._spark.table(node.reads).select(*dict.fromkeys(node.columns))
        for found in node.lookups:
            wanted = self._spark.table(found.table).select(*found.by, *found.columns)
            frame = frame.join(wanted, on=list(found.by), how="left")
        return frame.select(*node.columns, *(name for found in node.lookups for name in found.columns))

    def _run_map(self, node: Map) -> str:
        side = {name: self.table(name) for name in node.beside}
        parcels = self._new_folder(node.name)
        rows = self._customers(node) if node.order else self._rows(node)
        rows.mapInArrow(RunMap(node, side), PARCELS).write.parquet(str(parcels))
        for which, shape in enumerate(node.writes):
            mine = (
                self._spark.read.schema(PARCELS)
                .parquet(str(parcels))
                .where(f"which = {which}")
                .select("parcel")
            )
            self._write(shape.name, mine.mapInArrow(Unpack(schema_of(shape)), _ddl(shape)), shape.order)
        shutil.rmtree(parcels)
        return _said(node.function, node)

    def _run_fold(self, node: Fold) -> str:
        side = {name: self.table(name) for name in node.beside}
        states = self._customers(node).mapInArrow(RunFold(node, side), STATES).collect()
        whole = merged(node, side, (bytes(row[0]) for row in states))
        for shape, table in finished(node, node.finish(whole, side)):
            self.give(shape.name, table)
            self._orders[shape.name] = shape.order
        return _said(node.add, node)

    # Reading -------------------------------------------------------------------------------

    def table(self, name: str, columns: tuple[str, ...] = ()) -> pa.Table:
        """A whole table as `pyarrow.Table`, in the order its node declared."""
        order = self._orders.get(name, ()) if name in self._folders else ()
        table = plain(self._read(name))
        if order:
            keys = [(column, "ascending") for column in order]
            table = table.take(pc.sort_indices(table.select(list(order)), sort_keys=keys))
        return table.select(list(columns)) if columns else table

    def _read(self, name: str) -> pa.Table:
        self._known(name)
        folder = self._folders[name]
        return self._spark.table(name).toArrow() if folder is None else ds.dataset(folder).to_table()

    def batches(self, name: str, columns: tuple[str, ...] = ()) -> Iterator[pa.RecordBatch]:
        """The same, as record batches."""
        yield from self.table(name, columns).to_batches()

    def rows(self, name: str) -> int:
        """How many rows a table has."""
        self._known(name)
        folder = self._folders[name]
        return int(self._spark.table(name).count() if folder is None else ds.dataset(folder).count_rows())

    def close(self) -> None:
        """Give back memory, files and processes."""
        for name in list(self._folders):
            self._forget(name)
        if self._own_session:
            self._spark.stop()

    # Places --------------------------------------------------------------------------------

    def _new_folder(self, name: str) -> Path:
        self._written += 1
        return self._folder / f"{name}-{self._written}"

    def _settle(self, name: str, folder: Path, order: tuple[str, ...], schema: Any) -> None:
        """Put a written folder in the place of what had the name; a step may read what it replaces.

        The schema is said, since Spark would start a job to read it from the files.
        """
        self._spark.read.schema(schema).parquet(str(folder)).createOrReplaceTempView(name)
        before = self._folders.get(name)
        self._folders[name], self._orders[name] = folder, order
        if before is not None:
            shutil.rmtree(before, ignore_errors=True)

    def _forget(self, name: str) -> None:
        if name in self._folders:
            self._spark.catalog.dropTempView(name)
            folder = self._folders.pop(name)
            self._orders.pop(name, None)
            if folder is not None:
                shutil.rmtree(folder, ignore_errors=True)

    def _known(self, name: str) -> None:
        if name not in self._folders:
            known = ", ".join(sorted(self._folders)) or "none"
            raise EngineError(f"there is no table {name}", hint=f"known: {known}")


def _running() -> bool:
    """Whether this process has a Spark session already, which is then shared and not ours to stop."""
    try:
        from pyspark import SparkContext
    except ImportError:
        return False
    return SparkContext._active_spark_context is not None  # noqa: SLF001 (there is no public way to ask)


def _kept(kinds: Mapping[str, str], names: list[str], shape: TableShape | None, who: str) -> list[str]:
    """The select list that casts each column to the type it is kept in."""
    if doubled := sorted({name for name in names if names.count(name) > 1}):
        raise PlanError(f"{who} writes {doubled} twice")
    if shape is None:
        return [f"CAST({_ticked(name)} AS {_plain(kinds[name])}) AS {_ticked(name)}" for name in names]
    missing = [name for name in shape.names if name not in names]
    strangers = [name for name in names if name not in shape.names]
    if missing or strangers:
        raise PlanError(f"{who} writes {shape.name} without {missing} and with unknown {strangers}")
    for column in shape.columns:
        found, wanted = _plain(kinds[column.name]).upper(), SPARK_TYPES[column.type].replace(" ", "")
        whole = found == wanted.replace("DOUBLE", "BIGINT")
        if not (found == wanted or found == "VOID" or whole):
            raise PlanError(f"{who} writes {shape.name}.{column.name} as {kinds[column.name]}, not {wanted}")
    return [
        f"CAST({_ticked(column.name)} AS {SPARK_TYPES[column.type]}) AS {_ticked(column.name)}"
        for column in shape.columns
    ]


def _plain(found: str) -> str:
    if found in _WHOLE_NUMBERS:
        return "bigint"
    if found == "float" or found.startswith("decimal"):
        return "double"
    if found == "timestamp_ntz":
        return "timestamp"
    for head in ("array<", "map<string,"):
        if found.startswith(head):
            return f"{head}{_plain(found[len(head) : -1])}>"
    return "string" if found == "void" else found


def _said(kernel: Any, node: Map | Fold) -> str:
    if not node.order:
        found = getattr(node, "lookups", ())
        beside = f" with {', '.join(lookup.table for lookup in found)}" if found else ""
        return f"{called(kernel)} over rows of {node.reads}{beside}"
    return f"{called(kernel)} over whole customers of {node.reads}, in order of {', '.join(node.order)}"


def _ddl(shape: TableShape) -> str:
    return ", ".join(f"{_ticked(column.name)} {SPARK_TYPES[column.type]}" for column in shape.columns)


def _ticked(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"
