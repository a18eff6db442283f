"""Weights on perception found again in companies whose weights are known.

Goals: 95 % intervals cover 90–98 %, order right at 20,000 customers (rank correlation
0.9), a touchpoint without any effect called a driver in at most 7 % of runs.
"""

import numpy as np
import pytest
from scipy.stats import spearmanr

from made_up.moments import catalogue, moments, run_fold
from made_up.small_tables import table
from vivencia.weights import perception_weights_plan, weights_plan

STAGES = ["purchase"] * 3 + ["delivery"] * 3 + ["support"] * 2
WEIGHTS = np.array([0.1, 0.0, 0.2, 0.5, 0.4, 0.3, 0.0, 0.25])
TOUCH = (0.9, 0.8, 0.3, 0.9, 0.5, 0.2, 0.6, 0.4)


def weigh(truth, side, **made):
    fold = next(node for node in perception_weights_plan().nodes if node.name == "perception_weights")
    return run_fold(fold, [moments(truth, **made)], touchpoints=side)


def called_drivers(perception, side):
    """Which touchpoints the one table of weights calls drivers."""
    beside = {"perception_weights": perception, "touchpoints": side}
    beside |= {name: table(name) for name in ("progression_weights", "asymmetries")}
    fold = weights_plan().nodes[0]
    return fold.finish(fold.start(beside), beside)["driver"].to_pylist()


@pytest.mark.slow
@pytest.mark.parametrize("unrated", [0.0, 0.5])
def test_intervals_cover_and_nulls_are_seldom_called(unrated):
    side = catalogue(8, stages=STAGES)
    inside: dict[str, list[bool]] = {"data": [], "effect": []}
    wrongly = []
    for seed in range(40):
        found = weigh(WEIGHTS, side, customers=900, seed=seed, touch=TOUCH, unrated=unrated)
        for name, seen in inside.items():
            low, high = found[f"{name}_low"].to_numpy(), found[f"{name}_high"].to_numpy()
            seen.extend((low <= WEIGHTS) & (high >= WEIGHTS))
        driver = called_drivers(found, side)
        wrongly += [driver[1], driver[6]]
    assert {name: 0.90 <= np.mean(seen) <= 0.98 for name, seen in inside.items()} == {
        "data": True,
        "effect": True,
    }, {name: np.mean(seen) for name, seen in inside.items()}
    assert np.mean(wrongly) <= 0.07


@pytest.mark.slow
def test_shares_cover_their_population_value():
    """The population's shares are those of 30,000 customers."""
    side = catalogue(8, stages=STAGES)
    truth = np.array(weigh(WEIGHTS, side, customers=30_000, seed=999, touch=TOUCH)["share"].to_pylist())
    inside = []
    for seed in range(24):
        found = weigh(WEIGHTS, side, customers=900, seed=seed, touch=TOUCH)
        low, high = found["share_low"].to_numpy(), found["share_high"].to_numpy()
        inside.extend((low <= truth + 1e-3) & (truth <= high + 1e-3))
    assert 0.90 <= np.mean(inside) <= 0.99


def test_the_order_of_twenty_five_at_twenty_thousand_customers():
    truth = np.random.default_rng(3).permutation(np.linspace(0.0, 0.5, 25))
    found = weigh(truth, catalogue(25), customers=20_000, seed=1, unrated=0.7)
    assert spearmanr(found["effect"].to_pylist(), truth)[0] >= 0.9
    assert set(found["method"].to_pylist()) == {"johnson"}
