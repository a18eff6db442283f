"""Goals day by day, hold-ups and first-contact resolution on the report page."""

import re
from itertools import pairwise

import pytest

from made_up import results
from made_up.reported import report_of
from vivencia.faces.language import Language
from vivencia.faces.web.charts.fates import WIDE, Day, Line, fates_chart
from vivencia.faces.web.sections.goals import goals_view
from vivencia.faces.web.sections.hold_ups import hold_ups_view
from vivencia.faces.web.sections.resolutions import resolutions_view
from vivencia.faces.web.wording import Wording


@pytest.fixture(scope="module")
def report():
    return report_of(results.tables())


def drawn(report, view, language="en"):
    return view(report["journeys"], Wording(report, Language(language)))


def texts(table):
    return [[cell.text for cell in row] for row in table.rows]


def test_hold_ups_show_their_three_factors(report):
    view = drawn(report, hold_ups_view)
    assert [(row.name, row.main, row.detail) for row in view.rows] == [
        ("Phone support", "80%", "40% of waiting × 800 visits × 25% left"),
        ("Product page", "13%", "4% of waiting × 1,980 visits × 16% left"),
        ("Checkout", "7%", "5% of waiting × 1,380 visits × 10% left"),
    ]
    # Each part of the whole has its interval, in the picture and under the number.
    assert [str(row.picture).count('class="whisker"') for row in view.rows] == [3, 3, 3]
    assert "Phone support: 80% (60% to 100%, n = 800)" in str(view.rows[0].picture)
    assert texts(view.table)[0] == ["Phone support", "40%", "800", "25%", "80%", "2.1\xa0days"]
    assert view.table.rows[0][4].under == "60% to 100%"


def test_goals_are_told_by_day_up_to_the_last_that_says_something_new(report):
    view = drawn(report, goals_view)
    assert [(one.name, one.note) for one in view.charts] == [
        ("buy", "1,800 journeys"), ("get help", "400 journeys"),
    ]  # fmt: skip
    labels = re.findall(r'class="month"[^>]* aria-label="([^"]*)"', str(view.charts[1].wide))
    assert [label.partition(":")[0] for label in labels] == [
        "get help, by day 1", "get help, by day 7", "get help, by day 30",
    ]  # fmt: skip
    assert labels[1] == (
        "get help, by day 7: Goal reached 70% (67% to 73%); Given up 20% (18% to 22%); "
        "Customer lost 2% (1% to 3%); journeys still followed: 12"
    )
    assert texts(view.table)[1] == ["buy", "7", "45%", "15%", "2%", "700", "1,800", "1,200"]


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("pt", ["● Objetivo alcançado", "■ Desistência", "▲ Cliente perdido"]),
        ("it", ["● Obiettivo raggiunto", "■ Abbandono", "▲ Cliente perso"]),
    ],
)
def test_lines_are_named_beside_their_marks(report, language, names):
    picture = str(drawn(report, goals_view, language).charts[0].narrow)
    assert sorted(re.findall(r'class="name [^>]*>([^<]*)<', picture)) == sorted(names)


def test_a_line_keeps_its_share_until_the_next_day_that_was_counted():
    share = [(0.25, 0.2, 0.3), (0.75, 0.7, 0.8)]
    days = [Day(name, (one,), name) for name, one in zip("17", share, strict=True)]
    lines = [Line("reached", "●", "in")]
    picture = str(fates_chart(days, lines, WIDE, title="t", axis="days", percents=("0%", "100%")))
    path = re.search(r'class="line reached" d="M([^"]*)"', picture).group(1)
    points = [tuple(map(float, point.split())) for point in path.split("L")]
    assert [up for _, up in points] == [228, 228, 174, 174, 66, 66]
    assert points[1][0] == points[2][0] < points[3][0] == points[4][0] < points[5][0]


def test_names_of_lines_that_end_together_stay_apart():
    days = [Day("1", ((0.01, 0, 0.1), (0.02, 0, 0.1), (0.03, 0, 0.1)), "day")]
    lines = [Line("reached", "●", "one"), Line("abandoned", "■", "two"), Line("lost", "▲", "three")]
    picture = str(fates_chart(days, lines, WIDE, title="t", axis="days", percents=("0%", "100%")))
    places = sorted(float(y) for y in re.findall(r'class="name [^>]* y="([\d.]+)"', picture))
    assert min(after - before for before, after in pairwise(places)) >= 16


def test_resolution_by_absence_beside_the_tick(report):
    view = drawn(report, resolutions_view)
    assert [window.name for window in view.windows] == [
        "No further contact within 7\xa0days", "No further contact within 30\xa0days",
    ]  # fmt: skip
    assert [(row.name, row.main) for row in view.windows[0].rows] == [
        ("All first contacts", "63%"), ("Phone support", "58%"), ("Chat support", "71%"),
    ]  # fmt: skip
    phone, chat = (str(row.picture) for row in view.windows[0].rows[1:])
    assert 'class="expected"' in phone
    assert 'class="expected"' not in chat
    assert "no ticks by agents" in chat
    # Over the same contacts, in points; none where nobody ticked.
    assert [row[4] for row in texts(view.table)] == ["+19.0", "+20.0", "+26.0", "–", "–"]
    assert view.table.rows[1][4].under == "+15.0 to +25.0 · n = 180"


def test_ticks_less_not_returned_are_drawn_with_their_intervals_where_agents_tick(report):
    view = drawn(report, resolutions_view)
    assert [[(row.name, row.main) for row in one.rows] for one in view.differences] == [
        [("All first contacts", "+19.0"), ("Phone support", "+20.0")], [("Phone support", "+26.0")],
    ]  # fmt: skip
    assert view.difference_scale == ("−40", "0", "+40")
    phone = str(view.differences[0].rows[1].picture)
    assert "Phone support: +20.0 (+15.0 to +25.0, n = 180)" in phone
    assert 'class="band lived"' in phone


def test_the_line_is_dotted_where_tick_and_absence_may_be_the_same(report):
    one = report["journeys"]["resolutions"][0]
    assert one["touchpoint"] == "phone_support"
    unsure = {**one, "paired": {"value": 0.02, "low": -0.01, "high": 0.05, "n": 180}}
    sure = {**one, "paired": {"value": 0.02, "low": 0.01, "high": 0.03, "n": 180}}
    for found, dotted in ((unsure, True), (sure, False)):
        view = drawn({**report, "journeys": {"resolutions": [found]}}, resolutions_view)
        assert ("gap unsure" in str(view.windows[0].rows[0].picture)) is dotted


def test_ticks_count_as_too_many_only_beside_the_same_contacts(report):
    """80 % of those with a mark were ticked, 60 % of all stayed away; of those with a mark more did."""
    one = report["journeys"]["resolutions"][0]
    apart = {
        "resolved": {**one["resolved"], "value": 0.6, "low": 0.55, "high": 0.65},
        "ticked": {**one["ticked"], "value": 0.8, "low": 0.75, "high": 0.85},
    }
    for value, kind in ((-0.15, "strip above"), (0.15, "strip below")):
        paired = {"value": value, "low": value - 0.05, "high": value + 0.05, "n": 180}
        found = {**one, **apart, "paired": paired}
        view = drawn({**report, "journeys": {"resolutions": [found]}}, resolutions_view)
        assert f'class="{kind}"' in str(view.windows[0].rows[0].picture)


def test_a_goal_that_is_over_within_a_day_is_in_the_table_and_not_drawn(report):
    first = {**report["journeys"]["goals"][0], "goal": "recommend"}
    at_once = {**first, "rates": [{**one, "waiting": 0} for one in first["rates"]]}
    view = drawn({**report, "journeys": {"goals": [at_once]}}, goals_view)
    assert view.charts == ()
    assert [row[0] for row in texts(view.table)] == ["recommend"] * 3


def test_without_such_tables_nothing_is_drawn(report):
    bare = {**report, "journeys": {}}
    assert drawn(bare, goals_view).charts == ()
    assert drawn(bare, hold_ups_view).rows == ()
    assert drawn(bare, resolutions_view).windows == ()
