"""The filter over prepared columns: compiled where numba is there, in NumPy where it is not."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vivencia.perceptions import batch, kernel
from vivencia.perceptions.columns import NEVER, Columns
from vivencia.perceptions.compiled import COMPILED
from vivencia.perceptions.parameters import Floats, Packed, Parameters, pack


class Filtered(NamedTuple):
    """What the filter gives: `out` (18, events) by kernel.OUTPUTS, roles, states, log likelihood."""

    out: Floats
    role: NDArray[np.int8]
    state: Floats
    state_at: NDArray[np.int64]
    log_likelihood: Floats

    def row(self, name: str) -> Floats:
        """One output by name, one number an event."""
        found: Floats = self.out[kernel.OUTPUTS.index(name)]
        return found


def prior(parameters: Parameters, customers: int) -> tuple[Floats, NDArray[np.int64]]:
    """The state before the first event: m = (0, E0, 0), C = diag(s_b², s_e0², v_d)."""
    p = parameters
    one = np.array([0.0, p.e0, 0.0, p.s_b**2, 0.0, 0.0, p.s_e0**2, 0.0, p.v_d, 0.0])
    return np.tile(one, (customers, 1)), np.full(customers, NEVER)


def filter_events(
    columns: Columns,
    parameters: Parameters,
    *,
    packed: Packed | None = None,
    start: tuple[Floats, NDArray[np.int64]] | None = None,
    write: bool = True,
    compiled: bool = COMPILED,
) -> Filtered:
    """Run the filter over whole customers, from the prior or from a `start` (state, time).

    `write=False` leaves `out` empty, for the likelihood alone.
    """
    packed = pack(parameters) if packed is None else packed
    state, at = prior(parameters, columns.customers) if start is None else (start[0].copy(), start[1].copy())
    rows = columns.events if write else 0
    found = Filtered(
        np.empty((len(kernel.OUTPUTS), rows)),
        np.empty(rows, dtype=np.int8),
        state,
        at,
        np.zeros(columns.customers),
    )
    run = kernel.run if compiled else batch.run
    run(
        columns.starts, columns.at, columns.touchpoint, columns.indirect, columns.still,
        *columns.measures, *columns.ratings, columns.valence, columns.context,
        *packed, state, at, found.out, found.role, found.log_likelihood,
    )  # fmt: skip
    return found
