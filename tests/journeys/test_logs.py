"""Event logs: every count, variant and duration as pm4py gives it."""

import gzip
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from made_up.events import event, events_of, rows_of
from vivencia.journeys import journeys_plan

_XES = "{http://www.xes-standard.org/}"

#: The textbook log of van der Aalst, "Process Mining" (2016), table 2.1: six cases, by activity.
TEXTBOOK = {
    "1": "register request > examine thoroughly > check ticket > decide > reject request",
    "2": "register request > check ticket > examine casually > decide > pay compensation",
    "3": "register request > examine casually > check ticket > decide > reinitiate request"
    " > examine thoroughly > check ticket > decide > pay compensation",
    "4": "register request > check ticket > examine thoroughly > decide > reject request",
    "5": "register request > examine casually > check ticket > decide > reinitiate request"
    " > check ticket > examine casually > decide > reinitiate request > examine casually"
    " > check ticket > decide > reject request",
    "6": "register request > examine casually > check ticket > decide > pay compensation",
}


def test_the_textbook_log_gives_its_directly_follows_graph(mine: Callable[..., Any]) -> None:
    rows = [
        event(case, number, activity)
        for case, variant in TEXTBOOK.items()
        for number, activity in enumerate(variant.split(" > "))
    ]
    engine = mine(rows, gap_days=None)
    edges = {
        (a, b): count
        for a, b, count in rows_of(engine, "transitions", "from_touchpoint", "to_touchpoint", "count")
        if a != "START" and b != "OPEN"
    }
    # pm4py 2.7, discover_dfg on running-example.xes.
    assert edges == {
        ("check ticket", "decide"): 6,
        ("check ticket", "examine casually"): 2,
        ("check ticket", "examine thoroughly"): 1,
        ("decide", "pay compensation"): 3,
        ("decide", "reinitiate request"): 3,
        ("decide", "reject request"): 3,
        ("examine casually", "check ticket"): 4,
        ("examine casually", "decide"): 2,
        ("examine thoroughly", "check ticket"): 2,
        ("examine thoroughly", "decide"): 1,
        ("register request", "check ticket"): 2,
        ("register request", "examine casually"): 3,
        ("register request", "examine thoroughly"): 1,
        ("reinitiate request", "check ticket"): 1,
        ("reinitiate request", "examine casually"): 1,
        ("reinitiate request", "examine thoroughly"): 1,
    }
    assert len(rows_of(engine, "variants", "variant")) == 6


@pytest.fixture(scope="module")
def receipt_events(reference_data: Path) -> Any:
    """The receipt log as events, each case a customer."""
    etree = pytest.importorskip("lxml.etree")
    rows = []
    with gzip.open(reference_data / "journeys_receipt" / "receipt.xes.gz") as file:
        for _, trace in etree.iterparse(file, tag=f"{_XES}trace"):
            case = _value(trace, "string", "concept:name")
            for step in trace.iterfind(f"{_XES}event"):
                at = datetime.fromisoformat(_value(step, "date", "time:timestamp"))
                rows.append(event(case, 0, _value(step, "string", "concept:name"), at=at))
    return events_of(rows)


def _value(element: Any, kind: str, key: str) -> str:
    return str(element.find(f"{_XES}{kind}[@key='{key}']").get("value"))


@pytest.mark.data
def test_the_receipt_log_gives_pm4pys_numbers(
    engine: Any, receipt_events: Any, golden: Callable[[str], Any]
) -> None:
    expected = golden("pm4py_receipt")
    engine.give("events", receipt_events)
    engine.run(journeys_plan(gap_days=None))
    moves = rows_of(engine, "transitions", "from_touchpoint", "to_touchpoint", "count")
    edges = {(a, b): count for a, b, count in moves if a != "START" and b != "OPEN"}
    assert edges == {(a, b): count for a, b, count in expected["dfg"]}
    assert {b: count for a, b, count in moves if a == "START"} == expected["start_activities"]
    assert {a: count for a, b, count in moves if b == "OPEN"} == expected["end_activities"]
    variants = {tuple(v.split(" > ")): n for v, n in rows_of(engine, "variants", "variant", "count")}
    assert len(variants) == expected["n_variants"]
    assert all(variants[tuple(way)] == count for way, count in expected["variants"])
    timed = {(a, b): row for a, b, *row in rows_of(
        engine, "transitions", "from_touchpoint", "to_touchpoint", "mean_s", "median_s"
    )}  # fmt: skip
    for a, b, numbers in expected["performance_dfg_seconds"]:
        assert timed[a, b] == [pytest.approx(numbers[name], abs=2e-3) for name in ("mean", "median")]


@pytest.mark.data
def test_the_receipt_log_has_pm4pys_durations(
    engine: Any, receipt_events: Any, golden: Callable[[str], Any]
) -> None:
    expected = golden("pm4py_receipt")["case_duration_seconds"]
    engine.give("events", receipt_events)
    engine.run(journeys_plan(gap_days=None))
    (row,) = rows_of(engine, "goals", "journeys", "steps", "median_s", "p90_s")
    assert row == (
        1434, 8577, pytest.approx(expected["median"], abs=1e-3), pytest.approx(expected["p90"], abs=1e-3)
    )  # fmt: skip
    lengths = [seconds for (seconds,) in rows_of(engine, "journeys", "duration_s")]
    assert sum(lengths) / 1434 == pytest.approx(expected["mean"], abs=1e-3)
    assert (min(lengths), max(lengths)) == (expected["min"], pytest.approx(expected["max"], abs=1e-3))


@pytest.mark.data
def test_rework_is_counted_as_pm4py_counts_it(
    engine: Any, receipt_events: Any, golden: Callable[[str], Any]
) -> None:
    engine.give("events", receipt_events)
    engine.run(journeys_plan(gap_days=None))
    seen: dict[tuple[str, str], int] = {}
    for case, activity in rows_of(engine, "steps", "customer", "touchpoint"):
        seen[case, activity] = seen.get((case, activity), 0) + 1
    again: dict[str, int] = {}
    for (_, activity), times in seen.items():
        again[activity] = again.get(activity, 0) + (times > 1)
    assert {a: n for a, n in again.items() if n} == golden("pm4py_receipt")["rework_cases_per_activity"]
    assert datetime(2012, 1, 23, 14, 42, 54, 644000, tzinfo=UTC) in {
        at for (at,) in rows_of(engine, "journeys", "ended")
    }
