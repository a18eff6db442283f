"""The outside contract of what else weighs: levels, necessary levels, drivers of outcomes, hazards."""

from dataclasses import replace

import pyarrow as pa
import pytest

from made_up import results
from made_up.reported import report_of


@pytest.fixture(scope="module")
def report():
    return report_of(results.tables())


def test_a_level_stands_on_the_answers_it_was_taken_from(report):
    levels = {one["touchpoint"]: one.get("level") for one in report["weights"]}
    assert levels["delivery"] == {"value": 5.9, "low": 5.7, "high": 6.1, "n": 1310}
    assert (levels["returns"], levels["advert"]) == (None, None)  # three answers, and none


def test_a_necessary_level_of_few_customers_is_withheld(report):
    assert report["bottlenecks"] == [
        {
            "touchpoint": "delivery",
            "n": 610,
            "levels": [
                {"level": 6.0, "needed": 2.5},
                {"level": 8.0, "needed": 5.1},
                {"level": 9.0, "needed": 6.4},
            ],
        }
    ]


def test_each_outcome_has_its_signed_effects_largest_first(report):
    told = {one["outcome"]: one for one in report["drivers"]}
    assert list(told) == ["satisfaction", "recommendation", "loyalty"]
    assert (told["loyalty"]["n"], told["loyalty"]["r2"]) == (640, 0.31)
    assert told["loyalty"]["touchpoints"][0] == {
        "touchpoint": "phone_support",
        "share": {"value": 0.2, "low": 0.15, "high": 0.25, "n": 640},
        "effect": {"value": -0.08, "low": -0.14, "high": -0.02, "n": 640},
        "driver": True,
    }
    assert told["recommendation"]["touchpoints"][0] == {"touchpoint": "advert", "reason": "few-answers"}


def test_hazards_are_ratios_beside_the_average_visit(report):
    found = report["hazards"]
    assert (found["half_life_s"], found["frailty"]) == (7200.0, 0.3)
    assert [(one["touchpoint"], one["ratio"]["value"]) for one in found["touchpoints"][:3]] == [
        ("checkout", 2.0), ("product_page", 1.1), ("phone_support", 0.5),
    ]  # fmt: skip
    # exp(log 2 ± 0.2)
    assert found["touchpoints"][0] == {
        "touchpoint": "checkout",
        "ratio": {"value": 2.0, "low": 1.6375, "high": 2.4428, "n": 3100},
        "visits": 3100,
        "useful": 1550,
    }
    assert found["touchpoints"][3]["reason"] == "few-steps"


def test_hazards_of_too_few_steps_are_no_section():
    tables = results.tables()
    rows = [
        row | {"effect": None, "effect_low": None, "effect_high": None}
        for row in tables["progression_hazards"].to_pylist()
    ]
    shape = tables["progression_hazards"].schema
    assert report_of({**tables, "progression_hazards": pa.Table.from_pylist(rows, shape)})["hazards"] == {}


def test_a_service_says_which_weights_start_heavier(report):
    assert [one["touchpoint"] for one in report["weights"] if "core" in one] == []
    assert "service_factor" not in report["method"]["weights"]
    catalogue = results.catalogue()
    service = replace(
        catalogue,
        company=replace(catalogue.company, offering="service"),
        touchpoints=tuple(
            replace(one, form="service") if one.key == "phone_support" else one
            for one in catalogue.touchpoints
        ),
    )
    found = report_of(results.tables(), service)
    assert [one["touchpoint"] for one in found["weights"] if "core" in one] == ["phone_support"]
    assert found["method"]["weights"]["service_factor"] == 1.6667
