"""Chains that remember more: removal effects by goals and by value, endings, intervals, on both engines."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from made_up.events import event, events_of, rows_of
from made_up.small_tables import table, touchpoint
from vivencia.journeys import journeys_plan
from vivencia.measure.influence import trace
from vivencia.measure.markov import Paths, chain_of, solve
from vivencia.weights import chains_plan


@pytest.fixture
def weigh(engine: Any) -> Callable[..., Any]:
    def run(rows: list[dict[str, Any]], complaints: tuple[str, ...] = ()) -> Any:
        engine.give("events", events_of(rows))
        engine.give(
            "touchpoints",
            table("touchpoints", *(touchpoint(key) | {"complaint": True} for key in complaints)),
        )
        engine.run(journeys_plan())
        engine.run(chains_plan())
        return engine

    return run


def walk(customer: str, *touchpoints: str, value: float | None = None, **last: Any) -> list[dict[str, Any]]:
    rows = [event(customer, n * 0.01, key) for n, key in enumerate(touchpoints)]
    rows[-1] |= {"value": value, **last}
    return rows


def worked() -> list[dict[str, Any]]:
    """Anderl and others: c1 > c2 > c3 leads to the goal; c1 alone and c2 > c3 do not."""
    return [
        *walk("a", "c1", "c2", "c3", reached=True, value=90.0),
        *walk("b", "c1", outcome="abandoned"),
        *walk("c", "c2", "c3", outcome="lost"),
    ]


def test_the_worked_example_at_every_order(weigh: Callable[..., Any]) -> None:
    found = rows_of(
        weigh(worked()), "chain_weights", "order", "touchpoint", "removal", "share", "worth_removal"
    )
    assert found == [
        (1, "c1", pytest.approx(0.5), pytest.approx(0.2), pytest.approx(0.5)),
        (1, "c2", pytest.approx(1.0), pytest.approx(0.4), pytest.approx(1.0)),
        (1, "c3", pytest.approx(1.0), pytest.approx(0.4), pytest.approx(1.0)),
        # At order 2, c3 after c2 is one state, however c2 was reached; at order 3 the two part.
        (2, "c1", pytest.approx(0.5), pytest.approx(0.2), pytest.approx(0.5)),
        (2, "c2", pytest.approx(1.0), pytest.approx(0.4), pytest.approx(1.0)),
        (2, "c3", pytest.approx(1.0), pytest.approx(0.4), pytest.approx(1.0)),
        *((3, name, pytest.approx(1.0), pytest.approx(1 / 3), pytest.approx(1.0))
          for name in ("c1", "c2", "c3")),
    ]  # fmt: skip


def test_value_weighs_the_goals_it_stands_for(weigh: Callable[..., Any]) -> None:
    rows = [
        *walk("a", "c1", reached=True, value=300.0),
        *walk("b", "c2", reached=True, value=100.0),
        *walk("c", "c1", "c2", outcome="abandoned", value=999.0),  # no goal, so its value is not won
    ]
    found = rows_of(
        weigh(rows), "chain_weights", "order", "touchpoint", "shapley", "worth_shapley", "worth_removal",
        "journeys", "customers", "reason",
    )  # fmt: skip
    assert found[2:4] == [
        (2, "c1", 0.5, 0.75, pytest.approx(0.75), 2, 2, None),
        (2, "c2", 0.5, 0.25, pytest.approx(0.25), 2, 2, None),
    ]


def test_every_ending_has_its_probability_and_they_sum_to_one(weigh: Callable[..., Any]) -> None:
    rows = [
        *walk("a", "site", "shop", reached=True),
        *walk("b", "site", "letter", "shop", reached=True),  # the complaint ends it, whatever follows
        *walk("c", "site", outcome="abandoned"),
        *walk("d", "shop", kind="purchase", reached=False, outcome="lost"),
        event("e", 0, "site"),  # open: a move from START, and no end
    ]
    found = rows_of(
        weigh(rows, complaints=("letter",)), "chain_ends", "touchpoint", "ending", "value", "journeys"
    )
    values = {row[:2]: row[2] for row in found}
    assert values == {
        ("letter", "ABANDONED"): 0.0, ("letter", "COMPLAINT"): 1.0, ("letter", "LOST"): 0.0,
        ("letter", "REACHED"): 0.0,
        ("shop", "ABANDONED"): 0.0, ("shop", "COMPLAINT"): 0.0, ("shop", "LOST"): 0.5,
        ("shop", "REACHED"): 0.5,
        ("site", "ABANDONED"): pytest.approx(1 / 3), ("site", "COMPLAINT"): pytest.approx(1 / 3),
        ("site", "LOST"): pytest.approx(1 / 6), ("site", "REACHED"): pytest.approx(1 / 6),
    }  # fmt: skip
    assert {row[0]: row[3] for row in found} == {"letter": 1, "shop": 2, "site": 4}


def test_no_goal_and_no_value_are_said(weigh: Callable[..., Any]) -> None:
    nothing = weigh(walk("a", "c1", "c2", outcome="abandoned"))
    assert set(rows_of(nothing, "chain_weights", "removal", "share", "reason")) == {(None, None, "no-goal")}
    assert set(rows_of(weigh(walk("a", "c1", reached=True)), "chain_weights", "worth_removal", "reason")) == {
        (None, "no-value")
    }
    empty = weigh([])
    assert [empty.table(name).num_rows for name in ("chain_weights", "chain_ends")] == [0, 0]


def test_everybody_reaching_the_goal_is_defined(weigh: Callable[..., Any]) -> None:
    rows = [
        row for n in range(8) for row in walk(f"a{n}", *(["c1", "c2"] if n % 2 else ["c1"]), reached=True)
    ]
    found = rows_of(weigh(rows), "chain_weights", "touchpoint", "removal", "removal_low", "removal_high")
    assert found[0] == ("c1", 1.0, pytest.approx(0.6756, abs=1e-4), 1.0)  # Wilson: nothing varies at 1
    assert found[1][1] == pytest.approx(0.5)
    assert 0.1 < found[1][2] < 0.5 < found[1][3] < 0.9


def made_paths(seed: int, count: int = 200) -> tuple[Paths, np.ndarray[Any, Any]]:
    random = np.random.default_rng(seed)
    lengths = random.integers(1, 7, count)
    steps, begins = random.integers(0, 5, lengths.sum()), np.concatenate([[0], np.cumsum(lengths)])
    goals = (random.random(count) < 0.2 + 0.1 * steps[begins[1:] - 1]).astype(float)
    return Paths(steps, begins, 5, goals, 1.0 - goals), random.exponential(50.0, count) * goals


@pytest.mark.parametrize("order", [1, 2, 3])
def test_the_traced_chain_is_the_solved_chain(order: int) -> None:
    for seed in range(5):
        paths, worth = made_paths(seed)
        for value in (None, worth):
            solved = solve(chain_of(paths, order, worth=value))
            traced = trace(paths, order, np.arange(5), worth=value)
            assert traced.removal == pytest.approx(solved.removal, abs=1e-12)
            assert traced.start[0] == pytest.approx(solved.start, rel=1e-12)


def events_of_paths(paths: Paths, worth: Any) -> list[dict[str, Any]]:
    rows = []
    for n in range(paths.goals.size):
        way = [f"t{step}" for step in paths.steps[paths.begins[n] : paths.begins[n + 1]]]
        end: dict[str, Any] = {"reached": True} if paths.goals[n] else {"outcome": "abandoned"}
        rows += walk(f"c{n:04d}", *way, value=float(worth[n]), **end)
    return rows


@pytest.mark.parametrize("order", [1, 2, 3])
def test_the_interval_is_that_of_the_jackknife_by_customer(order: int, weigh: Callable[..., Any]) -> None:
    """Leaving each customer out in turn moves the estimate by its influence (Efron 1982)."""
    paths, worth = made_paths(3, 120)
    found = weigh(events_of_paths(paths, worth)).table("chain_weights").to_pylist()
    mine = [row for row in found if row["order"] == order]
    for name, value in (("removal", None), ("worth_removal", worth)):
        without = []
        for left in range(paths.goals.size):
            kept = np.flatnonzero(np.arange(paths.goals.size) != left)
            less = Paths(
                np.concatenate([paths.steps[paths.begins[n] : paths.begins[n + 1]] for n in kept]),
                np.concatenate([[0], np.cumsum(np.diff(paths.begins)[kept])]), 5,
                paths.goals[kept], paths.others[kept],
            )  # fmt: skip
            without.append(
                trace(less, order, np.arange(5), worth=None if value is None else value[kept]).removal
            )
        n = paths.goals.size
        spread = np.sqrt((n - 1) / n * ((np.array(without) - np.mean(without, axis=0)) ** 2).sum(axis=0))
        logit = np.array([
            (np.log(row[f"{name}_high"] / (1 - row[f"{name}_high"]))
             - np.log(row[f"{name}_low"] / (1 - row[f"{name}_low"]))) / (2 * 1.959963984540054)
            * row[name] * (1 - row[name]) for row in mine
        ])  # fmt: skip
        assert logit == pytest.approx(spread, rel=0.12)


@pytest.mark.slow
def test_intervals_cover_the_removal_effect_of_the_population() -> None:
    from vivencia.engines.embedded import EmbeddedEngine

    everybody, worth = made_paths(99, 200_000)
    truth = {order: trace(everybody, order, np.arange(5)).removal for order in (1, 2)}
    valued = trace(everybody, 2, np.arange(5), worth=worth).removal
    inside: dict[str, list[bool]] = {"1": [], "2": [], "worth": []}
    for seed in range(40):
        with EmbeddedEngine() as engine:
            engine.give("events", events_of(events_of_paths(*made_paths(seed, 400))))
            engine.give("touchpoints", table("touchpoints"))
            engine.run(journeys_plan())
            engine.run(chains_plan())
            rows = engine.table("chain_weights").to_pylist()
        for order in (1, 2):
            for at, row in enumerate(row for row in rows if row["order"] == order):
                inside[str(order)].append(row["removal_low"] <= truth[order][at] <= row["removal_high"])
                if order == 2:
                    inside["worth"].append(
                        row["worth_removal_low"] <= valued[at] <= row["worth_removal_high"]
                    )
    assert all(0.90 <= np.mean(seen) <= 0.98 for seen in inside.values()), {
        k: np.mean(v) for k, v in inside.items()
    }
