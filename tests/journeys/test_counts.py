"""What is counted over journeys, from a log small enough to count by hand."""

from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from made_up.events import event, rows_of
from vivencia.journeys.endings import endings_fold
from vivencia.journeys.moves import moves_fold

DAY = 86_400.0

#: Three customers and four journeys. "a" walks shop twice, "b" comes back after its goal, "c" gives up.
LOG = [
    event("a", 0, "ad", place="press"),
    event("a", 1, "shop", place="page:/cart"),
    event("a", 2, "shop", place="page:/cart", reached=True),
    event("b", 0, "ad"),
    event("b", 3, "shop", reached=True),
    event("b", 4, "phone", goal="fix"),
    event("b", 4.5, "phone", goal="fix", reached=True),
    event("c", 0, "shop", place="page:/cart"),
    event("c", 6, "phone", place="line:1"),
    event("z", 90, "ad"),
]


@pytest.fixture
def mined(mine: Callable[..., Any]) -> Any:
    return mine(LOG)


def test_transitions_are_counted_with_their_customers_and_times(mined: Any) -> None:
    found = rows_of(
        mined, "transitions", "from_touchpoint", "to_touchpoint", "count", "customers", "mean_s", "median_s"
    )
    assert found == [
        ("START", "ad", 3, 3, None, None),
        ("START", "phone", 1, 1, None, None),
        ("START", "shop", 1, 1, None, None),
        ("ad", "OPEN", 1, 1, None, None),
        ("ad", "shop", 2, 2, 2 * DAY, 2 * DAY),
        ("phone", "ABANDONED", 1, 1, None, None),
        ("phone", "REACHED", 1, 1, None, None),
        ("phone", "phone", 1, 1, 0.5 * DAY, 0.5 * DAY),
        ("shop", "REACHED", 2, 2, None, None),
        ("shop", "phone", 1, 1, 6 * DAY, 6 * DAY),
        ("shop", "shop", 1, 1, 1 * DAY, 1 * DAY),
    ]


def test_the_ninetieth_percentile_lies_between_the_two_longest(mine: Callable[..., Any]) -> None:
    waits = (1, 2, 3, 4, 5)
    rows = [row for n in waits for row in (event(f"c{n}", 0, "ad"), event(f"c{n}", n, "shop"))]
    found = rows_of(mine(rows), "transitions", "from_touchpoint", "to_touchpoint", "median_s", "p90_s")
    assert ("ad", "shop", 3 * DAY, pytest.approx(4.6 * DAY)) in found


def test_flows_follow_stage_channel_and_place(mined: Any) -> None:
    found = rows_of(mined, "flows", "dimension", "from_value", "to_value", "count", "customers", "median_s")
    assert [row for row in found if row[0] == "stage" and row[1] != "START"] == [
        ("stage", "awareness", "OPEN", 1, 1, None),
        ("stage", "awareness", "purchase", 2, 2, 2 * DAY),
        ("stage", "purchase", "REACHED", 2, 2, None),
        ("stage", "purchase", "purchase", 1, 1, DAY),
        ("stage", "purchase", "support", 1, 1, 6 * DAY),
        ("stage", "support", "ABANDONED", 1, 1, None),
        ("stage", "support", "REACHED", 1, 1, None),
        ("stage", "support", "support", 1, 1, 0.5 * DAY),
    ]
    assert ("channel", "web", "phone", 1, 1, 6 * DAY) in found
    assert [row for row in found if row[0] == "place"] == [
        ("place", "START", "page:/cart", 1, 1, None),
        ("place", "START", "press", 1, 1, None),
        ("place", "line:1", "ABANDONED", 1, 1, None),
        ("place", "page:/cart", "REACHED", 1, 1, None),
        ("place", "page:/cart", "line:1", 1, 1, 6 * DAY),
        ("place", "page:/cart", "page:/cart", 1, 1, DAY),
        ("place", "press", "page:/cart", 1, 1, DAY),
    ]


def test_variants_say_how_often_a_way_was_walked_and_whether_it_led_there(mined: Any) -> None:
    assert rows_of(mined, "variants", "variant", "count", "customers", "reached", "median_s") == [
        ("ad", 1, 1, 0, 0.0),
        ("ad > shop", 1, 1, 1, 3 * DAY),
        ("ad > shop > shop", 1, 1, 1, 2 * DAY),
        ("phone > phone", 1, 1, 1, 0.5 * DAY),
        ("shop > phone", 1, 1, 0, 6 * DAY),
    ]


def test_journeys_carry_durations_steps_and_repeats(mined: Any) -> None:
    found = rows_of(mined, "journeys", "customer", "journey", "goal", "duration_s", "steps", "repeats")
    assert found == [
        ("a", 1, None, 2 * DAY, 3, 1),
        ("b", 1, None, 3 * DAY, 2, 0),
        ("b", 2, "fix", 0.5 * DAY, 2, 1),
        ("c", 1, None, 6 * DAY, 2, 0),
        ("z", 1, None, 0.0, 1, 0),
    ]


def test_drop_offs_leave_out_what_is_not_over_and_carry_wilsons_interval(mined: Any) -> None:
    found = rows_of(mined, "drop_offs", "touchpoint", "visits", "reached", "abandoned", "lost", "share")
    assert found == [
        ("ad", 2, 0, 0, 0, 0.0),
        ("phone", 3, 1, 1, 0, pytest.approx(1 / 3)),
        ("shop", 4, 2, 0, 0, 0.0),
    ]
    # R: binom::binom.confint(1, 3, methods = "wilson") gives 0.06149194 and 0.7923404.
    low, high = rows_of(mined, "drop_offs", "share_low", "share_high")[1]
    assert (low, high) == (pytest.approx(0.06149194, abs=1e-7), pytest.approx(0.7923404, abs=1e-7))


def test_goals_are_counted_by_how_they_ended(mined: Any) -> None:
    found = rows_of(mined, "goals", "goal", "journeys", "customers", "reached", "abandoned", "lost", "open")
    assert found == [("", 4, 4, 2, 1, 0, 1), ("fix", 1, 1, 1, 0, 0, 0)]


def test_one_customer_with_a_hundred_thousand_steps(mine: Callable[..., Any]) -> None:
    names = ("ad", "site", "shop")
    rows = [event("a", n / 1000, names[n % 3], goal="buy") for n in range(100_000)]
    engine = mine(rows)
    assert rows_of(engine, "journeys", "steps", "repeats", "outcome") == [(100_000, 99_997, "OPEN")]
    assert ("shop", "ad", 33_333) in rows_of(
        engine, "transitions", "from_touchpoint", "to_touchpoint", "count"
    )


def test_many_places_are_counted_as_exactly_as_few(mine: Callable[..., Any]) -> None:
    rows = [event(who, n / 1000, "site", place=f"page:/{n:04d}") for who in "ab" for n in range(1500)]
    found = rows_of(
        mine(rows), "flows", "dimension", "from_value", "to_value", "count", "customers", "mean_s", "p90_s"
    )
    places = [row[1:] for row in found if row[0] == "place"]
    assert len(places) == 1501
    assert places[0] == ("START", "page:/0000", 2, 2, None, None)
    assert places[700] == ("page:/0699", "page:/0700", 2, 2, pytest.approx(86.4), pytest.approx(86.4))
    assert places[-1] == ("page:/1499", "OPEN", 2, 2, None, None)


#: Steps and journeys of customers whose ways, places and goals have little in common.
STEPS = pa.table(
    {
        "customer": ["a", "a", "a", "b", "b", "c", "c"],
        "previous": ["START", "ad", "shop", "START", "shop", "START", "ad"],
        "touchpoint": ["ad", "shop", "shop", "shop", "ad", "ad", "shop"],
        "waited_s": [None, 10.0, 20.0, None, 5.0, None, 40.0],
        "previous_place": ["START", None, "x", "START", "x", "START", "y"],
        "place": [None, "x", "y", "x", "y", "y", "x"],
    }
)
MOVES_OF_A, MOVES_OF_OTHERS = (
    pa.table(
        {
            "dimension": ["touchpoint", "touchpoint", "place", "stage"],
            "from_value": ["ad", "shop", "x", "seek"],
            "to_value": ["shop", into, "y", "seek"],
            "count": [1, 1, 1, 2], "customers": [1, 1, 1, 1], "total_s": [10.0, 5.0, 20.0, 30.0],
            "timed": [1, 1, 1, 2],
        }
    )
    for into in ("shop", "ad")
)  # fmt: skip
PLACES = pa.table({"touchpoint": ["ad", "shop"], "stage": ["seek", "seek"], "channel": [None, "store"]})
JOURNEYS = pa.table(
    {
        "customer": ["a", "a", "b", "c"],
        "goal": ["buy", None, None, "fix"],
        "outcome": ["REACHED", "OPEN", "LOST", "REACHED"],
        "duration_s": [10.0, 0.0, 7.0, 30.0],
        "steps": [2, 1, 2, 2],
        "repeats": [0, 0, 1, 0],
        "variant": ["ad > shop", "ad", "ad > shop", "ad > shop"],
    }
)


@pytest.mark.parametrize(
    ("fold", "rows", "side"),
    [
        (
            moves_fold(),
            STEPS,
            {"moves": pa.concat_tables([MOVES_OF_A, MOVES_OF_OTHERS]), "journey_places": PLACES},
        ),
        (endings_fold(), JOURNEYS, {}),
    ],
    ids=["moves", "endings"],
)
def test_customers_added_apart_and_merged_are_the_whole(fold: Any, rows: Any, side: Any) -> None:
    whole = fold.finish(fold.add(fold.start(side), rows, side), side)
    apart = [
        fold.add(fold.start(side), rows.filter(pc.equal(rows.column("customer"), who)), side) for who in "cab"
    ]
    merged = fold.merge(fold.merge(apart[0], apart[1]), apart[2])
    assert [table.to_pylist() for table in fold.finish(merged, side)] == [
        table.to_pylist() for table in whole
    ]
    assert all(table.num_rows for table in whole)


def test_ways_and_goals_are_added_up() -> None:
    fold = endings_fold()
    variants, goals = fold.finish(fold.add(fold.start({}), JOURNEYS, {}), {})
    assert [tuple(row.values()) for row in variants.to_pylist()] == [
        ("ad", 1, 1, 0, 0.0, 0.0),
        ("ad > shop", 3, 3, 2, 10.0, 26.0),
    ]
    assert [tuple(row.values()) for row in goals.to_pylist()] == [
        ("", 2, 2, 0, 0, 1, 1, 3, 1, 3.5, 6.3),
        ("buy", 1, 1, 1, 0, 0, 0, 2, 0, 10.0, 10.0),
        ("fix", 1, 1, 1, 0, 0, 0, 2, 0, 30.0, 30.0),
    ]


def test_a_touchpoint_called_as_an_outcome_keeps_its_own_moves(mine: Callable[..., Any]) -> None:
    rows = [event("a", 0, "OPEN"), event("a", 1, "OPEN"), event("a", 2, "START", reached=True)]
    mined = mine(rows)
    assert rows_of(mined, "steps", "previous", "touchpoint", "next") == [
        ("START", "OPEN", "OPEN"),
        ("OPEN", "OPEN", "START"),
        ("OPEN", "START", "REACHED"),
    ]
