"""Promises kept: what was measured against what was promised."""

from dataclasses import dataclass

from markupsafe import Markup

from vivencia.faces.web.charts.strip import share_bar
from vivencia.faces.web.sections.parts import Report, Row
from vivencia.faces.web.tables import Cell, Cells, Table, table
from vivencia.faces.web.wording import Wording

#: A promise kept in fewer cases than this is called broken too often.
ENOUGH = 0.9


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """One promise: where, what, how often kept, what breaking it costs."""

    touchpoint: str
    promise: str
    picture: Markup
    kept: str
    median: str
    cost: str


@dataclass(frozen=True, slots=True)
class PromisesView:
    """The section."""

    title: str
    lead: str
    legend: tuple[tuple[str, str], ...]
    scale: tuple[str, ...]
    rows: tuple[PromiseRow, ...]
    table: Table


def promises_view(report: Report, wording: Wording) -> PromisesView:
    """Promises with the least kept first; the table also holds what nobody promised."""
    measured = [(row, one) for row in report["touchpoints"] for one in row["measures"]]
    promised = [(row, one) for row, one in measured if "kept" in one and "operator" in one]
    promised.sort(key=lambda pair: pair[1]["kept"]["value"])
    say = wording.language.message
    return PromisesView(
        title=say("promises.title"),
        lead=say("promises.lead"),
        legend=tuple(
            (key, wording.language.say(f"promises.legend.{key}", share=wording.language.percent(ENOUGH)))
            for key in ("above", "between", "below", "target")
        ),
        scale=wording.percents((0, 0.25, 0.5, 0.75, 1)),
        rows=tuple(_row(row["touchpoint"], one, wording) for row, one in promised),
        table=_table(measured, wording),
    )


def _row(touchpoint: str, one: Row, wording: Wording) -> PromiseRow:
    language = wording.language
    name = wording.touchpoint(touchpoint)
    promise = language.promise(one["measure"], one["operator"], one["threshold"])
    cost = ""
    if "experience_kept" in one and "experience_broken" in one:
        cost = language.say(
            "promises.cost",
            kept=language.number(one["experience_kept"]["value"]),
            broken=language.number(one["experience_broken"]["value"]),
        )
    label = (
        f"{name}, {promise}: {language.message('label.kept')} {wording.estimate(one['kept'], kind='share')}"
    )
    median = f"{language.message('label.median')} {language.measured(one['measure'], one['median'])}"
    return PromiseRow(
        touchpoint=name,
        promise=promise,
        picture=share_bar(
            one["kept"],
            label,
            bad=one["kept"]["high"] < ENOUGH,
            kind="between" if one["kept"]["low"] < ENOUGH <= one["kept"]["high"] else "",
            target=ENOUGH,
        ),
        kept=language.percent(one["kept"]["value"]),
        median=median if "median" in one else "",
        cost=cost,
    )


def _table(measured: list[tuple[Row, Row]], wording: Wording) -> Table:
    cells, language = Cells(wording), wording.language

    def shown(one: Row, name: str) -> Cell:
        return cells.shown(one.get(name), language.measured(one["measure"], one.get(name, 0.0)))

    def side(one: Row, name: str) -> Cell:
        found = one.get(name)
        if found is None:
            return cells.shown(None, "")
        under = language.say("label.n", n=language.number(found["n"], 0))
        if "low" in found and "high" in found:
            under = f"{wording.between(found)} · {under}"
        return Cell(language.number(found["value"]), found["value"], under, numeric=True)

    rows = [
        (
            cells.text(wording.touchpoint(row["touchpoint"])),
            cells.text(language.measure(one["measure"])),
            cells.text(
                language.promise(one["measure"], one["operator"], one["threshold"]).partition(": ")[2]
                if "operator" in one
                else language.message("promises.none")
            ),
            cells.estimate(one.get("kept"), kind="share") if "operator" in one else cells.shown(None, ""),
            cells.count(one["n"]),
            shown(one, "mean"),
            shown(one, "median"),
            shown(one, "p90"),
            side(one, "experience_kept"),
            side(one, "experience_broken"),
        )
        for row, one in measured
    ]
    columns = (
        "label.touchpoint",
        "label.measure",
        "label.promise",
        "label.kept",
        "label.count",
        "label.mean",
        "label.median",
        "label.p90",
        "label.where-kept",
        "label.where-broken",
    )
    return table(wording, language.message("promises.title"), columns, rows)
