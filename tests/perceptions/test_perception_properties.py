"""The properties P1–P12 that any perception engine must have (P13 stands with the vectors)."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from vivencia.perceptions import reference, replay
from vivencia.perceptions.parameters import Parameters
from vivencia.perceptions.reference import Event, State

#: What is known exactly: no noise, no prior spread, nothing unseen.
SURE = {"sigma_u": 1e-9, "s_b": 0.0, "s_e0": 0.0, "s_e2": 0.0, "v_d": 0.0, "xi": 0.0}


def lived(parameters: Parameters, days: list[float], qualities: list[float]) -> list[float]:
    """P after each of a run of contacts whose quality is known exactly."""
    state, found = reference.prior(parameters), []
    for day, quality in zip(days, qualities, strict=True):
        known = parameters.with_(theta=np.full(len(parameters.touchpoints), quality))
        state, moment = reference.step(known, state, Event(day, "direct", "a"))
        found.append(moment.perception)
    return found


def test_p1_confirmation_leaves_the_perception(plain: Any) -> None:
    parameters = plain(lam=1.0, **(SURE | {"v_d": 0.0}))
    state = State(np.array([0.0, 7.5, -1.0]), np.zeros((3, 3)), day=0.0)
    after, _ = reference.step(parameters, state, Event(10.0, "direct", "a"))
    assert after.perception == pytest.approx(7.5 - math.exp(-10 / 60), abs=1e-9)
    spread = plain(lam=1.0, sigma_u=0.5)
    before = State(np.array([0.0, 7.5, 0.0]), np.diag([0.5, 1.0, 0.1]), day=0.0)
    after, _ = reference.step(spread, before, Event(0.0, "direct", "a", ratings={"told": 7.5}))
    assert after.C[1, 1] < before.C[1, 1]


def test_p2_each_answer_teaches_less(plain: Any) -> None:
    parameters = plain(s_e2=0.0, lam=1.0, kappa=np.zeros(1), eta=0.0)
    state, drops = reference.prior(parameters), []
    for day in range(8):
        before = np.diagonal(state.C)[:2].copy()
        state, _ = reference.step(parameters, state, Event(float(day), "direct", "a", ratings={"told": 7.5}))
        drops.append(before - np.diagonal(state.C)[:2])
    assert (np.diff(np.array(drops), axis=0) < 0).all()


def test_p3_a_disappointment_weighs_lambda_times(plain: Any) -> None:
    parameters = plain(lam=2.0, eta=0.0, **SURE)
    [up], [down] = lived(parameters, [0.0], [8.5]), lived(parameters, [0.0], [6.5])
    assert (up - 7.5, down - 7.5) == pytest.approx((0.3, -0.6), abs=1e-9)


def test_p4_without_events_emotion_fades(plain: Any) -> None:
    parameters = plain(s_e2=0.001, v_d=0.2)
    state = State(np.array([0.0, 7.0, -2.0]), np.diag([0.3, 0.5, 0.1]), day=0.0)
    half = parameters.tau * math.log(2)
    after, _ = reference.step(parameters, state, Event(half, "survey"))
    assert after.m == pytest.approx([0.0, 7.0, -1.0])
    late, _ = reference.step(parameters, state, Event(50 * half, "survey"))
    assert late.m[2] == pytest.approx(0.0, abs=1e-12)
    assert late.C[1, 1] > state.C[1, 1]
    assert late.C[2, 2] <= parameters.v_d + 1e-12
    assert late.C[1, 1] == pytest.approx(0.5 + 0.001 * 50 * half)


def test_p5_constant_quality_becomes_the_expectation(plain: Any) -> None:
    parameters = plain(lam=2.0, theta=np.array([8.5]), **SURE)
    state = reference.prior(parameters)
    for day in range(200):
        state, moment = reference.step(parameters, state, Event(10.0 * day, "direct", "a"))
    assert state.m[1] == pytest.approx(8.5, abs=1e-9)
    assert moment.disconfirmation == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(("lam", "expected"), [(2.0, 6.4437), (1.0, 7.5)])
def test_p6_inconsistency_is_punished(lam: float, expected: float, plain: Any) -> None:
    parameters = plain(lam=lam, **SURE)
    days = [10.0 * k for k in range(400)]
    found = lived(parameters, days, [7.5 + (1 if k % 2 else -1) for k in range(400)])
    assert np.mean(found[-2:]) == pytest.approx(expected, abs=1e-3)
    assert lived(parameters, days, [7.5] * 400)[-1] == pytest.approx(7.5, abs=1e-6)


@pytest.mark.parametrize(("lam", "lower"), [(2.0, True), (1.0, False)])
def test_p7_a_weak_link_costs_more_than_its_share(lam: float, lower: bool, plain: Any) -> None:
    parameters = plain(("a", "b"), lam=lam, **SURE)
    uneven = parameters.with_(theta=np.array([9.0, 6.0]))
    even = parameters.with_(theta=np.array([7.5, 7.5]))
    found = []
    for company in (uneven, even):
        state, seen = reference.prior(company), []
        for k in range(400):
            state, moment = reference.step(company, state, Event(10.0 * k, "direct", "ab"[k % 2]))
            seen.append(moment.perception)
        found.append(float(np.mean(seen[-2:])))
    assert (found[0] < found[1] - 0.1) is lower


def test_p8_a_better_market_lowers_perception(plain: Any) -> None:
    parameters = plain(context=("market",), gamma=np.array([0.5]))
    _, same = reference.step(
        parameters, reference.prior(parameters), Event(0.0, "direct", "a", context=(0.0,))
    )
    _, worse = reference.step(
        parameters, reference.prior(parameters), Event(0.0, "direct", "a", context=(1.0,))
    )
    assert worse.perception < same.perception
    assert worse.disconfirmation == pytest.approx(same.disconfirmation - 0.5)


def test_p9_first_impressions(plain: Any, traced: Any) -> None:
    """A known first contact moves more than the twentieth; a first low rating alone moves less."""
    parameters = plain(phi=1.0, lam=1.0, theta=np.array([6.5]), **SURE)
    fresh = State(np.array([0.0, 7.5, 0.0]), np.zeros((3, 3)), 0.0, 0)
    used = replace(fresh, n=19)
    first, _ = reference.step(parameters, fresh, Event(0.0, "direct", "a"))
    later, _ = reference.step(parameters, used, Event(0.0, "direct", "a"))
    assert first.m[1] < later.m[1] < 7.5
    assert first.m[2] < later.m[2] < 0.0
    rated, _ = traced(2.0, 0.0)
    rated = rated.with_(theta=np.full(5, 7.5), theta_bar=7.5, kappa=np.full(5, 0.3))
    low = {"told": 4.0}
    alone, first_moment = reference.step(
        rated, reference.prior(rated), Event(0.0, "direct", "b", ratings=low)
    )
    steady, _ = reference.replay_events(
        rated, [Event(float(k), "direct", "b", ratings={"told": 7.5}) for k in range(20)]
    )
    after, moment = reference.step(rated, steady, Event(20.0, "direct", "b", ratings=low))
    assert alone.perception - 7.5 == pytest.approx(-1.2838, abs=5e-4)
    assert after.perception - moment.before == pytest.approx(-2.43, abs=0.05)
    # What the first answer will be is told less surely than what the next one will.
    assert first_moment.predicted_sd > moment.predicted_sd


def test_p10_a_missing_rating_is_no_rating(plain: Any) -> None:
    parameters = plain(theta=np.array([6.0]))
    prior = reference.prior(parameters)
    silent, moment = reference.step(parameters, prior, Event(0.0, "direct", "a"))
    neutral, _ = reference.step(parameters, prior, Event(0.0, "direct", "a", ratings={"told": 7.05}))
    assert moment.log_density == 0.0
    assert moment.experience == pytest.approx(6.0)
    assert silent.m[1] < 7.5
    assert silent.C[0, 0] == prior.C[0, 0]
    assert neutral.C[0, 0] < prior.C[0, 0]


def test_p11_order_of_arrival_does_not_matter(plain: Any, as_table: Any) -> None:
    parameters = plain()
    events = [Event(float(day), "direct", "a", ratings={"told": 5.0 + day % 4}) for day in range(30)]
    table = as_table({"k": events, "l": events[:7]})
    mixed = table.take(pa.array(np.random.default_rng(5).permutation(table.num_rows)))
    assert replay(mixed, parameters).equals(replay(table, parameters))


@pytest.mark.parametrize("compiled", [True, False], ids=["numba", "numpy"])
def test_p12_the_scale_is_a_convention(compiled: bool, plain: Any, as_table: Any) -> None:
    a, b = 20.0, 3.0
    small = plain(("a", "b"), theta=np.array([7.0, 8.0]), xi=0.4, v_d=0.1, s_e2=0.001)
    large = small.with_(
        theta=a + b * small.theta, theta_bar=a + b * small.theta_bar, e0=a + b * small.e0,
        valence_points=b * small.valence_points, s_e2=b * b * small.s_e2, v_d=b * b * small.v_d,
        **{name: b * getattr(small, name) for name in ("sigma_u", "sigma_e", "sigma_r", "s_b", "s_e0")},
    )  # fmt: skip

    def events(scale: Any) -> list[Event]:
        return [
            Event(0.0, "direct", "a", ratings={"told": scale(6.0)}),
            Event(3.0, "indirect", valence=-0.5),
            Event(9.0, "direct", "b"),
            Event(30.0, "survey", ratings={"whole": scale(8.0)}),
        ]

    one = replay(as_table({"k": events(lambda y: y)}), small, compiled=compiled)
    other = replay(as_table({"k": events(lambda y: a + b * y)}), large, compiled=compiled)
    P = one.column("perception").to_numpy()
    assert other.column("perception").to_numpy() == pytest.approx(a + b * P, abs=1e-9)
