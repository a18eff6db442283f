"""The three pillars, the mirror and listening health, on every engine."""

from datetime import timedelta

import pytest

from made_up.small_tables import DAY, instruments, score, summary, table, touchpoint
from vivencia.actions import listening_plan, mirror_plan, pillars_plan
from vivencia.measure.rates import wilson


def journey(customer, number, outcome, repeats):
    return {
        "customer": customer,
        "journey": number,
        "outcome": outcome,
        "repeats": repeats,
        "started": DAY,
        "ended": DAY,
        "duration_s": 0.0,
        "steps": 2,
        "first": "a",
        "last": "b",
        "variant": "a > b",
    }


def test_pillars(engine):
    """Six customers, eight journeys: two repeat, six ended, four reached; two instruments of ease."""
    engine.give(
        "journeys",
        table(
            "journeys",
            journey("a", 1, "REACHED", 1),
            journey("a", 2, "REACHED", 0),
            journey("b", 1, "ABANDONED", 2),
            journey("c", 1, "REACHED", 0),
            journey("d", 1, "LOST", 0),
            journey("e", 1, "OPEN", 0),
            journey("f", 1, "REACHED", 0),
            journey("f", 2, "OPEN", 0),
        ),
    )
    state = {
        "at": DAY,
        "n": 3,
        "style": 0.0,
        "residual": 0.0,
        "var_style": 0.1,
        "var_expectation": 0.1,
        "var_residual": 0.1,
        "cov_style_expectation": 0.0,
        "cov_style_residual": 0.0,
        "cov_expectation_residual": 0.0,
    }
    engine.give(
        "states",
        table(
            "states",
            *(
                {"customer": key, **state, "expectation": level}
                for key, level in zip("abcdef", (5, 6, 7, 7, 8, 9), strict=True)
            ),
        ),
    )
    engine.give("instruments", instruments("ces7", "effort5", "emotion", "csat5"))
    engine.give(
        "scores",
        table(
            "scores",
            score("all", "", "ces7", 5.2, 0.3, n=300),
            score("all", "", "effort5", 2.0, 0.2, n=100),
            score("all", "", "emotion", 1.0, 0.2, n=50),
            score("all", "", "csat5", 4.0, 0.1, n=900),
            score("touchpoint", "phone", "ces7", 2.0, 0.3, n=90),
        ),
    )
    level = {"intent": "", "measure": "effort", "unit": "0–10", "value": 3.0, "low": 2.5, "high": 3.6}
    engine.give("effort_levels", table("effort_levels", level | {"n": 900, "customers": 6}))
    engine.run(pillars_plan(anonymity=5))
    rows = {(row["pillar"], row["measure"]): row for row in engine.table("pillars").to_pylist()}
    assert list(rows) == [
        ("bond", "emotion"),
        ("bond", "standing"),
        ("effort", "ease"),
        ("effort", "ease_all"),
        ("effort", "repeats"),
        ("goal", "reached"),
    ]
    # ces7 5.2 is 7.0 of 10; effort5 2.0, where low is good, is 7.5; weighted 3 to 1.
    ease = rows["effort", "ease"]
    assert (ease["value"], ease["n"]) == (pytest.approx(7.125), 400)
    assert ease["high"] - ease["low"] == pytest.approx(2 * ((0.75 * 0.5) ** 2 + (0.25 * 0.5) ** 2) ** 0.5)
    every = rows["effort", "ease_all"]
    assert (every["value"], every["low"], every["high"], every["n"]) == (7.0, 6.4, 7.5, 900)
    assert rows["bond", "emotion"]["value"] == pytest.approx(7.5)
    assert (rows["bond", "standing"]["value"], rows["bond", "standing"]["n"]) == (pytest.approx(7.0), 6)
    assert rows["bond", "standing"]["high"] == pytest.approx(7 + 1.959964 * (2 / 6) ** 0.5)
    assert (rows["effort", "repeats"]["value"], rows["effort", "repeats"]["n"]) == (pytest.approx(0.25), 8)
    goal = rows["goal", "reached"]
    assert (goal["value"], goal["n"], goal["customers"]) == (pytest.approx(4 / 6), 6, 5)
    assert goal["low"] < wilson(4, 6)[0] < goal["high"]


def test_pillars_under_the_threshold_have_no_row(engine):
    engine.give("journeys", table("journeys", journey("a", 1, "REACHED", 1)))
    for name in ("states", "scores", "effort_levels"):
        engine.give(name, table(name))
    engine.give("instruments", instruments("ces7"))
    engine.run(pillars_plan(anonymity=5))
    assert engine.table("pillars").to_pylist() == []


def belief(key, touch, **ratings):
    return {
        "source": "inside",
        "id": key,
        "at": DAY,
        "customer": f"lead-{key}",
        "kind": "belief",
        "touchpoint": touch,
        "ratings": list(ratings.items()),
    }


def test_mirror(engine):
    customer = {**belief("9", "delivery", csat5=1), "kind": "survey"}
    engine.give(
        "signals",
        table(
            "signals",
            belief("1", "delivery", csat5=5, nps=10),
            belief("2", "delivery", csat5=4, nps=8),
            belief("3", "shop", csat5=5),
            belief("4", "till", experienced=9),
            belief("5", "till", experienced=8),
            customer,
        ),
    )
    engine.give("instruments", instruments("csat5", "nps", "experienced"))
    engine.give(
        "scores",
        table(
            "scores",
            score("touchpoint", "delivery", "csat5", 3.0, 0.2),
            score("all", "", "nps", 6.0, 0.3),
            score("touchpoint", "shop", "csat5", 3.0, 0.2),
        ),
    )
    engine.give(
        "summaries",
        table(
            "summaries",
            summary("touchpoint", "till", experience=6.0, experience_half=0.2, rated=50, customers=40),
        ),
    )
    engine.run(mirror_plan())
    rows = engine.table("mirror").to_pylist()
    # nps asks about the whole company; one opinion about the shop has no interval.
    assert [(row["touchpoint"], row["instrument"]) for row in rows] == [
        ("", "nps"),
        ("delivery", "csat5"),
        ("till", "experienced"),
    ]
    whole, delivery, till = rows
    # Nobody asked customers with that instrument: all their answers there are the other side.
    assert (till["company"], till["customers"], till["customers_n"]) == pytest.approx((8.5, 6.0, 50))
    assert (whole["company"], whole["customers"], whole["difference"]) == pytest.approx((9.0, 6.0, 3.0))
    assert (delivery["company"], delivery["customers"]) == pytest.approx((8.75, 5.0))
    assert (delivery["company_n"], delivery["customers_n"]) == (2, 200)
    assert delivery["low"] < 3.75 < delivery["high"]
    # Two opinions: about one degree of freedom, so the interval is honest about it.
    assert delivery["high"] - delivery["low"] > 10


def moment(customer, touch, days, answer=None, overall=None):
    return {
        "customer": customer,
        "at": DAY + timedelta(days=days),
        "source": "s",
        "id": f"{customer}{touch}{days}",
        "touchpoint": touch,
        "role": "direct",
        "rated": answer is not None,
        "answer": answer,
        "overall": overall,
        "expectation": 7.0,
        "expectation_sd": 1.0,
        "perception": 7.0,
        "perception_sd": 1.0,
    }


def test_listening(engine):
    engine.give(
        "moments",
        table(
            "moments",
            moment("a", "shop", 0, 8.0),
            moment("a", "shop", 1),
            moment("b", "shop", 2, overall=9.0),
            moment("c", "shop", 3),
            moment("a", "kiosk", 12),
            moment("d", "kiosk", 4),
        ),
    )
    said = {"source": "s", "at": DAY, "customer": "a", "kind": "review", "touchpoint": "shop"}
    engine.give(
        "signals",
        table(
            "signals",
            {**said, "id": "1", "text": "bom", "lang": "pt"},
            {**said, "id": "2", "text": "ótimo", "lang": "pt"},
            {**said, "id": "3", "text": "bien", "lang": "es"},
            {**said, "id": "4", "text": "", "lang": "it"},
            {**said, "id": "5", "text": "ok"},
            {**said, "id": "6", "text": "we are great", "lang": "en", "kind": "belief"},
        ),
    )
    engine.give(
        "touchpoints", table("touchpoints", touchpoint("shop", department="shops"), touchpoint("till"))
    )
    engine.run(listening_plan())
    kiosk, shop, till = engine.table("listening").to_pylist()
    assert (shop["signals"], shop["customers"], shop["answers"], shop["answered"]) == (4, 3, 2, 2)
    assert shop["response"] == pytest.approx(2 / 3)
    assert (shop["last_answer"], shop["silent_days"]) == (DAY + timedelta(days=2), 10.0)
    assert (shop["verbatims"], shop["languages"], shop["department"]) == (4, "pt,es", "shops")
    assert (kiosk["catalogued"], kiosk["stage"], kiosk["response"], kiosk["last_answer"]) == (
        False,
        "use",
        0.0,
        None,
    )
    assert (till["catalogued"], till["signals"], till["response"]) == (True, 0, None)
