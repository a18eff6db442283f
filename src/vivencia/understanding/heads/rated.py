"""A head learned from a company's ratings, on top of what is said of its texts without them.

Log-odds of liking = s·known + rows·weights + bias, where `known` are the log-odds that the tiers
below give. Only the weights are penalised, so with few labels, or a strong penalty, the head is
`known` itself put right in level and steepness; with many it says what the company's own words
say. How strong the penalty must be is chosen on texts left out.

The weights lie in the span of the rows, so the fit is made in as many numbers as there are texts:
with rows·rowsᵀ = L·Lᵀ (Cholesky) a ridge fit on L is the ridge fit on the rows (Hastie, Tibshirani &
Friedman, The Elements of Statistical Learning, 2nd ed., section 18.3.5).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import cholesky, solve_triangular

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
#: How exactly a fit is made that only compares strengths.
_ROUGHLY = 1e-5


@dataclass(frozen=True, slots=True)
class Rows:
    """Texts in as many numbers as there are texts: `low` is L, `known` the log-odds of the tiers below."""

    rows: sparse.csr_matrix
    low: Floats
    known: Floats

    def columns(self, at: Ids) -> Floats:
        """What the fit is made on."""
        return np.column_stack([self.low[at], _FREE * self.known[at]])


def rows_of(rows: sparse.csr_matrix, known: Floats) -> Rows:
    """The rows made ready for as many fits as are wanted."""
    products = np.asarray((rows @ rows.T).todense(), dtype=np.float64)
    products[np.diag_indices_from(products)] += _JITTER
    return Rows(rows, cholesky(products, lower=True, check_finite=False), known)


def fitted(texts: Rows, labels: Floats, at: Ids, strength: float, tolerance: float = 1e-7) -> Linear:
    """The head in the numbers of `Rows`, learned from the texts `at`."""
    columns = texts.columns(at)
    return fit_logistic(columns, labels[at], strength=strength, steps=200, tolerance=tolerance)


def decisions(texts: Rows, labels: Floats, learn_on: Ids, judge: Ids, parts: Ids) -> Floats:
    """Log-odds for the texts `judge` by a head learned on others; see `strength_for`."""
    strength = strength_for(texts, labels, learn_on, parts)
    return fitted(texts, labels, learn_on, strength).decide(texts.columns(judge))


def strength_for(texts: Rows, labels: Floats, at: Ids, parts: Ids) -> float:
    """The strength with the highest likelihood on texts left out; `parts` says whose belong together."""
    some = at if len(at) <= CHOSEN_ON else at[np.linspace(0, len(at) - 1, CHOSEN_ON).astype(np.int64)]
    few, said = _few(texts, some), labels[some]
    part = np.unique(parts[some], return_inverse=True)[1] % PARTS
    lost = np.zeros(len(STRENGTHS))
    for one in range(PARTS):
        learn_on, judge = np.flatnonzero(part != one), np.flatnonzero(part == one)
        if not len(judge) or not 0 < said[learn_on].sum() < len(learn_on):
            continue
        for place, strength in enumerate(STRENGTHS):
            found = fitted(few, said, learn_on, strength, _ROUGHLY).decide(few.columns(judge))
            lost[place] += float(log_loss(found, said[judge]).sum())
    return STRENGTHS[int(np.argmin(lost))]


def _few(texts: Rows, at: Ids) -> Rows:
    """Some of the texts in as many numbers as there are of them."""
    products = texts.low[at] @ texts.low[at].T
    products[np.diag_indices_from(products)] += _JITTER
    low = cholesky(products, lower=True, check_finite=False)
    return Rows(texts.rows[at], low, texts.known[at])


def on_columns(texts: Rows, head: Linear) -> tuple[Linear, float]:
    """The head on the columns of the rows themselves, and the weight of `known`."""
    inside = solve_triangular(texts.low, head.weights[:-1], lower=True, trans="T", check_finite=False)
    return Linear(np.asarray(texts.rows.T @ inside).ravel(), head.bias), float(head.weights[-1] * _FREE)


def log_loss(decided: Floats, labels: Floats) -> Floats:
    """Minus the log-likelihood of each label under log-odds."""
    return np.asarray(np.logaddexp(0, decided) - labels * decided)
