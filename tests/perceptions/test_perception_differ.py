"""Where customers differ in how strongly they react and how long they remember, intervals still cover."""

from typing import Any

import numpy as np
import pytest
from tests.perceptions.test_perception_fit import cold

from vivencia.perceptions import fit, reference
from vivencia.perceptions.columns import columns_of
from vivencia.perceptions.family import Variation, made_up
from vivencia.perceptions.filter import filter_events
from vivencia.perceptions.reference import Event

Z90 = 1.6448536269514722


@pytest.mark.slow
@pytest.mark.parametrize(("variation", "least", "most"), [("base", 0.0, 0.3), ("differ", 0.4, 0.9)])
def test_90_percent_intervals_cover_the_hidden_perception_and_the_answers(
    variation: Variation, least: float, most: float
) -> None:
    rng = np.random.default_rng(205)
    made, others = made_up(700, rng, variation), made_up(1_500, rng, variation)
    p = fit(made.events, cold(made)).parameters
    assert least <= p.omega <= most
    found = filter_events(columns_of(others.events, p), p)
    true = others.hidden.column("perception").to_numpy()
    hit = np.abs(found.row("perception") - true) <= Z90 * found.row("perception_sd")
    assert 0.88 <= np.mean(hit) <= 0.92
    surprise = found.row("surprise")
    assert 0.88 <= np.mean(np.abs(surprise[np.isfinite(surprise)]) <= Z90) <= 0.92


def test_what_differs_widens_the_state_and_leaves_its_mean(plain: Any) -> None:
    events = [Event(0.0, "direct", "a"), Event(30.0, "direct", "a")]
    same = {"theta": np.array([5.0]), "xi": 0.0}
    alike, differ = plain(**same), plain(**same, omega=0.5)
    one, _ = reference.replay_events(alike, events[:1])
    other, moments = reference.replay_events(differ, events[:1])
    assert other.m == pytest.approx(one.m)
    # E[ψ²] of the first contact, d ~ N(−2.5, 1 + 1.44): slope 1.5 nearly throughout.
    c1, c0, ve = reference.asymmetric_moments(-2.5, np.sqrt(2.44), 1.5)
    assert other.C[2, 2] - one.C[2, 2] == pytest.approx(0.25 * 0.3**2 * (c0**2 + c1**2 * 2.44 + ve))
    # What is left of a large D is less sure than what is left of none.
    later, _ = reference.step(differ, other, Event(30.0, "survey"))
    square = other.m[2] ** 2 + other.C[2, 2]
    rho = np.exp(-0.5)
    faded = rho**2 * other.C[2, 2] + differ.v_d * (1 - rho**2)
    assert later.C[2, 2] - faded == pytest.approx(0.25 * (0.5 * rho) ** 2 * square)
    assert moments[0].perception_sd > 0
