"""Where journeys begin and end, said case by case."""

from collections.abc import Callable
from typing import Any

import pytest

from made_up.events import day, event, rows_of
from vivencia.journeys import journeys_plan
from vivencia.words.errors import ParameterError


def journeys(
    mine: Callable[..., Any], rows: list[dict[str, Any]], **parameters: Any
) -> list[tuple[Any, ...]]:
    return rows_of(mine(rows, **parameters), "journeys", "customer", "journey", "outcome", "variant")


LATE = event("zoe", 500, "ad")  # the data go on long after everybody else


def test_silence_longer_than_the_gap_ends_a_journey(mine: Callable[..., Any]) -> None:
    found = journeys(mine, [event("a", 0, "ad"), event("a", 30, "site"), event("a", 60.1, "shop"), LATE])
    assert found == [
        ("a", 1, "ABANDONED", "ad > site"),
        ("a", 2, "ABANDONED", "shop"),
        ("zoe", 1, "OPEN", "ad"),
    ]


def test_without_a_gap_a_case_is_one_journey_and_stays_open(mine: Callable[..., Any]) -> None:
    found = journeys(mine, [event("a", 0, "ad"), event("a", 400, "site"), LATE], gap_days=None)
    assert found == [("a", 1, "OPEN", "ad > site"), ("zoe", 1, "OPEN", "ad")]


def test_a_reached_goal_ends_a_journey_and_the_next_contact_begins_another(mine: Callable[..., Any]) -> None:
    found = journeys(
        mine, [event("a", 0, "ad"), event("a", 1, "shop", reached=True), event("a", 2, "phone"), LATE]
    )
    assert found[:2] == [("a", 1, "REACHED", "ad > shop"), ("a", 2, "ABANDONED", "phone")]


def test_a_purchase_without_a_goal_reaches_one_unless_it_says_no(mine: Callable[..., Any]) -> None:
    found = journeys(
        mine,
        [
            event("a", 0, "shop", kind="purchase"),
            event("b", 0, "shop", kind="purchase", reached=False),
            event("c", 0, "shop", kind="purchase", goal="buy"),
            LATE,
        ],
    )
    assert [row[2] for row in found[:3]] == ["REACHED", "ABANDONED", "ABANDONED"]


def test_goal_and_churn_marks_end_a_journey_without_being_steps(mine: Callable[..., Any]) -> None:
    found = journeys(
        mine,
        [
            event("a", 0, "site"), event("a", 1, "site", kind="goal"),
            event("b", 0, "site"), event("b", 1, "site", kind="goal", reached=False),
            event("c", 0, "phone"), event("c", 1, "phone", kind="churn"),
            LATE,
        ],
    )  # fmt: skip
    assert found[:3] == [
        ("a", 1, "REACHED", "site"),
        ("b", 1, "ABANDONED", "site"),
        ("c", 1, "LOST", "phone"),
    ]


def test_a_mark_that_stands_alone_is_a_journey_and_a_repeated_one_is_not(mine: Callable[..., Any]) -> None:
    found = journeys(
        mine,
        [
            event("a", 0, "shop", kind="purchase"), event("a", 0.1, "shop", kind="goal"),
            event("b", 0, "phone"), event("b", 90, "contract", kind="churn"),
            LATE,
        ],
    )  # fmt: skip
    assert found[:3] == [
        ("a", 1, "REACHED", "shop"),
        ("b", 1, "ABANDONED", "phone"),
        ("b", 2, "LOST", "contract"),
    ]


def test_another_stated_goal_begins_another_journey(mine: Callable[..., Any]) -> None:
    found = rows_of(
        mine(
            [
                event("a", 0, "ad"),
                event("a", 1, "site", goal="buy"),
                event("a", 2, "site"),
                event("a", 3, "phone", goal="fix"),
                LATE,
            ]
        ),
        "journeys", "goal", "outcome", "variant",
    )  # fmt: skip
    assert found[:2] == [("buy", "ABANDONED", "ad > site > site"), ("fix", "ABANDONED", "phone")]


def test_answers_are_no_steps_but_may_say_that_the_goal_was_reached(mine: Callable[..., Any]) -> None:
    found = journeys(
        mine,
        [
            event("a", 0, "site"), event("a", 1, "site", kind="survey", reached=True),
            event("b", 0, "site"), event("b", 1, "shop", kind="review"), event("b", 2, "phone"),
            event("c", 0, "press", kind="mention", contact="indirect"),
            event("d", 0, "site", kind="survey", reached=True),
            LATE,
        ],
    )  # fmt: skip
    assert found[:3] == [
        ("a", 1, "REACHED", "site"),
        ("b", 1, "ABANDONED", "site > phone"),
        ("c", 1, "ABANDONED", "press"),
    ]
    assert "d" not in {row[0] for row in found}


def test_an_outcome_in_words_counts(mine: Callable[..., Any]) -> None:
    found = journeys(
        mine,
        [
            event("a", 0, "site", outcome="abandoned"), event("a", 1, "site"),
            event("b", 0, "site", outcome="Lost"), event("c", 0, "site", outcome="reached"),
            event("d", 0, "site", outcome="solved, perhaps"), LATE,
        ],
    )  # fmt: skip
    assert [row[2] for row in found[:5]] == ["ABANDONED", "ABANDONED", "LOST", "REACHED", "ABANDONED"]


def test_steps_say_what_came_before_and_after(mine: Callable[..., Any]) -> None:
    found = rows_of(
        mine([event("a", 0, "ad"), event("a", 0.5, "site"), event("a", 1.5, "shop", reached=True), LATE]),
        "steps", "customer", "journey", "step", "touchpoint", "previous", "waited_s", "next",
    )  # fmt: skip
    assert found == [
        ("a", 1, 1, "ad", "START", None, "site"),
        ("a", 1, 2, "site", "ad", 43_200.0, "shop"),
        ("a", 1, 3, "shop", "site", 86_400.0, "REACHED"),
        ("zoe", 1, 1, "ad", "START", None, "OPEN"),
    ]


def test_ties_in_time_keep_the_order_of_their_ids(mine: Callable[..., Any]) -> None:
    found = journeys(mine, [event("a", 0, "ad"), event("a", 0, "site"), event("a", 0, "shop")])
    assert found == [("a", 1, "OPEN", "ad > site > shop")]


def test_no_events_give_no_rows(mine: Callable[..., Any]) -> None:
    engine = mine([])
    assert [engine.table(name).num_rows for name in ("steps", "journeys", "transitions", "flows")] == [0] * 4


@pytest.mark.parametrize("days", [0.0, -1.0, float("nan"), float("inf")])
def test_a_gap_must_be_a_number_of_days_above_zero(days: float) -> None:
    with pytest.raises(ParameterError):
        journeys_plan(gap_days=days)


def test_a_journey_is_over_when_its_outcome_is_known(mine: Callable[..., Any]) -> None:
    found = rows_of(
        mine(
            [
                event("a", 0, "site"),
                event("b", 0, "site"), event("b", 1, "site", kind="survey", reached=True),
                event("c", 0, "site", goal="buy"), event("c", 5, "phone", goal="fix"),
                event("z", 40, "ad"),
            ]
        ),
        "journeys", "customer", "journey", "ended", "over",
    )  # fmt: skip
    assert found == [
        ("a", 1, day(0), day(30)),
        ("b", 1, day(0), day(1)),
        ("c", 1, day(0), day(5)),
        ("c", 2, day(5), day(35)),
        ("z", 1, day(40), day(40)),
    ]
