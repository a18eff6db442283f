"""The plain XES parser: expat, element by element. Slower, and right about every corner of XML.

Used for logs that the scanner finds odd, for lists, and to say where a log is cut or ill-formed.
Entity declarations are refused and nothing is ever loaded from outside the file.
"""

import json
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from xml.parsers import expat

import pyarrow as pa

from vivencia.connectors.source import LINE, Broken
from vivencia.connectors.xes.scanning import KINDS, LIST
from vivencia.connectors.xes.typing import CASE, typed
from vivencia.words.errors import InputError

NOT_WELL_FORMED, TRUNCATED = "not-well-formed", "truncated"
_DEEPEST = 256


class Value(NamedTuple):
    """One attribute: its kind and its text (JSON for a list)."""

    kind: int
    text: str


class Event(NamedTuple):
    """One event: its line, its own attributes and those of its trace, by dotted name."""

    line: int
    values: dict[str, Value]
    case: dict[str, Value]


class EventParser:
    """Feeds on bytes, gives events; `finish` says whether the log was whole."""

    def __init__(self, encoding: str | None = None) -> None:
        self._parser = expat.ParserCreate(encoding)
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.EntityDeclHandler = _refuse
        self._parser.UnparsedEntityDeclHandler = _refuse
        self._open: list[str] = []
        self._names: list[str] = []
        self._lists: list[dict[str, object]] = []
        self._skipping = 0
        self._trace: dict[str, Value] | None = None
        self._event: Event | None = None
        self._pending: list[Event] = []
        self.ready: list[Event] = []

    def feed(self, block: bytes, *, last: bool = False) -> None:
        """Reads on; raises expat.ExpatError where the text is not well-formed."""
        self._parser.Parse(block, last)

    def take(self, *, everything: bool = False) -> list[Event]:
        """The events read since the last call: of whole traces, or all of them."""
        if everything:
            self.ready += self._pending
            self._pending = []
        taken, self.ready = self.ready, []
        return taken

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        above = self._open[-1] if self._open else ""
        self._open.append(name)
        if len(self._open) > _DEEPEST:
            raise InputError(f"The log is nested more than {_DEEPEST} deep.")
        if not above and name != "log":
            raise InputError(f"This is no event log: its outermost element is {name}.")
        if self._skipping:
            self._skipping += 1
        elif self._lists:
            self._within_list(name, attributes)
        elif name == "trace" and above == "log":
            self._trace = {}
        elif name == "event" and above in ("log", "trace"):
            self._event = Event(
                self._parser.CurrentLineNumber, {}, self._trace if self._trace is not None else {}
            )
        elif name in KINDS and "key" in attributes and (self._event or self._trace is not None):
            self._attribute(name, attributes)
        elif above:
            self._skipping = 1

    def _attribute(self, name: str, attributes: dict[str, str]) -> None:
        self._names.append(attributes["key"])
        if KINDS[name] == LIST:
            self._lists.append({"items": []})
            return
        if "value" in attributes:
            self._keep(Value(KINDS[name], attributes["value"]))

    def _keep(self, value: Value) -> None:
        into = self._event.values if self._event is not None else self._trace
        if into is not None:
            into[".".join(self._names)] = value

    def _within_list(self, name: str, attributes: dict[str, str]) -> None:
        if name == "values":
            self._lists.append(self._lists[-1])
            return
        item: dict[str, object] = {
            "key": attributes.get("key"),
            "value": attributes.get("value"),
            "items": [],
        }
        into = self._lists[-1]["items"]
        if isinstance(into, list):
            into.append(item)
        self._lists.append(item)

    def _end(self, _tag: str) -> None:
        name = self._open.pop()
        if self._skipping:
            self._skipping -= 1
        elif self._lists:
            done = self._lists.pop()
            if not self._lists:
                self._keep(Value(LIST, json.dumps(_pruned(done)["items"], ensure_ascii=False)))
                self._names.pop()
        elif name == "event":
            self._end_event()
        elif name == "trace":
            self._trace = None
            self.take_trace()
        elif name in KINDS and self._names:
            self._names.pop()

    def _end_event(self) -> None:
        if self._event is not None:
            (self._pending if self._trace is not None else self.ready).append(self._event)
        self._event = None

    def take_trace(self) -> None:
        """The trace is whole: its events are ready."""
        self.ready += self._pending
        self._pending = []


def _refuse(*_: object) -> None:
    raise InputError("The file declares XML entities, which are refused.", hint="Save it without a DOCTYPE.")


def _pruned(item: dict[str, object]) -> dict[str, object]:
    """A list's item without what it lacks."""
    inner = item["items"]
    items = [_pruned(one) for one in inner] if isinstance(inner, list) else []
    kept = {name: item[name] for name in ("key", "value") if item.get(name) is not None}
    return {**kept, "items": items} if items or not kept else kept


def parse(
    content: Iterable[bytes], broken: list[Broken], *, encoding: str | None = None, before: int = 0
) -> Iterator[list[Event]]:
    """The events of a log, of whole traces at a time; `before` lines came earlier.

    Where the log is cut or ill-formed, the events up to there are given and one entry is
    added to `broken`.
    """
    parser = EventParser(encoding)
    try:
        for block in content:
            parser.feed(block)
            yield parser.take()
        parser.feed(b"", last=True)
    except expat.ExpatError as error:
        reason = TRUNCATED if error.code in _CUT else NOT_WELL_FORMED
        broken.append(Broken(error.lineno + before, reason, expat.ErrorString(error.code)))
    yield parser.take(everything=True)


_CUT = {
    expat.errors.codes[message]
    for message in (expat.errors.XML_ERROR_NO_ELEMENTS, expat.errors.XML_ERROR_UNCLOSED_TOKEN)
}


def table(events: list[Event], before: int = 0) -> pa.Table:
    """The events as a table; the columns in the order in which they appear."""
    columns: dict[str, dict[int, Value]] = {}
    for row, event in enumerate(events):
        for name, value in event.case.items():
            columns.setdefault(CASE + name, {})[row] = value
        for name, value in event.values.items():
            columns.setdefault(name, {})[row] = value
    arrays: dict[str, pa.Array] = {}
    for name, values in columns.items():
        texts = [values[row].text if row in values else None for row in range(len(events))]
        arrays[name] = typed((value.kind for value in values.values()), pa.array(texts, pa.string()))
    arrays[LINE] = pa.array([event.line + before for event in events], pa.int64())
    return pa.table(arrays)
