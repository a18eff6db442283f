"""Time to an event that may not have come yet: cumulative incidence, and a discrete-time hazard.

* `aalen_johansen`: the probability of each ending by a given time, with those still
  waiting counted as waiting (Aalen & Johansen, 1978). The intervals come from influence
  functions summed by customer, so several journeys of one person are not taken for
  several persons.
* `fit_hazard`: the chance that something happens in the next stretch of time, as a
  grouped proportional-hazards model (complementary log-log; Prentice & Gloeckler, 1978)
  with a normal frailty for each customer, by Laplace's approximation
  (Breslow & Clayton, 1993).
"""

from dataclasses import dataclass

import numba
import numpy as np
import scipy
from numpy.typing import NDArray

from vivencia.measure.normal import Z95
from vivencia.words.errors import ParameterError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Incidence:
    """For each time (row) and each cause (column): the share ended so, and its 95 % interval."""

    share: Floats
    low: Floats
    high: Floats
    waiting: Ints
    """How many were still waiting just before each time."""


def aalen_johansen(
    time: Floats, cause: Ints, by: Floats, *, causes: int, owner: Ints | None = None
) -> Incidence:
    """The cumulative incidence of each cause at the times `by`.

    `time` is when each case ended or was last seen, `cause` how (0 … causes − 1, −1 for not
    ended), `owner` the customer of each case (default: all differ). Intervals are normal on
    the log(−log) scale, clipped to [0, 1]; without any such ending the upper bound is
    1 − 0.025^(1/n). Raises ParameterError without cases or with a negative time.
    """
    if time.size == 0 or time.min() < 0:
        raise ParameterError("cumulative incidence needs cases, and times from 0")
    owner = np.arange(time.size) if owner is None else owner
    people, person = _numbered(owner)
    order = np.argsort(time, kind="stable")
    time, cause, person = time[order], cause[order], person[order]
    place, first = _places(time)
    moments, at_risk = time[first], time.size - first
    hazard, every, before, curve = _curves(place, cause, at_risk, causes)
    upto = np.searchsorted(moments, by, side="right")
    share = np.vstack([np.zeros(causes), curve])[upto]
    error = np.zeros_like(share)
    for row, last in enumerate(upto):
        if last:
            costs = _drift(curve[:last], hazard[:last], every[:last], before[:last], at_risk[:last])
            sums = _influence(*costs, place, cause, person, people)
            error[row] = [np.sqrt(np.sum(np.ascontiguousarray(one) ** 2)) for one in sums.T]
    low, high = _loglog(share, error, people)
    return Incidence(share, low, high, time.size - np.searchsorted(time, by, side="left"))


@numba.njit(cache=True, nogil=True)
def _places(time: Floats) -> tuple[Ints, Ints]:
    """Which moment each case ends at, and the first case of each; times go up."""
    place, first = np.empty(time.size, np.int64), np.empty(time.size, np.int64)
    found = 0
    for case in range(time.size):
        if case == 0 or time[case] != time[case - 1]:
            first[found] = case
            found += 1
        place[case] = found - 1
    return place, first[:found].copy()


@numba.njit(cache=True, nogil=True)
def _curves(place: Ints, cause: Ints, at_risk: Ints, causes: int) -> tuple[Floats, Floats, Floats, Floats]:
    """By moment: the hazard of each cause and of any, who waits just before it, and each cause's curve."""
    hazard, curve = np.zeros((at_risk.size, causes)), np.empty((at_risk.size, causes))
    every, before = np.empty(at_risk.size), np.empty(at_risk.size)
    for case in range(place.size):
        if cause[case] >= 0:
            hazard[place[case], cause[case]] += 1.0
    waiting, share = 1.0, np.zeros(causes)
    for at in range(at_risk.size):
        total = 0.0
        for one in range(causes):
            hazard[at, one] /= at_risk[at]
            total += hazard[at, one]
            share[one] += waiting * hazard[at, one]
            curve[at, one] = share[one]
        every[at], before[at] = total, waiting
        waiting *= 1.0 - total
    return hazard, every, before, curve


@numba.njit(cache=True, nogil=True)
def _drift(
    curve: Floats, hazard: Floats, every: Floats, before: Floats, risk: Ints
) -> tuple[Floats, Floats, Floats]:
    """By moment and cause: what its ending adds, what one of any takes, and what waiting has cost."""
    last, causes = hazard.shape
    on_own, on_any, drift = np.empty(last), np.empty((last, causes)), np.empty((last, causes))
    total = np.zeros(causes)
    for at in range(last):
        on_own[at] = before[at] / risk[at]
        for one in range(causes):
            # What the curve at its end would lose per unit of hazard at this moment, of any cause.
            loss = (curve[last - 1, one] - curve[at, one]) / max(1.0 - every[at], 1e-300)
            on_any[at, one] = loss / risk[at]
            total[one] += (before[at] * hazard[at, one] - loss * every[at]) / risk[at]
            drift[at, one] = total[one]
    return on_own, on_any, drift


def _numbered(owner: Ints) -> tuple[int, Ints]:
    """How many customers there are, and the number of each case's."""
    if np.any(owner[1:] < owner[:-1]):
        everybody, person = np.unique(owner, return_inverse=True)
        return everybody.size, person
    person = np.cumsum(np.append(0, np.diff(owner) > 0), dtype=np.int64)
    return int(person[-1]) + 1, person


@numba.njit(cache=True, nogil=True)
def _influence(
    on_own: Floats, on_any: Floats, drift: Floats, place: Ints, cause: Ints, person: Ints, people: int
) -> Floats:
    """What each customer's cases add to each cause, (people, causes): one pass for all causes.

    Cases come by time, so that only the customers are found here and there.
    """
    last, causes = drift.shape
    sums = np.zeros((people, causes))
    for case in range(place.size):
        at, who = min(place[case], last - 1), person[case]
        ended = place[case] < last and cause[case] >= 0
        for one in range(causes):
            found = -drift[at, one]
            if ended:
                found -= on_any[at, one]
                if cause[case] == one:
                    found += on_own[at]
            sums[who, one] += found
    return sums


def _loglog(share: Floats, error: Floats, people: int) -> tuple[Floats, Floats]:
    inner = (share > 0.0) & (share < 1.0) & (error > 0.0)
    safe = np.where(inner, share, 0.5)
    width = Z95 * error / (safe * np.abs(np.log(safe)))
    spread = np.log(-np.log(safe))
    none = 1.0 - 0.025 ** (1.0 / people)
    low = np.where(inner, np.exp(-np.exp(spread + width)), np.where(share >= 1.0, 1.0 - none, 0.0))
    high = np.where(inner, np.exp(-np.exp(spread - width)), np.where(share <= 0.0, none, 1.0))
    return low, high


@dataclass(frozen=True, slots=True)
class Hazard:
    """A fitted hazard: log-hazard effects with their covariance, and the spread between customers.

    `effects` are the covariates' effects, then the baseline's levels; `evidence` is the
    marginal log-likelihood (Laplace), by which models of the same rows are compared.
    """

    effects: Floats
    covariance: Floats
    frailty: float
    evidence: float
    rounds: int


def fit_hazard(
    covariates: Floats,
    period: Ints,
    event: Floats,
    owner: Ints,
    *,
    prior: float = 1.0,
    frailty: float | None = None,
    rounds: int = 40,
    tolerance: float = 1e-3,
) -> Hazard:
    """Fit 1 − exp(−exp(β'x + α[period] + u[owner])) to rows at risk.

    One row a stretch of time at risk: `covariates` (N, p), `period` the baseline's level,
    `event` 1 where it happened, `owner` the customer (0 … C − 1). β ~ N(0, prior²), α is
    nearly flat, u ~ N(0, frailty²); the frailty is estimated unless it is given.
    Raises ParameterError without rows.
    """
    if event.size == 0:
        raise ParameterError("a hazard needs rows at risk")
    levels, people = int(period.max()) + 1, int(owner.max()) + 1
    design = np.column_stack([covariates, np.eye(levels)[period]])
    size = design.shape[1]
    penalty = np.append(np.full(covariates.shape[1], 1.0 / prior**2), np.full(levels, 1e-2))
    effects, own = np.zeros(size), np.zeros(people)
    rate = np.clip(event.mean(), 1e-6, 0.99)
    effects[covariates.shape[1] :] = np.log(-np.log1p(-rate))
    rows = scipy.sparse.csr_matrix(covariates)
    spread, done = 0.25 if frailty is None else max(frailty**2, 1e-4), rounds
    for turn in range(rounds):
        gram, mixed, slopes, shared, pull = _sums(
            rows.indptr, rows.indices, rows.data, period, event, owner, effects, own
        )
        shared, pull = shared + 1.0 / spread, pull - own / spread
        schur = gram + np.diag(penalty) - mixed.T @ (mixed / shared[:, None])
        target = slopes - penalty * effects - mixed.T @ (pull / shared)
        step = np.asarray(np.linalg.solve(schur, target), dtype=np.float64)
        lift = (pull - mixed @ step) / shared
        scale = min(1.0, 2.0 / max(np.abs(step).max(), np.abs(lift).max(), 1e-12))
        effects, own = effects + scale * step, own + scale * lift
        wider = float(np.mean(own**2 + 1.0 / shared)) if frailty is None else spread
        settled = scale == 1.0 and np.abs(step).max() < tolerance and abs(wider - spread) < tolerance * spread
        spread = max(wider, 1e-4)
        if settled:
            done = turn + 1
            break
    score = design @ effects + own[owner]
    weights = np.bincount(owner, _working(score, event)[1], people) + 1.0 / spread
    evidence = (
        _likelihood(score, event)
        - 0.5 * float(penalty @ effects**2)
        - 0.5 * float(np.sum(own**2)) / spread
        - 0.5 * float(np.sum(np.log(weights * spread)))
    )
    covariance = np.asarray(np.linalg.inv(schur), dtype=np.float64)
    return Hazard(effects, covariance, float(np.sqrt(spread)), evidence, done)


@numba.njit(cache=True, nogil=True)
def _sums(
    begins: Ints,
    columns: Ints,
    values: Floats,
    period: Ints,
    event: Floats,
    owner: Ints,
    effects: Floats,
    own: Floats,
) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """X'WX, X'W by customer, X's, and W and s by customer: of each row only what is not zero."""
    size, people = effects.size, own.size
    first = size - (period.max() + 1)
    gram, mixed, slopes = np.zeros((size, size)), np.zeros((people, size)), np.zeros(size)
    shared, pull = np.zeros(people), np.zeros(people)
    for row in range(period.size):
        level, who = first + period[row], owner[row]
        score = effects[level] + own[who]
        for j in range(begins[row], begins[row + 1]):
            score += values[j] * effects[columns[j]]
        mean = np.exp(min(max(score, -30.0), 3.5))
        ratio = mean / np.expm1(mean)
        slope = event[row] * ratio - (1.0 - event[row]) * mean
        weight = max(mean * ratio, 1e-12)
        shared[who] += weight
        pull[who] += slope
        gram[level, level] += weight
        mixed[who, level] += weight
        slopes[level] += slope
        for j in range(begins[row], begins[row + 1]):
            one, weighed = columns[j], weight * values[j]
            mixed[who, one] += weighed
            slopes[one] += slope * values[j]
            gram[level, one] += weighed
            for k in range(begins[row], j + 1):
                gram[one, columns[k]] += weighed * values[k]
    # Columns of a row ascend, and levels stand behind them: what was filled is the lower triangle.
    for one in range(size):
        for other in range(one):
            gram[other, one] = gram[one, other]
    return gram, mixed, slopes, shared, pull


def _working(score: Floats, event: Floats) -> tuple[Floats, Floats]:
    """Slope and (expected) curvature of each row's log-likelihood in its linear score."""
    mean = np.exp(np.clip(score, -30.0, 3.5))
    # d log(1 − e^−μ)/dη = μ e^−μ / (1 − e^−μ)
    ratio = mean / np.expm1(mean)
    return event * ratio - (1.0 - event) * mean, np.maximum(mean * ratio, 1e-12)


def _likelihood(score: Floats, event: Floats) -> float:
    mean = np.exp(np.clip(score, -30.0, 3.5))
    return float(np.sum(np.where(event > 0, np.log(-np.expm1(-mean)), -mean)))
