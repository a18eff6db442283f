"""Refused records become fault rows: kept whole, so that they can be replayed."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

import numpy as np
import pyarrow as pa

from vivencia.plans.arrow import schema_of
from vivencia.signals.arrow import empty
from vivencia.signals.mapping.frame import Trouble, as_text
from vivencia.words.faults import FaultCode
from vivencia.words.shapes.signals import FAULTS

#: How much of a wrong value is shown; the record holds it whole.
MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Origin:
    """Where records came from: source, file, the mapping in use, and when they were looked at."""

    source: str
    file: str
    mapping: str
    now: datetime


class FaultBook:
    """Collects the troubles of one batch, then writes them as fault rows.

    One trouble that stops several signals of a row is one fault that names them all.
    """

    def __init__(self, table: pa.Table, origin: Origin) -> None:
        self.table = table
        self.origin = origin
        self._found: dict[tuple[int, str, FaultCode], tuple[str | None, str | None, list[str]]] = {}

    def add(self, trouble: Trouble, selected: np.ndarray, signal: str) -> None:
        """Note a trouble on the selected rows."""
        rows = np.flatnonzero(trouble.where & selected)
        if not len(rows):
            return
        shown = as_text(trouble.found.take(pa.array(rows))).to_pylist()
        for row, found in zip(rows.tolist(), shown, strict=True):
            said = found if found is None else found[:MOST_SHOWN]
            held = self._found.setdefault((row, trouble.field, trouble.code), (said, trouble.expected, []))
            if signal not in held[2]:
                held[2].append(signal)

    def rows(self) -> set[int]:
        """The rows that have a fault."""
        return {row for row, _, _ in self._found}

    def write(self) -> pa.Table:
        """The fault rows, in order of the file."""
        if not self._found:
            return empty(FAULTS)
        wanted = sorted(self.rows())
        records = dict(zip(wanted, self._records(wanted), strict=True))
        lines = self._lines(wanted)
        written = []
        for (row, field, code), (found, expected, signals) in sorted(
            self._found.items(), key=lambda item: item[0][:2]
        ):
            values = {"line": lines[row], "field": field, "code": code, "found": found, "expected": expected}
            written.append(fault_row(self.origin, {**values, "record": records[row], "signals": signals}))
        return pa.Table.from_pylist(written, schema=schema_of(FAULTS))

    def _records(self, rows: Sequence[int]) -> list[str]:
        names = [name for name in self.table.column_names if not name.startswith(("_line", "_file"))]
        taken = self.table.select(names).take(pa.array(rows)).to_pylist()
        return [json.dumps(as_record(one), ensure_ascii=False) for one in taken]

    def _lines(self, rows: Sequence[int]) -> dict[int, int | None]:
        if "_line" not in self.table.column_names:
            return dict.fromkeys(rows)
        found = self.table.column("_line").take(pa.array(rows)).to_pylist()
        return dict(zip(rows, found, strict=True))


def fault_row(origin: Origin, values: Mapping[str, object]) -> dict[str, object]:
    """One fault row. Its key follows from its content, so the same fault met again is the same row."""
    signals = values.get("signals") or []
    row = {
        "source": origin.source,
        "file": origin.file,
        "line": values.get("line"),
        "field": values.get("field"),
        "code": str(values["code"]),
        "found": values.get("found"),
        "expected": values.get("expected"),
        "mapping": origin.mapping,
        "signal": ", ".join(map(str, signals)) if isinstance(signals, list) and signals else None,
        "record": values["record"],
        "at": origin.now,
        "state": "open",
    }
    named = [row[name] for name in ("source", "file", "line", "field", "code")]
    content = json.dumps(json.loads(str(row["record"])), sort_keys=True)
    return {"fault": digest(json.dumps([named, content], ensure_ascii=False)), **row}


def as_record(values: Mapping[str, object]) -> dict[str, str]:
    """A record as texts, without what is blank: the form in which a fault keeps it."""
    return {
        name: value
        if isinstance(value, str)
        else json.dumps(value, ensure_ascii=False, default=str).strip('"')
        for name, value in values.items()
        if value is not None and value != ""
    }


def broken_faults(broken: Iterable[tuple[int, str, str]], origin: Origin) -> pa.Table:
    """Records that the reader of the file could not even parse: (line, reason, the raw text)."""
    rows = [
        fault_row(
            origin,
            {
                "line": line,
                "code": FaultCode.UNREADABLE,
                "found": raw[:MOST_SHOWN],
                "expected": reason,
                "record": json.dumps({"raw": raw}, ensure_ascii=False),
            },
        )
        for line, reason, raw in broken
    ]
    return pa.Table.from_pylist(rows, schema=schema_of(FAULTS))


def digest(text: str) -> str:
    """A short stable name of a content: 128 bits of BLAKE2b as 32 hexadecimal digits."""
    return blake2b(text.encode(), digest_size=16).hexdigest()
