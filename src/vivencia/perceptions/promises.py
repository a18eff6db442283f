"""Objective measures against what was promised: level, spread, share kept, and what breaking it costs."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from vivencia.measure.intervals import clustered_share
from vivencia.perceptions.columns import entries_of, numbered, one_array, starts_of
from vivencia.perceptions.compiled import compiled
from vivencia.perceptions.parameters import EXPERIENCE, INTERCEPT, RAW_HIGH, RAW_LOW, SLOPE, TARGET, Floats
from vivencia.perceptions.sums import add_up_all
from vivencia.perceptions.table import scales_in
from vivencia.words.shapes.perceptions import PROMISES_KEPT

COLUMNS = ("customer", "touchpoint", "measures", "ratings")
#: How a measure may be held against a promise.
OPERATORS = ("<=", "<", ">=", ">")


@dataclass(frozen=True, slots=True)
class Met:
    """The state of the fold, by (touchpoint, measure): values as they came, and sums.

    `sums`: n, customers, Σn_c², Σkept, Σkept_c², Σkept_c·n_c, then number and sum of the
    answers where kept and where broken.
    """

    values: dict[tuple[str, str], list[Floats]] = field(default_factory=dict)
    sums: dict[tuple[str, str], Floats] = field(default_factory=dict)


def start(side: Mapping[str, Any]) -> Met:
    """Nothing measured yet."""
    del side
    return Met()


def merge(a: Met, b: Met) -> Met:
    """Both together."""
    values, sums = dict(a.values), dict(a.sums)
    for key, parts in b.values.items():
        values[key] = [*values.get(key, []), *parts]
    for key, row in b.sums.items():
        sums[key] = sums[key] + row if key in sums else row
    return Met(values, sums)


def add(state: Met, table: Any, side: Mapping[str, Any]) -> Met:
    """The measures of one table of events merged in."""
    return merge(state, _met(table, side))


def _met(table: Any, side: Mapping[str, Any]) -> Met:
    array = one_array(table, "measures")
    if table.num_rows == 0 or len(array.keys) == 0:
        return Met()
    names = array.keys.unique().to_pylist()
    measures = entries_of(array, {name: i for i, name in enumerate(names)}, len(names), table.num_rows)
    place, touchpoints = numbered(one_array(table, "touchpoint"))
    places = touchpoints.to_pylist()
    codes, scales = scales_in(side["instruments"])
    ratings = entries_of(
        one_array(table, "ratings"), {key: i for i, key in enumerate(codes)}, len(codes), table.num_rows
    )
    joint = np.full(len(measures.code), -1, dtype=np.int32)
    each = np.zeros((5, len(joint)))
    _meet(
        place, *measures, *ratings, np.concatenate([scales, np.full((1, 8), -1.0)]),
        *_promised(places, names, side["promises"]), joint, each,
    )  # fmt: skip
    first = np.append(measures.lo, len(joint))[starts_of(one_array(table, "customer"))]
    keys = len(places) * len(names)
    sums = add_up_all(first, joint[None], keys, each)
    # Rows, customers and their squares; three sums of what was kept; then one sum of each of the others.
    rows = sums[:, [0, 1, 2, 3, 4, 5, 6, 9, 12, 15]]
    border = np.concatenate([[0], np.cumsum(sums[:, 0])]).astype(np.int64)
    values = np.empty(border[-1])
    _apart(joint, measures.value, border[:-1].copy(), values)
    used = np.flatnonzero(sums[:, 0])
    key = [(places[k // len(names)], names[k % len(names)]) for k in used]
    return Met(
        {name: [values[border[k] : border[k + 1]]] for name, k in zip(key, used, strict=True)},
        {name: rows[k] for name, k in zip(key, used, strict=True)},
    )


def _promised(places: list[str], names: list[str], promises: Any) -> tuple[Any, Floats]:
    """What was promised of each place and measure: an operator of OPERATORS (−1: nothing) and a threshold."""
    operator = np.full((len(places), len(names)), -1, dtype=np.int8)
    threshold = np.zeros(operator.shape)
    for promise in promises.to_pylist():
        if promise["touchpoint"] in places and promise["measure"] in names:
            at = places.index(promise["touchpoint"]), names.index(promise["measure"])
            operator[at], threshold[at] = OPERATORS.index(promise["operator"]), promise["threshold"]
    return operator, threshold


@compiled
def _meet(
    place: Any, lo: Any, hi: Any, code: Any, value: Any,
    rating_lo: Any, rating_hi: Any, rating_code: Any, rating_value: Any, scales: Any,
    operator: Any, threshold: Any, joint: Any, each: Any,
) -> None:  # fmt: skip
    """Place and measure of each entry as one number, and beside it whether it kept the promise.

    Then number and sum of answers where it did, and where it did not.
    """
    for i in range(place.shape[0]):
        if lo[i] == hi[i] or place[i] < 0:
            continue
        answer = mean_answer(rating_lo[i], rating_hi[i], rating_code, rating_value, scales)
        told = 1.0 if math.isfinite(answer) else 0.0
        y = answer if told > 0.0 else 0.0
        for j in range(lo[i], hi[i]):
            if not math.isfinite(value[j]):
                continue
            joint[j] = place[i] * operator.shape[1] + code[j]
            kept = 1.0 if keeps(operator[place[i], code[j]], value[j], threshold[place[i], code[j]]) else 0.0
            each[0, j], each[1, j], each[2, j] = kept, told * kept, y * kept
            each[3, j], each[4, j] = told * (1.0 - kept), y * (1.0 - kept)


@compiled
def mean_answer(lo: int, hi: int, codes: Any, values: Any, scales: Any) -> float:
    """The mean of an event's answers about the contact, on 0–10; NaN without one."""
    total, n = 0.0, 0
    for r in range(lo, hi):
        k, raw = codes[r], values[r]
        if scales[k, TARGET] == EXPERIENCE and raw >= scales[k, RAW_LOW] and raw <= scales[k, RAW_HIGH]:
            total += scales[k, INTERCEPT] + scales[k, SLOPE] * raw
            n += 1
    return total / n if n > 0 else np.nan


@compiled
def keeps(operator: int, value: float, threshold: float) -> bool:
    """Whether a value keeps a promise; `operator` is a place in OPERATORS, −1 where nothing was promised."""
    if operator == 0:
        return bool(value <= threshold)
    if operator == 1:
        return bool(value < threshold)
    if operator == 2:
        return bool(value >= threshold)
    return bool(operator == 3 and value > threshold)


@compiled
def _apart(joint: Any, value: Any, at: Any, values: Any) -> None:
    """The values key after key, as they came; `at` is where the next of each key goes."""
    for j in range(joint.shape[0]):
        if joint[j] >= 0:
            values[at[joint[j]]] = value[j]
            at[joint[j]] += 1


def finish(state: Met, side: Mapping[str, Any]) -> Any:
    """The `PROMISES_KEPT` table."""
    promised = {(p["touchpoint"], p["measure"]): p for p in side["promises"].to_pylist()}
    rows = [_row(key, state, promised.get(key)) for key in sorted(state.sums)]
    types = {"text": pa.string(), "float": pa.float64(), "int": pa.int64()}
    return pa.table(
        {
            column.name: pa.array([row.get(column.name) for row in rows], types[column.type])
            for column in PROMISES_KEPT.columns
        }
    )


def _row(key: tuple[str, str], state: Met, promise: Mapping[str, Any] | None) -> dict[str, Any]:
    values = np.sort(np.concatenate(state.values[key]))
    s = state.sums[key]
    median, p90 = np.quantile(values, (0.5, 0.9))
    row: dict[str, Any] = {
        "touchpoint": key[0], "measure": key[1], "n": int(s[0]), "customers": int(s[1]),
        "mean": float(values.mean()), "median": float(median), "p90": float(p90),
    }  # fmt: skip
    if promise is None:
        return row
    share, low, high = clustered_share(*(s[i : i + 1] for i in (0, 1, 2, 3, 4, 5)))
    row |= {
        "operator": promise["operator"], "threshold": promise["threshold"],
        "kept": float(share[0]), "kept_low": float(low[0]), "kept_high": float(high[0]),
        "rated_kept": int(s[6]), "rated_broken": int(s[8]),
    }  # fmt: skip
    for name, n, total in (("experience_kept", s[6], s[7]), ("experience_broken", s[8], s[9])):
        row[name] = float(total / n) if n else None
    return row
