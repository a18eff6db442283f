"""Raking as R's survey has it; anchors as published; neither moves what it should leave alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivencia.measure.anchors import Anchor, on_reference
from vivencia.measure.raking import rake, raked_mean, trimmed
from vivencia.words.errors import ParameterError


def test_the_school_sample_is_raked_as_r_survey_does(golden):
    case = golden("raking")
    types, wide = ["E", "H", "M"], ["No", "Yes"]
    rows = case["data"]
    margins = [
        np.array([types.index(row["stype"]) for row in rows]),
        np.array([wide.index(row["sch"]) for row in rows]),
    ]
    totals = [
        np.array([float(case["margins"]["stype"][key]) for key in types]),
        np.array([float(case["margins"]["sch_wide"][key]) for key in wide]),
    ]
    y = np.array([float(row["api00"]) for row in rows])
    weights = rake(margins, totals, np.full(len(rows), case["base_weight"]))
    expected = case["expected"]
    assert y.mean() == pytest.approx(expected["mean_api00_unweighted"])
    for cell in expected["cell_weights"]:
        here = (margins[0] == types.index(cell["stype"])) & (margins[1] == wide.index(cell["sch"]))
        assert here.sum() == cell["n"]
        np.testing.assert_allclose(weights[here], cell["w"], atol=case["tol"]["weights"])
    found = raked_mean(y, weights, margins, population=6194)
    assert found.value == pytest.approx(expected["mean_api00_raked"], abs=case["tol"]["mean"])
    assert found.se == pytest.approx(expected["se_raked"], abs=0.002)
    assert found.deff == pytest.approx(expected["kish_deff"], abs=1e-6)


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 1)), min_size=12, max_size=60))
def test_sums_are_the_totals_that_were_asked_for(cells):
    cells = [*cells, *((a, b) for a in range(3) for b in range(2))]
    one, other = (np.array([cell[k] for cell in cells]) for k in range(2))
    totals = [np.array([50.0, 30.0, 20.0]), np.array([60.0, 40.0])]
    weights = rake([one, other], totals, np.ones(len(cells)))
    np.testing.assert_allclose(np.bincount(one, weights), totals[0], rtol=1e-8)
    np.testing.assert_allclose(np.bincount(other, weights), totals[1], rtol=1e-8)
    assert (weights > 0).all()


def test_what_stands_for_all_already_keeps_its_weights():
    codes = np.array([0, 0, 1, 1])
    np.testing.assert_allclose(rake([codes], [np.array([2.0, 2.0])], np.ones(4)), 1.0)


def test_trimming_keeps_the_sum_and_cuts_the_rare():
    weights = np.array([1.0] * 20 + [60.0])
    cut = trimmed(weights)
    assert cut.sum() == pytest.approx(80.0)
    assert cut.max() / np.median(cut) == pytest.approx(5.0)


def test_margins_without_totals_are_refused():
    with pytest.raises(ParameterError):
        rake([np.array([0])], [], np.ones(1))
    with pytest.raises(ParameterError):
        rake([np.array([0])], [np.array([-1.0])], np.ones(1))


def test_countries_stand_in_their_true_order_once_anchored(golden):
    case = golden("response_style")["anchor_correction"]
    anchors = {
        key: Anchor(case["anchor_mean"][key], case["anchor_sd"][key], 400) for key in case["anchor_mean"]
    }
    found = {
        key: on_reference(mean, 0.05, anchors[key], anchors["NL"])
        for key, mean in case["observed_means"].items()
    }
    for key, (value, half) in found.items():
        assert value == pytest.approx(case["corrected_to_NL_metric"][key], abs=1e-9)
        assert abs(value - case["true_means"][key]) < 0.15
        assert half >= 0.05
    assert found["NL"] == (case["observed_means"]["NL"], 0.05)
