"""What is counted along journeys already cut: kernels over their steps, journey after journey.

Journey j walks `codes[begins[j]:begins[j + 1]]`; how it ended is an index into
`vivencia.words.shapes.journeys.OUTCOMES`.
"""

import numba
import numpy as np
from numpy.typing import NDArray

from vivencia.words.shapes.journeys import OUTCOMES

Rows = NDArray[np.int64]
Codes = NDArray[np.int32]


@numba.njit(cache=True, nogil=True)
def walk(
    touched: Codes, at: Rows, begins: Rows, outcome: NDArray[np.int8], touchpoints: int
) -> tuple[Rows, Codes, Codes, NDArray[np.float64], Rows]:
    """Each step's number, the code before and after it, the seconds waited; each journey's repeats.

    Codes past the `touchpoints` are START, then the outcomes. The first step of a
    journey has waited NaN.
    """
    steps = touched.size
    place, earlier, after = np.empty(steps, np.int64), np.empty(steps, np.int32), np.empty(steps, np.int32)
    waited, repeats = np.empty(steps, np.float64), np.zeros(begins.size - 1, np.int64)
    seen = np.full(touchpoints, -1, np.int64)
    for journey in range(begins.size - 1):
        for step in range(begins[journey], begins[journey + 1]):
            place[step] = step - begins[journey] + 1
            after[step] = (
                touched[step + 1] if step + 1 < begins[journey + 1] else (touchpoints + 1 + outcome[journey])
            )
            if step == begins[journey]:
                earlier[step], waited[step] = touchpoints, np.nan
            else:
                earlier[step], waited[step] = touched[step - 1], (at[step] - at[step - 1]) / 1e6
            repeats[journey] += seen[touched[step]] == journey
            seen[touched[step]] = journey
    return place, earlier, after, waited, repeats


@numba.njit(cache=True, nogil=True)
def before(codes: Codes, begins: Rows, start: int) -> Codes:
    """The code of the step before within the journey; `start` at the first."""
    found = np.empty(codes.size, np.int32)
    for journey in range(begins.size - 1):
        earlier = start
        for step in range(begins[journey], begins[journey + 1]):
            found[step] = earlier
            earlier = codes[step]
    return found


@numba.njit(cache=True, nogil=True)
def worth(value: NDArray[np.float64], rows: Rows, begins: Rows) -> NDArray[np.float64]:
    """What the values, NaN where there is none, come to in each journey."""
    total = np.zeros(begins.size - 1)
    for journey in range(total.size):
        for step in range(begins[journey], begins[journey + 1]):
            here = value[rows[step]]
            if not np.isnan(here):
                total[journey] += here
    return total


@numba.njit(cache=True, nogil=True)
def ways(codes: Codes, begins: Rows) -> tuple[Codes, Rows]:
    """Which way each journey took, numbered by their codes, and the first journey of each way."""
    journeys = begins.size - 1
    size = 2
    while size < 2 * journeys:
        size *= 2
    slots = np.full(size, -1, np.int64)
    way, firsts, known = np.empty(journeys, np.int32), np.empty(journeys, np.int64), 0
    for journey in range(journeys):
        sign = np.uint64(0xCBF29CE484222325)  # Fowler, Noll and Vo's hash of the codes
        for step in range(begins[journey], begins[journey + 1]):
            sign = (sign ^ np.uint64(codes[step])) * np.uint64(0x100000001B3)
        slot = np.int64((sign ^ (sign >> np.uint64(32))) & np.uint64(size - 1))
        while slots[slot] >= 0 and not _same(codes, begins, firsts[slots[slot]], journey):
            slot = (slot + 1) & (size - 1)
        if slots[slot] < 0:
            slots[slot] = known
            firsts[known] = journey
            known += 1
        way[journey] = slots[slot]
    return way, firsts[:known]


@numba.njit(cache=True, nogil=True)
def _same(codes: Codes, begins: Rows, one: int, other: int) -> bool:
    length = begins[one + 1] - begins[one]
    if begins[other + 1] - begins[other] != length:
        return False
    step = 0
    while step < length and codes[begins[one] + step] == codes[begins[other] + step]:
        step += 1
    return bool(step == length)


@numba.njit(cache=True, nogil=True)
def pairs(codes: Codes, begins: Rows, outcome: NDArray[np.int8], start: int) -> Rows:
    """Every move, from START into each journey, through it and to its outcome: from × width + to.

    The values are under `start`, START is `start`, the outcomes come behind it; −1 where a value is unknown.
    """
    width = start + 1 + len(OUTCOMES)
    found = np.empty(codes.size + begins.size - 1, np.int64)
    for journey in range(begins.size - 1):
        left, place = start, begins[journey] + journey
        for step in range(begins[journey], begins[journey + 1]):
            into = codes[step]
            found[place] = left * width + into if left >= 0 and into >= 0 else -1
            left, place = into, place + 1
        found[place] = left * width + start + 1 + outcome[journey] if left >= 0 else -1
    return found


@numba.njit(cache=True, nogil=True)
def tally(
    pair: Rows, begins: Rows, newcomer: NDArray[np.bool_], waited: NDArray[np.float64], size: int
) -> tuple[Rows, Rows, NDArray[np.float64], Rows]:
    """How often each move was made, by how many customers, seconds in all and moves timed.

    `pair` numbers the moves of every journey in turn, under `size`, −1 leaves a move out; `newcomer`
    marks each customer's first journey, `waited` is of each step, NaN where nothing was waited.
    """
    count, customers = np.zeros(size, np.int64), np.zeros(size, np.int64)
    total, timed = np.zeros(size, np.float64), np.zeros(size, np.int64)
    latest, person = np.full(size, -1, np.int64), 0
    for journey in range(begins.size - 1):
        person += newcomer[journey]
        last = begins[journey + 1]
        for step in range(begins[journey], last + 1):
            here = pair[step + journey]
            if here < 0:
                continue
            count[here] += 1
            customers[here] += latest[here] != person
            latest[here] = person
            if step < last and not np.isnan(waited[step]):
                total[here] += waited[step]
                timed[here] += 1
    return count, customers, total, timed
