"""Sums by key, clustered by customer: the mergeable ground of every interval here."""

from collections.abc import Sequence
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
def _add_up(starts: Any, codes: Any, values: Any, found: Any) -> None:
    """One pass over clusters; the numbers of a key stand together in `found`, as in the memory near it.

    `values` is a tuple, since of a tuple the compiler knows the length and unrolls the loops over it.
    """
    many, keys = len(values), found.shape[0]
    here = np.zeros((keys, 1 + many))
    seen = np.empty(keys, np.int64)
    for c in range(starts.shape[0] - 1):
        for d in range(codes.shape[0]):
            count = 0
            for i in range(starts[c], starts[c + 1]):
                k = codes[d, i]
                if k < 0:
                    continue
                if here[k, 0] == 0.0:
                    seen[count] = k
                    count += 1
                here[k, 0] += 1.0
                for v in range(many):
                    here[k, 1 + v] += values[v][i]
            for s in range(count):
                k = seen[s]
                w = here[k, 0]
                here[k, 0] = 0.0
                found[k, 0] += w
                found[k, 1] += 1.0
                found[k, 2] += w * w
                for v in range(many):
                    y = here[k, 1 + v]
                    here[k, 1 + v] = 0.0
                    found[k, 3 + 3 * v] += y
                    found[k, 4 + 3 * v] += y * y
                    found[k, 5 + 3 * v] += y * w


def add_up_all(
    starts: NDArray[np.int64], codes: NDArray[Any], keys: int, values: Floats | Sequence[Floats]
) -> Floats:
    """Sums of `values` (V, n) by several `codes` (D, n; −1 is left out) over clusters of rows at once.

    No code stands in two rows of `codes`. Gives (K, 3 + 3·V): rows, clusters, Σn_c², and of each value
    Σy, Σy_c², Σ y_c n_c.
    """
    rows = tuple(np.ascontiguousarray(row) for row in values)
    found = np.zeros((keys, 3 + 3 * len(rows)))
    _add_up(starts, np.ascontiguousarray(codes), rows, found)
    return found


def add_up(starts: NDArray[np.int64], code: NDArray[Any], keys: int, values: Floats) -> Sums:
    """Sums of `values` (V, n) by `code` (n,; −1 is left out) over clusters of rows."""
    found = add_up_all(starts, code[None], keys, values)
    return Sums(found[:, 0], found[:, 1], found[:, 2], found[:, 3::3].T, found[:, 4::3].T, found[:, 5::3].T)
