"""The shipped mappings, on made-up files of the same shape and on the real ones where they are."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean
from typing import Any

import pyarrow as pa
import pytest

from made_up.conversions import csv
from vivencia.connectors import open_file
from vivencia.signals import Converted, parse_catalogue, parse_mapping
from vivencia.signals.examples import EXAMPLES, example_catalogue, example_mapping
from vivencia.words.catalogue import LANGUAGES
from vivencia.words.errors import InputError

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def example(name: str, **files: Any) -> Converted:
    tables = {alias: csv(one) if isinstance(one, str) else one for alias, one in files.items()}
    catalogue = parse_catalogue(tomllib.loads(example_catalogue(name)))
    return parse_mapping(tomllib.loads(example_mapping(name))).convert(tables, catalogue=catalogue, now=NOW)


def read(folder: Path, *names: str) -> list[Any]:
    return [next(iter(open_file(folder / name).batches())) for name in names]


def maps(found: Converted, name: str) -> list[dict[str, float]]:
    return [dict(one) for one in found.signals[name].to_pylist()]


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_speaks_all_four_languages_and_catalogues_what_it_writes(name) -> None:
    catalogue = parse_catalogue(tomllib.loads(example_catalogue(name)))
    mapping = parse_mapping(tomllib.loads(example_mapping(name)))
    assert mapping.name == name
    for one in (*catalogue.touchpoints, *catalogue.departments, catalogue.company):
        assert set(one.names) == set(LANGUAGES)
    for signal in mapping.signals:
        touchpoint = signal.fields["touchpoint"].expression
        assert touchpoint.columns or catalogue.touchpoint(touchpoint.source), signal.name
        assert set(signal.ratings) <= set(catalogue.instruments)


def test_an_example_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(InputError) as caught:
        example_mapping("olist")
    assert "olist_orders" in caught.value.hint


OLIST = {
    "orders": """
        order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at,order_delivered_carrier_date,order_delivered_customer_date,order_estimated_delivery_date
        o1,c1,delivered,2018-01-01 10:00:00,2018-01-01 12:00:00,2018-01-02 09:00:00,2018-01-10 22:30:00,2018-01-10 00:00:00
        o2,c2,delivered,2018-01-01 10:00:00,2018-01-01 10:30:00,2018-01-02 09:00:00,2018-01-12 08:00:00,2018-01-10 00:00:00
        o3,c3,canceled,2018-02-01 10:00:00,,,,2018-02-10 00:00:00
    """,  # noqa: E501 (the file has these columns)
    "customers": """
        customer_id,customer_unique_id,customer_zip_code_prefix,customer_city,customer_state
        c1,ana,1,porto,SP
        c2,bia,2,porto,RJ
        c3,ana,1,porto,SP
    """,
    "reviews": """
        review_id,order_id,review_score,review_comment_title,review_comment_message,review_creation_date,review_answer_timestamp
        r1,o1,2,,Demorou,2018-01-11 00:00:00,2018-01-12 09:00:00
        r2,o1,5,Agora sim,Chegou,2018-01-13 00:00:00,2018-01-14 09:00:00
        r3,o3,1,,Nunca chegou,2018-02-20 00:00:00,2018-02-21 09:00:00
    """,
}


def test_an_order_gives_a_purchase_a_delivery_and_a_cancellation() -> None:
    found = example("olist_orders", **OLIST)
    assert found.faults.num_rows == 0
    shown = found.signals.select(["id", "touchpoint", "customer", "reached", "text"]).to_pylist()
    assert [tuple(row.values()) for row in shown] == [
        ("o1:purchase", "checkout", "ana", None, None),
        ("o2:purchase", "checkout", "bia", None, None),
        ("o3:purchase", "checkout", "ana", None, None),
        ("o1:delivery", "delivery", "ana", True, "Agora sim\nChegou"),
        ("o2:delivery", "delivery", "bia", True, None),
        ("o3:cancellation", "cancellation", "ana", False, None),
        ("r1:review", "delivery", "ana", None, "Demorou"),
        ("r3:review", "delivery", "ana", None, "Nunca chegou"),
    ]
    delays = [one.get("delay_days") for one in maps(found, "measures")]
    assert delays[3:5] == [0.0, 2.0]
    assert [one.get("stars") for one in maps(found, "ratings")] == [None] * 3 + [5, None, None, 2, 1]


@pytest.mark.data
def test_olist_gives_the_lateness_and_the_stars_that_its_authors_saw(reference_data: Path) -> None:
    names = [f"olist_{one}_dataset.csv" for one in ("orders", "customers", "order_reviews")]
    orders, customers, reviews = read(reference_data / "olist_orders", *names)
    found = example("olist_orders", orders=orders, customers=customers, reviews=reviews)
    assert found.faults.num_rows == 0
    rows = [row for row in found.signals.to_pylist() if row["id"].endswith(":delivery")]
    late = [dict(row["measures"]) | dict(row["ratings"]) for row in rows]
    assert len(late) == 3898
    assert round(100 * mean(one["delay_days"] > 0 for one in late), 1) == 7.2
    assert round(100 * mean(one["delay_exact_days"] > 0 for one in late), 1) == 8.6
    early = [one["stars"] for one in late if one["delay_exact_days"] <= -7 and "stars" in one]
    tardy = [one["stars"] for one in late if one["delay_exact_days"] > 7 and "stars" in one]
    assert (round(mean(early), 2), round(mean(tardy), 2)) == (4.32, 1.61)
    # Every review came in once, beside its delivery or alone.
    stars = [row for row in found.signals.to_pylist() if row["ratings"]]
    assert len(stars) == reviews.num_rows == 3986


def test_a_pair_of_answers_is_an_expectation_and_an_experience() -> None:
    items = [f"{letter}{number:02}" for number in range(1, 25) for letter in "EP"]
    head = ["gender", "age_band", "kiosk_use_frequency", *items]
    closing = ["overall_satisfied", "intend_reuse", "intend_recommend"]
    answers = ["F", "20-29", "often", "7.0", "6.0", "", "", *["4.0", "5.0"] * 22, "5.0", "6.0", "7.0"]
    found = example("kiosk_servqual", answers=f"{','.join(head + closing)}\n{','.join(answers)}")
    assert found.faults.num_rows == 0
    assert found.signals.num_rows == 24
    assert found.signals["touchpoint"].to_pylist()[:2] == ["item_01", "item_03"]
    assert maps(found, "ratings")[0] == {"expected_csat7": 7.0, "csat7": 6.0}
    assert maps(found, "ratings")[-1] == {
        "overall7": 5.0,
        "intention7": 6.0,
        "recommend_intention7": 7.0,
    }


@pytest.mark.data
def test_kiosks_give_the_mean_expectation_and_perception_of_each_item(reference_data: Path) -> None:
    (answers,) = read(reference_data / "kiosk_servqual", "kiosk_renamed.csv")
    found = example("kiosk_servqual", answers=answers)
    assert found.faults.num_rows == 0
    rows = list(zip(found.signals["touchpoint"].to_pylist(), maps(found, "ratings"), strict=True))
    for item in range(1, 25):
        for letter, instrument in (("E", "expected_csat7"), ("P", "csat7")):
            asked = [float(one) for one in answers[f"{letter}{item:02}"].to_pylist() if one]
            given = [one[instrument] for key, one in rows if key == f"item_{item:02}" and instrument in one]
            assert given == asked
    first = [one for key, one in rows if key == "item_01"]
    assert len(first) == 207
    assert round(mean(one["expected_csat7"] for one in first), 2) == 6.43
    assert round(mean(one["csat7"] for one in first), 2) == 5.88


RECEIPT = """
    case:concept:name,case:channel,case:department,case:deadline,case:enddate,concept:instance,concept:name,org:resource,org:group,time:timestamp
    c1,Desk,General,2011-03-01T00:00:00Z,2011-03-02T12:00:00Z,t1,Confirmation of receipt,R1,G1,2011-01-01T10:00:00Z
    c1,Desk,General,2011-03-01T00:00:00Z,2011-03-02T12:00:00Z,t2,T02 Check confirmation of receipt,R2,G1,2011-01-02T10:00:00Z
    c2,Post,Experts,2011-03-01T00:00:00Z,,t3,Confirmation of receipt,R1,G1,2011-01-03T10:00:00Z
"""  # noqa: E501 (the log has these attributes)


def test_an_event_log_gives_one_contact_an_event_and_one_decision_a_case() -> None:
    found = example("journeys_receipt", log=RECEIPT)
    assert found.faults.num_rows == 0
    shown = found.signals.select(["id", "customer", "kind", "touchpoint", "actor"]).to_pylist()
    assert [tuple(row.values()) for row in shown] == [
        ("t1", "c1", "interaction", "Confirmation of receipt", "R1"),
        ("t2", "c1", "interaction", "T02 Check confirmation of receipt", "R2"),
        ("t3", "c2", "interaction", "Confirmation of receipt", "R1"),
        ("c1:decision", "c1", "survey", "decision", None),
    ]
    assert maps(found, "measures")[-1] == {"delay_days": 1.5}


@pytest.mark.data
def test_the_receipt_log_gives_its_cases_and_its_broken_deadlines(reference_data: Path) -> None:
    (log,) = read(reference_data / "journeys_receipt", "receipt.xes.gz")
    found = example("journeys_receipt", log=log)
    assert found.faults.num_rows == 0
    rows = found.signals.to_pylist()
    steps = [row for row in rows if row["kind"] == "interaction"]
    assert (len(steps), len({row["customer"] for row in steps})) == (8577, 1434)
    catalogue = parse_catalogue(tomllib.loads(example_catalogue("journeys_receipt")))
    assert {row["touchpoint"] for row in steps} <= {one.key for one in catalogue.touchpoints}
    late = [dict(row["measures"])["delay_days"] > 0 for row in rows if row["touchpoint"] == "decision"]
    assert round(100 * mean(late), 1) == 28.4


def test_an_event_of_an_object_centric_log_belongs_to_its_order_or_what_came_before() -> None:
    rows = [
        {"id": "e1", "type": "Create Purchase Requisition", "object:Purchase Requisition": "PR1"},
        {"id": "e2", "type": "Create Purchase Order", "object:Purchase Requisition": "PR1"},
        {"id": "e3", "type": "Insert Payment", "object:Invoice": "R1"},
    ]
    rows[1] |= {
        "object:Purchase Order": "PO1",
        "object:Purchase Order.po_quantity": "500",
        "po_creator": "Mike",
    }
    names = sorted({name for row in rows for name in row})
    table = pa.table({name: [row.get(name) for row in rows] for name in names})
    table = table.append_column("time", pa.array([f"2022-01-0{day} 10:00" for day in (1, 2, 3)]))
    table = table.append_column("objects:Invoice", pa.array([[], ["R1", "R2"], ["R1"]]))
    found = example("ocel", log=table.append_column("_line", pa.array([1, 2, 3])))
    assert found.faults.num_rows == 0
    assert found.signals["customer"].to_pylist() == ["PR1", "PO1", "R1"]
    assert found.signals["actor"].to_pylist() == [None, "Mike", None]
    assert maps(found, "measures")[1] == {"quantity": 500.0}


@pytest.mark.data
def test_the_three_forms_of_one_log_give_the_same_signals(reference_data: Path) -> None:
    names = [f"ocel20_example.{form}" for form in ("jsonocel", "xmlocel", "sqlite")]
    forms = [example("ocel", log=table).signals for table in read(reference_data / "ocel", *names)]
    assert forms[0].num_rows == 13
    assert forms[0].to_pylist() == forms[1].to_pylist() == forms[2].to_pylist()
    assert forms[0]["customer"].to_pylist()[:4] == ["PR1", "PR1", "PO1", "PO1"]
