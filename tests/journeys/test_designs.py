"""Journeys held against the way that was designed: exact small cases, on both engines."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_up.events import event, rows_of
from vivencia.journeys import conformance_plan
from vivencia.journeys.aligning import align
from vivencia.journeys.counting import SUMS
from vivencia.journeys.designs import _KEYS, Compare, step_rows
from vivencia.signals.designs import designs_table, read_step
from vivencia.words.catalogue import DesignedJourney

MOMENTS = pa.schema(
    [
        ("customer", pa.string()), ("at", pa.timestamp("us", "UTC")), ("source", pa.string()),
        ("id", pa.string()), ("answer", pa.float64()), ("perception", pa.float64()),
    ]
)  # fmt: skip


def design(key: str, *steps: str, goal: str | None = None) -> DesignedJourney:
    return DesignedJourney(key, tuple(read_step(step) for step in steps), goal)


@pytest.fixture
def hold(mine: Callable[..., Any]) -> Callable[..., Any]:
    """Mine events, hold the journeys against designs; `felt` gives the answer at each event."""

    def run(rows: list[dict[str, Any]], *designs: DesignedJourney) -> Any:
        engine = mine(rows)
        engine.give("designs", designs_table(designs))
        moments = [
            {
                "customer": row["customer"], "at": row["at"], "source": "test", "id": f"{place:06d}",
                "answer": row.get("answer"), "perception": row.get("perception", 5.0),
            }
            for place, row in enumerate(rows)
        ]  # fmt: skip
        moments.sort(key=lambda row: (row["customer"], row["at"], row["source"], row["id"]))
        engine.give("moments", pa.Table.from_pylist(moments, schema=MOMENTS))
        engine.run(conformance_plan())
        return engine

    return run


def walk(customer: str, *touchpoints: str, **last: Any) -> list[dict[str, Any]]:
    rows = [event(customer, n * 0.01, key) for n, key in enumerate(touchpoints)]
    rows[-1] |= {"reached": True} | last
    return rows


ORDER = design("order", "site | ad", "shop", "phone?")


def test_each_journey_has_its_distance_its_missing_and_its_extra_steps(hold: Callable[..., Any]) -> None:
    rows = [
        *walk("a", "site", "shop"),  # as designed
        *walk("b", "ad", "shop", "phone"),  # as designed, with the step that may be left out
        *walk("c", "shop"),  # the first step is missing: one change in two steps
        *walk("d", "site", "desk", "shop"),  # one step too many, which nobody designed
        *walk("e", "desk"),  # shares no step with the design
        *walk("f", "site", "site", "phone"),  # site again in place of shop
        event("g", 0, "site"),  # still open: not judged
    ]
    found = rows_of(
        hold(rows, ORDER), "conformance",
        "customer", "design", "fit", "walked", "distance", "missing", "extra", "dark",
        "missing_steps", "extra_steps",
    )  # fmt: skip
    assert found == [
        ("a", "order", 1.0, True, 0, 0, 0, 0, None, None),
        ("b", "order", 1.0, True, 0, 0, 0, 0, None, None),
        ("c", "order", 0.5, False, 1, 1, 0, 0, "ad | site", None),
        ("d", "order", pytest.approx(2 / 3), False, 1, 0, 1, 1, None, "desk"),
        ("e", None, None, None, None, None, None, 1, None, None),
        ("f", "order", pytest.approx(2 / 3), False, 1, 1, 1, 0, "shop", "site"),
    ]


def test_shares_of_the_designed_way_and_of_each_step(hold: Callable[..., Any]) -> None:
    rows = [row for n in range(6) for row in walk(f"a{n}", "site", "shop")]
    rows += [
        row for n in range(2) for row in walk(f"b{n}", "site", "desk", reached=None, outcome="abandoned")
    ]
    engine = hold(rows, ORDER)
    ways = {row[:2]: row[2:] for row in rows_of(engine, "designed_ways", "design", "measure", "value", "n")}
    assert ways == {
        ("", "dark"): (0.25, 8),
        ("", "designed"): (1.0, 8),
        ("order", "dark"): (0.25, 8),
        ("order", "extra"): (0.25, 8),
        ("order", "fit"): (pytest.approx((6 + 2 * 0.5) / 8), 8),
        ("order", "missing"): (0.25, 8),
        ("order", "reached_left"): (0.0, 2),
        ("order", "reached_walked"): (1.0, 6),
        ("order", "walked"): (0.75, 8),
    }
    low, high = rows_of(engine, "designed_ways", "low", "high")[-1]
    # Wilson's interval of 5.25 in 7: eight customers are as good as seven independent journeys.
    assert (low, high) == (pytest.approx(0.3889, abs=1e-4), pytest.approx(0.9340, abs=1e-4))
    assert rows_of(
        engine, "designed_steps", "role", "step", "touchpoint", "journeys", "customers", "share", "n"
    ) == [
        ("dark", 0, "desk", 2, 2, 0.25, 8),
        ("taken", 1, "ad | site", 8, 8, 1.0, 8),
        ("taken", 2, "shop", 6, 6, 0.75, 8),
        ("taken", 3, "phone", 0, 0, 0.0, 8),
    ]


def test_a_touchpoint_few_met_is_shared_out_over_everybody_however_customers_are_split(
    hold: Callable[..., Any],
) -> None:
    rows = [row for n in range(7) for row in walk(f"a{n}", "site", "shop")]
    rows += walk("z", "site", "desk", reached=None, outcome="abandoned")
    engine = hold(rows, ORDER)
    columns = ["customer", "journey", "goal", "outcome", "variant", "started"]
    journeys = engine.table("journeys").select(columns).sort_by([("customer", "ascending")])
    designs = engine.table("designs")
    sums: dict[tuple[Any, ...], dict[str, Any]] = {}
    for part in (journeys.slice(0, 4), journeys.slice(4)):
        for row in Compare()(part, {"designs": designs})[1].to_pylist():
            total = sums.setdefault(tuple(row[name] for name in _KEYS), dict.fromkeys(SUMS, 0.0))
            for name in SUMS:
                total[name] += row[name]
    totals = [dict(zip(_KEYS, key, strict=True)) | total for key, total in sums.items()]
    steps = list(step_rows(totals, {"designs": designs.to_pylist()}))
    assert [(row["touchpoint"], row["share"], row["n"]) for row in steps if row["role"] == "dark"] == [
        ("desk", 1 / 8, 8)
    ]


def test_what_those_who_left_the_way_felt_beside_those_who_walked_it(hold: Callable[..., Any]) -> None:
    rows = []
    for n in range(4):
        rows += walk(f"a{n}", "site", "shop", answer=8.0 + n % 2, perception=7.0)
        rows += walk(f"b{n}", "site", "desk", answer=4.0 + n % 2, perception=5.0 + n % 2)
        # Asked two days later: an answer belongs to the journey that began last before it.
        rows.append(event(f"b{n}", 2, "desk", kind="survey") | {"answer": 5.0})
    found = rows_of(
        hold(rows, ORDER), "designed_felt",
        "measure", "walked", "walked_n", "walked_customers", "left", "left_n", "left_customers", "difference",
        "difference_low",
    )  # fmt: skip
    # a: 8 9 8 9. b by customer: (4, 5) (5, 5) (4, 5) (5, 5). Variances by customer, times 4 / 3.
    answers = (4 * 0.25 / 16 + 4 * 0.5**2 / 64) * 4 / 3
    perceptions = 4 * 0.25 / 16 * 4 / 3
    assert found == [
        ("answer", 8.5, 4, 4, 4.75, 8, 4, -3.75, pytest.approx(-3.75 - 1.959963984540054 * answers**0.5)),
        (
            "perception",
            7.0,
            4,
            4,
            5.5,
            4,
            4,
            -1.5,
            pytest.approx(-1.5 - 1.959963984540054 * perceptions**0.5),
        ),
    ]


def test_a_journey_belongs_to_the_nearest_design_for_its_goal(hold: Callable[..., Any]) -> None:
    buy, help_ = design("buy", "site", "shop", goal="buy"), design("help", "phone+", goal="help")
    rows = [
        *walk("a", "site", "phone", goal="buy"),
        *walk("b", "site", "phone", "phone", goal="help"),
        *walk("c", "site", "shop", goal="other"),
    ]
    found = rows_of(hold(rows, buy, help_), "conformance", "customer", "design", "distance", "extra_steps")
    assert found == [("a", "buy", 1, "phone"), ("b", "help", 1, "site"), ("c", None, None, None)]


def test_without_a_design_there_is_nothing_to_hold_against(hold: Callable[..., Any]) -> None:
    engine = hold(walk("a", "site"))
    names = ("conformance", "designed_ways", "designed_steps", "designed_felt")
    assert [engine.table(name).num_rows for name in names] == [0, 0, 0, 0]


def levenshtein(one: list[int], other: list[int]) -> int:
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, row = row, [i]
        for j, b in enumerate(other, 1):
            row.append(min(before[j] + 1, row[-1] + 1, before[j - 1] + (a != b)))
    return row[-1]


WAY = st.lists(st.integers(0, 3), min_size=1, max_size=7)


@given(WAY, WAY)
def test_the_distance_to_a_plain_design_is_levenshteins(way: list[int], plan: list[int]) -> None:
    allowed = np.eye(4, dtype=np.bool_)[plan]
    never = np.zeros(len(plan), np.bool_)
    distance, length, marks, taken = align(np.array(way, np.int32), allowed, never, never)
    assert (distance, length) == (levenshtein(way, plan), len(plan))
    assert marks.sum() == taken.sum()
    assert distance >= max(len(way), len(plan)) - marks.sum()


@given(WAY, WAY, st.integers(0, 127), st.integers(0, 127))
def test_a_free_design_is_as_near_as_the_nearest_way_it_allows(
    way: list[int], plan: list[int], may: int, again: int
) -> None:
    plan = plan[:4]
    optional = np.array([bool(may >> m & 1) for m in range(len(plan))])
    repeats = np.array([bool(again >> m & 1) for m in range(len(plan))])
    allowed = np.eye(4, dtype=np.bool_)[plan]
    ways: list[list[int]] = [[]]
    for step, free, loops in zip(plan, optional, repeats, strict=True):
        times = range(0 if free else 1, len(way) + 1 if loops else 2)
        ways = [begun + [step] * n for begun in ways for n in times if len(begun) + n <= 2 * len(way) + 4]
    nearest = min(levenshtein(way, allowed_way) for allowed_way in ways)
    assert align(np.array(way, np.int32), allowed, optional, repeats)[0] == nearest


def test_a_hundred_thousand_steps_are_held_against_a_design() -> None:
    way = np.tile(np.array([0, 1], np.int32), 50_000)
    allowed, never = np.eye(2, dtype=np.bool_), np.zeros(2, np.bool_)
    distance, length, marks, taken = align(way, allowed, never, never)
    assert (distance, length, marks.sum(), taken.tolist()) == (99_998, 2, 2, [True, True])
