"""Pillars, the mirror and the scores as they were asked."""

from dataclasses import dataclass

from vivencia.faces.web.charts.strip import pair_strip, point_strip, share_bar
from vivencia.faces.web.sections.parts import Report, Row, StripRow
from vivencia.faces.web.tables import Cells, Table, table
from vivencia.faces.web.wording import Wording
from vivencia.words.instruments import BUILT_IN

PILLARS = ("effort", "bond", "goal")


@dataclass(frozen=True, slots=True)
class Pillar:
    """One pillar with its measures."""

    name: str
    rows: tuple[StripRow, ...]


@dataclass(frozen=True, slots=True)
class PillarsView:
    """Effort, bond and goal."""

    title: str
    lead: str
    pillars: tuple[Pillar, ...]
    table: Table


def pillars_view(report: Report, wording: Wording) -> PillarsView:
    """The three pillars; one without measures is left out."""
    language, cells = wording.language, Cells(wording)
    found = [(key, report["pillars"][key]) for key in PILLARS if report["pillars"].get(key)]
    rows = [
        (
            cells.text(language.message(f"pillar.{key}")),
            cells.text(language.word("pillar", one["measure"])),
            cells.estimate(one, kind=_kind(one), n=True),
        )
        for key, measures in found
        for one in measures
    ]
    return PillarsView(
        title=language.message("pillars.title"),
        lead=language.message("pillars.lead"),
        pillars=tuple(
            Pillar(language.message(f"pillar.{key}"), tuple(_measure(key, one, wording) for one in measures))
            for key, measures in found
        ),
        table=table(
            wording, language.message("pillars.title"), ("label.pillar", "label.measure", "label.value"), rows
        ),
    )


def _kind(one: Row) -> str:
    return "share" if one["unit"] == "share" else "number"


def _measure(pillar: str, one: Row, wording: Wording) -> StripRow:
    name, kind = wording.language.word("pillar", one["measure"]), _kind(one)
    label = f"{name}: {wording.estimate(one, kind=kind)}"
    picture = (
        share_bar(one, label, bad=pillar == "effort", axis=wording.percents((0, 0.5, 1)))
        if kind == "share"
        else point_strip(one, label, axis=("0", "10"))
    )
    return StripRow(
        name=name,
        picture=picture,
        main=wording.show(kind)(one["value"]),
        detail=wording.language.say("label.n", n=wording.language.number(one["n"], 0)),
    )


@dataclass(frozen=True, slots=True)
class MirrorView:
    """What the company believes beside what customers answer."""

    title: str
    lead: str
    scale: tuple[str, ...]
    rows: tuple[StripRow, ...]
    none: str
    table: Table


def mirror_view(report: Report, wording: Wording) -> MirrorView:
    """The delivery gap, the largest first."""
    language, cells = wording.language, Cells(wording)
    rows = [
        (
            cells.text(_where(one, wording)),
            cells.text(language.word("instrument", one["instrument"])),
            cells.shown(one["company"], language.number(one["company"])),
            cells.count(one["company_n"]),
            cells.shown(one["customers"], language.number(one["customers"])),
            cells.count(one["customers_n"]),
            cells.estimate(one["difference"], kind="signed"),
        )
        for one in report["mirror"]
    ]
    columns = (
        "label.touchpoint",
        "label.instrument",
        "label.company",
        "label.answers",
        "label.customers-say",
        "label.answers",
        "label.difference",
    )
    return MirrorView(
        title=language.message("mirror.title"),
        lead=language.message("mirror.lead"),
        scale=("0", "5", "10"),
        rows=tuple(_belief(one, wording) for one in report["mirror"]),
        none=language.message("mirror.none"),
        table=table(wording, language.message("mirror.title"), columns, rows),
    )


def _where(one: Row, wording: Wording) -> str:
    return (
        wording.touchpoint(one["touchpoint"])
        if one["touchpoint"]
        else wording.language.message("mirror.whole")
    )


def _belief(one: Row, wording: Wording) -> StripRow:
    language, difference = wording.language, one["difference"]
    key = "mirror.gap" if difference["value"] > 0 else "mirror.modest"
    size = wording.points(difference["value"])
    same = abs(difference["value"]) < 0.095  # what is written with one decimal at most
    said = language.message("mirror.same") if same else language.say(key, size=size)
    name = _where(one, wording)
    label = (
        f"{name}: {language.message('label.company')} {language.number(one['company'])}; "
        f"{language.message('label.customers-say')} {language.number(one['customers'])}; {said}"
    )
    return StripRow(
        name=name,
        picture=pair_strip(one["company"], one["customers"], label),
        main=language.signed(difference["value"]),
        detail=said,
        worse=difference["low"] > 0,
        unsure=difference["low"] <= 0 <= difference["high"],
    )


@dataclass(frozen=True, slots=True)
class ScoresView:
    """Scores on their own scales."""

    title: str
    lead: str
    rows: tuple[StripRow, ...]
    table: Table


def scores_view(report: Report, wording: Wording) -> ScoresView:
    """Of the whole company in pictures, by touchpoint in the table."""
    language, cells = wording.language, Cells(wording)
    groups = [(language.message("mirror.whole"), report["perception"]["scores"])]
    groups += [(wording.touchpoint(row["touchpoint"]), row["scores"]) for row in report["touchpoints"]]
    rows = [
        (
            cells.text(name),
            cells.text(language.word("instrument", one["instrument"])),
            cells.text(language.word("statistic", one["statistic"])),
            cells.estimate(_hundred(one), kind=_scale(one), n=True),
        )
        for name, found in groups
        for one in found
    ]
    columns = ("label.touchpoint", "label.instrument", "label.statistic", "label.value")
    return ScoresView(
        title=language.message("scores.title"),
        lead=language.message("scores.lead"),
        rows=tuple(_score(one, wording) for one in report["perception"]["scores"]),
        table=table(wording, language.message("scores.title"), columns, rows),
    )


def _scale(one: Row) -> str:
    return {"nps": "whole", "top_two": "share"}.get(one["statistic"], "fine")


def _hundred(one: Row) -> Row:
    if one["statistic"] != "nps":
        return one
    return {**one, **{name: 100 * one[name] for name in ("value", "low", "high")}}


def _score(one: Row, wording: Wording) -> StripRow:
    language, kind, shown = wording.language, _scale(one), _hundred(one)
    name = (
        f"{language.word('instrument', one['instrument'])} – {language.word('statistic', one['statistic'])}"
    )
    label = f"{name}: {wording.estimate(shown, kind=kind)}"
    if kind == "share":
        picture = share_bar(one, label, axis=wording.percents((0, 0.5, 1)))
    elif kind == "whole":
        ends = (language.number(-100, 0), language.signed(100, 0))
        picture = point_strip(shown, label, low=-100, high=100, axis=ends)
    else:
        known = BUILT_IN.get(one["instrument"])
        low, high = (known.low, known.high) if known else (min(0.0, one["low"]), max(10.0, one["high"]))
        ends = (language.short(low), language.short(high))
        picture = point_strip(one, label, low=low, high=high, axis=ends)
    return StripRow(
        name=name,
        picture=picture,
        main=wording.show(kind)(shown["value"]),
        detail=language.say("label.n", n=language.number(one["n"], 0)),
    )
