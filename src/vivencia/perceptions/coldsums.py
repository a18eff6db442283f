"""The sums of the cold start over a table of events, in one loop, with each event its own measures only."""

from typing import Any, NamedTuple

import numpy as np

from vivencia.perceptions.columns import Entries, entries_of, flags
from vivencia.perceptions.compiled import compiled
from vivencia.perceptions.parameters import EXPERIENCE, RELATIONSHIP, Floats


class Hinges(NamedTuple):
    """Which feature a promise on a measure is at a touchpoint (−1: none), its threshold and sign."""

    feature: Any
    threshold: Floats
    sign: Floats


class Sums(NamedTuple):
    """By touchpoint: direct events, first row (−1: none), n, Σy, Σy² of ratings, and the sums of `Cell`.

    `whole` is n, Σ and Σ² of the answers about the relationship.
    """

    events: Any
    first: Any
    rated: Floats
    both: Floats
    x: Floats
    xx: Floats
    y: Floats
    xy: Floats
    whole: Floats


def sign_of(operator: str) -> float:
    """+1 where more than the threshold breaks the promise, −1 where less does."""
    return 1.0 if operator in ("<=", "<") else -1.0


def features_of(
    measures: Any, places: list[str], promises: Any, rows: int
) -> tuple[tuple[str, ...], Entries, Hinges]:
    """Names of the measures and, behind '>', of what lies beyond a promise; the measures; the promises."""
    named = sorted(measures.keys.unique().drop_null().to_pylist())
    code = {name: i for i, name in enumerate(named)}
    entries = entries_of(measures, code, len(named), rows)
    hinges: dict[str, int] = {}
    shape = len(places), len(named) + 1
    found = Hinges(np.full(shape, -1), np.zeros(shape), np.zeros(shape))
    for promise in promises.to_pylist():
        measure, place = promise["measure"], promise["touchpoint"]
        if measure in code and place in places:
            at = places.index(place), code[measure]
            found.feature[at] = hinges.setdefault(measure + ">", len(named) + len(hinges))
            found.threshold[at], found.sign[at] = promise["threshold"], sign_of(promise["operator"])
    return (*named, *hinges), entries, found


def summed(
    touchpoint: Any, several: int, contact: Any, ratings: Entries, scales: Floats, measures: Entries,
    hinges: Hinges, features: int,
) -> Sums:  # fmt: skip
    """The sums over these events; `scales` has a row for the unknown instrument, `contact` is a column."""
    square = several, features, features
    found = Sums(
        np.zeros(several, dtype=np.int64), np.full(several, -1), np.zeros((several, 3)), np.zeros(square),
        np.zeros(square), np.zeros(square), np.zeros(square[:2]), np.zeros(square[:2]), np.zeros(3),
    )  # fmt: skip
    indirect = flags(contact, frozenset({"indirect"}), len(touchpoint))
    _gather(touchpoint, indirect, *ratings, scales, *measures, *hinges, *found)
    return found


@compiled
def _mean(lo: int, hi: int, code: Any, value: Any, scales: Any, target: int) -> float:
    """The mean answer of an event to one kind of question on 0–10; NaN without one."""
    total, n = 0.0, 0
    for j in range(lo, hi):
        k = code[j]
        if scales[k, 0] == target and value[j] >= scales[k, 3] and value[j] <= scales[k, 4]:
            total += scales[k, 1] + scales[k, 2] * value[j]
            n += 1
    return total / n if n > 0 else np.nan


@compiled
def _felt(
    c: int, lo: int, hi: int, code: Any, value: Any, hinge: Any, threshold: Any, sign: Any, own: Any,
    there: Any,
) -> int:  # fmt: skip
    """The features of an event, `own` their values and `there` their numbers; how many there are."""
    n = 0
    for j in range(lo, hi):
        o, k = value[j], code[j]
        if np.isfinite(o):
            own[n], there[n] = o, k
            n += 1
            if hinge[c, k] >= 0:
                own[n], there[n] = max(sign[c, k] * (o - threshold[c, k]), 0.0), hinge[c, k]
                n += 1
    return n


@compiled
def _gather(
    tp: Any, indirect: Any, lo: Any, hi: Any, code: Any, value: Any, scales: Any,
    m_lo: Any, m_hi: Any, m_code: Any, m_value: Any, hinge: Any, threshold: Any, sign: Any,
    events: Any, first: Any, rated: Any, both: Any, x: Any, xx: Any, y: Any, xy: Any, whole: Any,
) -> None:  # fmt: skip
    own, there = np.empty(x.shape[1]), np.empty(x.shape[1], dtype=np.int64)
    for i in range(tp.shape[0]):
        c = tp[i]
        if first[c] < 0:
            first[c] = i
        if not indirect[i]:
            events[c] += 1
        if hi[i] == lo[i]:
            continue
        overall = _mean(lo[i], hi[i], code, value, scales, RELATIONSHIP)
        if np.isfinite(overall):
            whole[0] += 1.0
            whole[1] += overall
            whole[2] += overall * overall
        answer = _mean(lo[i], hi[i], code, value, scales, EXPERIENCE)
        if indirect[i] or not np.isfinite(answer):
            continue
        rated[c, 0] += 1.0
        rated[c, 1] += answer
        rated[c, 2] += answer * answer
        n = _felt(c, m_lo[i], m_hi[i], m_code, m_value, hinge, threshold, sign, own, there)
        for a in range(n):
            f = there[a]
            y[c, f] += answer
            xy[c, f] += own[a] * answer
            for b in range(n):
                both[c, f, there[b]] += 1.0
                x[c, f, there[b]] += own[a]
                xx[c, f, there[b]] += own[a] * own[b]
