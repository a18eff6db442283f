"""Convert refused records again, after the mapping or the catalogue was mended."""

import json
from datetime import datetime
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.compute as pc

from vivencia.signals.mapping.mapping import Converted
from vivencia.words.catalogue import Catalogue
from vivencia.words.faults import FaultCode


class _Converter(Protocol):
    def convert(self, alias: str, batch: pa.Table, *, file: str, attached: bool = False) -> Converted: ...


class AnyMapping(Protocol):
    """What a mapping of files and the built-in one have in common."""

    @property
    def name(self) -> str:
        """The name that faults carry."""

    @property
    def mains(self) -> tuple[str, ...]:
        """Files whose rows give signals."""

    def alias_of(self, file_name: str) -> str | None:
        """Which of them a file of that name is."""

    def converter(self, sides: Any, *, catalogue: Catalogue, now: datetime, zone: str = "") -> _Converter:
        """A converter for batches."""


def replay(faults: pa.Table, mapping: AnyMapping, *, catalogue: Catalogue, now: datetime) -> Converted:
    """The kept records of open faults, converted by a mapping.

    Faults of other mappings, of unreadable records and those settled before are left
    alone. `settled` names the faults that are answered: their record now gives what it
    should, or the same record has a new fault instead, which stands in `faults`.
    Signals that the record gave at first are given again under the same ids, so a store
    that knows (source, id) takes only what is new.
    """
    wanted = pc.and_(pc.equal(faults["mapping"], mapping.name), pc.equal(faults["state"], "open"))
    wanted = pc.and_(wanted, pc.not_equal(faults["code"], FaultCode.UNREADABLE.value))
    waiting = faults.filter(pc.fill_null(wanted, False))
    # No side files: what the joins found travels with each record.
    converter = mapping.converter({}, catalogue=catalogue, now=now)
    parts: list[Converted] = []
    for file in pc.unique(waiting["file"]).to_pylist():
        alias = mapping.alias_of(file) or (file if file in mapping.mains else None)
        held = waiting.filter(pc.equal(waiting["file"], file))
        if alias is not None and alias in mapping.mains:
            parts.append(_settled(held, converter.convert(alias, records_of(held), file=file, attached=True)))
    return Converted.together(parts)


def records_of(faults: pa.Table) -> pa.Table:
    """The kept records as a table of texts, each once, with its line."""
    seen: dict[tuple[str, int | None], dict[str, str | None]] = {}
    for record, line in zip(faults["record"].to_pylist(), faults["line"].to_pylist(), strict=True):
        seen.setdefault((record, line), {key: _text(value) for key, value in json.loads(record).items()})
    names = sorted({name for record in seen.values() for name in record})
    columns: dict[str, pa.Array] = {
        name: pa.array([record.get(name) for record in seen.values()], pa.string()) for name in names
    }
    columns["_line"] = pa.array([line for _, line in seen], pa.int64())
    return pa.table(columns)


def _settled(held: pa.Table, found: Converted) -> Converted:
    still = set(found.faults["fault"].to_pylist())
    settled = tuple(key for key in held["fault"].to_pylist() if key not in still)
    known = set(held["fault"].to_pylist())
    fresh = found.faults.filter(
        pa.array([key not in known for key in found.faults["fault"].to_pylist()], pa.bool_())
    )
    return Converted(found.signals, fresh, found.records, found.silent, settled)


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
