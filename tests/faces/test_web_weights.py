"""Weights on the page: start, answers and both; the map; necessary levels; drivers and hazards."""

import copy
import re
from dataclasses import replace

import pytest

from made_up import results
from made_up.reported import report_of
from vivencia.faces.language import Language
from vivencia.faces.web.charts.scatter import WIDE, Dot, Levels, scatter_chart
from vivencia.faces.web.sections.importance import importance_view
from vivencia.faces.web.sections.priors import priors_view
from vivencia.faces.web.sections.weights_more import hazards_view, needed_view, outcomes_view
from vivencia.faces.web.wording import Wording


@pytest.fixture(scope="module")
def report():
    return report_of(results.tables(), results.catalogue())


def seen(view, report, language="en"):
    return view(report, Wording(report, Language(language)))


def test_start_answers_and_both_are_told_with_their_intervals_and_shapes(report):
    row = seen(priors_view, report).rows[0]
    assert (row.name, row.main, row.detail) == ("Home delivery", "+0.34", "+0.29 to +0.39")
    assert (
        "Home delivery: Start (stage and offering) +0.20; Answers alone +0.36 (+0.26 to +0.46, n = 812); "
        "Both together +0.34 (+0.29 to +0.39, n = 812)" in row.picture
    )
    # A bar across, a ring, a filled mark: told apart without colour.
    assert [row.picture.count(part) for part in ('<rect class="expected"', 'circle class="answers"')] == [
        1,
        1,
    ]
    assert row.picture.count('circle class="lived"') == 1


def test_the_core_offering_is_said_with_the_touchpoints_it_made_heavier(report):
    assert seen(priors_view, report).core.startswith("The core offering is product and service: no kind")
    catalogue = results.catalogue()
    company = replace(catalogue.company, offering="service")
    touchpoints = tuple(
        replace(one, form="service") if one.key == "phone_support" else one for one in catalogue.touchpoints
    )
    found = report_of(results.tables(), replace(catalogue, company=company, touchpoints=touchpoints))
    assert seen(priors_view, found, "pt").core == (
        "A oferta central é um serviço: antes de qualquer resposta, os seus pontos de serviço pesam 1,7 "
        "vezes mais do que os outros da mesma etapa (Apoio por telefone). As respostas sobrepõem-se."
    )


def test_a_quadrant_is_named_only_where_it_is_sure(report):
    view = seen(importance_view, report)
    assert view.named[0] == ("Mend first", "Home delivery")
    assert [word for word, _ in view.named] == ["Mend first", "Cannot be placed"]
    assert view.note.startswith("Dashed lines: the company’s mean (6.7) and an equal weight for all (8.3%).")
    # Home delivery alone is filled; who stands unsure is hollow; who has no level is not drawn.
    assert (len(re.findall('class="dot [a-z]+ hollow"', view.wide)), view.wide.count('class="dot ')) == (
        11,
        12,
    )
    assert len(view.table.rows) == 12


def test_who_surely_stands_in_a_quadrant_is_named_were_it_across_intervals():
    """Forty unsure crosses, one to every tenth of a point and 1 %, leave no free room for a name."""
    unsure = [
        Dot("Unsure touchpoint", (5 + i / 10, 5.0, 9.0), (i / 40, 0.0, 1.0), "", hollow=True)
        for i in range(40)
    ]
    sure = Dot("Sure touchpoint", (6.95, 6.9, 7.0), (0.6, 0.5, 0.7), "")
    levels = Levels(5, 9, 6.8, 0.05, ("Mend", "Keep", "Watch", "Enough"))
    drawing, bare = scatter_chart(
        [*unsure, sure],
        WIDE,
        title="t",
        across="x",
        up="y",
        percent=lambda share: f"{share:.0%}",
        levels=levels,
    )
    assert bare.count("Unsure touchpoint") > 30
    assert "Sure touchpoint" not in bare
    assert ">Sure touchpoint<" in drawing


def test_a_map_without_levels_is_not_drawn(report):
    bare = copy.deepcopy(report)
    for one in bare["weights"]:
        one.pop("level", None)
    view = seen(importance_view, bare)
    assert (view.wide, view.named, view.table.rows) == ("", (), ())


def test_a_necessary_level_is_a_sentence_steps_and_a_row(report):
    view = seen(needed_view, report)
    assert [one.sentence for one in view.flights] == [
        "To reach 8 overall, at least 5.1 is needed here (n = 610)."
    ]
    assert view.table.columns == (
        "Touchpoint", "For 6 overall", "For 8 overall", "For 9 overall", "Customers",
    )  # fmt: skip
    assert [cell.text for cell in view.table.rows[0]] == ["Home delivery", "2.5", "5.1", "6.4", "610"]
    assert view.none == ""


def test_where_nothing_is_necessary_it_is_said(report):
    view = seen(needed_view, report | {"bottlenecks": []})
    assert view.none == "No touchpoint was found without which a high overall judgement is never seen."


def test_only_sure_drivers_are_drawn_and_an_outcome_without_effects_is_left_out(report):
    view = seen(outcomes_view, report)
    assert [one.title for one in view.outcomes] == ["Satisfaction (0–10)", "Loyalty (1 stayed, 0 left)"]
    loyalty = view.outcomes[1]
    assert [(row.name, row.main, row.detail, row.worse) for row in loyalty.rows] == [
        ("Phone support", "−0.08", "20% (15% to 25%)", True)
    ]
    assert loyalty.lead == (
        "640 customers; all touchpoints together explain 31%. "
        "Left to the table, because the effect could be none: 1 touchpoint."
    )
    assert [cell.text for cell in loyalty.table.rows[1]] == ["Home delivery", "+0.03", "10%", "it could"]
    assert loyalty.table.rows[2][1].under == "too few answers"


def test_hazards_are_multiples_with_intervals(report):
    view = seen(hazards_view, report)
    assert [(row.name, row.main.replace("\xa0", " "), row.unsure, row.worse) for row in view.rows] == [
        ("Checkout", "× 2.0", False, False),
        ("Product page", "× 1.1", True, False),
        ("Phone support", "× 0.50", False, True),
    ]
    assert view.rows[0].detail.replace("\xa0", " ") == "× 1.6 to × 2.4"
    assert re.findall(r">(× [^<]+)<", view.axis.replace("\xa0", " ")) == ["× 0.47", "× 1.0", "× 2.1"]
    assert view.note.replace("\xa0", " ") == (
        "Half of the effect is gone after 2 hr. Customers differ by a factor of 1.3 (one standard deviation)."
    )
