"""Sums by key, clustered by customer: the mergeable ground of every interval here."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vivencia.perceptions.compiled import compiled
from vivencia.perceptions.parameters import Floats


class Sums(NamedTuple):
    """Per key: rows, clusters, Σn_c², and per value and key (V, K): Σy, Σy_c², Σ y_c n_c."""

    n: Floats
    clusters: Floats
    square: Floats
    total: Floats
    total_square: Floats
    cross: Floats


@compiled
def _add_up(
    starts: Any, code: Any, values: Any, n: Any, clusters: Any, square: Any, total: Any, total_square: Any,
    cross: Any,
) -> None:  # fmt: skip
    many, keys = values.shape[0], n.shape[0]
    here = np.zeros(keys)
    sums = np.zeros((keys, many))
    seen = np.empty(keys, np.int64)
    for c in range(starts.shape[0] - 1):
        count = 0
        for i in range(starts[c], starts[c + 1]):
            k = code[i]
            if k < 0:
                continue
            if here[k] == 0.0:
                seen[count] = k
                count += 1
            here[k] += 1.0
            for v in range(many):
                sums[k, v] += values[v, i]
        for s in range(count):
            k = seen[s]
            w = here[k]
            n[k] += w
            clusters[k] += 1.0
            square[k] += w * w
            for v in range(many):
                y = sums[k, v]
                total[v, k] += y
                total_square[v, k] += y * y
                cross[v, k] += y * w
                sums[k, v] = 0.0
            here[k] = 0.0


def add_up(starts: NDArray[np.int64], code: NDArray[np.int64], keys: int, values: Floats) -> Sums:
    """Sums of `values` (V, n) by `code` (n,; −1 is left out) over clusters of rows."""
    many = values.shape[0]
    found = Sums(
        *(np.zeros(keys) for _ in range(3)),
        *(np.zeros((many, keys)) for _ in range(3)),
    )
    _add_up(starts, code.astype(np.int64, copy=False), np.ascontiguousarray(values), *found)
    return found
