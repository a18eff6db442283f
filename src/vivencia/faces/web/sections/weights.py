"""Weights on two axes kept apart."""

from dataclasses import dataclass

from markupsafe import Markup

from vivencia.faces.web.charts.scatter import NARROW, WIDE, Dot, scatter_chart
from vivencia.faces.web.sections.parts import Report, Row, rated
from vivencia.faces.web.tables import Cell, Cells, Table, table
from vivencia.faces.web.wording import Wording


@dataclass(frozen=True, slots=True)
class WeightsView:
    """The section; `some` names touchpoints with one weight only."""

    title: str
    lead: str
    caution: str
    wide: Markup
    narrow: Markup
    some: str
    table: Table


def weights_view(report: Report, wording: Wording) -> WeightsView:
    """The two weights of each touchpoint."""
    language = wording.language
    both = [one for one in report["weights"] if _share(one) and _removal(one)]
    rest = [one["touchpoint"] for one in report["weights"] if not (_share(one) and _removal(one))]
    worse = {row["touchpoint"]: rated(row) and row["gap"]["value"] < 0 for row in report["touchpoints"]}
    dots = [_dot(one, wording, bool(worse.get(one["touchpoint"]))) for one in both]
    drawings = [Markup(""), Markup("")]
    if dots:
        percent = tuple(language.percent(tenth / 10) for tenth in range(11))
        drawings = [
            scatter_chart(
                dots,
                size,
                title=language.message("weights.title"),
                across=language.message("weights.x"),
                up=language.message("weights.y"),
                percent=percent,
            )[0]
            for size in (WIDE, NARROW)
        ]
    some = ""
    if both and rest:
        some = language.say(
            "weights.some",
            touchpoints=wording.count("count.touchpoints", len(rest)),
            names=wording.names(rest),
        )
    return WeightsView(
        title=language.message("weights.title"),
        lead=language.message("weights.lead"),
        caution=language.message("weights.caution"),
        wide=drawings[0],
        narrow=drawings[1],
        some=some,
        table=_table(report, wording),
    )


def _share(one: Row) -> Row | None:
    found: Row | None = one.get("perception", {}).get("share")
    return found


def _removal(one: Row) -> Row | None:
    found: Row | None = one.get("progression", {}).get("removal")
    return found


def _dot(one: Row, wording: Wording, worse: bool) -> Dot:
    share, removal = one["perception"]["share"], one["progression"]["removal"]
    name, say = wording.touchpoint(one["touchpoint"]), wording.language.message
    return Dot(
        name=name,
        x=(share["value"], share["low"], share["high"]),
        y=(removal["value"], removal["low"], removal["high"]),
        label=f"{name}: {say('label.on-perception')} {wording.estimate(share, kind='share')}; "
        f"{say('label.on-progression')} {wording.estimate(removal, kind='share')}",
        worse=worse,
    )


def _table(report: Report, wording: Wording) -> Table:
    cells = Cells(wording)
    rows = []
    for one in report["weights"]:
        perception, progression = one.get("perception", {}), one.get("progression", {})
        rows.append(
            (
                cells.text(wording.touchpoint(one["touchpoint"])),
                _reasoned(perception, cells, wording),
                cells.estimate(perception.get("effect"), kind="signed"),
                cells.estimate(progression.get("removal"), kind="share"),
                cells.estimate(progression.get("continuation"), kind="share"),
                cells.count(perception.get("touched")),
                cells.count(progression.get("journeys")),
            )
        )
    columns = (
        "label.touchpoint",
        "label.on-perception",
        "label.effect-point",
        "label.on-progression",
        "label.continuation",
        "label.customers",
        "label.journeys",
    )
    return table(wording, wording.language.message("weights.title"), columns, rows)


def _reasoned(perception: Row, cells: Cells, wording: Wording) -> Cell:
    """The share, or why it is withheld."""
    found = cells.estimate(perception.get("share"), kind="share")
    if "share" in perception or "reason" not in perception:
        return found
    return Cell(
        found.text, found.sort, wording.language.word("weights.reason", perception["reason"]), numeric=True
    )
