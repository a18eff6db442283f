"""A head learned from a company's ratings, on top of what is said of its texts without them.

Log-odds of liking = s·known + rows·weights + bias, where `known` are the log-odds that the tiers
below give. Only the weights are penalised, so with few labels, or a strong penalty, the head is
`known` itself put right in level and steepness; with many it says what the company's own words
say. How strong the penalty must be is chosen on texts left out.

The weights lie in the span of the rows, so the fit is made in as many numbers as there are texts
learned from: with rows·rowsᵀ = L·Lᵀ (Cholesky) a ridge fit on L is the ridge fit on the rows (Hastie,
Tibshirani & Friedman, The Elements of Statistical Learning, 2nd ed., section 18.3.5). L is a triangle,
so half of each product is not there to be made.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import cholesky, solve_triangular
from scipy.linalg.blas import dtrmv

from vivencia.understanding.heads.logistic import Linear, fit_logistic

Floats = NDArray[np.float64]
Ids = NDArray[np.int64]

#: Strengths to choose from; the first is the strongest penalty.
STRENGTHS = (0.004, 0.03, 0.125, 0.5, 2.0)
#: Parts in which texts are left out to choose the strength, and texts that it is chosen on at most.
PARTS, CHOSEN_ON = 4, 500
#: Makes the penalty on the weight of `known` next to nothing.
_FREE = 10.0
_JITTER = 1e-6
#: How exactly a fit is made, and one that only compares strengths.
_EXACTLY, _ROUGHLY = 1e-7, 1e-5


@dataclass(frozen=True, slots=True)
class Rows:
    """Texts by how like one another they are: `alike` is rows·rowsᵀ, `known` the log-odds without ratings."""

    rows: sparse.csr_matrix
    alike: Floats
    known: Floats


@dataclass(frozen=True, slots=True)
class Triangle:
    """The columns a fit is made on, as the matrix that it is: L, and `known` as one column more."""

    low: Floats
    known: Floats
    turned: bool = False

    @property
    def shape(self) -> tuple[int, int]:
        """Texts and columns, or the other way round."""
        size = len(self.known)
        return (size + 1, size) if self.turned else (size, size + 1)

    @property
    def T(self) -> "Triangle":  # noqa: N802 (the name it has of every matrix)
        """The same, turned."""
        return Triangle(self.low, self.known, not self.turned)

    def __matmul__(self, by: Floats) -> Floats:
        """The product with a vector."""
        if self.turned:
            return np.append(dtrmv(self.low, by, lower=1, trans=1), self.known @ by)
        return np.asarray(dtrmv(self.low, by[:-1], lower=1) + by[-1] * self.known)


@dataclass(frozen=True, slots=True)
class Rated:
    """A head learned from the texts `at`: what each of them adds where a text is like it."""

    at: Ids
    adds: Floats
    of_known: float
    bias: float

    def decide(self, texts: Rows, judge: Ids) -> Floats:
        """Log-odds for other texts than those it was learned from."""
        like = texts.alike[np.ix_(judge, self.at)] @ self.adds
        return np.asarray(like + self.of_known * texts.known[judge] + self.bias)


def rows_of(rows: sparse.csr_matrix, known: Floats) -> Rows:
    """The rows made ready for as many fits as are wanted."""
    alike = np.asarray((rows @ rows.T).todense(), dtype=np.float64)
    alike[np.diag_indices_from(alike)] += _JITTER
    return Rows(rows, alike, known)


def fitted(texts: Rows, labels: Floats, at: Ids, strength: float) -> Rated:
    """The head learned from the texts `at`."""
    triangle = _triangle(texts, at)
    found = fit_logistic(triangle, labels[at], strength=strength, steps=200, tolerance=_EXACTLY)
    return _rated(triangle, at, found)


def _triangle(texts: Rows, at: Ids) -> Triangle:
    low = cholesky(texts.alike[np.ix_(at, at)], lower=True, overwrite_a=True, check_finite=False)
    return Triangle(np.asfortranarray(low), _FREE * texts.known[at])


def _rated(triangle: Triangle, at: Ids, found: Linear) -> Rated:
    adds = solve_triangular(triangle.low, found.weights[:-1], lower=True, trans="T", check_finite=False)
    return Rated(at, adds, float(found.weights[-1]) * _FREE, found.bias)


def decisions(texts: Rows, labels: Floats, learn_on: Ids, judge: Ids, parts: Ids) -> Floats:
    """Log-odds for the texts `judge` by a head learned on others; see `strength_for`."""
    strength = strength_for(texts, labels, learn_on, parts)
    return fitted(texts, labels, learn_on, strength).decide(texts, judge)


def strength_for(texts: Rows, labels: Floats, at: Ids, parts: Ids) -> float:
    """The strength with the highest likelihood on texts left out; `parts` says whose belong together."""
    some = at if len(at) <= CHOSEN_ON else at[np.linspace(0, len(at) - 1, CHOSEN_ON).astype(np.int64)]
    part = np.unique(parts[some], return_inverse=True)[1] % PARTS
    lost = np.zeros(len(STRENGTHS))
    for one in range(PARTS):
        learn_on, judge = some[part != one], some[part == one]
        if len(judge) and 0 < labels[learn_on].sum() < len(learn_on):
            lost += _lost(texts, labels, learn_on, judge)
    return STRENGTHS[int(np.argmin(lost))]


def _lost(texts: Rows, labels: Floats, learn_on: Ids, judge: Ids) -> Floats:
    """The loss on the texts `judge` of a head learned on others, at each strength.

    Each fit starts where the one before it ended, which is not far from where it ends itself.
    """
    triangle = _triangle(texts, learn_on)
    lost, begin = np.zeros(len(STRENGTHS)), None
    for place, strength in enumerate(STRENGTHS):
        found = fit_logistic(
            triangle, labels[learn_on], strength=strength, steps=200, tolerance=_ROUGHLY, begin=begin
        )
        begin = found
        decided = _rated(triangle, learn_on, found).decide(texts, judge)
        lost[place] = log_loss(decided, labels[judge]).sum()
    return lost


def on_columns(texts: Rows, head: Rated) -> tuple[Linear, float]:
    """The head on the columns of the rows themselves, and the weight of `known`."""
    return Linear(np.asarray(texts.rows[head.at].T @ head.adds).ravel(), head.bias), head.of_known


def log_loss(decided: Floats, labels: Floats) -> Floats:
    """Minus the log-likelihood of each label under log-odds."""
    return np.asarray(np.logaddexp(0, decided) - labels * decided)
