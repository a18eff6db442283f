"""The report page: whole in four languages, self-contained, and honest when there is little to show."""

import copy
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_up import results
from made_up.examples import examples
from made_up.reported import report_of
from vivencia.faces.language import Language, read_messages
from vivencia.faces.web import render_report
from vivencia.faces.web.charts import scatter, strip
from vivencia.faces.web.charts.svg import width_of, wrapped
from vivencia.faces.web.sections.bands import span
from vivencia.faces.web.sections.first import first_view
from vivencia.faces.web.sections.gaps import gaps_view
from vivencia.faces.web.sections.standing import mirror_view
from vivencia.faces.web.sections.ways import ways_view
from vivencia.faces.web.wording import Wording
from vivencia.words.catalogue import LANGUAGES, Catalogue, Company, Stage, Touchpoint


def every_text(message):
    return message.string if isinstance(message.string, tuple) else (message.string,)


#: Every English message by its code.
ENGLISH = {
    message.id[0] if isinstance(message.id, tuple) else message.id: every_text(message)
    for message in read_messages("en")
    if message.id
}


@pytest.fixture(scope="module")
def report():
    return report_of(results.tables())


class Page(HTMLParser):
    """Words a reader sees or hears, the tags, and every address the page names."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._skip = 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.tags.append((tag, found))
        self.words += [found[name] for name in ("aria-label", "data-tip", "title", "alt") if found.get(name)]
        self._skip += tag in ("style", "script")

    def handle_endtag(self, tag):
        self._skip -= tag in ("style", "script")

    def handle_data(self, data):
        if not self._skip and data.strip():
            self.words.append(data.strip())

    def ids(self):
        return [attrs["id"] for _, attrs in self.tags if attrs.get("id")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_has_no_untranslated_code(report, language):
    page = Page(render_report(report, language=language))
    groups = "|".join(sorted({key.partition(".")[0] for key in ENGLISH}))
    # The way's own keys may look like codes only where a company gave no name: the made-up shop names all.
    codes = re.compile(
        rf"\b(?:{groups})\.[a-z]|\b(?:REACHED|ABANDONED|LOST|OPEN|START)\b|\{{\w+\}}"
        r"|\b(?:promise-broken|weak-link|drop-off|delivery-gap|not-heard|top_two|few-answers|phone_support)\b"
    )
    assert [text for text in page.words if codes.search(text)] == []


@pytest.mark.parametrize("language", ["pt", "es", "it"])
def test_no_english_sentence_is_on_a_page_in_another_language(report, language):
    said = " ".join(Page(render_report(report, language=language)).words)
    own = {part for key in ENGLISH for part in [Language(language).message(key)]}
    left = [
        key
        for key, parts in ENGLISH.items()
        for part in parts
        if len(part) > 9 and part not in own and re.search(rf"(?<!\w){re.escape(part)}(?!\w)", said)
    ]
    assert left == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_opens_with_what_to_do_first(report, language):
    html = render_report(report, language=language)
    assert html.index('id="first"') < html.index('id="map"') < html.index('id="gaps"')
    assert f'<html lang="{language}"' in html


def test_findings_of_one_place_are_told_together(report):
    view = first_view(report, Wording(report, Language("en")))
    first = view.actions[0]
    assert (
        str(first.sentence)
        == "<strong>Home delivery</strong> falls 1.7 points short of what customers expect."
    )
    assert first.why.startswith("They expect 7.6 out of 10 and answer 5.9; 56% of the answers")
    assert [str(one) for one in first.also] == [
        "The promise (delay: none) is broken in 43% of cases.",
        "It is getting worse: in the newest month, 0.9 points less than in the months before.",
        "The company rates itself 2.1 points higher here than its customers do.",
        "Its stage, <strong>Delivery</strong>, is the weak link: "
        "lived 1.1 points lower than the other stages.",
    ]
    assert first.do == (
        "Begin with what the unhappy blame here (share of negative texts): Delivery (52%).",
        "Keep the promise (delay: none): it is broken in 43% of cases, "
        "and those it is broken to answer 4.3 instead of 7.1.",
    )
    assert (first.sure, first.dots, first.people, first.owner) == (
        "sure (−1.8 to −1.6)",
        3,
        "900 customers",
        "Logistics",
    )
    assert [one.people for one in view.keep] == ["400 customers"]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("pt", "Apoio por telefone: os clientes vivem 1,6 pontos menos do que esperam."),
        (
            "es",
            "Atención telefónica: los clientes viven 1,6 puntos menos de lo que esperan.",
        ),
        (
            "it",
            "Assistenza telefonica: i clienti vivono 1,6 punti meno di quanto si aspettano.",
        ),
    ],
)
def test_findings_are_sentences_in_each_language(report, language, sentence):
    view = first_view(report, Wording(report, Language(language)))
    assert view.actions[1].sentence.striptags() == sentence


def test_the_page_asks_the_network_for_nothing(report):
    html = render_report(report, language="it")
    page = Page(html)
    for tag, attrs in page.tags:
        for name in ("src", "href", "action", "srcset", "data", "poster", "xlink:href"):
            address = attrs.get(name)
            assert address is None or address.startswith("#") or address == "data:,", (tag, name, address)
    assert re.findall(r"https?://|@import|url\(", html) == []


def test_every_picture_has_its_table(report):
    html = render_report(report, language="en")
    for section in html.split("<section ")[1:]:
        if "<svg" in section:
            assert '<details class="data"' in section, section[:60]


def test_ids_are_unique_and_every_link_leads_somewhere(report):
    page = Page(render_report(report, language="pt"))
    ids = page.ids()
    assert len(ids) == len(set(ids))
    inner = [attrs["href"][1:] for _, attrs in page.tags if (attrs.get("href") or "").startswith("#")]
    assert set(inner) <= set(ids)
    labelled = [attrs["aria-labelledby"] for _, attrs in page.tags if attrs.get("aria-labelledby")]
    assert set(labelled) <= set(ids)


def test_headings_never_skip_a_level(report):
    levels = [
        int(tag[1]) for tag, _ in Page(render_report(report, language="es")).tags if re.fullmatch(r"h\d", tag)
    ]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_users_words_are_escaped_everywhere():
    evil = '<script>alert("x")</script>&"\''
    catalogue = results.catalogue()
    touchpoints = tuple(replace(one, names={"en": evil + one.key}) for one in catalogue.touchpoints)
    company = replace(catalogue.company, names={"en": evil})
    html = render_report(
        report_of(results.tables(), replace(catalogue, company=company, touchpoints=touchpoints)),
        language="en",
    )
    assert "<script>alert" not in html
    assert html.count("<script>") == 1
    page = Page(html)
    assert any(evil in words for words in page.words)


def test_the_same_report_gives_the_same_page(report):
    assert render_report(report, language="it") == render_report(report, language="it")


def test_withheld_numbers_are_said_to_be_withheld(report):
    html = render_report(report, language="en")
    returns = next(row for row in html.split("<tr>") if 'data-sort="returns"' in row and "Support" in row)
    assert returns.count("withheld") == 3
    assert "4.0" not in returns


def test_answers_about_the_company_are_not_called_silence(report):
    """A survey about the company has answers, though none about its own touchpoint."""
    changed = copy.deepcopy(report)
    rated = {one["touchpoint"]: one for one in changed["touchpoints"]}
    heard = {one["touchpoint"]: one for one in changed["listening"]["touchpoints"]}
    silent = rated["advert"]
    assert silent["rated"] == 0
    heard["advert"]["answers"] = 0
    wording = Wording(changed, Language("en"))
    assert wording.unrated(silent) == "no answers"
    heard["advert"]["answers"] = 2147
    wording = Wording(changed, Language("en"))
    assert wording.unrated(silent) == "2,147 on the company"
    assert "Advertisement" in gaps_view(changed, wording).thin.partition("not about the point itself")[2]


def test_the_endings_in_one_picture_are_parts_of_one_whole(report):
    changed = copy.deepcopy(report)
    for one, (count, share) in zip(
        changed["journeys"]["outcomes"], ((7729, 0.5238), (6849, 0.4642), (177, 0.012)), strict=False
    ):
        one["journeys"], one["of_ended"] = count, {"value": share, "low": share, "high": share, "n": 14755}
    view = ways_view(changed, Wording(changed, Language("pt")))
    assert [row.main for row in view.outcomes] == ["52,4%", "46,4%", "1,2%"]
    assert view.still.startswith("Ainda em curso: ")


def test_the_weak_link_is_a_stage_and_flagged_once(report):
    html = render_report(report, language="en")
    drawing = html[html.index('class="chart map"') : html.index('class="below-map"')]
    assert drawing.count("▼ weak link") == 1
    assert drawing.index("▼ weak link") < drawing.index('class="card"')


def test_a_place_is_never_both_mended_and_kept_without_a_word(report):
    """A touchpoint customers like where journeys end: the good is said beside what to do."""
    changed = copy.deepcopy(report)
    strength = next(one for one in changed["findings"] if one["code"] == "strength")
    changed["findings"].insert(
        0,
        {**strength, "code": "drop-off", "threshold": 0.14, "effect": {**strength["effect"], "value": 0.27}},
    )
    view = first_view(changed, Wording(changed, Language("en")))
    assert str(view.actions[0].good).startswith("customers live ")
    assert all(str(one.sentence) != str(view.actions[0].sentence) for one in view.keep)
    assert len(view.keep) == len(first_view(report, Wording(report, Language("en"))).keep) - 1


def test_a_larger_gap_that_ranks_lower_says_why(report):
    changed = copy.deepcopy(report)
    gap = next(one for one in changed["findings"] if one["code"] == "gap")
    effect = {"value": -3.0, "low": -3.2, "high": -2.8, "n": 40}
    small = {**gap, "touchpoint": "till", "effect": effect, "customers": 31, "weight": 0.001}
    fill = [{**gap, "touchpoint": key} for key in ("app", "pickup", "checkout", "advert", "shop_visit")]
    changed["findings"] = [*changed["findings"], *fill, small]
    told = first_view(changed, Wording(changed, Language("en"))).behind
    assert told[0].startswith("Till: −3.0, a larger shortfall than one above, but it touches 31 customers")


def test_a_belief_next_to_the_answers_is_the_same(report):
    changed = copy.deepcopy(report)
    changed["mirror"][0]["difference"] |= {"value": -0.07, "low": -0.5, "high": 0.4}
    row = mirror_view(changed, Wording(changed, Language("en"))).rows[0]
    assert row.detail == "the company believes practically the same"


def test_a_gap_written_as_nothing_is_drawn_as_none():
    assert not strip.below({"value": -0.04})
    assert strip.below({"value": -0.06})


@pytest.mark.parametrize(
    ("band", "said"),
    [
        ({"above": -7.0, "up_to": 0.0}, "in time, up to 7\xa0days early"),
        ({"above": 0.0, "up_to": 3.0}, "up to 3\xa0days"),
        ({"above": 7.0}, "over 7\xa0days"),
    ],
)
def test_bands_of_a_delay_are_early_in_time_or_late(report, band, said):
    assert span("delay_days", band, Wording(report, Language("en"))) == said


def test_counted_things_have_no_halves(report):
    wording = Wording(report, Language("en"))
    assert [span("transfers", band, wording) for band in ({"up_to": 0.5}, {"above": 0.5, "up_to": 1})] == [
        "0",
        "1",
    ]


def test_a_workspace_without_anything_still_says_something():
    catalogue = Catalogue(company=Company(key="new", names={"en": "New"}), stages=(Stage("use"),))
    for language in LANGUAGES:
        html = render_report(report_of({}, catalogue), language=language)
        assert Language(language).message("first.none") in html
        assert html.count('class="nothing"') >= 8


def test_a_catalogue_with_nothing_in_yet_draws_its_map():
    html = render_report(report_of({}), language="en")
    assert html.count('class="stop above"') == 14
    assert "no answers" in html


def test_one_stage_with_many_touchpoints_takes_several_columns():
    touchpoints = tuple(
        Touchpoint(
            f"t{number}", "use", names={"en": f"A rather long name of touchpoint number {number} of forty"}
        )
        for number in range(40)
    )
    catalogue = Catalogue(company=Company(key="x"), stages=(Stage("use"),), touchpoints=touchpoints)
    rows = [
        results.summary_row("touchpoint", f"t{number}", 100 + number, 50, 40, 7.0, 5 + number / 10)
        for number in range(40)
    ]
    html = render_report(report_of({"summaries": pa.Table.from_pylist(rows)}, catalogue), language="en")
    drawing = html[html.index('class="chart map"') :]
    places = re.findall(r'<rect class="card" x="([\d.]+)"', drawing)
    assert len(places) == 40
    assert len(set(places)) == 7


def test_an_unknown_finding_does_not_break_the_page(report):
    changed = {**report, "findings": [{**report["findings"][0], "code": "brand-new"}]}
    assert "brand new" in render_report(changed, language="pt")


def test_the_theme_can_be_fixed_and_languages_linked(report):
    files = {code: f"report-{code}.html" for code in LANGUAGES}
    html = render_report(report, language="es", theme="dark", others=files)
    assert '<html lang="es" data-theme="dark">' in html
    assert '<a href="report-pt.html" lang="pt" hreflang="pt">Português</a>' in html
    assert '<span aria-current="true">Español</span>' in html


dots = st.lists(
    st.builds(
        lambda name, x, y: scatter.Dot(name, (x, x, x), (y, y, y), name),
        st.text("abcdefgh ", min_size=3, max_size=24).filter(str.strip),
        st.floats(0, 1),
        st.floats(0, 1),
    ),
    min_size=1,
    max_size=30,
)


@given(dots, st.sampled_from([scatter.WIDE, scatter.NARROW]))
@examples(60)
def test_scatter_labels_never_cover_each_other(found, size):
    drawing, unplaced = scatter.scatter_chart(
        found, size, title="t", across="a", up="u", percent="{:.0%}".format
    )
    boxes = []
    pattern = r'<text class="name" x="([\d.-]+)" y="([\d.-]+)" text-anchor="(\w+)">([^<]*)</text>'
    for x, y, anchor, text in re.findall(pattern, str(drawing)):
        wide = width_of(text, 12)
        left = float(x) - {"start": 0, "middle": wide / 2, "end": wide}[anchor]
        boxes.append((left, float(y) - 12, left + wide, float(y)))
    assert len(boxes) + len(unplaced) == len(found)
    for i, a in enumerate(boxes):
        assert a[0] >= 0
        assert a[2] <= size.width
        assert not any(a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3] for b in boxes[i + 1 :])


@given(st.text(max_size=120), st.integers(40, 200))
@examples(80)
def test_wrapped_text_keeps_its_lines_and_its_width(text, width):
    lines = wrapped(text, width, 12.5)
    assert len(lines) <= 2
    assert all(len(line) <= max(4, int(width / (12.5 * 0.54))) for line in lines)


def test_the_company_as_a_whole_is_named_once(report):
    belief = next(one for one in report["findings"] if one["code"] == "delivery-gap")
    about_all = {key: value for key, value in belief.items() if key != "touchpoint"}
    view = first_view({**report, "findings": [about_all]}, Wording(report, Language("es")))
    assert (
        view.actions[0].sentence.striptags() == "La empresa se valora 2,1 puntos por encima de sus clientes."
    )
