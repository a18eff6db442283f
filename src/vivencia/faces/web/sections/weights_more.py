"""Necessary levels, drivers of every outcome, and what quickens the next useful step."""

from dataclasses import dataclass
from math import exp

from markupsafe import Markup

from vivencia.faces.web.charts.effects import axis_line, ends_of, ratio_ends, ratio_strip
from vivencia.faces.web.charts.steps import step_chart
from vivencia.faces.web.charts.strip import point_strip
from vivencia.faces.web.sections.parts import Report, Row, StripRow
from vivencia.faces.web.tables import Cell, Cells, Table, table
from vivencia.faces.web.wording import Wording

#: The outcomes told beside perception, which has the section's own weights.
_OUTCOMES = ("satisfaction", "recommendation", "loyalty")


@dataclass(frozen=True, slots=True)
class Flight:
    """One necessary touchpoint: its steps, and the highest of them in a sentence."""

    name: str
    picture: Markup
    sentence: str


@dataclass(frozen=True, slots=True)
class NeededView:
    """What must be good before the whole can be."""

    title: str
    lead: str
    none: str
    flights: tuple[Flight, ...]
    table: Table


@dataclass(frozen=True, slots=True)
class Outcome:
    """What drives one outcome: only effects that are surely not none are drawn."""

    title: str
    lead: str
    axis: Markup
    rows: tuple[StripRow, ...]
    table: Table


@dataclass(frozen=True, slots=True)
class OutcomesView:
    """What drives satisfaction, recommendation and loyalty."""

    title: str
    lead: str
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class HazardsView:
    """What quickens the next useful step."""

    title: str
    lead: str
    note: str
    axis: Markup
    rows: tuple[StripRow, ...]
    table: Table


def needed_view(report: Report, wording: Wording) -> NeededView:
    """`none` says so where no condition is necessary though some were looked at."""
    language = wording.language
    looked = any("necessary" in one for one in report["weights"])
    flights = tuple(_flight(one, wording) for one in report["bottlenecks"])
    return NeededView(
        title=language.message("needed.title"),
        lead=language.message("needed.lead"),
        none=language.message("needed.none") if looked and not flights else "",
        flights=flights,
        table=_needed_table(report, wording),
    )


def _flight(one: Row, wording: Wording) -> Flight:
    language, name = wording.language, wording.touchpoint(one["touchpoint"])
    steps = [(level["level"], level["needed"]) for level in one["levels"]]
    top = next((step for step in steps if step[0] == 8), steps[-1])
    sentence = language.say(
        "needed.sentence",
        level=language.short(top[0]),
        needed=language.number(top[1]),
        n=language.number(one["n"], 0),
    )
    picture = step_chart(
        steps,
        label=f"{name}: {sentence}",
        across=language.message("needed.x"),
        up=language.message("needed.y"),
    )
    return Flight(name, picture, sentence)


def _needed_table(report: Report, wording: Wording) -> Table:
    cells, language = Cells(wording), wording.language
    levels = sorted({level["level"] for one in report["bottlenecks"] for level in one["levels"]})
    rows: list[tuple[Cell, ...]] = []
    for one in report["bottlenecks"]:
        needed = {level["level"]: level["needed"] for level in one["levels"]}
        rows.append(
            (
                cells.text(wording.touchpoint(one["touchpoint"])),
                *(
                    cells.shown(needed.get(level), language.number(needed.get(level, 0.0)))
                    for level in levels
                ),
                cells.count(one["n"]),
            )
        )
    heads = (
        language.message("label.touchpoint"),
        *(language.say("needed.reach", level=language.short(level)) for level in levels),
        language.message("label.customers"),
    )
    return Table(language.message("needed.title"), heads, tuple(rows))


def outcomes_view(report: Report, wording: Wording) -> OutcomesView:
    """One group an outcome of which any effect is known."""
    told = {one["outcome"]: one for one in report["drivers"]}
    found = [told[key] for key in _OUTCOMES if any("effect" in one for one in _touchpoints(told.get(key)))]
    return OutcomesView(
        title=wording.language.message("drivers.title"),
        lead=wording.language.message("drivers.lead"),
        outcomes=tuple(_outcome(one, wording) for one in found),
    )


def _touchpoints(one: Row | None) -> list[Row]:
    return list(one["touchpoints"]) if one else []


def _outcome(one: Row, wording: Wording) -> Outcome:
    language, title = wording.language, wording.language.message(f"drivers.{one['outcome']}")
    known = [row for row in one["touchpoints"] if "effect" in row]
    # A large effect that could be none is no news: it is left to the table.
    sure = [row for row in known if row.get("driver")]
    low, high = ends = _ends([row["effect"] for row in sure])
    return Outcome(
        title=title,
        lead=_model(one, len(known) - len(sure), wording),
        axis=axis_line({end: language.short(end) for end in (low, 0.0, high)}, low=low, high=high),
        rows=tuple(_driver(row, ends, wording) for row in sure),
        table=_driver_table(one, title, wording),
    )


def _model(one: Row, unsure: int, wording: Wording) -> str:
    """On how many customers it stands, how much is explained, and how many effects are not drawn."""
    language = wording.language
    said = language.say(
        "drivers.model", n=language.number(one["n"], 0), r2=language.percent(one.get("r2", 0.0))
    )
    if not unsure:
        return said
    return f"{said} {language.say('drivers.left', touchpoints=wording.count('count.touchpoints', unsure))}"


def _ends(effects: list[Row]) -> tuple[float, float]:
    """Like those of other effects, and finer where all are small (loyalty goes from 0 to 1)."""
    if not effects or max(abs(one["value"]) for one in effects) >= 0.5:
        return ends_of(effects)
    tenfold = [{name: 10 * one[name] for name in ("value", "low", "high")} for one in effects]
    low, high = ends_of(tenfold)
    return low / 10, high / 10


def _driver(row: Row, ends: tuple[float, float], wording: Wording) -> StripRow:
    name, effect, share = wording.touchpoint(row["touchpoint"]), row["effect"], row.get("share")
    say = wording.language.message
    told = f"{name}: {say('drivers.effect')} {wording.estimate(effect, kind='signed-fine')}"
    if share:
        told += f"; {say('drivers.share')} {wording.estimate(share, kind='share')}"
    return StripRow(
        name=name,
        picture=point_strip(effect, told, low=ends[0], high=ends[1], worse=effect["value"] < 0),
        main=wording.show("signed-fine")(effect["value"]),
        detail=f"{wording.language.percent(share['value'])} ({wording.between(share, kind='share')})"
        if share
        else say("report.withheld"),
        worse=effect["value"] < 0,
    )


def _driver_table(one: Row, title: str, wording: Wording) -> Table:
    cells, language = Cells(wording), wording.language
    rows = [
        (
            cells.text(wording.touchpoint(row["touchpoint"])),
            _reasoned(cells.estimate(row.get("effect"), kind="signed-fine"), row, "effect", wording),
            _reasoned(cells.estimate(row.get("share"), kind="share"), row, "share", wording),
            cells.text(language.message(f"drivers.{'sure' if row['driver'] else 'unsure'}"))
            if "driver" in row
            else cells.text("–"),
        )
        for row in one["touchpoints"]
    ]
    heads = ("label.touchpoint", "drivers.effect", "drivers.share", "drivers.driver")
    return table(wording, title, heads, rows)


def _reasoned(cell: Cell, row: Row, name: str, wording: Wording) -> Cell:
    """The number, or why there is none."""
    if name in row or "reason" not in row:
        return cell
    return Cell(cell.text, cell.sort, wording.language.word("weights.reason", row["reason"]), numeric=True)


def hazards_view(report: Report, wording: Wording) -> HazardsView:
    """Empty rows where too few useful steps were seen."""
    language, found = wording.language, report["hazards"]
    known = [one for one in found.get("touchpoints", []) if "ratio" in one]
    low, high = ratio_ends([one["ratio"] for one in known])
    note = ""
    if known:
        note = language.say(
            "hazards.note",
            half=language.duration(found.get("half_life_s", 0.0)),
            times=language.number(exp(found.get("frailty", 0.0))),
        )
    return HazardsView(
        title=language.message("hazards.title"),
        lead=language.message("hazards.lead"),
        note=note,
        axis=axis_line({end: times(wording, exp(end)) for end in (low, 0.0, high)}, low=low, high=high),
        rows=tuple(_hazard(one, (low, high), wording) for one in known),
        table=_hazard_table(found, wording),
    )


def times(wording: Wording, ratio: float) -> str:
    """A ratio with its sign, and more decimals where it is small: × 2.4, × 0.45, × 0.008."""
    digits = 1 if ratio >= 0.95 else 2 if ratio >= 0.095 else 3
    return "×\N{NO-BREAK SPACE}" + wording.language.number(ratio, digits)


def _times_between(wording: Wording, ratio: Row) -> str:
    return wording.language.say(
        "label.between", low=times(wording, ratio["low"]), high=times(wording, ratio["high"])
    )


def _hazard(one: Row, ends: tuple[float, float], wording: Wording) -> StripRow:
    name, ratio = wording.touchpoint(one["touchpoint"]), one["ratio"]
    between = _times_between(wording, ratio)
    n = wording.language.say("label.n", n=wording.language.number(ratio["n"], 0))
    return StripRow(
        name=name,
        picture=ratio_strip(
            ratio, f"{name}: {times(wording, ratio['value'])} ({between}, {n})", low=ends[0], high=ends[1]
        ),
        main=times(wording, ratio["value"]),
        detail=between,
        worse=ratio["high"] < 1,
        unsure=ratio["low"] <= 1 <= ratio["high"],
    )


def _hazard_table(found: Row, wording: Wording) -> Table:
    cells = Cells(wording)
    rows = [
        (
            cells.text(wording.touchpoint(one["touchpoint"])),
            _reasoned(_ratio(one.get("ratio"), cells, wording), one, "ratio", wording),
            cells.count(one.get("visits")),
            cells.count(one.get("useful")),
        )
        for one in found.get("touchpoints", [])
    ]
    heads = ("label.touchpoint", "hazards.ratio", "hazards.visits", "hazards.useful")
    return table(wording, wording.language.message("hazards.title"), heads, rows)


def _ratio(one: Row | None, cells: Cells, wording: Wording) -> Cell:
    if one is None:
        return cells.estimate(None)
    return Cell(times(wording, one["value"]), one["value"], _times_between(wording, one), numeric=True)
