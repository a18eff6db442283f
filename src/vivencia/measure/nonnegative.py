"""Least squares with weights that may not be negative, with intervals by customer.

Source: Lawson & Hanson (1974, Solving Least Squares Problems, ch. 23), through scipy. The
intercept is free: it follows from the means. Draws of the bootstrap (Efron 1979) are of
customers, not of answers.
"""

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DRAWS = 200
#: Customers, or groups of them, that are drawn from at most.
MOST = 20_000


@dataclass(frozen=True, slots=True)
class Fitted:
    """Weights (p,) at least 0, and the intercept."""

    weights: Floats
    intercept: float

    def foresee(self, x: Floats) -> Floats:
        """What follows for rows of x, (n, p) → (n,)."""
        found: Floats = self.intercept + x @ self.weights
        return found


def fit(x: Floats, y: Floats) -> Fitted:
    """Non-negative weights of x (n, p) on y (n,). A constant column, or a constant y, gets weight 0."""
    rows = np.column_stack([np.ones(len(y)), x, y])
    return _solved(rows.T @ rows)


def intervals(x: Floats, y: Floats, owner: Ints, *, seed: int, draws: int = DRAWS) -> Floats:
    """Low and high of the intercept and of each weight, (2, 1 + p): 2.5 and 97.5 % of the draws.

    `owner` numbers the customers from 0. More than MOST are dealt into MOST groups, and groups are
    drawn: their sums vary as those of customers do, and a draw costs no more than of MOST.
    """
    rows = np.column_stack([np.ones(len(y)), x, y])
    owner = owner % MOST
    people, wide = int(owner.max()) + 1, rows.shape[1]
    products = (rows[:, :, None] * rows[:, None, :]).reshape(len(y), -1)
    sums = np.stack([np.bincount(owner, one, people) for one in products.T], axis=1)
    drawn = np.random.default_rng(seed).multinomial(people, np.full(people, 1.0 / people), size=draws)
    found = [_solved(each.reshape(wide, wide)) for each in drawn @ sums]
    every = np.array([[one.intercept, *one.weights] for one in found])
    low_high: Floats = np.quantile(every, (0.025, 0.975), axis=0)
    return low_high


def _solved(sums: Floats) -> Fitted:
    """The weights from the sums of products of (1, x, y)."""
    n = sums[0, 0]
    means = sums[0, 1:] / n
    centred = sums[1:, 1:] - n * np.outer(means, means)
    scale = np.sqrt(np.maximum(np.diag(centred)[:-1], 0.0))
    kept = np.flatnonzero(scale > 1e-9 * np.sqrt(n))
    weights = np.zeros(len(scale))
    if kept.size:
        unit = centred[np.ix_(kept, kept)] / np.outer(scale[kept], scale[kept])
        # Collinear components share: a whisper of ridge makes the factor exist and the answer unique.
        factor = np.linalg.cholesky(unit + 1e-9 * np.eye(kept.size))
        aim = np.linalg.solve(factor, centred[kept, -1] / scale[kept])
        weights[kept] = scipy.optimize.nnls(factor.T, aim)[0] / scale[kept]
    return Fitted(weights, float(means[-1] - means[:-1] @ weights))
