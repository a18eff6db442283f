"""Signals become events: links followed, catalogue beside, beliefs left out, in order of time."""

from datetime import UTC, datetime

import pyarrow as pa

from vivencia.plans.arrow import schema_of
from vivencia.signals import events_plan
from vivencia.signals.events import add_links, merge_links, people
from vivencia.words.shapes import signals as shapes


def day(number: int) -> datetime:
    return datetime(2026, 3, number, 12, tzinfo=UTC)


def rows(shape, *found):
    return pa.Table.from_pylist(list(found), schema=schema_of(shape))


SIGNALS = rows(
    shapes.SIGNALS,
    {
        "source": "shop", "id": "2", "at": day(2), "customer": "anon:d1", "kind": "interaction",
        "touchpoint": "site", "measures": [("load_s", 2.0)], "ratings": [],
        "properties": [("segment", "new"), ("valence", "0.5")],
    },
    {
        "source": "shop", "id": "1", "at": day(1), "customer": "b", "kind": "survey", "touchpoint": "fax",
        "measures": [], "ratings": [("stars", 4.0)], "properties": [("valence", "good")], "department": "it",
    },
    {
        "source": "shop", "id": "3", "at": day(1), "customer": "anon:d0", "kind": "purchase",
        "touchpoint": "site", "measures": [], "ratings": [], "properties": [], "value": 9.5,
    },
    {
        "source": "shop", "id": "4", "at": day(1), "customer": "boss", "kind": "belief",
        "touchpoint": "site", "measures": [], "ratings": [], "properties": [],
    },
)  # fmt: skip

TOUCHPOINTS = rows(
    shapes.TOUCHPOINTS,
    {
        "touchpoint": "site", "stage": "purchase", "stage_order": 2, "channel": "web",
        "environment": "online", "contact": "direct", "form": "purchase", "department": "sales",
        "party": "company", "catalogued": True,
    },
)  # fmt: skip

LINKS = rows(
    shapes.LINKS,
    {"from_customer": "anon:d0", "to_customer": "anon:d1", "at": day(1), "undone": None},
    {"from_customer": "anon:d1", "to_customer": "ana", "at": day(3), "undone": None},
    {"from_customer": "b", "to_customer": "ana", "at": day(3), "undone": day(4)},
)


def test_events_hold_each_signal_once_with_its_person_and_its_touchpoint(engine) -> None:
    engine.give("signals", SIGNALS)
    engine.give("touchpoints", TOUCHPOINTS)
    engine.give("links", LINKS)
    engine.run(events_plan())
    events = engine.table("events")
    assert tuple(events.column_names) == shapes.EVENTS.names
    shown = ["customer", "at", "id", "stage", "contact", "department", "segment", "valence", "value"]
    assert [tuple(row.values()) for row in events.select(shown).to_pylist()] == [
        ("ana", day(1), "3", "purchase", "direct", "sales", None, None, 9.5),
        ("ana", day(2), "2", "purchase", "direct", "sales", "new", 0.5, None),
        ("b", day(1), "1", "use", "direct", "it", None, None, None),
    ]
    assert events["measures"].to_pylist()[1] == [("load_s", 2.0)]
    assert events["ratings"].to_pylist()[2] == [("stars", 4.0)]
    assert engine.table("uncatalogued").to_pylist() == [
        {"touchpoint": "fax", "signals": 1, "customers": 1, "last": day(1)}
    ]


def test_without_links_everybody_is_themselves(engine) -> None:
    engine.give("signals", SIGNALS)
    engine.give("touchpoints", TOUCHPOINTS)
    engine.give("links", LINKS.slice(0, 0))
    engine.run(events_plan())
    assert engine.table("events")["customer"].to_pylist() == ["anon:d0", "anon:d1", "b"]


def links_state(*found):
    customers, moments, persons = zip(*found, strict=True)
    table = pa.table({"customer": customers, "at": [day(one) for one in moments], "person": persons})
    return add_links({}, table, {})


def test_a_chain_is_followed_to_its_end_and_a_ring_is_one_person() -> None:
    state = links_state(("a", 1, "b"), ("b", 1, "c"), ("x", 1, "z"), ("z", 2, "y"), ("y", 3, "x"))
    assert people(state, {}).to_pylist() == [
        {"customer": "a", "person": "c"},
        {"customer": "b", "person": "c"},
        {"customer": "y", "person": "x"},
        {"customer": "z", "person": "x"},
    ]


def test_of_two_links_from_one_key_the_newer_stands_in_any_order_of_merging() -> None:
    early, late = links_state(("a", 1, "b")), links_state(("a", 2, "c"))
    assert merge_links(early, late) == merge_links(late, early) == late
