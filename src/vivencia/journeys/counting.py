"""What journeys bring, added up by customer: what a share or a mean by customer needs."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vivencia.journeys.gathering import Row

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

#: Σk and Σn over customers, their squares and product, the customers, and those with k above 0.
SUMS = ("k", "n", "kk", "nn", "kn", "customers", "counted")


@dataclass(frozen=True, slots=True)
class Some:
    """Some of the journeys, and which customer has each, numbered among those who have any."""

    rows: Ints
    owner: Ints
    n: Floats

    @classmethod
    def of(cls, owner: Ints, here: NDArray[np.bool_]) -> "Some":
        """The journeys `here`; `owner` is every journey's customer, and goes up."""
        rows = np.flatnonzero(here)
        mine = owner[rows]
        number = np.cumsum(np.diff(mine, prepend=mine[:1]) > 0, dtype=np.int64)
        return cls(rows, number, np.bincount(number).astype(np.float64))


@dataclass(frozen=True, slots=True)
class Counting:
    """Adds up what journeys bring, by customer."""

    rows: list[Row]

    def add(self, key: Row, k: Floats | NDArray[np.bool_], some: Some) -> None:
        """One row: Σ k, which is a number for each of the journeys, with what an interval by customer needs.

        `k` may be true or false: then it is those where it is true that are counted.
        """
        n, people = some.n, some.n.size
        if not people:
            return
        owner, amount = (some.owner[k], None) if k.dtype == np.bool_ else (some.owner, k)
        summed = np.bincount(owner, amount, people).astype(np.float64)
        sums = (summed.sum(), n.sum(), summed @ summed, n @ n, summed @ n)
        counts = (float(people), float((summed > 0).sum()))
        self.rows.append(key | dict(zip(SUMS, (*map(float, sums), *counts), strict=True)))
