"""XES event logs (IEEE 1849) in and out: one row an event, streamed, also from `.xes.gz`."""

import re
from pathlib import Path

from vivencia.connectors.source import Head, Reading, Source
from vivencia.connectors.xes.reader import XESSource

__all__ = ["XES", "XESSource"]

_ROOT = re.compile(r"<(?:[\w.-]+:)?log[\s>/]")
_OCEL = re.compile(r"<(?:[\w.-]+:)?(?:object-types|event-types|objects|events)[\s>/]")


class XES:
    """The XML serialisation of event logs."""

    name = "xes"
    extensions = ("xes",)

    def recognises(self, head: Head) -> int:
        """By the outermost element and by what OCEL's, which has the same name, holds instead."""
        text = head.start.replace(b"\x00", b"").decode("latin-1")
        if not text.lstrip("\ufeffï»¿þÿ \t\r\n").startswith("<"):
            return 0
        if _ROOT.search(text) is None:
            return 1 if "xes" in head.extensions else 0
        return 0 if _OCEL.search(text) else 3

    def open(self, path: Path, reading: Reading) -> Source:
        """The file as a source; raises InputError when it declares an encoding that is not known."""
        return XESSource(path, reading)
