"""What happened: the columns that a simulated life fills, told and hidden."""

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

NONE = -1
NEGATIVE, MIXED, POSITIVE = 0, 1, 2


class Happened(NamedTuple):
    """Events, one row each; the columns are named below."""

    whole: NDArray[np.int64]  # (n, WHOLE)
    real: NDArray[np.float64]  # (n, REAL), NaN where there is nothing
    words: NDArray[np.uint64]  # which words were said

    def of(self, name: str, rows: int) -> Any:
        """One column by its name, of the first rows."""
        if name in WHOLE:
            return self.whole[:rows, WHOLE.index(name)]
        return self.real[:rows, REAL.index(name)]


#: −1 means none. `number` counts within the customer from 0, `journey` too (−1: no step of one);
#: `polarity` is that of the words.
WHOLE = (
    "who", "number", "at", "touchpoint", "kind", "goal", "reached", "anonymous",
    "place", "actor", "instrument", "polarity", "journey",
)  # fmt: skip
(
    WHO, NUMBER, AT, TOUCHPOINT, KIND, GOAL, REACHED, ANONYMOUS,
    PLACE, ACTOR, INSTRUMENT, POLARITY, JOURNEY,
) = range(len(WHOLE))  # fmt: skip
#: First what is told, then what is hidden: E just before, q, d against the standard, P and D just
#: after, and the answer on 0–10 had everybody answered.
REAL = (
    "measure", "measure_also", "answer", "expected", "money", "valence",
    "expectation", "experience", "gap", "perception", "residual", "would_answer",
)  # fmt: skip
(
    MEASURE, MEASURE_ALSO, ANSWER, EXPECTED, MONEY, VALENCE,
    EXPECTATION, EXPERIENCE, GAP, PERCEPTION, RESIDUAL, WOULD_ANSWER,
) = range(len(REAL))  # fmt: skip


def room_for(rows: int) -> Happened:
    """Empty columns for so many events."""
    return Happened(
        np.zeros((rows, len(WHOLE)), np.int64), np.zeros((rows, len(REAL))), np.zeros(rows, np.uint64)
    )


@njit(cache=True)
def blank(out: Happened, n: int, who: int, number: int, at: int, t: int) -> None:
    """An event of which nothing is known yet but whose, when and where."""
    out.whole[n] = NONE
    out.real[n] = np.nan
    out.whole[n, WHO], out.whole[n, NUMBER], out.whole[n, AT] = who, number, at
    out.whole[n, TOUCHPOINT], out.whole[n, ANONYMOUS] = t, 0
