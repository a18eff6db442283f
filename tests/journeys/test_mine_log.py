"""An event log mined in memory: the numbers of the journeys plan, with no engine."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_up.events import event, events_of
from made_up.examples import examples
from vivencia.connectors import open_file
from vivencia.engines.embedded import EmbeddedEngine
from vivencia.journeys import journeys_plan, mine_log
from vivencia.words.errors import InputError

BEGUN = datetime(2025, 1, 1, tzinfo=UTC)


def log(*rows: tuple[str | None, str | None, float | None]) -> pa.Table:
    """Case, activity and hours after the beginning."""
    times = [None if hours is None else BEGUN + timedelta(hours=hours) for _, _, hours in rows]
    return pa.table(
        {
            "case:concept:name": pa.array([row[0] for row in rows], pa.string()),
            "concept:name": pa.array([row[1] for row in rows], pa.string()),
            "time:timestamp": pa.array(times, pa.timestamp("us", "UTC")),
        }
    )


def moves(mined: Any) -> list[tuple[Any, ...]]:
    names = ("from_touchpoint", "to_touchpoint", "count", "mean_s", "median_s")
    return [tuple(row[name] for name in names) for row in mined.transitions.to_pylist()]


def test_moves_ways_and_durations_of_two_cases() -> None:
    mined = mine_log(log(("1", "ask", 0), ("1", "pay", 2), ("2", "ask", 0), ("2", "ask", 1), ("2", "pay", 5)))
    assert moves(mined) == [
        ("START", "ask", 2, None, None),
        ("ask", "ask", 1, 3600.0, 3600.0),
        ("ask", "pay", 2, 3 * 3600.0, 3 * 3600.0),
        ("pay", "OPEN", 2, None, None),
    ]
    assert [tuple(row.values()) for row in mined.variants.to_pylist()] == [
        ("ask > ask > pay", 1, 18_000.0, 18_000.0),
        ("ask > pay", 1, 7_200.0, 7_200.0),
    ]
    assert mined.cases["duration_s"].to_pylist() == [7_200.0, 18_000.0]


def test_cases_that_are_mixed_and_times_that_go_back_are_put_in_order() -> None:
    straight = mine_log(log(("1", "a", 0), ("1", "b", 1), ("1", "c", 1), ("2", "a", 3)))
    mixed = mine_log(log(("1", "b", 1), ("2", "a", 3), ("1", "c", 1), ("1", "a", 0)))
    assert moves(mixed) == moves(straight)
    assert sorted(map(str, mixed.cases.to_pylist())) == sorted(map(str, straight.cases.to_pylist()))


def test_events_without_case_activity_or_time_are_left_out_and_counted() -> None:
    mined = mine_log(log(("1", "a", 0), (None, "a", 0), ("1", None, 1), ("1", "b", None), ("1", "b", 2)))
    assert mined.left_out == 3
    assert mined.cases["variant"].to_pylist() == ["a > b"]


def test_a_log_of_one_step_and_an_empty_one() -> None:
    assert moves(mine_log(log(("1", "a", 0)))) == [
        ("START", "a", 1, None, None),
        ("a", "OPEN", 1, None, None),
    ]
    empty = mine_log(log())
    assert (empty.transitions.num_rows, empty.variants.num_rows, empty.cases.num_rows) == (0, 0, 0)


def test_a_case_of_a_hundred_thousand_steps() -> None:
    mined = mine_log(log(*(("1", "ab"[n % 2], n / 1000) for n in range(100_000))))
    assert moves(mined)[1:] == [
        ("a", "b", 50_000, pytest.approx(3.6), pytest.approx(3.6)),
        ("b", "OPEN", 1, None, None),
        ("b", "a", 49_999, pytest.approx(3.6), pytest.approx(3.6)),
    ]


def test_a_missing_column_is_said() -> None:
    with pytest.raises(InputError, match="no column concept:name") as told:
        mine_log(log().drop_columns("concept:name"))
    assert "time:timestamp" in told.value.hint


@examples(25)
@given(st.lists(st.tuples(st.sampled_from("xyz"), st.sampled_from("abc"), st.integers(0, 50)), min_size=1))
def test_the_numbers_are_those_of_the_journeys_plan(rows: list[tuple[str, str, int]]) -> None:
    mined = mine_log(log(*rows))
    with EmbeddedEngine() as engine:
        told = [event(case, 0, name, at=BEGUN + timedelta(hours=hours)) for case, name, hours in rows]
        engine.give("events", events_of(told))
        engine.run(journeys_plan(gap_days=None))
        transitions = engine.table("transitions", tuple(mined.transitions.column_names)).to_pylist()
        variants = engine.table("variants", tuple(mined.variants.column_names)).to_pylist()
    assert mined.variants.to_pylist() == [
        {name: pytest.approx(value) if isinstance(value, float) else value for name, value in row.items()}
        for row in variants
    ]
    assert mined.transitions.to_pylist() == [
        {name: pytest.approx(value) if isinstance(value, float) else value for name, value in row.items()}
        for row in transitions
    ]


@pytest.mark.data
def test_the_receipt_log_gives_pm4pys_numbers(reference_data: Path, golden: Any) -> None:
    expected = golden("pm4py_receipt")
    source = open_file(reference_data / "journeys_receipt" / "receipt.xes.gz")
    mined = mine_log(pa.concat_tables(source.batches(), promote_options="default"))
    found = {row[:2]: row[2:] for row in moves(mined)}
    assert {k: v[0] for k, v in found.items() if k[0] != "START" and k[1] != "OPEN"} == {
        (a, b): count for a, b, count in expected["dfg"]
    }
    assert {b: v[0] for (a, b), v in found.items() if a == "START"} == expected["start_activities"]
    assert {a: v[0] for (a, b), v in found.items() if b == "OPEN"} == expected["end_activities"]
    for a, b, numbers in expected["performance_dfg_seconds"]:
        assert found[a, b][1:] == tuple(pytest.approx(numbers[name], abs=2e-3) for name in ("mean", "median"))
    ways = {tuple(row["variant"].split(" > ")): row["count"] for row in mined.variants.to_pylist()}
    assert len(ways) == expected["n_variants"]
    assert all(ways[tuple(way)] == count for way, count in expected["variants"])
    assert sum(mined.cases["duration_s"].to_pylist()) / 1434 == pytest.approx(
        expected["case_duration_seconds"]["mean"], abs=1e-3
    )
