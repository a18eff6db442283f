"""On made-up companies whose truth is known, the analyses find it again, and say how surely.

Two thousand customers a world, several seeds; what should be found in the long run comes
from a world fifteen times as large under another seed. "True gap" is experience − expectation
over all events of a touchpoint, rated or not; the shared answer is what all would have answered.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pytest
from scipy.stats import spearmanr
from tests.truth.world_way import go

from vivencia.engines.embedded import EmbeddedEngine
from vivencia.journeys import journeys_plan
from vivencia.perceptions import perceptions_plan
from vivencia.signals import events_plan
from vivencia.weights import progression_plan
from vivencia.worlds import World

CUSTOMERS = 2_000
SEEDS = {"retail": (7, 1, 2, 3), "software": (7, 1)}
WORLDS = tuple((name, seed) for name, seeds in SEEDS.items() for seed in seeds)
LONG_RUN = 30_000
PLANS = (events_plan, journeys_plan, perceptions_plan, progression_plan)

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Analysed:
    """What was found in one world, and what is true of it."""

    summaries: Rows
    promises: Rows
    progression: Rows
    states: Rows
    truth: dict[str, Any]

    def pairs(self, found: str, true: str) -> tuple[list[float], list[float]]:
        """Estimate and truth of each touchpoint that was lived and rated."""
        known = {row["touchpoint"]: row[true] for row in self.truth["touchpoints"].to_pylist()}
        rows = [row for row in self.summaries if row[found] is not None]
        return [row[found] for row in rows], [known[row["key"]] for row in rows]


@cache
def analysed(name: str, seed: int) -> Analysed:
    world = World(name, CUSTOMERS, seed)
    with EmbeddedEngine() as engine:
        go(world, engine, PLANS)
        summaries = [row for row in engine.table("summaries").to_pylist() if row["dimension"] == "touchpoint"]
        tables = ("promises_kept", "progression_weights", "states")
        return Analysed(summaries, *(engine.table(one).to_pylist() for one in tables), world.truth)


@cache
def long_run(name: str) -> dict[str, Any]:
    return World(name, LONG_RUN, 999).truth


def covered(name: str, which: str) -> list[bool]:
    """Whether each interval, over touchpoints and seeds, holds the long-run truth."""
    far = long_run(name)
    answers = {row["touchpoint"]: row["answer"] for row in far["touchpoints"].to_pylist()}
    kept = {(row["touchpoint"], row["measure"]): row["kept"] for row in far["promises"].to_pylist()}
    reach = {row["touchpoint"]: row["continuation"] for row in far["progression"].to_pylist()}
    found = []
    for seed in SEEDS[name]:
        one = analysed(name, seed)
        if which == "experience":
            rows = [(row, answers[row["key"]]) for row in one.summaries if row["experience"] is not None]
        elif which == "kept":
            rows = [
                (row, kept[row["touchpoint"], row["measure"]])
                for row in one.promises
                if row["kept"] is not None
            ]
        else:
            rows = [(row, reach[row["touchpoint"]]) for row in one.progression if row["touchpoint"] in reach]
        found += [row[f"{which}_low"] <= true <= row[f"{which}_high"] for row, true in rows]
    return found


@pytest.mark.parametrize(("name", "seed"), WORLDS)
def test_the_order_of_the_touchpoints_by_true_gap_is_found(name: str, seed: int) -> None:
    estimated, true = analysed(name, seed).pairs("gap", "gap")
    assert len(true) >= 20
    assert spearmanr(estimated, true).statistic >= 0.9


def test_the_filters_disconfirmation_keeps_nearly_the_same_order() -> None:
    # Where few answered, the fitted filter draws what was lived to the touchpoint's own level, so
    # its order is a little less sharp in single worlds (0.86 and 0.89 were seen) than the gap's.
    orders = [
        spearmanr(*analysed(name, seed).pairs("disconfirmation", "gap")).statistic for name, seed in WORLDS
    ]
    assert np.median(orders) >= 0.9
    assert min(orders) >= 0.85


@pytest.mark.parametrize(("name", "seed"), WORLDS)
def test_the_order_by_experience_is_found(name: str, seed: int) -> None:
    assert spearmanr(*analysed(name, seed).pairs("experience", "answer")).statistic >= 0.9


@pytest.mark.parametrize("which", ["experience", "kept", "continuation"])
def test_95_percent_intervals_hold_the_truth_in_90_to_98_percent(which: str) -> None:
    found = [hit for name in SEEDS for hit in covered(name, which)]
    assert len(found) > 70
    assert 0.90 <= np.mean(found) <= 0.98


@pytest.mark.parametrize(("name", "least"), [("retail", 0.75), ("software", 0.70)])
def test_each_customers_perception_is_told_from_signals_alone(name: str, least: float) -> None:
    """Cold-start parameters reach .755 in the reference simulation (science, section 1.6)."""
    one = analysed(name, 7)
    estimated = {row["customer"]: row["expectation"] + row["residual"] for row in one.states}
    true = one.truth["customers"].to_pylist()
    both = np.array(
        [(estimated[row["customer"]], row["perception"]) for row in true if row["customer"] in estimated]
    )
    assert len(both) > 1_900
    assert np.corrcoef(both.T)[0, 1] > least


def test_what_was_planted_is_found() -> None:
    world = World("retail", CUSTOMERS, 7)
    with EmbeddedEngine() as engine:
        go(world, engine, (events_plan, journeys_plan, perceptions_plan, progression_plan))
        assert {row["touchpoint"] for row in engine.table("uncatalogued").to_pylist()} == {"gift_card"}
        months = {
            row["key"]: row["experience"]
            for row in engine.table("summaries").to_pylist()
            if row["dimension"] == "touchpoint_month"
        }
    delivery = [value for key, value in sorted(months.items()) if key.startswith("home_delivery|")]
    checkout = [value for key, value in sorted(months.items()) if key.startswith("checkout|")]
    # It breaks in the 20th month and is mended in the 11th.
    assert np.mean(delivery[:19]) - np.mean(delivery[19:]) > 0.5
    assert np.mean(checkout[10:]) - np.mean(checkout[:10]) > 0.8
    kept = {(row["touchpoint"], row["measure"]): row for row in analysed("retail", 7).promises}
    wait = kept["phone_support", "wait_s"]
    assert wait["kept_high"] < 0.35
    late = kept["home_delivery", "delay_days"]
    assert late["kept"] < 0.85
    assert late["experience_kept"] - late["experience_broken"] > 1.5
    lowest = min(
        analysed("retail", 7).summaries, key=lambda row: row["gap"] if row["gap"] is not None else 9.0
    )
    assert lowest["key"] == "home_delivery"


def test_a_world_where_nothing_is_planted_at_a_touchpoint_says_so() -> None:
    """Product pages are lived as they are expected: neither a gap nor a strength may be claimed."""
    claims = []
    for seed in SEEDS["retail"]:
        (row,) = [row for row in analysed("retail", seed).summaries if row["key"] == "product_page"]
        claims.append(row["gap_low"] > 0.1 or row["gap_high"] < -0.1)
    assert not any(claims)
