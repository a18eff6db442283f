"""What perceptions are told by, said in one sentence: on the command line and on top of the report."""

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from made_up import results
from vivencia.faces.language import Language
from vivencia.faces.model import drift_said, model_said
from vivencia.faces.web.report import render_report
from vivencia.house.report import build_report
from vivencia.words.catalogue import LANGUAGES

FEW = {"fitted": False, "answering": {"customers": 60, "least": 100, "rated": 3, "missing": 40}}
FITTED = {
    "fitted": True, "fitted_until": "2026-03-08",
    "answering": {"customers": 1234, "least": 100, "rated": 3, "missing": 0},
}  # fmt: skip


@pytest.mark.parametrize("code", LANGUAGES)
def test_how_many_customers_are_missing_is_said_in_every_language(code: str) -> None:
    said = model_said(FEW, Language(code))
    assert all(number in said for number in ("60", "100", "40", "3"))


@pytest.mark.parametrize("code", LANGUAGES)
def test_segments_that_differ_are_in_the_method_and_where_none_does_it_is_said(code: str) -> None:
    tables, say = results.tables(), Language(code).message
    for compared, table in ((tables["segment_parameters"], True), (_same(tables), False)):
        tables["segment_parameters"] = compared
        found = build_report(results.reader(tables), results.catalogue(), now=results.NOW, version="0.1.0")
        page = render_report(found, language=code)
        assert (say("method.segments.table") in page) is table
        assert (say("method.segments.some") in page) is table
        assert (say("method.segments.none") in page) is not table


def _same(tables: results.Tables) -> pa.Table:
    """The compared numbers that do not differ."""
    compared = tables["segment_parameters"]
    return compared.filter(pc.invert(compared["differs"]))


def test_fitted_defaults_and_answers_that_never_differ_are_told_apart() -> None:
    language = Language("en")
    assert "1,234 customers" in model_said(FITTED, language)
    assert "March 8, 2026" in model_said(FITTED, language)
    same = FEW | {"answering": {"customers": 120, "least": 100, "rated": 3, "missing": 0}}
    assert "do not differ" in model_said(same, language)
    assert "missing" not in model_said(same, language)


def test_when_parameters_are_fitted_again_is_said_where_they_are() -> None:
    language = Language("en")
    assert drift_said(FEW | {"drift": {"weeks": 9, "alarms": 0}}, language) == ""
    assert "no week of 9" in drift_said(FITTED | {"drift": {"weeks": 9, "alarms": 0}}, language)
    alarm = {"weeks": 9, "alarms": 2, "last_alarm": "2026-03-16"}
    assert "2 of 9 weeks" in drift_said(FITTED | {"drift": alarm}, language)
    assert "the next analysis fits again" in drift_said(
        FITTED | {"drift": alarm | {"news": "2026-03-16"}}, language
    )


def test_the_report_opens_with_it_where_defaults_are_in_use() -> None:
    report = build_report(
        results.reader(results.tables()), results.catalogue(), now=results.NOW, version="0.1.0"
    )
    sentence = "Read orders and trends, not levels."
    assert sentence not in render_report(report, language="en")
    report["method"] |= FEW
    page = render_report(report, language="en")
    assert sentence in page[: page.index('id="content"')]


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_report_names_on_top_the_model_that_stands_in(code: str) -> None:
    report = build_report(
        results.reader(results.tables()), results.catalogue(), now=results.NOW, version="0.1.0"
    )
    language = Language(code)
    won = language.say("model.won", date=language.date(report["check"]["made"]))
    page = render_report(report, language=code)
    assert won in page[: page.index('id="content"')]
    report["check"]["shown"] = "ewma"
    page = render_report(report, language=code)
    top = page[: page.index('id="content"')]
    assert language.say("model.stand-in", method=language.word("method-name", "ewma")) in top
    assert won not in top
