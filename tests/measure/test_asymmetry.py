"""Penalty and reward against the vector; Kano's table; classes claimed only inside their range."""

import numpy as np
import pytest

from vivencia.measure.asymmetry import (
    FEELINGS,
    better_worse,
    impact_asymmetry,
    kano_class,
    kind_of,
    penalty_reward,
    thirds,
)
from vivencia.measure.drivers import one_visit
from vivencia.words.errors import ParameterError


@pytest.fixture
def cases(golden):
    return {case["id"]: case for case in golden("penalty_reward_kano")["cases"]}


def test_the_vector_by_its_generator(cases):
    case = cases["prca_synthetic"]
    penalty, reward = np.array(case["true"]["pen"]), np.array(case["true"]["rew"])
    rng = np.random.default_rng(11)
    stars = rng.integers(1, 6, (4000, 3)).astype(float)
    overall = 6 + (stars <= 2) @ penalty + (stars >= 5) @ reward + rng.normal(0, 1, 4000)
    there = np.ones((4000, 3), dtype=bool)
    low, high = (one_visit(there, level.astype(float), overall) for level in (stars <= 2, stars >= 5))
    found = penalty_reward(low, high)
    assert found.penalty == pytest.approx(case["ols"][1:4], abs=1e-9)
    assert found.reward == pytest.approx(case["ols"][4:], abs=1e-9)
    assert found.index == pytest.approx(case["impact_asymmetry"], abs=1e-9)
    # Jackknife by customer against the textbook's standard errors.
    assert found.penalty_sd == pytest.approx(case["se"][1:4], rel=0.15)
    assert found.reward_sd == pytest.approx(case["se"][4:], rel=0.15)
    assert found.kind == ("basic", "performance", "excitement")


def test_impact_asymmetry_of_published_coefficients(cases):
    case = cases["prca_synthetic"]
    assert impact_asymmetry(case["ols"][1:4], case["ols"][4:]) == pytest.approx(case["impact_asymmetry"])
    assert np.isnan(impact_asymmetry(np.array([0.3]), np.array([-0.1])))[0]


@pytest.mark.parametrize(
    ("low", "high", "kind"),
    [
        (-0.9, -0.3, "basic"), (-0.9, -0.1, "unclear"), (-0.2, 0.2, "performance"), (0.21, 0.5, "excitement"),
        (float("nan"), 0.1, "unclear"),
    ],
)  # fmt: skip
def test_a_kind_is_claimed_only_inside_its_range(low, high, kind):
    assert kind_of(low, high) == kind


def test_thirds_of_stars():
    """Stars 1 2 5 5 5 5 and one silent: five is the mode, so it is not the upper third but all above it."""
    where = np.array([0] * 7 + [1] * 9, dtype=np.int32)
    low, high = thirds(where, np.array([1.0, 2, 5, 5, 5, 5, np.nan, 1, 2, 3, 4, 5, 6, 7, 8, 9]), 2)
    assert low[:6].tolist() == [1, 1, 0, 0, 0, 0]
    assert high[:6].tolist() == [0, 0, 0, 0, 0, 0]
    assert np.isnan(low[6])
    assert (low[7:].sum(), high[7:].sum()) == (3, 3)


def test_too_few_low_answers_are_withheld():
    rng = np.random.default_rng(1)
    stars = rng.integers(1, 6, (60, 2)).astype(float)
    stars[10:, 1] = np.nan
    there, overall = np.ones((60, 2), dtype=bool), rng.normal(size=60)
    low, high = (
        one_visit(there, np.where(np.isnan(stars), np.nan, level), overall)
        for level in (stars <= 2, stars >= 4)
    )
    found = penalty_reward(low, high, enough=np.array([True, False]))
    assert np.isfinite(found.penalty[0])
    assert np.isnan(found.penalty[1])
    assert found.kind[1] == "unclear"


def test_kano_table(cases):
    case = cases["kano_table"]
    assert [[kano_class(row, column) for column in FEELINGS] for row in FEELINGS] == case["table"]
    answers = [one for one, count in case["counts"].items() for _ in range(count)]
    assert better_worse(answers) == pytest.approx((case["expected"]["better"], case["expected"]["worse"]))
    with pytest.raises(ParameterError):
        better_worse(["Q", "R"])
