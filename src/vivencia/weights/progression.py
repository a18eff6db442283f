"""The weight on progression: how much each touchpoint carries customers on to their goal.

The chain is solved from the transitions alone; one pass over the steps gives every
customer's influence on every estimate, whose squares are the variance (the delta method,
clustered by customer). No simulation, no bootstrap.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import nan
from typing import Any

import numba
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vivencia.measure.markov import Carried, carried
from vivencia.measure.normal import Z95
from vivencia.plans import Fold, Plan
from vivencia.words.shapes.journeys import ABANDONED, LOST, OPEN, REACHED, START
from vivencia.words.shapes.weights import PROGRESSION_WEIGHTS

Floats = NDArray[np.float64]
Codes = NDArray[np.int32]

#: Why a number is withheld.
NO_END, NO_GOAL = "no-end", "no-goal"


def progression_plan() -> Plan:
    """The plan that reads `steps` and `transitions` and gives `progression_weights`.

    Journeys still open show their moves and no end: what comes after is not known yet,
    so it counts neither for the goal nor against it.
    """
    fold = Fold(
        "progression_weights",
        start=start,
        add=add,
        merge=merge,
        finish=finish,
        reads="steps",
        columns=("customer", "touchpoint", "previous", "next"),
        writes=PROGRESSION_WEIGHTS,
        beside=("transitions",),
        coded=True,
    )
    return Plan("progression", (fold,), gives=("progression_weights",))


@dataclass(frozen=True, slots=True)
class Progress:
    """The state of the fold: the solved chain, and sums over the customers seen.

    `squares` are the squared influences on value, removal and lift of each touchpoint;
    `credit` the goals by set Shapley; `journeys` and `customers` who passed.
    """

    names: tuple[str, ...]
    counts: Floats
    chain: Carried
    edge: Codes
    squares: Floats
    credit: Floats
    journeys: NDArray[np.int64]
    customers: NDArray[np.int64]
    people: int


def start(side: Mapping[str, Any]) -> Progress:
    """The chain of the transitions, and no customer yet."""
    names, counts = counted_moves(side["transitions"])
    n = len(names)
    chain = carried(counts)
    edge = np.full((n + 1, n + 2), -1, np.int32)
    edge[chain.moves[:, 0], chain.moves[:, 1]] = np.arange(len(chain.moves))
    zeros = np.zeros(n, np.int64)
    return Progress(names, counts, chain, edge, np.zeros(3 * n), np.zeros(n), zeros, zeros, 0)


def counted_moves(transitions: Any) -> tuple[tuple[str, ...], Floats]:
    """The touchpoints, and the moves between START and them, them, the goal and elsewhere.

    The form is that of `vivencia.measure.markov.carried`; moves to OPEN are left out.
    """
    left = transitions.column("from_touchpoint").to_pylist()
    into = transitions.column("to_touchpoint").to_pylist()
    names = tuple(sorted(set(left) - {START}))
    n = len(names)
    row = {**{name: place for place, name in enumerate(names)}, START: n}
    column = {**row, REACHED: n, ABANDONED: n + 1, LOST: n + 1}
    counts = np.zeros((n + 1, n + 2))
    for a, b, count in zip(left, into, transitions.column("count").to_pylist(), strict=True):
        if b != OPEN:
            counts[row[a], column[b]] += count
    return names, counts


def add(state: Progress, table: Any, _side: Mapping[str, Any]) -> Progress:
    """The sums with these customers' steps."""
    n = len(state.names)
    inside = pa.array(state.names, pa.string())
    touched = coded(table.column("touchpoint"), inside)
    before = coded(table.column("previous"), pa.concat_arrays([inside, pa.array([START])]))
    after = coded(table.column("next"), pa.concat_arrays([inside, pa.array([REACHED, ABANDONED, LOST])]))
    after[after == n + 2] = n + 1
    gradient = np.nan_to_num(state.chain.gradient)
    squares, credit, journeys, customers, people = _passed(
        changes(table.column("customer")), touched, before, after, state.edge, gradient, n
    )
    return replace(
        state,
        squares=state.squares + squares,
        credit=state.credit + credit,
        journeys=state.journeys + journeys,
        customers=state.customers + customers,
        people=state.people + people,
    )


def merge(one: Progress, other: Progress) -> Progress:
    """Sums of two sets of customers."""
    return replace(
        one,
        squares=one.squares + other.squares,
        credit=one.credit + other.credit,
        journeys=one.journeys + other.journeys,
        customers=one.customers + other.customers,
        people=one.people + other.people,
    )


def finish(state: Progress, _side: Mapping[str, Any]) -> Any:
    """The weights with their intervals, one row a touchpoint."""
    n, chain = len(state.names), state.chain
    factor = state.people / max(state.people - 1, 1)
    on_value, on_removal, on_lift = np.sqrt(state.squares * factor).reshape(3, n)
    seen = state.customers
    removal = np.clip(chain.removal, 0.0, 1.0)
    whole = np.nansum(removal)
    goals = state.credit.sum()
    columns: dict[str, Any] = {"touchpoint": pa.array(state.names, pa.string())}
    columns |= share_with_interval("continuation", np.clip(chain.value, 0.0, 1.0), on_value, seen)
    columns |= share_with_interval("removal", removal, on_removal, seen)
    columns["share"] = number(removal / whole if whole > 0 else np.full(n, nan))
    columns["lift"] = number(chain.lift)
    columns["lift_low"] = number(chain.lift - Z95 * on_lift)
    columns["lift_high"] = number(chain.lift + Z95 * on_lift)
    columns["shapley"] = number(state.credit / goals if goals > 0 else np.full(n, nan))
    columns["visits"] = state.counts[:n].sum(axis=1).astype(np.int64)
    columns["journeys"], columns["customers"] = state.journeys, seen
    reasons = [_reason(value, lost) for value, lost in zip(chain.value, chain.removal, strict=True)]
    columns["reason"] = pa.array(reasons, pa.string())
    return pa.table(columns)


def _reason(value: float, removal: float) -> str | None:
    if np.isnan(value):
        return NO_END
    return NO_GOAL if np.isnan(removal) else None


def share_with_interval(name: str, value: Floats, error: Floats, people: NDArray[np.int64]) -> dict[str, Any]:
    """A share with its 95 % interval, normal on the logit scale.

    At 0 or 1, or without spread between customers, it is the score interval of as many customers.
    """
    low, high = _wilson(value, people)
    inner = (value > 0.0) & (value < 1.0) & (error > 0.0)
    safe = np.where(inner, value, 0.5)
    logit, width = np.log(safe / (1.0 - safe)), Z95 * error / (safe * (1.0 - safe))
    low = np.where(inner, 1.0 / (1.0 + np.exp(-(logit - width))), low)
    high = np.where(inner, 1.0 / (1.0 + np.exp(-(logit + width))), high)
    return {name: number(value), f"{name}_low": number(low), f"{name}_high": number(high)}


def _wilson(value: Floats, people: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Wilson's (1927) score interval of a share seen on so many customers."""
    n = np.maximum(people, 1).astype(np.float64)
    middle = (value + Z95**2 / (2 * n)) / (1 + Z95**2 / n)
    half = Z95 * np.sqrt(value * (1 - value) / n + Z95**2 / (4 * n * n)) / (1 + Z95**2 / n)
    return np.clip(middle - half, 0.0, value), np.clip(middle + half, value, 1.0)


def number(values: Floats) -> Any:
    """A column of numbers, null where NaN."""
    return pa.array(values, pa.float64(), from_pandas=True)


def coded(column: Any, words: Any) -> Codes:
    """Each text's place among the words; −1 where it is none of them."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], words.type)
    if pa.types.is_dictionary(array.type):
        places = np.append(coded(array.dictionary, words), np.int32(-1))
        known: Codes = places[array.indices.fill_null(len(array.dictionary)).to_numpy(zero_copy_only=False)]
        return known
    found = pc.index_in(array, value_set=words)
    codes: Codes = found.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    return codes


def changes(column: Any) -> NDArray[np.bool_]:
    """True at each row whose text differs from the row before; the first row is a change."""
    array = column
    if isinstance(column, pa.ChunkedArray):
        by_number = column.num_chunks > 1 and pa.types.is_dictionary(column.type)
        array = (column.unify_dictionaries() if by_number else column).combine_chunks()
    if pa.types.is_dictionary(array.type):
        array = array.indices
    if len(array) == 0:
        return np.empty(0, np.bool_)
    other = pc.not_equal(array.slice(1), array.slice(0, len(array) - 1))
    return np.append(True, other.to_numpy(zero_copy_only=False))


@numba.njit(cache=True, nogil=True)
def _add_into(sums: Floats, more: Floats) -> None:
    for place in range(sums.size):
        sums[place] += more[place]


@numba.njit(cache=True, nogil=True)
def _square_into(squares: Floats, own: Floats) -> None:
    """Adds the squares of `own`, and begins it anew."""
    for place in range(own.size):
        squares[place] += own[place] * own[place]
        own[place] = 0.0


@numba.njit(cache=True, nogil=True)
def _passed(
    first: NDArray[np.bool_],
    touched: Codes,
    before: Codes,
    after: Codes,
    edge: Codes,
    gradient: Floats,
    n: int,
) -> tuple[Floats, Floats, NDArray[np.int64], NDArray[np.int64], int]:
    """Squared influences by estimate, goals by set Shapley, and who passed each touchpoint."""
    squares, own = np.zeros(3 * n), np.zeros(3 * n)
    credit = np.zeros(n)
    journeys, customers = np.zeros(n, np.int64), np.zeros(n, np.int64)
    in_journey, in_customer = np.full(n, -2, np.int64), np.full(n, -2, np.int64)
    distinct, listed = np.empty(n, np.int64), 0
    journey, people = -1, 0
    for row in range(touched.size):
        here = touched[row]
        if first[row]:
            people += 1
            _square_into(squares, own)
        if before[row] == n:
            journey += 1
            listed = 0
        if in_journey[here] != journey:
            in_journey[here] = journey
            journeys[here] += 1
            distinct[listed] = here
            listed += 1
        if in_customer[here] != people:
            in_customer[here] = people
            customers[here] += 1
        arriving = edge[before[row], here]
        if arriving >= 0:
            _add_into(own, gradient[arriving])
        if after[row] >= n:
            leaving = edge[here, after[row]]
            _add_into(own, gradient[leaving])
            if after[row] == n:
                for place in range(listed):
                    credit[distinct[place]] += 1.0 / listed
    squares += own * own
    return squares, credit, journeys, customers, people
