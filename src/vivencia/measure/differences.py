"""Means and shares of two groups compared, where customers bring several observations each.

Each customer i brings `k` (a count or a sum) out of `n` (trials, or observations), to one
or to both groups. The mean of a group is Σk / Σn. Its influence, (k − mean · n) / Σn, and
that of a difference, one minus the other, are summed by customer and squared: the variance
clustered by customer, customers in both groups included.

Sources: Cochran (1977, Sampling Techniques, ch. 6) for the ratio of two totals; Newcombe
(1998, Statist. Med. 17:873, method 10) for the interval of a difference of shares.
"""

from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

import scipy

from vivencia.measure.normal import Z95
from vivencia.measure.rates import clustered_share


class Interval(NamedTuple):
    """A number and its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over the customers of a group of k, n, their squares and their product."""

    k: float
    n: float
    kk: float
    nn: float
    kn: float
    clusters: float

    @property
    def mean(self) -> float:
        """Σk / Σn; 0 without observations."""
        return self.k / self.n if self.n > 0 else 0.0

    def scatter(self, mean: float) -> float:
        """Σ (k − mean · n)² over the customers."""
        return max(self.kk - 2.0 * mean * self.kn + mean * mean * self.nn, 0.0)


@dataclass(frozen=True, slots=True)
class Across:
    """Sums over customers of products of what they bring to one group and to the other."""

    kk: float = 0.0
    kn: float = 0.0
    nk: float = 0.0
    nn: float = 0.0

    def scatter(self, one: float, other: float) -> float:
        """Σ (k₁ − one · n₁)(k₂ − other · n₂)."""
        return self.kk - other * self.kn - one * self.nk + one * other * self.nn


#: Nobody brings anything to both groups.
APART = Across()


def clustered_mean(group: Totals) -> Interval | None:
    """The mean of a group with its interval; None under two customers or without observations."""
    if group.n <= 0 or group.clusters < 2:
        return None
    half = Z95 * sqrt(_spread(group, group.mean) * group.clusters / (group.clusters - 1))
    return Interval(group.mean, group.mean - half, group.mean + half)


def share_of(group: Totals) -> Interval:
    """The share of a group with Wilson's interval of an effective number of trials."""
    return Interval(
        *clustered_share(group.k, group.n, kk=group.kk, nn=group.nn, kn=group.kn, clusters=group.clusters)
    )


def difference_of_means(one: Totals, other: Totals, across: Across = APART) -> Interval | None:
    """Mean of one less mean of the other, normal; None where either has under two customers."""
    if min(one.n, other.n) <= 0 or min(one.clusters, other.clusters) < 2:
        return None
    found = one.mean - other.mean
    half = Z95 * sqrt(_variance(one, other, across, one.mean, other.mean))
    return Interval(found, found - half, found + half)


def difference_of_shares(one: Totals, other: Totals) -> Interval | None:
    """Share of one less share of the other, by Newcombe's hybrid of the two clustered intervals."""
    if min(one.n, other.n) <= 0:
        return None
    mine, theirs = share_of(one), share_of(other)
    found = mine.value - theirs.value
    below = sqrt((mine.value - mine.low) ** 2 + (theirs.high - theirs.value) ** 2)
    above = sqrt((mine.high - mine.value) ** 2 + (theirs.value - theirs.low) ** 2)
    return Interval(found, max(-1.0, found - below), min(1.0, found + above))


def chance_of_means(one: Totals, other: Totals, across: Across = APART) -> float:
    """Two-sided chance of so large a difference of means if there were none; 1 where nothing can be said."""
    if min(one.n, other.n) <= 0 or min(one.clusters, other.clusters) < 2:
        return 1.0
    return _two_sided(one.mean - other.mean, _variance(one, other, across, one.mean, other.mean))


def chance_of_shares(one: Totals, other: Totals, across: Across = APART) -> float:
    """The same for shares: the score test, whose variance is that of the pooled share, by customer."""
    if min(one.n, other.n) <= 0 or min(one.clusters, other.clusters) < 2:
        return 1.0
    pooled = (one.k + other.k) / (one.n + other.n)
    return _two_sided(one.mean - other.mean, _variance(one, other, across, pooled, pooled))


def _spread(group: Totals, mean: float) -> float:
    return group.scatter(mean) / group.n**2


def _variance(one: Totals, other: Totals, across: Across, mine: float, theirs: float) -> float:
    factors = [group.clusters / (group.clusters - 1) for group in (one, other)]
    alone = _spread(one, mine) * factors[0] + _spread(other, theirs) * factors[1]
    shared = across.scatter(mine, theirs) / (one.n * other.n) * sqrt(factors[0] * factors[1])
    return max(alone - 2.0 * shared, 0.0)


def _two_sided(found: float, variance: float) -> float:
    if variance <= 0:
        return 1.0
    return float(2.0 * scipy.special.ndtr(-abs(found) / sqrt(variance)))
