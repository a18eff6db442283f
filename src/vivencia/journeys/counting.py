"""What journeys bring, added up by customer: what a share or a mean by customer needs."""

import numba
import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

#: Σk and Σn over customers, their squares and product, the customers, and those with k above 0.
SUMS = ("k", "n", "kk", "nn", "kn", "customers", "counted")


@numba.njit(cache=True, nogil=True)
def add_customer(found: Floats, k: Floats, n: float) -> None:
    """Adds one customer's sums `k`, a column each, and their number `n` to the first six of `SUMS`.

    `k` is nought afterwards, for the next one.
    """
    for column in range(k.size):
        found[column, 0] += k[column]
        found[column, 1] += n
        found[column, 2] += k[column] * k[column]
        found[column, 3] += n * n
        found[column, 4] += k[column] * n
        found[column, 5] += 1.0
        k[column] = 0.0


@numba.njit(cache=True, nogil=True)
def summed_by_customer(owner: Ints, which: Ints, values: Floats) -> Floats:
    """`SUMS` of each column of `values`, (columns, 7): k is the sum of one customer's, n their journeys.

    Journeys stand in the order of their customers, `owner`; journey j brings `values[which[j]]`.
    """
    wide = values.shape[1]
    found, k, n = np.zeros((wide, 7)), np.zeros(wide), 0.0
    for journey in range(which.size):
        n += 1.0
        for column in range(wide):
            k[column] += values[which[journey], column]
        if journey + 1 == which.size or owner[journey + 1] != owner[journey]:
            for column in range(wide):
                found[column, 6] += k[column] > 0.0
            add_customer(found, k, n)
            n = 0.0
    return found
