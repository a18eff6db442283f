"""The report in a real browser: from disk, offline, at a desk and on a phone, by day and by night."""

from pathlib import Path

import pyarrow as pa
import pytest

from made_up import results
from vivencia.house.report import build_report
from vivencia.words.catalogue import Catalogue, Company, Stage, Touchpoint

pytestmark = pytest.mark.browser

CHECKS = (Path(__file__).parent / "checks.js").read_text(encoding="utf-8")
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize("width", [390, 768, 1400])
@pytest.mark.parametrize(("language", "scheme"), [("pt", "light"), ("it", "dark")])
def test_it_opens_from_disk_and_fits(opened, width, language, scheme):
    with opened(language=language, width=width, scheme=scheme) as seen:
        assert seen.page.locator("h1").inner_text() == "Casa Azulejo"
        assert seen.page.evaluate(TOO_WIDE) == 0
        assert seen.complaints == []
        assert [url for url in seen.asked if not url.startswith(("file:", "data:"))] == []


@pytest.mark.parametrize(
    ("width", "scheme"), [(1400, "light"), (1400, "dark"), (390, "light"), (390, "dark")]
)
def test_everything_has_a_name_and_can_be_read(opened, width, scheme):
    with opened(language="es", width=width, scheme=scheme) as seen:
        seen.page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        assert seen.page.evaluate(CHECKS) == []
        assert seen.page.evaluate(TOO_WIDE) == 0


def test_the_checks_can_fail(opened):
    with opened() as seen:
        seen.page.evaluate(
            "document.querySelector('h2').style.color = 'rgb(240, 240, 235)';"
            "document.querySelector('svg').removeAttribute('aria-label')"
        )
        found = seen.page.evaluate(CHECKS)
        assert any(text.startswith("contrast") for text in found)
        assert any(text.startswith("silent picture") for text in found)


def test_tables_sort_by_value_and_say_so(opened):
    with opened() as seen:
        details = seen.page.locator("#gaps details.data").first
        details.locator("summary").click()
        head = details.locator("thead th", has_text="Gap")
        names = details.locator("tbody th")
        head.get_by_role("button").click()
        assert head.get_attribute("aria-sort") == "descending"
        assert names.first.inner_text() in ("Shop visit", "Loyalty club")
        head.get_by_role("button").press("Enter")
        assert head.get_attribute("aria-sort") == "ascending"
        assert names.first.inner_text() == "Home delivery"
        first = details.locator("thead th").first
        first.get_by_role("button").click()
        assert names.first.inner_text() == "App"
        assert head.get_attribute("aria-sort") == "none"


def test_the_keyboard_reaches_a_chart_and_hears_its_numbers(opened):
    with opened() as seen:
        page = seen.page
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert "strip" in page.evaluate("document.activeElement.getAttribute('class')")
        tip = page.locator("#tip")
        assert tip.inner_text().startswith("Home delivery: Expected 7.6 (")
        page.keyboard.press("Escape")
        assert tip.is_hidden()


def test_focus_is_seen(opened):
    with opened() as seen:
        seen.page.keyboard.press("Tab")
        seen.page.keyboard.press("Tab")
        assert seen.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_pointing_at_a_touchpoint_shows_its_own_flows(opened):
    with opened() as seen:
        stop = seen.page.locator('.map .stop[data-key="phone_support"]')
        stop.focus()
        shown = seen.page.locator(".map .flow.on:not(.head)")
        assert shown.count() == 2
        ends = shown.evaluate_all("all => all.flatMap(one => [one.dataset.from, one.dataset.to])")
        assert sorted(set(ends)) == ["delivery", "phone_support", "returns"]
        assert shown.last.is_visible()


def test_a_phone_gets_the_list_and_a_desk_the_drawing(opened):
    with opened(width=390) as seen:
        assert seen.page.locator(".drawing").is_hidden()
        assert seen.page.locator(".stages .stage").count() == 7
    with opened(width=1400) as seen:
        assert seen.page.locator(".drawing").is_visible()
        assert seen.page.locator(".stages").is_hidden()


def test_a_phone_folds_long_lists_and_a_desk_shows_them(opened):
    with opened(width=390) as seen:
        stage = seen.page.locator("details.stage").first
        assert stage.locator("li").first.is_hidden()
        stage.locator("summary").click()
        assert stage.locator("li").first.is_visible()
    with opened(width=1400) as seen:
        folded = seen.page.locator("#listening details.rest")
        assert folded.locator("li").last.is_visible()
        assert folded.locator("summary").is_hidden()


def test_it_prints_the_drawing_and_only_the_tables_that_were_opened(opened):
    with opened(width=1030) as seen:
        seen.page.locator("#gaps details.data > summary").first.click()
        seen.page.emulate_media(media="print")
        assert seen.page.locator("nav.contents").is_hidden()
        assert seen.page.locator(".drawing").is_visible()
        assert seen.page.locator("#gaps details.data").first.is_visible()
        assert seen.page.locator("#weights details.data").first.is_hidden()


@pytest.mark.parametrize("width", [390, 1400])
def test_long_names_and_forty_touchpoints_fit(opened, width):
    long = "Donaudampfschifffahrtsgesellschaftskapitänsanwärterschulung and everything that belongs to it"
    touchpoints = tuple(
        Touchpoint(f"t{number}", ("use", "support")[number % 2], names={"en": f"{number} {long}"})
        for number in range(40)
    )
    catalogue = Catalogue(
        company=Company(key="x", names={"en": long}), stages=(Stage("use"), Stage("support")),
        touchpoints=touchpoints,
    )  # fmt: skip
    rows = [
        results.summary_row("touchpoint", f"t{number}", 100 + number, 50, 40, 7.0, 5 + number / 10)
        for number in range(40)
    ]
    found = build_report(
        {"summaries": pa.Table.from_pylist(rows)}.get, catalogue, now=results.NOW, version="0.1.0"
    )
    with opened(width=width, of=found) as seen:
        assert seen.page.evaluate(TOO_WIDE) == 0
        assert seen.complaints == []


@pytest.mark.parametrize("width", [390, 1400])
def test_an_empty_report_stands_up(opened, width):
    nothing = build_report(
        {}.get,
        Catalogue(company=Company(key="new"), stages=(Stage("use"),)),
        now=results.NOW,
        version="0.1.0",
    )
    with opened(width=width, of=nothing) as seen:
        assert seen.page.evaluate(CHECKS) == []
        assert seen.page.evaluate(TOO_WIDE) == 0
        assert seen.page.locator(".nothing").count() >= 8
