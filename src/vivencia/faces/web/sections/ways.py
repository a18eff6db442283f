"""Journeys: how they end, how long they take, the commonest ways; and who is listened to."""

from dataclasses import dataclass

from vivencia.faces.web.charts.strip import share_bar
from vivencia.faces.web.sections.goals import GoalsView, goals_view
from vivencia.faces.web.sections.hold_ups import HoldUpsView, hold_ups_view
from vivencia.faces.web.sections.parts import Report, Row, StripRow
from vivencia.faces.web.sections.resolutions import ResolutionsView, resolutions_view
from vivencia.faces.web.tables import Cell, Cells, Table, table
from vivencia.faces.web.wording import Wording

#: Ways spelt out; the table holds those the contract holds.
COMMON = 6
#: Touchpoints drawn where journeys end.
DROPS = 8
#: Touchpoints drawn in the listening chart.
HEARD = 60


@dataclass(frozen=True, slots=True)
class Way:
    """One common way through the touchpoints."""

    steps: tuple[str, ...]
    count: str
    reached: str


@dataclass(frozen=True, slots=True)
class WaysView:
    """The section."""

    title: str
    lead: str
    duration: str
    still: str
    outcomes: tuple[StripRow, ...]
    common: str
    ways: tuple[Way, ...]
    hidden: str
    drops: tuple[StripRow, ...]
    table: Table
    outcome_table: Table
    drop_table: Table
    first: tuple[StripRow, ...]
    first_table: Table
    flow_table: Table
    goals: GoalsView
    hold_ups: HoldUpsView
    resolutions: ResolutionsView


def ways_view(report: Report, wording: Wording) -> WaysView:
    """Outcomes and variants of the journeys."""
    journeys, language = report["journeys"], wording.language
    lead = duration = hidden = ""
    if journeys:
        lead = language.say(
            "ways.lead",
            journeys=wording.count("count.journeys", journeys["journeys"]),
            customers=wording.count("count.customers", journeys["customers"]),
        )
        if span := journeys.get("duration_s"):
            duration = language.say(
                "ways.duration", median=language.duration(span["median"]), p90=language.duration(span["p90"])
            )
        if journeys["withheld"]["variants"]:
            hidden = wording.count("ways.hidden", journeys["withheld"]["variants"])
    return WaysView(
        title=language.message("ways.title"),
        lead=lead,
        duration=duration,
        outcomes=tuple(_outcome(one, wording) for one in journeys.get("outcomes", []) if "of_ended" in one),
        still=_still(journeys, wording),
        common=language.message("ways.common"),
        ways=tuple(_way(one, wording) for one in _longer(journeys)[:COMMON]),
        hidden=hidden,
        drops=tuple(_drop(one, wording) for one in journeys.get("drop_offs", [])[:DROPS]),
        table=_variant_table(journeys, wording),
        drop_table=_drop_table(journeys, wording),
        outcome_table=_outcome_table(journeys, wording),
        first=tuple(_first(one, wording) for one in journeys.get("first", [])[:DROPS]),
        first_table=_first_table(journeys, wording),
        flow_table=_flow_table(journeys, wording),
        goals=goals_view(journeys, wording),
        hold_ups=hold_ups_view(journeys, wording),
        resolutions=resolutions_view(journeys, wording),
    )


def _first(one: Row, wording: Wording) -> StripRow:
    name = wording.touchpoint(one["touchpoint"])
    return StripRow(
        name=name,
        picture=share_bar(one["reached"], f"{name}: {wording.estimate(one['reached'], kind='share')}"),
        main=wording.language.percent(one["reached"]["value"]),
        detail=wording.count("count.journeys", one["journeys"]),
    )


def _first_table(journeys: Row, wording: Wording) -> Table:
    cells = Cells(wording)
    rows = [
        (
            cells.text(wording.touchpoint(one["touchpoint"])),
            cells.count(one["journeys"]),
            cells.estimate(one["reached"], kind="share"),
        )
        for one in journeys.get("first", [])
    ]
    heads = ("label.touchpoint", "label.journeys", "label.reached")
    return table(wording, wording.language.message("ways.first"), heads, rows)


def _flow_table(journeys: Row, wording: Wording) -> Table:
    """Paths through places: pages of the site, areas of a shop."""
    cells, language = Cells(wording), wording.language
    rows = [
        (
            cells.text(_place(one["from"], wording)),
            cells.text(_place(one["to"], wording)),
            cells.count(one["count"]),
            cells.count(one["customers"]),
            cells.shown(one.get("median_s"), language.duration(one.get("median_s", 0.0))),
        )
        for one in journeys.get("flows", {}).get("place", [])
    ]
    heads = ("label.from", "label.to", "label.count", "label.customers", "label.time-between")
    return table(wording, language.message("ways.places"), heads, rows)


def _place(key: str, wording: Wording) -> str:
    return wording.touchpoint(key) if key == "START" else wording.place(key)


def _longer(journeys: Row) -> list[Row]:
    """Ways of several steps; the table also holds journeys of a single contact."""
    return [one for one in journeys.get("variants", []) if len(one["touchpoints"]) > 1]


def _outcome(one: Row, wording: Wording) -> StripRow:
    name = wording.language.message(f"outcome.{one['outcome']}")
    label = f"{name}: {wording.estimate(one['of_ended'], kind='share')}"
    bad = one["outcome"] in ("ABANDONED", "LOST")
    return StripRow(
        name=name,
        picture=share_bar(one["of_ended"], label, bad=bad),
        main=wording.language.tenth(one["of_ended"]["value"]),
        detail=wording.count("count.journeys", one["journeys"]),
        worse=bad,
    )


def _still(journeys: Row, wording: Wording) -> str:
    """Open journeys have no ending yet: a count beside the picture, not a share in it."""
    still = next((one for one in journeys.get("outcomes", []) if one["outcome"] == "OPEN"), None)
    if still is None or not still["journeys"] or "share" not in still:
        return ""
    return wording.language.say(
        "ways.open",
        journeys=wording.count("count.journeys", still["journeys"]),
        share=wording.language.percent(still["share"]["value"]),
    )


def _way(one: Row, wording: Wording) -> Way:
    reached = one.get("reached")
    return Way(
        steps=tuple(wording.touchpoint(key) for key in one["touchpoints"]),
        count=wording.count("count.journeys", one["count"]),
        reached=f"{wording.language.message('label.reached')}: {wording.language.percent(reached['value'])}"
        if reached
        else "",
    )


def _drop(one: Row, wording: Wording) -> StripRow:
    name = wording.touchpoint(one["touchpoint"])
    return StripRow(
        name=name,
        picture=share_bar(one["share"], f"{name}: {wording.estimate(one['share'], kind='share')}", bad=True),
        main=wording.language.percent(one["share"]["value"]),
        detail=wording.language.say("label.n", n=wording.language.number(one["visits"], 0)),
    )


def _drop_table(journeys: Row, wording: Wording) -> Table:
    cells, language = Cells(wording), wording.language
    rows = [
        (
            cells.text(wording.touchpoint(one["touchpoint"])),
            cells.count(one["visits"]),
            cells.estimate(one["share"], kind="share"),
        )
        for one in journeys.get("drop_offs", [])
    ]
    return table(
        wording, language.message("ways.drops"), ("label.touchpoint", "label.visits", "label.share"), rows
    )


def _outcome_table(journeys: Row, wording: Wording) -> Table:
    cells, language = Cells(wording), wording.language
    rows = [
        (
            cells.text(language.message(f"outcome.{one['outcome']}")),
            cells.count(one["journeys"]),
            cells.estimate(one["of_ended"], kind="share") if "of_ended" in one else cells.shown(None, ""),
            cells.estimate(one.get("share"), kind="share"),
        )
        for one in journeys.get("outcomes", [])
    ]
    heads = ("label.outcome", "label.journeys", "label.of-ended", "label.of-all")
    return table(wording, language.message("ways.title"), heads, rows)


def _variant_table(journeys: Row, wording: Wording) -> Table:
    cells, language = Cells(wording), wording.language
    rows = [
        (
            cells.text(" → ".join(wording.touchpoint(key) for key in one["touchpoints"])),
            cells.count(one["count"]),
            cells.count(one["customers"]),
            cells.estimate(one.get("reached"), kind="share"),
            cells.shown(one.get("median_s"), language.duration(one.get("median_s", 0.0))),
        )
        for one in journeys.get("variants", [])
    ]
    columns = ("label.way", "label.journeys", "label.customers", "label.reached", "label.duration")
    return table(wording, language.message("ways.common"), columns, rows)


@dataclass(frozen=True, slots=True)
class ListeningView:
    """Where customers are heard, and where nobody asks."""

    title: str
    lead: str
    rows: tuple[StripRow, ...]
    cut: str
    table: Table


def listening_view(report: Report, wording: Wording) -> ListeningView:
    """Response by touchpoint, most contacts first."""
    listening, language = report["listening"], wording.language
    found = listening.get("touchpoints", [])
    known = [one for one in found if "response" in one]
    lead = ""
    if found:
        lead = language.say("listening.lead", heard=listening["heard"], all=len(found))
    cut = language.say("gaps.cut", shown=HEARD, all=len(known)) if len(known) > HEARD else ""
    return ListeningView(
        title=language.message("listening.title"),
        lead=lead,
        rows=tuple(_heard(one, wording) for one in known[:HEARD]),
        cut=cut,
        table=_listening_table(found, wording),
    )


def _heard(one: Row, wording: Wording) -> StripRow:
    name = wording.touchpoint(one["touchpoint"])
    silent = not one["answers"]
    detail = (
        wording.language.message("listening.silent")
        if silent
        else wording.count("count.answers", one["answers"])
    )
    return StripRow(
        name=name,
        picture=share_bar(
            one["response"],
            f"{name}: {wording.estimate(one['response'], kind='share')}; {detail}",
            bad=silent,
        ),
        main=wording.language.percent(one["response"]["value"]),
        detail=detail,
        worse=silent,
    )


def _listening_table(found: list[Row], wording: Wording) -> Table:
    cells, language = Cells(wording), wording.language
    rows = []
    for one in found:
        last = one.get("last_answer")
        rows.append(
            (
                _named(one, wording),
                cells.count(one["signals"]),
                cells.count(one["customers"]),
                cells.count(one["answers"]),
                cells.estimate(one.get("response"), kind="share"),
                cells.count(one["verbatims"]),
                Cell(language.date(last), last, numeric=True) if last else Cell("–", "", numeric=True),
            )
        )
    columns = (
        "label.touchpoint",
        "label.contacts",
        "label.customers",
        "label.answers",
        "label.response",
        "label.verbatims",
        "label.last-answer",
    )
    return table(wording, language.message("listening.title"), columns, rows)


def _named(one: Row, wording: Wording) -> Cell:
    name = wording.touchpoint(one["touchpoint"])
    under = "" if one["catalogued"] else wording.language.message("listening.uncatalogued")
    return Cell(name, name.casefold(), under)
