"""Whether people get what they came for: goal rates in time, first-contact resolution, hold-ups."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from vivencia.journeys.columns import changes, placed, times
from vivencia.journeys.gathering import table_of
from vivencia.journeys.holding import hold_up_nodes
from vivencia.journeys.resolving import resolutions_fold
from vivencia.measure.survival import aalen_johansen
from vivencia.plans import Fold, Plan, Step, read_queries
from vivencia.words.shapes.journeys import (
    ABANDONED,
    GOAL_RATES,
    LOST,
    REACHED,
)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Days after its beginning at which journeys are looked at, and the causes that end them.
DAYS = (1.0, 3.0, 7.0, 14.0, 30.0, 90.0)
CAUSES = (REACHED, ABANDONED, LOST)
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
        coded=True,
    )
    return Plan(
        "episodes",
        (
            rates,
            Step("episode_clock", queries["episode_clock"], ("events",)),
            resolutions_fold(),
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
    outcome = placed(table.column("outcome"), CAUSES).astype(np.int64)
    goal = placed(pc.fill_null(table.column("goal"), ""), state.goals).astype(np.int64)
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
    return table_of(GOAL_RATES, rows)
