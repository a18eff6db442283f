"""Where journeys are held up, and how sure that is.

The part of a touchpoint in all hold-ups is T·L / Σ T·L, where T is what was waited after it and
L the journeys that ended there without their goal: both totals over customers. Its logarithm
is linearised (Binder, 1983): what each customer adds to T and L moves it by their share of
both, less the mean move of all touchpoints, and the squares of these moves are its variance.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numba
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vivencia.journeys.columns import changes, placed, whole
from vivencia.measure.rates import part_from_log_variance
from vivencia.plans import Fold, Step
from vivencia.words.shapes.journeys import ABANDONED, HOLD_UPS, LOST

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Codes = NDArray[np.int32]


def hold_up_nodes(held: str) -> tuple[Step, Fold]:
    """The nodes that give `hold_ups`; `held` is the SELECT of what is multiplied and its totals."""
    return (
        Step("held", held, ("transitions", "drop_offs"), order=("touchpoint",)),
        Fold(
            HOLD_UPS.name,
            start=start,
            add=add,
            merge=merge,
            finish=finish,
            reads="steps",
            columns=("customer", "touchpoint", "previous", "waited_s", "next"),
            writes=HOLD_UPS,
            beside=("held",),
            coded=True,
        ),
    )


@dataclass(frozen=True, slots=True)
class Moved:
    """The state of the fold: the touchpoints and sums over customers.

    `cross` is Σ (a² − 2 a h) of each touchpoint and `square` Σ h², where a is what a customer
    adds to the logarithm of T·L and h the mean of that over all touchpoints, by their parts:
    together the sum of squares of a − h. `customers` have an a, `people` were seen at all.
    """

    names: tuple[str, ...]
    waited: Floats  # of each touchpoint 1 / T and 1 / L; 0 where there is none
    ended: Floats
    part: Floats
    cross: Floats
    square: float
    customers: Ints
    people: int


def start(side: Mapping[str, Any]) -> Moved:
    """The totals there are, and no customer yet."""
    held = side["held"]
    waited, ended, part = (
        whole(held.column(name)).to_numpy(zero_copy_only=False) for name in ("total_s", "ended", "weight")
    )
    none = np.zeros(part.size)
    names = tuple(held.column("touchpoint").to_pylist())
    return Moved(names, _inverse(waited), _inverse(ended), part, none, 0.0, none.astype(np.int64), 0)


def _inverse(totals: Floats) -> Floats:
    found: Floats = np.divide(1.0, totals, out=np.zeros(totals.size), where=totals > 0)
    return found


def add(state: Moved, table: Any, _side: Mapping[str, Any]) -> Moved:
    """The sums with these customers' steps."""
    before, at = (placed(table.column(name), state.names) for name in ("previous", "touchpoint"))
    waited = pc.fill_null(whole(table.column("waited_s")), 0.0).to_numpy(zero_copy_only=False)
    over = placed(table.column("next"), (ABANDONED, LOST)) >= 0
    first = changes(table.column("customer"))
    cross, square, customers = _moved(
        first, before, waited, at, over, state.waited, state.ended, state.part
    )  # fmt: skip
    return replace(
        state,
        cross=state.cross + cross,
        square=state.square + square,
        customers=state.customers + customers,
        people=state.people + int(first.sum()),
    )


def merge(one: Moved, other: Moved) -> Moved:
    """The sums over two sets of customers."""
    return replace(
        one,
        cross=one.cross + other.cross,
        square=one.square + other.square,
        customers=one.customers + other.customers,
        people=one.people + other.people,
    )


def finish(state: Moved, side: Mapping[str, Any]) -> Any:
    """What is held, with the interval of each part."""
    small = state.people / max(state.people - 1, 1)
    variance = small * np.maximum(state.cross + state.square, 0.0)
    rows = []
    for place, row in enumerate(side["held"].to_pylist()):
        if row["weight"] >= 1.0:  # nowhere else is anything held up, whoever was asked
            ends: tuple[float | None, float | None] = (1.0, 1.0)
        elif row["weight"] <= 0.0:
            ends = (None, None)
        else:
            ends = part_from_log_variance(row["weight"], float(variance[place]))
        more = {"weight_low": ends[0], "weight_high": ends[1], "customers": int(state.customers[place])}
        rows.append({column.name: {**row, **more}[column.name] for column in HOLD_UPS.columns})
    kinds = {"text": pa.string(), "float": pa.float64(), "int": pa.int64()}
    schema = pa.schema([(column.name, kinds[column.type]) for column in HOLD_UPS.columns])
    return pa.Table.from_pylist(rows, schema=schema)


@numba.njit(cache=True, nogil=True)
def _moved(
    first: NDArray[np.bool_],
    before: Codes,
    waited: Floats,
    at: Codes,
    over: NDArray[np.bool_],
    per_wait: Floats,
    per_end: Floats,
    part: Floats,
) -> tuple[Floats, float, Ints]:
    """Σ (a² − 2 a h) and customers by touchpoint, and Σ h², of whole customers one after another."""
    n = part.size
    cross, customers, square = np.zeros(n), np.zeros(n, np.int64), 0.0
    own, seen = np.zeros(n), np.empty(n, np.int64)
    listed = 0
    for row in range(first.size + 1):
        if row == first.size or first[row]:
            mean = 0.0
            for i in range(listed):
                mean += part[seen[i]] * own[seen[i]]
            square += mean * mean
            for i in range(listed):
                here = seen[i]
                cross[here] += own[here] * (own[here] - 2.0 * mean)
                customers[here] += 1
                own[here] = 0.0
            listed = 0
            if row == first.size:
                break
        for here, more in (
            (before[row], waited[row] * per_wait[max(before[row], 0)] if n else 0.0),
            (at[row], per_end[max(at[row], 0)] if n and over[row] else 0.0),
        ):
            if here >= 0 and more > 0.0:
                if own[here] == 0.0:
                    seen[listed] = here
                    listed += 1
                own[here] += more
    return cross, square, customers
