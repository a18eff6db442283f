"""The one table of weights, the map whose quadrants are claimed only inside, and each stage's strength."""

import pytest

from made_up.small_tables import SHAPES, around, summary, table, touchpoint
from vivencia.signals.arrow import table_of
from vivencia.weights import weights_plan
from vivencia.weights.overview import quadrant
from vivencia.words.shapes.weights import ASYMMETRIES, STAGE_STRENGTHS, WEIGHTS

MODEL = {"method": "lmg", "outcome": "relationship", "r2": 0.4, "n": 900, "touched": 400, "rated": 300}


def perceived(key, share, half, effect, data):
    row = {"touchpoint": key, **around("share", share, half), **around("effect", effect, 0.1)}
    return {**row, **around("data", data, 0.2), "prior": 0.3, **MODEL}


def given(engine):
    engine.give(
        "touchpoints", table("touchpoints", *(touchpoint(key, stage) for key, stage in PLACES.items()))
    )
    engine.give(
        "summaries",
        table(
            "summaries",
            summary("all", "", customers=1000, experience=7.0),
            summary("touchpoint", "delivery", customers=800, experience=5.0, experience_half=0.2),
            summary("touchpoint", "phone", customers=300, experience=6.9, experience_half=0.4),
            summary("touchpoint", "shop", customers=500, experience=8.0, experience_half=0.2),
            summary("touchpoint", "till", customers=3, rated=3, experience=2.0),
            summary("stage", "buy", experience=7.5, experience_half=0.2, rated=900),
            summary("stage", "care", experience=5.0, experience_half=0.2, rated=500),
            summary("stage", "use", experience=1.0, rated=3, customers=3),
        ),
    )
    engine.give(
        "perception_weights",
        table(
            "perception_weights",
            perceived("delivery", 0.6, 0.1, 0.5, 0.6),
            perceived("phone", 0.3, 0.2, 0.3, 0.15),
            perceived("shop", 0.1, 0.05, -0.4, -0.5),
            {"touchpoint": "till", **MODEL, "method": "none", "reason": "few-answers"},
        ),
    )
    counted = {"visits": 90, "journeys": 80, "customers": 70}
    engine.give(
        "progression_weights",
        table(
            "progression_weights",
            {
                "touchpoint": "shop",
                **around("removal", 0.4, 0.1),
                **around("continuation", 0.5, 0.1),
                **counted,
            },
        ),
    )
    engine.give(
        "asymmetries",
        table_of(
            ASYMMETRIES,
            [
                {
                    "touchpoint": "delivery",
                    "asymmetry": -0.8,
                    "kind": "basic",
                    "necessity": 0.3,
                    "necessary": True,
                    "n": 300,
                }
            ],
        ),
    )


PLACES = {"delivery": "care", "phone": "care", "shop": "buy", "till": "buy"}


def test_one_row_says_all(engine):
    given(engine)
    engine.run(weights_plan())
    found = engine.table("weights")
    assert found.column_names == list(WEIGHTS.names)
    delivery, phone, shop, till = found.to_pylist()
    assert (delivery["perception"], delivery["effect"], delivery["data"], delivery["prior"]) == (
        0.6,
        0.5,
        0.6,
        0.3,
    )
    assert (delivery["reach"], delivery["level"]) == (pytest.approx(0.8), 5.0)
    assert (delivery["kind"], delivery["asymmetry"], delivery["necessary"]) == ("basic", -0.8, True)
    assert (shop["progression"], shop["continuation"], shop["kind"]) == (0.4, 0.5, "unclear")
    # A driver only when the answers alone say so too; a negative one is one.
    assert [row["driver"] for row in (delivery, phone, shop, till)] == [True, False, True, None]
    # Equal share 1/3, company mean 7: the phone's intervals cross both.
    assert [row["quadrant"] for row in (delivery, phone, shop, till)] == ["fix", None, "enough", None]
    assert (till["reason"], till["level"], till["reach"]) == ("few-answers", None, None)


def test_stage_strengths(engine):
    given(engine)
    engine.run(weights_plan())
    found = engine.table("stage_strengths")
    assert found.column_names == list(STAGE_STRENGTHS.names)
    buy, care = found.to_pylist()
    assert (buy["stage"], care["stage"]) == ("buy", "care")  # three customers are not shown
    assert (buy["weight"], care["weight"]) == pytest.approx((0.1, 0.9))
    assert (buy["weakest"], care["weakest"]) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("share", "level", "said"),
    [
        ((0.4, 0.6), (5, 6), "fix"),
        ((0.4, 0.6), (8, 9), "keep"),
        ((0.1, 0.2), (5, 6), "watch"),
        ((0.1, 0.2), (8, 9), "enough"),
        ((0.2, 0.6), (5, 6), None),
        ((0.4, 0.6), (6, 8), None),
    ],
)
def test_a_quadrant_needs_both_intervals_inside(share, level, said):
    row = {
        "perception": sum(share) / 2, "perception_low": share[0], "perception_high": share[1],
        "level": sum(level) / 2, "level_low": level[0], "level_high": level[1],
    }  # fmt: skip
    assert quadrant(row, 1 / 3, 7.0) == said
    assert quadrant({**row, "level_low": None}, 1 / 3, 7.0) is None


def test_an_empty_company(engine):
    for name in ("touchpoints", "summaries", "perception_weights", "progression_weights"):
        engine.give(name, table_of(SHAPES[name], []))
    engine.give("asymmetries", table_of(ASYMMETRIES, []))
    engine.run(weights_plan())
    assert engine.rows("weights") == engine.rows("stage_strengths") == 0
