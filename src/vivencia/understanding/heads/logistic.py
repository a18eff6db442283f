"""Logistic regression with an L2 penalty, for dense and sparse rows, hard and soft labels.

Hastie, Tibshirani & Friedman, The Elements of Statistical Learning, 2nd ed., section 4.4.
The optimum is unique, so the same rows give the same head on every machine up to rounding.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Linear:
    """A weight for each column and a constant; `decide` gives log-odds."""

    weights: Floats
    bias: float

    def decide(self, rows: Any) -> Floats:
        """Log-odds of the class, one for each row of `rows` (n × d, dense or sparse)."""
        return np.asarray(rows @ self.weights, dtype=np.float64).ravel() + self.bias


def fit_logistic(
    rows: Any,
    share: ArrayLike,
    *,
    strength: float = 1.0,
    weight: ArrayLike | None = None,
    balanced: bool = False,
    steps: int = 500,
    tolerance: float = 2.2e-9,
    begin: Linear | None = None,
) -> Linear:
    """The head with the highest penalised likelihood.

    `rows` is n × d (array, scipy.sparse matrix, or what multiplies like one), `share` the
    probability 0…1 that each row is of the class (0 and 1 for plain labels), `weight` how much each
    row counts, `strength` the inverse of the penalty: each weight costs w²/(2·strength). `balanced`
    makes both classes count the same in all; `steps` bounds the iterations, which end where one
    gains less than `tolerance` of the whole; `begin` is where they start. Raises ValueError
    where rows and labels differ in number or one class is absent.
    """
    labels = np.asarray(share, dtype=np.float64)
    counts = np.ones(len(labels)) if weight is None else np.asarray(weight, dtype=np.float64)
    if rows.shape[0] != len(labels) or len(labels) != len(counts):
        raise ValueError(f"{rows.shape[0]} rows, {len(labels)} labels, {len(counts)} weights")
    of_class, of_rest = float(counts @ labels), float(counts @ (1 - labels))
    if min(of_class, of_rest) <= 0:
        raise ValueError("one of the two classes is absent")
    if balanced:
        half = (of_class + of_rest) / 2
        # Each soft label is a mixture of both classes, so its count is mixed in the same proportion.
        counts = counts * (labels * half / of_class + (1 - labels) * half / of_rest)
        of_class = of_rest = half
    columns, used = rows.shape[1], _used(rows)
    if used is not None:
        rows = rows[:, used]
    start = np.zeros(rows.shape[1] + 1)
    start[-1] = np.log(of_class / of_rest)
    if begin is not None:
        start = np.append(begin.weights if used is None else begin.weights[used], begin.bias)

    turned = rows.T.tocsr() if hasattr(rows, "tocsr") else rows.T

    def loss(at: Floats) -> tuple[float, Floats]:
        score = np.asarray(rows @ at[:-1]).ravel() + at[-1]
        value = counts @ (np.logaddexp(0, score) - labels * score)
        slope = counts * (expit(score) - labels)
        penalty = at[:-1] / strength
        return float(value + 0.5 * penalty @ at[:-1]), np.append(
            np.asarray(turned @ slope).ravel() + penalty, slope.sum()
        )

    found = scipy.optimize.minimize(
        loss, start, jac=True, method="L-BFGS-B", options={"maxiter": steps, "ftol": tolerance}
    )
    weights = np.asarray(found.x[:-1], dtype=np.float64)
    if used is not None:
        weights, some = np.zeros(columns), weights
        weights[used] = some
    return Linear(weights, float(found.x[-1]))


def _used(rows: Any) -> Any:
    """The columns of a sparse matrix that hold anything: the others weigh nothing, and are most of them."""
    return np.unique(rows.indices) if hasattr(rows, "indices") else None
