"""The next useful step: effects found again, fading, the same on any split and any engine."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from made_up.events import event, events_of
from vivencia.journeys import journeys_plan
from vivencia.weights import progression_hazard, progression_hazard_plan

NAMES = np.array(["ad", "advice", "call"])
TRUE = np.array([-0.6, 0.8, 0.0])
DAY = 86_400.0


def lived(seed: int, customers: int, spread: float = 0.5) -> dict[str, pa.Table]:
    """Three journeys a customer: one contact, then the shop within thirty days, or nothing.

    The daily hazard of the shop is 0.05 exp(effect + frailty); the contact does not fade.
    """
    rng = np.random.default_rng(seed)
    who = np.repeat(np.arange(customers), 3)
    kind = rng.integers(0, 3, who.size)
    pace = 0.05 * np.exp(TRUE[kind] + rng.normal(0, spread, customers)[who])
    wait = rng.exponential(1.0 / pace)
    begun = np.tile([0.0, 100.0, 200.0], customers)
    rows = []
    for row in range(who.size):
        name, key = str(NAMES[kind[row]]), f"{who[row]:06d}"
        won = wait[row] <= 30.0
        rows.append((key, begun[row], name, "START", "shop" if won else "ABANDONED"))
        if won:
            rows.append((key, begun[row] + wait[row], "shop", name, "REACHED"))
    columns = [list(column) for column in zip(*rows, strict=True)]
    columns[1] = pa.array((np.array(columns[1]) * DAY * 1e6).astype(np.int64)).cast(pa.timestamp("us", "UTC"))
    steps = pa.table(columns, names=["customer", "at", "touchpoint", "previous", "next"])
    moves: dict[tuple[str, str], int] = {}
    for _, _, name, before, after in rows:
        for move in ((before, name), *([(name, after)] if after.isupper() else [])):
            moves[move] = moves.get(move, 0) + 1
    transitions = pa.table(
        {
            "from_touchpoint": [left for left, _ in moves],
            "to_touchpoint": [into for _, into in moves],
            "count": list(moves.values()),
        }
    )
    clock = pa.table({"ends": pa.array([10**15], pa.int64()).cast(pa.timestamp("us", "UTC"))})
    return {"steps": steps, "transitions": transitions, "progression_clock": clock}


def folded(world: dict[str, pa.Table]) -> dict[str, dict[str, Any]]:
    state = progression_hazard.StartSample(30 * DAY)(world)
    state = progression_hazard.add(state, world["steps"], world)
    return {row["touchpoint"]: row for row in progression_hazard.finish(state, world).to_pylist()}


def test_the_effects_are_found_and_their_intervals_cover_them() -> None:
    hits = []
    for seed in range(12):
        found = folded(lived(seed, 500))
        visits = np.array([found[name]["visits"] for name in NAMES])
        true = TRUE - visits @ TRUE / visits.sum()
        hits.extend(
            found[name]["effect_low"] <= true[at] <= found[name]["effect_high"]
            for at, name in enumerate(NAMES)
        )
        assert found["advice"]["effect"] > found["call"]["effect"] > found["ad"]["effect"]
        assert (found["shop"]["effect"], found["shop"]["reason"]) == (None, "few-steps")
    assert np.mean(hits) >= 0.85


def test_a_split_by_customer_draws_the_same_customers() -> None:
    world = lived(1, 6000)  # 18,000 journeys: more than the sample takes
    first = progression_hazard.StartSample(30 * DAY)(world)
    keys = np.array(world["steps"].column("customer").to_pylist())
    parts = [
        progression_hazard.add(first, world["steps"].filter(pa.array(mask)), world)
        for mask in (keys < "003000", keys >= "003000")
    ]
    split = progression_hazard.merge(parts[0], parts[1])
    whole = progression_hazard.add(first, world["steps"], world)
    assert split.owner.tolist() == whole.owner.tolist()
    drawn = np.unique(whole.owner).size
    assert 550 <= drawn <= 790  # 2,000 of 18,000 journeys


def test_with_few_useful_steps_the_effects_are_withheld(engine: Any) -> None:
    rows = [event("a", 0, "ad"), event("a", 1, "shop", reached=True), event("b", 0, "ad")]
    engine.give("events", events_of(rows))
    engine.run(journeys_plan())
    engine.run(progression_hazard_plan())
    found = engine.table("progression_hazards").to_pylist()
    assert [(row["touchpoint"], row["effect"], row["reason"]) for row in found] == [
        ("ad", None, "few-steps"),
        ("shop", None, "few-steps"),
    ]


def test_no_steps_give_no_rows(engine: Any) -> None:
    engine.give("events", events_of([]))
    engine.run(journeys_plan())
    engine.run(progression_hazard_plan())
    assert engine.table("progression_hazards").num_rows == 0


def test_what_helps_helps_on_every_engine(engine: Any) -> None:
    rng = np.random.default_rng(7)
    rows = []
    for n in range(240):
        kind = ("ad", "advice")[n % 2]
        rows.append(event(f"c{n:03d}", 0, kind))
        if rng.random() < (0.25, 0.7)[n % 2]:
            rows.append(event(f"c{n:03d}", float(rng.uniform(0.1, 20)), "shop", reached=True))
    rows.append(event("z", 90, "ad"))
    engine.give("events", events_of(rows))
    engine.run(journeys_plan())
    engine.run(progression_hazard_plan())
    found = {row["touchpoint"]: row for row in engine.table("progression_hazards").to_pylist()}
    assert found["advice"]["effect_low"] > 0 > found["ad"]["effect_high"]
    assert found["advice"]["half_life_s"] > 0


@pytest.mark.parametrize("seed", [0, 1])
def test_a_touchpoint_that_does_nothing_is_not_said_to(seed: int) -> None:
    world = lived(seed, 700, spread=0.0)
    found = folded(world)
    assert found["call"]["effect_low"] < found["advice"]["effect"]
    assert found["call"]["frailty"] < 0.5
