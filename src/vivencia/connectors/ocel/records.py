"""What the three forms of OCEL 2.0 have in common: objects that change, events that touch them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from vivencia.connectors.source import Broken
from vivencia.connectors.xes.scanning import BOOLEAN, DATE, FLOAT, INT, STRING

#: OCEL's attribute types as the kinds of `vivencia.connectors.xes.typing`.
KINDS = {"string": STRING, "time": DATE, "date": DATE, "integer": INT, "float": FLOAT, "boolean": BOOLEAN}


@dataclass(slots=True)
class ObjectRecord:
    """One object: values as (attribute, time, text) and relations as (object, qualifier)."""

    id: str
    type: str
    values: list[tuple[str, str, str]] = field(default_factory=list)
    relations: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class EventRecord:
    """One event: its place in the file, values by attribute, relations as (object, qualifier)."""

    line: int
    id: str
    type: str
    time: str
    values: dict[str, str] = field(default_factory=dict)
    relations: list[tuple[str, str]] = field(default_factory=list)


class Form(Protocol):
    """One form of the file; each method reads it from its beginning."""

    encoding: str | None
    name: str

    def types(self) -> dict[str, dict[str, dict[str, str]]]:
        """`object` and `event` → type → attribute → OCEL's type of its values."""
        ...

    def objects(self, broken: list[Broken]) -> Iterator[ObjectRecord]:
        """The objects; what could not be read goes to `broken`."""
        ...

    def events(self, broken: list[Broken]) -> Iterator[EventRecord]:
        """The events; what could not be read goes to `broken`."""
        ...


def instant(text: str) -> float:
    """Seconds since 1970, to put times in order: no zone counts as UTC, an unreadable time as the first."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return float("-inf")
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
