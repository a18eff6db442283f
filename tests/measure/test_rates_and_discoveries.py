"""Shares with intervals, and many looks at once."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivencia.measure.discoveries import false_discovery, two_sided
from vivencia.measure.rates import (
    clustered_share,
    paired_difference,
    part_from_log_variance,
    welch_half_width,
    wilson,
)


def test_wilson_by_hand():
    # Newcombe (1998, Stat. Med. 17:857), table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
    published = {
        (81, 263): (0.2553, 0.3662),
        (15, 148): (0.0624, 0.1605),
        (0, 20): (0, 0.1611),
        (1, 29): (0.0061, 0.1718),
    }
    for (k, n), interval in published.items():
        assert wilson(k, n)[1:] == pytest.approx(interval, abs=5e-5)
    assert wilson(0, 0) == (0.0, 0.0, 1.0)


def test_one_trial_a_customer_is_wilson():
    assert clustered_share(30, 100, kk=30, nn=100, kn=30, clusters=100) == pytest.approx(
        wilson(30, 100), abs=0.002
    )


def test_ten_equal_trials_a_customer_count_as_one():
    """Each of 50 customers says the same ten times: the interval is that of 50 answers."""
    found = clustered_share(200, 500, kk=20 * 100, nn=50 * 100, kn=20 * 100, clusters=50)
    assert found == pytest.approx(wilson(20, 50), abs=0.003)


def test_welch_by_hand():
    """Variances of the mean 0.04 and 0.01 at 10 and 20: 13.7 degrees of freedom, critical value 2.150."""
    freedom = 0.05**2 / (0.04**2 / 9 + 0.01**2 / 19)
    assert freedom == pytest.approx(13.66, abs=0.01)
    assert welch_half_width(0.04, 10, 0.01, 20) == pytest.approx(2.150 * 0.05**0.5, abs=1e-3)
    assert welch_half_width(0.0, 5, 0.0, 5) == 0.0


def test_benjamini_and_hochberg_1995():
    """Their example of 15 hypotheses (section 3.2): four are rejected at 0.05."""
    p = np.array(
        [
            0.0001,
            0.0004,
            0.0019,
            0.0095,
            0.0201,
            0.0278,
            0.0298,
            0.0344,
            0.0459,
            0.3240,
            0.4262,
            0.5719,
            0.6528,
            0.7590,
            1.0,
        ]
    )
    assert (false_discovery(p) <= 0.05).sum() == 4
    assert false_discovery(p)[:4] == pytest.approx([0.0015, 0.003, 0.0095, 0.035625])


@given(st.lists(st.floats(0, 1), max_size=30))
def test_adjusted_p_is_never_smaller_and_keeps_the_order(p):
    adjusted = false_discovery(np.array(p))
    assert np.all(adjusted >= np.array(p) - 1e-12)
    assert np.all(np.diff(adjusted[np.argsort(p, kind="stable")]) >= 0)


def test_two_sided():
    assert two_sided(np.array([0.0, 1.959963984540054, -2.575829303548901])) == pytest.approx([1, 0.05, 0.01])


def test_a_paired_difference_of_bonett_and_price():
    """Of 100 trials 59 agree, 33 succeed by the first account only, 8 by the second only.

    By hand from their formula (2012, equation 9): p12 = 34 / 102, p21 = 9 / 102.
    """
    one, other = 34 / 102, 9 / 102
    half = 1.959964 * ((one + other - (one - other) ** 2) / 102) ** 0.5
    found = paired_difference(33, 8, 100, dd=41, nn=100, dn=25, clusters=100)
    # One trial a customer: the linearised variance is C / (C − 1) times that of independent trials.
    assert found == pytest.approx((0.25, one - other - half, one - other + half), abs=2e-3)


def test_a_paired_difference_of_ten_equal_trials_a_customer_is_that_of_one():
    one = paired_difference(12, 4, 50, dd=16, nn=50, dn=8, clusters=50)
    ten = paired_difference(120, 40, 500, dd=1600, nn=5000, dn=800, clusters=50)
    assert ten == pytest.approx(one, abs=1e-9)


def test_where_no_trial_differs_the_interval_keeps_a_width():
    value, low, high = paired_difference(0, 0, 30, dd=0, nn=30, dn=0, clusters=30)
    assert (value, -low) == (0.0, high)
    assert 0.02 < high < 0.2
    assert paired_difference(0, 0, 0, dd=0, nn=0, dn=0, clusters=0) == (0.0, -1.0, 1.0)


def test_a_part_has_an_interval_inside_nought_and_one():
    """Half with 4 % of variance in its logarithm: logit 0 ± 1.96 · 0.2 / 0.5."""
    low, high = part_from_log_variance(0.5, 0.04)
    assert (low, high) == pytest.approx((0.3135, 0.6865), abs=1e-4)
    assert 0.0 < part_from_log_variance(0.01, 4.0)[0] < 0.01 < part_from_log_variance(0.01, 4.0)[1] < 1.0
