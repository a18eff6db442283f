"""What a mapping file can say, and what comes of it."""

import tomllib
from datetime import UTC, datetime

import pyarrow as pa
import pytest

from made_up.conversions import CATALOGUE, NOW, column, converted, csv, faults
from vivencia.signals import parse_mapping, replay
from vivencia.words.errors import MappingError

ORDERS = """
[mapping]
name = "orders"
source = "shop"
zone = "Europe/Lisbon"

[files.orders]
pattern = "orders*.csv"
columns.ordered = { type = "time", format = ["%d/%m/%Y %H:%M", "%d/%m/%Y"] }
columns.promised = { type = "time", format = "%d/%m/%Y" }
columns.delivered = { type = "time", format = "%d/%m/%Y %H:%M" }
columns.total = { type = "number", decimal = ",", thousands = "." }

[files.people]
pattern = "people*.csv"

[files.reviews]
pattern = "reviews*.csv"

[[joins]]
from = "orders"
file = "people"
name = "person"
on = { client = "key" }

[[joins]]
from = "orders"
file = "reviews"
name = "review"
on = "order"
missing = "blank"

[defaults]
customer = "{person.email_hash}"
properties.segment = "{person.segment}"

[[signals]]
name = "purchase"
from = "orders"
id = "{order}:purchase"
at = "{ordered}"
kind = "purchase"
touchpoint = "checkout"
value = "{total}"
currency = "EUR"

[[signals]]
name = "delivery"
from = "orders"
when = "present({delivered}) and {status} != 'cancelled'"
id = "{order}:delivery"
at = "{delivered}"
kind = "interaction"
touchpoint = "delivery"
measures.delay_days = "calendar_days({promised}, {delivered})"
ratings.stars = "{review.stars}"

[[signals]]
name = "cancellation"
from = "orders"
when = "{status} == 'cancelled'"
id = "{order}:cancelled"
at = "{ordered}"
kind = "interaction"
touchpoint = "cancellation"
reached = false
"""

FILES = {
    "orders": """
        order, client, status, ordered, promised, delivered, total
        o1, 7, sent, 01/03/2026 10:00, 05/03/2026, 05/03/2026 23:30, 1.234
        o2, 8, sent, 02/03/2026, 05/03/2026, 07/03/2026 01:00, 5
        o3, 7, cancelled, 03/03/2026 09:00, 09/03/2026, , 12
    """,
    "people": """
        key, email_hash, segment
        7, ana, new
        8, bia, old
    """,
    "reviews": """
        order, stars
        o1, 5
    """,
}


def test_one_row_gives_several_signals_with_joins_and_computed_measures() -> None:
    found = converted(ORDERS, **FILES)
    assert faults(found) == []
    shown = ["id", "at", "customer", "touchpoint", "reached", "measures", "ratings", "value"]
    assert [tuple(row.values()) for row in found.signals.select(shown).to_pylist()] == [
        ("o1:purchase", datetime(2026, 3, 1, 10, tzinfo=UTC), "ana", "checkout", None, [], [], 1234.0),
        ("o2:purchase", datetime(2026, 3, 2, tzinfo=UTC), "bia", "checkout", None, [], [], 5.0),
        ("o3:purchase", datetime(2026, 3, 3, 9, tzinfo=UTC), "ana", "checkout", None, [], [], 12.0),
        (
            "o1:delivery", datetime(2026, 3, 5, 23, 30, tzinfo=UTC), "ana", "delivery", None,
            [("delay_days", 0.0)], [("stars", 5.0)], None,
        ),
        (
            "o2:delivery", datetime(2026, 3, 7, 1, tzinfo=UTC), "bia", "delivery", None,
            [("delay_days", 2.0)], [], None,
        ),
        ("o3:cancelled", datetime(2026, 3, 3, 9, tzinfo=UTC), "ana", "cancellation", False, [], [], None),
    ]  # fmt: skip
    assert column(found, "properties")[:2] == [[("segment", "new")], [("segment", "old")]]


def test_a_row_without_its_partner_is_one_fault_that_names_its_signals() -> None:
    files = FILES | {"people": "key, email_hash, segment\n7, ana, new\n7, bea, new"}
    found = converted(ORDERS, **files)
    assert faults(found) == [
        (2, "client", "many-partners", "7"),
        (3, "client", "no-partner", "8"),
        (4, "client", "many-partners", "7"),
    ]
    assert found.faults["signal"].to_pylist() == [
        "purchase, delivery",
        "purchase, delivery",
        "purchase, cancellation",
    ]


def test_a_refused_record_comes_in_after_the_mapping_is_mended() -> None:
    files = FILES | {"reviews": "order, stars\no1, five"}
    broken = converted(ORDERS, **files)
    assert faults(broken) == [(2, "review.stars", "not-a-number", "five")]
    assert [one for one in column(broken, "id") if one.startswith("o1")] == ["o1:purchase"]
    words = 'ratings.stars = { from = "{review.stars}", values = { five = 5 } }'
    mended = parse_mapping(tomllib.loads(ORDERS.replace('ratings.stars = "{review.stars}"', words)))
    again = replay(broken.faults, mended, catalogue=CATALOGUE, now=NOW)
    assert again.settled == tuple(broken.faults["fault"].to_pylist())
    whole = mended.convert({name: csv(text) for name, text in files.items()}, catalogue=CATALOGUE, now=NOW)
    wanted = [row for row in whole.signals.to_pylist() if row["id"].startswith("o1")]
    assert again.signals.to_pylist() == wanted


def test_the_same_content_has_the_same_id_and_another_file_name_does_not_matter() -> None:
    mapping = """
    [mapping]
    name = "visits"
    zone = "UTC"
    [files.visits]
    pattern = "*"
    [[signals]]
    name = "visit"
    at = "{day} {hour}"
    customer = "{who}"
    kind = "interaction"
    touchpoint = "=slug({where})"
    """
    table = "day, hour, who, where\n2026-01-02, 10:00, ana, Front Desk\n2026-01-02, 11:00, ana, Front Desk"
    first, second = converted(mapping, visits=table), converted(mapping, visits=table)
    assert column(first, "id") == column(second, "id")
    assert len(set(column(first, "id"))) == 2
    assert column(first, "touchpoint") == ["front_desk", "front_desk"]
    reordered = "who, hour, day, where\nana, 10:00, 2026-01-02, Front Desk"
    assert column(converted(mapping, visits=reordered), "id") == column(first, "id")[:1]


def test_for_each_writes_one_signal_per_item() -> None:
    mapping = """
    [mapping]
    name = "items"
    [files.answers]
    pattern = "answers.csv"
    [[signals]]
    for_each = { item = ["01", "02"] }
    name = "item_$item"
    id = "{_line}:$item"
    at = "2026-02-03T00:00:00Z"
    customer = "respondent-{_line}"
    kind = "survey"
    touchpoint = "kiosk_$item"
    ratings.expected_csat7 = "{E$item}"
    ratings.csat7 = "{P$item}"
    """
    found = converted(mapping, answers="E01, P01, E02, P02\n7, 6, 5, 4")
    assert column(found, "touchpoint") == ["kiosk_01", "kiosk_02"]
    assert column(found, "ratings") == [
        [("csat7", 6.0), ("expected_csat7", 7.0)],
        [("csat7", 4.0), ("expected_csat7", 5.0)],
    ]
    assert column(found, "id") == ["2:01", "2:02"]


def test_one_id_with_two_contents_keeps_the_first_and_faults_the_second() -> None:
    mapping = """
    [mapping]
    name = "m"
    zone = "UTC"
    [files.f]
    pattern = "*"
    [[signals]]
    name = "s"
    id = "{id}"
    at = "{at}"
    customer = "{who}"
    kind = "interaction"
    touchpoint = "desk"
    """
    found = converted(mapping, f="id, at, who\n1, 2026-01-02, ana\n1, 2026-01-02, ana\n1, 2026-01-03, ana")
    assert column(found, "id") == ["1"]
    assert faults(found) == [(4, "id", "conflict", "1")]


def test_a_lacking_column_is_told_with_what_the_file_has() -> None:
    with pytest.raises(MappingError, match=r"orders lacks the columns total; it has: order, client"):
        converted(ORDERS, **FILES | {"orders": FILES["orders"].replace("total", "sum")})


def test_every_mistake_of_a_mapping_stands_in_one_message() -> None:
    with pytest.raises(MappingError) as caught:
        parse_mapping(
            tomllib.loads("""
            [mapping]
            name = "bad"
            zone = "Lisbon"
            [files.orders]
            pattern = ""
            columns.day = { type = "date", format = "%d/%m" }
            columns.room = { after_outcome = true }
            [[joins]]
            from = "orders"
            file = "people"
            on = []
            [[signals]]
            name = "s"
            at = "{day}"
            kind = "visit"
            customer = { from = "{who}", when_unknown = "guess" }
            when = "{a} = 1"
            measures.wait_s = "__import__('os').getpid()"
            measures.room = "{room}"
            rating.nps = "{n}"
            """)
        )
    assert [line.strip().split(";")[0] for line in str(caught.value).splitlines()[1:]] == [
        "mapping.zone: found 'Lisbon'",
        "files.orders.pattern: found ''",
        "files.orders.columns.day.type: found 'date'",
        "files.orders.columns.day.format: found '%d/%m'",
        "joins[1].file: found 'people'",
        "joins[1].on: found []",
        "signals[1].when: found '{a} = 1'",
        "signals[1].customer.when_unknown: found 'guess'",
        "signals[1].measures.wait_s: found \"__import__('os').getpid()\"",
        "signals[1].measures.room: found '{room}'",
        "signals[1].touchpoint: found nothing",
        "signals[1].kind: found 'visit'",
        "signals[1].rating: found 'rating'",
    ]


def test_an_instrument_that_nobody_declared_stops_the_mapping_before_it_starts() -> None:
    with pytest.raises(MappingError, match="Unknown instruments: starz"):
        converted(ORDERS.replace("ratings.stars", "ratings.starz"), **FILES)


def test_batches_give_what_the_whole_file_gives() -> None:
    mapping = parse_mapping(tomllib.loads(ORDERS))
    tables = {name: csv(text) for name, text in FILES.items()}
    assert (mapping.mains, mapping.sides) == (("orders",), ("people", "reviews"))
    converter = mapping.converter(tables, catalogue=CATALOGUE, now=NOW)
    parts = [
        converter.convert("orders", tables["orders"].slice(row, 1), file="orders.csv") for row in range(3)
    ]
    rows = [row for part in parts for row in part.signals.to_pylist()]
    whole = mapping.convert(tables, catalogue=CATALOGUE, now=NOW).signals.to_pylist()
    assert sorted(rows, key=lambda row: row["id"]) == sorted(whole, key=lambda row: row["id"])


def test_typed_columns_are_taken_as_they_are() -> None:
    table = pa.table(
        {
            "order": pa.array([12.0, 13.0]),
            "client": pa.array([7, 8]),
            "status": ["sent", "sent"],
            "ordered": pa.array([datetime(2026, 1, 1, tzinfo=UTC)] * 2, pa.timestamp("us", "UTC")),
            "promised": pa.array([datetime(2026, 1, 2).date()] * 2, pa.date32()),  # noqa: DTZ001
            "delivered": pa.array([datetime(2026, 1, 3, 0, 30)] * 2, pa.timestamp("ms")),  # noqa: DTZ001
            "total": pa.array([1.5, 2.5]),
            "_line": [1, 2],
        }
    )
    found = converted(ORDERS, **FILES | {"orders": table})
    assert faults(found) == []
    assert column(found, "id")[:2] == ["12:purchase", "13:purchase"]
    assert column(found, "value")[:2] == [1.5, 2.5]
    assert column(found, "measures")[2] == [("delay_days", 1.0)]
