"""Drivers of several outcomes, penalty and reward, necessity: one sample of customers, four tables."""

import numpy as np
import pyarrow as pa
import pytest

from made_up.moments import catalogue, moments, run_fold
from made_up.small_tables import instruments
from vivencia.weights import perception_weights_plan
from vivencia.words.shapes.weights import ASYMMETRIES, BOTTLENECKS, DRIVERS


def run(name, table, p, **options):
    fold = perception_weights_plan(**options).nodes[-1]
    return run_fold(fold, [table], gives=name, touchpoints=catalogue(p))


def put(table, name, values):
    return table.set_column(table.column_names.index(name), name, pa.array(values, table[name].type))


def rows_of(table, **wanted):
    return [row for row in table.to_pylist() if all(row[name] == value for name, value in wanted.items())]


def test_each_outcome_has_its_own_drivers():
    """Recommendation follows the first touchpoint, satisfaction the second, leaving the third."""
    n, rng = 1500, np.random.default_rng(100)
    table = moments((0.6, 0.0, 0.0), customers=n, seed=1, touch=1.0)
    survey = np.array(table["role"].to_pylist()) == "survey"
    lived = table["disconfirmation"].to_numpy(zero_copy_only=False)[~survey].reshape(n, 3)
    nps = table["overall"].to_numpy(zero_copy_only=False)[survey]
    csat = 3 + 0.5 * lived[:, 1] + rng.normal(size=n)
    said = iter([[("nps", a), ("csat_overall", b)] for a, b in zip(nps, csat, strict=True)])
    ratings = [next(said) if asked else [] for asked in survey]
    kinds = np.array(table["kind"].to_pylist(), dtype=object)
    left = lived[:, 2] + rng.normal(size=n) < -1
    kinds[np.flatnonzero(survey)[left]] = "churn"  # the last event of those who leave
    found = run("drivers", put(put(table, "ratings", ratings), "kind", kinds), 3)
    assert found.column_names == list(DRIVERS.names)
    called = {
        outcome: [row["driver"] for row in rows_of(found, outcome=outcome)]
        for outcome in ("recommendation", "satisfaction", "loyalty")
    }
    assert called == {
        "recommendation": [True, False, False],
        "satisfaction": [False, True, False],
        "loyalty": [False, False, True],
    }
    # csat_overall runs from 1 to 5: half a raw point is 1.25 of ten.
    assert rows_of(found, outcome="satisfaction")[1]["effect"] == pytest.approx(1.25, abs=0.15)
    assert rows_of(found, outcome="loyalty")[0]["n"] == n


def test_when_nobody_left_there_is_no_driver_of_loyalty():
    found = run("drivers", moments((0.5, 0.2), customers=200), 2)
    assert {row["reason"] for row in rows_of(found, outcome="loyalty")} == {"constant"}
    assert rows_of(found, outcome="satisfaction") == []


def bent(customers=4000, seed=3):
    """The first touchpoint only punishes, the second only rewards, the third does neither."""
    table = moments((0.0, 0.0, 0.0), customers=customers, seed=seed, touch=1.0, halo=0.0)
    survey = np.array(table["role"].to_pylist()) == "survey"
    lived = table["experience"].to_numpy(zero_copy_only=False)[~survey].reshape(customers, 3)
    noise = 0.5 * np.random.default_rng(100 + seed).normal(size=customers)
    overall = 6 + 1.0 * np.minimum(lived[:, 0] - 7, 0) + 1.0 * np.maximum(lived[:, 1] - 7, 0) + noise
    values = np.full(table.num_rows, np.nan)
    values[survey] = overall
    return put(table, "overall", pa.array(values, from_pandas=True))


def limited(customers=600, seed=3):
    """The judgement is never above what was lived at the second touchpoint, whatever the first was like."""
    table = moments((0.0, 0.0), customers=customers, seed=seed, touch=1.0)
    survey = np.array(table["role"].to_pylist()) == "survey"
    rng = np.random.default_rng(seed)
    lived, free = rng.uniform(0, 10, (customers, 2)), rng.uniform(0, 10, customers)
    experience, overall = np.zeros(table.num_rows), np.full(table.num_rows, np.nan)
    experience[~survey] = lived.ravel()
    overall[survey] = np.minimum(free, lived[:, 1])
    return put(put(table, "experience", experience), "overall", pa.array(overall, from_pandas=True))


def test_punishing_and_rewarding_touchpoints_are_told_apart():
    found = run("asymmetries", bent(), 3)
    assert found.column_names == list(ASYMMETRIES.names)
    first, second, third = found.to_pylist()
    assert (first["kind"], second["kind"]) == ("basic", "excitement")
    assert first["asymmetry_low"] <= first["asymmetry"] <= first["asymmetry_high"]
    assert third["kind"] == "unclear"


def test_what_is_necessary_is_called_so():
    free, bound = run("asymmetries", limited(), 2).to_pylist()
    assert (free["necessary"], bound["necessary"]) == (False, True)
    assert bound["necessity"] > 0.3 > 0.1 > free["necessity"]


def test_the_bottleneck_is_the_necessary_touchpoint():
    found = run("bottlenecks", limited(), 2)
    assert found.column_names == list(BOTTLENECKS.names)
    rows = found.to_pylist()
    assert {row["touchpoint"] for row in rows} == {"t01"}
    # The judgement was never above what was lived there, so to reach a level takes at least that level.
    assert all(row["level"] <= row["needed"] for row in rows)
    assert [row["needed"] for row in rows] == sorted(row["needed"] for row in rows)


@pytest.mark.parametrize("customers", [3, 25])
def test_few_customers_are_withheld(customers):
    found = run("asymmetries", moments((0.5, 0.2), customers=customers, touch=1.0), 2).to_pylist()
    assert [(row["kind"], row["necessary"], row["penalty"]) for row in found] == [("unclear", None, None)] * 2
    assert run("bottlenecks", moments((0.5, 0.2), customers=customers), 2).num_rows == 0


def test_nothing_at_all():
    empty = moments((0.5, 0.2), customers=4).slice(0, 0)
    assert run("drivers", empty, 2).num_rows == 0
    assert [row["kind"] for row in run("asymmetries", empty, 2).to_pylist()] == ["unclear", "unclear"]


def test_one_customer_with_many_visits():
    """A customer of ten thousand visits beside two hundred ordinary ones changes nothing in form."""
    table = moments((0.5, 0.2), customers=200, touch=1.0)
    one = table.filter(pa.compute.equal(table["customer"], "c000000"))
    survey = pa.compute.equal(one["role"], "survey")
    many = pa.concat_tables([one.filter(pa.compute.invert(survey))] * 5000 + [one.filter(survey)])
    rest = table.filter(pa.compute.not_equal(table["customer"], "c000000"))
    found = run("perception_weights", pa.concat_tables([many, rest]), 2).to_pylist()
    assert all(row["share"] is not None and row["n"] == 200 for row in found)


def test_the_same_rating_from_everybody_neither_costs_nor_wins_nor_is_needed():
    table = bent(1200)
    second = np.array(table["touchpoint"].to_pylist()) == "t01"
    for name, same in (("experience", 7.0), ("disconfirmation", 0.0)):
        table = put(table, name, np.where(second, same, table[name].to_numpy(zero_copy_only=False)))
    first, alike, _ = run("asymmetries", table, 3).to_pylist()
    assert (first["kind"], alike["kind"]) == ("basic", "unclear")
    assert (alike["penalty"], alike["asymmetry"], alike["necessary"]) == (None, None, False)
    assert {row["touchpoint"] for row in run("bottlenecks", table, 3).to_pylist()} <= {"t00"}
    driven = rows_of(run("drivers", table, 3), outcome="recommendation")
    assert [row["reason"] for row in driven] == [None, "constant", None]


def test_twins_that_cannot_be_told_apart_cost_the_same_each():
    """The same answers at two touchpoints: what they cost together is halved, neither is preferred."""
    table = bent(1200)
    first = table.filter(pa.compute.equal(table["touchpoint"], "t00"))
    twin = put(first, "touchpoint", ["t03"] * first.num_rows)
    place = pa.array([0] * table.num_rows + [-1] * twin.num_rows)
    both = pa.concat_tables([table, twin]).append_column("place", place)
    both = both.sort_by([("customer", "ascending"), ("place", "ascending")]).drop_columns(["place"])
    alone = run("asymmetries", table, 3).to_pylist()[0]
    one, *_, other = run("asymmetries", both, 4).to_pylist()
    assert one["penalty"] == pytest.approx(other["penalty"])
    assert one["penalty"] + other["penalty"] == pytest.approx(alone["penalty"], rel=0.02)
    assert (one["kind"], other["kind"]) == ("basic", "basic")
    driven = rows_of(run("drivers", both, 4), outcome="recommendation")
    assert driven[0]["share"] == pytest.approx(driven[3]["share"], abs=1e-6)


def test_both_engines_agree(engine):
    table = moments((0.5, 0.2), customers=150, seed=12)
    given = table.append_column("source", pa.array(["s"] * table.num_rows))
    given = given.append_column("id", pa.array([f"{row:06d}" for row in range(table.num_rows)]))
    engine.give("moments", given.drop_columns(["kind", "ratings"]))
    engine.give("events", given.select(["customer", "at", "source", "id", "kind", "ratings"]))
    engine.give("states", pa.table({"customer": sorted(set(table["customer"].to_pylist()))}))
    engine.give("touchpoints", catalogue(2))
    engine.give("instruments", instruments("nps", "csat_overall"))
    engine.run(perception_weights_plan())
    for name in ("drivers", "asymmetries", "bottlenecks"):
        assert engine.table(name).to_pydict() == run(name, table, 2).to_pydict()
