"""Which signals are whose, at which touchpoint: the one sorted table that every analysis reads."""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from vivencia.plans import Fold, Lookup, Map, Plan, Step, read_queries
from vivencia.plans.arrow import schema_of
from vivencia.plans.plan import Node
from vivencia.signals.placing import READ, placed
from vivencia.words.shapes.signals import EVENTS, PEOPLE, UNCATALOGUED

#: key → (when the link was made, to whom); of several links from one key the newest stands.
Links = dict[str, tuple[Any, str]]


def people_plan() -> Plan:
    """The plan that writes `people` from `links`: followed to their end, undone ones ignored."""
    return Plan("people", _people(read_queries("vivencia.signals", "events.sql")), ("people",))


def _people(sql: Mapping[str, str]) -> tuple[Node, ...]:
    return (
        Step("links_by_key", sql["links_by_key"], reads=("links",), order=("customer", "at")),
        Fold(
            "people",
            start=no_links,
            add=add_links,
            merge=merge_links,
            finish=people,
            reads="links_by_key",
            columns=("customer", "at", "person"),
            writes=PEOPLE,
            order=("customer", "at"),
        ),
    )


def events_plan(*, read: bool = False) -> Plan:
    """The plan that writes `events` and `uncatalogued` from `signals`, `links` and `touchpoints`.

    Identity links are followed to their end, undone ones ignored; the company's own
    answers (kind `belief`) are left out; a touchpoint the catalogue lacks stands in
    the stage "use" and is listed in `uncatalogued`. Segment, role, country, outcome and valence
    come from the properties of those names.

    With `read`, `people` and `readings` are there already: `events.polarity` is what the words say
    where they came without a rating, `rated_polarity` where one stands beside them; else both are
    null and `people` is written too.
    """
    sql = read_queries("vivencia.signals", "events.sql")
    words = (
        Step("own_words", sql["own_words"], reads=("readings",))
        if read
        else Step("own_words", sql["no_words"], reads=("signals",))
    )
    return Plan(
        name="events",
        nodes=(
            *(() if read else _people(sql)),
            words,
            Map(
                "events",
                placed,
                reads="signals",
                columns=READ,
                writes=(EVENTS,),
                beside=("touchpoints",),
                order=(),
                coded=True,
                lookups=(
                    Lookup("people", ("customer",), ("person",)),
                    Lookup("own_words", ("source", "id"), ("polarity", "rated_polarity")),
                ),
            ),
            Step(
                "uncatalogued",
                sql["uncatalogued"],
                reads=("signals", "touchpoints"),
                order=UNCATALOGUED.order,
                writes=UNCATALOGUED,
            ),
        ),
        gives=("events", "uncatalogued") if read else ("events", "people", "uncatalogued"),
    )


def no_links(side: Mapping[str, pa.Table]) -> Links:  # noqa: ARG001 (the form of a fold)
    """The state before any link was seen."""
    return {}


def add_links(state: Links, table: pa.Table, side: Mapping[str, pa.Table]) -> Links:  # noqa: ARG001
    """The state with a table's links added."""
    columns = (table.column(name).to_pylist() for name in ("customer", "at", "person"))
    seen: Links = {}
    for customer, at, person in zip(*columns, strict=True):
        seen[customer] = max(seen.get(customer, (at, person)), (at, person))
    return merge_links(state, seen)


def merge_links(one: Links, other: Links) -> Links:
    """Both states together."""
    merged = dict(one)
    for customer, link in other.items():
        merged[customer] = max(merged.get(customer, link), link)
    return merged


def people(state: Links, side: Mapping[str, pa.Table]) -> pa.Table:  # noqa: ARG001
    """Each linked key with the person at the end of its chain."""
    found = {customer: _end_of(customer, state) for customer in sorted(state)}
    rows = [{"customer": key, "person": person} for key, person in found.items() if person != key]
    return pa.Table.from_pylist(rows, schema=schema_of(PEOPLE))


def _end_of(customer: str, links: Links) -> str:
    """Where the chain ends; keys that point at each other in a ring are one person, the first by name."""
    way = [customer]
    while way[-1] in links:
        following = links[way[-1]][1]
        if following in way:
            return min(way[way.index(following) :])
        way.append(following)
    return way[-1]
