"""OCEL 2.0 in XML, read one element at a time; entities are refused and nothing is loaded."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from lxml import etree

from vivencia.connectors.ocel.records import EventRecord, ObjectRecord
from vivencia.connectors.packing import blocks
from vivencia.connectors.source import Broken
from vivencia.connectors.xes.reader import declared_encoding
from vivencia.words.errors import InputError


class XMLForm:
    """The XML form of a log."""

    name = "ocel-xml"

    def __init__(self, path: Path) -> None:
        self._path = path
        self.encoding: str | None = declared_encoding(next(blocks(path, 1 << 12, broken=[])))

    def types(self) -> dict[str, dict[str, dict[str, str]]]:
        """The declared types."""
        found: dict[str, dict[str, dict[str, str]]] = {"object": {}, "event": {}}
        for element in self._elements(("object-type", "event-type"), []):
            kind = etree.QName(element).localname.removesuffix("-type")
            attributes = {one.get("name", ""): one.get("type", "") for one in element.iter("{*}attribute")}
            found[kind][element.get("name", "")] = attributes
        return found

    def objects(self, broken: list[Broken]) -> Iterator[ObjectRecord]:
        """The objects, one at a time."""
        for one in self._elements(("object",), broken):
            if one.get("id") is None:
                broken.append(Broken(one.sourceline or 0, "no-id", _shown(one)))
                continue
            values = [
                (value.get("name", ""), value.get("time", ""), value.text or "")
                for value in one.iterfind("{*}attributes/{*}attribute")
            ]
            yield ObjectRecord(one.get("id", ""), one.get("type", ""), values, _relations(one))

    def events(self, broken: list[Broken]) -> Iterator[EventRecord]:
        """The events, one at a time, with the line on which each begins."""
        for one in self._elements(("event",), broken):
            if one.get("id") is None:
                broken.append(Broken(one.sourceline or 0, "no-id", _shown(one)))
                continue
            found = one.iterfind("{*}attributes/{*}attribute")
            values = {value.get("name", ""): value.text or "" for value in found}
            yield EventRecord(
                one.sourceline or 0, one.get("id", ""), one.get("type", ""), one.get("time", ""), values,
                _relations(one),
            )  # fmt: skip

    def _elements(self, names: tuple[str, ...], broken: list[Broken]) -> Iterator["etree._Element"]:
        """The elements of these names, each released behind the next; damage ends them and is noted."""
        reader = cast(BinaryIO, _Reader(blocks(self._path, broken=broken)))
        tags = [f"{{*}}{name}" for name in ("object", "event", "object-type", "event-type")]
        walk = etree.iterparse(
            reader, tag=tags, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
        )
        try:
            for _, element in walk:
                _refuse_entities(element)
                if etree.QName(element).localname in names:
                    yield element
                element.clear(keep_tail=False)
                while element.getprevious() is not None:
                    del element.getparent()[0]
        except etree.XMLSyntaxError as error:
            broken[:] = [one for one in broken if one.line]
            broken.append(Broken(error.lineno or 0, "not-well-formed", str(error.msg)))


class _Reader:
    """Blocks of bytes as the file that lxml reads from."""

    def __init__(self, content: Iterator[bytes]) -> None:
        self._content = content

    def read(self, _size: int = -1) -> bytes:
        """The next block, whatever size was asked for."""
        return next(self._content, b"")


def _refuse_entities(element: "etree._Element") -> None:
    declared = element.getroottree().docinfo.internalDTD
    if declared is not None and any(True for _ in declared.iterentities()):
        raise InputError(
            "The file declares XML entities, which are refused.", hint="Save it without a DOCTYPE."
        )


def _relations(element: "etree._Element") -> list[tuple[str, str]]:
    found = element.iterfind("{*}objects/{*}relationship")
    return [(one.get("object-id", ""), one.get("qualifier", "")) for one in found]


def _shown(element: "etree._Element") -> str:
    return str(etree.tostring(element, encoding="unicode", with_tail=False))
