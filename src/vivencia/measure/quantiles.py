"""Exact quantiles of many groups at once."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Groups with no more values are sorted together, each longer one is partitioned by itself.
_SHORT = 24


def grouped_quantiles(
    group: NDArray[np.integer], values: Floats, groups: int, shares: Sequence[float]
) -> Floats:
    """The quantiles of each group's values, (shares, groups); NaN for a group without any.

    `group` numbers the values' groups, 0 … groups − 1. Between two values the quantile is
    interpolated linearly (type 7 of Hyndman & Fan, 1996; `quantile_cont` in SQL).
    """
    count = np.bincount(group, minlength=groups)
    begins = np.concatenate([[0], np.cumsum(count)])
    found = np.full((len(shares), groups), np.nan)
    if values.size == 0:
        return found
    # Sorting numbers of 16 bits takes one pass.
    narrow = np.uint16 if groups <= 1 << 16 else np.int64
    laid = values[np.argsort(group.astype(narrow, copy=False), kind="stable")]
    place = np.asarray(shares)[:, None] * np.maximum(count - 1, 0)
    low = np.floor(place).astype(np.int64)
    high = np.minimum(low + 1, np.maximum(count - 1, 0))
    for one in np.flatnonzero(count > _SHORT):
        here = laid[begins[one] : begins[one + 1]]
        here.partition(np.unique([low[:, one], high[:, one]]))
    _sort_short(laid, begins, count)
    there = count > 0
    below, above = (laid[begins[:-1][there] + at[:, there]] for at in (low, high))
    found[:, there] = below + (above - below) * (place - low)[:, there]
    return found


def quantiles_of(values: Floats, shares: Sequence[float]) -> list[float]:
    """The quantiles of one group's values, as in `grouped_quantiles`; it may change their order."""
    if values.size == 0:
        return [float("nan")] * len(shares)
    place = np.asarray(shares) * (values.size - 1)
    low = np.floor(place).astype(np.int64)
    high = np.minimum(low + 1, values.size - 1)
    values.partition(np.unique([low, high]))
    found: list[float] = (values[low] + (values[high] - values[low]) * (place - low)).tolist()
    return found


def _sort_short(laid: Floats, begins: Ints, count: Ints) -> None:
    """Sort every short group in its place."""
    short = np.flatnonzero((count > 1) & (count <= _SHORT))
    if short.size == 0:
        return
    lengths = count[short]
    rows = np.repeat(begins[short] - np.concatenate([[0], np.cumsum(lengths)[:-1]]), lengths)
    rows += np.arange(lengths.sum())
    owner = np.repeat(np.arange(short.size), lengths)
    laid[rows] = laid[rows][np.lexsort((laid[rows], owner))]
