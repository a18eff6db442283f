"""OCEL 2.0 object-centric event logs in and out: JSON, XML and SQLite."""

import re
import sqlite3
from pathlib import Path

from vivencia.connectors.ocel.json_form import JSONForm
from vivencia.connectors.ocel.source import OCELSource
from vivencia.connectors.ocel.sqlite_form import SQLiteForm
from vivencia.connectors.ocel.xml_form import XMLForm
from vivencia.connectors.source import Head, Reading, Source

__all__ = ["OCELJSON", "OCELXML", "OCELSQLite", "OCELSource"]

_SECTIONS = re.compile(r"<(?:[\w.-]+:)?(?:object-types|event-types|objects|events)[\s>/]")
_ROOT = re.compile(r"<(?:[\w.-]+:)?log[\s>/]")
_KEYS = (b'"objectTypes"', b'"eventTypes"', b'"objects"', b'"events"')


class OCELJSON:
    """The JSON form."""

    name = "ocel-json"
    extensions = ("jsonocel",)

    def recognises(self, head: Head) -> int:
        """By the keys of its outermost object."""
        text = head.start.removeprefix(b"\xef\xbb\xbf").lstrip()
        if not text.startswith(b"{"):
            return 0
        if sum(key in text for key in _KEYS) >= 2:
            return 3
        return 2 if "jsonocel" in head.extensions else 0

    def open(self, path: Path, reading: Reading) -> Source:
        """The file as a source; raises InputError when it is no OCEL 2.0."""
        return OCELSource(path, reading, JSONForm(path))


class OCELXML:
    """The XML form."""

    name = "ocel-xml"
    extensions = ("xmlocel",)

    def recognises(self, head: Head) -> int:
        """By the sections of its outermost element."""
        text = head.start.replace(b"\x00", b"").decode("latin-1")
        if _ROOT.search(text) and _SECTIONS.search(text):
            return 3
        return 2 if "xmlocel" in head.extensions and "<" in text[:64] else 0

    def open(self, path: Path, reading: Reading) -> Source:
        """The file as a source; raises InputError when it declares XML entities."""
        return OCELSource(path, reading, XMLForm(path))


class OCELSQLite:
    """The relational form, in an SQLite file."""

    name = "ocel-sqlite"
    extensions = ("sqlite",)

    def recognises(self, head: Head) -> int:
        """By its tables."""
        if not head.start.startswith(b"SQLite format 3\x00") or head.packed:
            return 0
        try:
            return 3 if SQLiteForm(head.path).is_ocel() else 0
        except sqlite3.Error:
            return 1

    def open(self, path: Path, reading: Reading) -> Source:
        """The file as a source; raises InputError when it is damaged."""
        return OCELSource(path, reading, SQLiteForm(path))
