"""Necessary condition analysis against the published example of 28 countries (Dul 2016)."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_up.examples import examples
from vivencia.measure.necessity import area_above, ceiling, needed, permutation_p, step_effects


@pytest.fixture
def countries(golden):
    return golden("nca")


def columns(countries, name):
    names = countries["data"]["columns"]
    rows = countries["data"]["rows"]
    return tuple(
        np.array([row[names.index(one)] for row in rows]) for one in (name, "Innovation performance")
    )


@pytest.mark.parametrize("name", ["Individualism", "Risk taking"])
def test_published_ceilings(countries, name):
    expected = countries["expected"][name]
    found = ceiling(*columns(countries, name))
    assert found.peers.tolist() == expected["peers"]
    assert found.step == pytest.approx(expected["ce_fdh_d"], abs=1e-9)
    assert found.zone == pytest.approx(expected["ce_fdh_zone"])
    assert found.scope == pytest.approx(expected["scope"])
    assert found.line == pytest.approx(expected["cr_fdh_d"], abs=1e-9)
    assert found.slope == pytest.approx(expected["cr_fdh_slope"], abs=1e-9)
    assert found.intercept == pytest.approx(expected["cr_fdh_intercept"], abs=1e-9)
    assert found.accuracy == pytest.approx(expected["cr_fdh_accuracy"])


@pytest.mark.parametrize("name", ["Individualism", "Risk taking"])
def test_the_famous_example_is_not_significant(countries, name):
    """Published p by 10,000 permutations: 0.078 and 0.101."""
    p = permutation_p(*columns(countries, name), permutations=4000, seed=1)
    assert p == pytest.approx(countries["expected"][name]["perm_p_ce_fdh_10000"], abs=0.015)
    assert p > 0.05


@pytest.mark.parametrize(
    ("slope", "intercept", "area"), [(2 / 3, 4, 4 / 3), (0, 3, 15), (0, 5, 5), (4 / 3, 0, 8)]
)
def test_area_above_a_line(slope, intercept, area):
    assert area_above(slope, intercept, (1, 6, 2, 6)) == pytest.approx(area)


def test_bottleneck(countries):
    found = ceiling(*columns(countries, "Individualism"))
    assert [needed(found, level) for level in (0, 42.3, 100, 180, 214.4)] == [18, 18, 46, 71, 91]
    assert np.isnan(needed(found, 300))


@examples(40)
@given(seed=st.integers(0, 999), n=st.integers(2, 40), ties=st.booleans())
def test_a_stack_equals_one_by_one(seed, n, ties):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=n), rng.normal(size=(3, n))
    if ties:
        x, y = np.round(x), np.round(y)
    assert step_effects(x, y) == pytest.approx([ceiling(x, one).step for one in y], abs=1e-9)


def test_a_necessary_condition_is_seen_and_noise_is_not():
    rng = np.random.default_rng(3)
    x = rng.uniform(0, 10, 400)
    limited = np.minimum(rng.uniform(0, 10, 400), x)
    free = rng.uniform(0, 10, 400)
    assert ceiling(x, limited).step > 0.3
    assert permutation_p(x, limited, permutations=200) < 0.01
    assert ceiling(x, free).step < 0.1
    assert permutation_p(x, free, permutations=200) > 0.05


def test_constants_have_no_ceiling():
    x = np.arange(5.0)
    assert ceiling(x, np.full(5, 3.0)).step == 0.0
    assert ceiling(np.full(5, 3.0), x).step == 0.0
    assert step_effects(np.full(5, 3.0), x) == 0.0
