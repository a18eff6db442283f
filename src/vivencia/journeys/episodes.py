"""Whether people get what they came for: goal rates in time, first-contact resolution, hold-ups."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numba
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vivencia.journeys.columns import changes, coded, times, truths, whole
from vivencia.journeys.holding import hold_up_nodes
from vivencia.measure.rates import clustered_share, paired_difference
from vivencia.measure.survival import aalen_johansen
from vivencia.plans import Fold, Plan, Step, read_queries
from vivencia.words.shapes.journeys import (
    ABANDONED,
    GOAL_RATES,
    LOST,
    REACHED,
    RESOLUTIONS,
)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Days after its beginning at which journeys are looked at, and the causes that end them.
DAYS = (1.0, 3.0, 7.0, 14.0, 30.0, 90.0)
CAUSES = (REACHED, ABANDONED, LOST)
#: Days without a further contact after which the first one counts as a resolution.
WINDOWS = (7, 30)
_DAY = 86_400.0


def episodes_plan() -> Plan:
    """The plan that reads `events`, `steps`, `journeys`, `goals`, `transitions` and `drop_offs`.

    It gives `goal_rates` (by Aalen-Johansen: journeys not yet over are waiting, not
    failed), `resolutions` (by absence of a contact with the same goal, or stage where no
    goal is stated, in 7 and 30 days) and `hold_ups`.
    """
    queries = read_queries("vivencia.journeys", "episodes.sql")
    rates = Fold(
        "goal_rates",
        start=start_rates,
        add=add_journeys,
        merge=merge_rates,
        finish=finish_rates,
        reads="journeys",
        columns=("customer", "goal", "outcome", "started", "over"),
        writes=GOAL_RATES,
        beside=("goals",),
        order=("customer", "journey"),
    )
    resolutions = Fold(
        "resolutions",
        start=start_contacts,
        add=add_contacts,
        merge=merge_contacts,
        finish=finish_contacts,
        reads="service_contacts",
        columns=("customer", "at", "touchpoint", "intent", "reached"),
        writes=RESOLUTIONS,
        beside=("episode_clock",),
    )
    contacts = Step(
        "service_contacts",
        queries["service_contacts"],
        ("events",),
        scope="customer",
        order=("customer", "at", "source", "id"),
    )
    return Plan(
        "episodes",
        (
            rates,
            Step("episode_clock", queries["episode_clock"], ("events",)),
            contacts,
            resolutions,
            *hold_up_nodes(queries["held"]),
        ),
        gives=("goal_rates", "resolutions", "hold_ups"),
    )


# Goal rates --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Followed:
    """The state of the fold: every journey's length, ending, goal and customer."""

    goals: tuple[str, ...]
    days: Floats
    cause: Ints
    goal: Ints
    owner: Ints
    people: int


def start_rates(side: Mapping[str, Any]) -> Followed:
    """No journeys yet, towards the goals there are."""
    none = np.zeros(0, np.int64)
    return Followed(tuple(side["goals"].column("goal").to_pylist()), np.zeros(0), none, none, none, 0)


def add_journeys(state: Followed, table: Any, _side: Mapping[str, Any]) -> Followed:
    """The journeys followed so far and these."""
    outcome = _place(table.column("outcome"), CAUSES)
    goal = _place(pc.fill_null(table.column("goal"), ""), state.goals)
    days = (times(table.column("over")) - times(table.column("started"))) / (_DAY * 1e6)
    owner = np.cumsum(changes(table.column("customer"))) - 1
    people = int(owner[-1]) + 1 if owner.size else 0
    fresh = Followed(state.goals, np.maximum(days, 0.0), outcome, goal, owner, people)
    return merge_rates(state, fresh)


def merge_rates(one: Followed, other: Followed) -> Followed:
    """The journeys of two sets of customers."""
    return Followed(
        one.goals,
        np.concatenate([one.days, other.days]),
        np.concatenate([one.cause, other.cause]),
        np.concatenate([one.goal, other.goal]),
        np.concatenate([one.owner, other.owner + one.people]),
        one.people + other.people,
    )


def finish_rates(state: Followed, _side: Mapping[str, Any]) -> Any:
    """One row a goal and time: the share ended each way, with its interval."""
    rows = []
    for code, goal in enumerate(state.goals):
        here = np.flatnonzero(state.goal == code)
        found = aalen_johansen(
            state.days[here], state.cause[here], np.array(DAYS), causes=len(CAUSES), owner=state.owner[here]
        )
        people = np.unique(state.owner[here]).size
        for at, days in enumerate(DAYS):
            row: dict[str, Any] = {"goal": goal, "days": days, "waiting": int(found.waiting[at])}
            for place, cause in enumerate(CAUSES):
                name = cause.lower()
                row[name] = float(found.share[at, place])
                row[f"{name}_low"] = float(found.low[at, place])
                row[f"{name}_high"] = float(found.high[at, place])
            rows.append(row | {"n": here.size, "customers": people})
    return _table(rows, GOAL_RATES)


# First-contact resolution ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Resolved:
    """The state of the fold: sums over customers, by touchpoint ("" for all) and window.

    The columns of each entry: contacts, resolved, their squares and product, customers; the
    same for the agent's ticks (contacts with a mark, ticked …); of the marked those ticked
    and not resolved, those resolved and not ticked, and the square of a customer's
    difference d of the two, and its product with the customer's marks.
    """

    until: int
    sums: dict[tuple[str, int], Floats]


def start_contacts(side: Mapping[str, Any]) -> Resolved:
    """No contacts yet, and the end of the data."""
    clock = times(side["episode_clock"].column("ends").drop_null())
    return Resolved(int(clock[0]) if clock.size else 0, {})


def add_contacts(state: Resolved, table: Any, _side: Mapping[str, Any]) -> Resolved:
    """The sums with these customers' contacts."""
    first, at = changes(table.column("customer")), times(table.column("at"))
    touch, words = coded(table.column("touchpoint"))
    intent, intents = coded(table.column("intent"))
    ticked = truths(table.column("reached"))
    person = np.cumsum(first).astype(np.int64)
    sums = dict(state.sums)
    for window in WINDOWS:
        span = int(window * _DAY * 1e6)
        opening, resolved = _opened(first, at, intent, len(intents), span)
        counted = opening & (at + span <= state.until)
        for code, word in ((None, ""), *enumerate(words.to_pylist())):
            here = np.flatnonzero(counted if code is None else counted & (touch == code))
            if here.size:
                entry = _sums(person[here], resolved[here], ticked[here])
                sums[word, window] = sums.get((word, window), np.zeros(entry.size)) + entry
    return replace(state, sums=sums)


def _sums(person: Ints, resolved: NDArray[np.bool_], ticked: NDArray[np.int8]) -> Floats:
    """What one touchpoint's contacts add to the state."""
    people, owner = np.unique(person, return_inverse=True)
    marked = ticked >= 0
    n, k = np.bincount(owner), np.bincount(owner, resolved)
    m, t = np.bincount(owner, marked), np.bincount(owner, ticked == 1)
    plain = [n.sum(), k.sum(), (n * n).sum(), (k * k).sum(), (n * k).sum(), people.size]
    agent = [m.sum(), t.sum(), (m * m).sum(), (t * t).sum(), (m * t).sum(), (m > 0).sum()]
    ticks, crosses = marked & (ticked == 1) & ~resolved, marked & (ticked != 1) & resolved
    d = np.bincount(owner, ticks.astype(np.float64) - crosses)
    paired = [ticks.sum(), crosses.sum(), (d * d).sum(), (d * m).sum()]
    return np.array([*plain, *agent, *paired], np.float64)


def merge_contacts(one: Resolved, other: Resolved) -> Resolved:
    """The sums over two sets of customers."""
    sums = dict(one.sums)
    for key, entry in other.sums.items():
        sums[key] = sums.get(key, np.zeros(entry.size)) + entry
    return replace(one, sums=sums)


def finish_contacts(state: Resolved, _side: Mapping[str, Any]) -> Any:
    """One row a touchpoint and window, and of all together."""
    rows = []
    for (touchpoint, window), entry in sorted(state.sums.items()):
        n, k, nn, kk, kn, people, m, t, mm, tt, mt, marking, more, fewer, dd, dm = map(float, entry)
        resolved = clustered_share(k, n, kk=kk, nn=nn, kn=kn, clusters=people)
        row: dict[str, Any] = {"touchpoint": touchpoint, "days": window}
        row |= dict(zip(("resolved", "resolved_low", "resolved_high"), resolved, strict=True))
        if m:
            ticked = clustered_share(t, m, kk=tt, nn=mm, kn=mt, clusters=marking)
            row |= dict(zip(("ticked", "ticked_low", "ticked_high"), ticked, strict=True))
            apart = paired_difference(more, fewer, m, dd=dd, nn=mm, dn=dm, clusters=marking)
            row |= dict(zip(("difference", "difference_low", "difference_high"), apart, strict=True))
        row |= {"marking": int(marking)}
        rows.append(row | {"contacts": int(n), "marked": int(m), "customers": int(people)})
    return _table(rows, RESOLUTIONS)


@numba.njit(cache=True, nogil=True)
def _opened(
    first: NDArray[np.bool_], at: Ints, intent: NDArray[np.int32], intents: int, span: int
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which contacts open an episode, and whether no same-intent contact followed within `span`.

    A contact opens one when none with its intent came within `span` before it.
    """
    opening, resolved = np.zeros(at.size, np.bool_), np.ones(at.size, np.bool_)
    latest, opened = np.full(intents, -1, np.int64), np.full(intents, -1, np.int64)
    begun = 0
    for row in range(at.size):
        if first[row]:
            begun = row
        here = intent[row]
        if latest[here] >= begun and at[row] - at[latest[here]] <= span:
            if at[row] - at[opened[here]] <= span:
                resolved[opened[here]] = False
        else:
            opening[row] = True
            opened[here] = row
        latest[here] = row
    return opening, resolved


def _place(column: Any, words: tuple[str, ...]) -> Ints:
    """Each text's place among the words; −1 where it is none of them."""
    found = whole(pc.index_in(column, value_set=pa.array(words, pa.string())))
    codes: Ints = found.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    return codes


def _table(rows: list[dict[str, Any]], shape: Any) -> Any:
    kinds = {"text": pa.string(), "float": pa.float64(), "int": pa.int64()}
    schema = pa.schema([(column.name, kinds[column.type]) for column in shape.columns])
    return pa.Table.from_pylist(rows, schema=schema)
