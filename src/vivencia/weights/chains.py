"""Chains that remember more than one step: removal effects of orders 1 to 3, by goals and by value.

Beside them set Shapley, and from each touchpoint the probability of every ending. The
estimates are exact; their intervals are influence functions summed by customer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vivencia.measure.influence import Traced, influences, squared_by_customer, trace_each, values_of_ends
from vivencia.measure.markov import Chain, Paths, chain_of, set_shapley, state_codes
from vivencia.plans import Fold, Plan, Step, read_queries
from vivencia.weights.progression import coded, share_with_interval
from vivencia.words.shapes.weights import (
    CHAIN_ENDINGS,
    CHAIN_ENDS,
    CHAIN_WEIGHTS,
    COMPLAINT,
    ORDERS,
)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Touchpoints whose removal is computed (the commonest), and states beyond which an order is left out.
REMOVED, MOST_STATES = 200, 20_000
NO_GOAL, NO_VALUE, TOO_MANY = "no-goal", "no-value", "too-many-states"
_BETWEEN = " > "
_OPEN = -1
_COLUMNS = ("customer", "variant", "outcome", "worth")


def chains_plan() -> Plan:
    """The plan that reads `events`, `steps`, `journeys` and `touchpoints`.

    It gives `chain_weights` and `chain_ends`. A contact at a touchpoint that the catalogue
    marks as a complaint ends the journey there, as a complaint; a journey still open shows
    its moves and no end.
    """
    queries = read_queries("vivencia.weights", "chains.sql")
    folds = (
        Fold(
            shape.name, start, add, merge, finish, reads="chain_journeys", columns=_COLUMNS, writes=shape,
            beside=("chain_paths", "touchpoints"), order=("customer", "journey"),
        )
        for shape, start, finish in (
            (CHAIN_WEIGHTS, start_weights, finish_weights), (CHAIN_ENDS, start_ends, finish_ends),
        )
    )  # fmt: skip
    return Plan(
        "chains",
        (
            Step(
                "chain_journeys", queries["chain_journeys"], ("events", "steps", "journeys"),
                scope="customer", order=("customer", "journey"),
            ),
            Step("chain_paths", queries["chain_paths"], ("chain_journeys",), order=("variant", "outcome")),
            *folds,
        ),
        gives=(CHAIN_WEIGHTS.name, CHAIN_ENDS.name),
    )  # fmt: skip


# Paths --------------------------------------------------------------------------------------


class Walked(NamedTuple):
    """Ways laid end to end over the touchpoints' codes, each cut at its first complaint, with its ending."""

    steps: Ints
    begins: Ints
    path: Ints
    end: Ints


def _walked(variants: Any, outcomes: Any, names: Any, complaints: NDArray[np.bool_]) -> Walked:
    parts = pc.split_pattern(variants, _BETWEEN)
    steps = coded(parts.flatten(), names).astype(np.int64)
    begins = parts.offsets.to_numpy().astype(np.int64)
    path = np.repeat(np.arange(begins.size - 1), np.diff(begins))
    position = np.arange(steps.size) - begins[path]
    far = np.iinfo(np.int64).max
    cut = np.full(begins.size - 1, far)
    np.minimum.at(cut, path, np.where(complaints[steps], position, far))
    kept = position <= cut[path]
    end = coded(outcomes, pa.array(CHAIN_ENDINGS, pa.string())).astype(np.int64)
    end = np.where(cut < far, CHAIN_ENDINGS.index(COMPLAINT), end)
    lengths = np.bincount(path[kept], minlength=begins.size - 1)
    return Walked(steps[kept], np.concatenate([[0], np.cumsum(lengths)]), path[kept], end)


@dataclass(frozen=True, slots=True)
class Known:
    """The paths of all customers, and who is named."""

    names: Any
    complaints: NDArray[np.bool_]
    paths: Paths
    ends: tuple[Floats, ...]
    worth: Floats


def _known(side: Mapping[str, Any]) -> Known:
    table = side["chain_paths"]
    variants = _whole(table.column("variant"))
    flat = pc.split_pattern(variants, _BETWEEN).flatten()
    names = pa.array(sorted(set(pc.unique(flat).to_pylist())), pa.string())
    marked = {row["touchpoint"] for row in side["touchpoints"].to_pylist() if row["complaint"]}
    complaints = np.array([*(name in marked for name in names.to_pylist()), False])
    ways = _walked(variants, table.column("outcome"), names, complaints)
    count = table.column("journeys").to_numpy().astype(np.float64)
    ends = tuple(np.where(ways.end == place, count, 0.0) for place in range(len(CHAIN_ENDINGS)))
    goals = ends[0]
    worth = np.where(ways.end == 0, table.column("worth").to_numpy(), 0.0)
    opens = np.where(ways.end == _OPEN, count, 0.0)
    paths = Paths(ways.steps, ways.begins, len(names), goals, sum(ends[1:], np.zeros(count.size)), opens)
    return Known(names, complaints, paths, ends, worth)


def _whole(column: Any) -> Any:
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return pa.concat_arrays(array.chunks) if isinstance(array, pa.ChunkedArray) else array


def _distinct(table: Any, known: Known) -> tuple[Walked, Ints, NDArray[np.bool_], Floats]:
    """The distinct ways of these journeys, which each walks, each customer's first, and their value."""
    both = pc.binary_join_element_wise(
        _whole(table.column("outcome")), _whole(table.column("variant")), "\t"
    ).dictionary_encode()
    parts = pc.split_pattern(both.dictionary, "\t", max_splits=1)
    outcomes, variants = pc.list_element(parts, 0), pc.list_element(parts, 1)
    ways = _walked(variants, outcomes, known.names, known.complaints)
    which = both.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    customer = _whole(table.column("customer"))
    first = np.append(True, pc.not_equal(customer[1:], customer[:-1]).to_numpy(zero_copy_only=False))
    worth = np.where(ways.end[which] == 0, table.column("worth").to_numpy(), 0.0)
    return ways, which, first, worth


# Removal effects ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Weighed:
    """The state: chains by (order, by value or not), and sums over the customers seen."""

    known: Known
    removed: Ints
    chains: Mapping[tuple[int, bool], Traced | None]
    squares: Mapping[tuple[int, bool], Floats]
    passed: Ints
    people: int


def start_weights(side: Mapping[str, Any]) -> Weighed:
    """The chains of all paths, solved, and no customer yet."""
    known = _known(side)
    paths, size = known.paths, known.paths.touchpoints
    weight = (paths.goals + paths.others + (paths.opens if paths.opens is not None else 0.0)).astype(float)
    path = np.repeat(np.arange(paths.goals.size), np.diff(paths.begins))
    visits = np.bincount(paths.steps, weight[path], size) if size else np.zeros(0)
    removed = np.sort(np.argsort(-visits, kind="stable")[:REMOVED]).astype(np.int64)
    chains: dict[tuple[int, bool], Traced | None] = {}
    for order in ORDERS:
        states = np.unique(state_codes(paths.steps, path, paths.begins, size, order)).size
        fits = states <= MOST_STATES and size > 0
        worths = (None, known.worth) if known.worth.sum() > 0 else (None,)
        solved = trace_each(paths, order, removed, worths) if fits else ()
        chains[order, False] = solved[0] if solved else None
        chains[order, True] = solved[1] if len(solved) > 1 else None
    zeros = {key: np.zeros(removed.size + 1) for key in chains}
    return Weighed(known, removed, chains, zeros, np.zeros((2, size), np.int64), 0)


def _add_passed(table: Any, known: Known) -> tuple[Walked, Ints, NDArray[np.bool_], Floats, Ints, int]:
    ways, which, first, worth = _distinct(table, known)
    size = known.paths.touchpoints
    pairs = np.unique(ways.path * size + ways.steps) if size else np.zeros(0, np.int64)
    walks = np.bincount(which, minlength=ways.end.size)
    journeys = np.bincount(pairs % size, walks[pairs // size], size).astype(np.int64)
    owner = np.cumsum(first) - 1
    each = np.unique(owner * ways.end.size + which)
    rows, starts = each % ways.end.size, np.searchsorted(pairs, np.arange(ways.end.size + 1) * size)
    lengths = np.diff(starts)[rows]
    at = np.repeat(starts[rows] - np.concatenate([[0], np.cumsum(lengths)[:-1]]), lengths)
    who = np.repeat(each // ways.end.size, lengths) * size + pairs[at + np.arange(lengths.sum())] % size
    customers = np.bincount(np.unique(who) % size, minlength=size).astype(np.int64)
    return ways, which, first, worth, np.array([journeys, customers]), int(owner[-1]) + 1


def add_weights(state: Weighed, table: Any) -> Weighed:
    """The sums with these customers' journeys."""
    ways, which, first, worth, passed, people = _add_passed(table, state.known)
    squares = dict(state.squares)
    for (order, valued), chain in state.chains.items():
        if chain is None:
            continue
        states = chain.states_of(ways.steps, ways.path, ways.begins)
        reward = np.zeros((chain.start.size, len(CHAIN_ENDINGS)))
        reward[:, 0] = 0.0 if valued else 1.0
        added = influences(
            states, ways.begins, ways.end, reward, chain.value, chain.visits, chain.start, chain.leaving,
            chain.begun,
        )  # fmt: skip
        last = states[ways.begins[1:] - 1]
        reach = np.where(last >= 0, chain.visits[:, last] / np.maximum(chain.leaving[last], 1e-300), 0.0).T
        extra = np.where((ways.end == 0)[:, None], reach, 0.0) if valued else np.zeros_like(added)
        on = _on_removal(chain, added), _on_removal(chain, extra)
        squares[order, valued] = squares[order, valued] + squared_by_customer(first, which, *on, worth)
    return replace(state, squares=squares, passed=state.passed + passed, people=state.people + people)


def _on_removal(chain: Traced, on_value: Floats) -> Floats:
    """What is added to each removal effect, from what is added to each value (column 0: the whole)."""
    whole = chain.start[0]
    found = np.zeros_like(on_value)
    if whole > 0:
        found[:, 1:] = -on_value[:, 1:] / whole + chain.start[1:] / whole**2 * on_value[:, :1]
    return np.ascontiguousarray(found)


def finish_weights(state: Weighed, _side: Mapping[str, Any]) -> Any:
    """One row an order and touchpoint."""
    removed, known = state.removed, state.known
    factor = state.people / max(state.people - 1, 1)
    shapley = _shares(set_shapley(known.paths)[removed]) if removed.size else np.zeros(0)
    valued = replace(known.paths, goals=known.worth)
    worth_shapley = _shares(set_shapley(valued)[removed]) if removed.size else np.zeros(0)
    parts = []
    for order in ORDERS:
        columns: dict[str, Any] = {
            "order": pa.array(np.full(removed.size, order)),
            "touchpoint": known.names.take(pa.array(removed)),
        }
        for name, by_value in (("removal", False), ("worth_removal", True)):
            chain = state.chains[order, by_value]
            error = np.sqrt(state.squares[order, by_value][1:] * factor)
            effect = np.full(removed.size, np.nan) if chain is None else np.clip(chain.removal, 0.0, 1.0)
            columns |= share_with_interval(name, effect, error, state.passed[1][removed])
            columns[name.replace("removal", "share")] = pa.array(_shares(effect), from_pandas=True)
        columns["shapley"] = pa.array(shapley, from_pandas=True)
        columns["worth_shapley"] = pa.array(worth_shapley, from_pandas=True)
        columns["journeys"], columns["customers"] = (pa.array(count[removed]) for count in state.passed)
        columns["reason"] = pa.array([_reason(state, order)] * removed.size, pa.string())
        parts.append(pa.table({column.name: columns[column.name] for column in CHAIN_WEIGHTS.columns}))
    return pa.concat_tables(parts)


def _shares(effects: Floats) -> Floats:
    whole = np.nansum(effects)
    return effects / whole if whole > 0 else np.full(effects.size, np.nan)


def _reason(state: Weighed, order: int) -> str | None:
    if (chain := state.chains[order, False]) is None:
        return TOO_MANY
    if chain.start[0] <= 0:
        return NO_GOAL
    return None if state.chains[order, True] is not None else NO_VALUE


# Endings ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ending:
    """The state: probabilities of each ending by touchpoint, and sums over the customers seen."""

    known: Known
    value: Floats
    visits: Floats
    leaving: Floats
    squares: Floats
    passed: Ints
    people: int


def start_ends(side: Mapping[str, Any]) -> Ending:
    """The chain of order 1 of all paths, solved for every ending."""
    known = _known(side)
    paths, size = known.paths, known.paths.touchpoints
    if size == 0:
        none = np.zeros((len(CHAIN_ENDINGS), 0))
        return Ending(known, none, np.zeros((0, 0)), np.zeros(0), none, np.zeros((2, 0), np.int64), 0)
    chain: Chain = chain_of(paths)
    final = paths.steps[paths.begins[1:] - 1]
    ends = [np.bincount(final, weight, size).astype(np.float64) for weight in known.ends]
    value, visits = values_of_ends(chain, ends)
    known_ends = visits.sum(axis=1) > 0
    leaving = np.where(known_ends, chain.leaving, 0.0)
    return Ending(known, value, visits, leaving, np.zeros(value.shape), np.zeros((2, size), np.int64), 0)


def add_ends(state: Ending, table: Any) -> Ending:
    """The sums with these customers' journeys."""
    ways, which, first, worth, passed, people = _add_passed(table, state.known)
    states = np.where(state.leaving[ways.steps] > 0, ways.steps, -1)
    squares = state.squares.copy()
    size, nothing = state.known.paths.touchpoints, np.zeros((ways.end.size, state.visits.shape[0]))
    for ending in range(len(CHAIN_ENDINGS)):
        reward = np.zeros((size, len(CHAIN_ENDINGS)))
        reward[:, ending] = 1.0
        same = np.broadcast_to(state.value[ending], (size, size)).copy()
        added = influences(
            states, ways.begins, ways.end, reward, same, state.visits, np.zeros(size), state.leaving, 0.0
        )
        squares[ending] += squared_by_customer(first, which, added, nothing, worth)
    return replace(state, squares=squares, passed=state.passed + passed, people=state.people + people)


def finish_ends(state: Ending, _side: Mapping[str, Any]) -> Any:
    """One row a touchpoint and ending; touchpoints from which no end is known have none."""
    factor = state.people / max(state.people - 1, 1)
    here = np.flatnonzero(state.leaving > 0)
    journeys, customers = (count[here] for count in state.passed)
    parts = []
    for ending, name in enumerate(CHAIN_ENDINGS):
        value, error = (
            np.clip(state.value[ending, here], 0.0, 1.0),
            np.sqrt(state.squares[ending, here] * factor),
        )
        told = share_with_interval("value", value, error, customers)
        parts.append(
            pa.table(
                {
                    "touchpoint": state.known.names.take(pa.array(here)),
                    "ending": pa.array([name] * here.size, pa.string()),
                    "value": told["value"], "low": told["value_low"], "high": told["value_high"],
                    "journeys": pa.array(journeys), "customers": pa.array(customers),
                }
            )
        )  # fmt: skip
    return pa.concat_tables(parts).sort_by([("touchpoint", "ascending"), ("ending", "ascending")])


def add(state: Weighed | Ending, table: Any, _side: Mapping[str, Any]) -> Weighed | Ending:
    """The sums with these customers' journeys."""
    if table.num_rows == 0:
        return state
    return add_weights(state, table) if isinstance(state, Weighed) else add_ends(state, table)


def merge(one: Any, other: Any) -> Any:
    """Sums of two sets of customers."""
    squares = (
        {key: one.squares[key] + other.squares[key] for key in one.squares}
        if isinstance(one, Weighed)
        else one.squares + other.squares
    )
    return replace(one, squares=squares, passed=one.passed + other.passed, people=one.people + other.people)
