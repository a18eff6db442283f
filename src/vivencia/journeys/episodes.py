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
Codes = NDArray[np.int32]

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
    """Some customers' journeys: each one's length in days, ending, goal, and its customer, from 0."""

    days: Floats
    cause: Codes
    goal: Codes
    owner: Ints
    people: int


State = tuple[Followed, ...]


def start_rates(_side: Mapping[str, Any]) -> State:
    """No journeys yet."""
    return ()


def add_journeys(state: State, table: Any, side: Mapping[str, Any]) -> State:
    """The journeys followed so far and these."""
    outcome = placed(table.column("outcome"), CAUSES)
    goal = placed(pc.fill_null(table.column("goal"), ""), side["goals"].column("goal").to_pylist())
    days = (times(table.column("over")) - times(table.column("started"))) / (_DAY * 1e6)
    owner = np.cumsum(changes(table.column("customer"))) - 1
    people = int(owner[-1]) + 1 if owner.size else 0
    return (*state, Followed(np.maximum(days, 0.0), outcome, goal, owner, people))


def merge_rates(one: State, other: State) -> State:
    """The journeys of two sets of customers."""
    return one + other


def finish_rates(state: State, side: Mapping[str, Any]) -> Any:
    """One row a goal and time: the share ended each way, with its interval."""
    rows = []
    for code, goal in enumerate(side["goals"].column("goal").to_pylist()):
        day, ending, owner = _towards(state, code)
        found = aalen_johansen(day, ending, np.array(DAYS), causes=len(CAUSES), owner=owner)
        people = 1 + int(np.count_nonzero(np.diff(owner)))
        for at, days in enumerate(DAYS):
            row: dict[str, Any] = {"goal": goal, "days": days, "waiting": int(found.waiting[at])}
            for place, cause in enumerate(CAUSES):
                name = cause.lower()
                row[name] = float(found.share[at, place])
                row[f"{name}_low"] = float(found.low[at, place])
                row[f"{name}_high"] = float(found.high[at, place])
            rows.append(row | {"n": day.size, "customers": people})
    return table_of(GOAL_RATES, rows)


def _towards(state: State, goal: int) -> tuple[Floats, Ints, Ints]:
    """Days, ending and customer of the journeys towards one goal; customers go up."""
    parts: list[tuple[Floats, Ints, Ints]] = []
    before = 0
    for part in state:
        here = np.flatnonzero(part.goal == goal)
        parts.append((part.days[here], part.cause[here].astype(np.int64), part.owner[here] + before))
        before += part.people
    days, cause, owner = (np.concatenate(column) for column in zip(*parts, strict=True))
    return days, cause, owner
