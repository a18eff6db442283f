"""Relative importance: published numbers, exactness against the definition, and what must not break."""

import json
from itertools import combinations
from math import factorial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_up.examples import examples
from vivencia.measure.importance import (
    conditional_dominance,
    correlations,
    importance,
    lmg,
    partial_out,
    relative_weights,
    subset_r2,
)
from vivencia.words.errors import ParameterError

CASES = json.loads((Path(__file__).parents[1] / "golden/relative_importance.json").read_text())["cases"]


def matrix_of(case):
    """Correlations with the outcome last, from rows that hold the outcome first."""
    rows = np.array(case["rows"], dtype=float)
    return correlations(np.cov(np.roll(rows, -1, axis=1).T))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_published_numbers(case):
    correlation = matrix_of(case)
    digits = 1e-9 if "coef" in case else 1e-7  # relaimpo to its printed digits; the READMEs print seven
    if "lmg" in case:
        assert lmg(correlation) == pytest.approx(case["lmg"], abs=digits)
        assert lmg(correlation).sum() == pytest.approx(case["r2"], abs=digits)
        assert conditional_dominance(correlation).mean(axis=1) == pytest.approx(case["lmg"], abs=digits)
    if "johnson" in case:
        assert relative_weights(correlation) == pytest.approx(case["johnson"], abs=digits)
    if "first" in case:
        p = len(case["first"])
        r2 = subset_r2(correlation)
        assert [r2[1 << j] for j in range(p)] == pytest.approx(case["first"], abs=digits)
        assert [r2[-1] - r2[(1 << p) - 1 - (1 << j)] for j in range(p)] == pytest.approx(
            case["last"], abs=digits
        )


def slow_lmg(correlation):
    """The definition, term by term."""
    p = len(correlation) - 1

    def r2(chosen):
        chosen = list(chosen)
        if not chosen:
            return 0.0
        between, outcome = correlation[np.ix_(chosen, chosen)], correlation[chosen, p]
        return float(outcome @ np.linalg.solve(between, outcome))

    found = np.zeros(p)
    for j in range(p):
        others = [k for k in range(p) if k != j]
        for size in range(p):
            weight = factorial(size) * factorial(p - size - 1) / factorial(p)
            found[j] += weight * sum(r2((*s, j)) - r2(s) for s in combinations(others, size))
    return found


@examples(30)
@given(seed=st.integers(0, 10_000), p=st.integers(1, 6))
def test_equals_the_definition(seed, p):
    rng = np.random.default_rng(seed)
    data = rng.normal(size=(40, p + 1)) @ rng.normal(size=(p + 1, p + 1))
    correlation = np.corrcoef(data.T)
    assert lmg(correlation) == pytest.approx(slow_lmg(correlation), abs=1e-8)
    if p == 2:
        assert relative_weights(correlation) == pytest.approx(lmg(correlation), abs=1e-8)


def test_a_stack_is_answered_like_its_members():
    rng = np.random.default_rng(3)
    stack = np.stack([np.corrcoef(rng.normal(size=(6, 50))) for _ in range(4)])
    assert lmg(stack) == pytest.approx(np.stack([lmg(one) for one in stack]), abs=1e-12)
    assert relative_weights(stack) == pytest.approx(np.stack([relative_weights(one) for one in stack]))


def test_twins_share_alike_and_a_constant_gets_nothing():
    rng = np.random.default_rng(5)
    one, other = rng.normal(size=(2, 500))
    outcome = one + other + rng.normal(size=500)
    data = np.stack([one, one, other, np.full(500, 7.0), outcome])
    correlation = correlations(np.cov(data))
    for shares in (lmg(correlation), relative_weights(correlation)):
        assert shares[0] == pytest.approx(shares[1], abs=1e-9)
        assert shares[3] == pytest.approx(0.0, abs=1e-12)
        assert shares.sum() == pytest.approx(subset_r2(correlation)[-1], abs=1e-9)


def test_a_constant_outcome_explains_nothing():
    rng = np.random.default_rng(7)
    correlation = correlations(np.cov(np.vstack([rng.normal(size=(3, 60)), np.full(60, 4.0)])))
    assert lmg(correlation).tolist() == [0.0, 0.0, 0.0]
    assert relative_weights(correlation).tolist() == [0.0, 0.0, 0.0]


def test_fifteen_are_exact_and_sixteen_are_johnson():
    correlation = np.corrcoef(np.random.default_rng(1).normal(size=(17, 300)))
    assert importance(correlation)[1] == "johnson"
    shares, method = importance(correlation[1:, 1:])
    assert method == "lmg"
    assert shares.sum() == pytest.approx(subset_r2(correlation[1:, 1:])[-1])
    with pytest.raises(ParameterError):
        subset_r2(correlation)


def test_partial_out_leaves_the_regression_residuals():
    rng = np.random.default_rng(11)
    data = rng.normal(size=(200, 5)) @ rng.normal(size=(5, 5))
    held, rest = data[:, :2], data[:, 2:]
    design = np.column_stack([np.ones(200), held])
    residual = rest - design @ np.linalg.lstsq(design, rest, rcond=None)[0]
    expected = residual.T @ residual / 199
    assert partial_out(np.cov(data.T), 2) == pytest.approx(expected)
    doubled = np.column_stack([held[:, 0], held])  # a held variable twice changes nothing
    assert partial_out(np.cov(np.column_stack([doubled, rest]).T), 3) == pytest.approx(expected)
