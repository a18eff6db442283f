"""The embedded engine: plans run on DuckDB inside this process, tables in one file or in memory."""

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from time import perf_counter
from typing import Any

import duckdb
import pyarrow as pa

from vivencia.engines.checks import called, check_lookup, check_plan, doubled_keys
from vivencia.engines.chunks import CHUNK_ROWS, ahead, whole_customers
from vivencia.engines.large import coded_batches
from vivencia.engines.publishing import Publishing
from vivencia.engines.rows import joins, looked_up, places_of
from vivencia.engines.shapes import Sink, finished, fitted, in_order
from vivencia.engines.sorting import Sorting
from vivencia.engines.tables import SCRATCH, TABLES
from vivencia.engines.types import kept_columns, ordered_by, quoted
from vivencia.plans import Fold, Map, Plan, Ran, Step
from vivencia.plans.plan import Node, Value, reads_of, written_by
from vivencia.words.errors import EngineError, PlanError
from vivencia.words.tables import TableShape

#: How much of the memory of DuckDB rows may take that are sorted outside of it.
_HELD = 0.75
_PARAMETER = re.compile(r"\$([a-z_][a-z0-9_]*)")


class EmbeddedEngine(Publishing):
    """Runs plans on DuckDB; several threads may each run one, of tables with different names.

    `database` is the file the tables of `plan.gives` are written to; `Tables` says what else
    an engine may be told.
    """

    name = "embedded"

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
                here = self._places.get(name) == SCRATCH or self._passing(name)
                if name not in plan.gives and used_up and here:
                    self._drop(name, SCRATCH)

    def _run_node(self, plan: Plan, node: Node) -> tuple[Any, str]:
        where = {name: TABLES if name in plan.gives else SCRATCH for name in written_by(node)}
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
            large=sys.maxsize if place == TABLES and self._beside is None else self._large,
            expected=segments.rows if segments else 0,
        )

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


def _bound(step: Step, values: Mapping[str, Value]) -> dict[str, Any]:
    wanted = dict.fromkeys(_PARAMETER.findall(step.sql))
    if missing := [name for name in wanted if name not in values]:
        raise PlanError(f"step {step.name} binds {missing}, which the plan's values lack")
    return {name: list(value) if isinstance(value := values[name], tuple) else value for name in wanted}


def _shown(node: Node) -> str:
    return f"\n{node.sql}" if isinstance(node, Step) else ""
