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
    chain_table: Table
    end_table: Table


def weights_view(report: Report, wording: Wording) -> WeightsView:
    """The two weights of each touchpoint."""
    language = wording.language
    both = [one for one in report["weights"] if _share(one) and _removal(one)]
    rest = [one["touchpoint"] for one in report["weights"] if not (_share(one) and _removal(one))]
    worse = {row["touchpoint"]: rated(row) and row["gap"]["value"] < 0 for row in report["touchpoints"]}
    dots = [_dot(one, wording, bool(worse.get(one["touchpoint"]))) for one in both]
    drawings, bare = [Markup(""), Markup("")], ""
    if dots:
        found = [
            scatter_chart(
                dots,
                size,
                title=language.message("weights.title"),
                across=language.message("weights.x"),
                up=language.message("weights.y"),
                percent=language.percent,
            )
            for size in (WIDE, NARROW)
        ]
        drawings = [drawing for drawing, _ in found]
        if found[0][1]:
            bare = language.say("weights.bare", names=", ".join(found[0][1]))
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
        some=" ".join(part for part in (language.message("weights.axes"), bare, some) if part),
        table=_table(report, wording),
        chain_table=_chain_table(report, wording),
        end_table=_end_table(report, wording),
    )


def _chain_table(report: Report, wording: Wording) -> Table:
    """Removal effects by how many of the last touchpoints the chain remembers, and by value."""
    cells, language = Cells(wording), wording.language
    rows = []
    for one in report["weights"]:
        orders = {chain["order"]: chain for chain in one.get("chains", [])}
        if not orders:
            continue
        rows.append(
            (
                cells.text(wording.touchpoint(one["touchpoint"])),
                *(cells.estimate(orders.get(order, {}).get("removal"), kind="share") for order in (1, 2, 3)),
                *(_plain(one.get(name), cells, wording) for name in ("shapley",)),
                cells.estimate(orders.get(2, {}).get("worth_removal"), kind="share"),
                _plain(one.get("worth_shapley"), cells, wording),
            )
        )
    heads = ("label.touchpoint", "chains.order.1", "chains.order.2", "chains.order.3", "chains.shapley",
             "chains.worth", "chains.worth-shapley")  # fmt: skip
    return table(wording, language.message("chains.title"), heads, rows)


def _end_table(report: Report, wording: Wording) -> Table:
    """From each touchpoint, how journeys end."""
    cells, language = Cells(wording), wording.language
    endings = ("REACHED", "ABANDONED", "COMPLAINT", "LOST")
    rows = [
        (
            cells.text(wording.touchpoint(one["touchpoint"])),
            *(cells.estimate(one["ends"].get(ending), kind="share") for ending in endings),
        )
        for one in report["weights"]
        if "ends" in one
    ]
    heads = ("label.touchpoint", *(f"outcome.{ending}" for ending in endings))
    return table(wording, language.message("chains.ends"), heads, rows)


def _plain(share: float | None, cells: Cells, wording: Wording) -> Cell:
    return cells.shown(share, wording.language.percent(share or 0.0))


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
