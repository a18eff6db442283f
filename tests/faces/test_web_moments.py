"""Moments that matter on the page: marks by shape, a list on a phone, the table behind, honest when bare."""

import copy
import re

import pytest

from made_up import results
from made_up.reported import report_of
from vivencia.faces.language import Language
from vivencia.faces.web import render_report
from vivencia.faces.web.sections.moments import moments_view, shape_of
from vivencia.faces.web.wording import Wording
from vivencia.words.shapes.actions import REASONS


@pytest.fixture(scope="module")
def report():
    return report_of(results.tables())


def view_of(report, language="en"):
    return moments_view(report, Wording(report, Language(language)))


def section_of(html):
    return html[html.index('<section id="moments"') : html.index('<section id="promises"')]


def test_rows_are_what_matters_and_columns_are_reasons(report):
    html = section_of(render_report(report, language="en"))
    drawing = html[html.index('class="chart matrix"') : html.index("</svg>", html.index("chart matrix"))]
    assert re.findall(r'class="name"[^>]*>([^<]*)<', drawing) == [
        "Home delivery", "Phone support", "Shop visit", "Product page", "Checkout", "Advertisement",
    ]  # fmt: skip
    assert drawing.count('class="head"') == len(REASONS)
    rows = drawing.split('class="row"')[1:]
    cells = [re.findall(r'class="cell (\w+)" data-tip="[^"]*"', row) for row in rows]
    assert cells[0] == ["both", "up", "down", "both", "both", "ring", "ring"]
    assert cells[-1] == ["down", "ring"]
    # A number stands beside a mark only where it is sure; the others have it in what they tell.
    assert re.findall(r'class="value"[^>]*>([^<]*)<', rows[-1]) == ["59%", ""]
    # Shape says what colour says: only triangles have corners, and a ring is no filled circle.
    assert drawing.count("<polygon") == sum(row.count("up") + row.count("down") for row in cells)


def test_a_mark_says_its_number_its_interval_and_what_it_is_compared_with(report):
    html = section_of(render_report(report, language="en"))
    assert "+0.34" in html
    assert (
        "Home delivery · customers whose strongest moment was here: 44% (41% to 47%, n = 600); "
        "by their contacts alone: 24%" in html
    )
    assert (
        "journeys begun here that reach their goal: 66% (58% to 74%, n = 600); "
        "all journeys: 70% – not sure or small" in html
    )
    assert "not seen without it (0 to 1): 0.30 (q = 0.001); counts from 0.02" in html


@pytest.mark.parametrize(
    ("reason", "value", "against", "sure", "shape"),
    [
        ("drives", 0.3, 0.0, True, "both"), ("drives", -0.3, 0.0, True, "down"),
        ("opens", 0.9, 0.7, True, "up"), ("opens", 0.5, 0.7, True, "down"),
        ("leaves", 0.3, 0.1, True, "down"), ("costs", -0.6, -0.2, True, "down"),
        ("carries", 0.6, 0.2, True, "up"), ("carries", 0.6, 0.2, False, "ring"),
    ],
)  # fmt: skip
def test_the_shape_of_a_reason(reason, value, against, sure, shape):
    one = {"reason": reason, "estimate": {"value": value}, "against": against, "sure": sure}
    assert shape_of(one) == shape


def test_a_phone_gets_the_same_in_words(report):
    first = view_of(report, "pt").moments[0]
    assert (first.name, first.stage) == ("Entrega em casa", "Entrega")
    assert [(one.text, one.value) for one in first.sure] == [
        ("forma a opinião sobre a empresa", "+0,34"), ("leva ao objetivo", "41%"),
        ("custa mais do que rende", "−0,60"), ("tem de estar bem", "0,30"), ("fica na memória", "44%"),
    ]  # fmt: skip
    assert first.unsure == "conhecido, mas incerto ou pequeno: primeira impressão, é onde desistem"


def test_the_table_holds_every_reason_that_is_known(report):
    known = sum(len(one["reasons"]) for one in report["moments"])
    table = view_of(report).table
    assert len(table.rows) == known
    assert [cell.text for cell in table.rows[0]] == [
        "Home delivery", "shapes the opinion of the company", "sure", "+0.34", "0.00", "+0.02",
        "0.001", "480",
    ]  # fmt: skip


def test_what_is_known_and_not_sure_is_named_and_no_cause_is_claimed(report):
    caution = view_of(report).caution
    assert caution.startswith("These are associations")
    assert caution.endswith("Known, but sure for no reason: App.")


def test_where_nothing_is_sure_no_picture_is_drawn_and_the_table_stays(report):
    changed = copy.deepcopy(report)
    for one in changed["moments"]:
        one["sure"] = 0
        for reason in one["reasons"]:
            reason["sure"] = False
    html = section_of(render_report(changed, language="it"))
    assert "nessun motivo è ancora certo e abbastanza grande" in html
    assert "chart matrix" not in html
    assert '<details class="data"' in html


def test_where_nothing_is_known_it_says_so(report):
    html = section_of(render_report({**report, "moments": []}, language="es"))
    assert 'class="nothing"' in html
    assert "<svg" not in html


def test_many_moments_are_cut_and_it_is_said(report):
    changed = {**report, "moments": [report["moments"][0]] * 30}
    view = view_of(changed)
    assert view.wide.count('class="row"') == 20
    assert "The first 20 of 30 are shown." in view.caution
    assert len(view.table.rows) == 30 * len(report["moments"][0]["reasons"])
