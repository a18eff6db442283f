"""Answers taken apart: the parts add up, and are those a made-up company was made with."""

from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pytest

from vivencia.perceptions import groups, perceptions_plan
from vivencia.perceptions.family import instruments as instruments_of_family
from vivencia.perceptions.family import made_up
from vivencia.perceptions.lives import lives_of
from vivencia.perceptions.shares import finish, shares_plan, take_apart
from vivencia.perceptions.table import to_table
from vivencia.signals.arrow import table_of
from vivencia.words.shapes.context import CONTEXT
from vivencia.words.shapes.signals import PROMISES


@pytest.fixture(scope="module")
def company():
    made = made_up(1500, np.random.default_rng(11))
    truth = made.family
    side = {"parameters": to_table(truth.parameters()), "instruments": instruments_of_family()}
    n = made.events.num_rows
    events = made.events.append_column("segment", pa.array(["s"] * n))
    return truth, made, side, events


def shares(events, side):
    rows = finish(groups.add({}, take_apart(lives_of(events, side)), side), side).to_pylist()
    return {(row["dimension"], row["key"], row["part"]): row for row in rows}


def test_parts_add_up_to_the_whole(company):
    _, _, side, events = company
    found = shares(events, side)
    for key in {key[:2] for key in found}:
        total = sum(row["share"] for name, row in found.items() if name[:2] == key)
        assert total == pytest.approx(1.0, abs=1e-9)


def test_the_parts_are_those_the_company_was_made_with(company):
    truth, made, side, events = company
    found = shares(events, side)
    hidden = made.hidden
    y = hidden.column("would_say").to_numpy()
    rated = np.diff(events.column("ratings").combine_chunks().offsets.to_numpy()) > 0
    there = rated & np.isfinite(y) & np.isfinite(hidden.column("experience").to_numpy())
    style = hidden.column("style").to_numpy()

    def share(part):
        return np.cov(part[there], y[there])[0, 1] / np.var(y[there])

    for part, true in (("style", share(style)), ("facts", share(_facts(events, truth)))):
        row = found["all", "", part]
        assert row["low"] - 0.02 < true < row["high"] + 0.02, part
    assert found["touchpoint", "service", "place"]["share"] == pytest.approx(0.0, abs=1e-9)


def _facts(events, truth):
    codes = {"wait": truth.beta[0], "failure": truth.beta[1]}
    return np.array(
        [
            (1 - truth.h) * sum(codes[key] * value for key, value in row or [])
            for row in events.column("measures").to_pylist()
        ]
    )


def test_customers_may_be_split_as_one_likes(company):
    _, _, side, events = company
    whole = groups.add({}, take_apart(lives_of(events, side)), side)
    keys = events.column("customer").to_pylist()
    cut = next(i for i in range(len(keys) // 2, len(keys)) if keys[i] != keys[i - 1])
    first, second = (
        groups.add({}, take_apart(lives_of(part, side)), side)
        for part in (events.slice(0, cut), events.slice(cut))
    )
    merged = groups.merge(second, first)
    assert merged.keys() == whole.keys()
    for key in whole:
        np.testing.assert_allclose(merged[key], whole[key], rtol=1e-9, atol=1e-7)


def test_buckets_are_the_same_for_any_form_of_the_keys():
    keys = pa.array(["ana", "bia", "", "ção", "ana"])
    plain = groups.buckets_of(keys)
    assert plain.tolist() == groups.buckets_of(keys.dictionary_encode()).tolist()
    assert plain[1:].tolist() == groups.buckets_of(keys.slice(1)).tolist()
    assert plain[0] == plain[4]
    many = np.bincount(groups.buckets_of(pa.array([f"customer-{i}" for i in range(40_000)])), minlength=40)
    assert many.min() > 700


def test_the_jackknife_of_a_mean_is_its_standard_error():
    rng = np.random.default_rng(3)
    sums = np.stack([np.ones(40), np.ones(40), rng.normal(5, 2, 40)], axis=1)
    value, low, high = groups.jackknife(sums, lambda s: s[2:] / s[0])
    se = np.std(sums[:, 2], ddof=1) / np.sqrt(40)
    assert value[0] == pytest.approx(sums[:, 2].mean())
    assert (high[0] - low[0]) / 2 == pytest.approx(2.0226909 * se)  # t with 39 degrees of freedom


def test_the_plan_gives_the_same_on_every_engine(engine, company):
    from made_up.events import events_of

    _, _, side, events = company
    few = events.slice(0, 600)
    rows = [
        {key: value for key, value in row.items() if value is not None} | {"stage": "use", "channel": "web"}
        for row in few.select(
            [
                "customer",
                "at",
                "source",
                "id",
                "kind",
                "touchpoint",
                "contact",
                "measures",
                "ratings",
                "segment",
            ]
        ).to_pylist()
    ]
    table = events_of(rows)
    around = [
        {"name": "market", "at": datetime(2026, 1 + month, 1, tzinfo=UTC), "value": float(month % 3)}
        for month in range(12)
    ]
    side = {**side, "context": table_of(CONTEXT, around)}
    engine.give("events", table)
    for name, given in side.items():
        engine.give(name, given)
    engine.give("promises", table_of(PROMISES, []))
    engine.run(perceptions_plan(given=True, context=True))
    engine.run(shares_plan())
    found = {
        (row["dimension"], row["key"], row["part"]): row["share"]
        for row in engine.table("experience_shares").to_pylist()
    }
    expected = shares(table, side)
    assert found.keys() == expected.keys()
    for key, share in found.items():
        assert share == pytest.approx(expected[key]["share"], abs=1e-9)
