"""Covariates, promises and stated expectations set the standard before the event."""

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from tests.perceptions.test_perceptions_plan import DAYS, events, many, touchpoints

from vivencia.engines.embedded import EmbeddedEngine
from vivencia.perceptions import perceptions_plan, replay
from vivencia.perceptions.context import with_context
from vivencia.perceptions.parameters import HINGE, HINGE_CENTRE, SIGN, THRESHOLD, no_features
from vivencia.perceptions.reference import Event
from vivencia.signals.arrow import table_of
from vivencia.words.shapes.context import CONTEXT

KEYS = ("customer", "segment", "touchpoint", "place")


def context(*rows: tuple[str, int, dict[str, str], float]) -> pa.Table:
    """Rows of (name, day of January 2026, keys, value)."""
    return table_of(
        CONTEXT,
        [
            {"name": name, "at": datetime(2026, 1, day, tzinfo=UTC), "value": value, **keys}
            for name, day, keys, value in rows
        ],
    )


def test_the_newest_row_of_most_keys_holds() -> None:
    table = events(
        [
            ("ana", 0, "shop", "purchase", {}, {}, None), ("ana", 4, "shop", "purchase", {}, {}, None),
            ("ana", 9, "helpdesk", "interaction", {}, {}, None),
            ("bia", 4, "shop", "purchase", {}, {}, None), ("bia", 9, "shop", "purchase", {}, {}, None),
        ]
    )  # fmt: skip
    around = context(
        ("market", 3, {}, 100.0), ("market", 8, {}, 110.0),
        ("market", 6, {"touchpoint": "helpdesk"}, 50.0),
        ("market", 1, {"customer": "bia", "touchpoint": "shop"}, 7.0),
        ("rival", 5, {"segment": "home"}, 1.0),
        ("rival", 5, {"customer": "carla"}, 9.0),
    )  # fmt: skip
    found = with_context(table, around, ("market", "rival"))
    # Day 0 is 2026-01-01.
    assert np.nan_to_num(found.column("market").to_numpy(), nan=-1).tolist() == [-1, 100, 50, 7, 7]
    assert np.nan_to_num(found.column("rival").to_numpy(), nan=-1).tolist() == [-1, 1, 1, 1, 1]


def moved(days: int = 60) -> tuple[list[Any], pa.Table]:
    """Answers that are a star lower, of five, while a rival is cheaper; the rival moves every ten days."""
    rng = np.random.default_rng(5)
    rows = []
    for customer, day, where, kind, ratings, measures, valence in many(220):
        low = {key: float(np.clip(value - (day // 10) % 2, 1, 5)) for key, value in ratings.items()}
        rows.append((customer, day + int(rng.integers(0, 5)) * 0, where, kind, low, measures, valence))
    around = [
        {
            "name": "rival_cheaper",
            "at": datetime.fromtimestamp(1_767_225_600 + d * 86_400, UTC),
            "value": float(d // 10 % 2),
        }
        for d in range(0, 10 * days, 10)
    ]
    return rows, table_of(CONTEXT, around)


def test_an_effect_is_estimated_and_none_is_claimed_before(instruments: pa.Table) -> None:
    rows, around = moved()
    for sample in (0, 200):
        with EmbeddedEngine() as engine:
            given = {"events": events(rows), "touchpoints": touchpoints(), "promises": DAYS}
            for name, table in (given | {"instruments": instruments, "context": around}).items():
                engine.give(name, table)
            engine.run(perceptions_plan(sample=sample, context=True))
            found = {row["name"]: row for row in engine.table("parameters").to_pylist() if row["item"]}
        if sample == 0:
            assert (found["gamma"]["value"], found["gamma"]["origin"]) == (0.0, "default")
            assert found["context_centre"]["value"] == pytest.approx(0.5)
        else:
            assert found["gamma"]["value"] != 0.0
            assert found["gamma"]["origin"] == "fitted"
            assert found["gamma"]["se"] > 0


def test_a_promise_sets_the_standard(plain: Any, as_table: Any) -> None:
    """A delivery usually a day late: promised on time, being a day late disappoints as usual does not."""
    features = no_features(1, 1)
    # A point lost for each day beyond the promise; on the mean it is half a point.
    features[0, 0, [HINGE, HINGE_CENTRE, THRESHOLD, SIGN]] = (-1.0, 0.5, 0.0, 1.0)
    p = plain(measures=("delay",), features=features, xi=0.0, pi=1.0, lam=1.0)
    unpromised = p.with_(features=no_features(1, 1))
    event = Event(0.0, "direct", "a", {"delay": 0.5})
    [said] = replay(as_table({"k": [event]}), p).to_pylist()
    [usual] = replay(as_table({"k": [event]}), unpromised).to_pylist()
    assert said["experience"] == usual["experience"] == pytest.approx(7.5)
    assert usual["disconfirmation"] == pytest.approx(0.0)
    # The promise just kept would have been 8.0.
    assert said["disconfirmation"] == pytest.approx(-0.5)


def test_a_stated_expectation_is_an_observation_of_it(plain: Any, as_table: Any) -> None:
    p = plain(
        instruments=("told", "hoped"), s_b=0.0, s_e0=1.0, sigma_x=1.0,
        scales=np.array([[0.0, 0, 1, -9, 99, 0, 1, 0], [2.0, 0, 1, -9, 99, 0, 1, 0]]),
    )  # fmt: skip
    [row] = replay(as_table({"k": [Event(0.0, "direct", "a", ratings={"hoped": 9.5})]}), p).to_pylist()
    assert row["expectation"] == pytest.approx(8.5)
    assert row["expectation_sd"] == pytest.approx(np.sqrt(0.5))
    assert row["disconfirmation"] == pytest.approx(-1.0)
