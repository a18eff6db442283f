"""Ridge regression on likeness, with what each text would be called had it been left out.

Saunders, Gammerman & Vovk (ICML 1998); the left-out values need no second fit (Golub, Heath & Wahba
1979; Cawley & Talbot, Neural Networks 2004, with a constant that is not penalised).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: Penalties to choose from.
PENALTIES = (0.03, 0.1, 0.3, 1.0, 3.0, 10.0)


@dataclass(frozen=True, slots=True)
class Fitted:
    """Of k outputs: n × k `votes` and a `bias` each, and what each text is called when left out (n × k)."""

    votes: Floats
    bias: Floats
    left_out: Floats


def fit_ridge(alike: Floats, meant: Floats) -> Fitted:
    """Fits each column of `meant` (n × k, −1 or 1) on likeness (n × n).

    The penalty of each is the one with the least squared error on texts left out.
    """
    values, vectors = np.linalg.eigh(alike)
    each = [_fit(np.maximum(values, 0.0) + penalty, vectors, meant) for penalty in PENALTIES]
    errors = np.array([((one.left_out - meant) ** 2).mean(axis=0) for one in each])
    best, columns = errors.argmin(axis=0), np.arange(meant.shape[1])
    return Fitted(
        np.array([one.votes for one in each])[best, :, columns].T,
        np.array([one.bias for one in each])[best, columns],
        np.array([one.left_out for one in each])[best, :, columns].T,
    )


def _fit(values: Floats, vectors: Floats, meant: Floats) -> Fitted:
    inverse = (vectors / values) @ vectors.T
    ones = inverse.sum(axis=1)
    total = ones.sum()
    bias = ones @ meant / total
    votes = inverse @ (meant - bias)
    own = np.diag(inverse) - ones**2 / total
    return Fitted(votes, bias, meant - votes / own[:, None])
