"""The designed ways beside the ways that customers walk."""

from dataclasses import dataclass

from vivencia.faces.web.charts.strip import Ruler, below, gap_strip, ruler_for, share_bar
from vivencia.faces.web.sections.parts import Report, Row, StripRow
from vivencia.faces.web.tables import Cells, Table, table
from vivencia.faces.web.wording import Wording
from vivencia.words.catalogue import named


@dataclass(frozen=True, slots=True)
class DesignedWay:
    """One designed journey: who walks it, its steps, what lies off it, what was felt."""

    name: str
    facts: tuple[str, ...]
    walked: tuple[StripRow, ...]
    steps: tuple[StripRow, ...]
    off: tuple[StripRow, ...]
    felt: tuple[StripRow, ...]
    scale: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DesignedView:
    """The section."""

    title: str
    lead: str
    none: str
    ways: tuple[DesignedWay, ...]
    table: Table
    step_table: Table
    felt_table: Table


def designed_view(report: Report, wording: Wording) -> DesignedView:
    """Every designed journey, in the company's order."""
    found, language = report["designed"], wording.language
    lead = ""
    if "designed" in found:
        lead = language.say(
            "designed.lead",
            journeys=wording.count("count.journeys", found["journeys"]),
            share=language.percent(found["designed"]["value"]),
        )
    ways = found.get("ways", [])
    return DesignedView(
        title=language.message("designed.title"),
        lead=lead,
        none=language.message("designed.none"),
        ways=tuple(_way(one, wording) for one in ways),
        table=_way_table(ways, wording),
        step_table=_step_table(ways, wording),
        felt_table=_felt_table(ways, wording),
    )


def _name(one: Row, wording: Wording) -> str:
    return named(one["names"], wording.language.tag, one["design"].replace("_", " "))


def _way(one: Row, wording: Wording) -> DesignedWay:
    language = wording.language
    walked: tuple[StripRow, ...] = ()
    if "walked" in one:
        name = language.message("designed.walked")
        walked = (_share(name, wording.count("count.journeys", one["journeys"]), one["walked"], wording),)
    ruler = ruler_for([told[side][end] for told in one["felt"] for side in ("walked", "left")
                       for end in ("low", "high")])  # fmt: skip
    return DesignedWay(
        name=_name(one, wording),
        facts=tuple(_facts(one, wording)),
        walked=walked,
        steps=tuple(
            _share(_step(step, wording), _marks(step, wording), step["taken"], wording)
            for step in one["steps"]
            if "taken" in step
        ),
        off=tuple(
            _share(
                wording.touchpoint(step["touchpoint"]), _off(step, wording), step["share"], wording, bad=True
            )
            for step in one["off"]
            if "share" in step
        ),
        felt=tuple(_felt(told, wording, ruler) for told in one["felt"]),
        scale=tuple(language.number(tick, 0) for tick in ruler.ticks),
    )


def _facts(one: Row, wording: Wording) -> list[str]:
    language = wording.language
    if not one["journeys"]:
        return [language.message("designed.unseen")]
    found = []
    if all(name in one for name in ("fit", "missing", "extra")):
        values = {name: language.number(one[name]["value"]) for name in ("missing", "extra")}
        found.append(language.say("designed.facts", fit=language.percent(one["fit"]["value"]), **values))
    if "reached_walked" in one and "reached_left" in one:
        sides = {side: language.percent(one[f"reached_{side}"]["value"]) for side in ("walked", "left")}
        found.append(language.say("designed.reached", **sides))
    for told in one["felt"]:
        difference = told.get("difference")
        if difference and not difference["low"] <= 0 <= difference["high"]:
            better = told["left"]["value"] > told["walked"]["value"]
            found.append(
                language.say(
                    "designed.felt.better" if better else "designed.felt.worse",
                    what=language.word("designed.felt", told["measure"]),
                    size=wording.points(difference["value"]),
                )
            )
    return found


def _step(step: Row, wording: Wording) -> str:
    names = " / ".join(wording.touchpoint(key) for key in step["touchpoints"])
    return f"{step['step']}. {names}"


def _marks(step: Row, wording: Wording) -> str:
    marks = [mark for mark in ("optional", "repeats") if step[mark]]
    return ", ".join(wording.language.word("designed", mark) for mark in marks)


def _off(step: Row, wording: Wording) -> str:
    return wording.language.message("designed.dark" if step["dark"] else "designed.extra")


def _share(name: str, detail: str, share: Row, wording: Wording, *, bad: bool = False) -> StripRow:
    label = f"{name}: {wording.estimate(share, kind='share')}"
    return StripRow(
        name=name,
        picture=share_bar(share, label, bad=bad),
        main=wording.language.percent(share["value"]),
        detail=detail,
        worse=bad,
    )


def _felt(told: Row, wording: Wording, ruler: Ruler) -> StripRow:
    language = wording.language
    name = language.word("designed.felt", told["measure"])
    difference = told.get("difference")
    label = "; ".join(
        f"{name}, {language.message(code)}: {wording.estimate(told[side])}"
        for code, side in (("designed.on", "walked"), ("designed.away", "left"))
    )
    shown = difference or {"value": told["left"]["value"] - told["walked"]["value"], "low": -1, "high": 1}
    return StripRow(
        name=name,
        picture=gap_strip(told["walked"], told["left"], shown, label, ruler=ruler),
        main=language.signed(shown["value"]),
        detail=wording.between(difference, kind="signed") if difference else "",
        worse=below(shown),
        unsure=shown["low"] <= 0 <= shown["high"],
    )


def _way_table(ways: list[Row], wording: Wording) -> Table:
    cells, language = Cells(wording), wording.language
    columns = ("walked", "fit", "missing", "extra", "dark", "reached_walked", "reached_left")
    rows = [
        (
            cells.text(_name(one, wording)),
            cells.count(one["journeys"]),
            *(cells.estimate(one.get(name), kind=_kind(name)) for name in columns),
        )
        for one in ways
    ]
    heads = ("label.way", "label.journeys", *(f"designed.column.{name}" for name in columns))
    return table(wording, language.message("designed.title"), heads, rows)


def _kind(measure: str) -> str:
    return "number" if measure in ("missing", "extra", "dark") else "share"


def _step_table(ways: list[Row], wording: Wording) -> Table:
    cells, language = Cells(wording), wording.language
    rows = []
    for one in ways:
        way = _name(one, wording)
        for step in one["steps"]:
            rows.append(
                (
                    cells.text(way),
                    cells.text(_step(step, wording)),
                    cells.text(_marks(step, wording) or language.message("designed.steps")),
                    cells.estimate(step.get("taken"), kind="share", n=True),
                )
            )
        for step in one["off"]:
            name = wording.touchpoint(step["touchpoint"])
            share = cells.estimate(step.get("share"), kind="share", n=True)
            rows.append((cells.text(way), cells.text(name), cells.text(_off(step, wording)), share))
    heads = ("label.way", "label.step", "label.kind", "label.share")
    return table(wording, language.message("designed.steps"), heads, rows)


def _felt_table(ways: list[Row], wording: Wording) -> Table:
    cells, language = Cells(wording), wording.language
    rows = [
        (
            cells.text(_name(one, wording)),
            cells.text(language.word("designed.felt", told["measure"])),
            cells.estimate(told["walked"], n=True),
            cells.estimate(told["left"], n=True),
            cells.estimate(told.get("difference"), kind="signed"),
        )
        for one in ways
        for told in one["felt"]
    ]
    heads = ("label.way", "label.measure", "designed.on", "designed.away", "label.difference")
    return table(wording, language.message("designed.felt"), heads, rows)
