"""Each trap that real files set, met once: see "Lessons from larger real sets" in the data notes."""

import tomllib
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from made_up.conversions import CATALOGUE, column, converted, faults
from vivencia.signals import catalogue_tables, parse_mapping
from vivencia.words.errors import MappingError

HEAD = """
[mapping]
name = "traps"
zone = "Europe/Lisbon"
[files.f]
pattern = "*"
"""

SIGNAL = """
[[signals]]
name = "s"
id = "{id}"
at = "{at}"
customer = "{who}"
kind = "interaction"
touchpoint = "desk"
"""


def test_zero_na_minus_99_and_blank_mean_not_used_per_column() -> None:
    columns = """
    columns.lift = { type = "number", not_applicable = ["0"] }
    columns.pool = { type = "number", not_applicable = ["N/A", "-99"] }
    """
    ratings = 'ratings.csat5 = "{lift}"\nratings.csat7 = "{pool}"\nmeasures.steps = "{steps}"'
    found = converted(
        HEAD + columns + SIGNAL + ratings,
        f="""
        id, at, who, lift, pool, steps
        1, 2026-01-01, ana, 0, 5, 0
        2, 2026-01-01, bia, 3, -99, 7
        3, 2026-01-01, caio, 4, N/A,
        4, 2026-01-01, dina, , -99.0, 1
        """,
    )
    assert faults(found) == []
    assert column(found, "ratings") == [[("csat7", 5.0)], [("csat5", 3.0)], [("csat5", 4.0)], []]
    # In another column 0 is a number like others.
    assert column(found, "measures") == [[("steps", 0.0)], [("steps", 7.0)], [], [("steps", 1.0)]]


def test_not_applicable_codes_hold_for_typed_columns_too() -> None:
    columns = "columns.pool.not_applicable = [-99]\n"
    table = pa.table(
        {
            "id": [1, 2], "at": ["2026-01-01"] * 2, "who": ["ana", "bia"], "pool": [-99.0, 4.0],
            "_line": [1, 2],
        }
    )  # fmt: skip
    found = converted(HEAD + columns + SIGNAL + 'ratings.csat5 = "{pool}"', f=table)
    assert column(found, "ratings") == [[], [("csat5", 4.0)]]


def test_the_text_na_is_a_real_key() -> None:
    found = converted(
        HEAD + SIGNAL + 'properties.country = "{country}"\nplace = "store:{store}"',
        f="id, at, who, country, store\nNA, 2026-01-01, NA, NA, NA",
    )
    assert column(found, "id") == ["NA"]
    assert column(found, "customer") == ["NA"]
    assert column(found, "place") == ["store:NA"]
    assert column(found, "properties") == [[("country", "NA")]]


def test_keys_that_a_spreadsheet_rounded_are_refused_not_merged() -> None:
    found = converted(
        HEAD + SIGNAL,
        f="""
        id, at, who
        9.44E+18, 2026-01-01, ana
        9.44E+18, 2026-01-02, bia
        1e5, 2026-01-02, 3.1e+17
        12E4, 2026-01-02, caio
        """,
    )
    assert faults(found) == [
        (2, "id", "mangled-id", "9.44E+18"),
        (3, "id", "mangled-id", "9.44E+18"),
        (4, "customer", "mangled-id", "3.1e+17"),
    ]
    assert column(found, "id") == ["12E4"]


def test_a_float_column_of_keys_keeps_them_whole_until_it_no_longer_can() -> None:
    table = pa.table(
        {"id": [12.0, 9.44e18], "at": ["2026-01-01"] * 2, "who": ["ana", "bia"], "_line": [1, 2]}
    )
    found = converted(HEAD + SIGNAL, f=table)
    assert column(found, "id") == ["12"]
    assert faults(found) == [(2, "id", "mangled-id", "9.44e+18")]


def test_nobody_waits_a_negative_time_but_a_parcel_may_be_early() -> None:
    found = converted(
        HEAD + SIGNAL + 'measures.wait_s = "{wait}"\nmeasures.delay_days = "{delay}"',
        f="id, at, who, wait, delay\n1, 2026-01-01, ana, -3, -3\n2, 2026-01-01, ana, 3, -3",
    )
    assert faults(found) == [(2, "measures.wait_s", "negative", "-3")]
    assert column(found, "measures") == [[("delay_days", -3.0), ("wait_s", 3.0)]]


UNKNOWN = SIGNAL.replace('"{who}"', '{ from = "{who}", unknown = ["0"] }')
ANONYMOUS = SIGNAL.replace(
    '"{who}"', '{ from = "{who}", unknown = ["0"], when_unknown = "anonymous", session = "{session}" }'
)
STRANGERS = """
    id, at, who, session
    1, 2026-01-01, 0, s7
    2, 2026-01-01, 0,
    3, 2026-01-01, ana, s7
"""


def test_customer_zero_is_nobody_and_not_one_busy_person() -> None:
    found = converted(HEAD + UNKNOWN, f=STRANGERS)
    assert faults(found) == [
        (2, "customer", "unknown-customer", "0"),
        (3, "customer", "unknown-customer", "0"),
    ]
    assert column(found, "customer") == ["ana"]


def test_or_an_anonymous_visitor_by_session_where_the_mapping_says_so() -> None:
    found = converted(HEAD + ANONYMOUS, f=STRANGERS)
    assert faults(found) == []
    assert column(found, "customer") == ["anon:s7", "anon:traps:2", "ana"]


def test_one_visitor_with_702_sessions_just_works() -> None:
    lines = [f"v{number}, 2026-01-01 10:00, busy" for number in range(702)]
    found = converted(HEAD + SIGNAL, f="id, at, who\n" + "\n".join(lines))
    assert faults(found) == []
    assert pc.unique(found.signals["customer"]).to_pylist() == ["busy"]
    assert found.signals.num_rows == 702


def test_dates_beside_times_in_one_column_and_between_columns() -> None:
    found = converted(
        HEAD + SIGNAL + 'measures.delay_days = "calendar_days({due}, {at})"\n'
        'measures.delay_exact_days = "days({due}, {at})"',
        f="""
        id, at, who, due
        1, 2025-07-03 18:00, ana, 2025-07-03
        2, 2025-07-03, ana, 2025-07-02 12:00:00
        3, 2025-07-03T23:30:00Z, ana, 2025-07-03
        """,
    )
    assert faults(found) == []
    assert column(found, "at") == [
        datetime(2025, 7, 3, 17, tzinfo=UTC),
        datetime(2025, 7, 2, 23, tzinfo=UTC),
        datetime(2025, 7, 3, 23, 30, tzinfo=UTC),
    ]
    assert [dict(one) for one in column(found, "measures")] == [
        {"delay_days": 0.0, "delay_exact_days": 0.75},
        {"delay_days": 1.0, "delay_exact_days": 0.5},
        # By the clock of Lisbon it was half past midnight of the day after.
        {"delay_days": 1.0, "delay_exact_days": pytest.approx(24.5 / 24)},
    ]


def test_a_time_without_a_zone_is_a_fault_until_somebody_names_one() -> None:
    zoneless = HEAD.replace('zone = "Europe/Lisbon"', "")
    found = converted(
        zoneless + SIGNAL, f="id, at, who\n1, 2026-01-01, ana\n2, 2026-01-01T00:00:00+02:00, ana"
    )
    assert faults(found) == [(2, "at", "no-zone", "2026-01-01")]
    assert column(found, "at") == [datetime(2025, 12, 31, 22, tzinfo=UTC)]


def test_more_than_a_day_in_the_future_is_a_fault_less_is_a_wrong_clock() -> None:
    now = datetime(2026, 1, 1, 12, tzinfo=UTC)
    lines = "id, at, who\n1, 2026-01-02 12:00, ana\n2, 2026-01-02 12:01, ana\n3, 2026-13-01, ana\n4, , ana"
    found = converted(HEAD + SIGNAL, now=now, f=lines)
    assert column(found, "id") == ["1"]
    assert faults(found) == [
        (3, "at", "future", "2026-01-02 12:01:00.000000Z"),
        (4, "at", "not-a-date", "2026-13-01"),
        (5, "at", "missing", None),
    ]


def test_a_fact_known_only_after_the_outcome_explains_nothing() -> None:
    late = "columns.room_given.after_outcome = true\n"
    kept = converted(
        HEAD + late + SIGNAL + 'properties.segment = "{room_given}"\nproperties.room = "{room_asked}"',
        f="id, at, who, room_asked, room_given\n1, 2026-01-01, ana, A, B",
    )
    # Kept, under a key that no analysis reads: not the segment, though the mapping calls it so.
    assert column(kept, "properties") == [[("after_outcome:segment", "B"), ("room", "A")]]
    for field in (
        'measures.changed = "1 if {room_given} != {room_asked} else 0"',
        'ratings.stars = "{room_given}"',
    ):
        with pytest.raises(
            MappingError, match="properties only, for a column that is known after the outcome"
        ):
            parse_mapping(tomllib.loads(HEAD + late + SIGNAL + field))


def test_a_stated_intention_is_neither_behaviour_nor_experience() -> None:
    found = converted(
        HEAD + SIGNAL + 'ratings.intention7 = "{again}"',
        f="id, at, who, again\n1, 2026-01-01, ana, 7",
    )
    assert column(found, "kind") == ["interaction"]
    targets = {
        row["instrument"]: row["target"] for row in catalogue_tables(CATALOGUE)["instruments"].to_pylist()
    }
    assert targets["intention7"] == "intention"
    assert {key for key, target in targets.items() if target == "intention"} == {
        "intention5",
        "intention7",
        "intention_percent",
    }


def test_numbers_that_are_none_are_told_apart() -> None:
    found = converted(
        HEAD + SIGNAL + 'measures.cost = "{a} / {b}"\nvalue = "{a}"',
        f="""
        id, at, who, a, b
        1, 2026-01-01, ana, 1, 0
        2, 2026-01-01, ana, inf, 1
        3, 2026-01-01, ana, 1.000, x
        """,
    )
    assert faults(found) == [
        (2, "measures.cost", "not-finite", "inf"),
        (3, "a", "not-finite", "inf"),
        (4, "b", "not-a-number", "x"),
    ]


def test_numbers_written_with_a_comma_are_not_read_a_thousand_times_too_large() -> None:
    comma = 'columns.price = { type = "number", decimal = ",", thousands = "." }\n'
    table = pa.table(
        {
            "id": ["1", "2", "3", "4"], "at": ["2026-01-01"] * 4, "who": ["ana"] * 4,
            "price": ["1.234,50", "1.5", "0,5", "12.345"], "_line": [2, 3, 4, 5],
        }
    )  # fmt: skip
    found = converted(HEAD + comma + SIGNAL + 'value = "{price}"', f=table)
    assert column(found, "value") == [1234.5, 0.5, 12345.0]
    assert faults(found) == [(3, "price", "not-a-number", "1.5")]
    plain = converted(HEAD + SIGNAL + 'value = "{price}"', f=table)
    assert [fault[3] for fault in faults(plain)] == ["1.234,50", "0,5"]


def test_a_value_the_list_lacks_is_a_fault_unless_there_is_another() -> None:
    words = 'ratings.thumbs = { from = "{liked}", values = { sim = 1, "não" = 0 } }'
    table = "id, at, who, liked\n1, 2026-01-01, ana, sim\n2, 2026-01-01, ana, talvez\n3, 2026-01-01, ana, não"
    found = converted(HEAD + SIGNAL + words, f=table)
    assert column(found, "ratings") == [[("thumbs", 1.0)], [("thumbs", 0.0)]]
    assert faults(found) == [(3, "liked", "unknown-value", "talvez")]
    lenient = converted(HEAD + SIGNAL + words.replace("} }", '}, otherwise = "" }'), f=table)
    assert column(lenient, "ratings") == [[("thumbs", 1.0)], [], [("thumbs", 0.0)]]
