"""Kano's pairs, inside the section of the weights, only where they were asked."""

from dataclasses import dataclass

from markupsafe import Markup

from vivencia.faces.web.charts.scatter import NARROW, WIDE, Dot
from vivencia.faces.web.charts.square import square_chart
from vivencia.faces.web.sections.parts import Report, Row
from vivencia.faces.web.tables import Cells, Table, table
from vivencia.faces.web.wording import Wording
from vivencia.words.instruments import KANO_CLASSES
from vivencia.words.shapes.weights import KANO_UNCLEAR

#: The quarters of the picture: top left, top right, bottom left, bottom right.
_CORNERS = ("must_be", "one_dimensional", "indifferent", "attractive")


@dataclass(frozen=True, slots=True)
class KanoView:
    """What customers would be glad of and what they would miss; `bare` names marks without a name."""

    title: str
    lead: str
    axes: str
    wide: Markup
    narrow: Markup
    bare: str
    table: Table


def kano_view(report: Report, wording: Wording) -> KanoView:
    """The table has no rows, and there is no picture, where no pairs were asked."""
    say, found = wording.language.message, report.get("kano", [])
    dots = [_dot(one, wording) for one in found if "better" in one and "worse" in one]
    drawn = [
        square_chart(
            dots,
            size,
            title=say("kano.title"),
            across=say("kano.better"),
            up=say("kano.worse"),
            percent=wording.language.percent,
            corners=tuple(say(f"kano.{name}") for name in _CORNERS),  # type: ignore[arg-type]
        )
        for size in (WIDE, NARROW)
        if dots
    ]
    bare = drawn[1][1] if drawn else []
    return KanoView(
        title=say("kano.title"),
        lead=say("kano.lead"),
        axes=say("kano.axes"),
        wide=drawn[0][0] if drawn else Markup(""),
        narrow=drawn[1][0] if drawn else Markup(""),
        bare=wording.language.say("weights.bare", names=", ".join(bare)) if bare else "",
        table=_table(found, wording),
    )


def _missed(one: Row) -> Row | None:
    """What lacking it can cost as a share, from worse, which is its negative."""
    worse = one.get("worse")
    if worse is None:
        return None
    turned: Row = worse | {"value": -worse["value"], "low": -worse["high"], "high": -worse["low"]}
    return turned


def _class(one: Row, wording: Wording) -> str:
    return wording.language.message(f"kano.{one.get('kind', KANO_UNCLEAR)}")


def _dot(one: Row, wording: Wording) -> Dot:
    name, say = wording.touchpoint(one["touchpoint"]), wording.language.message
    better, missed = one["better"], _missed(one) or {}
    return Dot(
        name=name,
        x=(better["value"], better["low"], better["high"]),
        y=(missed["value"], missed["low"], missed["high"]),
        label=f"{name}: {_class(one, wording)}; {say('kano.better')} "
        f"{wording.estimate(better, kind='share')}; {say('kano.worse')} "
        f"{wording.estimate(missed, kind='share')}",
    )


def _table(found: list[Row], wording: Wording) -> Table:
    cells = Cells(wording)
    rows = [
        (
            cells.text(wording.touchpoint(one["touchpoint"])),
            cells.text(_class(one, wording)),
            cells.estimate(one.get("better"), kind="share"),
            cells.estimate(_missed(one), kind="share"),
            *(cells.estimate(one["shares"].get(name), kind="share") for name in KANO_CLASSES),
            cells.count(one["n"]),
            cells.count(one["customers"]),
        )
        for one in found
    ]
    heads = ("label.touchpoint", "kano.class", "kano.better", "kano.worse",
             *(f"kano.{name}" for name in KANO_CLASSES), "kano.pairs", "label.customers")  # fmt: skip
    return table(wording, wording.language.message("kano.title"), heads, rows)
