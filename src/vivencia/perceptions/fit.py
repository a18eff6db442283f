"""All parameters from the answers: Fisher scoring on the exact predictions of the filter.

The filter gives, for every answer, its prediction ŷ and variance S given all before it.
With the derivatives of both (`derivatives`), per customer i

    score_i = Σ v·dŷ/S + ½ (v²/S − 1)·dS/S,      v = y − ŷ,
    information = Σ dŷ dŷ'/S + ½ dS dS'/S²,

and each step solves (information + prior precision)·step = Σ score_i + prior gradient,
damped (Levenberg) where it would not improve; a step that promises less than ENOUGH is the
last. With φ held at 0 the way begins where the errors of the others say they go. Standard
errors come from the inverse of that matrix; sandwich errors from it around
Σ score_i score_i' (White 1982), which stay honest where the model is only nearly right.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa

from vivencia.perceptions.columns import Columns, columns_of, one_array, starts_of
from vivencia.perceptions.coordinates import Coordinate, Counts, Space, coordinates
from vivencia.perceptions.derivatives import derive, fits
from vivencia.perceptions.filter import filter_events
from vivencia.perceptions.parameters import INTERCEPT, SLOPE, Floats, Parameters
from vivencia.perceptions.replay import in_order
from vivencia.perceptions.table import Key, Said
from vivencia.words.errors import ParameterError
from vivencia.words.shapes.perceptions import FITTED

#: A fit needs so many customers with so many answered events each; under it defaults stay.
LEAST_CUSTOMERS, LEAST_RATED = 100, 3
#: A step that promises less than this (in units of log likelihood) is the last.
ENOUGH = 0.01
#: First impressions are turned on when φ is this many standard errors from zero.
TURN_ON = 2.0
_STEP = 1e-5
#: Passes of the kernel that run beside each other.
PASSES_AT_ONCE = max(1, min(8, os.cpu_count() or 1))
_MOST_STEPS = 40


@dataclass(frozen=True, slots=True)
class Fitted:
    """What a fit found.

    `x`, `se` and `robust_se` are on the free scale of each coordinate (log, logit or
    plain), `covariance` too; `parameters` is on the natural one; `spread` is the standard
    deviation of the answers, `volume` each touchpoint's share of the contacts,
    `information` and `scores` (customers, numbers) the curvature and the gradients at `x`.
    `log_likelihood` is that of the answers, without the prior.
    """

    parameters: Parameters
    coordinates: list[Coordinate]
    x: Floats
    se: Floats
    robust_se: Floats
    covariance: Floats
    log_likelihood: float
    steps: int
    converged: bool
    customers: int
    answers: int
    spread: float
    volume: Floats
    information: Floats
    scores: Floats
    off: tuple[str, ...] = field(default=())

    def said(self) -> dict[Key, Said]:
        """Value, errors on the natural scale (delta method), n and origin of every fitted number."""
        found: dict[Key, Said] = {}
        for one, x, se, robust in zip(self.coordinates, self.x, self.se, self.robust_se, strict=True):
            slope = one.slope(float(x))
            found[one.key] = (
                one.outward(float(x)), slope * float(se), slope * float(robust), self.answers, FITTED
            )  # fmt: skip
        return found

    def get(self, name: str, touchpoint: str = "", item: str = "") -> tuple[float, float]:
        """Estimate and standard error of one number on its free scale; KeyError when it was not free."""
        for one, x, se in zip(self.coordinates, self.x, self.se, strict=True):
            if one.key == (name, touchpoint, item):
                return float(x), float(se)
        raise KeyError((name, touchpoint, item))


@dataclass(slots=True)
class Point:
    """Everything the next step needs to know about one vector."""

    x: Floats
    value: float
    log_likelihood: float
    gradient: Floats
    information: Floats
    scores: Floats


def fit(
    table: Any,
    start: Parameters,
    *,
    begin: Parameters | None = None,
    first_impressions: bool = True,
    most_steps: int = _MOST_STEPS,
) -> Fitted:
    """Estimate every parameter that `table` (columns as in `replay`) can tell something about.

    `start` is the cold start: it gives the touchpoints, measures and instruments, and the
    centres of the priors marked "data"; `begin`, of the same names, is where to begin instead, such
    as the fit of last week: it saves steps and leaves the priors alone. φ stays off unless it
    lies 2 standard errors from zero. Raises ParameterError when no answer can be used.
    """
    columns = columns_of(telling(in_order(table)), start)
    y = on_scale(columns, start)
    sd = float(np.std(y[np.isfinite(y)])) if np.isfinite(y).any() else 0.0
    if sd == 0.0:
        raise ParameterError("a fit needs answers that differ")
    off = frozenset() if first_impressions else frozenset({"phi"})
    found = _climb(columns, start, y, sd, off, most_steps, begin)
    if first_impressions:
        phi, se = found.get("phi")
        if abs(phi) < TURN_ON * se:
            still = start.with_(phi=0.0)
            found = _climb(columns, still, y, sd, frozenset({"phi"}), most_steps, _without(found, "phi"))
    return found


def _without(found: Fitted, name: str) -> Parameters:
    """Where the others go when a number is held at 0: the regression of their errors on its own."""
    at = next(j for j, one in enumerate(found.coordinates) if one.key == (name, "", ""))
    moved = found.x - found.covariance[:, at] * (found.x[at] / found.covariance[at, at])
    return Space(found.parameters, found.coordinates, found.volume).parameters(moved)


def telling(table: Any) -> Any:
    """The events that can tell something: those of customers who answered, up to their last answer."""
    ratings = one_array(table, "ratings")
    if ratings is None or table.num_rows == 0:
        return table
    there = np.diff(ratings.offsets.to_numpy()) > 0
    starts = starts_of(one_array(table, "customer"))
    rows = np.arange(table.num_rows)
    last = np.maximum.reduceat(np.where(there, rows, -1), starts[:-1])
    return table.filter(pa.array(rows <= np.repeat(last, np.diff(starts))))


def on_scale(columns: Columns, p: Parameters) -> Floats:
    """Every answer on 0–10, NaN where its instrument is unknown."""
    known = np.append(p.scales[:, [INTERCEPT, SLOPE]], [[np.nan, np.nan]], axis=0)[columns.ratings.code]
    found: Floats = known[:, 0] + known[:, 1] * columns.ratings.value
    return found


def _climb(
    columns: Columns,
    start: Parameters,
    y: Floats,
    sd: float,
    off: frozenset[str],
    most: int,
    begin: Parameters | None = None,
) -> Fitted:
    free = coordinates(start, columns, sd, without=off)
    space = Space(start, free, Counts.of(start, columns).volume)
    point = look(columns, space, space.start() if begin is None else space.vector(begin), y)
    damping, steps, converged, stiff = 0.0, 0, False, np.zeros(space.size)
    while steps < most and not converged:
        steps += 1
        H = point.information + np.diag(space.prior_precision)
        ridge = H + np.diag(damping * np.diagonal(H) + stiff)
        step = _bounded(np.asarray(np.linalg.solve(ridge, point.gradient), dtype=np.float64))
        promised = float(step @ point.gradient) / 2
        value, total = _value(columns, space, point.x + step)
        if value > point.value - 1e-9:
            converged = promised < ENOUGH
            damping = damping / 4 if damping > 1e-3 else 0.0
            if converged:  # the last step is a hundredth of a standard error: nothing to look at again
                point = replace(point, x=point.x + step, value=value, log_likelihood=total)
                break
            before, point = point, look(columns, space, point.x + step, y)
            stiff = _stiffness(before.gradient, point.gradient, step, np.diagonal(H))
        else:
            converged = promised < ENOUGH / 10
            damping = max(4 * damping, 0.01)
    H = point.information + np.diag(space.prior_precision)
    covariance = np.asarray(np.linalg.inv(H), dtype=np.float64)
    robust = covariance @ (point.scores.T @ point.scores) @ covariance
    return Fitted(
        parameters=space.parameters(point.x).with_(fitted=True),
        coordinates=space.coordinates,
        x=point.x,
        se=np.sqrt(np.diagonal(covariance)),
        robust_se=np.sqrt(np.maximum(np.diagonal(robust), 0.0)),
        covariance=covariance,
        log_likelihood=point.log_likelihood,
        steps=steps,
        converged=converged,
        customers=columns.customers,
        answers=int(np.isfinite(y).sum()),
        spread=sd,
        volume=space.volume,
        information=point.information,
        scores=point.scores,
        off=tuple(sorted(off)),
    )


def _bounded(step: Floats) -> Floats:
    """No number moves by more than one on its scale at once, so that exponentials stay in reach."""
    largest = float(np.abs(step).max(initial=0.0))
    return step / largest if largest > 1.0 else step


def _stiffness(before: Floats, after: Floats, step: Floats, expected: Floats) -> Floats:
    """What the curvature was more than expected where a number was taken past its best.

    Near zero noise the expected curvature says too little, and steps would swing around
    the best value for long.
    """
    past = after * step < 0.0
    seen = np.divide(before - after, step, out=np.zeros_like(step), where=past)
    return np.where(past, np.maximum(seen - expected, 0.0), 0.0)


def _value(columns: Columns, space: Space, x: Floats) -> tuple[float, float]:
    """Log posterior (up to a constant) and log likelihood."""
    try:
        p = space.parameters(x)
    except ParameterError:
        return -np.inf, -np.inf
    total = float(filter_events(columns, p, write=False).log_likelihood.sum())
    away = x - space.prior_mean
    value = total - 0.5 * float(away * space.prior_precision @ away)
    return (value, total) if np.isfinite(value) else (-np.inf, -np.inf)


def look(columns: Columns, space: Space, x: Floats, y: Floats) -> Point:
    """Gradient, information and per-customer scores at x; `y` are the answers on 0–10."""
    if not fits(space):
        return by_differences(columns, space, x, y)
    found = derive(columns, space, x)
    total = float(found.log_likelihood.sum())
    return _point(space, x, total, found.information, found.scores)


def _point(space: Space, x: Floats, total: float, information: Floats, scores: Floats) -> Point:
    away = x - space.prior_mean
    value = total - 0.5 * float(away * space.prior_precision @ away)
    gradient = scores.sum(axis=0) - space.prior_precision * away
    return Point(x, value, total, gradient, information, scores)


def by_differences(columns: Columns, space: Space, x: Floats, y: Floats) -> Point:
    """`look` without derivatives: one pass more for each free number."""
    _, total = _value(columns, space, x)
    predicted, variance = filter_events(columns, space.parameters(x), write=False, each=True).each
    used = np.flatnonzero(np.isfinite(predicted))
    predicted, variance, v = predicted[used], variance[used], y[used] - predicted[used]
    d_mean, d_log_s = np.empty((space.size, len(used))), np.empty((space.size, len(used)))

    def move(j: int) -> None:
        moved = x.copy()
        moved[j] += _STEP
        own = concerned(columns, space, j)
        other = filter_events(own, space.parameters(moved), write=False, each=True).each[:, used]
        here = np.isfinite(other[0])
        # An offset or a gain moves the prediction of the raw answer, so v is y − ŷ throughout.
        d_mean[j] = np.where(here, (other[0] - predicted) / _STEP, 0.0)
        d_log_s[j] = np.where(here, (other[1] / variance - 1.0) / _STEP, 0.0)

    # The kernel runs without the interpreter's lock, so the passes share the processors.
    with ThreadPoolExecutor(max_workers=PASSES_AT_ONCE) as pool:
        list(pool.map(move, range(space.size)))
    weight = 1.0 / variance
    each = (v * weight) * d_mean + (0.5 * (v * v * weight - 1.0)) * d_log_s
    scores = _by_customer(each, used, columns)
    information = (d_mean * weight) @ d_mean.T + 0.5 * d_log_s @ d_log_s.T
    return _point(space, x, total, information, scores)


def concerned(columns: Columns, space: Space, j: int) -> Columns:
    """The customers whose predictions the j-th number can move: for a touchpoint's own, those who were there.

    θ is not a touchpoint's own: the standard of every contact holds θ̄, its mean. Answers keep their places.
    """
    name, touchpoint, _ = space.coordinates[j].key
    if name not in ("kappa", "beta", "hinge"):
        return columns
    known = space.base.touchpoints
    there = columns.touchpoint == known.index(touchpoint)
    if name == "kappa":  # a touchpoint that is not known has the mean of all
        there |= columns.touchpoint == len(known)
    return of_customers(columns, np.flatnonzero(np.add.reduceat(there, columns.starts[:-1])))


def of_customers(columns: Columns, whose: Any) -> Columns:
    """The events of some customers (their numbers, in order); answers keep their places."""
    length = np.diff(columns.starts)[whose]
    starts = np.concatenate([[0], np.cumsum(length)])
    rows = np.repeat(columns.starts[whose] - starts[:-1], length) + np.arange(starts[-1])
    return columns.taken(starts, rows)


def _by_customer(each: Floats, used: Any, columns: Columns) -> Floats:
    """Sums (customers, numbers) of what each answer says of each number (numbers, answers)."""
    event = np.repeat(np.arange(columns.events), columns.ratings.hi - columns.ratings.lo)
    customer = np.repeat(np.arange(columns.customers), np.diff(columns.starts))
    who = customer[event[used]]
    borders = np.flatnonzero(np.concatenate([[True], who[1:] != who[:-1]])) if len(who) else np.zeros(0, int)
    scores = np.zeros((columns.customers, len(each)))
    if len(who):
        scores[who[borders]] = np.add.reduceat(each, borders, axis=1).T
    return scores
