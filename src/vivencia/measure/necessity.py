"""Necessary conditions: what must be there, however good the rest is.

Source: Dul (2016, Organizational Research Methods 19:10); Dul, van der Laan & Kuik (2020,
ORM 23:385) for the permutation test. The space above the ceiling is empty when a high
outcome is never seen without a high condition.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vivencia.measure.importance import Floats

Longs = NDArray[np.int64]

#: A condition is called necessary from this effect size, with p under 0.05.
SMALLEST_EFFECT = 0.1
SIGNIFICANT = 0.05


@dataclass(frozen=True, slots=True)
class Ceiling:
    """Peers and effect sizes of one condition.

    `step` is the effect size d under the step ceiling (CE-FDH), `line` under the regression
    through the peers (CR-FDH), each the empty part of the scope; `slope` and `intercept`
    are NaN with one peer. `accuracy` is the share of points on or under the line.
    """

    peers: Floats
    scope: float
    step: float
    line: float
    slope: float
    intercept: float
    accuracy: float

    @property
    def zone(self) -> float:
        """The empty area above the step ceiling."""
        return self.step * self.scope


def ceiling(x: Floats, y: Floats) -> Ceiling:
    """The ceiling of outcome y over condition x; effect 0 where either is constant."""
    if len(x) < 2 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return Ceiling(np.zeros((0, 2)), 0.0, 0.0, 0.0, np.nan, np.nan, 1.0)
    peers = _peers(x, y)
    scope = float(np.ptp(x) * np.ptp(y))
    width = np.diff(np.append(peers[:, 0], x.max()))
    step = float(np.sum(width * (y.max() - peers[:, 1]))) / scope
    if len(peers) < 2:
        return Ceiling(peers, scope, step, 0.0, np.nan, np.nan, 1.0)
    slope, intercept = np.polyfit(peers[:, 0], peers[:, 1], 1)
    line = area_above(slope, intercept, (x.min(), x.max(), y.min(), y.max())) / scope
    under = y <= intercept + slope * x + 1e-9 * np.ptp(y)
    return Ceiling(peers, scope, step, line, float(slope), float(intercept), float(np.mean(under)))


def _peers(x: Floats, y: Floats) -> Floats:
    """Points that no point to their left, or at the same x, exceeds: the corners of the step ceiling."""
    order = np.lexsort((-y, x))
    highest = np.maximum.accumulate(y[order])
    rises = np.append(True, highest[1:] > highest[:-1])
    found: Floats = np.column_stack([x[order][rises], y[order][rises]])
    return found


def area_above(slope: float, intercept: float, scope: tuple[float, float, float, float]) -> float:
    """Area of a scope (x low, x high, y low, y high) above a line.

    >>> area_above(0.0, 5.0, (1, 6, 2, 6))
    5.0
    """
    left, right, bottom, top = scope
    edges = [left, right]
    if slope != 0:
        edges += [cut for level in (bottom, top) if left < (cut := (level - intercept) / slope) < right]
    x = np.sort(np.array(edges, dtype=np.float64))
    height = np.clip(top - (intercept + slope * x), 0.0, top - bottom)
    return float(np.sum(np.diff(x) * (height[1:] + height[:-1]) / 2))


def step_effects(x: Floats, y: Floats) -> Floats:
    """Effect sizes under the step ceiling for a stack of outcomes over one condition: y is (…, n)."""
    order = np.argsort(x, kind="stable")
    along = x[order]
    last = np.append(along[1:] > along[:-1], True)
    highest = np.maximum.accumulate(y[..., order], axis=-1)[..., last]
    widths = np.diff(along[last])
    top, bottom = y.max(axis=-1), y.min(axis=-1)
    empty = np.sum(widths * (top[..., None] - highest[..., :-1]), axis=-1)
    scope = (along[-1] - along[0]) * (top - bottom)
    found: Floats = np.divide(empty, scope, out=np.zeros_like(empty), where=scope > 0)
    return found


def permutation_p(x: Floats, y: Floats, *, permutations: int = 1000, seed: int = 0) -> float:
    """Chance of an effect at least this large when outcome and condition are unrelated (step ceiling).

    The seen data count as one permutation, so p is never 0. Permutations are drawn by the
    corners of their ceilings alone (see `permuted_effects`).
    """
    seen = float(step_effects(x, y))
    drawn = permuted_effects(x, y, permutations, np.random.default_rng(seed))
    return (1 + int(np.sum(drawn >= seen - 1e-12))) / (1 + permutations)


def permuted_effects(x: Floats, y: Floats, count: int, rng: np.random.Generator) -> Floats:
    """Effect sizes under the step ceiling of `count` random permutations of y over x.

    Only the corners of a ceiling count, and there are about log n of them, so only they are
    drawn. The highest outcome falls on any place; the places to its left hold a random
    choice of all lower outcomes, of which the best one falls on any of those places; and
    so on until no place is left. The distribution is exactly that of whole permutations.
    """
    n = len(x)
    along, best = np.sort(x), np.sort(y)[::-1]
    scope = float((along[-1] - along[0]) * (best[0] - best[-1]))
    if scope <= 0.0:
        return np.zeros(count)
    ways = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1.0, n + 1.0)))])  # log k!
    left, rank, empty = rng.integers(0, n, count), np.zeros(count, np.int64), np.zeros(count)
    open_ = np.flatnonzero(left)
    while len(open_):
        places, lower = left[open_], n - 1 - rank[open_]
        rank[open_] += 1 + _passed_over(places, lower, ways, rng)
        found = rng.integers(0, places)
        empty[open_] += (best[0] - best[rank[open_]]) * (along[places] - along[found])
        left[open_] = found
        open_ = np.flatnonzero(left)
    return np.asarray(empty / scope)


def _passed_over(places: Longs, lower: Longs, ways: Floats, rng: np.random.Generator) -> Longs:
    """How many of the best of `lower` outcomes are not among `places` of them chosen at random.

    Drawn by inverting P(at least s) = C(lower − s, places) / C(lower, places) by bisection.
    """
    chance = np.log1p(-rng.random(len(places))) + ways[lower] - ways[lower - places]
    low, high = np.zeros_like(places), lower - places
    while np.any(low < high):
        middle = (low + high + 1) // 2
        reached = ways[lower - middle] - ways[lower - middle - places] >= chance
        low, high = np.where(reached, middle, low), np.where(reached, high, middle - 1)
    return low


def needed(found: Ceiling, level: float) -> float:
    """The least condition under which the outcome was ever seen at this level; NaN above all that was seen.

    One entry of the bottleneck table: to reach `level`, at least this much is needed.
    """
    reached = found.peers[found.peers[:, 1] >= level - 1e-12]
    return float(reached[0, 0]) if len(reached) else float("nan")
