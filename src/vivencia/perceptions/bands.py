"""How answers fall as a promised measure worsens: means by bands around the promise.

A promise that is kept or broken hides how much it matters by how much. The bands stand
around the threshold: for days a week before, the threshold, 3 and 7 days after; for a
positive threshold in any other unit half, once, twice and four times; else the threshold
alone. A delay that nobody promised anything about is taken against zero.
An association: late parcels differ from punctual ones in more than their lateness.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vivencia.measure.intervals import clustered_mean
from vivencia.perceptions.columns import Entries, codes_of, entries_of, one_array, starts_of
from vivencia.perceptions.sums import add_up
from vivencia.plans import Fold, Plan
from vivencia.words.shapes.bands import MEASURE_BANDS

#: Measures that begin so have a natural standard, zero, promised or not.
DELAY = "delay"

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
#: (touchpoint, measure, instrument, band) → answers, customers, Σn², Σy, Σy², Σyn by customer.
Sums = dict[tuple[str, str, str, int], Floats]


def edges(measure: str, threshold: float) -> tuple[float, ...]:
    """Upper ends of the bands but the last, ascending.

    >>> edges("delay_days", 0.0)
    (-7.0, 0.0, 3.0, 7.0)
    >>> edges("wait_s", 120.0)
    (60.0, 120.0, 240.0, 480.0)
    """
    if measure.endswith("_days"):
        return (threshold - 7, threshold, threshold + 3, threshold + 7)
    if threshold > 0:
        return (threshold / 2, threshold, threshold * 2, threshold * 4)
    return (threshold,)


def measure_bands_plan() -> Plan:
    """Reads `events`, `promises` and `instruments`, gives `measure_bands`."""
    fold = Fold(
        name=MEASURE_BANDS.name,
        start=no_answers,
        add=add_answers,
        merge=merge_answers,
        finish=bands_table,
        reads="events",
        columns=("customer", "touchpoint", "measures", "ratings"),
        writes=MEASURE_BANDS,
        beside=("promises", "instruments"),
        coded=True,
    )
    return Plan("measure_bands", (fold,), gives=(MEASURE_BANDS.name,))


@dataclass(frozen=True, slots=True)
class _Promise:
    touchpoint: str
    measure: str
    operator: str
    threshold: float
    ends: tuple[float, ...] = field(default=())


def _promises(side: Mapping[str, Any]) -> list[_Promise]:
    """What was promised."""
    return [
        _Promise(
            r["touchpoint"], r["measure"], r["operator"], r["threshold"], edges(r["measure"], r["threshold"])
        )
        for r in side["promises"].to_pylist()
    ]


def no_answers(side: Mapping[str, Any]) -> Sums:  # noqa: ARG001 (the form of a fold)
    """The state before any event."""
    return {}


def add_answers(state: Sums, table: pa.Table, side: Mapping[str, Any]) -> Sums:
    """The state with whole customers' events added."""
    promises = [*_promises(side), *_delays(table, _promises(side))]
    if not table.num_rows or not promises:
        return state
    instruments = side["instruments"].column("instrument").to_pylist()
    met = _promised_facts(table, promises)
    said = _entries(table, "ratings", instruments)
    # Each promised fact stands beside every answer of its event.
    answers = (said.hi - said.lo).astype(np.int64)[met.event]
    fact = np.repeat(np.arange(len(met.event)), answers)
    at = np.repeat(said.lo[met.event] - np.cumsum(answers) + answers, answers) + np.arange(len(fact))
    known = said.code[at] >= 0
    fact, at = fact[known], at[known]
    if not fact.size:
        return state
    person = _numbered(starts_of(one_array(table, "customer")))[met.event[fact]]
    groups = _Groups(
        met.promise[fact], met.band[fact], said.code[at].astype(np.int64), person, said.value[at]
    )
    return merge_answers(state, _sums(groups, promises, instruments))


def _delays(table: pa.Table, promised: list[_Promise]) -> list[_Promise]:
    """Delays measured where nothing was promised about them: against zero."""
    known = {(one.touchpoint, one.measure) for one in promised}
    column = one_array(table, "measures")
    names = [name for name in pc.unique(column.keys).to_pylist() if name.startswith(DELAY)] if column else []
    touchpoints = pc.unique(table.column("touchpoint")).to_pylist() if names else []
    return [
        _against_zero(touchpoint, measure)
        for touchpoint in sorted(filter(None, touchpoints))
        for measure in sorted(names)
        if (touchpoint, measure) not in known
    ]


def _against_zero(touchpoint: str, measure: str) -> _Promise:
    return _Promise(touchpoint, measure, "<=", 0.0, edges(measure, 0.0))


class _Facts(NamedTuple):
    """Measures that were promised: at which event, by which promise, in which band."""

    event: Ints
    promise: Ints
    band: Ints


class _Groups(NamedTuple):
    """Answers beside a promised fact, one row each."""

    promise: Ints
    band: Ints
    instrument: Ints
    person: Ints
    answer: Floats


def _promised_facts(table: pa.Table, promises: list[_Promise]) -> _Facts:
    measures = sorted({one.measure for one in promises})
    touchpoints = sorted({one.touchpoint for one in promises})
    promised = np.full((len(touchpoints) + 1, len(measures) + 1), -1, dtype=np.int64)
    ends = np.full((len(promises), max(len(one.ends) for one in promises)), np.inf)
    for number, one in enumerate(promises):
        promised[touchpoints.index(one.touchpoint), measures.index(one.measure)] = number
        ends[number, : len(one.ends)] = one.ends
    touched = codes_of(
        one_array(table, "touchpoint"), {key: number for number, key in enumerate(touchpoints)}, -1
    )
    held = _entries(table, "measures", measures)
    count = (held.hi - held.lo).astype(np.int64)
    event = np.repeat(np.arange(table.num_rows), count)
    # Entries of null maps stand between the others, so positions are counted from each event's first.
    at = np.repeat(held.lo - np.cumsum(count) + count, count) + np.arange(len(event))
    which = promised[touched[event], held.code[at]]
    kept = (which >= 0) & np.isfinite(held.value[at])
    value = held.value[at[kept]]
    band = (value[:, None] > ends[which[kept]]).sum(axis=1)
    return _Facts(event[kept], which[kept], band)


def _numbered(starts: Ints) -> Ints:
    return np.repeat(np.arange(len(starts) - 1), np.diff(starts))


def _entries(table: pa.Table, name: str, keys: list[str]) -> Entries:
    column = one_array(table, name)
    return entries_of(column, {key: number for number, key in enumerate(keys)}, -1, table.num_rows)


def _sums(rows: _Groups, promises: list[_Promise], instruments: list[str]) -> Sums:
    """Sums by promise, instrument and band, squared and crossed by customer."""
    bands = max(len(one.ends) for one in promises) + 1
    code = (rows.promise * len(instruments) + rows.instrument) * bands + rows.band
    starts = np.append(np.flatnonzero(np.diff(rows.person, prepend=-1)), len(code))
    found = add_up(starts, code, len(promises) * len(instruments) * bands, rows.answer[None])
    sums = np.stack(
        [found.n, found.clusters, found.square, found.total[0], found.total_square[0], found.cross[0]], axis=1
    )
    made: Sums = {}
    for at in np.flatnonzero(found.n):
        group, band = divmod(int(at), bands)
        promise, instrument = divmod(group, len(instruments))
        one = promises[promise]
        made[one.touchpoint, one.measure, instruments[instrument], band] = sums[at]
    return made


def merge_answers(one: Sums, other: Sums) -> Sums:
    """Both states together; no customer stands in both."""
    merged = dict(one)
    for key, sums in other.items():
        merged[key] = merged[key] + sums if key in merged else sums
    return merged


def bands_table(state: Sums, side: Mapping[str, Any]) -> pa.Table:
    """The table `measure_bands`."""
    known = {(one.touchpoint, one.measure): one for one in _promises(side)}
    rows = [_row(key, state[key], known.get(key[:2]) or _against_zero(*key[:2])) for key in sorted(state)]
    return pa.Table.from_pylist(rows, schema=_SCHEMA)


def _row(key: tuple[str, str, str, int], sums: Floats, promise: _Promise) -> dict[str, Any]:
    touchpoint, measure, instrument, band = key
    ends = promise.ends
    above = ends[band - 1] if band > 0 else None
    up_to = ends[band] if band < len(ends) else None
    value, low, high = (float(part[0]) for part in clustered_mean(*sums[:, None]))
    return {
        "touchpoint": touchpoint,
        "measure": measure,
        "instrument": instrument,
        "band": band,
        "above": above,
        "up_to": up_to,
        "kept": _keeps(promise, above, up_to),
        "value": value,
        "low": low if np.isfinite(low) else None,
        "high": high if np.isfinite(high) else None,
        "n": int(sums[0]),
        "customers": int(sums[1]),
    }


def _keeps(promise: _Promise, above: float | None, up_to: float | None) -> bool:
    """Whether every value in (above, up_to] keeps the promise."""
    if promise.operator in ("<=", "<"):
        return up_to is not None and (
            up_to <= promise.threshold if promise.operator == "<=" else up_to < promise.threshold
        )
    return above is not None and above >= promise.threshold


_TYPES = {"text": pa.string(), "int": pa.int64(), "float": pa.float64(), "bool": pa.bool_()}
_SCHEMA = pa.schema([(column.name, _TYPES[column.type]) for column in MEASURE_BANDS.columns])
