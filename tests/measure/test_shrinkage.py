"""Empirical Bayes: the baseball players of Efron & Morris, and calibrated intervals."""

import json
from pathlib import Path

import numpy as np
import pytest

from vivencia.measure.shrinkage import beta_binomial, between_variance, james_stein, normal_normal
from vivencia.words.errors import ParameterError

BASEBALL = json.loads((Path(__file__).parents[1] / "golden/shrinkage.json").read_text())


def test_efron_and_morris():
    hits, trials = np.array(BASEBALL["hits"]), BASEBALL["n"]
    rates = hits / trials
    mean = rates.mean()
    shrunk, kept = james_stein(rates, mean * (1 - mean) / trials)
    expected = BASEBALL["expected"]
    assert kept == pytest.approx(expected["c"], abs=1e-12)
    assert shrunk == pytest.approx(expected["james_stein"], abs=1e-12)
    truth = np.array(BASEBALL["remainder_true"])
    assert ((rates - truth) ** 2).sum() / ((shrunk - truth) ** 2).sum() == pytest.approx(3.53, abs=0.005)


def test_beta_binomial_of_the_same_players():
    hits = np.array(BASEBALL["hits"])
    a, b = beta_binomial(hits, np.full(18, 45.0))
    expected = BASEBALL["expected"]["beta_binomial"]
    assert (hits + a) / (45 + a + b) == pytest.approx(expected["post_mean"], abs=1e-6)
    with pytest.raises(ParameterError):
        beta_binomial(hits, np.zeros(18))


def test_three_groups_are_left_alone():
    values, kept = james_stein(np.array([1.0, 2.0, 3.0]), 1.0)
    assert (values.tolist(), kept) == ([1.0, 2.0, 3.0], 1.0)


def test_classes_are_drawn_to_their_own_mean():
    values = np.array([1.0, 1.2, 0.9, 5.0, 5.3, 4.8])
    design = np.repeat(np.eye(2), 3, axis=0)
    noise = np.diag(np.full(6, 0.5))
    found = normal_normal(values, noise, design)
    assert found.target == pytest.approx([3.1 / 3] * 3 + [15.1 / 3] * 3)
    assert np.all(np.abs(found.value - found.target) < np.abs(values - found.target))
    with pytest.raises(ParameterError):
        normal_normal(values, noise[:3, :3], design)


def test_the_variance_between_is_found():
    rng = np.random.default_rng(2)
    found = []
    for _ in range(200):
        truth = rng.normal(3.0, 1.5, size=40)
        noise = np.diag(rng.uniform(0.2, 2.0, size=40))
        values = truth + rng.normal(size=40) * np.sqrt(np.diagonal(noise))
        found.append(between_variance(values, noise, np.ones((40, 1))))
    assert np.mean(found) == pytest.approx(2.25, abs=0.1)


@pytest.mark.parametrize("between", [0.0, 0.1, 1.0])
def test_intervals_cover(between):
    rng = np.random.default_rng(4)
    inside = []
    for _ in range(300):
        truth = rng.normal(0.4, np.sqrt(between), size=12)
        noise = np.diag(rng.uniform(0.05, 0.5, size=12))
        values = truth + rng.normal(size=12) * np.sqrt(np.diagonal(noise))
        found = normal_normal(values, noise, np.ones((12, 1)))
        inside.append(np.abs(found.value - truth) <= 1.959964 * found.sd)
    assert 0.92 <= np.mean(inside) <= 0.995  # wider where nothing differs: zero is not claimed
