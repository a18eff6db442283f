"""How far a way lies from a designed one: the Levenshtein distance to the nearest way the design allows.

A design is a row of steps; each may be made at any of a few touchpoints, may be optional,
may repeat. A step of the journey is either taken as designed, or stands in place of a
designed one, or is extra; a designed step that has none is missing. Of equally near ways
that one counts in which most steps were taken as designed, and of those the longest.

Source: Levenshtein (1966, Sov. Phys. Dokl. 10:707); alignments of logs and models in
Adriansyah, van Dongen & van der Aalst (2011, EDOC).
"""

import numba
import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int32]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]

#: Marks of a journey's step: taken as designed, or not.
TAKEN, EXTRA = 1, 0
_INSERT, _SKIP, _MATCH, _REPLACE, _REPEAT = 0, 1, 2, 3, 4
_DISTANCE, _MATCHED = 1 << 42, 1 << 21


@numba.njit(cache=True, nogil=True)
def align(  # noqa: C901 - one dynamic programme and the way back through it
    way: Codes, allowed: Flags, optional: Flags, repeats: Flags
) -> tuple[int, int, NDArray[np.int8], Flags]:
    """Distance, length of the nearest designed way, each step's mark, and which designed steps were taken.

    `allowed[m, t]` says that touchpoint t makes designed step m.
    """
    steps, designed = way.size, optional.size
    turn = np.zeros((steps + 1, designed + 1), np.int8)
    before, score = np.zeros(designed + 1, np.int64), np.zeros(designed + 1, np.int64)
    for m in range(1, designed + 1):
        turn[0, m] = _SKIP
        score[m] = score[m - 1] + (0 if optional[m - 1] else _DISTANCE - 1)
    for i in range(1, steps + 1):
        before, score = score, before
        for m in range(designed + 1):
            best, move = before[m] + _DISTANCE, _INSERT
            if m > 0:
                fits = allowed[m - 1, way[i - 1]]
                skipped = score[m - 1] + (0 if optional[m - 1] else _DISTANCE - 1)
                if skipped < best:
                    best, move = skipped, _SKIP
                if fits and repeats[m - 1] and before[m] - _MATCHED - 1 < best:
                    best, move = before[m] - _MATCHED - 1, _REPEAT
                if fits and before[m - 1] - _MATCHED - 1 <= best:
                    best, move = before[m - 1] - _MATCHED - 1, _MATCH
                if not fits and not optional[m - 1] and before[m - 1] + _DISTANCE - 1 < best:
                    best, move = before[m - 1] + _DISTANCE - 1, _REPLACE
            score[m], turn[i, m] = best, move
    marks, taken = np.zeros(steps, np.int8), np.zeros(designed, np.bool_)
    distance, length, i, m = 0, 0, steps, designed
    while i > 0 or m > 0:
        move = turn[i, m]
        if move == _SKIP:
            distance += not optional[m - 1]
            length += not optional[m - 1]
        elif move == _INSERT:
            distance += 1
        elif move == _REPLACE:
            distance, length = distance + 1, length + 1
        else:
            marks[i - 1], taken[m - 1], length = TAKEN, True, length + 1
        i -= move != _SKIP
        m -= move in (_SKIP, _MATCH, _REPLACE)
    return distance, length, marks, taken


@numba.njit(cache=True, nogil=True)
def align_each(
    ways: Codes, begins: Ints, which: Ints, allowed: Flags, optional: Flags, repeats: Flags
) -> tuple[Ints, Ints, NDArray[np.int8], Flags]:
    """`align` for the ways `which`: distances, lengths, marks of every step, steps taken by way.

    Way w is `ways[begins[w]:begins[w + 1]]`; ways not in `which` keep zeros.
    """
    many = begins.size - 1
    distance, length = np.zeros(many, np.int64), np.zeros(many, np.int64)
    marks, taken = np.zeros(ways.size, np.int8), np.zeros((many, optional.size), np.bool_)
    for w in which:
        here = ways[begins[w] : begins[w + 1]]
        distance[w], length[w], own, made = align(here, allowed, optional, repeats)
        marks[begins[w] : begins[w + 1]] = own
        taken[w] = made
    return distance, length, marks, taken
