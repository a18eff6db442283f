"""The outside contract: what `vivencia report --json` holds, and what it keeps to itself."""

import json
from datetime import UTC, datetime

import pyarrow as pa
import pytest
from jsonschema import Draft202012Validator

from made_up import results
from made_up.reported import report_of
from vivencia.house.report import build_report, report_schema
from vivencia.words.catalogue import Catalogue, Company, Stage


@pytest.fixture(scope="module")
def report():
    return report_of(results.tables())


def test_the_schema_is_itself_valid():
    Draft202012Validator.check_schema(report_schema())


def test_the_schema_refuses_a_bare_score(report):
    broken = json.loads(json.dumps(report))
    broken["touchpoints"][7]["gap"] = -1.7
    assert not Draft202012Validator(report_schema()).is_valid(broken)


def test_every_estimate_has_value_interval_and_n(report):
    delivery = next(one for one in report["touchpoints"] if one["touchpoint"] == "delivery")
    assert delivery["experience"] == {"value": 5.9, "low": 5.8447, "high": 5.9553, "n": 1310}
    assert delivery["gap"] == {"value": -1.7, "low": -1.7553, "high": -1.6447, "n": 1310}
    assert (delivery["signals"], delivery["customers"], delivery["rated"]) == (2900, 1420, 1310)
    assert delivery["names"]["it"] == "Consegna a domicilio"
    assert [one["month"] for one in delivery["months"]] == list(results.MONTHS)


def test_what_stands_on_fewer_than_the_threshold_is_absent(report):
    returns = next(one for one in report["touchpoints"] if one["touchpoint"] == "returns")
    assert returns["rated"] == 3
    assert "experience" not in returns
    assert "gap" not in returns
    assert "perception" in returns  # 310 signals of 260 customers carry it
    assert report["method"]["withheld"] > 0


def test_many_answers_of_few_people_are_withheld():
    row = results.summary_row("touchpoint", "checkout", 60, 4, 60, 7.0, 6.0) | {"rated_customers": 4}
    found = report_of({"summaries": pa.Table.from_pylist([row])})
    checkout = next(one for one in found["touchpoints"] if one["touchpoint"] == "checkout")
    assert "experience" not in checkout
    assert "perception" not in checkout


def test_a_belief_of_few_colleagues_is_withheld(report):
    assert [one["touchpoint"] for one in report["mirror"]] == ["delivery", "", "shop_visit"]


def test_thin_transitions_and_variants_are_counted_not_shown(report):
    journeys = report["journeys"]
    assert journeys["withheld"] == {"transitions": 1, "variants": 1}
    assert journeys["transitions"][0] == {
        "from": "product_page", "to": "checkout", "count": 1240, "customers": 1240,
        "median_s": 4840.0, "p90_s": 400000.0,
    }  # fmt: skip
    assert journeys["variants"][1]["touchpoints"] == ["shop_visit", "till"]


def test_open_journeys_do_not_count_against_the_goal(report):
    journeys = report["journeys"]
    assert {one["outcome"]: one["journeys"] for one in journeys["outcomes"]} == {
        "REACHED": 1240, "ABANDONED": 420, "LOST": 120, "OPEN": 220,
    }  # fmt: skip
    # Wilson (1927) for 1240 of 1780, as scipy.stats.binomtest gives it.
    assert journeys["reached"] == {"value": 0.6966, "low": 0.6749, "high": 0.7175, "n": 1780}


def test_endings_are_shares_of_what_has_ended(report):
    outcomes = {one["outcome"]: one for one in report["journeys"]["outcomes"]}
    ended = [one["of_ended"] for key, one in outcomes.items() if key != "OPEN"]
    assert sum(one["value"] for one in ended) == pytest.approx(1, abs=2e-4)
    assert {one["n"] for one in ended} == {
        sum(one["journeys"] for key, one in outcomes.items() if key != "OPEN")
    }
    assert outcomes["REACHED"]["of_ended"]["value"] == report["journeys"]["reached"]["value"]
    assert "of_ended" not in outcomes["OPEN"]


def test_a_level_beyond_the_scale_is_shown_at_its_end():
    """Six customers stand at −4 on the filter's line; a 0–10 scale knows no −4."""
    states = results.tables()["states"]
    low = pa.array([-4.0] * 6 + [6.0] * (states.num_rows - 6))
    at = states.column_names.index("expectation")
    states = states.set_column(at, "expectation", low)
    at = states.column_names.index("residual")
    states = states.set_column(at, "residual", pa.array([0.0] * states.num_rows))
    found = report_of({**results.tables(), "states": states})["perception"]
    n = states.num_rows
    assert found["standing"]["value"] == pytest.approx(6.0 * (n - 6) / n, abs=1e-4)
    assert found["beyond"] == 6
    assert found["distribution"][0] == {"from": 0, "to": 1, "customers": 6}


def test_perception_holds_where_customers_stand(report):
    perception = report["perception"]
    assert sum(one["customers"] for one in perception["distribution"]) == 2000
    assert perception["standing"]["low"] < perception["standing"]["value"] < perception["standing"]["high"]
    assert [one["statistic"] for one in perception["scores"]] == ["nps", "mean", "top_two", "mean", "top_two"]


def test_a_weight_says_what_else_is_known_of_it(report):
    delivery = next(one for one in report["weights"] if one["touchpoint"] == "delivery")
    assert (delivery["quadrant"], delivery["kind"], delivery["necessary"]) == ("fix", "basic", True)
    assert (delivery["prior"], delivery["data"]["value"], delivery["reach"]) == (0.2, 0.36, 0.71)
    advert = next(one for one in report["weights"] if one["touchpoint"] == "advert")
    assert not {"quadrant", "kind", "data", "driver"} & set(advert)


def test_weights_are_two_axes_and_say_why_one_is_absent(report):
    first = report["weights"][0]
    assert first["touchpoint"] == "delivery"
    assert first["perception"]["share"]["value"] == 0.24
    assert first["progression"]["removal"]["value"] == 0.41
    advert = next(one for one in report["weights"] if one["touchpoint"] == "advert")
    assert advert["perception"]["reason"] == "few-answers"
    assert "share" not in advert["perception"]


def test_measures_hold_the_promise_and_what_breaking_it_costs(report):
    phone = next(one for one in report["touchpoints"] if one["touchpoint"] == "phone_support")
    wait = phone["measures"][0]
    assert (wait["operator"], wait["threshold"], wait["kept"]["value"]) == ("<=", 120.0, 0.41)
    assert wait["experience_kept"]["value"] - wait["experience_broken"]["value"] == pytest.approx(1.9)


def test_the_same_tables_give_the_same_bytes():
    first, second = report_of(results.tables()), report_of(results.tables())
    assert json.dumps(first, allow_nan=False) == json.dumps(second, allow_nan=False)


@pytest.mark.parametrize("absent", sorted(results.tables()))
def test_one_missing_table_leaves_the_rest_standing(absent, report):
    tables = results.tables()
    del tables[absent]
    found = report_of(tables)
    assert set(found) == set(report)


def test_nothing_at_all_is_still_a_report():
    found = report_of({}, Catalogue(company=Company(key="new"), stages=(Stage("use"),)))
    assert found["findings"] == []
    assert found["journeys"] == {}
    assert found["stages"][0]["stage"] == "use"


def test_a_reader_that_raises_key_error_is_an_empty_table():
    found = build_report({}.__getitem__, results.catalogue(), now=results.NOW, version="0")
    assert len(found["touchpoints"]) == 14


def test_an_uncatalogued_touchpoint_is_reported_as_such():
    row = results.summary_row("touchpoint", "kiosk", 40, 22, 12, 7.0, 6.0)
    found = report_of({"summaries": pa.Table.from_pylist([row])})
    assert found["touchpoints"][-1]["touchpoint"] == "kiosk"
    assert found["touchpoints"][-1]["catalogued"] is False


def test_a_designed_way_says_who_walks_it_and_what_leaving_it_felt_like(report):
    way = report["designed"]["ways"][0]
    assert (way["walked"]["value"], [step["taken"]["value"] for step in way["steps"]]) == (
        0.41, [0.44, 0.93, 0.81, 0.77],
    )  # fmt: skip
    # A touchpoint that three customers walked off the way is under the threshold.
    assert [(one["touchpoint"], one["dark"]) for one in way["off"]] == [
        ("phone_support", True), ("advert", False),
    ]  # fmt: skip
    assert [one["difference"]["value"] for one in way["felt"]] == [-1.5, -0.7]


def test_a_company_without_designs_has_an_empty_section():
    assert report_of({}, Catalogue(company=Company(key="new")))["designed"] == {}


def test_effort_is_told_by_intent_with_what_it_is_made_of(report):
    effort = report["effort"]
    assert (effort["method"], effort["answers"], effort["all"]["effort"]["value"]) == ("calibrated", 640, 3.4)
    # Three customers came to pay: too few to say anything of.
    assert [(one["intent"], one["effort"]["value"]) for one in effort["intents"]] == [
        ("buy", 2.9), ("support", 4.8),
    ]  # fmt: skip
    assert [one["tenth"] for one in effort["calibration"]] == list(range(1, 11))


def test_differences_say_what_was_found_and_out_of_how_many_looks(report):
    periods = report["differences"]["periods"]
    assert (periods["looks"], periods["found"]) == (3, 2)
    assert [(one["kind"], one["difference"]["value"], one["found"]) for one in periods["rows"]] == [
        ("duration", 0.5, True), ("transition", 0.12, True), ("drop_off", 0.01, False),
    ]  # fmt: skip
    assert [(one["segment"], one["found"]) for one in report["differences"]["segments"]] == [
        ("new", 1), ("vip", 0),
    ]  # fmt: skip


def test_a_weight_on_progression_stands_at_every_order_and_ending(report):
    delivery = next(one for one in report["weights"] if one["touchpoint"] == "delivery")
    assert [(one["order"], one["removal"]["value"]) for one in delivery["chains"]] == [
        (1, 0.42), (2, 0.43), (3, 0.44),
    ]  # fmt: skip
    assert {ending: one["value"] for ending, one in delivery["ends"].items()} == {
        "REACHED": 0.6, "ABANDONED": 0.2, "COMPLAINT": 0.05, "LOST": 0.15,
    }  # fmt: skip


def test_the_whole_stands_beside_its_weakest_stage(report):
    weakest = max(report["stages"], key=lambda one: one.get("weakest", 0.0))
    assert (weakest["stage"], weakest["strength"]["value"], weakest["weakest"]) == ("delivery", 5.97, 0.93)
    assert "strength" not in next(one for one in report["stages"] if one["stage"] == "awareness")


def test_moments_that_matter_have_their_reasons_and_the_most_sure_comes_first(report):
    moments = report["moments"]
    # Returns stand on three customers.
    assert [(one["touchpoint"], one["sure"]) for one in moments] == [
        ("delivery", 5), ("phone_support", 3), ("shop_visit", 2), ("product_page", 2), ("checkout", 1),
        ("advert", 1), ("app", 0),
    ]  # fmt: skip
    delivery = {one["reason"]: one for one in moments[0]["reasons"]}
    assert list(delivery) == [
        "drives", "carries", "costs", "needed", "remembered", "opens", "leaves",
    ]  # fmt: skip
    assert delivery["drives"] == {
        "reason": "drives", "estimate": {"value": 0.34, "low": 0.29, "high": 0.39, "n": 600}, "against": 0.0,
        "counts_from": 0.02, "q": 0.001, "customers": 480, "sure": True,
    }  # fmt: skip
    # A necessity has a permutation p and no interval: its size is no estimate in the outside form.
    assert (delivery["needed"]["effect_size"], "estimate" in delivery["needed"]) == (0.3, False)


def test_hold_ups_come_most_costly_first_with_their_three_factors(report):
    # Nothing waits after the app, and returns stand on three visits.
    assert report["journeys"]["hold_ups"] == [
        {
            "touchpoint": "phone_support", "visits": 800, "waited_s": 180000.0, "wait_share": 0.4,
            "leaving": {"value": 0.25, "low": 0.23, "high": 0.27, "n": 800}, "weight": 0.8,
            "part": {"value": 0.8, "low": 0.6, "high": 1.0, "n": 800},
        },
        {
            "touchpoint": "product_page", "visits": 1980, "waited_s": 1200.0, "wait_share": 0.04,
            "leaving": {"value": 0.16, "low": 0.14, "high": 0.18, "n": 1980}, "weight": 0.13,
            "part": {"value": 0.13, "low": 0.0975, "high": 0.1625, "n": 1980},
        },
        {
            "touchpoint": "checkout", "visits": 1380, "waited_s": 7200.0, "wait_share": 0.05,
            "leaving": {"value": 0.1, "low": 0.08, "high": 0.12, "n": 1380}, "weight": 0.07,
            "part": {"value": 0.07, "low": 0.0525, "high": 0.0875, "n": 1380},
        },
    ]  # fmt: skip


def test_goals_are_reached_given_up_and_lost_by_day(report):
    goals = report["journeys"]["goals"]
    assert [(one["goal"], one["journeys"], one["customers"]) for one in goals] == [
        ("buy", 1800, 1200), ("get-help", 400, 260),
    ]  # fmt: skip
    assert goals[0]["rates"][1] == {
        "days": 7.0, "reached": {"value": 0.45, "low": 0.42, "high": 0.48, "n": 1800},
        "abandoned": {"value": 0.15, "low": 0.135, "high": 0.165, "n": 1800},
        "lost": {"value": 0.02, "low": 0.01, "high": 0.03, "n": 1800}, "waiting": 700,
    }  # fmt: skip


def test_resolution_by_absence_stands_beside_the_agents_tick(report):
    found = report["journeys"]["resolutions"]
    assert [(one["touchpoint"], one["days"]) for one in found] == [
        ("phone_support", 7), ("phone_support", 30), ("chat_support", 7), ("chat_support", 30),
    ]  # fmt: skip
    # The difference is over the 180 contacts with a mark: not 0.81 − 0.58.
    assert found[0] == {
        "touchpoint": "phone_support", "days": 7, "contacts": 310, "customers": 310,
        "resolved": {"value": 0.58, "low": 0.53, "high": 0.63, "n": 310}, "marked": 180,
        "ticked": {"value": 0.81, "low": 0.75, "high": 0.87, "n": 180}, "difference": 0.2,
        "paired": {"value": 0.2, "low": 0.15, "high": 0.25, "n": 180},
    }  # fmt: skip
    assert not {"ticked", "difference", "paired"} & set(found[2])
    together = report["journeys"]["resolutions_all"]
    assert [(one["days"], one["contacts"], one["paired"]["value"]) for one in together] == [(7, 513, 0.19)]


def test_first_impressions_and_paths_through_places(report):
    journeys = report["journeys"]
    assert [one["touchpoint"] for one in journeys["first"]] == ["advert", "shop_visit"]
    assert sum(one["journeys"] for one in journeys["first"]) == 1780
    # Three customers are too few, and an outcome is no place.
    assert [(one["from"], one["to"]) for one in journeys["flows"]["place"]] == [
        ("START", "page:/home"), ("page:/home", "page:/cart"),
    ]  # fmt: skip


def test_what_the_unhappy_blame_most_comes_first_with_its_share_of_the_negative_texts(report):
    words = report["words"]
    assert [one["aspect"] for one in words["aspects"]] == ["delivery", "quality", "staff"]
    delivery = words["aspects"][0]
    assert delivery["polarity"] == {"value": -0.42, "low": -0.48, "high": -0.36, "n": 320}
    assert delivery["unhappy"] == {"value": 0.5417, "low": 0.4917, "high": 0.5917, "n": 240}
    assert delivery["change"]["value"] == -0.12
    assert [at["touchpoint"] for at in delivery["touchpoints"]] == ["delivery"]
    assert words["model"]["own"] == 0.92
    assert [(one["words"], one["change"]["value"]) for one in words["topics"]] == [
        ({"en": ["courier", "app", "tracking"], "pt": ["estafeta", "aplicação"]}, 0.1),
    ]
    assert words["authenticity"] == {
        "texts": 800,
        "signs": [{"sign": "copy", "texts": 14}, {"sign": "against_stars", "texts": 9}],
    }
    assert {one["mark"]: one["texts"] for one in words["marks"]} == {
        "effort": 35, "leave": 22, "recommend": 80, "competitor": 0,
    }  # fmt: skip


def test_what_labels_taught_stands_beside_what_was_found_without_them(report):
    assert report["words"]["learned"] == [
        {
            "aspect": "delivery", "names": {}, "texts": 620, "spoken": 210, "used": True,
            "score": {"value": 0.89, "low": 0.84, "high": 0.93, "n": 210}, "base": 0.78,
        },
        {
            "aspect": "eco_packaging", "names": {}, "texts": 620, "spoken": 44, "used": True,
            "score": {"value": 0.81, "low": 0.7, "high": 0.9, "n": 44},
        },
        {
            "aspect": "price", "names": {}, "texts": 620, "spoken": 95, "used": False,
            "score": {"value": 0.79, "low": 0.71, "high": 0.86, "n": 95}, "base": 0.8,
        },
    ]  # fmt: skip


def test_quotes_carry_their_spans_and_are_withheld_where_few_speak_of_the_same(report):
    quotes = {one["aspect"]: one["quotes"] for one in report["words"]["aspects"]}
    assert [one["text"] for one in quotes["delivery"]] == [
        "Still waiting for my parcel & nobody answers.",
        "A entrega foi rápida.",
    ]
    assert quotes["delivery"][0]["spans"] == [[6, 13], [21, 27]]
    assert "safety" not in quotes  # three customers


def test_without_texts_nothing_is_said_of_words():
    found = report_of({name: one for name, one in results.tables().items() if not name.startswith("word_")})
    assert found["words"] == {}


def test_with_defaults_there_are_orders_and_no_levels():
    tables = results.tables()
    rows = [row | {"origin": "default"} for row in tables["parameters"].to_pylist()]
    rows.append(rows[0] | {"name": "answering_customers", "value": 60.0, "origin": "data"})
    found = report_of({**tables, "parameters": pa.Table.from_pylist(rows)})
    assert found["method"]["fitted"] is False
    assert found["method"]["answering"] == {"customers": 60, "least": 100, "rated": 3, "missing": 40}
    assert all(one["parameter"] != "answering_customers" for one in found["method"]["parameters"])
    assert not {"standing", "distribution", "beyond"} & found["perception"].keys()
    # The order of gaps and the course of months stay.
    assert [one for one in found["touchpoints"] if "gap" in one]
    assert [one for one in found["perception"]["months"] if "gap" in one]


def test_the_drift_says_which_alarm_is_news():
    weeks = [datetime(2026, 3, day, tzinfo=UTC) for day in (2, 9, 16)]
    drift = pa.table(
        {"week": weeks, "answers": [20, 20, 20], "unseen": [0, 5, 18], "alarm": [True, True, True]}
    )
    rows = results.tables()["parameters"].to_pylist()
    rows.append(rows[0] | {"name": "fitted_until", "value": 20_520.0, "origin": "data"})
    found = report_of({**results.tables(), "parameters": pa.Table.from_pylist(rows), "drift": drift})[
        "method"
    ]
    assert found["fitted_until"] == "2026-03-08"
    assert found["drift"] == {"weeks": 3, "alarms": 3, "last_alarm": "2026-03-16", "news": "2026-03-16"}
