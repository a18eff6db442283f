"""Sums by customer of what two groups of journeys have: the kernel behind the comparison."""

import numba
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Codes = NDArray[np.int32]

#: Columns of the sums of an item: k, k², k n of one side; of the other; k₁k₂, k₁n₂, n₁k₂.
ITEM_SUMS = 9
#: Columns of the sums of a denominator: n, n², customers of one side; of the other; n₁n₂.
BASE_SUMS = 7


@numba.njit(cache=True, nogil=True)
def contrast(  # noqa: C901 - one pass; its parts would share all its state
    first: NDArray[np.bool_],
    side: NDArray[np.int8],
    way: Ints,
    begins: Ints,
    steps: Codes,
    moves: Codes,
    own: Codes,
    duration: Floats,
    base_of: Codes,
    bases: int,
) -> tuple[Floats, Floats]:
    """Sums over customers of every item (items, ITEM_SUMS) and denominator (bases, BASE_SUMS).

    Journeys stand in order of customers, `first` marks each one's first; `side` is 0 or 1,
    −1 for neither. Journey j walks `steps[begins[way[j]]:begins[way[j] + 1]]`, each step a
    denominator and, in `moves`, an item (−1: none). `own[j]` are further items of the
    journey: each counts 1, but the last two, which count its `duration`. `base_of` gives the
    denominator of each item. Denominator 0 counts journeys; that of an item in `own` counts
    the journey too, once.
    """
    items = base_of.size
    found, based = np.zeros((items, ITEM_SUMS)), np.zeros((bases, BASE_SUMS))
    k, n = np.zeros((items, 2)), np.zeros((bases, 2))
    touched, reached = np.empty(items, np.int64), np.empty(bases, np.int64)
    has, held = np.zeros(items, np.bool_), np.zeros(bases, np.bool_)
    many, much = 0, 0
    width = own.shape[1]
    for row in range(side.size + 1):
        if row == side.size or first[row]:
            for place in range(many):
                item = touched[place]
                base = base_of[item]
                k1, k2, n1, n2 = k[item, 0], k[item, 1], n[base, 0], n[base, 1]
                sums = found[item]
                sums[0] += k1
                sums[1] += k1 * k1
                sums[2] += k1 * n1
                sums[3] += k2
                sums[4] += k2 * k2
                sums[5] += k2 * n2
                sums[6] += k1 * k2
                sums[7] += k1 * n2
                sums[8] += n1 * k2
                k[item, 0] = k[item, 1] = 0.0
                has[item] = False
            for place in range(much):
                base = reached[place]
                n1, n2 = n[base, 0], n[base, 1]
                sums = based[base]
                sums[0] += n1
                sums[1] += n1 * n1
                sums[2] += n1 > 0
                sums[3] += n2
                sums[4] += n2 * n2
                sums[5] += n2 > 0
                sums[6] += n1 * n2
                n[base, 0] = n[base, 1] = 0.0
                held[base] = False
            many, much = 0, 0
        if row == side.size or side[row] < 0:
            continue
        here = side[row]
        for step in range(begins[way[row]], begins[way[row] + 1]):
            base, item = steps[step], moves[step]
            if base >= 0:
                n[base, here] += 1.0
                if not held[base]:
                    held[base] = True
                    reached[much] = base
                    much += 1
            if item >= 0:
                k[item, here] += 1.0
                if not has[item]:
                    has[item] = True
                    touched[many] = item
                    many += 1
        n[0, here] += 1.0
        if not held[0]:
            held[0] = True
            reached[much] = 0
            much += 1
        for place in range(width):
            item = own[row, place]
            if item < 0:
                continue
            timed = place >= width - 2
            k[item, here] += duration[row] if timed else 1.0
            if not has[item]:
                has[item] = True
                touched[many] = item
                many += 1
            if place == width - 1:  # the duration towards a goal is divided by the journeys towards it
                base = base_of[item]
                n[base, here] += 1.0
                if not held[base]:
                    held[base] = True
                    reached[much] = base
                    much += 1
    return found, based
