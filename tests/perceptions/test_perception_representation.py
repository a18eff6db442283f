"""Who answers: the raked mean is that of everybody; countries are corrected by anchors only."""

import numpy as np
import pyarrow as pa
import pytest

from made_up.events import event, events_of
from vivencia.perceptions import groups, perceptions_plan
from vivencia.perceptions.columns import columns_of
from vivencia.perceptions.countries import countries_plan
from vivencia.perceptions.filter import filter_events
from vivencia.perceptions.lives import Lives
from vivencia.perceptions.parameters import defaults
from vivencia.perceptions.representation import count, finish, representation_plan
from vivencia.signals.arrow import table_of
from vivencia.words.shapes.signals import PROMISES


def lives(customers: int = 900, seed: int = 1, *, asked: bool = True) -> tuple[Lives, float]:
    """Customers who think little of the company answer four times as often; the true mean of all."""
    rng = np.random.default_rng(seed)
    rows, told, truth = [], {"answer": [], "perception": []}, []
    for c in range(customers):
        mind = float(rng.normal(7, 1.5))
        for e in range(5):
            would = mind + float(rng.normal(0, 0.5))
            answers = rng.uniform() < (0.6 if mind < 7 else 0.15)
            if e:
                truth.append(would)
            rows.append(event(f"c{c:04}", e, "shop" if e % 2 else "phone"))
            told["answer"].append(would if answers and asked else np.nan)
            told["perception"].append(mind + float(rng.normal(0, 0.3)))
    table = events_of(rows)
    columns = columns_of(table, defaults())
    found = filter_events(columns, defaults())
    for name, values in told.items():
        found.row(name)[:] = values
    return Lives(table, defaults(), columns, found), float(np.mean(truth))


def test_weighting_by_what_was_thought_before_mends_most_of_the_bend(engine):
    whole, truth = lives()
    engine.give("response_parts", count(whole))
    engine.run(representation_plan())
    found = {row["measure"]: row for row in engine.table("representation").to_pylist()}
    plain, raked = found["plain"], found["raked"]
    assert plain["high"] < truth
    assert abs(raked["value"] - truth) < 0.35 * abs(plain["value"] - truth)
    assert found["shift"]["low"] > 0
    assert found["answered_low"]["value"] > 2 * found["answered_high"]["value"]
    assert 1.1 < found["deff"]["value"] < 2.0
    assert (plain["customers"], found["answered"]["n"]) == (900, 3600)
    alone = {row["measure"]: row for row in finish(groups.add({}, count(whole), {}), {}).to_pylist()}
    assert alone.keys() == found.keys()
    for name, row in found.items():
        assert row["value"] == pytest.approx(alone[name]["value"], abs=1e-9)


def test_where_nobody_was_asked_nothing_is_said(engine):
    silent, _ = lives(20, asked=False)
    engine.give("response_parts", count(silent))
    engine.run(representation_plan())
    assert engine.rows("representation") == 0


def answered(country: str, value: float, instrument: str, number: int) -> dict:
    return event(f"{country}{number:03}", 0, "shop", country=country, ratings={instrument: value})


def events(anchored: bool) -> pa.Table:
    """Both countries live the same (6.5); Spain says one more, half as wide again, of anchors too."""
    rng = np.random.default_rng(7)
    rows = []
    for number in range(300):
        said, anchor = rng.normal(6.5, 1), rng.normal(5.5, 1)
        rows.append(answered("PT", float(said), "experienced", number))
        rows.append(answered("ES", float(5.5 + 1.0 + 1.5 * (said - 5.5)), "experienced", number))
        if anchored:
            rows.append(answered("PT", float(anchor), "vignette", number))
            rows.append(answered("ES", float(5.5 + 1.0 + 1.5 * (anchor - 5.5)), "vignette", number))
    return events_of(rows)


SCALES = pa.table(
    {
        "instrument": ["experienced", "vignette"], "family": ["own", "own"],
        "target": ["experience", "experience"], "low": [-50.0, -50.0], "high": [50.0, 50.0],
        "slope": [1.0, 1.0], "intercept": [0.0, 0.0], "noise": [0.0, 0.0],
    }
)  # fmt: skip


@pytest.mark.parametrize("anchored", [True, False])
def test_countries_are_corrected_by_anchors_and_by_nothing_else(engine, anchored):
    engine.give("events", events(anchored))
    engine.give("instruments", SCALES)
    engine.give("promises", table_of(PROMISES, []))
    engine.run(perceptions_plan(sample=0, anchors=("vignette",)))
    engine.run(countries_plan())
    spain, portugal = engine.table("countries").to_pylist()
    assert (spain["country"], spain["n"], spain["customers"]) == ("ES", 300, 300)
    assert spain["mean"] > 7.8
    if not anchored:
        assert spain["corrected"] is None
        assert not spain["reference"]
        assert not portugal["reference"]
        return
    assert (portugal["reference"], portugal["corrected"]) == (True, portugal["mean"])
    assert spain["corrected"] == pytest.approx(portugal["mean"], abs=1e-6)
    assert spain["corrected_low"] < 6.5 < spain["corrected_high"]
    assert spain["anchors"] == 300
