"""What would an import give? The first signals, counts by touchpoint, and each kind of fault."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pyarrow.compute as pc

from vivencia.signals.mapping.mapping import Converted
from vivencia.words.catalogue import Catalogue

#: Signals shown.
MOST_SIGNALS = 10

_SHOWN = ("source", "file", "line", "field", "code", "found", "expected", "signal", "record")
_MAPS = ("measures", "ratings", "properties")


@dataclass(frozen=True, slots=True)
class FaultKind:
    """One kind of fault: code and field, how often, and the first of them as an example."""

    code: str
    field: str | None
    count: int
    example: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would give. Nothing was written."""

    records: int
    signals: int
    faults: int
    silent: int
    first: list[dict[str, Any]]
    touchpoints: dict[str, int]
    uncatalogued: tuple[str, ...]
    kinds: dict[str, int]
    fault_kinds: list[FaultKind]

    def as_dict(self) -> dict[str, Any]:
        """The preview for `--json`."""
        return {
            "records": self.records,
            "signals": self.signals,
            "faults": self.faults,
            "silent": self.silent,
            "touchpoints": self.touchpoints,
            "uncatalogued": list(self.uncatalogued),
            "kinds": self.kinds,
            "first": self.first,
            "fault_kinds": [
                {"code": one.code, "field": one.field, "count": one.count, "example": one.example}
                for one in self.fault_kinds
            ],
        }


@dataclass
class _Seen:
    records: int = 0
    signals: int = 0
    faults: int = 0
    silent: int = 0
    first: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    touchpoints: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    found: Counter[tuple[str, str | None]] = field(default_factory=Counter)
    examples: dict[tuple[str, str | None], dict[str, Any]] = field(default_factory=dict)


def preview(parts: Iterable[Converted], catalogue: Catalogue, *, most: int = MOST_SIGNALS) -> Preview:
    """What the converted batches hold: the first signals, counts, each kind of fault with an example.

    The first `most` signals show each touchpoint once before any is shown again.
    """
    seen = _Seen()
    for part in parts:
        _add(seen, part, most)
    known = {one.key for one in catalogue.touchpoints}
    return Preview(
        seen.records,
        seen.signals,
        seen.faults,
        seen.silent,
        [row for _, row in sorted(seen.first, key=lambda turn: turn[0])[:most]],
        dict(sorted(seen.touchpoints.items(), key=lambda item: (-item[1], item[0]))),
        tuple(sorted(set(seen.touchpoints) - known)),
        dict(sorted(seen.kinds.items(), key=lambda item: (-item[1], item[0]))),
        [
            FaultKind(code, name, count, seen.examples[code, name])
            for (code, name), count in sorted(seen.found.items(), key=lambda item: (-item[1], str(item[0])))
        ],
    )


def _add(seen: _Seen, part: Converted, most: int) -> None:
    seen.records += part.records
    seen.signals += part.signals.num_rows
    seen.faults += part.faults.num_rows
    seen.silent += part.silent
    for name, counter in (("touchpoint", seen.touchpoints), ("kind", seen.kinds)):
        for one in pc.value_counts(part.signals[name]).to_pylist():
            counter[one["values"]] += one["counts"]
    shown = Counter(row["touchpoint"] for _, row in seen.first)
    for touchpoint in pc.unique(part.signals["touchpoint"]).to_pylist():
        wanted = most - shown[touchpoint]
        rows = part.signals.filter(pc.equal(part.signals["touchpoint"], touchpoint)).slice(0, max(wanted, 0))
        for turn, row in enumerate(rows.to_pylist(), shown[touchpoint]):
            seen.first.append((turn, _plain(row)))
    for fault in part.faults.to_pylist():
        kind = (fault["code"], fault["field"])
        seen.found[kind] += 1
        seen.examples.setdefault(kind, {key: fault[key] for key in _SHOWN})


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """A signal without what is blank, its maps as objects."""
    said: dict[str, Any] = {key: dict(row[key] or ()) if key in _MAPS else row[key] for key in row}
    said["at"] = row["at"].isoformat()
    return {key: value for key, value in said.items() if value is not None and value != {}}
