"""The filter over prepared columns: compiled where numba is there, in NumPy where it is not."""

import sys
import threading
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vivencia.perceptions import batch, kernel
from vivencia.perceptions.columns import NEVER, Columns
from vivencia.perceptions.compiled import COMPILED
from vivencia.perceptions.parameters import Floats, Packed, Parameters, pack


class Filtered(NamedTuple):
    """What the filter gives: `out` (20, events) by kernel.OUTPUTS, roles, states, log likelihood.

    `each` (2, ratings), only when asked for: prediction and variance of every answer, NaN where unused.
    """

    out: Floats
    role: NDArray[np.int8]
    state: Floats
    state_at: NDArray[np.int64]
    log_likelihood: Floats
    each: Floats

    def row(self, name: str) -> Floats:
        """One output by name, one number an event."""
        found: Floats = self.out[kernel.OUTPUTS.index(name)]
        return found


def prior(parameters: Parameters, customers: int) -> tuple[Floats, NDArray[np.int64]]:
    """The state before the first event: m = (0, E0, 0), C = diag(s_b², s_e0², v_d)."""
    p = parameters
    one = np.zeros(kernel.STATE)
    one[:9] = (0.0, p.e0, 0.0, p.s_b**2, 0.0, 0.0, p.s_e0**2, 0.0, p.v_d)
    return np.tile(one, (customers, 1)), np.full(customers, NEVER)


def filter_events(
    columns: Columns,
    parameters: Parameters,
    *,
    packed: Packed | None = None,
    start: tuple[Floats, NDArray[np.int64]] | None = None,
    write: bool = True,
    each: bool = False,
    compiled: bool = COMPILED,
) -> Filtered:
    """Run the filter over whole customers, from the prior or from a `start` (state, time).

    `write=False` leaves `out` empty, for the likelihood alone; `each` asks for every
    answer's prediction.
    """
    packed = pack(parameters) if packed is None else packed
    state, at = prior(parameters, columns.customers) if start is None else (start[0].copy(), start[1].copy())
    rows = columns.events if write else 0
    found = Filtered(
        _room(len(kernel.OUTPUTS), rows),
        np.empty(rows, dtype=np.int8),
        state,
        at,
        np.zeros(columns.customers),
        np.full((2, len(columns.ratings.value) if each else 0), np.nan),
    )
    run = kernel.run if compiled else batch.run
    run(
        columns.starts, columns.at, columns.touchpoint, columns.indirect, columns.still, columns.goal,
        *columns.measures, *columns.ratings, columns.valence, columns.context,
        *packed, state, at, found.out, found.role, found.log_likelihood,
        found.each,
    )  # fmt: skip
    return found


class _Rooms(threading.local):
    """Room for numbers, used again once nothing made of it is left: fresh pages cost as much as the filter.

    Few are kept, since one is written to a file while the next is filled.
    """

    def __init__(self) -> None:
        self.kept: list[NDArray[np.float64]] = []

    def take(self, size: int) -> Floats:
        """Numbers whose room nobody else has a part of."""
        if size < _SMALL:
            return np.empty(size)
        # Whoever holds a part of a room counts as one who refers to it; here are the list, the name and
        # the argument.
        free = next((room for room in self.kept if len(room) >= size and sys.getrefcount(room) <= 3), None)
        if free is None:
            free = np.empty(size)
            self.kept = [*self.kept[-(_KEPT - 1) :], free]
        return free[:size]


_ROOMS, _KEPT, _SMALL = _Rooms(), 3, 1 << 20


def _room(rows: int, columns: int) -> Floats:
    return _ROOMS.take(rows * columns).reshape(rows, columns)
