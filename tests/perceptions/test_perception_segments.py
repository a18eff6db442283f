"""Segments: what differs is found, what does not stays at the pooled estimate."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from tests.perceptions.test_perception_fit import cold

from vivencia.engines.embedded import EmbeddedEngine
from vivencia.perceptions import fit, parameters_plan
from vivencia.perceptions.family import Family, instruments, made_up
from vivencia.perceptions.fit import Fitted
from vivencia.perceptions.segments import SegmentFit, fit_segments
from vivencia.words.shapes.signals import EVENTS


def named(table: pa.Table, segment: str) -> pa.Table:
    customers = pa.array([f"{segment}-{key}" for key in table.column("customer").to_pylist()])
    table = table.set_column(0, "customer", customers)
    return table.append_column("segment", pa.array([segment] * table.num_rows))


@pytest.mark.slow
def test_a_segment_that_expects_more_is_told_apart_and_a_tiny_one_is_left() -> None:
    rng = np.random.default_rng(31)
    truth = Family()
    lofty = replace(truth, e0=truth.e0 + 1.0)
    parts = [
        named(made_up(customers, rng, family=family).events, segment)
        for segment, customers, family in (
            ("home", 200, truth), ("firm", 200, lofty), ("school", 200, truth), ("tiny", 10, lofty)
        )
    ]  # fmt: skip
    table = pa.concat_tables(parts).combine_chunks()
    pooled = fit(table, cold(made_up(300, np.random.default_rng(31))), most_steps=8)
    found = fit_segments(table, pooled)
    assert set(found) == {"home", "firm", "school"}
    e0 = {segment: one.parameters.e0 for segment, one in found.items()}
    assert e0["firm"] - (e0["home"] + e0["school"]) / 2 == pytest.approx(1.0, abs=0.4)
    # All share one memory: nobody's is far from the pooled one.
    assert all(abs(np.log(one.parameters.tau / pooled.parameters.tau)) < 0.25 for one in found.values())


def two(lam: float) -> tuple[Fitted, dict[str, SegmentFit]]:
    """The pooled fit and that by segment of two segments of 250, the second with a λ of its own."""
    truth = Family()
    parts = [
        made_up(250, np.random.default_rng(seed), family=family)
        for seed, family in ((41, truth), (42, replace(truth, lam=lam)))
    ]
    table = pa.concat_tables([named(one.events, f"s{i}") for i, one in enumerate(parts)]).combine_chunks()
    start = cold(parts[0])
    pooled = fit(table, start, begin=truth.parameters(), first_impressions=False, most_steps=6)
    return pooled, fit_segments(table, pooled)


def test_two_segments_that_feel_losses_differently_are_told_apart_and_equal_ones_are_pooled() -> None:
    pooled, found = two(lam=1.0)
    lam = {segment: one.parameters.lam for segment, one in found.items()}
    assert lam["s1"] < pooled.parameters.lam < lam["s0"]
    assert lam["s0"] / lam["s1"] > 1.4
    assert found["s0"].customers == 250
    # What a contact is stays the company's.
    assert all((one.parameters.theta == pooled.parameters.theta).all() for one in found.values())
    assert two(lam=2.0)[1] == {}


def table_of(lam: float) -> list[dict[str, object]]:
    """`segment_parameters` as the plan writes it, of two segments of 200, the second with a λ of its own."""
    truth = replace(Family(), gamma=0.0)
    parts = [
        named(made_up(200, np.random.default_rng(seed), family=family).events, segment)
        for seed, segment, family in ((51, "home", truth), (52, "firm", replace(truth, lam=lam)))
    ]
    told = pa.concat_tables(parts).combine_chunks()
    for name in {column.name for column in EVENTS.columns} - set(told.column_names):
        told = told.append_column(name, pa.nulls(told.num_rows, pa.string()))
    names = ("touchpoint", "measure", "operator")
    nothing = {name: pa.array([], pa.string()) for name in names} | {"threshold": pa.array([], pa.float64())}
    with EmbeddedEngine() as engine:
        engine.give("events", told)
        engine.give("instruments", instruments())
        engine.give("promises", pa.table(nothing))
        engine.run(parameters_plan(sample=500))
        rows: list[dict[str, object]] = engine.table("segment_parameters").to_pylist()
    return rows


def test_the_plan_tells_who_feels_losses_more_and_nothing_else() -> None:
    rows = table_of(lam=1.0)
    differ = {row["segment"]: row for row in rows if row["differs"]}
    assert [(row["segment"], row["name"]) for row in rows if row["differs"]] == [
        ("firm", "lam"), ("home", "lam"),
    ]  # fmt: skip
    firm, home = differ["firm"], differ["home"]
    assert firm["pooled"] == home["pooled"]
    assert firm["high"] < home["low"]
    assert firm["low"] < 1.0 < firm["high"]
    assert home["low"] < 2.0 < home["high"]
    assert 150 < firm["customers"] <= 200
