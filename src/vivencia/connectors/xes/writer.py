"""Writing XES: a trace a journey, an event a step."""

import gzip
import re
from itertools import groupby
from pathlib import Path
from typing import TextIO, cast

import pyarrow as pa

from vivencia.connectors.eventlog import Attribute, Step, steps
from vivencia.connectors.writing import replacing
from vivencia.connectors.xes.scanning import BOOLEAN, DATE, FLOAT, INT, STRING

_ELEMENTS = {STRING: "string", DATE: "date", INT: "int", FLOAT: "float", BOOLEAN: "boolean"}
_NOT_ALLOWED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
)
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849-2016" xes.features="" xmlns="http://www.xes-standard.org/">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
<global scope="trace"><string key="concept:name" value=""/></global>
<global scope="event"><string key="concept:name" value=""/>
<date key="time:timestamp" value="1970-01-01T00:00:00Z"/></global>
<classifier name="touchpoint" keys="concept:name"/>
"""


def write_xes(table: pa.Table, path: str | Path) -> int:
    """Events written, packed when the name ends in `.gz`; the columns are those of `eventlog.steps`."""
    path = Path(path)
    events = 0
    with replacing(path) as beside, _opened(beside, packed=path.suffix == ".gz") as file:
        file.write(_HEAD)
        for case, found in groupby(steps(table), key=lambda step: step.case):
            events += _write_trace(file, case, list(found))
        file.write("</log>\n")
    return events


def _opened(path: Path, *, packed: bool) -> TextIO:
    if packed:
        return cast(TextIO, gzip.open(path, "wt", encoding="utf-8"))
    return path.open("w", encoding="utf-8")


def escaped(text: str) -> str:
    """Text for between double quotes; a character XML has no place for becomes U+FFFD."""
    return _NOT_ALLOWED.sub("\ufffd", text).translate(_ESCAPES)


def _write_trace(file: TextIO, case: str, found: list[Step]) -> int:
    first = found[0]
    of_case: list[Attribute] = [("concept:name", STRING, case), ("customer", STRING, first.customer)]
    if first.journey is not None:
        of_case.append(("journey", INT, str(first.journey)))
    if first.account is not None:
        of_case.append(("account", STRING, first.account))
    file.write("<trace>\n")
    file.write("".join(map(_element, of_case)))
    for step in found:
        own: list[Attribute] = [("concept:name", STRING, step.touchpoint), ("time:timestamp", DATE, step.at)]
        file.write(f"<event>\n{''.join(map(_element, own + step.attributes))}</event>\n")
    file.write("</trace>\n")
    return len(found)


def _element(attribute: Attribute) -> str:
    name, kind, text = attribute
    return f'<{_ELEMENTS[kind]} key="{escaped(name)}" value="{escaped(text)}"/>\n'
