"""Where journeys begin and end: kernels over whole customers in order of time.

What a signal is to a journey is one of three roles; how a signal ends one is an
index into `vivencia.words.shapes.journeys.OUTCOMES`, or NO_END.
"""

import numba
import numpy as np
from numpy.typing import NDArray

from vivencia.words.shapes.journeys import ABANDONED, LOST, OPEN, OUTCOMES, REACHED

SAID, CONTACT, MARK = 0, 1, 2
"""An answer (no step), a contact (a step), a mark of a goal or a loss (a step only if it stands alone)."""

NO_END = -1
NO_GAP = -1
_REACHED, _ABANDONED, _LOST, _OPEN = (OUTCOMES.index(name) for name in (REACHED, ABANDONED, LOST, OPEN))

Rows = NDArray[np.int64]
Codes = NDArray[np.int32]
Table = NDArray[np.int8]


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
def roles(
    kind: Codes,
    contact: Codes,
    said: Codes,
    reached: NDArray[np.int8],
    goal: Codes,
    of_kind: Table,
    heard: NDArray[np.bool_],
    stated: NDArray[np.int8],
) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
    """Each row's role and how it ends a journey, from the codes of what its signal says.

    `of_kind` has a row for each kind: its role, whether it is a voice, whether it reaches a goal
    where nothing is said of goals, whether it marks a goal, whether it is a loss. `heard` says of
    each kind of contact whether it is indirect, `stated` of each outcome how it ends a journey.
    The last row of each stands for a code of −1; `reached` is 1, 0, or −1 where it is not said.
    """
    role, ends = np.empty(kind.size, np.int8), np.empty(kind.size, np.int8)
    for row in range(kind.size):
        own, voice, implies, marks, loses = of_kind[kind[row]]
        role[row] = CONTACT if voice and heard[contact[row]] else own
        end = _REACHED if reached[row] == 1 else NO_END
        # Where a purchase names its goal, the signals that end that goal say so themselves.
        if implies and reached[row] == -1 and goal[row] < 0:
            end = _REACHED
        if marks:
            end = _ABANDONED if reached[row] == 0 else _REACHED
        if stated[said[row]] != NO_END:
            end = stated[said[row]]
        ends[row] = _LOST if loses else end
    return role, ends
