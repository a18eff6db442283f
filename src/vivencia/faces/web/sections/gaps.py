"""Expectation against experience by touchpoint, by every other group, and month by month."""

from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

from vivencia.faces.web.charts.strip import Heap, histogram
from vivencia.faces.web.charts.trend import NARROW, WIDE, Point, trend_chart
from vivencia.faces.web.sections.parts import Report, Row, StripRow, by_gap, rated, ruler_of, strip_row, told
from vivencia.faces.web.tables import Cell, Cells, Table, table
from vivencia.faces.web.wording import Wording
from vivencia.words.shapes.perceptions import ENDS_ASKED

#: Groups of one dimension drawn; places can be thousands, the JSON holds them all.
MOST = 20


@dataclass(frozen=True, slots=True)
class Group:
    """One dimension: its strips, and what was cut."""

    title: str
    rows: tuple[StripRow, ...]
    scale: tuple[str, ...]
    cut: str


@dataclass(frozen=True, slots=True)
class GapsView:
    """The section; `thin` names touchpoints without enough answers."""

    title: str
    lead: str
    rows: tuple[StripRow, ...]
    scale: tuple[str, ...]
    thin: str
    others: str
    groups: tuple[Group, ...]
    table: Table
    group_table: Table


def gaps_view(report: Report, wording: Wording) -> GapsView:
    """Touchpoints by gap, then stages, channels, departments, segments and places."""
    say = wording.language.message
    rows = by_gap(report["touchpoints"])
    ruler = ruler_of(rows)
    dark = [row for row in report["touchpoints"] if not rated(row) and row["signals"]]
    thin = [row["touchpoint"] for row in dark if not wording.overall(row)]
    whole = [row["touchpoint"] for row in dark if wording.overall(row)]
    return GapsView(
        title=say("gaps.title"),
        lead=say("gaps.lead"),
        rows=tuple(strip_row(wording, wording.touchpoint(row["touchpoint"]), row, ruler) for row in rows),
        scale=tuple(f"{value:g}" for value in ruler.ticks),
        thin=" ".join(
            wording.language.say(
                key, touchpoints=wording.count("count.touchpoints", len(keys)), names=wording.names(keys)
            )
            for key, keys in (("gaps.thin", thin), ("gaps.overall", whole))
            if keys
        ),
        others=say("gaps.others"),
        groups=tuple(group for group in _groups(report, wording) if group.rows),
        table=_table(rows, wording),
        group_table=_group_table(report, wording),
    )


Naming = Callable[[Row], str]


def _dimensions(report: Report, wording: Wording) -> list[tuple[str, list[Row], Naming]]:
    def naming(group: str) -> Naming:
        return lambda row: wording.name(group, row[group])

    return [
        ("stage", [row for row in report["stages"] if row["signals"]], naming("stage")),
        ("channel", report["channels"], naming("channel")),
        ("department", report["departments"], naming("department")),
        ("segment", report["segments"], naming("segment")),
        ("place", report["environments"], lambda row: wording.place(row["place"])),
    ]


def _groups(report: Report, wording: Wording) -> list[Group]:
    language, found = wording.language, []
    dimensions = _dimensions(report, wording)
    ruler = ruler_of(row for _, rows, _ in dimensions for row in rows[:MOST] if rated(row))
    for dimension, rows, name in dimensions:
        known = [row for row in rows if rated(row)]
        shown = known[:MOST] if dimension == "stage" else by_gap(known[:MOST])
        cut = language.say("gaps.cut", shown=len(shown), all=len(known)) if len(known) > len(shown) else ""
        found.append(
            Group(
                title=language.message(f"label.{dimension}"),
                rows=tuple(strip_row(wording, name(row), row, ruler) for row in shown),
                scale=tuple(f"{value:g}" for value in ruler.ticks),
                cut=cut,
            )
        )
    return found


_NUMBERS = (
    "label.answers",
    "label.customers",
    "label.expected",
    "label.lived",
    "label.gap",
    "label.disappointed",
    "label.delighted",
    "label.perception",
)


def _numbers(row: Row, cells: Cells) -> tuple:  # type: ignore[type-arg]
    return (
        cells.count(row["rated"]),
        cells.count(row["customers"]),
        cells.estimate(row.get("expectation")),
        cells.estimate(row.get("experience")),
        cells.estimate(row.get("gap"), kind="signed"),
        cells.estimate(row.get("disappointed"), kind="share"),
        cells.estimate(row.get("delighted"), kind="share"),
        cells.estimate(row.get("perception")),
    )


def _table(rows: list[Row], wording: Wording) -> Table:
    cells = Cells(wording)
    return table(
        wording,
        wording.language.message("gaps.title"),
        ("label.touchpoint", "label.department", *_NUMBERS, "label.stated", "label.zone"),
        (
            (
                cells.text(wording.touchpoint(row["touchpoint"])),
                cells.text(wording.name("department", row.get("department")) or "–"),
                *_numbers(row, cells),
                cells.estimate(row["stated_expectation"], n=True)
                if "stated_expectation" in row
                else cells.shown(None, ""),
                _zone(row.get("zone"), wording),
            )
            for row in rows
        ),
    )


def _zone(zone: Row | None, wording: Wording) -> Cell:
    """The zone of tolerance, with where it comes from under it."""
    if zone is None:
        return Cells(wording).shown(None, "")
    language, low, high = wording.language, zone["low"], zone["high"]
    text = language.say(
        "label.between", low=language.number(low["value"]), high=language.number(high["value"])
    )
    said = (
        {"adequate": wording.estimate(low), "desired": wording.estimate(high)}
        if zone["from"] == ENDS_ASKED
        else {"n": language.number(low["n"], 0)}
    )
    return Cell(text, low["value"], language.say(f"zone.{zone['from']}", **said), numeric=True)


def _group_table(report: Report, wording: Wording) -> Table:
    cells, say = Cells(wording), wording.language.message
    return table(
        wording,
        say("gaps.others"),
        ("label.group", "label.name", *_NUMBERS),
        (
            (cells.text(say(f"label.{dimension}")), cells.text(name(row)), *_numbers(row, cells))
            for dimension, rows, name in _dimensions(report, wording)
            for row in rows[: 10 * MOST]
        ),
    )


@dataclass(frozen=True, slots=True)
class TrendView:
    """The months, and how customers stand; drawings are empty where there is too little."""

    title: str
    lead: str
    wide: Markup
    narrow: Markup
    table: Table
    spread_title: str
    spread_lead: str
    levels: str
    spread: Markup
    spread_table: Table


def trend_view(report: Report, wording: Wording) -> TrendView:
    """Expected and lived by month."""
    language = wording.language
    months = [row for row in report["perception"]["months"] if rated(row)]
    points = [
        Point(
            name=language.month(row["month"], long=False),
            year=row["month"][:4],
            expected=_triple(row["expectation"]),
            lived=_triple(row["experience"]),
            label=told(wording, language.month(row["month"]), row),
        )
        for row in months
    ]
    drawings = [Markup(""), Markup("")]
    if len(points) > 1:
        drawings = [
            trend_chart(
                points,
                size,
                title=language.message("trend.title"),
                expected=language.message("label.expected"),
                lived=language.message("label.lived"),
            )
            for size in (WIDE, NARROW)
        ]
    cells = Cells(wording)
    found = table(
        wording,
        language.message("trend.title"),
        ("label.month", *_NUMBERS),
        (
            (cells.shown(_ordinal(row["month"]), language.month(row["month"])), *_numbers(row, cells))
            for row in report["perception"]["months"]
        ),
    )
    return TrendView(
        title=language.message("trend.title"),
        lead=language.message("trend.lead"),
        wide=drawings[0],
        narrow=drawings[1],
        table=found,
        spread_title=_dated("trend.spread", report, wording),
        spread_lead=language.message(
            "trend.spread.lead" if report["method"].get("fitted") else "trend.spread.default"
        ),
        levels=_levels(report, wording),
        spread=_spread(report, wording),
        spread_table=_spread_table(report, wording),
    )


def _dated(key: str, report: Report, wording: Wording) -> str:
    """A title with the month the data end in, where it is known."""
    dates = report["method"].get("dates")
    if not dates:
        return wording.language.message(key)
    return wording.language.say(f"{key}.dated", month=wording.language.month(dates["last"]))


def _levels(report: Report, wording: Wording) -> str:
    """Why several levels of the same customers differ: each answers another question."""
    language, perception = wording.language, report["perception"]
    nps = next((one for one in perception["scores"]
                if (one["instrument"], one["statistic"]) == ("nps", "mean")), None)  # fmt: skip
    image = next((one for one in report["pillars"].get("bond", []) if one["measure"] == "standing"), None)
    found = [
        language.say(f"levels.{key}", value=language.number(one["value"]), n=language.number(one["n"], 0))
        for key, one in (
            ("standing", perception.get("standing")),
            ("lived", perception.get("experience")),
            ("nps", nps),
            ("image", image),
        )
        if one is not None
    ]
    if len(found) < 2 or "standing" not in perception:
        return ""
    said = language.say("levels", levels="; ".join(found))
    if beyond := perception.get("beyond"):
        said += " " + language.say("levels.beyond", customers=wording.count("count.customers", beyond))
    return said


def _spread(report: Report, wording: Wording) -> Markup:
    """How many customers stand where on 0–10."""
    heaps = [
        Heap(one["from"], one["to"], one["customers"], f"{_range(one, wording)}: {_people(one, wording)}")
        for one in report["perception"].get("distribution", [])
    ]
    return histogram(heaps, wording.language.message("trend.spread")) if heaps else Markup("")


def _range(one: Row, wording: Wording) -> str:
    return wording.language.say("label.between", low=f"{one['from']:g}", high=f"{one['to']:g}")


def _people(one: Row, wording: Wording) -> str:
    return wording.count("count.customers", one["customers"])


def _spread_table(report: Report, wording: Wording) -> Table:
    cells = Cells(wording)
    rows = [
        (cells.shown(one["from"], _range(one, wording)), cells.count(one["customers"]))
        for one in report["perception"].get("distribution", [])
    ]
    title = _dated("trend.spread", report, wording)
    return table(wording, title, ("label.perception", "label.customers"), rows)


def _triple(one: Row) -> tuple[float, float, float]:
    return (one["value"], one["low"], one["high"])


def _ordinal(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:7])
