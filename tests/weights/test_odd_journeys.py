"""Journeys as they should not be, through every analysis of journeys: defined, with a reason."""

from collections.abc import Callable
from typing import Any

import pytest

from made_up.events import event, events_of, rows_of
from made_up.small_tables import instruments, table
from vivencia.engines.embedded import EmbeddedEngine
from vivencia.journeys import (
    conformance_plan,
    differences_plan,
    effort_plan,
    episodes_plan,
    journeys_plan,
)
from vivencia.signals.designs import designs_table, read_step
from vivencia.weights import chains_plan, progression_hazard_plan, progression_plan
from vivencia.words.catalogue import DesignedJourney

Rows = list[dict[str, Any]]
PLANS = (
    journeys_plan, episodes_plan, effort_plan, differences_plan, conformance_plan, progression_plan,
    chains_plan, progression_hazard_plan,
)  # fmt: skip


@pytest.fixture
def through() -> Any:
    """Runs every plan over events; gives the engine with all their tables."""
    with EmbeddedEngine() as engine:

        def run(rows: Rows) -> EmbeddedEngine:
            engine.give("events", events_of(rows))
            engine.give("instruments", instruments("ces7"))
            engine.give("touchpoints", table("touchpoints"))
            engine.give("moments", table("moments"))
            way = DesignedJourney("order", tuple(map(read_step, ("site", "shop"))))
            engine.give("designs", designs_table([way]))
            for plan in PLANS:
                engine.run(plan())
            return engine

        yield run


Through = Callable[[Rows], EmbeddedEngine]


def walk(who: str, *touchpoints: str, **last: Any) -> Rows:
    rows = [event(who, n * 0.01, key) for n, key in enumerate(touchpoints)]
    rows[-1] |= last
    return rows


def test_one_customer_with_a_hundred_thousand_steps(through: Through) -> None:
    rows = walk("robot", *(["site", "shop", "phone"] * 33_334)[:100_000], reached=True)
    rows += [row for n in range(20) for row in walk(f"c{n:02d}", "site", "shop", reached=n % 2 == 0)]
    engine = through(rows)
    held = rows_of(engine, "conformance", "customer", "distance", "missing", "extra", "walked")
    assert held[-1] == ("robot", 99_998, 0, 99_998, False)
    toil = rows_of(engine, "efforts", "customer", "repeats", "effort")
    assert max(abs(effort) for _, _, effort in toil) < 30  # doublings count alike: no robot drowns the rest
    # Only the robot passes the phone, so nothing about it stands on more than one customer.
    found = {row[:2]: row[2:] for row in rows_of(engine, "chain_weights", "order", "touchpoint", "customers",
                                                 "journeys")}  # fmt: skip
    assert (found[2, "phone"], found[2, "shop"]) == ((1, 1), (21, 21))


def test_journeys_that_go_in_circles_end_in_the_sums_they_have(through: Through) -> None:
    rows = [
        row
        for n in range(30)
        for row in walk(
            f"c{n:02d}",
            *["site", "shop"] * (1 + n % 5),
            reached=n % 3 == 0,
            outcome=None if n % 3 == 0 else "lost",
        )
    ]
    engine = through(rows)
    ends = {row[:2]: row[2] for row in rows_of(engine, "chain_ends", "touchpoint", "ending", "value")}
    assert ends["shop", "REACHED"] + ends["shop", "LOST"] == pytest.approx(1.0)
    assert ends["site", "REACHED"] == pytest.approx(10 / 30)
    # Everybody passes both, so without either nothing is reached.
    assert engine.table("chain_weights")["removal"].to_pylist() == pytest.approx([1.0] * 6)


def test_journeys_of_one_step(through: Through) -> None:
    rows = []
    for n in range(20):
        end: dict[str, Any] = {"outcome": "abandoned"} if n % 2 else {"reached": True}
        rows += walk(f"c{n:02d}", "shop" if n < 10 else "site", **end)
    engine = through(rows)
    assert rows_of(engine, "transitions", "from_touchpoint", "to_touchpoint", "count")[:2] == [
        ("START", "shop", 10), ("START", "site", 10),
    ]  # fmt: skip
    assert {row[1:] for row in rows_of(engine, "conformance", "customer", "distance", "missing", "fit")} == {
        (1, 1, 0.5)
    }
    assert rows_of(engine, "hold_ups", "waited_s", "wait_share") == [(None, 0.0), (None, 0.0)]
    assert rows_of(engine, "chain_weights", "removal", "reason")[:2] == [
        (pytest.approx(0.5), "no-value"), (pytest.approx(0.5), "no-value"),
    ]  # fmt: skip


def test_no_journey_reaches_a_goal(through: Through) -> None:
    rows = [row for n in range(20) for row in walk(f"c{n:02d}", "site", "shop", outcome="abandoned")]
    engine = through(rows)
    assert set(rows_of(engine, "progression_weights", "removal", "continuation", "reason")) == {
        (None, 0.0, "no-goal")
    }
    assert set(rows_of(engine, "chain_weights", "removal", "removal_low", "reason")) == {
        (None, None, "no-goal")
    }
    ways = dict(rows_of(engine, "designed_ways", "measure", "value")[2:])
    assert ways["reached_walked"] == 0.0
    assert rows_of(engine, "goal_rates", "reached", "abandoned")[-1] == (0.0, 1.0)


def test_every_journey_reaches_its_goal(through: Through) -> None:
    rows = [row for n in range(20) for row in walk(f"c{n:02d}", "site", "shop", reached=True)]
    engine = through(rows)
    assert set(rows_of(engine, "progression_weights", "removal", "continuation")) == {(1.0, 1.0)}
    assert set(rows_of(engine, "drop_offs", "share")) == {(0.0,)}
    low, high = rows_of(engine, "chain_weights", "removal_low", "removal_high")[0]
    assert (low, high) == (pytest.approx(0.8389, abs=1e-4), 1.0)  # Wilson, 20 of 20
    assert rows_of(engine, "goal_rates", "reached")[-1] == (1.0,)


def test_a_single_event_and_none_at_all(through: Through) -> None:
    one = through([event("a", 0, "site")])
    assert rows_of(one, "journeys", "outcome") == [("OPEN",)]
    assert one.table("conformance").num_rows == 0
    assert one.table("journey_differences").num_rows == 0
    assert set(rows_of(one, "chain_weights", "reason")) == {("no-goal",)}
    empty = through([])
    assert {
        empty.table(name).num_rows for name in ("journeys", "chain_weights", "efforts", "chain_ends")
    } == {0}
