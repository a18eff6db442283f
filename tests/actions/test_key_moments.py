"""Moments that matter: each reason by hand, on every engine; all touchpoints alike; one that differs."""

from collections import Counter

import numpy as np
import pytest
from scipy.stats import norm

from made_up.small_tables import DAY, around, table, touchpoint
from vivencia.actions import key_moments_plan
from vivencia.actions.key_moments import key_moment_rows
from vivencia.words.shapes.actions import REASONS

NOTHING = ("perception_weights", "progression_weights", "asymmetries", "drop_offs", "peak_places", "journeys")


def give(engine, **tables):
    """What the analysis reads; what a test does not name is empty."""
    engine.give("touchpoints", table("touchpoints", touchpoint("shop", "purchase"), touchpoint("phone")))
    for name in ("weights", *NOTHING):
        engine.give(name, table(name, *tables.get(name, ())))
    engine.run(key_moments_plan())
    return {(row["touchpoint"], row["reason"]): row for row in engine.table("key_moments").to_pylist()}


def weight(key, effect=None, data=None, **more):
    row = {"touchpoint": key, "stage": "purchase", "kind": "unclear", "n": 400} | more
    for name, found in (("effect", effect), ("data", data)):
        row |= around(name, *found) if found else {}
    return row


def removal(key, value, half, customers=300):
    return {
        "touchpoint": key, "visits": 500, "journeys": 400, "customers": customers,
        **around("removal", value, half),
    }  # fmt: skip


def drop(key, visits, abandoned, lost=0):
    return {
        "touchpoint": key, "visits": visits, "reached": 0, "abandoned": abandoned, "lost": lost,
        "share": 0.0, "share_low": 0.0, "share_high": 0.0,
    }  # fmt: skip


def judged(key, asymmetry=None, necessity=None, p=None, n=200):
    low_high = {"asymmetry_low": asymmetry and asymmetry[1], "asymmetry_high": asymmetry and asymmetry[2]}
    return {
        "touchpoint": key, "kind": "unclear", "n": n, "asymmetry": asymmetry and asymmetry[0], **low_high,
        "necessity": necessity, "necessity_p": p,
    }  # fmt: skip


def peaks(key, here, expected, spread, customers=200):
    return {
        "touchpoint": key, "peaks": here, "good": 1.0, "expected": expected, "spread": spread,
        "customers": customers,
    }  # fmt: skip


def begun(key, reached, abandoned, first=0):
    """Journeys that began at a touchpoint, each of its own customer."""
    ends = ["REACHED"] * reached + ["ABANDONED"] * abandoned
    return [
        {
            "customer": f"{key}{first + number:04d}", "journey": 1, "outcome": outcome, "started": DAY,
            "ended": DAY, "over": DAY, "duration_s": 0.0, "steps": 1, "repeats": 0, "first": key,
            "last": key, "variant": key,
        }
        for number, outcome in enumerate(ends)
    ]  # fmt: skip


def test_every_reason_by_hand(engine):
    found = give(
        engine,
        weights=[
            weight("shop", (0.3, 0.1), (0.4, 0.2)),
            # The answers alone say nothing: what the prior adds makes no driver.
            weight("phone", (0.2, 0.1), (0.2, 0.3)),
        ],
        perception_weights=[
            {"touchpoint": key, "method": "lmg", "outcome": "relationship", "r2": 0.4, "n": 400,
             "touched": touched, "rated": touched}
            for key, touched in (("shop", 390), ("phone", 120))
        ],
        progression_weights=[removal("shop", 0.6, 0.1), removal("phone", 0.2, 0.1)],
        asymmetries=[
            judged("shop", (-0.7, -0.9, -0.4), necessity=0.31, p=0.01),
            judged("phone", (0.5, 0.1, 0.8), necessity=0.02, p=0.6),
        ],
        peak_places=[peaks("shop", 150, 100, 36), peaks("phone", 50, 100, 36)],
        journeys=begun("shop", 80, 20) + begun("phone", 40, 60),
        drop_offs=[drop("shop", 900, 90), drop("phone", 100, 20, 20)],
    )  # fmt: skip
    sure = {key for key, row in found.items() if row["sure"]}
    assert sure == {
        ("shop", "drives"), ("shop", "carries"), ("shop", "costs"), ("shop", "needed"),
        ("shop", "remembered"), ("shop", "opens"), ("phone", "opens"), ("phone", "leaves"),
    }  # fmt: skip
    # Of costs and wins a touchpoint has the one its asymmetry points to.
    assert len(found) == 2 * (len(REASONS) - 1)
    names = ("value", "low", "high", "against", "n", "customers")

    def of(*key):
        return [found[key][name] for name in names]

    assert of("shop", "drives") == pytest.approx([0.3, 0.2, 0.4, 0.0, 400, 390])
    assert of("shop", "carries") == pytest.approx([0.6, 0.5, 0.7, 0.4, 400, 300])
    assert of("shop", "costs") == pytest.approx([-0.7, -0.9, -0.4, 0.0, 200, 200])
    assert of("phone", "wins") == pytest.approx([0.5, 0.1, 0.8, 0.0, 200, 200])
    assert of("shop", "needed") == [0.31, None, None, 0.0, 200, 200]
    # scipy.stats.binomtest(150, 200).proportion_ci(method="wilson"), and of 40 of 100;
    # 80 of 100 customers count as 79.2 of 99, since their spread is estimated too.
    assert of("shop", "remembered") == pytest.approx([0.75, 0.68566, 0.80492, 0.5, 200, 200], abs=1e-5)
    assert of("shop", "opens") == pytest.approx([0.8, 0.71068, 0.86691, 0.6, 100, 100], abs=1e-5)
    assert of("phone", "leaves") == pytest.approx([0.4, 0.3094, 0.498, 0.13, 100, 300], abs=1e-5)
    assert found["shop", "opens"]["stage"] == "purchase"
    # The effect lies off 0.1, the answers alone off 0; the weaker gives p. Doubled, for two looks.
    assert found["shop", "drives"]["q"] == pytest.approx(2 * 2 * norm.sf(1.959964 * 2), rel=1e-4)
    # Odds of 1.5 over 1.25 are 1.2, a share of 6/11: from there on fewer count. 40 of 100 against it:
    # (0.4 − 6/11) / √(6/11 · 5/11 (1/100 − 1/200)), with the customers' own spread in place of 6/11 · 5/11.
    least = 6 / 11
    spread = (40 * (1 - least) ** 2 + 60 * least**2) / 99 / 200
    assert found["phone", "opens"]["counts_from"] == pytest.approx(least)
    assert found["phone", "opens"]["q"] == pytest.approx(2 * norm.sf((least - 0.4) / spread**0.5), rel=1e-4)
    # Odds of 1 times 1.25: from 5/9 of 200 on.
    assert found["shop", "remembered"]["q"] == pytest.approx(2 * norm.sf((150 - 1000 / 9) / 6), rel=1e-4)
    assert (found["shop", "needed"]["q"], found["shop", "needed"]["counts_from"]) == (0.01, 0.1)


def test_however_many_customers_a_small_difference_does_not_matter(engine):
    """A million visits make 15 % against 13.6 % certain; it is still hardly more."""
    many = [removal("shop", 0.15, 0.001, 900_000), removal("phone", 0.136, 0.001, 900_000)]
    found = give(
        engine,
        progression_weights=many,
        drop_offs=[drop("shop", 1_000_000, 150_000), drop("phone", 9_000_000, 1_220_000)],
        weights=[weight("shop", (0.05, 0.001), (0.05, 0.001), n=900_000)],
    )
    assert len(found) == 5
    assert not any(row["sure"] for row in found.values())
    assert found["shop", "leaves"]["q"] == 1.0


def test_few_customers_are_withheld(engine):
    found = give(
        engine,
        weights=[weight("shop", (0.3, 0.1), (0.4, 0.2), n=4)],
        progression_weights=[removal("shop", 0.6, 0.1, customers=4), removal("phone", 0.2, 0.1)],
        asymmetries=[judged("shop", (-0.7, -0.9, -0.4), necessity=0.31, p=0.01, n=4)],
        peak_places=[peaks("shop", 3, 1, 0.5, customers=4)],
        journeys=begun("shop", 4, 0) + begun("phone", 3, 2),
        drop_offs=[drop("shop", 90, 9), drop("phone", 90, 9), drop("kiosk", 90, 9)],
    )
    # The kiosk has no known customers; what is left is compared with what is left.
    assert list(found) == [("phone", "carries"), ("phone", "leaves"), ("phone", "opens")]
    assert found["phone", "carries"]["against"] == pytest.approx(0.2)
    assert not any(row["sure"] for row in found.values())


def test_nothing_at_all(engine):
    assert give(engine) == {}


def test_a_touchpoint_nobody_catalogued_has_the_stage_of_such(engine):
    found = give(engine, peak_places=[peaks("kiosk", 20, 19, 8)])
    assert found["kiosk", "remembered"]["stage"] == "use"
    assert found["kiosk", "remembered"]["sure"] is False


def test_many_journeys_of_one_customer_are_one_witness(engine):
    """A hundred journeys that one customer never finished are no proof of a bad beginning."""
    many = [
        row | {"customer": "one", "journey": number + 1} for number, row in enumerate(begun("phone", 0, 100))
    ]
    rest = begun("shop", 60, 40)
    found = give(engine, journeys=many + begun("phone", 6, 4) + rest)
    assert found["phone", "opens"]["value"] == pytest.approx(6 / 110)
    assert not found["phone", "opens"]["sure"]
    each = give(engine, journeys=begun("phone", 0, 100) + begun("phone", 6, 4, first=100) + rest)
    assert each["phone", "opens"]["sure"]


@pytest.mark.parametrize(("reached", "left"), [(30, 0), (0, 30)])
def test_where_all_or_none_arrive_no_beginning_stands_out(engine, reached, left):
    visits = [drop("shop", 60, 2 * left), drop("phone", 60, 2 * left)]
    ended = begun("shop", reached, left) + begun("phone", reached, left)
    found = give(engine, journeys=ended, drop_offs=visits, progression_weights=[
        removal("shop", float(reached > 0), 0.0), removal("phone", float(reached > 0), 0.0),
    ])  # fmt: skip
    assert len(found) == 6
    assert not any(row["sure"] for row in found.values())
    assert found["shop", "opens"]["value"] == found["shop", "opens"]["against"] == float(reached > 0)


def company(rng, touchpoints=10, special=None):
    """Estimates as they would come from a company whose touchpoints are all alike, but for `special`."""
    keys = [f"t{number}" for number in range(touchpoints)]
    more = np.array([1.0 if key == special else 0.0 for key in keys])

    def noisy(centre, sd):
        value = centre + sd * rng.normal(size=touchpoints)
        return [
            dict(zip(("", "_low", "_high"), (v, v - 1.96 * sd, v + 1.96 * sd), strict=True)) for v in value
        ]

    def named(name, rows):
        return [{f"{name}{end}": value for end, value in row.items()} for row in rows]

    effects = named("effect", noisy(0.5 * more, 0.08))
    data = named("data", noisy(0.5 * more, 0.08))
    removals = named("removal", noisy(0.3 + 0.4 * more, 0.05))
    signs = named("asymmetry", noisy(-0.8 * more, 0.1))
    visits, journeys, people = 800, 300, 3000
    left = rng.binomial(visits, 0.1 + 0.2 * more)
    reached = rng.binomial(journeys, 0.6 - 0.3 * more)
    chance = np.full(touchpoints, 1 / touchpoints)
    drawn = rng.multinomial(people, (chance + 0.2 * more) / (1 + 0.2 * more.sum()))
    whole = dict.fromkeys(("n", "touched", "journeys", "customers"), 400)
    rows = [{"touchpoint": key, "stage": "use", **whole} for key in keys]
    return [row | one | other for row, one, other in zip(rows, effects, data, strict=True)], {
        "touchpoints": [],
        "perception_weights": rows,
        "progression_weights": [row | one for row, one in zip(rows, removals, strict=True)],
        "asymmetries": [
            row | one | {"necessity": 0.01, "necessity_p": 0.9} for row, one in zip(rows, signs, strict=True)
        ],
        "drop_offs": [
            {"touchpoint": key, "visits": visits, "abandoned": int(k), "lost": 0}
            for key, k in zip(keys, left, strict=True)
        ],
        "begun": [
            {"touchpoint": key, "customers": journeys, "n": journeys, "k": int(k), "nn": journeys,
             "kk": int(k), "kn": int(k)}
            for key, k in zip(keys, reached, strict=True)
        ],
        "peak_places": [
            {"touchpoint": key, "peaks": int(k), "good": 0, "expected": people / touchpoints,
             "spread": people * chance[0] * (1 - chance[0]), "customers": people}
            for key, k in zip(keys, drawn, strict=True)
        ],
    }  # fmt: skip


def test_where_all_touchpoints_are_alike_hardly_any_matters():
    """Within a reason, at most one company in twenty sees anything that is not there."""
    rng, runs = np.random.default_rng(20), 300
    called = Counter()
    for _ in range(runs):
        weights, beside = company(rng)
        called.update(
            {row["reason"] for row in key_moment_rows(weights, beside, {"anonymity": 5}) if row["sure"]}
        )
    assert all(called[reason] / runs <= 0.05 for reason in REASONS), called


def test_the_one_that_differs_is_found_for_every_reason():
    rng, runs = np.random.default_rng(21), 40
    found, others = Counter(), 0
    for _ in range(runs):
        weights, beside = company(rng, special="t3")
        sure = [row for row in key_moment_rows(weights, beside, {"anonymity": 5}) if row["sure"]]
        found.update(row["reason"] for row in sure if row["touchpoint"] == "t3")
        # The others do open better than all journeys together, t3's among them.
        others += sum(row["touchpoint"] != "t3" and row["reason"] != "opens" for row in sure)
    assert set(found) == {"drives", "carries", "costs", "remembered", "opens", "leaves"}
    assert min(found.values()) >= 0.95 * runs
    assert others / runs < 0.5
