"""How answers fall as a promised measure worsens: means by bands around the promise.

A promise that is kept or broken hides how much it matters by how much. The bands stand
around the threshold: for days a week before, the threshold, 3 and 7 days after; for a
positive threshold in any other unit half, once, twice and four times; else the threshold
alone. A delay that nobody promised anything about is taken against zero.
An association: late parcels differ from punctual ones in more than their lateness.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vivencia.measure.intervals import clustered_mean
from vivencia.perceptions.columns import Entries, codes_of, entries_of, one_array, starts_of
from vivencia.perceptions.compiled import compiled
from vivencia.plans import Fold, Plan
from vivencia.plans.arrow import schema_of
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
    promised, ends, held = _promised_facts(table, promises)
    said = _entries(table, "ratings", instruments)
    found = np.zeros((len(promises) * len(instruments) * (ends.shape[1] + 1), 6))
    _add_answers(
        starts_of(one_array(table, "customer")), *held, *said, promised, ends, len(instruments), found
    )
    return merge_answers(state, _sums(found, promises, instruments))


@compiled
def _add_answers(
    starts: Any, place: Any, lo: Any, hi: Any, code: Any, value: Any,
    rating_lo: Any, rating_hi: Any, rating_code: Any, rating_value: Any,
    promised: Any, ends: Any, instruments: int, found: Any,
) -> None:  # fmt: skip
    """Each promised fact stands beside every answer of its event; sums as of `Sums`, by customer."""
    bands, keys = ends.shape[1] + 1, found.shape[0]
    here, sums, seen = np.zeros(keys), np.zeros(keys), np.empty(keys, np.int64)
    for c in range(starts.shape[0] - 1):
        many = 0
        for i in range(starts[c], starts[c + 1]):
            if place[i] < 0 or rating_lo[i] == rating_hi[i]:
                continue
            for j in range(lo[i], hi[i]):
                which = promised[place[i], code[j]] if code[j] >= 0 else -1
                if which < 0 or not math.isfinite(value[j]):
                    continue
                band = _band(value[j], ends[which])
                for r in range(rating_lo[i], rating_hi[i]):
                    if rating_code[r] < 0:
                        continue
                    k = (which * instruments + rating_code[r]) * bands + band
                    if here[k] == 0.0:
                        seen[many] = k
                        many += 1
                    here[k] += 1.0
                    sums[k] += rating_value[r]
        _add_customer(seen[:many], here, sums, found)


@compiled
def _band(value: float, ends: Any) -> int:
    band = 0
    for end in ends:
        band += 1 if value > end else 0
    return band


@compiled
def _add_customer(seen: Any, here: Any, sums: Any, found: Any) -> None:
    """One customer's answers (number, sum) by cell; both are zero again afterwards."""
    for k in seen:
        n, y = here[k], sums[k]
        here[k], sums[k] = 0.0, 0.0
        found[k, 0] += n
        found[k, 1] += 1.0
        found[k, 2] += n * n
        found[k, 3] += y
        found[k, 4] += y * y
        found[k, 5] += y * n


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


class _Held(NamedTuple):
    """The place of each event and what was measured there, both by their numbers in what was promised."""

    place: NDArray[np.int32]
    lo: NDArray[np.int32]
    hi: NDArray[np.int32]
    code: NDArray[np.int32]
    value: Floats


def _promised_facts(table: pa.Table, promises: list[_Promise]) -> tuple[Ints, Floats, _Held]:
    """The promise of each place and measure (−1: none), upper ends of its bands, and what was measured."""
    measures = sorted({one.measure for one in promises})
    touchpoints = sorted({one.touchpoint for one in promises})
    promised = np.full((len(touchpoints), len(measures)), -1, dtype=np.int64)
    ends = np.full((len(promises), max(len(one.ends) for one in promises)), np.inf)
    for number, one in enumerate(promises):
        promised[touchpoints.index(one.touchpoint), measures.index(one.measure)] = number
        ends[number, : len(one.ends)] = one.ends
    places = {key: number for number, key in enumerate(touchpoints)}
    place = codes_of(one_array(table, "touchpoint"), places, -1)
    return promised, ends, _Held(place, *_entries(table, "measures", measures))


def _entries(table: pa.Table, name: str, keys: list[str]) -> Entries:
    column = one_array(table, name)
    return entries_of(column, {key: number for number, key in enumerate(keys)}, -1, table.num_rows)


def _sums(found: Floats, promises: list[_Promise], instruments: list[str]) -> Sums:
    """The sums by name of promise, instrument and band."""
    bands = len(found) // (len(promises) * len(instruments))
    made: Sums = {}
    for at in np.flatnonzero(found[:, 0]):
        group, band = divmod(int(at), bands)
        promise, instrument = divmod(group, len(instruments))
        one = promises[promise]
        made[one.touchpoint, one.measure, instruments[instrument], band] = found[at]
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


_SCHEMA = schema_of(MEASURE_BANDS)
