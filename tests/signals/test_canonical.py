"""A file in the signal's own form needs no mapping."""

from datetime import UTC, datetime

import pyarrow as pa
import pytest

from made_up.conversions import CATALOGUE, NOW, column, csv, faults
from vivencia.plans.arrow import schema_of
from vivencia.signals import Canonical, is_canonical, parse_catalogue, replay
from vivencia.words.errors import MappingError
from vivencia.words.shapes.signals import FAULTS, SIGNALS


def convert(table, catalogue=CATALOGUE):
    return Canonical().convert({"signals": table}, catalogue=catalogue, now=NOW, files={"signals": "in.csv"})


def test_spread_columns_become_maps_and_the_rest_is_kept_among_the_properties() -> None:
    found = convert(
        csv("""
        id, at, customer, kind, touchpoint, ratings.nps, measures.wait_s, segment, colour
        1, 2026-05-01T10:00:00+01:00, ana, survey, phone, 9, 12.5, new, red
        2, 2026-05-01T10:00:00Z, bia, interaction, phone, , , , blue
        """)
    )
    assert found.signals.schema == schema_of(SIGNALS)
    assert found.faults.num_rows == 0
    assert column(found, "at") == [
        datetime(2026, 5, 1, 9, tzinfo=UTC),
        datetime(2026, 5, 1, 10, tzinfo=UTC),
    ]
    assert column(found, "ratings") == [[("nps", 9.0)], []]
    assert column(found, "measures") == [[("wait_s", 12.5)], []]
    assert column(found, "properties") == [[("colour", "red"), ("segment", "new")], [("colour", "blue")]]
    assert column(found, "source") == ["import", "import"]


def test_nested_maps_pass_through_unchanged_from_a_slice_too() -> None:
    rows = [
        {
            "source": "app", "id": str(number), "at": datetime(2026, 5, 1, tzinfo=UTC), "customer": "ana",
            "kind": "purchase", "touchpoint": "cart", "value": 3.5, "reached": True,
            "measures": [("load_s", float(number))] if number % 2 else [],
            "ratings": [("stars", 4.0)], "properties": [("segment", "new")],
        }
        for number in range(6)
    ]  # fmt: skip
    table = pa.Table.from_pylist(rows, schema=schema_of(SIGNALS))
    found = convert(table.slice(2, 3))
    assert found.signals.to_pylist() == table.slice(2, 3).to_pylist()


def test_json_text_in_a_csv_column_is_a_map_and_broken_json_is_a_fault() -> None:
    table = pa.table(
        {
            "id": ["1", "2"], "at": ["2026-05-01T10:00:00Z"] * 2, "customer": ["a", "b"],
            "kind": ["survey"] * 2, "touchpoint": ["site"] * 2, "ratings": ['{"csat5": 4}', '{"csat5": '],
            "_line": [2, 3],
        }
    )  # fmt: skip
    found = convert(table)
    assert column(found, "ratings") == [[("csat5", 4.0)]]
    assert faults(found) == [(3, "ratings", "unreadable", '{"csat5":')]


def test_an_anonymous_visitor_is_known_by_the_device() -> None:
    found = convert(
        csv("""
        id, at, customer, anonymous, kind, touchpoint
        1, 2026-05-01T10:00:00Z, , d7, exposure, ad
        2, 2026-05-01T10:00:00Z, ana, d7, exposure, ad
        """)
    )
    assert column(found, "customer") == ["anon:d7", "ana"]


def test_what_is_wrong_with_a_record_is_told_at_once_and_the_record_is_kept() -> None:
    found = convert(
        csv("""
        id, at, customer, kind, touchpoint, ratings.nps, ratings.mood, measures.wait_s
        1, 2026-06-03, ana, visit, phone, 11, 3, -1
        2, 2026-05-01T10:00:00Z, , survey, phone, 8, , nan
        """)
    )
    assert found.signals.num_rows == 0
    assert faults(found) == [
        (2, "at", "no-zone", "2026-06-03"),
        (2, "kind", "unknown-kind", "visit"),
        (2, "measures.wait_s", "negative", "-1"),
        (2, "ratings.mood", "unknown-instrument", "mood"),
        (2, "ratings.nps", "out-of-scale", "11"),
        (3, "customer", "missing", None),
        (3, "measures.wait_s", "not-finite", "nan"),
    ]
    assert found.faults.schema == schema_of(FAULTS)
    assert found.faults["record"].to_pylist()[-1] == (
        '{"id": "2", "at": "2026-05-01T10:00:00Z", "kind": "survey", "touchpoint": "phone", '
        '"ratings.nps": "8", "measures.wait_s": "nan"}'
    )


def test_the_companys_zone_stands_in_for_a_missing_one() -> None:
    catalogue = parse_catalogue({"company": {"key": "test", "zone": "America/Sao_Paulo"}})
    found = convert(csv("at, customer, touchpoint\n2026-05-01 10:00, ana, phone"), catalogue)
    assert column(found, "at") == [datetime(2026, 5, 1, 13, tzinfo=UTC)]
    assert column(found, "kind") == ["interaction"]


def test_an_instrument_declared_later_answers_the_fault() -> None:
    found = convert(csv("at, customer, touchpoint, ratings.mood\n2026-05-01T10:00:00Z, ana, phone, 3"))
    assert faults(found) == [(2, "ratings.mood", "unknown-instrument", "mood")]
    mood = {"key": "mood", "target": "emotion", "low": 1, "high": 3}
    mended = parse_catalogue({"company": {"key": "test"}, "instruments": [mood]})
    again = replay(found.faults, Canonical(), catalogue=mended, now=NOW)
    assert again.signals["ratings"].to_pylist() == [[("mood", 3.0)]]
    assert again.settled == tuple(found.faults["fault"].to_pylist())
    unmended = replay(found.faults, Canonical(), catalogue=CATALOGUE, now=NOW)
    assert (unmended.signals.num_rows, unmended.faults.num_rows, unmended.settled) == (0, 0, ())


def test_a_file_in_another_form_is_told_to_bring_a_mapping() -> None:
    assert not is_canonical(["order_id", "at"])
    with pytest.raises(MappingError, match="it lacks touchpoint, customer"):
        convert(csv("order_id, at\n1, 2026-05-01"))
