"""The journey map: a drawing for wide windows, a list of the same for narrow ones, one table."""

from dataclasses import dataclass

from markupsafe import Markup

from vivencia.faces.web.charts.journey_map import Column, Flow, Stop, map_chart
from vivencia.faces.web.charts.strip import gap_strip
from vivencia.faces.web.sections.parts import Report, Row, rated, told
from vivencia.faces.web.tables import Cells, Table, table
from vivencia.faces.web.wording import Wording
from vivencia.words.findings import FindingCode

#: Flows drawn without pointing; flows kept in the drawing for pointing.
MAIN_FLOWS, ALL_FLOWS = 10, 150


@dataclass(frozen=True, slots=True)
class ListStop:
    """One touchpoint in the narrow list."""

    name: str
    picture: Markup | None
    note: str
    count: str


@dataclass(frozen=True, slots=True)
class ListStage:
    """One stage of the narrow list."""

    name: str
    note: str
    weak: bool
    stops: tuple[ListStop, ...]


@dataclass(frozen=True, slots=True)
class MapView:
    """The section; `flows` says how many are drawn and how many are hidden."""

    title: str
    lead: str
    legend: tuple[tuple[str, str], ...]
    drawing: Markup
    stages: tuple[ListStage, ...]
    flows: str
    table: Table
    flow_table: Table


def map_view(report: Report, wording: Wording) -> MapView:
    """The map from the contract."""
    say = wording.language.message
    columns = _columns(report, wording)
    flows = _flows(report, wording, {stop.key for column in columns for stop in column.stops})
    drawing = map_chart(columns, flows, title=say("map.title"), weak=say("map.weak"))
    legend = ("expected", "above", "below", "unsure", "weight", "volume", "weak")
    return MapView(
        title=say("map.title"),
        lead=say("map.lead"),
        legend=tuple((key, say(f"map.legend.{key}")) for key in legend),
        drawing=drawing,
        stages=_list(report, wording),
        flows=_said(report, flows, wording),
        table=_table(report, wording),
        flow_table=_flow_table(report, wording),
    )


def weak_links(report: Report) -> set[str]:
    """Stages a finding calls the weak link: a link of the journey is a stage, never one touchpoint of it."""
    return {one.get("stage", "") for one in report["findings"] if one["code"] == FindingCode.WEAK_LINK}


def _by_stage(report: Report) -> list[tuple[Row, list[Row]]]:
    """Stages with their touchpoints; a stage nobody uses is left out."""
    known = {stage["stage"] for stage in report["stages"]}
    found = [
        (stage, [row for row in report["touchpoints"] if row["stage"] == stage["stage"]])
        for stage in report["stages"]
    ]
    strays = [row for row in report["touchpoints"] if row["stage"] not in known]
    if strays and found:
        found[-1][1].extend(strays)
    return [(stage, rows) for stage, rows in found if rows]


def _share(report: Report) -> dict[str, float]:
    return {
        one["touchpoint"]: max(one["perception"]["share"]["value"], 0.0)
        for one in report["weights"]
        if "share" in one.get("perception", {})
    }


def _columns(report: Report, wording: Wording) -> list[Column]:
    weak, weights = weak_links(report), _share(report)
    heaviest = max(weights.values(), default=0.0) or 1.0
    busiest = max((row["signals"] for row in report["touchpoints"]), default=0) or 1
    return [
        Column(
            key=stage["stage"],
            name=wording.name("stage", stage["stage"]),
            marks=_marks(stage),
            label=told(wording, wording.name("stage", stage["stage"]), stage)
            + ("; " + wording.language.message("map.weak") if stage["stage"] in weak else ""),
            weak=stage["stage"] in weak,
            stops=tuple(
                _stop(row, wording, weights.get(row["touchpoint"], 0.0) / heaviest, busiest) for row in rows
            ),
        )
        for stage, rows in _by_stage(report)
    ]


def _marks(row: Row) -> tuple[float, float] | None:
    return (row["expectation"]["value"], row["experience"]["value"]) if rated(row) else None


def _stop(row: Row, wording: Wording, weight: float, busiest: int) -> Stop:
    name = wording.touchpoint(row["touchpoint"])
    gap = row.get("gap")
    label = told(wording, name, row)
    if not row["catalogued"]:
        label += "; " + wording.language.message("listening.uncatalogued")
    return Stop(
        key=row["touchpoint"],
        name=name,
        marks=_marks(row),
        unsure=bool(gap and gap["low"] <= 0 <= gap["high"]),
        weight=weight,
        volume=row["signals"] / busiest,
        stray=not row["catalogued"],
        note=_note(row, wording),
        count=wording.language.number(row["signals"], 0),
        label=label,
    )


def _note(row: Row, wording: Wording) -> str:
    language = wording.language
    if not rated(row):
        return wording.unrated(row)
    return f"{language.number(row['expectation']['value'])} → {language.number(row['experience']['value'])}"


def _flows(report: Report, wording: Wording, known: set[str]) -> list[Flow]:
    moves = [
        one
        for one in report["journeys"].get("transitions", [])
        if one["from"] in known and one["to"] in known and one["from"] != one["to"]
    ][:ALL_FLOWS]
    language = wording.language
    return [
        Flow(
            start=one["from"],
            end=one["to"],
            count=one["count"],
            main=i < MAIN_FLOWS,
            label=f"{wording.touchpoint(one['from'])} → {wording.touchpoint(one['to'])}: "
            f"{language.number(one['count'], 0)}",
        )
        for i, one in enumerate(moves)
    ]


def _said(report: Report, flows: list[Flow], wording: Wording) -> str:
    """How many flows are drawn, and how many are not: withheld ones count as hidden."""
    moves = [one for one in report["journeys"].get("transitions", []) if not _outside(one)]
    withheld = report["journeys"].get("withheld", {}).get("transitions", 0)
    shown = sum(1 for flow in flows if flow.main)
    if not shown:
        return wording.language.message("map.flows.none")
    return wording.language.say(
        "map.flows", shown=shown, all=len(moves) + withheld, hidden=len(moves) + withheld - shown
    )


def _outside(move: Row) -> bool:
    """Moves from the start, to an outcome, or in place are not drawn as flows."""
    outcomes = ("REACHED", "ABANDONED", "LOST", "OPEN")
    return move["from"] == "START" or move["to"] in outcomes or move["from"] == move["to"]


def _list(report: Report, wording: Wording) -> tuple[ListStage, ...]:
    weak = weak_links(report)
    found = []
    for stage, rows in _by_stage(report):
        stops = tuple(
            ListStop(
                name=wording.touchpoint(row["touchpoint"]),
                picture=_picture(row, wording),
                note=_note(row, wording),
                count=wording.count("count.signals", row["signals"]),
            )
            for row in rows
        )
        note = _note(stage, wording) if rated(stage) else ""
        found.append(ListStage(wording.name("stage", stage["stage"]), note, stage["stage"] in weak, stops))
    return tuple(found)


def _picture(row: Row, wording: Wording) -> Markup | None:
    if not rated(row):
        return None
    name = wording.touchpoint(row["touchpoint"])
    return gap_strip(row["expectation"], row["experience"], row["gap"], told(wording, name, row))


def _table(report: Report, wording: Wording) -> Table:
    cells, weights = Cells(wording), _share(report)
    rows = [
        (
            cells.text(wording.touchpoint(row["touchpoint"])),
            cells.text(wording.name("stage", row["stage"])),
            cells.text(wording.name("channel", row.get("channel")) or "–"),
            cells.count(row["signals"]),
            cells.count(row["customers"]),
            cells.estimate(row.get("expectation")),
            cells.estimate(row.get("experience")),
            cells.estimate(row.get("gap"), kind="signed"),
            cells.shown(
                weights.get(row["touchpoint"]), wording.language.percent(weights.get(row["touchpoint"], 0.0))
            ),
        )
        for _, found in _by_stage(report)
        for row in found
    ]
    columns = (
        "label.touchpoint",
        "label.stage",
        "label.channel",
        "label.signals",
        "label.customers",
        "label.expected",
        "label.lived",
        "label.gap",
        "label.weight",
    )
    return table(wording, wording.language.message("map.title"), columns, rows)


def _flow_table(report: Report, wording: Wording) -> Table:
    cells, language = Cells(wording), wording.language
    rows = [
        (
            cells.text(wording.touchpoint(one["from"])),
            cells.text(wording.touchpoint(one["to"])),
            cells.count(one["count"]),
            cells.count(one["customers"]),
            cells.shown(one.get("median_s"), language.duration(one.get("median_s", 0.0))),
        )
        for one in report["journeys"].get("transitions", [])[:ALL_FLOWS]
    ]
    columns = ("label.from", "label.to", "label.count", "label.customers", "label.time-between")
    return table(wording, language.message("map.flows.table"), columns, rows)
