"""context.csv: what stands around the customers, dated; every mistake in one message."""

import csv
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from math import isfinite
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa

from vivencia.signals.arrow import table_of
from vivencia.words.catalogue import Catalogue
from vivencia.words.errors import SettingsError
from vivencia.words.shapes.context import CONTEXT, CONTEXT_KEYS
from vivencia.words.shapes.signals import EVENTS

FILE = "context.csv"
#: Mistakes that are written out; the rest is counted.
SHOWN = 20
_ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)
_NAME = re.compile(r"[a-z][a-z0-9_]*")

Row = dict[str, object]


def read_context(folder: Path, catalogue: Catalogue) -> pa.Table:
    """The `CONTEXT` table of a workspace; without the file, an empty one.

    Columns: `at` (date or time; empty: always), any of customer, segment, touchpoint and
    place, and one column of numbers for each covariate. Raises SettingsError with line,
    field and remedy of every mistake.
    """
    file = folder / FILE
    if not file.is_file():
        return table_of(CONTEXT, [])
    mistakes: list[str] = []
    rows = list(_rows(file, catalogue, mistakes))
    if mistakes:
        more = [f"and {len(mistakes) - SHOWN} more"] if len(mistakes) > SHOWN else []
        raise SettingsError("\n  ".join([f"{file}: {len(mistakes)} wrong:", *mistakes[:SHOWN], *more]))
    return table_of(CONTEXT, rows).sort_by([(name, "ascending") for name in CONTEXT.order])


def _rows(file: Path, catalogue: Catalogue, mistakes: list[str]) -> Iterator[Row]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        mistakes.append("line 1: not UTF-8; save the file as UTF-8")
        return
    reader = csv.DictReader(text.splitlines())
    names = _header(list(reader.fieldnames or ()), mistakes)
    if mistakes:
        return
    seen: dict[tuple[object, ...], int] = {}
    for said in reader:
        line = reader.line_num
        if None in said or None in said.values():
            mistakes.append(f"line {line}: not as many fields as the first line; add or take away commas")
            continue
        yield from _row(said, line, names, catalogue, mistakes, seen)


def _header(found: list[str], mistakes: list[str]) -> list[str]:
    if "at" not in found:
        mistakes.append('line 1: no column "at"; add one with the date from which each row holds')
    names = [name for name in found if name not in ("at", *CONTEXT_KEYS)]
    if not names:
        mistakes.append("line 1: no covariate; add a column of numbers, such as market_index")
    for name in names:
        if not _NAME.fullmatch(name) or name in EVENTS.names:
            mistakes.append(f'line 1: "{name}" cannot name a covariate; use small letters, digits and _')
    if len(set(found)) < len(found):
        mistakes.append("line 1: two columns of one name; rename one")
    return names


def _row(
    said: Mapping[str, str], line: int, names: list[str], catalogue: Catalogue, mistakes: list[str],
    seen: dict[tuple[object, ...], int],
) -> Iterator[Row]:  # fmt: skip
    at = _time(said["at"].strip(), line, catalogue, mistakes)
    keys = {key: (said.get(key) or "").strip() or None for key in CONTEXT_KEYS}
    touchpoint = keys["touchpoint"]
    if touchpoint and catalogue.touchpoint(touchpoint) is None:
        mistakes.append(
            f'line {line}: touchpoint: "{touchpoint}" is not in vivencia.toml; add it there or mend the key'
        )
    for name in names:
        text = said[name].strip()
        value = _number(text)
        if text and value is None:
            mistakes.append(
                f'line {line}: {name}: "{text}" is no number; write it as 12.5, or nothing if unknown'
            )
        if at is None or value is None:
            continue
        mark = (name, at, *keys.values())
        if mark in seen:
            mistakes.append(f"line {line}: {name}: line {seen[mark]} says it already; keep one of them")
        seen[mark] = line
        yield {"name": name, "at": at, "value": value, **keys}


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if isfinite(value) else None


def _time(text: str, line: int, catalogue: Catalogue, mistakes: list[str]) -> datetime | None:
    if not text:
        return _ALWAYS
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        mistakes.append(f'line {line}: at: "{text}" is no date; write it as 2026-03-31 or 2026-03-31T14:00')
        return None
    zone = ZoneInfo(catalogue.company.zone) if catalogue.company.zone else UTC
    return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
