"""The plan: literal rows in, literal rows out, the same on every engine."""

from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from vivencia.engines.embedded import EmbeddedEngine
from vivencia.perceptions import WRITES, coldstart, parameters_plan, perceptions_plan
from vivencia.perceptions.estimation import Estimation, shortened
from vivencia.perceptions.table import from_table, to_table
from vivencia.words.shapes import perceptions as shapes

NUMBERS = pa.map_(pa.string(), pa.float64())
DAY = 86_400_000_000
CATALOGUE = {
    "shop": ("purchase", "store", "direct", "purchase", "sales"),
    "delivery": ("delivery", "field", "direct", "use", "logistics"),
    "helpdesk": ("support", "phone", "direct", "service", "service"),
    "advert": ("awareness", "ad", "indirect", "advertising", None),
    "survey": ("loyalty", "email", "direct", "use", None),
}


def events(rows: list[tuple[Any, ...]]) -> pa.Table:
    """Rows of (customer, day, touchpoint, kind, ratings, measures, valence)."""
    rows = sorted(rows, key=lambda row: row[:2])
    n = len(rows)
    of = [CATALOGUE[row[2]] for row in rows]
    text = pa.string()
    return pa.table(
        {
            "customer": pa.array([row[0] for row in rows], text),
            "at": pa.array([1_767_225_600_000_000 + row[1] * DAY for row in rows], pa.timestamp("us", "UTC")),
            "source": ["made-up"] * n,
            "id": [f"{i:05d}" for i in range(n)],
            "kind": pa.array([row[3] for row in rows], text),
            "touchpoint": pa.array([row[2] for row in rows], text),
            "stage": pa.array([one[0] for one in of], text),
            "channel": pa.array([one[1] for one in of], text),
            "environment": pa.nulls(n, text),
            "contact": pa.array([one[2] for one in of], text),
            "form": pa.array([one[3] for one in of], text),
            "place": pa.array(["store:a" if row[2] == "shop" else None for row in rows], text),
            "department": pa.array([one[4] for one in of], text),
            "actor": pa.nulls(n, text),
            "account": pa.nulls(n, text),
            "segment": pa.array(["home"] * n, text),
            "role": pa.nulls(n, text),
            "country": pa.nulls(n, text),
            "goal": pa.nulls(n, text),
            "reached": pa.nulls(n, pa.bool_()),
            "outcome": pa.nulls(n, text),
            "measures": pa.array([list(row[5].items()) for row in rows], NUMBERS),
            "ratings": pa.array([list(row[4].items()) for row in rows], NUMBERS),
            "valence": pa.array([row[6] for row in rows], pa.float64()),
            "value": pa.nulls(n, pa.float64()),
            "polarity": pa.nulls(n, pa.float64()),
        }
    )


def touchpoints() -> pa.Table:
    return pa.table({"touchpoint": list(CATALOGUE), "stage": [one[0] for one in CATALOGUE.values()]})


def promises(*rows: tuple[str, str, str, float]) -> pa.Table:
    names = ("touchpoint", "measure", "operator", "threshold")
    types = (pa.string(), pa.string(), pa.string(), pa.float64())
    return pa.table({name: pa.array([row[i] for row in rows], types[i]) for i, name in enumerate(names)})


DAYS = promises(("delivery", "delay_days", "<=", 0.0))
SMALL = [
    ("ana", 0, "advert", "exposure", {}, {}, -1.0),
    ("ana", 1, "shop", "purchase", {"csat5": 5.0}, {}, None),
    ("ana", 3, "delivery", "interaction", {"stars": 1.0}, {"delay_days": 2.0}, None),
    ("ana", 40, "survey", "survey", {"nps": 6.0}, {}, None),
    ("bia", 2, "shop", "purchase", {}, {}, None),
    ("bia", 4, "delivery", "review", {"expected_stars": 5.0, "stars": 4.0}, {"delay_days": 0.0}, None),
    ("bia", 41, "survey", "survey", {"nps": 9.0}, {}, None),
    ("caio", 5, "delivery", "interaction", {"stars": 5.0}, {"delay_days": -1.0, "transfers": 1.0}, None),
    ("caio", 45, "survey", "survey", {"nps": 10.0}, {}, None),
]


def many(customers: int = 160, seed: int = 3) -> list[tuple[Any, ...]]:
    rng = np.random.default_rng(seed)
    rows: list[tuple[Any, ...]] = []
    for c in range(customers):
        day = 0
        for _ in range(6):
            day += int(rng.integers(1, 20))
            where = ("shop", "delivery", "helpdesk")[int(rng.integers(3))]
            late = float(rng.integers(-2, 6))
            level = {"shop": 4.2, "delivery": 3.8 - 0.3 * max(late, 0.0), "helpdesk": 3.0}[where]
            told = float(np.clip(round(level + rng.normal(0, 0.8)), 1, 5))
            ratings = {"csat5": told} if rng.random() < 0.8 else {}
            rows.append((f"c{c:04d}", day, where, "interaction", ratings, {"delay_days": late}, None))
    return rows


def run(engine: Any, rows: list[Any], instruments: pa.Table, sample: int = 0) -> Any:
    engine.give("events", events(rows))
    engine.give("touchpoints", touchpoints())
    engine.give("promises", DAYS)
    engine.give("instruments", instruments)
    engine.run(perceptions_plan(sample=sample))
    return engine


def test_moments_and_states(engine: Any, instruments: pa.Table) -> None:
    run(engine, SMALL, instruments)
    found = engine.table("moments").to_pylist()
    assert [(row["customer"], row["role"], row["rated"]) for row in found] == [
        ("ana", "indirect", False), ("ana", "direct", True), ("ana", "direct", True),
        ("ana", "survey", False),
        ("bia", "direct", False), ("bia", "direct", True), ("bia", "survey", False),
        ("caio", "direct", True), ("caio", "survey", False),
    ]  # fmt: skip
    assert [row["answer"] for row in found] == [None, 10.0, 0.0, None, None, 7.5, None, 10.0, None]
    assert [row["overall"] for row in found] == [None, None, None, 6.0, None, None, 9.0, None, 10.0]
    # What was heard was bad: −κ·λ·1; what was bought was better than expected, the delivery far worse.
    assert found[0]["jump"] == pytest.approx(-0.15 * 1.5)
    assert found[2]["disconfirmation"] < -2 < 0 < found[1]["disconfirmation"]
    states = engine.table("states").to_pylist()
    assert [(row["customer"], row["n"], row["segment"]) for row in states] == [
        ("ana", 2, "home"), ("bia", 2, "home"), ("caio", 1, "home"),
    ]  # fmt: skip
    assert states[0]["expectation"] + states[0]["residual"] == pytest.approx(found[3]["perception"])


def test_summaries(engine: Any, instruments: pa.Table) -> None:
    run(engine, SMALL, instruments)
    rows = {(row["dimension"], row["key"]): row for row in engine.table("summaries").to_pylist()}
    delivery = rows["touchpoint", "delivery"]
    assert (delivery["signals"], delivery["customers"], delivery["rated"]) == (3, 3, 3)
    assert delivery["experience"] == pytest.approx((0 + 7.5 + 10) / 3)
    assert delivery["gap"] == pytest.approx(delivery["experience"] - delivery["expectation"])
    # Three customers, one answer each: mean ± t(2)·sd/√3.
    half = 4.302652729911275 * float(np.std([0, 7.5, 10], ddof=1)) / np.sqrt(3)
    assert delivery["experience_high"] - delivery["experience"] == pytest.approx(half)
    assert (delivery["stated"], delivery["stated_expectation"]) == (1, 10.0)
    assert delivery["disappointed"] == pytest.approx(1 / 3)
    assert delivery["zone"] == "derived"
    assert delivery["zone_low"] < delivery["expectation"] < delivery["zone_high"]
    assert rows["month", "2026-02"]["zone"] is None
    assert rows["place", "store:a"]["signals"] == 2
    assert rows["department", "logistics"]["rated"] == 3
    assert rows["channel", "field"]["rated"] == rows["stage", "delivery"]["rated"] == 3
    assert rows["month", "2026-01"]["signals"] == 6
    assert rows["month", "2026-02"]["rated"] == 0
    assert rows["month", "2026-02"]["experience"] is None
    assert rows["touchpoint_month", "delivery|2026-01"]["rated"] == 3
    assert rows["all", ""]["signals"] == 9
    assert rows["segment", "home"]["customers"] == 3


def test_the_zone_of_tolerance_is_as_asked_where_enough_said_it(instruments: pa.Table) -> None:
    told = [4.0, 4.0, 5.0, 3.0, 4.0]
    rows = [
        (f"c{i}", 1, "delivery", "review", {"expected_stars": one, "stars": 4.0}, {}, None)
        for i, one in enumerate(told)
    ]
    with EmbeddedEngine() as engine:
        run(engine, rows, instruments)
        [row] = [one for one in engine.table("summaries").to_pylist() if one["dimension"] == "touchpoint"]
    assert (row["zone"], row["stated_expectation"]) == ("asked", pytest.approx(7.5))
    sd = float(np.std([2.5 * (one - 1) for one in told]))
    assert (row["zone_low"], row["zone_high"]) == (pytest.approx(7.5 - sd), pytest.approx(7.5 + sd))


def test_the_ends_of_the_zone_are_as_asked_where_enough_said_both(instruments: pa.Table) -> None:
    least, most = [3.0, 2.0, 3.0, 4.0, 3.0], [5.0, 4.0, 5.0, 5.0, 4.0]
    rows = [
        (
            f"c{i}",
            1,
            where,
            "review",
            {"adequate_stars": a, "desired_stars": d, "expected_stars": 4.0},
            {},
            None,
        )
        for i, (a, d) in enumerate(zip(least, most, strict=True))
        for where in ("delivery", "shop")[: 2 if i < 4 else 1]
    ]
    rows.append(("c9", 2, "delivery", "review", {"adequate_stars": 9.0, "stars": 4.0}, {}, None))
    plain = [
        (
            *row[:4],
            {key: value for key, value in row[4].items() if key in ("expected_stars", "stars")},
            *row[5:],
        )
        for row in rows
    ]
    found = []
    for told in (rows, plain):
        with EmbeddedEngine() as engine:
            run(engine, told, instruments)
            tables = engine.table("summaries").to_pylist(), engine.table("states").to_pylist()
        found.append(
            {row["key"]: row for row in tables[0] if row["dimension"] == "touchpoint"} | {"": tables[1]}
        )
    delivery, shop = found[0]["delivery"], found[0]["shop"]
    assert (delivery["zone"], delivery["adequate_n"], delivery["desired_customers"]) == ("ends_asked", 5, 5)
    assert (delivery["zone_low"], delivery["zone_high"]) == (5.0, 9.0)
    assert (delivery["adequate"], delivery["desired"]) == (5.0, 9.0)
    # Five customers, one answer each: mean ± t(4)·sd/√5.
    half = 2.7764451051977987 * float(np.std([5, 2.5, 5, 7.5, 5], ddof=1)) / np.sqrt(5)
    assert delivery["adequate_high"] - delivery["adequate"] == pytest.approx(half)
    # Four are too few for a zone of their own; what they said is told all the same.
    assert (shop["zone"], shop["adequate_n"], shop["adequate"]) == (None, 4, 5.0)
    # Standards are no expectations: nobody's state moves by them.
    assert [(row["expectation"], row["residual"]) for row in found[0][""]] == [
        (row["expectation"], row["residual"]) for row in found[1][""]
    ]


def test_scores(engine: Any, instruments: pa.Table) -> None:
    run(engine, SMALL, instruments)
    rows = {
        (row["dimension"], row["key"], row["instrument"], row["statistic"]): row
        for row in engine.table("scores").to_pylist()
    }
    nps = rows["all", "", "nps", "nps"]
    assert (nps["value"], nps["n"], nps["customers"]) == (pytest.approx(1 / 3), 3, 3)
    # Adjusted Wald of 1 detractor, 0 passives, 2 promoters: (1.75, 1.5, 2.75) of 6.
    centre, spread = 1 / 6, np.sqrt((4.5 / 6 - 1 / 36) / 6)
    assert nps["low"] == pytest.approx(centre - 1.959963984540054 * spread)
    assert rows["touchpoint", "delivery", "stars", "mean"]["value"] == pytest.approx(10 / 3)
    assert rows["touchpoint", "delivery", "stars", "top_two"]["value"] == pytest.approx(2 / 3)
    assert rows["all", "", "nps", "mean"]["value"] == pytest.approx(25 / 3)


def test_promises_kept(engine: Any, instruments: pa.Table) -> None:
    run(engine, SMALL, instruments)
    kept, other = engine.table("promises_kept").to_pylist()
    assert (kept["touchpoint"], kept["measure"], kept["operator"], kept["threshold"]) == (
        "delivery", "delay_days", "<=", 0.0
    )  # fmt: skip
    assert (kept["n"], kept["median"], kept["kept"]) == (3, 0.0, pytest.approx(2 / 3))
    assert kept["p90"] == pytest.approx(1.6)
    assert (kept["experience_kept"], kept["experience_broken"]) == (8.75, 0.0)
    assert (kept["rated_kept"], kept["rated_broken"]) == (2, 1)
    assert (other["measure"], other["kept"], other["mean"]) == ("transfers", None, 1.0)


def test_cold_start_says_where_it_comes_from(engine: Any, instruments: pa.Table) -> None:
    run(engine, many(), instruments)
    rows = {
        (row["name"], row["touchpoint"], row["item"]): row for row in engine.table("parameters").to_pylist()
    }
    assert rows["lam", "", ""]["origin"] == "default"
    assert engine.table("segment_parameters").num_rows == 0
    assert rows["theta", "helpdesk", ""]["origin"] == "data"
    assert rows["kappa", "helpdesk", ""]["value"] == 0.5
    assert rows["kappa", "shop", ""]["value"] == 0.3
    p = from_table(engine.table("parameters"), instruments)
    assert p.theta[p.touchpoints.index("helpdesk")] < p.theta[p.touchpoints.index("shop")]
    # Being late costs: the slope beyond the promise is found, −0.3 of 5 stars a day, freed of the halo.
    late = p.features[p.touchpoints.index("delivery"), p.measures.index("delay_days")]
    assert late[0] + late[4] == pytest.approx(-0.3 * 2.5 / 0.7, abs=0.35)


def test_the_fit_is_used_where_enough_customers_answered(instruments: pa.Table) -> None:
    with EmbeddedEngine() as engine:
        run(engine, many(), instruments, sample=120)
        rows = {(r["name"], r["touchpoint"], r["item"]): r for r in engine.table("parameters").to_pylist()}
        assert rows["lam", "", ""]["origin"] == "fitted"
        assert rows["lam", "", ""]["se"] > 0
        assert rows["lam", "", ""]["n"] > 300
        level = {key[1]: row["value"] for key, row in rows.items() if key[::2] == ("level_se", "gap")}
        assert set(level) == {"", "shop", "delivery", "helpdesk"}
        for row in engine.table("summaries").to_pylist():
            if row["dimension"] == "touchpoint":
                half = (row["gap_high"] - row["gap"]) / 1.96
                assert level[row["key"]] < half < 3 * level[row["key"]]
        run(engine, many(60), instruments, sample=120)
        origins = set(engine.table("parameters").column("origin").to_pylist())
        assert origins == {"default", "data"}
        assert "level_se" not in engine.table("parameters").column("name").to_pylist()


def in_two_segments(table: pa.Table, customers: Any) -> pa.Table:
    """The events with the segment "firm" for these customers, "home" for the others."""
    segment = ["firm" if one in customers else "home" for one in table.column("customer").to_pylist()]
    return table.set_column(table.column_names.index("segment"), "segment", pa.array(segment))


def test_segments_that_do_not_differ_are_listed_at_the_pooled_number(
    engine: Any, instruments: pa.Table
) -> None:
    # Of twenty equal companies one is told apart by chance (the level is 5 %); this one is not.
    told = events(many(220, seed=4))
    engine.give("promises", DAYS)
    engine.give("instruments", instruments)
    engine.give("events", in_two_segments(told, {f"c{c:04d}" for c in range(0, 220, 2)}))
    engine.run(parameters_plan(sample=240))
    parameters = {
        (row["name"], row["touchpoint"], row["item"]): row["value"]
        for row in engine.table("parameters").to_pylist()
    }
    rows = engine.table("segment_parameters").to_pylist()
    names = ["e0", "eta", "kappa", "kappa", "kappa", "lam", "pi", "tau", "xi"]
    assert [(row["segment"], row["name"]) for row in rows] == [
        (segment, name) for segment in ("firm", "home") for name in names
    ]
    for row in rows:
        assert row["differs"] is False
        assert 100 <= row["customers"] <= 110
        pooled = parameters[row["name"], row["touchpoint"], row["item"]]
        assert row["value"] == row["pooled"] == pytest.approx(pooled)
        assert row["low"] < row["value"] < row["high"]
    # One segment alone, or one of fewer than a hundred, is compared with nobody.
    engine.give("events", in_two_segments(told, {f"c{c:04d}" for c in range(90)}))
    engine.run(parameters_plan(sample=240))
    assert engine.table("segment_parameters").num_rows == 0


def test_any_split_merged_in_any_order_gives_the_same_sample(instruments: pa.Table) -> None:
    table = events(many(90))
    side = {"instruments": instruments, "promises": DAYS}
    fold = Estimation(sample=40)
    whole = fold.add(fold.start(side), table, side)
    cuts = [0, 6 * 13, 6 * 14, 6 * 55, table.num_rows]
    parts = [fold.add(fold.start(side), table.slice(a, b - a), side) for a, b in pairwise(cuts)]
    other = fold.merge(fold.merge(parts[3], parts[0]), fold.merge(parts[2], parts[1]))
    assert whole.hashes.tolist() == other.hashes.tolist()
    assert [life.to_pylist() for life in whole.lives] == [life.to_pylist() for life in other.lives]
    assert (whole.eligible, len(whole.lives)) == (other.eligible, 40)
    one, two = (coldstart.finish(state.seen, side).to_pylist() for state in (whole, other))
    assert [row["value"] for row in one] == pytest.approx([row["value"] for row in two], rel=1e-9)


def test_nothing_answered_leaves_the_defaults(engine: Any, instruments: pa.Table) -> None:
    run(engine, [("ana", 0, "shop", "purchase", {}, {}, None)], instruments)
    assert set(engine.table("parameters").column("origin").to_pylist()) == {"default"}
    [moment] = engine.table("moments").to_pylist()
    assert (moment["expectation"], moment["experience"]) == (pytest.approx(7.0), pytest.approx(7.0))
    assert engine.table("scores").num_rows == 0
    assert engine.table("promises_kept").num_rows == 0


def test_parameters_survive_their_table(instruments: pa.Table) -> None:
    side = {"instruments": instruments, "promises": DAYS}
    table = coldstart.finish(coldstart.add(coldstart.start(side), events(many()), side), side)
    p = from_table(table, instruments)
    again = from_table(to_table(p), instruments)
    for name in ("theta", "kappa", "features", "scales", "gamma"):
        assert np.array_equal(getattr(p, name), getattr(again, name))
    assert (p.touchpoints, p.measures, p.lam, p.e0) == (
        again.touchpoints,
        again.measures,
        again.lam,
        again.e0,
    )


def test_what_the_plan_gives_is_what_the_room_declares() -> None:
    assert perceptions_plan().gives == tuple(shape.name for shape in WRITES)
    assert set(perceptions_plan().inputs) == {"events", "instruments", "promises"}
    assert shapes.MOMENTS in WRITES


def test_a_sample_of_long_lives_is_cut_where_they_are_longest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vivencia.perceptions.estimation.EVENTS", 100)
    lives = tuple(pa.table({"n": list(range(n))}) for n in (3, 50, 10, 40, 20, 1))
    assert [life.num_rows for life in shortened(lives)] == [3, 33, 10, 33, 20, 1]
    assert [life.num_rows for life in shortened(lives[2:])] == [10, 40, 20, 1]


def test_kanos_pairs_are_not_heard(instruments: pa.Table) -> None:
    asked = [(*row[:4], row[4] | {"kano_with": 5.0, "kano_without": 1.0}, *row[5:]) for row in SMALL]
    found = []
    for rows in (SMALL, asked):
        with EmbeddedEngine() as engine:
            run(engine, rows, instruments)
            found.append([engine.table(name).to_pylist() for name in ("states", "summaries", "scores")])
    assert found[0] == found[1]
