"""Whether people get what they came for: in time, at the first contact, and where it is held up."""

from collections.abc import Callable
from typing import Any

import pytest

from made_up.events import event, rows_of
from vivencia.journeys import episodes_plan
from vivencia.measure.rates import paired_difference, part_from_log_variance


@pytest.fixture
def told(mine: Callable[..., Any]) -> Callable[..., Any]:
    def run(rows: list[dict[str, Any]]) -> Any:
        engine = mine(rows)
        engine.run(episodes_plan())
        return engine

    return run


def test_journeys_still_open_are_waiting_and_not_failed(told: Callable[..., Any]) -> None:
    rows = []
    for n in range(10):  # reached after two days
        rows += [event(f"a{n}", 0, "site"), event(f"a{n}", 2, "shop", reached=True)]
    for n in range(10):  # given up after one day
        rows += [
            event(f"b{n}", 0, "site", goal="x"),
            event(f"b{n}", 1, "site", outcome="abandoned", goal="x"),
        ]
    rows += [event(f"c{n}", 0, "site") for n in range(10)]  # last seen at the end of the data, two days on
    found = rows_of(
        told(rows), "goal_rates", "goal", "days", "reached", "abandoned", "waiting", "n", "customers"
    )
    assert found[2] == ("", 7.0, 0.5, 0.0, 0, 20, 20)  # ten of twenty who were followed to the second day
    assert found[0] == ("", 1.0, 0.0, 0.0, 20, 20, 20)
    assert found[6] == ("x", 1.0, 0.0, 1.0, 10, 10, 10)


def test_goal_rates_have_intervals_by_customer(told: Callable[..., Any]) -> None:
    rows = []
    for n in range(40):
        rows += [event(f"a{n}", 0, "site"), event(f"a{n}", 0.5, "shop", reached=n % 2 == 0)]
    rows.append(event("z", 60, "ad"))
    low, reached, high = rows_of(told(rows), "goal_rates", "reached_low", "reached", "reached_high")[0]
    assert reached == pytest.approx(0.5)  # z was seen at its first step only
    assert (high - 0.5, 0.5 - low) == (pytest.approx(0.15, abs=0.02), pytest.approx(0.15, abs=0.02))


def test_resolution_is_the_absence_of_a_further_contact_beside_the_agents_tick(
    told: Callable[..., Any],
) -> None:
    def call(who: str, number: float, goal: str, **more: Any) -> dict[str, Any]:
        return event(who, number, "phone", kind="call", goal=goal, **more)

    rows = [
        call("a", 0, "fix", reached=True),  # ticked as solved, and called again after five days
        call("a", 5, "fix"),
        call("b", 0, "fix", reached=True),  # called again after twenty: resolved in 7 days, not in 30
        call("b", 20, "fix"),
        call("c", 0, "fix", reached=False),  # another intent is another matter
        call("c", 2, "pay"),
        call("d", 39, "fix"),  # not followed for seven days
        event("z", 40, "ad"),
    ]
    found = rows_of(
        told(rows), "resolutions",
        "touchpoint", "days", "resolved", "ticked", "difference", "contacts", "marked", "customers",
    )  # fmt: skip
    # In 7 days: a no, b yes (and again at day 20), c yes twice: 4 of 5. In 30 days: a no, b no, c twice yes.
    # All together, without a name, are the same: there is only the phone.
    assert [("phone", *row[1:]) for row in found[:2]] == found[2:]
    assert found[2:] == [
        ("phone", 7, pytest.approx(0.8), pytest.approx(2 / 3), pytest.approx(0.0), 5, 3, 3),
        ("phone", 30, pytest.approx(0.5), pytest.approx(2 / 3), pytest.approx(1 / 3), 4, 3, 3),
    ]


def test_the_difference_between_tick_and_absence_has_an_interval_by_customer(
    told: Callable[..., Any],
) -> None:
    rows = []
    for n in range(30):  # ten of thirty were ticked and called again, twice each, about two things
        for goal in ("fix", "pay"):
            rows.append(event(f"a{n}", 0, "phone", kind="call", goal=goal, reached=True))
            if n < 10:
                rows.append(event(f"a{n}", 2, "desk", kind="call", goal=goal))
    rows.append(event("z", 60, "ad"))
    found = rows_of(
        told(rows), "resolutions", "touchpoint", "days", "difference", "difference_low", "difference_high",
        "marked", "marking",
    )  # fmt: skip
    # Two contacts of one customer say the same: sixty are as sure as thirty, less one for the mean.
    low, high = paired_difference(10, 0, 30, dd=10, nn=30, dn=10, clusters=30)[1:]
    assert found == [
        (name, days, pytest.approx(1 / 3), pytest.approx(low), pytest.approx(high), 60, 30)
        for name in ("", "phone")
        for days in (7, 30)
    ]


def test_only_service_is_resolved(told: Callable[..., Any]) -> None:
    rows = [
        event("a", 0, "desk", form="service"),
        event("a", 0, "site"),
        event("a", 0, "shop", kind="purchase", form="service"),
        event("z", 60, "ad"),
    ]
    assert rows_of(told(rows), "resolutions", "touchpoint", "days", "resolved")[2:] == [
        ("desk", 7, 1.0),
        ("desk", 30, 1.0),
    ]


def test_hold_ups_weigh_waiting_by_visits_and_by_leaving(told: Callable[..., Any]) -> None:
    rows = []
    for n in range(4):  # three days between site and shop; one in four gives up at the site
        rows.append(event(f"a{n}", 0, "site"))
        if n:
            rows += [event(f"a{n}", 3, "shop"), event(f"a{n}", 4, "phone", reached=True)]
    rows.append(event("z", 90, "ad"))
    found = rows_of(
        told(rows), "hold_ups", "touchpoint", "visits", "waited_s", "wait_share", "leaving", "weight"
    )
    assert found == [
        ("phone", 3, None, 0.0, 0.0, 0.0),
        ("shop", 3, 86_400.0, pytest.approx(0.25), 0.0, 0.0),
        ("site", 4, 3 * 86_400.0, pytest.approx(0.75), 0.25, 1.0),
    ]


def test_parts_of_hold_ups_have_intervals_by_customer(told: Callable[..., Any]) -> None:
    rows = []
    for n in range(40):  # a day after the site and two after the shop; each fourth gives up at one of them
        rows.append(event(f"a{n}", 0, "site"))
        if n % 4 or n % 8:
            rows.append(event(f"a{n}", 1, "shop"))
        if n % 4:
            rows.append(event(f"a{n}", 3, "phone", reached=True))
    rows.append(event("z", 90, "ad"))
    found = rows_of(told(rows), "hold_ups", "touchpoint", "weight", "weight_low", "weight_high", "customers")
    # 35 days × 5 at the site, 60 × 5 at the shop; u by hand for each kind of customer (z is the 41st):
    # 30 reach it: a = (1/35, 2/60); 5 leave at the site: (1/5, 0); 5 at the shop: (1/35, 1/5).
    site, each = 7 / 19, ((30, 1 / 35, 2 / 60), (5, 1 / 5, 0.0), (5, 1 / 35, 1 / 5))
    means = [site * a + (1 - site) * b for _, a, b in each]
    ends = []
    for at, part in ((2, 1 - site), (1, site)):  # the shop stands before the site
        square = sum(one[0] * (one[at] - mean) ** 2 for one, mean in zip(each, means, strict=True))
        ends.append(part_from_log_variance(part, 41 / 40 * square))
    assert found == [
        ("phone", 0.0, None, None, 0),
        ("shop", pytest.approx(1 - site), *(pytest.approx(end) for end in ends[0]), 35),
        ("site", pytest.approx(site), *(pytest.approx(end) for end in ends[1]), 40),
    ]


def test_no_events_give_no_rows(told: Callable[..., Any]) -> None:
    engine = told([])
    assert [engine.table(name).num_rows for name in ("goal_rates", "resolutions", "hold_ups")] == [0, 0, 0]
