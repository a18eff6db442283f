"""The embedded engine: DuckDB inside this process, tables in one file or in memory.

Four places hold tables: `tables` (the database file, or memory), `scratch` (memory,
spilled to the temp directory: intermediates, given tables, views), and one read-only
attachment for each file of an earlier generation (`carried`). `scratch` is searched first.
"""

import re
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from itertools import count
from pathlib import Path
from time import perf_counter
from typing import Any

import duckdb
import pyarrow as pa

from vivencia.engines.checks import called, check_lookup, check_plan, doubled_keys
from vivencia.engines.chunks import CHUNK_ROWS, ahead, whole_customers
from vivencia.engines.large import LARGE_ROWS, Growing, coded_batches, order_of
from vivencia.engines.rows import Segments, joins, looked_up, places_of, read_files
from vivencia.engines.shapes import Sink, finished, fitted, in_order, plain, schema_of
from vivencia.engines.sorting import Sorting
from vivencia.engines.types import SQL_TYPES, kept_column, kept_columns, ordered_by, quoted, text_of
from vivencia.plans import Fold, Map, Plan, Ran, Step
from vivencia.plans.plan import Node, Value, reads_of, written_by
from vivencia.words.errors import EngineError, PlanError
from vivencia.words.tables import TableShape

#: What DuckDB may hold in memory; sorts beyond it spill to the temp directory.
MEMORY_LIMIT = "2GB"
#: How much of that rows may take that are sorted outside of it.
_HELD = 0.75
_PARAMETER = re.compile(r"\$([a-z_][a-z0-9_]*)")
_ORDER = "order: "
_FILE_ENDS = ".parquet"
_TABLES, _SCRATCH, _VIEW = "tables", "scratch", "view"


class EmbeddedEngine:
    """Runs plans on DuckDB; several threads may each run one, of tables with different names.

    `database` is the file the tables of `plan.gives` are written to (None: memory); those of
    more than `large` rows become Parquet files beside it, `database.table.parquet`.
    `carried` names tables that live in other DuckDB files, read only. `memory_limit`
    and `temp_directory` bound what sorts and joins may take. Raises EngineError when
    a file can't be opened.
    """

    name = "embedded"

    def __init__(
        self,
        database: str | None = None,
        *,
        carried: Mapping[str, str] | None = None,
        threads: int | None = None,
        memory_limit: str | None = None,
        temp_directory: str | None = None,
        read_only: bool = False,
        large: int | None = None,
    ) -> None:
        if temp_directory:
            Path(temp_directory).mkdir(parents=True, exist_ok=True)
        self._temp = Path(tempfile.mkdtemp(prefix="vivencia-", dir=temp_directory))
        self._written = count()
        self._read_only = read_only
        self._beside = Path(database) if database else None
        self._large = LARGE_ROWS if large is None else large
        self._own = threading.local()
        self._opened: list[duckdb.DuckDBPyConnection] = []
        self._orders: dict[str, tuple[str, ...]] = {}
        self._places: dict[str, str] = {}
        self._files: dict[str, str] = {}
        self._segments: dict[str, Segments] = {}
        self._attached: dict[str, str] = {}
        config: dict[str, Any] = {
            "memory_limit": memory_limit or MEMORY_LIMIT,
            "temp_directory": str(self._temp),
            "max_temp_directory_size": _room_on_disk(self._temp),
        }
        if threads:
            config["threads"] = threads
        self._duck = duckdb.connect(":memory:", config=config)
        try:
            self._open(database, carried or {})
        except duckdb.Error as error:
            self.close()
            raise EngineError(f"{database or 'carried tables'}: {error}") from error

    def _open(self, database: str | None, carried: Mapping[str, str]) -> None:
        self._duck.execute("SET GLOBAL TimeZone = 'UTC'")
        self._duck.execute(f"ATTACH ':memory:' AS {_SCRATCH} (COMPRESS)")
        if database is None:
            self._duck.execute(f"ATTACH ':memory:' AS {_TABLES} (COMPRESS)")
        else:
            mode = " (READ_ONLY)" if self._read_only else ""
            self._duck.execute(f"ATTACH {text_of(database)} AS {_TABLES}{mode}")
        self._prepare(self._duck)
        self._own.connection = self._duck
        for name, path in self._found_beside().items():
            self._show_file(name, path)
        databases = [file for file in dict.fromkeys(carried.values()) if not file.endswith(_FILE_ENDS)]
        files = {file: self._attach(file) for file in databases}
        for name, comment in self._listed(_TABLES):
            self._places[name], self._orders[name] = _TABLES, _order_in(comment)
        orders = {file: dict(self._listed(catalog)) for file, catalog in files.items()}
        for name, file in carried.items():
            if file.endswith(_FILE_ENDS):
                self._show_file(name, file)
            else:
                self._view(name, f"SELECT * FROM {files[file]}.main.{quoted(name)}")
                self._orders[name] = _order_in(orders[file].get(name))

    def _attach(self, file: str) -> str:
        """The name under which a database of an earlier generation can be read."""
        if file not in self._attached:
            self._attached[file] = f"carried_{len(self._attached)}"
            self._duck.execute(f"ATTACH {text_of(file)} AS {self._attached[file]} (READ_ONLY)")
        return self._attached[file]

    def _found_beside(self) -> dict[str, str]:
        """The tables in files of their own beside the database."""
        if self._beside is None:
            return {}
        found = self._beside.parent.glob(f"{self._beside.stem}.*{_FILE_ENDS}")
        named = {path.name[len(self._beside.stem) + 1 : -len(_FILE_ENDS)]: str(path) for path in found}
        return {name: path for name, path in named.items() if "·" not in name}

    def _listed(self, catalog: str) -> list[tuple[str, str | None]]:
        """Each table of a database and what is noted of it."""
        found: list[tuple[str, str | None]] = self._here.execute(
            "SELECT table_name, comment FROM duckdb_tables() WHERE database_name = ?", [catalog]
        ).fetchall()
        return found

    @staticmethod
    def _prepare(connection: duckdb.DuckDBPyConnection) -> None:
        connection.execute(f"SET search_path = '{_SCRATCH}.main,{_TABLES}.main'")

    @property
    def _here(self) -> duckdb.DuckDBPyConnection:
        """The connection of this thread."""
        if not hasattr(self._own, "connection"):
            self._own.connection = self._cursor()
            self._opened.append(self._own.connection)
        found: duckdb.DuckDBPyConnection = self._own.connection
        return found

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        """A connection of its own, so that one table can be read while another is written."""
        cursor = self._duck.cursor()
        self._prepare(cursor)
        return cursor

    # Giving tables -------------------------------------------------------------------------

    def give(self, name: str, table: Any) -> None:
        """Make an Arrow table readable under a name (replacing what had it)."""
        given = plain(table)
        self._drop(name, _SCRATCH)
        self._write_arrow(name, given, _SCRATCH, create=True)
        self._settle(name, _SCRATCH, ())

    def give_files(self, name: str, files: tuple[str, ...], shape: TableShape) -> None:
        """Make Parquet files, together, readable under a name; no files is an empty table."""
        if not files:
            self.give(name, schema_of(shape).empty_table())
            return
        source = read_files(files)
        found = dict(self._described(f"SELECT * FROM {source}", {}, f"the files of {name}"))
        columns = ", ".join(
            kept_column(column.name, found[column.name], shape, f"the files of {name}")
            if column.name in found
            else f"CAST(NULL AS {SQL_TYPES[column.type]}) AS {quoted(column.name)}"
            for column in shape.columns
        )
        self._view(name, f"SELECT {columns} FROM {source}")
        self._segments[name] = Segments(tuple(map(str, files)), shape, frozenset(found))

    def give_from(self, name: str, file: str, table: str, more: Any = None) -> None:
        """Make a table of another generation's file readable under a name of its own.

        `more` are rows of the same columns to be read behind its own.
        """
        in_file = file.endswith(_FILE_ENDS)
        if in_file and more is None:
            self._show_file(name, file)
            return
        source = f"read_parquet({text_of(file)})" if in_file else f"{self._attach(file)}.main.{quoted(table)}"
        select = f"SELECT * FROM {source}"
        if more is not None:
            self.give(f"{name}_more", more)
            select += f" UNION ALL BY NAME SELECT * FROM {quoted(f'{name}_more')}"
        self._view(name, select)

    def _show_file(self, name: str, file: str) -> None:
        """Make a Parquet file of ours readable under a name."""
        self._view(name, f"SELECT * FROM read_parquet({text_of(file)})")
        self._orders[name] = order_of(file)
        self._files[name] = file

    def _view(self, name: str, select: str) -> None:
        self._drop(name, _SCRATCH)
        self._here.execute(f"CREATE VIEW {_SCRATCH}.main.{quoted(name)} AS {select}")
        self._places[name] = _VIEW

    def _drop(self, name: str, catalog: str) -> None:
        """Drop what stands under this name in one place; silent when nothing does."""
        kind = "VIEW" if self._places.get(name) == _VIEW and catalog == _SCRATCH else "TABLE"
        self._here.execute(f"DROP {kind} IF EXISTS {catalog}.main.{quoted(name)}")
        if self._passing(name):
            with suppress(OSError):  # still open somewhere: it goes with the folder
                Path(self._files[name]).unlink()
        self._places.pop(name, None)
        self._orders.pop(name, None)
        self._files.pop(name, None)
        self._segments.pop(name, None)

    def _passing(self, name: str) -> bool:
        """Whether a table stands in a file that is kept only for a while."""
        return name in self._files and Path(self._files[name]).parent == self._temp

    # Running -------------------------------------------------------------------------------

    def run(self, plan: Plan, *, watch: Callable[[Ran], None] | None = None) -> None:
        """Run every node; afterwards each name in `plan.gives` can be read.

        Raises PlanError when an input is missing or `gives` names a table no node
        writes, EngineError when a node fails (with its name and its SQL).
        """
        self._check(plan)
        last_read = {name: at for at, node in enumerate(plan.nodes) for name in reads_of(node)}
        try:
            for at, node in enumerate(plan.nodes):
                started = perf_counter()
                kind, text = self._run_node(plan, node)
                if watch is not None:
                    rows = sum(self.rows(name) for name in written_by(node))
                    watch(Ran(node.name, kind, text, rows, perf_counter() - started))
                self._forget_intermediates(plan, at, last_read)
        finally:
            self._forget_intermediates(plan, len(plan.nodes), {})

    def _check(self, plan: Plan) -> None:
        check_plan(plan, self._places)
        if self._read_only:
            raise EngineError(f"{plan.name} can't run: this engine was opened to read only")

    def _forget_intermediates(self, plan: Plan, done: int, last_read: Mapping[str, int]) -> None:
        for node in plan.nodes[: done + 1]:
            for name in written_by(node):
                used_up = last_read.get(name, -1) <= done
                here = self._places.get(name) == _SCRATCH or self._passing(name)
                if name not in plan.gives and used_up and here:
                    self._drop(name, _SCRATCH)

    def _run_node(self, plan: Plan, node: Node) -> tuple[Any, str]:
        where = {name: _TABLES if name in plan.gives else _SCRATCH for name in written_by(node)}
        try:
            if isinstance(node, Step):
                return "step", self._run_step(node, plan.values, where[node.name])
            if isinstance(node, Map):
                for found in node.lookups:
                    check_lookup(plan, node, found, self._here.execute(doubled_keys(found)).fetchall())
                return "map", self._run_map(node, where) if node.order else self._run_rows(node, where)
            return "fold", self._run_fold(node, where)
        except duckdb.Error as error:
            raise EngineError(f"{plan.name}.{node.name}: {error}{_shown(node)}") from error

    def _run_step(self, step: Step, values: Mapping[str, Value], place: str) -> str:
        bound = _bound(step, values)
        who = f"step {step.name}"
        found = self._described(step.sql, bound, who)
        order = step.order or (step.writes.order if step.writes else ())
        if strangers := [name for name in order if name not in dict(found)]:
            raise PlanError(f"{who} is ordered by {strangers}, which it does not write")
        columns = kept_columns(found, step.writes, who)
        select = f"SELECT {columns}\nFROM (\n{step.sql}\n){ordered_by(order)}"
        if step.writes is not None and self._kept_in_file(place):
            self._write_stream(step.writes, place, select, bound, who)
            return select
        self._create(step.name, place, select, bound)
        self._settle(step.name, place, order)
        self._check_required(step.name, step.writes, who)
        return select

    def _kept_in_file(self, place: str) -> bool:
        return place == _TABLES and self._beside is not None

    def _growing(self, shape: TableShape, place: str, coded: tuple[str, ...] | None = None) -> Growing:
        """Room for a table of this shape, beside what stands under its name."""

        def insert(part: pa.Table, first: bool) -> None:
            self._write_arrow(shape.name + "·new", part, place, create=first)

        path = self._file_for(f"{shape.name}·new{_FILE_ENDS}", place)
        return Growing(schema_of(shape), insert, path, shape.order, self._large, coded)

    def _file_for(self, name: str, place: str) -> Path | None:
        """Where a long table goes: beside the database, or for a while where sorts spill to."""
        if place == _SCRATCH:
            # Never the same file twice: a reader may remember what stood in it.
            return self._temp / f"{next(self._written)}.{name}"
        return self._beside.with_name(f"{self._beside.stem}.{name}") if self._beside is not None else None

    def _write_stream(
        self, shape: TableShape, place: str, select: str, bound: Mapping[str, Any], who: str
    ) -> None:
        """Write what a query gives, which stands in the order of the shape."""
        growing = self._growing(shape, place)
        try:
            for batch in self._stream(select, bound):
                growing.put(fitted(batch, shape, who))
            file = growing.finish()
        finally:
            growing.close()
        self._publish(shape, place, file, sorted_already=True)

    def _create(self, name: str, place: str, select: str, bound: Mapping[str, Any]) -> None:
        """Write beside the old table, then put it in its place: a step may read what it replaces."""
        new = f"{place}.main.{quoted(name + '·new')}"
        self._here.execute(f"CREATE OR REPLACE TABLE {new} AS {select}", dict(bound) or None)
        self._drop(name, _SCRATCH)
        self._drop(name, place)
        self._here.execute(f"ALTER TABLE {new} RENAME TO {quoted(name)}")

    def _check_required(self, name: str, shape: TableShape | None, who: str) -> None:
        wanted = [column.name for column in shape.columns if column.required] if shape else []
        if not wanted:
            return
        counts = ", ".join(f"COUNT(*) - COUNT({quoted(column)})" for column in wanted)
        # fetchall, since DuckDB refuses other work on a connection whose result is not read to the end.
        (found,) = self._here.execute(f"SELECT {counts} FROM {quoted(name)}").fetchall()
        if holes := [column for column, nulls in zip(wanted, found, strict=True) if nulls]:
            raise EngineError(f"{who} wrote null into {holes}, which are required")

    def _run_map(self, node: Map, where: Mapping[str, str]) -> str:
        """Feed whole customers to the kernel and append what it gives, chunk by chunk."""
        side = {name: self.table(name) for name in node.beside}
        text = self._ordered_select(node)
        sink = {shape.name: Sink(shape) for shape in node.writes}
        growing = {shape.name: self._growing(shape, where[shape.name]) for shape in node.writes}
        try:
            for chunk in self._chunks(node, text):
                given = node.function(chunk, side)
                if len(given) != len(node.writes):
                    raise EngineError(f"map {node.name} gave {len(given)} tables, not {len(node.writes)}")
                for shape, part in zip(node.writes, given, strict=True):
                    growing[shape.name].put(sink[shape.name].take(part, node.name))
            files = {name: one.finish() for name, one in growing.items()}
        finally:
            for one in growing.values():
                one.close()
        for shape in node.writes:
            self._publish(shape, where[shape.name], files[shape.name], sorted_already=sink[shape.name].sorted)
        return f"{called(node.function)} over whole customers of\n{text}"

    def _run_rows(self, node: Map, where: Mapping[str, str]) -> str:
        """Feed rows to the kernel as they stand, and put what it gives in order."""
        side = {name: self.table(name) for name in node.beside}
        text = self._looked_up(node)
        sorting = {shape.name: self._sorting(node, shape, where[shape.name]) for shape in node.writes}
        try:
            for given in ahead(node.function(part, side) for part in self._row_parts(node, text)):
                if len(given) != len(node.writes):
                    raise EngineError(f"map {node.name} gave {len(given)} tables, not {len(node.writes)}")
                for shape, table in zip(node.writes, given, strict=True):
                    sorting[shape.name].put(fitted(table, shape, f"map {node.name}", coded=True))
            ends = {name: one.finish() for name, one in sorting.items()}
        finally:
            for one in sorting.values():
                one.close()
        for shape in node.writes:
            file, in_order = ends[shape.name]
            self._publish(shape, where[shape.name], file, sorted_already=in_order)
        return f"{called(node.function)} over rows of\n{text}"

    def _sorting(self, node: Map, shape: TableShape, place: str) -> Sorting:
        segments = self._segments.get(node.reads)
        return Sorting(
            shape,
            partial(self._growing, shape, place),
            room=int(self._memory() * _HELD) if shape.order else -1,
            large=sys.maxsize if place == _TABLES and self._beside is None else self._large,
            expected=segments.rows if segments else 0,
        )

    def _memory(self) -> float:
        """The bytes that DuckDB may hold, as it says them: 1.8 GiB."""
        ((said,),) = self._here.execute("SELECT current_setting('memory_limit')").fetchall()
        number, unit = said.split()
        return float(number) * float(1024 ** ("bytes", "KiB", "MiB", "GiB", "TiB").index(unit))

    def _looked_up(self, node: Map) -> str:
        """The text that reads the rows of a table and what is looked up for them."""
        own = [f"r.{quoted(name)}" for name in node.columns]
        return f"SELECT {', '.join([*own, *looked_up(node)])}\nFROM {quoted(node.reads)} AS r{joins(node)}"

    def _row_parts(self, node: Map, text: str) -> Iterator[pa.Table]:
        segments = self._segments.get(node.reads)
        if segments is None or not node.coded or not segments.have(node):
            for batch in self._stream(text):
                yield pa.Table.from_batches([batch])
            return
        found = self._stream(places_of(node, segments.source)) if node.lookups else None
        yield from segments.parts(node, found)

    def _publish(self, shape: TableShape, place: str, file: Path | None, *, sorted_already: bool) -> None:
        """Put what was written beside a table in its place, in its order."""
        if file is not None:
            self._publish_file(shape, place, file, sorted_already=sorted_already)
            return
        new = f"{place}.main.{quoted(shape.name + '·new')}"
        if shape.order and not sorted_already:
            self._create(shape.name, place, f"SELECT * FROM {new}{ordered_by(shape.order)}", {})
            self._here.execute(f"DROP TABLE IF EXISTS {new}")
        else:
            self._drop(shape.name, _SCRATCH)
            self._drop(shape.name, place)
            self._here.execute(f"ALTER TABLE {new} RENAME TO {quoted(shape.name)}")
        self._settle(shape.name, place, shape.order)

    def _publish_file(self, shape: TableShape, place: str, file: Path, *, sorted_already: bool) -> None:
        if shape.order and not sorted_already:
            apart = file.rename(file.with_name(file.name.replace("·new", "·unsorted")))
            source = f"SELECT * FROM read_parquet({text_of(str(apart))}){ordered_by(shape.order)}"
            self._write_stream(shape, place, source, {}, shape.name)
            apart.unlink()
            return
        self._drop(shape.name, _SCRATCH)
        self._drop(shape.name, place)
        self._show_file(shape.name, str(file.rename(file.with_name(file.name.replace("·new", "")))))

    def _run_fold(self, node: Fold, where: Mapping[str, str]) -> str:
        side = {name: self.table(name) for name in node.beside}
        text = self._ordered_select(node)
        state = node.start(side)
        for chunk in self._chunks(node, text):
            state = node.add(state, chunk, side)
        for shape, table in finished(node, node.finish(state, side)):
            self._write_arrow(shape.name + "·new", table, where[shape.name], create=True)
            self._publish(shape, where[shape.name], None, sorted_already=in_order(table, shape.order))
        return f"{called(node.add)} over whole customers of\n{text}"

    def _ordered_select(self, node: Map | Fold) -> str:
        """The text that reads a node's large table in its order, without a sort where it can."""
        columns = tuple(dict.fromkeys((node.order[0], *node.columns)))
        text = f"SELECT {', '.join(map(quoted, columns))} FROM {quoted(node.reads)}"
        return text if self._in_order(node) else text + ordered_by(node.order)

    def _in_order(self, node: Map | Fold) -> bool:
        return self._orders.get(node.reads, ())[: len(node.order)] == node.order

    def _chunks(self, node: Map | Fold, text: str) -> Iterator[pa.Table]:
        file = self._files.get(node.reads)
        if node.coded and file is not None and self._in_order(node):
            columns = tuple(dict.fromkeys((node.order[0], *node.columns)))
            schema, batches = coded_batches(file, columns, CHUNK_ROWS)
            chunks = ahead(whole_customers(batches, schema, node.order[0], CHUNK_ROWS))
        else:
            stream = self._stream(text)
            chunks = whole_customers(iter(stream), stream.schema, node.order[0], CHUNK_ROWS)
        for chunk in chunks:
            yield chunk.select(list(node.columns))

    # Reading -------------------------------------------------------------------------------

    def table(self, name: str, columns: tuple[str, ...] = ()) -> pa.Table:
        """A whole table as `pyarrow.Table`, in the order its node declared."""
        stream = self._stream(self._select(name, columns))
        return pa.Table.from_batches(list(stream), schema=stream.schema)

    def batches(self, name: str, columns: tuple[str, ...] = ()) -> Iterator[pa.RecordBatch]:
        """The same, streamed as record batches."""
        yield from self._stream(self._select(name, columns))

    def rows(self, name: str) -> int:
        """How many rows a table has."""
        self._known(name)
        (found,) = self._here.execute(f"SELECT COUNT(*) FROM {quoted(name)}").fetchall()
        return int(found[0])

    def order(self, name: str) -> tuple[str, ...]:
        """The columns a table was written in order of; empty when nobody promised any."""
        self._known(name)
        return self._orders.get(name, ())

    def file(self, name: str) -> str | None:
        """The Parquet file a table is kept in; None where it is kept in the database."""
        return self._files.get(name)

    @property
    def names(self) -> tuple[str, ...]:
        """Every table that can be read, sorted."""
        return tuple(sorted(self._places))

    def close(self) -> None:
        """Give back memory, files and processes."""
        for connection in self._opened:
            connection.close()
        self._duck.close()
        shutil.rmtree(self._temp, ignore_errors=True)

    def __enter__(self) -> "EmbeddedEngine":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _select(self, name: str, columns: tuple[str, ...]) -> str:
        self._known(name)
        return f"SELECT {', '.join(map(quoted, columns)) or '*'} FROM {quoted(name)}"

    def _known(self, name: str) -> None:
        if name not in self._places:
            raise EngineError(f"there is no table {name}", hint=f"known: {', '.join(self.names) or 'none'}")

    def _stream(self, text: str, bound: Mapping[str, Any] | None = None) -> "_Stream":
        try:
            return _Stream(self._cursor(), text, bound)
        except duckdb.Error as error:
            raise EngineError(f"{error}\n{text}") from error

    # Writing -------------------------------------------------------------------------------

    def _write_arrow(self, name: str, table: pa.Table, place: str, *, create: bool) -> None:
        head = "CREATE OR REPLACE TABLE" if create else "INSERT INTO"
        link = "AS" if create else ""
        self._here.register("·arrow", table)
        try:
            self._here.execute(f'{head} {place}.main.{quoted(name)} {link} SELECT * FROM "·arrow"')
        finally:
            self._here.unregister("·arrow")

    def _settle(self, name: str, place: str, order: tuple[str, ...]) -> None:
        self._places[name] = place
        self._orders[name] = order
        said = text_of(_ORDER + ", ".join(order)) if order else "NULL"
        self._here.execute(f"COMMENT ON TABLE {place}.main.{quoted(name)} IS {said}")

    def _described(self, sql: str, bound: Mapping[str, Any], who: str) -> list[tuple[str, str]]:
        try:
            rows = self._here.execute(f"DESCRIBE {sql}", dict(bound) or None).fetchall()
        except duckdb.Error as error:
            raise EngineError(f"{who}: {error}\n{sql}") from error
        return [(row[0], row[1]) for row in rows]


class _Stream:
    """Record batches of one query, in UTC; closes its cursor when it is read to the end."""

    def __init__(
        self, cursor: duckdb.DuckDBPyConnection, text: str, bound: Mapping[str, Any] | None = None
    ) -> None:
        self._cursor = cursor
        self._reader = cursor.sql(text, params=dict(bound) if bound else None).to_arrow_reader(CHUNK_ROWS)
        self.schema: pa.Schema = self._reader.schema

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        try:
            yield from self._reader
        finally:
            self._cursor.close()


def _bound(step: Step, values: Mapping[str, Value]) -> dict[str, Any]:
    wanted = dict.fromkeys(_PARAMETER.findall(step.sql))
    if missing := [name for name in wanted if name not in values]:
        raise PlanError(f"step {step.name} binds {missing}, which the plan's values lack")
    return {name: list(value) if isinstance(value := values[name], tuple) else value for name in wanted}


def _shown(node: Node) -> str:
    return f"\n{node.sql}" if isinstance(node, Step) else ""


def _order_in(comment: str | None) -> tuple[str, ...]:
    return tuple(comment[len(_ORDER) :].split(", ")) if comment and comment.startswith(_ORDER) else ()


def _room_on_disk(directory: Path) -> str:
    return f"{max(1, int(shutil.disk_usage(directory).free * 0.8) >> 20)}MiB"
