"""What changed in the journeys, and which segments walk otherwise: inside the section of the journeys."""

from collections.abc import Iterable
from dataclasses import dataclass

from vivencia.faces.web.charts.strip import point_strip
from vivencia.faces.web.sections.parts import Report, Row, StripRow
from vivencia.faces.web.tables import Cells, Table, table
from vivencia.faces.web.wording import Wording

#: Differences drawn of each comparison.
DRAWN = 6


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison: what was found, out of how many looks."""

    title: str
    lead: str
    rows: tuple[StripRow, ...]


@dataclass(frozen=True, slots=True)
class ChangesView:
    """The last period against the one before, and each segment against all others."""

    title: str
    comparisons: tuple[Comparison, ...]
    caution: str
    table: Table


def changes_view(report: Report, wording: Wording) -> ChangesView:
    """Only what is unlikely to be chance is drawn; the table holds the other looks too."""
    found, language = report["differences"], wording.language
    named: list[tuple[str, Row]] = []
    if found:
        named.append((language.message("changes.periods"), found["periods"]))
        for one in found["segments"]:
            name = wording.name("segment", one["segment"])
            named.append((language.say("changes.segment", segment=name), one))
    return ChangesView(
        title=language.message("changes.title"),
        comparisons=tuple(_comparison(title, one, wording) for title, one in named if one["looks"]),
        caution=language.message("changes.caution"),
        table=_table(named, wording),
    )


def _comparison(title: str, one: Row, wording: Wording) -> Comparison:
    language = wording.language
    key = "changes.found" if one["found"] else "changes.nothing"
    lead = language.say(key, found=language.number(one["found"], 0), looks=language.number(one["looks"], 0))
    drawn = [row for row in one["rows"] if row["found"]][:DRAWN]
    return Comparison(title, lead, tuple(_row(row, wording) for row in drawn))


def _name(row: Row, wording: Wording) -> str:
    language = wording.language
    way = " → ".join(wording.touchpoint(key) for key in row["touchpoints"])
    if row["kind"] == "duration" and "goal" in row:
        way = language.word("intent", row["goal"])
    return (
        language.say(f"changes.{row['kind']}", way=way)
        if way
        else language.message(f"changes.{row['kind']}.all")
    )


def _row(row: Row, wording: Wording) -> StripRow:
    language, name = wording.language, _name(row, wording)
    shown = "share" if row["kind"] != "duration" else "ratio"
    value = _signed(row, "value", wording)
    detail = language.say(
        "changes.from-to", other=_side(row, "other", wording), one=_side(row, "one", wording)
    )
    label = f"{name}: {detail}; {value} ({_between(row, wording)})"
    reach = 1.0 if shown == "share" else max(1.0, row["difference"]["high"])
    return StripRow(
        name=name,
        picture=point_strip(row["difference"], label, low=-1.0, high=reach),
        main=value,
        detail=detail,
    )


def _side(row: Row, name: str, wording: Wording) -> str:
    language = wording.language
    return language.duration(row[name]) if row["kind"] == "duration" else language.percent(row[name])


def _signed(row: Row, name: str, wording: Wording) -> str:
    """A difference of shares in percentage points; of durations in percent of the other."""
    value, language = row["difference"][name], wording.language
    if row["kind"] != "duration":
        return language.say("count.percentage-points", n=language.signed(100 * value))
    return ("+" if value > 0 else "") + language.percent(value)


def _between(row: Row, wording: Wording) -> str:
    return wording.language.say(
        "label.between", low=_signed(row, "low", wording), high=_signed(row, "high", wording)
    )


def _table(named: Iterable[tuple[str, Row]], wording: Wording) -> Table:
    cells, language = Cells(wording), wording.language
    rows = [
        (
            cells.text(title),
            cells.text(_name(row, wording)),
            cells.shown(row["one"], _side(row, "one", wording)),
            cells.shown(row["other"], _side(row, "other", wording)),
            cells.shown(row["difference"]["value"],
                        f"{_signed(row, 'value', wording)} ({_between(row, wording)})"),
            cells.shown(row["q"], language.number(row["q"], 3)),
            cells.count(row["difference"]["n"]),
        )
        for title, one in named
        for row in one["rows"]
    ]  # fmt: skip
    heads = ("changes.comparison", "label.name", "changes.one", "changes.other", "label.difference",
             "changes.q", "label.answers-or-visits")  # fmt: skip
    return table(wording, language.message("changes.title"), heads, rows)
