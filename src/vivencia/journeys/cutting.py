"""Where journeys begin and end: kernels over whole customers in order of time.

What a signal is to a journey is one of three roles; how a signal ends one is an
index into `vivencia.words.shapes.journeys.OUTCOMES`, or NO_END.
"""

from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from vivencia.words.shapes.journeys import ABANDONED, OPEN, OUTCOMES

SAID, CONTACT, MARK = 0, 1, 2
"""An answer (no step), a contact (a step), a mark of a goal or a loss (a step only if it stands alone)."""

NO_END = -1
NO_GAP = -1
_ABANDONED, _OPEN = OUTCOMES.index(ABANDONED), OUTCOMES.index(OPEN)

Rows = NDArray[np.int64]


@numba.njit(cache=True, nogil=True)
def _another(goal: int, aim: int) -> bool:
    """Whether a stated goal differs from the one the journey already has."""
    return goal >= 0 and aim >= 0 and goal != aim


@numba.njit(cache=True, nogil=True)
def _silent(pause: int, gap: int) -> bool:
    return gap >= 0 and pause > gap


@numba.njit(cache=True, nogil=True)
def _is_step(role: int, is_open: bool, end: int, said: int, pause: int, gap: int) -> bool:
    """Contacts are steps; a mark is one when no journey is open and it says something new."""
    if role == CONTACT:
        return True
    return role == MARK and not is_open and (end != said or _silent(pause, gap))


@numba.njit(cache=True, nogil=True)
def cut(  # noqa: C901 - one pass over one state machine; parts of it would share all its state
    first: NDArray[np.bool_],
    at: Rows,
    role: NDArray[np.int8],
    ends: NDArray[np.int8],
    goal: NDArray[np.int32],
    gap: int,
    until: int,
) -> tuple[Rows, Rows, NDArray[np.int8], NDArray[np.int32], NDArray[np.int32], Rows]:
    """Cut customers' signals into journeys.

    `first` marks each customer's first row; `gap` and `until` (the end of the data) are
    microseconds, NO_GAP means silence ends nothing. Gives the rows that are steps, where
    each journey begins among them (one more entry closes the last), its outcome, its goal
    (−1: none stated), its number within the customer, and when its outcome was known: at the
    signal that ended it, at the end of the gap where silence did, at `until` while it is open.
    """
    size = at.size
    rows, begins = np.empty(size, np.int64), np.empty(size + 1, np.int64)
    outcome, aim, number = np.empty(size, np.int8), np.empty(size, np.int32), np.empty(size, np.int32)
    over = np.empty(size, np.int64)
    steps, journey, of_customer, last, said = 0, -1, 0, 0, NO_END
    is_open = False
    for row in range(size):
        if first[row]:
            is_open, of_customer, said = False, 0, NO_END
        elif is_open and _silent(at[row] - last, gap):
            is_open, said = False, _ABANDONED
        if role[row] != CONTACT and ends[row] == NO_END:
            continue
        if is_open and _another(goal[row], aim[journey]):
            if role[row] != CONTACT:
                continue
            outcome[journey], over[journey], is_open = _ABANDONED, at[row], False
        if _is_step(role[row], is_open, ends[row], said, at[row] - last, gap):
            if not is_open:
                journey += 1
                of_customer += 1
                begins[journey], aim[journey], number[journey] = steps, -1, of_customer
                is_open = True
            rows[steps] = row
            steps += 1
            last = at[row]
            # Until something else is heard, silence decides.
            quiet = _silent(until - last, gap)
            outcome[journey], over[journey] = (_ABANDONED, last + gap) if quiet else (_OPEN, max(until, last))
        if is_open:
            aim[journey] = goal[row] if aim[journey] < 0 else aim[journey]
            if ends[row] != NO_END:
                outcome[journey], over[journey] = ends[row], at[row]
                said, is_open = ends[row], False
    journeys = journey + 1
    begins[journeys] = steps
    ended = outcome[:journeys], aim[:journeys], number[:journeys], over[:journeys]
    return rows[:steps], begins[: journeys + 1], *ended


@numba.njit(cache=True, nogil=True)
def walk(
    touched: NDArray[np.int32], at: Rows, begins: Rows, outcome: NDArray[np.int8], touchpoints: int
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32], NDArray[np.float64], NDArray[np.int32]]:
    """Each step's number, the code before and after it, the seconds waited; each journey's repeats.

    Codes past the `touchpoints` are START, then the outcomes. The first step of a
    journey has waited NaN.
    """
    steps = touched.size
    place, before, after = np.empty(steps, np.int32), np.empty(steps, np.int32), np.empty(steps, np.int32)
    waited, repeats = np.empty(steps, np.float64), np.zeros(begins.size - 1, np.int32)
    seen = np.full(touchpoints, -1, np.int64)
    for journey in range(begins.size - 1):
        for step in range(begins[journey], begins[journey + 1]):
            place[step] = step - begins[journey] + 1
            after[step] = (
                touched[step + 1] if step + 1 < begins[journey + 1] else (touchpoints + 1 + outcome[journey])
            )
            if step == begins[journey]:
                before[step], waited[step] = touchpoints, np.nan
            else:
                before[step], waited[step] = touched[step - 1], (at[step] - at[step - 1]) / 1e6
            repeats[journey] += seen[touched[step]] == journey
            seen[touched[step]] = journey
    return place, before, after, waited, repeats


@numba.njit(cache=True, nogil=True)
def tally(
    left: NDArray[Any],
    into: NDArray[Any],
    newcomer: NDArray[np.bool_],
    waited: NDArray[np.float64],
    wide: int,
) -> tuple[Rows, Rows, NDArray[np.float64], Rows]:
    """How often each move `left → into` was made, by how many customers, seconds in all and moves timed.

    Moves stand in order of customers, `newcomer` marks each one's first; codes are under
    `wide` and a negative one leaves its move out. Each result is indexed `left × wide + into`.
    """
    count, customers = np.zeros(wide * wide, np.int64), np.zeros(wide * wide, np.int64)
    total, timed = np.zeros(wide * wide, np.float64), np.zeros(wide * wide, np.int64)
    latest, person = np.full(wide * wide, -1, np.int64), 0
    for move in range(left.size):
        person += newcomer[move]
        if left[move] < 0 or into[move] < 0:
            continue
        here = left[move] * wide + into[move]
        count[here] += 1
        customers[here] += latest[here] != person
        latest[here] = person
        if not np.isnan(waited[move]):
            total[here] += waited[move]
            timed[here] += 1
    return count, customers, total, timed
