"""How well perception predicts, inside the section of the method."""

from dataclasses import dataclass

from markupsafe import Markup

from vivencia.faces.web.charts.strip import Heap, histogram, point_strip
from vivencia.faces.web.sections.parts import Report, Row, StripRow
from vivencia.faces.web.tables import Cell, Cells, Table, table
from vivencia.faces.web.wording import Wording

PERCEPTION = "perception"


@dataclass(frozen=True, slots=True)
class SplitView:
    """One way of holding answers back: the errors of the methods, and where answers fell."""

    title: str
    rows: tuple[StripRow, ...]
    pit: Markup


@dataclass(frozen=True, slots=True)
class CheckView:
    """The outcome of the last check; no splits before the first."""

    title: str
    verdict: str
    lead: str
    splits: tuple[SplitView, ...]
    pit_title: str
    pit_lead: str
    table: Table
    pit_table: Table


def check_view(report: Report, wording: Wording) -> CheckView:
    """What the check found, in words."""
    found, language = report["check"], wording.language
    splits = found.get("splits", [])
    shown = found.get("shown", PERCEPTION)
    verdict = language.message("check.none")
    if splits:
        verdict = language.message("check.wins")
        # Boosting has no level of a customer to show, but where it is best perception did not win.
        better = [one["best"] for one in splits if one["best"] != PERCEPTION]
        if shown != PERCEPTION:
            verdict = language.say("check.loses", method=_name(shown, wording))
        elif better:
            verdict = language.say("check.beaten", method=_name(better[0], wording))
    return CheckView(
        title=language.message("check.title"),
        verdict=verdict,
        lead=language.message("check.lead"),
        splits=tuple(_split(one, wording) for one in splits),
        pit_title=language.message("check.pit"),
        pit_lead=language.message("check.pit.lead"),
        table=_table(splits, wording),
        pit_table=_pit_table(splits, wording),
    )


def _name(method: str, wording: Wording) -> str:
    return wording.language.word("method-name", method)


def _split(one: Row, wording: Wording) -> SplitView:
    told = [row for row in one["methods"] if "rmse" in row]
    widest = max([1.0, *(row["rmse"]["high"] for row in told)])
    rows = tuple(
        StripRow(
            name=_name(row["method"], wording),
            picture=point_strip(
                row["rmse"],
                f"{_name(row['method'], wording)}: {wording.estimate(row['rmse'], kind='fine')}",
                high=widest,
            ),
            main=wording.language.number(row["rmse"]["value"], 2),
            detail=wording.language.say("label.n", n=wording.language.number(row["rmse"]["n"], 0)),
            worse=row["method"] != one["best"],
        )
        for row in told
    )
    return SplitView(wording.language.message(f"check.{one['split']}"), rows, _pit(one, wording))


def _pit(one: Row, wording: Wording) -> Markup:
    counts = one.get("pit", [])
    if not counts:
        return Markup("")
    tenth = wording.language.message("check.tenth")
    heaps = [
        Heap(i, i + 1, count, f"{tenth} {i + 1}: {wording.count('count.answers', count)}")
        for i, count in enumerate(counts)
    ]
    return histogram(heaps, wording.language.message("check.pit"))


def _table(splits: list[Row], wording: Wording) -> Table:
    cells, language = Cells(wording), wording.language
    rows = [
        (
            cells.text(language.message(f"check.{one['split']}")),
            cells.text(_name(row["method"], wording)),
            cells.estimate(row.get("rmse"), kind="fine", n=True),
            cells.shown(row["coverage"], language.percent(row["coverage"])),
            cells.estimate(row["ahead"], kind="signed-fine")
            if "ahead" in row
            else Cell("–", 0.0, numeric=True),
        )
        for one in splits
        for row in one["methods"]
    ]
    heads = ("check.split", "check.method", "check.error", "check.covers", "check.ahead")
    return table(wording, language.message("check.title"), heads, rows)


def _ahead(row: Row, cells: Cells) -> Cell:
    if "ahead" not in row:
        return Cell("–", 0.0, numeric=True)
    return cells.estimate(row["ahead"], kind="signed-fine")


def _pit_table(splits: list[Row], wording: Wording) -> Table:
    cells, language = Cells(wording), wording.language
    rows = [
        (
            cells.text(language.message(f"check.{one['split']}")),
            Cell(str(i + 1), i + 1, numeric=True),
            cells.count(count),
        )
        for one in splits
        for i, count in enumerate(one.get("pit", []))
    ]
    heads = ("check.split", "check.tenth", "check.answers")
    return table(wording, language.message("check.pit"), heads, rows)
