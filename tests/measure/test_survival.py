"""Time to an ending: incidence with competing causes, and a discrete-time hazard with frailty."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_up.examples import examples
from vivencia.measure.survival import aalen_johansen, fit_hazard
from vivencia.words.errors import ParameterError


def test_by_hand_with_two_causes_and_one_still_waiting() -> None:
    # Five cases: cause 0 at 1 and 3, cause 1 at 2, one lost from sight at 2, one waiting at 4.
    found = aalen_johansen(
        np.array([1.0, 2.0, 2.0, 3.0, 4.0]),
        np.array([0, 1, -1, 0, -1]),
        np.array([0.5, 1, 2, 3, 9]),
        causes=2,
    )
    # S: 1, 4/5, 3/5, then 3/5 × 1/2 more of cause 0 at 3.
    assert found.share[:, 0] == pytest.approx([0.0, 0.2, 0.2, 0.5, 0.5])
    assert found.share[:, 1] == pytest.approx([0.0, 0.0, 0.2, 0.2, 0.2])
    assert found.waiting.tolist() == [5, 5, 4, 2, 0]


cases = st.lists(st.tuples(st.integers(0, 6), st.integers(-1, 1)), min_size=1, max_size=30)


@given(cases)
@examples(60)
def test_the_shares_never_fall_and_never_pass_one(some: list[tuple[int, int]]) -> None:
    time, cause = (np.array(column) for column in zip(*some, strict=True))
    found = aalen_johansen(time.astype(float), cause, np.arange(8.0), causes=2)
    assert (np.diff(found.share, axis=0) >= -1e-12).all()
    assert (found.share.sum(axis=1) <= 1 + 1e-12).all()
    assert (found.low <= found.share + 1e-12).all()
    assert (found.share <= found.high + 1e-12).all()


@given(cases)
@examples(40)
def test_without_anybody_waiting_it_is_the_plain_share(some: list[tuple[int, int]]) -> None:
    time, cause = (np.array(column) for column in zip(*some, strict=True))
    cause = np.maximum(cause, 0)
    found = aalen_johansen(time.astype(float), cause, np.arange(8.0), causes=2)
    plain = [[np.mean((time <= by) & (cause == one)) for one in (0, 1)] for by in range(8)]
    np.testing.assert_allclose(found.share, plain, atol=1e-12)


def error_of(found: object, row: int, column: int) -> float:
    """The standard error, read back from the log(−log) interval."""
    share, low, high = (getattr(found, name)[row, column] for name in ("share", "low", "high"))
    spread = np.log(-np.log(low)) - np.log(-np.log(high))
    return float(spread / (2 * 1.959963984540054) * share * abs(np.log(share)))


def test_the_error_is_the_jackknifes() -> None:
    rng = np.random.default_rng(4)
    time, cause, by = np.round(rng.exponential(5, 150), 1), rng.integers(-1, 2, 150), np.array([2.0, 8.0])
    found = aalen_johansen(time, cause, by, causes=2)
    left_out = [
        aalen_johansen(np.delete(time, one), np.delete(cause, one), by, causes=2).share for one in range(150)
    ]
    jackknife = np.sqrt(149 / 150 * ((left_out - np.mean(left_out, axis=0)) ** 2).sum(axis=0))
    for row in (0, 1):
        for column in (0, 1):
            assert error_of(found, row, column) == pytest.approx(jackknife[row, column], rel=0.04)


def test_journeys_of_one_customer_are_one_witness() -> None:
    """Every case three times by the same customer: the interval of the single cases."""
    rng = np.random.default_rng(9)
    time, cause, by = rng.exponential(5, 80), rng.integers(-1, 2, 80), np.array([4.0])
    once = aalen_johansen(time, cause, by, causes=2)
    thrice = aalen_johansen(
        np.tile(time, 3), np.tile(cause, 3), by, causes=2, owner=np.tile(np.arange(80), 3)
    )
    assert error_of(thrice, 0, 0) == pytest.approx(error_of(once, 0, 0), rel=1e-6)


def test_the_incidence_covers_the_truth_with_customers_who_differ() -> None:
    rng = np.random.default_rng(2)
    hits = []
    for _ in range(200):
        pace = np.repeat(rng.gamma(2.0, 0.5, 120), 4)
        time, cause = rng.exponential(1.0 / pace), (rng.random(480) < 0.3).astype(int)
        seen = rng.exponential(3.0, 480)
        found = aalen_johansen(
            np.minimum(time, seen), np.where(time <= seen, cause, -1), np.array([1.0]), causes=2,
            owner=np.repeat(np.arange(120), 4),
        )  # fmt: skip
        # P(T ≤ 1) with a gamma(2, 1/2) pace is 1 − (1 + 1/2)⁻².
        hits.append(found.low[0, 0] <= 0.7 * (1 - 1.5**-2) <= found.high[0, 0])
    assert 0.90 <= np.mean(hits) <= 0.98


def test_nobody_ended_so_yet_still_has_an_upper_bound() -> None:
    found = aalen_johansen(np.full(30, 2.0), np.zeros(30, int), np.array([3.0]), causes=2)
    assert (found.share[0, 1], found.low[0, 1]) == (0.0, 0.0)
    assert found.high[0, 1] == pytest.approx(1 - 0.025 ** (1 / 30))


@pytest.mark.parametrize("time", [[], [-1.0]])
def test_no_cases_or_negative_times_are_refused(time: list[float]) -> None:
    with pytest.raises(ParameterError):
        aalen_johansen(np.array(time), np.zeros(len(time), int), np.array([1.0]), causes=1)


EFFECTS = np.array([0.8, -0.5, 0.3, 0.0])


def walked(seed: int, customers: int = 800) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(seed)
    owner = np.repeat(np.arange(customers), 6)
    covariates = rng.exponential(0.4, (owner.size, 4))
    period = np.tile([0, 1, 2], 2 * customers)
    score = covariates @ EFFECTS + np.array([-1.2, -2.0, -2.6])[period] + rng.normal(0, 0.6, customers)[owner]
    event = (rng.random(owner.size) < 1 - np.exp(-np.exp(score))).astype(float)
    return covariates, period, event, owner


def test_the_hazards_intervals_cover_the_true_effects() -> None:
    hits, spreads = [], []
    for seed in range(60):
        fitted = fit_hazard(*walked(seed), prior=5.0)
        error = np.sqrt(np.diag(fitted.covariance))[:4]
        hits.append(np.abs(fitted.effects[:4] - EFFECTS) <= 1.96 * error)
        spreads.append(fitted.frailty)
    assert 0.90 <= np.mean(hits) <= 0.98
    assert 0.4 <= np.mean(spreads) <= 0.75  # true 0.6; Laplace's approximation leans low


def test_a_hazard_without_events_or_with_nothing_but_events_is_still_finite() -> None:
    covariates, period, event, owner = walked(1, 40)
    for constant in (np.zeros_like(event), np.ones_like(event)):
        fitted = fit_hazard(covariates, period, constant, owner)
        assert np.isfinite(fitted.effects).all()
        assert np.isfinite(fitted.evidence)


def test_a_hazard_without_rows_is_refused() -> None:
    with pytest.raises(ParameterError):
        fit_hazard(np.empty((0, 1)), np.empty(0, int), np.empty(0), np.empty(0, int))
