"""Kano's pairs on the page: only where asked, each mark named, the table behind."""

import re

import pytest

from made_up import asked, results
from made_up.reported import report_of
from vivencia.faces.language import Language
from vivencia.faces.web import render_report
from vivencia.faces.web.charts.scatter import NARROW, Dot
from vivencia.faces.web.charts.square import square_chart
from vivencia.faces.web.sections.kano import kano_view
from vivencia.faces.web.wording import Wording
from vivencia.words.catalogue import LANGUAGES


@pytest.fixture(scope="module")
def report():
    return report_of(results.tables() | {"kano": asked.kano()})


def view_of(report, language="en"):
    return kano_view(report, Wording(report, Language(language)))


def test_the_table_names_a_kind_only_where_it_is_clear(report):
    rows = [[cell.text for cell in row] for row in view_of(report).table.rows]
    assert [row[:4] + row[-2:] for row in rows] == [
        ["Checkout", "the more the better", "67%", "86%", "100", "100"],
        ["Home delivery", "taken for granted", "18%", "86%", "100", "100"],
        ["Shop visit", "attractive", "63%", "16%", "100", "100"],
        ["Till", "not clear", "53%", "50%", "80", "80"],
    ]


def test_marks_stand_where_the_table_says_and_all_are_named(report):
    drawing = str(view_of(report).wide)
    marks = re.findall(r'<circle class="lived" cx="([\d.]+)" cy="([\d.]+)"', drawing)
    # Delivery: 18 of 98 glad of it, 84 of 98 would miss it; the chart is 1080 by 560.
    assert [float(at) for at in marks[1]] == [
        pytest.approx(50 + 1004 * 18 / 98, abs=0.05),
        pytest.approx(514 - 484 * 84 / 98, abs=0.05),
    ]
    assert sorted(re.findall(r'class="name"[^>]*>([^<]*)<', drawing)) == [
        "Checkout", "Home delivery", "Shop visit", "Till",
    ]  # fmt: skip
    assert "Home delivery: taken for granted; would be glad of it 18% (12% to 27%, n = 98)" in drawing


def test_names_without_room_are_left_to_the_table():
    dots = [Dot(f"a long name {n}", (0.5, 0.1, 0.9), (0.5, 0.1, 0.9), "") for n in range(60)]
    drawing, unplaced = square_chart(
        dots, NARROW, title="t", across="x", up="y", percent=str, corners=("a", "b", "c", "d")
    )
    assert unplaced
    assert drawing.count('class="name"') == 60 - len(unplaced)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_part_stands_in_the_weights_in_every_language(report, language):
    html = render_report(report, language=language)
    weights = html[html.index('<section id="weights"') : html.index('<section id="moments"')]
    assert Language(language).message("kano.lead") in weights.replace("&#39;", "'")
    assert "kano." not in weights


def test_where_no_pairs_were_asked_nothing_is_said_of_them():
    html = render_report(report_of(results.tables()), language="en")
    assert "Kano" not in html


def test_shares_are_shown_where_better_and_worse_are_withheld():
    view = view_of(report_of(results.tables() | {"kano": asked.kano({"till": (2, 0, 0, 0, 3, 0)})}))
    assert (view.wide, view.narrow) == ("", "")
    assert [cell.text for cell in view.table.rows[0]][:5] == [
        "Till", "not clear", "withheld", "withheld", "40%",
    ]  # fmt: skip
