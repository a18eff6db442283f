"""OCEL 2.0 in JSON, read one element at a time: the file may be larger than memory."""

import codecs
import json
import re
from collections.abc import Iterator
from pathlib import Path

from vivencia.connectors.ocel.records import EventRecord, ObjectRecord
from vivencia.connectors.packing import blocks
from vivencia.connectors.source import RECORD_LIMIT, Broken
from vivencia.words.errors import InputError

_BLOCK = 1 << 20
#: One event or object may be this long.
_LONGEST = 64 << 20
_decoder = json.JSONDecoder(parse_float=str, parse_int=str)
_BLANK = re.compile(r"[\s,]*")
_KEY = re.compile(r'\s*("(?:[^"\\]|\\.)*")\s*:\s*')
Element = dict[str, object]


class JSONForm:
    """The JSON form of a log."""

    name = "ocel-json"
    encoding: str | None = "utf-8"

    def __init__(self, path: Path) -> None:
        self._path = path

    def types(self) -> dict[str, dict[str, dict[str, str]]]:
        """The declared types; raises InputError when the file declares none."""
        found: dict[str, dict[str, dict[str, str]]] = {"object": {}, "event": {}}
        seen = 0
        for section, _, element in elements(self._path, ("objectTypes", "eventTypes"), []):
            seen += 1
            attributes = {str(one.get("name")): str(one.get("type")) for one in _list(element, "attributes")}
            found["object" if section == "objectTypes" else "event"][str(element.get("name"))] = attributes
        if not seen:
            raise InputError(f"{self._path.name} declares no object or event types.", hint="Is it OCEL 2.0?")
        return found

    def objects(self, broken: list[Broken]) -> Iterator[ObjectRecord]:
        """The objects, one at a time."""
        for _, number, one in elements(self._path, ("objects",), broken):
            if not isinstance(one.get("id"), str):
                broken.append(_without(number, one))
                continue
            values = [
                (str(value.get("name")), str(value.get("time", "")), _text(value.get("value")))
                for value in _list(one, "attributes")
            ]
            yield ObjectRecord(str(one["id"]), str(one.get("type")), values, _relations(one))

    def events(self, broken: list[Broken]) -> Iterator[EventRecord]:
        """The events, one at a time."""
        for _, number, one in elements(self._path, ("events",), broken):
            if not isinstance(one.get("id"), str):
                broken.append(_without(number, one))
                continue
            values = {str(value.get("name")): _text(value.get("value")) for value in _list(one, "attributes")}
            yield EventRecord(
                number,
                str(one["id"]),
                str(one.get("type")),
                str(one.get("time", "")),
                values,
                _relations(one),
            )


def _without(number: int, one: Element) -> Broken:
    return Broken(number, "no-id", json.dumps(one, ensure_ascii=False)[:RECORD_LIMIT])


def _list(element: Element, name: str) -> list[Element]:
    found = element.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _relations(element: Element) -> list[tuple[str, str]]:
    return [
        (str(one.get("objectId")), _text(one.get("qualifier"))) for one in _list(element, "relationships")
    ]


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


class _Window:
    """A moving piece of the text; damage in the file ends it."""

    def __init__(self, path: Path, broken: list[Broken]) -> None:
        self._blocks = blocks(path, _BLOCK, broken=broken)
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self.text = ""
        self.at = 0
        self.whole = False

    def more(self) -> bool:
        """Another block, what was read left behind; False at the end of the file."""
        block = next(self._blocks, None)
        if block is None:
            self.whole = True
            return False
        try:
            self.text = self.text[self.at :] + self._decoder.decode(block)
        except UnicodeDecodeError as error:
            raise ValueError(f"not UTF-8: {error}") from error
        self.at = 0
        return True

    def peek(self) -> str:
        """The next character that is no blank and no comma, not taken; empty at the end."""
        while True:
            found = _BLANK.match(self.text, self.at)
            self.at = found.end() if found else self.at
            if self.at < len(self.text):
                return self.text[self.at]
            if not self.more():
                return ""

    def value(self) -> object:
        """The next value; raises ValueError when there is none or it is longer than an element may be."""
        self.peek()
        while True:
            try:
                found, end = _decoder.raw_decode(self.text, self.at)
            except RecursionError as error:
                raise ValueError("nested too deep") from error
            except ValueError:
                if len(self.text) - self.at > _LONGEST or not self.more():
                    raise
                continue
            if end == len(self.text) and self.more():
                continue
            self.at = end
            return found

    def key(self) -> str:
        """The next key of an object, its colon taken."""
        self.peek()
        while (found := _KEY.match(self.text, self.at)) is None:
            if len(self.text) - self.at > _LONGEST or not self.more():
                raise ValueError("a key is missing")
        self.at = found.end()
        return str(json.loads(found[1]))


def elements(
    path: Path, sections: tuple[str, ...], broken: list[Broken]
) -> Iterator[tuple[str, int, Element]]:
    """The objects in the lists of these names at the top, each with its list's name and its number."""
    window = _Window(path, broken)
    number = 0
    try:
        if window.peek() != "{":
            raise ValueError("no JSON object")
        window.at += 1
        while (mark := window.peek()) != "}":
            if not mark:
                raise ValueError("the file ends early")
            name = window.key()
            if window.peek() != "[":
                window.value()
                continue
            window.at += 1
            number = 0
            while (mark := window.peek()) != "]":
                if not mark:
                    raise ValueError("the file ends early")
                number += 1
                found = window.value()
                if name in sections and isinstance(found, dict):
                    yield name, number, found
            window.at += 1
    except ValueError as error:
        broken[:] = [one for one in broken if one.line]
        broken.append(Broken(number, "truncated" if window.whole else "not-json", str(error)[:RECORD_LIMIT]))
