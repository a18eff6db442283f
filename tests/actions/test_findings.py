"""Findings: each kind from the rows that show it, how surely, and what comes first."""

import numpy as np
import pyarrow as pa
import pytest

from made_up.small_tables import instruments, score, summary, table, touchpoint
from vivencia.actions import findings_plan
from vivencia.actions.candidates import Candidate
from vivencia.actions.ranking import certainties
from vivencia.words.findings import Certainty, FindingCode
from vivencia.words.shapes.actions import FINDINGS

EMPTY = (
    "listening",
    "mirror",
    "perception_weights",
    "progression_weights",
    "promises_kept",
    "scores",
    "transitions",
)
ALL = summary("all", "", customers=1000)


def find(summaries=(), *, touchpoints=("delivery", "shop", "phone"), anonymity=5, **tables):
    """The rows of `findings` for the given tables; what is not given is empty."""
    fold = findings_plan(anonymity=anonymity).nodes[0]
    side = {name: table(name) for name in EMPTY}
    side["instruments"] = instruments("ces7", "csat5")
    side["touchpoints"] = table(
        "touchpoints", *(touchpoint(key, stage=key, department=f"{key} team") for key in touchpoints)
    )
    side |= {name: table(name, *rows) for name, rows in tables.items()}
    state = fold.add(fold.start(side), table("summaries", ALL, *summaries), side)
    return fold.finish(state, side).to_pylist()


def seen(rows):
    return [(row["code"], row["touchpoint"], row["certainty"]) for row in rows]


def test_nothing_is_found_in_nothing():
    assert find() == []


def test_a_gap_and_a_strength():
    rows = find(
        [
            summary("touchpoint", "delivery", gap=-1.5, gap_half=0.2, customers=600),
            summary("touchpoint", "shop", gap=0.8, gap_half=0.1),
        ]
    )
    assert seen(rows) == [("gap", "delivery", "sure"), ("strength", "shop", "sure")]
    first = rows[0]
    assert (first["value"], first["low"], first["high"]) == pytest.approx((-1.5, -1.7, -1.3))
    assert (first["rank"], first["n"], first["customers"]) == (1, 400, 600)
    assert (first["department"], first["weight"], first["threshold"]) == ("delivery team", 0.0, None)
    assert first["priority"] == pytest.approx(1.5 * 0.6 / 3)


@pytest.mark.parametrize(("half", "said"), [(0.2, ["sure"]), (0.42, ["likely"]), (0.6, ["hint"]), (3.0, [])])
def test_an_interval_that_includes_nothing_is_a_hint_at_most(half, said):
    rows = find([summary("touchpoint", "delivery", gap=-0.5, gap_half=half)])
    assert [row["certainty"] for row in rows] == said


def test_a_broken_promise_is_as_large_as_what_it_cost():
    promise = {
        "operator": "<=",
        "threshold": 0.0,
        "n": 4000,
        "customers": 1000,
        "mean": 0,
        "median": 0,
        "p90": 1,
        "kept": 0.93,
        "kept_low": 0.92,
        "kept_high": 0.94,
    }
    felt = {"experience_kept": 8.0, "experience_broken": 3.0, "rated_kept": 900, "rated_broken": 70}
    rows = find(
        promises_kept=[
            {"touchpoint": "shop", "measure": "wait_s", **promise},
            {"touchpoint": "delivery", "measure": "delay_days", **promise, **felt},
            {
                "touchpoint": "phone",
                "measure": "wait_s",
                **promise,
                "kept": 0.97,
                "kept_low": 0.96,
                "kept_high": 0.98,
            },
        ]
    )
    assert seen(rows) == [("promise-broken", "delivery", "sure"), ("promise-broken", "shop", "sure")]
    assert rows[0]["value"] == pytest.approx(0.07)
    assert rows[0]["customers"] == 70
    assert rows[0]["priority"] == pytest.approx(5.0 * 0.07 / 3)
    assert (rows[0]["measure"], rows[0]["threshold"]) == ("delay_days", 0.0)


def test_effort_is_compared_with_the_company_and_with_the_middle():
    rows = find(
        scores=[
            score("all", "", "ces7", 5.5, 0.05),
            score("touchpoint", "phone", "ces7", 3.4, 0.2),
            score("touchpoint", "shop", "ces7", 5.6, 0.2),
            score("touchpoint", "delivery", "csat5", 1.1, 0.2),
        ]
    )
    assert seen(rows) == [("effort", "phone", "sure")]
    assert (rows[0]["value"], rows[0]["threshold"]) == pytest.approx((4.0, 7.5))


def test_the_weak_link_is_the_worst_stage_and_its_worst_touchpoint():
    """Stage care: (100 · 4 + 300 · 6) / 400 = 5.5; elsewhere (300 · 7 + 100 · 8) / 400 = 7.25."""
    lived = {
        "delivery": (6.0, 300),
        "phone": (4.0, 100),
        "shop": (7.0, 300),
        "till": (8.0, 100),
        "forum": (1.0, 900),
    }
    said = {"method": "none", "outcome": "relationship", "r2": 0.4, "n": 500, "touched": 100, "rated": 100}
    fold = findings_plan().nodes[0]
    side = {name: table(name) for name in EMPTY} | {"instruments": instruments("ces7")}
    stages = {"delivery": "care", "phone": "care", "shop": "buy", "till": "pay", "forum": "talk"}
    side["touchpoints"] = table(
        "touchpoints", *(touchpoint(key, stage=stage) for key, stage in stages.items())
    )
    side["perception_weights"] = table(
        "perception_weights", {"touchpoint": "forum", "reason": "statement", **said}
    )
    rows = [
        summary("touchpoint", key, experience=level, experience_half=0.2, rated=rated)
        for key, (level, rated) in lived.items()
    ]
    found = fold.finish(fold.add(fold.start(side), table("summaries", ALL, *rows), side), side).to_pylist()
    assert seen(found) == [("weak-link", "phone", "sure")]
    assert (found[0]["stage"], found[0]["value"]) == ("care", pytest.approx(5.5 - 7.25))


def flow(start, end, count):
    return {"from_touchpoint": start, "to_touchpoint": end, "count": count, "customers": count}


def test_drop_off_is_more_than_usual_and_needs_known_goals():
    ways = [
        flow("START", "shop", 500),
        flow("shop", "phone", 400),
        flow("shop", "ABANDONED", 100),
        flow("phone", "ABANDONED", 200),
        flow("phone", "OPEN", 50),
    ]
    assert find(transitions=ways) == []
    rows = find(transitions=[*ways, flow("phone", "REACHED", 200)])
    assert seen(rows) == [("drop-off", "phone", "sure")]
    assert (rows[0]["value"], rows[0]["threshold"]) == pytest.approx((0.5, 300 / 900))
    assert rows[0]["customers"] == 200


def test_leaving_one_percent_more_often_than_elsewhere_is_no_finding():
    ways = [
        flow("shop", "phone", 860),
        flow("shop", "ABANDONED", 140),
        flow("phone", "REACHED", 8400),
        flow("phone", "ABANDONED", 1600),
    ]
    assert find(transitions=ways) == []


def month(key, name, level):
    return summary("touchpoint_month", f"{key}|{name}", experience=level, experience_half=0.2, rated=100)


def test_falling_finds_the_length_that_shows_it():
    """Eight for months, seven in the last two; the shop fell too, but nothing new is known of it."""
    levels = {"2026-01": 8.0, "2026-02": 8.0, "2026-03": 8.0, "2026-04": 7.0, "2026-05": 7.0}
    rows = find(
        [
            *(month("delivery", name, level) for name, level in levels.items()),
            month("shop", "2026-01", 8.0),
            month("shop", "2026-02", 5.0),
        ]
    )
    assert seen(rows) == [("falling", "delivery", "sure")]
    assert (rows[0]["value"], rows[0]["n"]) == (pytest.approx(-1.0), 200)


def test_a_steady_touchpoint_does_not_fall():
    rng = np.random.default_rng(2)
    wrong = 0
    for _ in range(60):
        steady = [month("delivery", f"2025-{m:02d}", 8 + 0.1 * rng.normal()) for m in range(1, 13)]
        wrong += find(steady) != []
    assert wrong <= 5


def test_the_mirror_the_unheard_and_the_unnamed():
    heard = {
        "stage": "use",
        "catalogued": True,
        "signals": 900,
        "customers": 800,
        "answers": 9,
        "answered": 8,
        "verbatims": 0,
        "response": 0.01,
        "response_low": 0.005,
        "response_high": 0.02,
    }
    rows = find(
        [summary("touchpoint", "delivery", customers=500)],
        mirror=[
            {
                "touchpoint": "delivery",
                "instrument": "csat5",
                "company": 9.0,
                "company_n": 8,
                "customers": 6.0,
                "customers_n": 300,
                "difference": 3.0,
                "low": 2.0,
                "high": 4.0,
            }
        ],
        listening=[
            {"touchpoint": "shop", **heard},
            {"touchpoint": "advert", **heard},
            {"touchpoint": "kiosk", **heard, "catalogued": False, "response": None, "customers": 40},
        ],
    )
    assert seen(rows) == [
        ("delivery-gap", "delivery", "sure"),
        ("not-heard", "shop", "sure"),
        ("uncatalogued", "kiosk", "sure"),
    ]
    assert rows[2]["value"] == rows[2]["low"] == rows[2]["high"] == 900.0


def test_the_company_as_a_whole_concerns_its_customers_and_not_their_answers():
    """2147 answers from 1000 customers: nobody is counted twice."""
    belief = {"company": 9.0, "company_n": 8, "customers": 6.6, "customers_n": 2147}
    gap = {"difference": 2.4, "low": 1.9, "high": 2.9}
    rows = find(mirror=[{"touchpoint": "", "instrument": "nps", **belief, **gap}])
    assert [(row["code"], row["n"], row["customers"]) for row in rows] == [("delivery-gap", 2147, 1000)]


def test_under_the_threshold_nothing_is_said():
    few = summary("touchpoint", "delivery", gap=-4.0, gap_half=0.1, rated=9, customers=9)
    assert seen(find([few])) == [("gap", "delivery", "sure")]
    assert find([few], anonymity=10) == []


def test_weight_decides_between_equal_gaps():
    gap = {"gap": -1.0, "gap_half": 0.1}
    weight = {"method": "lmg", "outcome": "relationship", "r2": 0.4, "n": 500, "touched": 100, "rated": 100}
    rows = find(
        [summary("touchpoint", "shop", **gap), summary("touchpoint", "phone", **gap)],
        perception_weights=[
            {"touchpoint": "phone", "share": 0.7, **weight},
            {"touchpoint": "shop", "share": 0.1, **weight},
        ],
    )
    assert [(row["touchpoint"], row["weight"]) for row in rows] == [("phone", 0.7), ("shop", 0.1)]


def test_false_discoveries_stay_rare_among_many_touchpoints():
    """Two hundred touchpoints at which nothing happens: almost none is called found."""
    rng = np.random.default_rng(1)
    wrong = []
    for _ in range(40):
        values = rng.normal(size=200)
        looks = [Candidate(FindingCode.GAP, v, v - 1.96, v + 1.96, 0.0, 50, 50, size=abs(v)) for v in values]
        wrong.append(any(one in (Certainty.SURE, Certainty.LIKELY) for one in certainties(looks)))
    assert np.mean(wrong) <= 0.15


def test_the_form_and_both_engines(engine):
    side = {name: table(name) for name in EMPTY}
    side["instruments"] = instruments("ces7")
    side["touchpoints"] = table("touchpoints", touchpoint("delivery"), touchpoint("shop"))
    side["summaries"] = table(
        "summaries", ALL, summary("touchpoint", "delivery", gap=-1.0), summary("touchpoint", "shop", gap=-0.5)
    )
    for name, given in side.items():
        engine.give(name, given)
    engine.run(findings_plan())
    found = engine.table("findings")
    assert isinstance(found, pa.Table)
    assert found.column_names == list(FINDINGS.names)
    assert [(row["rank"], row["touchpoint"]) for row in found.to_pylist()] == [(1, "delivery"), (2, "shop")]
