"""In their own words: aspects on a line from blame to praise, quotes with their words marked, the model."""

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from vivencia.faces.web.charts.strip import point_strip, share_bar
from vivencia.faces.web.sections.parts import Report, Row, StripRow
from vivencia.faces.web.tables import Cell, Cells, Table, table
from vivencia.faces.web.wording import Wording

#: Aspects that have quotes on the page, and characters of a quote around its marked words.
QUOTED, LONGEST = 4, 260


@dataclass(frozen=True, slots=True)
class Quote:
    """A text with the words that speak of the aspect marked, and where it was said."""

    text: Markup
    language: str
    where: str
    bad: bool


@dataclass(frozen=True, slots=True)
class Quoted:
    """An aspect with its quotes."""

    name: str
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class WordsView:
    """What customers speak of and how; no rows where nothing was written."""

    title: str
    lead: str
    rows: tuple[StripRow, ...]
    ends: tuple[str, str, str]
    unhappy_title: str
    unhappy: tuple[StripRow, ...]
    quoted: tuple[Quoted, ...]
    quotes_none: str
    marks: tuple[StripRow, ...]
    emotions: tuple[StripRow, ...]
    topics: tuple[StripRow, ...]
    caution: str
    authenticity: str
    model: str
    learned: tuple[StripRow, ...]
    table: Table
    place_table: Table
    mark_table: Table
    topic_table: Table
    learned_table: Table


def words_view(report: Report, wording: Wording) -> WordsView:
    """Aspects as they come: those the unhappy blame most first."""
    found, language = report["words"], wording.language
    aspects = found.get("aspects", [])
    quoted = tuple(_quoted(one, wording) for one in aspects if one["quotes"])[:QUOTED]
    blamed = [one for one in aspects if "unhappy" in one][:6]
    say = language.message
    return WordsView(
        title=say("words.title"),
        lead=_lead(found, blamed, wording) if aspects else "",
        rows=tuple(_strip(one, wording) for one in aspects),
        ends=(say("words.blame"), "0", say("words.praise")),
        unhappy_title=say("words.unhappy"),
        unhappy=tuple(_share(one, "unhappy", wording.aspect(one), wording, bad=True) for one in blamed),
        quoted=quoted,
        quotes_none=say("words.quotes.none"),
        marks=tuple(
            _share(one, "share", language.word("mark", one["mark"]), wording, bad=one["mark"] != "recommend")
            for one in found.get("marks", []) if one["texts"]
        ),
        emotions=tuple(
            _share(one, "share", language.word("feeling", one["emotion"]), wording)
            for one in sorted(found.get("emotions", []), key=lambda one: -one["share"]["value"])
        ),
        topics=tuple(_topic(one, wording) for one in found.get("topics", [])),
        caution=say("words.caution"),
        authenticity=_authenticity(found["authenticity"], wording) if "authenticity" in found else "",
        model=_model(found["model"], wording) if "model" in found else "",
        learned=tuple(_learned(one, wording) for one in found.get("learned", [])),
        table=_table(aspects, wording),
        place_table=_place_table(aspects, wording),
        mark_table=_share_table(found, wording),
        topic_table=_topic_table(found, wording),
        learned_table=_learned_table(found, wording),
    )  # fmt: skip


def _lead(found: Row, blamed: list[Row], wording: Wording) -> str:
    language = wording.language
    texts = wording.count("count.texts", found["texts"])
    if not blamed:
        return language.say("words.lead", texts=texts)
    first = ", ".join(wording.aspect(one) for one in blamed[:2])
    return language.say("words.lead.unhappy", texts=texts, first=first)


def _strip(one: Row, wording: Wording) -> StripRow:
    polarity, language = one["polarity"], wording.language
    name = wording.aspect(one)
    label = f"{name}: {wording.estimate(polarity, kind='signed-fine')}"
    return StripRow(
        name=name,
        picture=point_strip(polarity, label, low=-1.0, high=1.0, worse=polarity["value"] < 0),
        main=language.signed(polarity["value"], 2),
        detail=wording.count("count.texts", one["texts"]),
        worse=polarity["high"] < 0,
        unsure=polarity["low"] <= 0 <= polarity["high"],
    )


def _share(one: Row, key: str, name: str, wording: Wording, *, bad: bool = False) -> StripRow:
    share = one[key]
    return StripRow(
        name=name,
        picture=share_bar(share, f"{name}: {wording.estimate(share, kind='share')}", bad=bad),
        main=wording.language.percent(share["value"]),
        detail=wording.between(share, kind="share"),
    )


def _authenticity(found: Row, wording: Wording) -> str:
    """How many texts show each sign, and that nothing is left out because of it."""
    language = wording.language
    signs = (
        f"{language.word('sign', one['sign'])}: {wording.count('count.texts', one['texts'])}"
        for one in found["signs"]
    )
    texts = wording.count("count.texts", found["texts"])
    return language.say("words.authenticity", texts=texts, signs="; ".join(signs))


def _topic_words(one: Row) -> str:
    """The words that name a topic, one language after another."""
    return " · ".join(", ".join(words) for _, words in sorted(one["words"].items()))


def _topic(one: Row, wording: Wording) -> StripRow:
    change, name = one["change"], _topic_words(one)
    return StripRow(
        name=name,
        picture=point_strip(
            change,
            f"{name}: {wording.estimate(change, kind='share')}",
            low=0.0,
            high=max(change["high"], 0.1),
        ),
        main="+" + wording.language.percent(change["value"]),
        detail=wording.count("count.texts", one["now"]),
    )


def _topic_table(found: Row, wording: Wording) -> Table:
    cells = Cells(wording)
    rows = [
        (
            cells.text(_topic_words(one)),
            cells.count(one["now"]),
            cells.count(one["before"]),
            cells.estimate(one["change"], kind="share"),
        )
        for one in found.get("topics", [])
    ]
    heads = ("words.what", "words.now", "words.before", "words.growth")
    return table(wording, wording.language.message("words.topics"), heads, rows)


def _learned_table(found: Row, wording: Wording) -> Table:
    cells, language = Cells(wording), wording.language
    rows = [
        (
            cells.text(wording.aspect(one)),
            cells.count(one["texts"]),
            cells.count(one["spoken"]),
            cells.estimate(one["score"], kind="share"),
            cells.shown(one.get("base"), language.percent(one["base"]) if "base" in one else ""),
            cells.text(language.message(f"words.learned.{'used' if one['used'] else 'unused'}")),
        )
        for one in found.get("learned", [])
    ]
    heads = ("aspect", "learned.texts", "learned.spoken", "learned.score", "learned.base", "learned.state")
    return table(wording, language.message("words.learned"), [f"words.{head}" for head in heads], rows)


def _quoted(one: Row, wording: Wording) -> Quoted:
    return Quoted(
        wording.aspect(one),
        tuple(
            Quote(
                marked(quote["text"], quote["spans"]), quote["language"],
                wording.touchpoint(quote["touchpoint"]), quote["polarity"] < 0,
            )
            for quote in one["quotes"]
        ),
    )  # fmt: skip


def marked(text: str, spans: list[list[int]]) -> Markup:
    """The text with its spans set in <mark>; spans that touch or overlap are one.

    >>> marked("late & rude", [[0, 4], [2, 4]])
    Markup('<mark>late</mark> &amp; rude')
    """
    joined: list[list[int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1][1] = max(joined[-1][1], end)
        elif start < end <= len(text):
            joined.append([start, end])
    parts, at = [], 0
    for start, end in joined:
        parts += [escape(text[at:start]), Markup("<mark>{}</mark>").format(text[start:end])]
        at = end
    return Markup("").join([*parts, escape(text[at:])])


def _model(model: Row, wording: Wording) -> str:
    """Which model reads, and how good it is here."""
    language = wording.language
    values: dict[str, Any] = {
        "tier": language.word("tier", model["tier"]),
        "rated": wording.count("count.texts", model["rated"]),
        "base": language.number(100 * model.get("base", 0.0), 0),
        "own": language.number(100 * model.get("own", 0.0), 0),
        "error": language.number(100 * model.get("calibration_error", 0.0), 0),
    }
    code = f"words.model.{model['kind']}"
    if model["kind"] == "shipped" and "own" in model:
        code += ".better"
    parts = [language.say("words.model", tier=values["tier"]), language.say(code, **values)]
    if model["corrected"]:
        parts.append(
            language.say("words.model.corrected", n=wording.count("count.texts", model["corrected"]))
        )
    return " ".join(parts)


def _learned(one: Row, wording: Wording) -> StripRow:
    """How an aspect is found since people labelled it; the sign shows how it was found before."""
    language, score = wording.language, one["score"]
    name = wording.aspect(one)
    return StripRow(
        name=name,
        picture=share_bar(score, f"{name}: {wording.estimate(score, kind='share')}", target=one.get("base")),
        main=language.percent(score["value"]),
        detail=language.message(f"words.learned.{'used' if one['used'] else 'unused'}"),
    )


# Tables -------------------------------------------------------------------------------------


def _table(aspects: list[Row], wording: Wording) -> Table:
    cells = Cells(wording)
    rows = [
        (
            cells.text(wording.aspect(one)),
            cells.count(one["texts"]),
            cells.count(one["customers"]),
            cells.estimate(one["polarity"], kind="signed-fine"),
            _signed(one.get("gap"), wording, cells),
            cells.estimate(one.get("unhappy"), kind="share"),
            cells.estimate(one.get("change"), kind="signed-fine"),
        )
        for one in aspects
    ]
    heads = ("aspect", "texts", "customers", "polarity", "gap", "blamed", "change")
    return table(wording, wording.language.message("words.title"), [f"words.{head}" for head in heads], rows)


def _place_table(aspects: list[Row], wording: Wording) -> Table:
    cells = Cells(wording)
    rows = [
        (
            cells.text(wording.touchpoint(at["touchpoint"])),
            cells.text(wording.aspect(one)),
            cells.count(at["polarity"]["n"]),
            cells.estimate(at["polarity"], kind="signed-fine"),
            _signed(at.get("gap"), wording, cells),
            cells.estimate(at.get("unhappy"), kind="share"),
            cells.estimate(at.get("change"), kind="signed-fine"),
        )
        for one in aspects
        for at in one["touchpoints"]
    ]
    heads = ("touchpoint", "aspect", "texts", "polarity", "gap", "blamed", "change")
    return table(wording, wording.language.message("words.places"), [f"words.{head}" for head in heads], rows)


def _signed(value: float | None, wording: Wording, cells: Cells) -> Cell:
    return cells.shown(value, wording.language.signed(value, 2) if value is not None else "")


def _share_table(found: Row, wording: Wording) -> Table:
    cells, language = Cells(wording), wording.language
    groups = (
        ("sentiments", "sentiment", "tone"),
        ("marks", "mark", "mark"),
        ("emotions", "emotion", "feeling"),
    )
    rows = [
        (
            cells.text(language.word(group, one[key])),
            cells.count(one["texts"]),
            cells.estimate(one["share"], kind="share", n=True),
        )
        for many, key, group in groups
        for one in found.get(many, [])
    ]
    return table(
        wording, language.message("words.shares"), ("words.what", "words.texts", "words.share"), rows
    )
