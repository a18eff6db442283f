"""Weight on perception: known truth, structure against missing answers, and data that says nothing."""

from datetime import timedelta
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_up.examples import examples
from made_up.moments import catalogue, moments, run_fold
from made_up.small_tables import instruments
from vivencia.weights import perception_weights_plan
from vivencia.words.shapes.weights import PERCEPTION_WEIGHTS

#: True weights and the chance of touching each, as in the golden file of missing answers.
WEIGHTS = (0.5, 0.3, 0.2, 0.4, 0.1, 0.15)
TOUCH = (0.9, 0.8, 0.6, 0.35, 0.5, 0.3)


def plan_fold(**options):
    return next(
        node for node in perception_weights_plan(**options).nodes if node.name == "perception_weights"
    )


def weigh(table, p=6, side=None, **options):
    fold = plan_fold(**options)
    return run_fold(fold, [table], touchpoints=side or catalogue(p)).to_pydict()


def test_the_form_is_the_declared_one():
    fold = plan_fold()
    table = run_fold(fold, [moments(WEIGHTS, customers=300)], touchpoints=catalogue(6))
    assert table.column_names == list(PERCEPTION_WEIGHTS.names)
    assert table["touchpoint"].to_pylist() == [f"t0{j}" for j in range(6)]
    assert sum(table["share"].to_pylist()) == pytest.approx(1.0)
    assert set(table["method"].to_pylist()) == {"lmg"}
    assert set(table["outcome"].to_pylist()) == {"relationship"}


def missing_design(golden, scenario):
    """The tables of one scenario of the golden file, one a seed."""
    told = golden("drivers_missing")
    design, truth = told["design"], np.array(told["true_w"])
    for seed in range(design["seeds"]):
        yield moments(
            truth,
            customers=design["customers"],
            seed=seed,
            touch=np.array(design["touch"]),
            there=np.array(design["there"]),
            halo=design["halo"],
            noise=design["noise"],
            unrated=told["scenarios"][scenario]["unrated"],
        )


def largest_bias(golden, found):
    return np.abs(np.mean(found, axis=0) - golden("drivers_missing")["true_w"]).max()


@pytest.mark.parametrize("scenario", ["touch_only", "touch_and_nonresponse"])
def test_neither_untouched_nor_unrated_bends_a_weight(golden, scenario):
    """Untouched is structure, touched but unrated is missing: told apart, every weight is found."""
    found = [weigh(table)["data"] for table in missing_design(golden, scenario)]
    assert largest_bias(golden, found) < golden("drivers_missing")["requirement"]["largest_bias"]


def test_the_mean_filled_in_would_bend_every_weight(golden):
    """What the test above is up against: the same answers with the mean in place of the missing."""
    found = [
        mean_filled_in(table)
        for table, _ in zip(missing_design(golden, "touch_and_nonresponse"), range(12), strict=False)
    ]
    bias = np.mean(found, axis=0) - golden("drivers_missing")["true_w"]
    assert np.all(bias > golden("drivers_missing")["requirement"]["largest_bias"])


def mean_filled_in(table, p=6):
    """Least squares on what was lived (0 where it is not known) and on who was where."""
    overall = table["overall"].drop_null().to_numpy()
    visits = table.filter(pa.compute.equal(table["role"], "direct"))
    row = np.array([int(key[1:]) for key in visits["customer"].to_pylist()])
    column = np.array([int(key[1:]) for key in visits["touchpoint"].to_pylist()])
    lived, there = np.zeros((2, len(overall), p))
    lived[row, column] = np.nan_to_num(visits["disconfirmation"].to_numpy())
    there[row, column] = 1.0
    columns = np.column_stack([lived, there, np.ones(len(overall))])
    return np.linalg.lstsq(columns, overall, rcond=None)[0][:p]


def test_intervals_cover_and_a_null_is_seldom_called():
    truth = np.array([0.5, 0.3, 0.0, 0.4, 0.1, 0.15])
    inside, called = [], []
    for seed in range(60):
        found = weigh(moments(truth, customers=800, seed=100 + seed, touch=TOUCH))
        inside.append(
            [
                low <= t <= high
                for low, t, high in zip(found["data_low"], truth, found["data_high"], strict=True)
            ]
        )
        called.append(found["data_low"][2] > 0 or found["data_high"][2] < 0)
    assert 0.90 <= np.mean(inside) <= 0.98
    assert np.mean(called) <= 0.10  # 60 runs; 7 % is held on more runs in tests/truth


def test_the_order_of_twenty_five_is_found():
    rng = np.random.default_rng(3)
    truth = rng.permutation(np.linspace(0.0, 0.5, 25))
    found = weigh(moments(truth, customers=6000, seed=1), p=25)
    assert set(found["method"]) == {"johnson"}
    order = np.argsort(np.argsort(found["effect"]))
    assert np.corrcoef(order, np.argsort(np.argsort(truth)))[0, 1] >= 0.9


@examples(15)
@given(cuts=st.lists(st.integers(0, 120), max_size=4), reverse=st.booleans())
def test_any_split_by_customer_merges_to_the_same(cuts, reverse):
    table = moments(WEIGHTS[:3], customers=120, seed=9)
    names = np.array(table["customer"].to_pylist())
    edges = [0, *sorted(np.searchsorted(names, f"c{cut:06d}") for cut in cuts), len(names)]
    parts = [table.slice(a, b - a) for a, b in pairwise(edges)]
    fold = plan_fold()
    side = catalogue(3)
    whole = run_fold(fold, [table], touchpoints=side)
    assert run_fold(fold, parts[::-1] if reverse else parts, touchpoints=side).equals(whole)


def put(table, name, values):
    """The table with one column replaced."""
    return table.set_column(table.column_names.index(name), name, pa.array(values, table[name].type))


def test_only_what_came_before_the_last_answer_counts():
    early = moments((0.4, 0.2), customers=400, seed=2, touch=1.0)
    late = early.filter(pa.compute.not_equal(early["role"], "survey"))
    late = put(late, "disconfirmation", np.full(late.num_rows, -9.0))
    late = put(late, "at", [at + timedelta(days=1) for at in late["at"].to_pylist()])
    both = pa.concat_tables([early, late]).sort_by([("customer", "ascending"), ("at", "ascending")])
    found, alone = weigh(both, p=2), weigh(early, p=2)
    assert found["touched"] == alone["touched"]
    assert found["data"] == pytest.approx([0.4, 0.2], abs=0.1)


def test_visits_fade():
    """A visit counts exp(−age / 20 days); forgetting nothing, or the default, would explain less."""
    rng = np.random.default_rng(5)
    age = rng.uniform(0, 120, 6000)
    table = moments((1.0,), customers=6000, seed=5, touch=1.0, noise=0.5)
    survey = np.array(table["role"].to_pylist()) == "survey"
    lived = table["disconfirmation"].to_numpy()[~survey]
    overall = np.full(table.num_rows, np.nan)
    overall[survey] = 7 + np.exp(-age / 20) * lived + 0.3 * rng.normal(size=6000)
    at = np.array(table["at"].to_pylist())
    at[survey] += np.array([timedelta(days=float(days)) for days in age])
    table = put(put(table, "overall", pa.array(overall, from_pandas=True)), "at", list(at))
    found = weigh(table, p=1)
    assert found["memory_days"] == [20.0]
    assert found["data"] == pytest.approx([1.0], abs=0.03)


def test_praise_is_no_cause():
    """A public review is written by those who think well: it is left out, with the reason."""
    table = moments((0.4, 0.2, 0.3), customers=400, seed=2, touch=1.0)
    praise = np.array(table["touchpoint"].to_pylist()) == "t02"
    found = weigh(put(table, "kind", np.where(praise, "review", table["kind"].to_pylist())), p=3)
    assert found["reason"] == [None, None, "statement"]
    assert sum(found["share"][:2]) == pytest.approx(1.0)
    assert found["share"][2] is None


def test_a_lone_touchpoint_has_an_effect_and_no_share():
    """One of one is all of it, whatever it is: that says nothing, so it is not said."""
    found = weigh(moments((0.4,), customers=400, touch=1.0), p=1)
    assert (found["share"], found["reason"], found["method"]) == ([None], ["alone"], ["lmg"])
    assert found["effect"] == pytest.approx([0.4], abs=0.1)


def test_without_relationship_answers_the_perception_is_explained():
    found = weigh(moments(WEIGHTS, customers=500, asked=False))
    assert set(found["outcome"]) == {"perception"}
    assert found["data"][0] == pytest.approx(0.5, abs=0.15)


def test_nothing_at_all():
    found = weigh(moments(WEIGHTS, customers=5).slice(0, 0))
    assert set(found["reason"]) == {"no-outcome"}
    assert found["share"] == [None] * 6


def test_few_answers_are_withheld_with_a_reason():
    table = moments(WEIGHTS, customers=400, touch=(0.9, 0.9, 0.9, 0.9, 0.9, 0.004), seed=8)
    found = weigh(table)
    assert found["rated"][5] < 5
    assert (found["share"][5], found["effect"][5], found["reason"][5]) == (None, None, "few-answers")
    assert found["reason"][:5] == [None] * 5
    assert sum(found["share"][:5]) == pytest.approx(1.0)


def test_twelve_customers_carry_one_touchpoint_at_most():
    found = weigh(moments(WEIGHTS, customers=12, touch=1.0))
    assert found["reason"].count("few-answers") == 5


def test_constant_ratings_are_withheld():
    table = moments((0.4, 0.2, 0.1), customers=200, touch=1.0)
    second = np.array(table["touchpoint"].to_pylist()) == "t01"
    same = np.where(second, 1.0, table["disconfirmation"].to_numpy(zero_copy_only=False))
    found = weigh(put(table, "disconfirmation", same), p=3)
    assert found["reason"] == [None, "constant", None]


def test_a_constant_outcome_is_withheld():
    table = moments((0.4, 0.2), customers=200)
    known = [None if value is None else 9.0 for value in table["overall"].to_pylist()]
    found = weigh(put(table, "overall", known), p=2)
    assert found["reason"] == ["constant", "constant"]
    assert found["effect"] == [None, None]


def test_collinear_touchpoints_share_what_they_hold_in_common():
    """The same answer copied to two touchpoints: neither can be preferred, both are given."""
    table = moments((0.6, 0.2), customers=600, touch=1.0, seed=6)
    first = table.filter(pa.compute.equal(table["touchpoint"], "t00"))
    twin = put(first, "touchpoint", ["t02"] * first.num_rows)
    place = pa.array([0] * table.num_rows + [-1] * twin.num_rows)
    both = pa.concat_tables([table, twin]).append_column("place", place)
    both = both.sort_by([("customer", "ascending"), ("place", "ascending")])
    found = weigh(both.drop_columns(["place"]), p=3)
    assert found["share"][0] == pytest.approx(found["share"][2], abs=1e-6)
    assert found["data"][0] + found["data"][2] == pytest.approx(0.6, abs=0.1)


def test_small_touchpoints_are_drawn_to_their_stage():
    truth = (0.5, 0.5, 0.5, 0.1, 0.1, 0.1)
    touch = (0.9, 0.9, 0.03, 0.9, 0.9, 0.03)
    side = catalogue(6, stages=["use"] * 3 + ["support"] * 3)
    raw, drawn = [], []
    for seed in range(20):
        found = weigh(moments(truth, customers=1500, seed=seed, touch=touch), side=side)
        raw += [found["data"][j] - truth[j] for j in (2, 5)]
        drawn += [found["effect"][j] - truth[j] for j in (2, 5)]
    assert np.std(drawn) < 0.7 * np.std(raw)


def test_a_service_company_starts_with_heavier_service_touchpoints():
    side = catalogue(4, forms=["use", "service", "use", "service"])
    table = moments((0.2, 0.2, 0.2, 0.2), customers=40, seed=1, touch=1.0)
    plain = weigh(table, p=4, side=side)
    service = weigh(table, p=4, side=side, offering="service")
    assert service["prior"][1] / service["prior"][0] == pytest.approx(5 / 3)
    assert plain["prior"][1] == pytest.approx(plain["prior"][0])
    many = moments((0.4, 0.1, 0.4, 0.1), customers=8000, seed=1, touch=1.0)
    overruled = weigh(many, p=4, side=side, offering="service")
    assert overruled["effect"] == pytest.approx([0.4, 0.1, 0.4, 0.1], abs=0.03)


def test_both_engines_agree(engine):
    """The plan on each engine equals the fold run by hand."""
    table = moments(WEIGHTS, customers=300, seed=12, unrated=0.2)
    given = table.append_column("source", pa.array(["s"] * table.num_rows))
    given = given.append_column("id", pa.array([f"{row:06d}" for row in range(table.num_rows)]))
    engine.give("moments", given.drop_columns(["kind", "ratings"]))
    engine.give("events", given.select(["customer", "at", "source", "id", "kind", "ratings"]))
    engine.give("states", pa.table({"customer": sorted(set(table["customer"].to_pylist()))}))
    engine.give("touchpoints", catalogue(6))
    engine.give("instruments", instruments("nps"))
    engine.run(perception_weights_plan())
    assert engine.table("perception_weights").to_pydict() == weigh(table)
