"""The derivatives of the filter are its own: what small steps of every free number change."""

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pytest

from made_up.promised import promising_company
from vivencia.perceptions.columns import Columns, columns_of
from vivencia.perceptions.compiled import COMPILED
from vivencia.perceptions.coordinates import Counts, Space, coordinates
from vivencia.perceptions.derivatives import derive, fits
from vivencia.perceptions.filter import filter_events
from vivencia.perceptions.fit import by_differences, look, on_scale
from vivencia.perceptions.levels import _exactly, _means
from vivencia.perceptions.parameters import HINGE, Floats
from vivencia.perceptions.reference import Event

KEYS = ("csat5", "stars", "nps", "csat_overall", "expected_csat5", "emotion")
pytestmark = pytest.mark.skipif(not COMPILED, reason="without numba differences are taken")


def lives(rng: np.random.Generator, customers: int = 40, events: int = 14) -> dict[str, list[Event]]:
    """Contacts here and nowhere, some minutes apart, hearsay, surveys; answers to every question."""

    def said() -> dict[str, float]:
        return {key: float(rng.integers(1, 6)) for key in KEYS if rng.random() < 0.2}

    def one(day: float) -> Event:
        kind = rng.random()
        if kind < 0.1:
            return Event(day, "indirect", "c", {}, said(), float(rng.uniform(-1, 1)))
        if kind < 0.2:
            return Event(day, "survey", "b", {}, {"nps": float(rng.integers(0, 11))})
        measures = {"wait": float(rng.uniform(0, 4)), "price": float(rng.uniform(-1, 1))}
        goal = str(rng.choice(["", "buy", "ask"]))
        place = str(rng.choice(["a", "b", "c", "nowhere"], p=(0.4, 0.3, 0.2, 0.1)))
        return Event(day, "direct", place, measures, said(), None, (float(rng.normal()),), goal)

    days = [np.sort(rng.choice(60, events) + rng.integers(0, 30, events) / 1440) for _ in range(customers)]
    return {f"c{i:03d}": [one(float(day)) for day in own] for i, own in enumerate(days)}


def differences(function: Callable[[Floats], Floats], x: Floats, j: int, step: float) -> Floats:
    up, down = x.copy(), x.copy()
    up[j] += step
    down[j] -= step
    found: Floats = (function(up) - function(down)) / (2 * step)
    return found


@pytest.mark.parametrize("episode_s", [0.0, 1800.0])
def test_every_number_moves_the_answers_and_the_levels_as_its_derivatives_say(
    episode_s: float, as_table: Callable[..., pa.Table]
) -> None:
    p = promising_company(KEYS, episode_s=episode_s)
    columns: Columns = columns_of(as_table(lives(np.random.default_rng(5)), ("market",)), p)
    space = Space(p, coordinates(p, columns, 2.0, without=frozenset()), Counts.of(p, columns).volume)
    names = {one.key[0] for one in space.coordinates}
    assert {"lam", "tau", "phi", "pi", "gamma", "theta", "kappa", "beta", "hinge", "gain", "noise"} <= names
    assert p.features[0, 0, HINGE] != 0.0
    x = space.start()
    found = derive(columns, space, x)
    there, _ = _means(columns, p)
    levels = _exactly(columns, space, x, there)

    def likelihood(at: Floats) -> Floats:
        return filter_events(columns, space.parameters(at), write=False).log_likelihood

    def means(at: Floats) -> Floats:
        return _means(columns, space.parameters(at))[1]

    assert np.array_equal(found.log_likelihood, likelihood(x))
    for j, one in enumerate(space.coordinates):
        by_steps = differences(likelihood, x, j, 1e-6)
        assert np.allclose(found.scores[:, j], by_steps, rtol=1e-5, atol=1e-6 * np.abs(by_steps).max()), one
        moved = differences(means, x, j, 1e-6)
        assert np.allclose(levels[j], moved, rtol=1e-5, atol=1e-7), one


def test_the_information_is_that_of_differences_and_those_are_taken_where_there_are_no_lanes(
    as_table: Callable[..., pa.Table], monkeypatch: pytest.MonkeyPatch
) -> None:
    p = promising_company(KEYS)
    columns = columns_of(as_table(lives(np.random.default_rng(6)), ("market",)), p)
    space = Space(p, coordinates(p, columns, 2.0, without=frozenset()), Counts.of(p, columns).volume)
    x, y = space.start(), on_scale(columns, p)
    exact, by_steps = look(columns, space, x, y), by_differences(columns, space, x, y)
    scale = np.sqrt(np.outer(np.diagonal(by_steps.information), np.diagonal(by_steps.information)))
    assert np.abs(exact.information - by_steps.information).max() < 1e-3 * scale.max()
    assert (np.abs(exact.information - by_steps.information) <= 1e-3 * scale).all()
    assert exact.value == pytest.approx(by_steps.value, abs=1e-9)
    assert np.abs(exact.gradient - by_steps.gradient).max() < 1e-3 * np.abs(by_steps.gradient).max()
    monkeypatch.setattr("vivencia.perceptions.tangents.LANES", space.size + 1)
    assert not fits(space)
    assert np.array_equal(look(columns, space, x, y).gradient, by_steps.gradient)
