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

from vivencia.measure.influence import (
    Traced,
    influences,
    passed_by,
    squared_by_customer,
    trace_each,
    values_of_ends,
)
from vivencia.measure.markov import Chain, Paths, chain_of, set_shapley, state_codes
from vivencia.plans import Fold, Plan, Step, read_queries
from vivencia.weights.progression import changes, coded, share_with_interval
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
    """The plan that reads `journeys` and `touchpoints`.

    It gives `chain_weights` and `chain_ends`. A contact at a touchpoint that the catalogue
    marks as a complaint ends the journey there, as a complaint; a journey still open shows
    its moves and no end.
    """
    queries = read_queries("vivencia.weights", "chains.sql")
    fold = Fold(
        CHAIN_WEIGHTS.name, start, add, merge, finish, reads="journeys", columns=_COLUMNS,
        writes=CHAIN_WEIGHTS, also=(CHAIN_ENDS,), beside=("chain_paths", "touchpoints"),
        order=("customer", "journey"), coded=True,
    )  # fmt: skip
    return Plan(
        "chains",
        (
            Step("chain_paths", queries["chain_paths"], ("journeys",), order=("variant", "outcome")),
            fold,
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


class Journeys(NamedTuple):
    """The distinct ways of some journeys, which each walks, each customer's first, and their value."""

    ways: Walked
    which: Ints
    first: NDArray[np.bool_]
    worth: Floats


def _distinct(table: Any, known: Known) -> Journeys:
    outcome, variant = (_whole(table.column(name)).dictionary_encode() for name in ("outcome", "variant"))
    pair = variant.indices.to_numpy().astype(np.int64) * len(outcome.dictionary) + outcome.indices.to_numpy()
    each, which = _numbered(pair, len(variant.dictionary) * len(outcome.dictionary))
    outcomes = outcome.dictionary.take(pa.array(each % len(outcome.dictionary)))
    variants = variant.dictionary.take(pa.array(each // len(outcome.dictionary)))
    ways = _walked(variants, outcomes, known.names, known.complaints)
    worth = np.where(ways.end[which] == 0, table.column("worth").to_numpy(), 0.0)
    return Journeys(ways, which, changes(table.column("customer")), worth)


def _numbered(codes: Ints, size: int) -> tuple[Ints, Ints]:
    """The codes that occur, ascending, and the place of each among them; all are under `size`."""
    there = np.zeros(size, np.bool_)
    there[codes] = True
    return np.flatnonzero(there), (np.cumsum(there) - 1)[codes]


# Removal effects ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Weighed:
    """Chains by (order, by value or not), and the squares summed over the customers seen."""

    removed: Ints
    chains: Mapping[tuple[int, bool], Traced | None]
    squares: Mapping[tuple[int, bool], Floats]


def start_weights(known: Known) -> Weighed:
    """The chains of all paths, solved, and no customer yet."""
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
    return Weighed(removed, chains, zeros)


def add_weights(state: Weighed, walked: Journeys) -> Weighed:
    """The sums with these customers' journeys."""
    ways, squares = walked.ways, dict(state.squares)
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
        extra = _on_removal(chain, _reach(chain, states, ways)) if valued else added[:0]
        squares[order, valued] = squares[order, valued] + squared_by_customer(
            walked.first, walked.which, _on_removal(chain, added), extra, walked.worth
        )
    return replace(state, squares=squares)


def _reach(chain: Traced, states: Ints, ways: Walked) -> Floats:
    """What each value gains by one unit bought along each way, where it reaches its goal."""
    last = states[ways.begins[1:] - 1]
    reach = np.where(last >= 0, chain.visits[:, last] / np.maximum(chain.leaving[last], 1e-300), 0.0).T
    found: Floats = np.where((ways.end == 0)[:, None], reach, 0.0)
    return found


def _on_removal(chain: Traced, on_value: Floats) -> Floats:
    """What is added to each removal effect, from what is added to each value (column 0: the whole)."""
    whole = chain.start[0]
    found = np.zeros_like(on_value)
    if whole > 0:
        found[:, 1:] = -on_value[:, 1:] / whole + chain.start[1:] / whole**2 * on_value[:, :1]
    return np.ascontiguousarray(found)


def finish_weights(state: Weighed, known: Known, passed: Ints, factor: float) -> Any:
    """One row an order and touchpoint."""
    removed = state.removed
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
            columns |= share_with_interval(name, effect, error, passed[1][removed])
            columns[name.replace("removal", "share")] = pa.array(_shares(effect), from_pandas=True)
        columns["shapley"] = pa.array(shapley, from_pandas=True)
        columns["worth_shapley"] = pa.array(worth_shapley, from_pandas=True)
        columns["journeys"], columns["customers"] = (pa.array(count[removed]) for count in passed)
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
    """Probabilities of each ending by touchpoint, and the squares summed over the customers seen."""

    value: Floats
    visits: Floats
    leaving: Floats
    squares: Floats


def start_ends(known: Known) -> Ending:
    """The chain of order 1 of all paths, solved for every ending."""
    paths, size = known.paths, known.paths.touchpoints
    if size == 0:
        none = np.zeros((len(CHAIN_ENDINGS), 0))
        return Ending(none, np.zeros((0, 0)), np.zeros(0), none)
    chain: Chain = chain_of(paths)
    final = paths.steps[paths.begins[1:] - 1]
    ends = [np.bincount(final, weight, size).astype(np.float64) for weight in known.ends]
    value, visits = values_of_ends(chain, ends)
    leaving = np.where(visits.sum(axis=1) > 0, chain.leaving, 0.0)
    return Ending(value, visits, leaving, np.zeros(value.shape))


def add_ends(state: Ending, walked: Journeys) -> Ending:
    """The sums with these customers' journeys."""
    ways, size = walked.ways, state.visits.shape[0]
    states = np.where(state.leaving[ways.steps] > 0, ways.steps, -1)
    squares, nothing = state.squares.copy(), np.zeros((0, size))
    for ending in range(len(CHAIN_ENDINGS)):
        reward = np.zeros((size, len(CHAIN_ENDINGS)))
        reward[:, ending] = 1.0
        same = np.broadcast_to(state.value[ending], (size, size)).copy()
        added = influences(
            states, ways.begins, ways.end, reward, same, state.visits, np.zeros(size), state.leaving, 0.0
        )
        squares[ending] += squared_by_customer(walked.first, walked.which, added, nothing, walked.worth)
    return replace(state, squares=squares)


def finish_ends(state: Ending, known: Known, passed: Ints, factor: float) -> Any:
    """One row a touchpoint and ending; touchpoints from which no end is known have none."""
    here = np.flatnonzero(state.leaving > 0)
    journeys, customers = (count[here] for count in passed)
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
                    "touchpoint": known.names.take(pa.array(here)),
                    "ending": pa.array([name] * here.size, pa.string()),
                    "value": told["value"], "low": told["value_low"], "high": told["value_high"],
                    "journeys": pa.array(journeys), "customers": pa.array(customers),
                }
            )
        )  # fmt: skip
    return pa.concat_tables(parts).sort_by([("touchpoint", "ascending"), ("ending", "ascending")])


# The fold -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Chained:
    """The state: both parts, and over the customers seen who passed where.

    `passed` (2, touchpoints) counts the journeys and the customers.
    """

    known: Known
    weighed: Weighed
    ending: Ending
    passed: Ints
    people: int


def start(side: Mapping[str, Any]) -> Chained:
    """The chains of all paths, solved, and no customer yet."""
    known = _known(side)
    passed = np.zeros((2, known.paths.touchpoints), np.int64)
    return Chained(known, start_weights(known), start_ends(known), passed, 0)


def add(state: Chained, table: Any, _side: Mapping[str, Any]) -> Chained:
    """The sums with these customers' journeys."""
    if table.num_rows == 0:
        return state
    walked = _distinct(table, state.known)
    passed = passed_by(
        walked.first, walked.which, walked.ways.begins, walked.ways.steps, state.known.paths.touchpoints
    )
    return Chained(
        state.known,
        add_weights(state.weighed, walked),
        add_ends(state.ending, walked),
        state.passed + passed,
        state.people + int(walked.first.sum()),
    )


def merge(one: Chained, other: Chained) -> Chained:
    """Sums of two sets of customers."""
    squares = {key: one.weighed.squares[key] + other.weighed.squares[key] for key in one.weighed.squares}
    return replace(
        one,
        weighed=replace(one.weighed, squares=squares),
        ending=replace(one.ending, squares=one.ending.squares + other.ending.squares),
        passed=one.passed + other.passed,
        people=one.people + other.people,
    )


def finish(state: Chained, _side: Mapping[str, Any]) -> tuple[Any, Any]:
    """The tables `chain_weights` and `chain_ends`."""
    factor = state.people / max(state.people - 1, 1)
    return (
        finish_weights(state.weighed, state.known, state.passed, factor),
        finish_ends(state.ending, state.known, state.passed, factor),
    )
