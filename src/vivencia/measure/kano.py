"""The Kano evaluation of many customers' pairs of answers, with intervals by customer.

Sources: Kano et al. (1984, J. Japanese Society for Quality Control 14:39) for the table;
Berger et al. (1993, Center for Quality of Management Journal 2:3) for better and worse; Fong
(1996, the same journal 5:40) for claiming a class only where it beats the second, here by the
score test of two paired counts (McNemar 1947), summed by customer.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vivencia.measure.asymmetry import KANO_TABLE
from vivencia.measure.intervals import Floats, clustered_share, student_95
from vivencia.words.instruments import KANO_CLASSES

#: The order of the counts; their letters in Kano's table.
CLASSES = KANO_CLASSES
_LETTERS = "AOMIRQ"
#: The class, as its place in CLASSES, of each pair of answers: row with it, column without.
CLASS_OF = np.array([[_LETTERS.index(letter) for letter in row] for row in KANO_TABLE])
#: What better, worse and what both are a part of add up.
_BETTER, _WORSE, _USABLE = (
    np.array([float(letter in letters) for letter in _LETTERS]) for letters in ("AO", "OM", "AOMI")
)

Estimate = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over customers: how many, how many with a usable pair, Σ counts (6,), Σ counts·countsᵀ (6, 6)."""

    customers: int
    usable: int
    counts: Floats
    products: Floats

    def __add__(self, other: "Totals") -> "Totals":
        """Both."""
        return Totals(
            self.customers + other.customers,
            self.usable + other.usable,
            self.counts + other.counts,
            self.products + other.products,
        )


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Shares of the classes, better (0 … 1) and worse (−1 … 0), and by how much the first class leads.

    `first` is the most frequent class, None where two are; `claimed` whether it beats the
    second beyond the interval of `lead`, the difference of their shares.
    """

    shares: tuple[Estimate, ...]
    better: Estimate
    worse: Estimate
    first: str | None
    lead: Estimate
    claimed: bool


def totals(counts: Floats) -> Totals:
    """The sums of customers' counts (customers, 6)."""
    return Totals(len(counts), int((counts @ _USABLE > 0).sum()), counts.sum(axis=0), counts.T @ counts)


def places(with_it: NDArray[np.int64], without_it: NDArray[np.int64]) -> NDArray[np.int64]:
    """The place in CLASSES of answers 1 (like) … 5 (dislike).

    >>> CLASSES[int(places(np.array([1]), np.array([5]))[0])]
    'one_dimensional'
    """
    found: NDArray[np.int64] = CLASS_OF[with_it - 1, without_it - 1]
    return found


def evaluate(found: Totals) -> Evaluation:
    """The evaluation of one touchpoint with 95 % intervals; NaN where nothing can be said."""
    everything = np.ones(len(CLASSES))
    order = np.argsort(-found.counts, kind="stable")
    first, second = int(order[0]), int(order[1])
    lead = _lead(found, first, second)
    cost, least, most = _part(found, _WORSE, _USABLE, found.usable)
    return Evaluation(
        shares=tuple(
            _part(found, np.eye(len(CLASSES))[place], everything, found.customers)
            for place in range(len(CLASSES))
        ),
        better=_part(found, _BETTER, _USABLE, found.usable),
        worse=(-cost, -most, -least),
        first=CLASSES[first] if lead[0] > 0 else None,
        lead=lead,
        claimed=bool(lead[1] > 0),
    )


def _part(found: Totals, part: Floats, whole: Floats, customers: int) -> Estimate:
    """Σ part / Σ whole with Wilson's interval on the effective number of pairs."""
    n = _one(whole @ found.counts)
    if n == 0:
        return (np.nan, np.nan, np.nan)
    made = clustered_share(
        n,
        _one(customers),
        _one(whole @ found.products @ whole),
        _one(part @ found.counts),
        _one(part @ found.products @ part),
        _one(part @ found.products @ whole),
    )
    value, low, high = (float(one) for one in made)
    return (value, low, high)


def _one(value: Floats | float) -> Floats:
    return np.asarray(value, dtype=np.float64)


def _lead(found: Totals, first: int, second: int) -> Estimate:
    """The first share less the second; its variance is that of two classes chosen equally often."""
    n = float(found.counts.sum())
    apart = np.zeros(len(CLASSES))
    apart[first], apart[second] = 1.0, -1.0
    value = float(apart @ found.counts) / n
    spread = float(np.sqrt(apart @ found.products @ apart)) / n
    half = float(student_95(_one(found.customers - 1))) * spread
    return value, max(value - half, -1.0), min(value + half, 1.0)
