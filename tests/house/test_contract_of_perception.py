"""The outside contract of what is known of perception: the check, shares, bonds, accounts, instruments."""

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from made_up import results
from made_up.reported import report_of


@pytest.fixture(scope="module")
def report():
    return report_of(results.tables())


def test_the_check_says_who_predicts_best(report):
    check = report["check"]
    assert (check["made"], check["customers"], check["shown"]) == (
        "2026-10-30T09:00:00+00:00",
        350,
        "perception",
    )
    first = check["splits"][0]
    assert (first["best"], [one["method"] for one in first["methods"]]) == (
        "perception",
        ["perception", "ewma", "last_value"],
    )
    assert first["methods"][1]["ahead"]["value"] == 0.64
    assert first["pit"] == [40] * 10


def test_where_a_rival_predicts_better_customers_stand_by_it(report):
    tables = results.tables()
    tables["perception_fallback"] = pa.table(
        {"customer": [f"c{c}" for c in range(10)], "level": [2.5] * 5 + [8.5] * 5}
    )
    perception = report_of(tables)["perception"]
    assert perception["standing"]["value"] == 5.5
    assert perception["distribution"] == [
        {"from": 2, "to": 3, "customers": 5},
        {"from": 8, "to": 9, "customers": 5},
    ]
    assert report["perception"]["standing"]["value"] != 5.5


def test_answers_are_taken_apart_where_enough_people_gave_them(report):
    felt = report["felt"]
    assert felt["all"]["feeling"] == {"value": 0.1, "low": 0.08, "high": 0.12, "n": 900}
    assert [(one["touchpoint"], one["facts"]["value"]) for one in felt["touchpoints"]] == [("delivery", 0.33)]
    assert [one["segment"] for one in felt["segments"]] == ["family"]


def test_the_bond_stands_by_itself_and_so_does_each_outcome(report):
    bond = report["bond"]
    assert [(one["segment"], one["bond"]["value"]) for one in bond["segments"]] == [("family", 7.0)]
    assert bond["peaks"] == [{"touchpoint": "delivery", "customers": 40, "good": 0.25}]
    assert bond["recall"]["value"] == -0.05
    assert [one["outcome"] for one in bond["outcomes"]] == ["satisfaction", "repeat", "stay", "advocacy"]
    assert bond["outcomes"][1]["slope"] == {"value": 0.02, "low": 0.015, "high": 0.025, "n": 900}


def test_accounts_are_shown_by_their_flags_and_withheld_where_few_spoke(report):
    accounts = report["accounts"]
    assert accounts["levels"]["decision_missing"]["value"] == 0.1
    first, second = accounts["accounts"]
    # The account whose decision maker is missing comes first; one respondent has no number of their own.
    assert (first["account"], first["decision"], first["respondents"]) == ("a2", "missing", 1)
    assert not {"value", "mean", "weakest", "spread"} & set(first)
    assert (second["value"]["value"], second["weakest_role"], second["agreement"]) == (6.4, "user", 0.879)
    assert [one["role"] for one in accounts["roles"]] == ["decision_maker", "user"]


def test_both_means_are_shown_with_what_weighting_costs(report):
    found = report["represented"]
    assert (found["plain"]["value"], found["raked"]["value"], found["deff"]) == (6.8, 7.0, 1.3)
    assert found["shift"] == {"value": 0.2, "low": 0.17, "high": 0.23, "n": 5000}
    assert found["thirds"]["low"]["value"] == 0.22


def test_countries_have_both_numbers_and_one_country_is_none(report):
    spain, portugal = report["countries"]
    assert (spain["mean"]["value"], spain["corrected"]["value"]) == (7.5, 6.7)
    assert portugal["reference"] is True
    tables = results.tables()
    tables["countries"] = tables["countries"].slice(0, 1)
    assert report_of(tables)["countries"] == []


def zoned(**changes):
    """The report where the summaries of all rows say so of the zone of tolerance."""
    tables = results.tables()
    rows = [row | changes for row in tables["summaries"].to_pylist()]
    tables["summaries"] = pa.Table.from_pylist(rows)
    return report_of(tables)["perception"]


def test_the_zone_of_tolerance_says_where_it_comes_from():
    derived = zoned()["zone"]
    assert derived == {"from": "derived", "low": {"value": 5.9, "n": 5423}, "high": {"value": 8.3, "n": 5423}}
    ends = {
        "zone": "ends_asked", "zone_low": 5.1, "zone_high": 8.2,
        "adequate": 5.1, "adequate_low": 4.8, "adequate_high": 5.4,
        "adequate_n": 60, "adequate_customers": 55,
        "desired": 8.2, "desired_low": 8.0, "desired_high": 8.4, "desired_n": 58, "desired_customers": 54,
    }  # fmt: skip
    assert zoned(**ends)["zone"] == {
        "from": "ends_asked",
        "low": {"value": 5.1, "low": 4.8, "high": 5.4, "n": 60},
        "high": {"value": 8.2, "low": 8.0, "high": 8.4, "n": 58},
    }
    asked = zoned(zone="asked", zone_low=6.0, zone_high=8.0, stated=44, stated_expectation=7.0)["zone"]
    assert asked == {"from": "asked", "low": {"value": 6.0, "n": 44}, "high": {"value": 8.0, "n": 44}}
    # Too few people behind one end: no zone is shown, rather than half of one.
    assert "zone" not in zoned(**ends | {"desired_customers": 3})


def test_where_a_rival_predicts_better_gaps_and_expectations_are_the_rivals(report):
    tables = results.tables()
    told = {"rated": 400, "rated_customers": 300, "dimension": "touchpoint", "key": "delivery"}
    for name, value in (("experience", 5.9), ("expectation", 6.4), ("gap", -0.5),
                        ("disappointed", 0.2), ("delighted", 0.1)):  # fmt: skip
        told |= {name: value, f"{name}_low": value - 0.1, f"{name}_high": value + 0.1}
    tables["perception_fallback_summaries"] = pa.Table.from_pylist([told])
    found = report_of(tables)
    here = {one["touchpoint"]: one for one in found["touchpoints"]}
    assert here["delivery"]["gap"] == {"value": -0.5, "low": -0.6, "high": -0.4, "n": 400}
    assert here["delivery"]["expectation"]["value"] == 6.4
    # What only the filter tells is withheld; so is a gap that the rival has not. Answers stay.
    assert not {"lived", "disconfirmation", "perception"} & here["delivery"].keys()
    assert "gap" in next(one for one in report["touchpoints"] if one["touchpoint"] == "checkout")
    assert not {"gap", "expectation", "perception"} & here["checkout"].keys()
    assert "experience" in here["checkout"]
    # Findings of gaps follow it, with its numbers.
    before = [one for one in report["findings"] if one["code"] in ("gap", "strength")]
    gaps = [one for one in found["findings"] if one["code"] in ("gap", "strength")]
    assert len(before) > 1
    assert [(one["touchpoint"], one["effect"]["value"]) for one in gaps] == [("delivery", -0.5)]


def test_only_what_differs_between_segments_is_told(report):
    told = report["method"]["segments"]
    assert told == [
        {
            "segment": "family", "parameter": "lam",
            "value": {"value": 1.9, "low": 1.7, "high": 2.1, "n": 420}, "pooled": 1.5,
        },
        {
            "segment": "single", "parameter": "lam",
            "value": {"value": 1.2, "low": 1.0, "high": 1.4, "n": 310}, "pooled": 1.5,
        },
    ]  # fmt: skip
    tables = results.tables()
    compared = tables["segment_parameters"]
    # Compared, and nothing differs; not compared at all.
    tables["segment_parameters"] = compared.filter(pc.invert(compared["differs"]))
    assert report_of(tables)["method"]["segments"] == []
    tables["segment_parameters"] = compared.slice(0, 0)
    assert "segments" not in report_of(tables)["method"]
