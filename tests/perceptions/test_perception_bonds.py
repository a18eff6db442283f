"""Bond and loyalty: known slopes are found, peaks are recalled only where answers prove it."""

from datetime import timedelta

import numpy as np
import pyarrow as pa
import pytest

from made_up.events import BEGIN, event, events_of
from vivencia.perceptions import groups, perceptions_plan
from vivencia.perceptions.bonds import bonds_plan, finish, follow
from vivencia.perceptions.lives import lives_of
from vivencia.perceptions.table import to_table
from vivencia.signals.arrow import table_of
from vivencia.words.shapes.signals import PROMISES


@pytest.fixture
def side(plain):
    scales = pa.table(
        {
            "instrument": ["experienced", "whole"], "family": ["own", "own"],
            "target": ["experience", "relationship"], "low": [-1e9, -1e9], "high": [1e9, 1e9],
            "slope": [1.0, 1.0], "intercept": [0.0, 0.0], "noise": [0.0, 0.0],
        }
    )  # fmt: skip

    def make(days: float = 400, **changes):
        names = ("experienced", "whole")
        p = plain(("shop",), instruments=names, **changes)
        horizon = pa.table({"at": pa.array([BEGIN + timedelta(days=days)], pa.timestamp("us", "UTC"))})
        return {"parameters": to_table(p), "instruments": scales, "horizon": horizon}

    return make


def loyalty(events, side):
    _, parts, _ = follow(lives_of(events, side), side["horizon"])
    return {row["outcome"]: row for row in finish(groups.add({}, parts, side), side).to_pylist()}


def test_each_customer_has_a_bond_and_remembers_what_moved_them_most(side):
    events = events_of(
        [
            event("ana", 0, "shop", ratings={"experienced": 7.0}),
            event("ana", 5, "shop", ratings={"experienced": 1.0}),
            event("ana", 9, "shop", ratings={"experienced": 7.4}),
            event("bia", 3, "survey", kind="survey", ratings={"whole": 8.0}),
        ]
    )
    given = side()
    states, *_ = follow(lives_of(events, given), given["horizon"])
    ana, bia = states.to_pylist()
    assert (ana["peak_touchpoint"], ana["peak_at"]) == ("shop", BEGIN + timedelta(days=5))
    assert ana["peak"] < -1.0
    assert (bia["peak"], bia["peak_touchpoint"]) == (0.0, None)


def test_moments_are_one_a_month_and_need_ninety_days_to_be_known(side):
    events = events_of(
        [
            event("ana", 0, "shop", kind="purchase"),
            event("ana", 40, "shop", kind="purchase"),
            event("ana", 70, "shop"),
            event("ana", 390, "shop"),  # ninety days on nobody knows yet
            event("bia", 0, "shop"),
            event("bia", 60, "shop", kind="churn"),
        ]
    )
    found = loyalty(events, side())
    # Ana's moments of days 0, 40, 70; Bia's of day 0, who then left; her goodbye is no moment.
    assert (found["stay"]["n"], found["stay"]["mean"]) == (4, 0.75)
    assert (found["repeat"]["n"], found["repeat"]["mean"]) == (3, pytest.approx(1 / 3))
    assert found["advocacy"]["mean"] == 0.0
    assert "satisfaction" not in found


def test_a_known_slope_is_found_with_its_interval(side):
    rng = np.random.default_rng(8)
    rows = []
    for c in range(600):
        lived = float(rng.uniform(3, 10))
        rows.append(event(f"c{c:03}", 0, "shop", kind="purchase", ratings={"experienced": lived}))
        rows.append(event(f"c{c:03}", 1, "shop", ratings={"experienced": lived}))
        if rng.uniform() < 0.1 * lived - 0.2:
            rows.append(event(f"c{c:03}", 20, "shop", kind="purchase"))
    given = side(sigma_u=0.01, sigma_e=0.01, h=0.0, s_b=1e-6, xi=0.0, eta=0.9, lam=1.0)
    table = events_of(rows)
    found = loyalty(table, given)["repeat"]
    # The perception is nearly what was lived: 0.93 of it in E and 0.3 of the rest in D, by the filter.
    from vivencia.perceptions import replay
    from vivencia.perceptions.table import from_table

    P = replay(table, from_table(given["parameters"], given["instruments"]))
    moved = np.array(P.column("perception").to_pylist())
    spread = moved[np.array(table.column("at").to_pylist()) == BEGIN + timedelta(days=1)]
    lived = np.array([row["ratings"]["experienced"] for row in rows if "ratings" in row][1::2])
    expected = 0.1 * np.cov(lived, spread)[0, 1] / np.var(spread)
    assert found["low"] < expected < found["high"]
    assert found["low"] > 0


def test_a_peak_counts_in_the_bond_only_where_answers_prove_it(engine, side):
    rng = np.random.default_rng(4)

    def life(recall):
        rows = []
        for c in range(120):
            fall = float(rng.uniform(0, 6))
            rows.append(event(f"c{c:03}", 0, "shop", ratings={"experienced": 7.5 - fall}))
            answer = 7.5 - recall * fall + float(rng.normal(0, 0.3))
            rows.append(event(f"c{c:03}", 300, "survey", kind="survey", ratings={"whole": answer}))
        return events_of(rows)

    given = side(eta=0.0, h=0.0, tau=20.0, sigma_u=0.1, sigma_e=0.1, s_b=0.1, s_e0=0.1)
    proven, none = life(0.6), life(0.0)
    engine.give("parameters", given["parameters"])
    engine.give("instruments", given["instruments"])
    engine.give("promises", table_of(PROMISES, []))
    for table, counts in ((proven, True), (none, False)):
        engine.give("events", table)
        engine.run(perceptions_plan(given=True))
        engine.run(bonds_plan())
        recall = next(row for row in engine.table("loyalty").to_pylist() if row["outcome"] == "recall")
        assert (recall["low"] > 0) is counts
        bonds = engine.table("bonds").to_pylist()
        states, *_ = follow(lives_of(table, given), given["horizon"])
        for row, was in zip(bonds, states.to_pylist(), strict=True):
            added = recall["slope"] * was["peak"] if counts else 0.0
            assert row["bond"] == pytest.approx(was["expectation"] + added)


def test_peaks_are_counted_beside_what_contacts_alone_would_give(engine, side):
    """Ana was at the shop three times of four, so by contacts alone it would be the shop at 3 to 1."""
    given = side()
    for name in ("parameters", "instruments"):
        engine.give(name, given[name])
    engine.give("promises", table_of(PROMISES, []))
    rated = {"experienced": 7.2}
    engine.give(
        "events",
        events_of(
            [
                event("ana", 0, "shop", ratings=rated),
                event("ana", 1, "shop", ratings=rated),
                event("ana", 2, "shop", ratings=rated),
                event("ana", 3, "phone", ratings={"experienced": 0.0}),
                # Contacts without an answer say little of what was lived: they are no rivals of one with.
                event("bia", 0, "phone"),
                event("bia", 1, "shop", ratings={"experienced": 10.0}),
                event("cai", 0, "survey", kind="survey", ratings={"whole": 8.0}),
            ]
        ),
    )
    engine.run(perceptions_plan(given=True))
    engine.run(bonds_plan())
    phone, shop = engine.table("peak_places").to_pylist()
    assert (phone["touchpoint"], phone["peaks"], phone["good"], phone["customers"]) == ("phone", 1, 0, 1)
    assert (shop["touchpoint"], shop["peaks"], shop["good"], shop["customers"]) == ("shop", 1, 1, 2)
    assert (phone["expected"], phone["spread"]) == pytest.approx((0.25, 0.1875))
    assert (shop["expected"], shop["spread"]) == pytest.approx((1.75, 0.1875))


def test_where_all_contacts_are_alike_peaks_are_where_contacts_are(side):
    """Those who come often all go to the app: peaks must not seem rare there for that."""
    rng = np.random.default_rng(12)
    rows = []
    for c in range(1500):
        often = c % 3 == 0
        for visit in range(20 if often else 2):
            where = "app" if rng.uniform() < (0.9 if often else 0.2) else "shop"
            rated = {"ratings": {"experienced": float(rng.normal(7, 1.5))}} if rng.uniform() < 0.6 else {}
            rows.append(event(f"c{c:04}", visit, where, **rated))
    given = side(eta=0.0, tau=1.0)
    places = follow(lives_of(events_of(rows), given), given["horizon"])[2].to_pylist()
    contacts = sum(row["touchpoint"] == "app" for row in rows) / len(rows)
    (app,) = (row for row in places if row["touchpoint"] == "app")
    people = sum(row["peaks"] for row in places)
    assert abs(app["peaks"] - app["expected"]) < 2.5 * app["spread"] ** 0.5
    # The plain share of contacts would be far off.
    assert abs(app["peaks"] - contacts * people) > 10 * app["spread"] ** 0.5
