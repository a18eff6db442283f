"""Reading OCEL 2.0: one row an event, the objects it touches by type, their values at its time."""

from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from pathlib import Path

import pyarrow as pa

from vivencia.connectors.ocel.records import KINDS, EventRecord, Form, ObjectRecord, instant
from vivencia.connectors.source import LINE, Broken, Reading
from vivencia.connectors.xes.scanning import DATE, STRING
from vivencia.connectors.xes.typing import typed

Cells = dict[int, str]
Row = tuple[str | None, ...]


class OCELSource:
    """An object-centric log being read.

    Columns: `id`, `type`, `time`; the event's attributes by their names; for each object type T
    `object:T` (the first related object), `objects:T` (all of them) and `object:T.a` (attribute a
    of the first one, as it was at the event's time). Times without a zone stay text.
    Objects are held in memory, events are streamed.
    """

    def __init__(self, path: Path, reading: Reading, form: Form) -> None:
        self.path = path
        self.format = form.name
        self.encoding = form.encoding
        self.broken: list[Broken] = []
        self._reading = reading
        self._form = form
        self._types = form.types()
        self.details: dict[str, object] = {
            "object_types": sorted(self._types["object"]),
            "event_types": sorted(self._types["event"]),
        }

    @cached_property
    def _objects(self) -> dict[str, ObjectRecord]:
        self._object_faults: list[Broken] = []
        found = {one.id: one for one in self._form.objects(self._object_faults)}
        for one in found.values():
            one.values.sort(key=lambda value: instant(value[1]))
        return found

    @property
    def objects(self) -> pa.Table:
        """One row a value: id, type, attribute, time, value; an object without values has one row."""
        rows: list[Row] = []
        for one in self._objects.values():
            rows += [(one.id, one.type, *value) for value in one.values]
            if not one.values:
                rows.append((one.id, one.type, None, None, None))
        return _text_table(("id", "type", "attribute", "time", "value"), rows)

    @property
    def relations(self) -> pa.Table:
        """One row a relation: kind (`event`, `object`), source, target, qualifier; reads the events again."""
        rows: list[Row] = [
            ("event", one.id, *relation) for one in self._form.events([]) for relation in one.relations
        ]
        rows += [
            ("object", one.id, *relation) for one in self._objects.values() for relation in one.relations
        ]
        return _text_table(("kind", "source", "target", "qualifier"), rows)

    def batches(self) -> Iterator[pa.Table]:
        """The events in the order of the file."""
        objects = self._objects
        self.broken = list(self._object_faults)
        events = self._form.events(self.broken)
        first = True
        while kept := list(islice(events, self._reading.batch_rows)):
            yield self._table(kept, objects)
            first = False
        if first:
            yield self._table([], objects)

    def _table(self, events: list[EventRecord], objects: dict[str, ObjectRecord]) -> pa.Table:
        cells: dict[str, Cells] = {}
        kinds: dict[str, set[int]] = {}
        every: dict[str, dict[int, list[str]]] = {}
        for row, event in enumerate(events):
            declared = self._types["event"].get(event.type, {})
            for name, text in event.values.items():
                column = f"event:{name}" if name in _OWN else name
                cells.setdefault(column, {})[row] = text
                kinds.setdefault(column, set()).add(KINDS.get(declared.get(name, ""), STRING))
            for target, _ in event.relations:
                self._relate(row, event, objects.get(target), cells, kinds, every)
        size = len(events)
        columns: dict[str, pa.Array] = {
            "id": pa.array([event.id for event in events], pa.string()),
            "type": pa.array([event.type for event in events], pa.string()),
            "time": typed((DATE,), pa.array([event.time for event in events], pa.string())),
        }
        for name, found in cells.items():
            columns[name] = typed(kinds[name], pa.array([found.get(row) for row in range(size)], pa.string()))
        for name, lists in every.items():
            columns[name] = pa.array([lists.get(row, []) for row in range(size)], pa.list_(pa.string()))
        columns[LINE] = pa.array([event.line for event in events], pa.int64())
        return pa.table(columns)

    def _relate(
        self,
        row: int,
        event: EventRecord,
        target: ObjectRecord | None,
        cells: dict[str, Cells],
        kinds: dict[str, set[int]],
        every: dict[str, dict[int, list[str]]],
    ) -> None:
        """The related object in its columns; a relation to an object the log does not hold is left out."""
        if target is None:
            return
        name = f"object:{target.type}"
        together = every.setdefault(f"objects:{target.type}", {}).setdefault(row, [])
        if target.id not in together:
            together.append(target.id)
        if len(together) > 1:
            return
        cells.setdefault(name, {})[row] = target.id
        kinds.setdefault(name, {STRING})
        declared = self._types["object"].get(target.type, {})
        at = instant(event.time)
        for attribute, time, text in target.values:
            if instant(time) <= at:
                cells.setdefault(f"{name}.{attribute}", {})[row] = text
                kinds.setdefault(f"{name}.{attribute}", set()).add(
                    KINDS.get(declared.get(attribute, ""), STRING)
                )


_OWN = ("id", "type", "time", LINE)


def _text_table(names: tuple[str, ...], rows: list[Row]) -> pa.Table:
    columns = list(zip(*rows, strict=True)) if rows else [() for _ in names]
    return pa.table(
        {name: pa.array(column, pa.string()) for name, column in zip(names, columns, strict=True)}
    )
