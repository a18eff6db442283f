"""Effort of goal episodes: what is counted, the usual weights, and weights learned from answers."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from made_up.events import event, events_of, rows_of
from made_up.small_tables import instruments
from vivencia.journeys import effort_plan
from vivencia.measure.nonnegative import fit, intervals


@pytest.fixture
def toil(engine: Any) -> Callable[..., Any]:
    def run(rows: list[dict[str, Any]], **settings: Any) -> Any:
        engine.give("events", events_of(rows))
        engine.give("instruments", instruments("ces7", "effort5", "csat5"))
        engine.run(effort_plan(**settings))
        return engine

    return run


COUNTED = (
    "customer", "episode", "intent", "contacts", "repeats", "switches", "transfers", "wait_min", "repeated",
    "elapsed_h", "told", "answers",
)  # fmt: skip


def test_an_episode_is_contacts_with_one_intent_within_seven_days_of_each_other(
    toil: Callable[..., Any],
) -> None:
    def call(who: str, number: float, **more: Any) -> dict[str, Any]:
        return event(who, number, "phone", kind="call", **{"goal": "fix"} | more)

    rows = [
        call("a", 0, measures=[("wait_s", 120.0), ("transfers", 2.0), ("delay_days", 9.0)]),
        call("a", 0.5, channel="chat", measures=[("queue_min", 3.0), ("repeated_info", 1.0)]),
        event("a", 1, "phone", goal="pay"),  # another intent is another episode
        call("a", 7, channel=None, ratings=[("ces7", 7.0)]),  # 6.5 days on; very easy
        event("a", 8, "ad", kind="exposure", contact="indirect", goal="fix"),
        call("a", 14.5),  # 7.5 days on: another episode
        event("b", 0, "site"),  # no goal: what the stage is for
        event("b", 1, "site", kind="survey", ratings=[("effort5", 5.0), ("csat5", 1.0)]),
        event("b", 2, "shop", kind="survey", ratings=[("ces7", 1.0)]),  # no goal: the last episode
        event("b", 20, "shop", kind="survey", ratings=[("ces7", 1.0)]),  # nothing within seven days
    ]
    assert rows_of(toil(rows), "efforts", *COUNTED) == [
        ("a", 1, "fix", 3, 2.0, 1.0, 2.0, 5.0, 1.0, 168.0, 0.0, 1),
        ("a", 2, "pay", 1, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, None, 0),
        ("a", 3, "fix", 1, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, None, 0),
        ("b", 1, "consideration", 1, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 10.0, 2),
    ]


def test_before_answers_the_usual_weights_of_z_scores_stand(toil: Callable[..., Any]) -> None:
    rows = [event(f"a{n}", 0, "phone", goal="fix") for n in range(3)]
    rows += [event("b", 0, "phone", goal="fix"), event("b", 1, "phone", goal="fix")]
    engine = toil(rows)
    model = {
        row[0]: row[1:] for row in rows_of(engine, "effort_model", "component", "weight", "method", "low")
    }
    assert model == {
        "intercept": (0.0, "usual", None), "repeats": (0.3, "usual", None), "switches": (0.2, "usual", None),
        "transfers": (0.2, "usual", None), "wait_min": (0.2, "usual", None),
        "elapsed_h": (0.1, "usual", None), "repeated": (0.0, "usual", None),
    }  # fmt: skip
    # Three of four episodes have no repeat, so the z-scores are −1/√3 and √3, of repeats and of hours.
    found = rows_of(engine, "efforts", "customer", "effort")
    assert found == [
        *((f"a{n}", pytest.approx(-0.4 / 3**0.5)) for n in range(3)),
        ("b", pytest.approx(0.4 * 3**0.5)),
    ]
    levels = {
        row[:2]: row[2:] for row in rows_of(engine, "effort_levels", "intent", "measure", "unit", "value")
    }
    assert levels["", "effort"] == ("sd", pytest.approx(0.0, abs=1e-12))
    assert levels["fix", "repeats"] == ("count", 0.25)
    assert levels["fix", "elapsed_h"] == ("h", 6.0)
    assert engine.table("effort_calibration").num_rows == 0


def told_by(customers: int, seed: int) -> list[dict[str, Any]]:
    """Episodes whose effort is 2 + 1.5 log(1 + repeats) + 1.2 log(1 + minutes waited), told with noise."""
    random = np.random.default_rng(seed)
    rows = []
    for n in range(customers):
        repeats, minutes = int(random.integers(0, 4)), float(random.exponential(8.0))
        truth = 2 + 1.5 * np.log1p(repeats) + 1.2 * np.log1p(minutes) + random.normal(0, 0.5)
        days = sorted(random.uniform(0, 6, repeats + 1))
        rows += [event(f"c{n:04d}", at, "phone", kind="call", goal="fix") for at in days]
        rows[-1]["measures"] = [("wait_min", minutes), ("transfers", float(random.integers(0, 3)))]
        rows[-1]["ratings"] = [("ces7", 7.0 - 6.0 * float(np.clip(truth, 0, 10)) / 10.0)]
    return rows


def test_weights_are_learned_from_answers_and_the_tenths_fall_in_line(toil: Callable[..., Any]) -> None:
    engine = toil(told_by(600, seed=3))
    model = {row["component"]: row for row in engine.table("effort_model").to_pylist()}
    assert {row["method"] for row in model.values()} == {"calibrated"}
    assert (model["repeats"]["n"], model["repeats"]["customers"]) == (600, 600)
    truth = {"repeats": 1.5 * model["repeats"]["sd"], "wait_min": 1.2 * model["wait_min"]["sd"]}
    for name, weight in truth.items():
        assert model[name]["low"] <= weight <= model[name]["high"]
        assert model[name]["weight"] == pytest.approx(weight, abs=0.1)
    # What counts for nothing gets next to no weight and none below nothing.
    assert 0.0 <= model["transfers"]["weight"] < 0.05
    assert model["switches"]["weight"] == 0.0
    assert model["intercept"]["r2"] > 0.85
    tenths = rows_of(engine, "effort_calibration", "tenth", "foreseen", "told", "n")
    assert [row[0] for row in tenths] == list(range(1, 11))
    assert [row[3] for row in tenths] == [60] * 10
    assert max(abs(foreseen - told) for _, foreseen, told, _ in tenths) < 0.3
    levels = {
        row[:2]: row[2:] for row in rows_of(engine, "effort_levels", "intent", "measure", "unit", "value")
    }
    assert levels["fix", "effort"][0] == "0–10"
    assert levels["fix", "effort"][1] == pytest.approx(np.mean([row[2] for row in tenths]), abs=0.05)


def test_under_two_hundred_answers_the_tenths_still_show_the_usual_weights(toil: Callable[..., Any]) -> None:
    engine = toil(told_by(199, seed=3))
    assert set(engine.table("effort_model")["method"].to_pylist()) == {"usual"}
    told = [row[0] for row in rows_of(engine, "effort_calibration", "told")]
    assert len(told) == 10
    assert told[-1] - told[0] > 2.0


def test_no_events_give_no_rows(toil: Callable[..., Any]) -> None:
    engine = toil([])
    names = ("efforts", "effort_model", "effort_levels", "effort_calibration")
    assert [engine.table(name).num_rows for name in names] == [0, 0, 0, 0]


def test_the_same_answer_from_everybody_gives_no_weight_to_anything() -> None:
    x = np.random.default_rng(1).normal(size=(50, 2))
    found = fit(x, np.full(50, 4.0))
    assert (found.weights.tolist(), found.intercept) == ([0.0, 0.0], 4.0)


def test_twins_share_one_weight_and_a_harmful_one_gets_none() -> None:
    random = np.random.default_rng(2)
    one, other = random.normal(size=(2, 400))
    x = np.column_stack([one, one, other])
    found = fit(x, 3.0 + one - other)
    assert found.weights[0] + found.weights[1] == pytest.approx(1.0 - np.cov(one, other)[0, 1], abs=0.05)
    assert found.weights[0] == pytest.approx(found.weights[1], rel=1e-3)
    assert found.weights[2] == 0.0


@pytest.mark.slow
def test_learned_weights_cover_the_truth() -> None:
    inside = []
    for seed in range(60):
        random = np.random.default_rng(seed)
        x = random.normal(size=(300, 3))
        y = 4.0 + x @ [1.0, 0.5, 0.3] + random.normal(0, 1.0, 300)
        low, high = intervals(x, y, np.arange(300), seed=seed)
        inside += ((low <= [4.0, 1.0, 0.5, 0.3]) & (high >= [4.0, 1.0, 0.5, 0.3])).tolist()
    assert 0.90 <= np.mean(inside) <= 0.98
