"""Moments that matter: which touchpoints, for which reasons, and how sure."""

from dataclasses import dataclass
from typing import get_args

from markupsafe import Markup

from vivencia.faces.web.charts.matrix import Line, Mark, Shape, lone_mark, matrix_chart
from vivencia.faces.web.sections.parts import Report, Row
from vivencia.faces.web.tables import Cells, Table, table
from vivencia.faces.web.wording import Wording
from vivencia.words.shapes.actions import REASONS

#: How the number of a reason is written; a share where it is not said.
_KINDS = {"drives": "signed-fine", "costs": "signed-fine", "wins": "signed-fine", "needed": "fine"}
#: Reasons that add, that take away, and that count both ways; a beginning and a driver can do either.
_SHAPES: dict[str, Shape] = {
    "drives": "both", "carries": "up", "costs": "down", "wins": "up", "needed": "both", "remembered": "both",
    "opens": "up", "leaves": "down",
}  # fmt: skip
#: More rows than this are left to the table.
_MOST = 20


@dataclass(frozen=True, slots=True)
class Sure:
    """One sure reason of a touchpoint, for the list on a phone."""

    mark: Markup
    text: str
    value: str


@dataclass(frozen=True, slots=True)
class Moment:
    """One touchpoint that matters, for the list on a phone; `unsure` names what is known and not sure."""

    name: str
    stage: str
    sure: tuple[Sure, ...]
    unsure: str


@dataclass(frozen=True, slots=True)
class MomentsView:
    """The section; `none` is said where nothing is sure, empty where nothing is known."""

    title: str
    lead: str
    caution: str
    legend: tuple[tuple[Markup, str], ...]
    wide: Markup
    moments: tuple[Moment, ...]
    none: str
    table: Table


def moments_view(report: Report, wording: Wording) -> MomentsView:
    """Touchpoints with most sure reasons first."""
    language = wording.language
    known = report["moments"]
    matter = [one for one in known if one["sure"]]
    shown = matter[:_MOST]
    lines = [_line(one, wording) for one in shown]
    heads = [language.message(f"moments.{reason}") for reason in REASONS]
    title = language.message("moments.title")
    return MomentsView(
        title=title,
        lead=language.message("moments.lead"),
        caution=" ".join(_notes(known, matter, wording)),
        legend=tuple((lone_mark(shape), language.message(f"moments.{shape}")) for shape in get_args(Shape)),
        wide=matrix_chart(heads, lines, title=title) if lines else Markup(""),
        moments=tuple(_moment(one, wording) for one in shown),
        none=language.message("moments.none") if known and not matter else "",
        table=_table(report, wording),
    )


def _notes(known: list[Row], matter: list[Row], wording: Wording) -> list[str]:
    """What the picture does not say, and who is not in it."""
    language = wording.language
    found = [language.message("moments.caution")]
    if len(matter) > _MOST:
        found.append(language.say("moments.cut", shown=_MOST, all=len(matter)))
    rest = [one["touchpoint"] for one in known if not one["sure"]]
    if rest:
        found.append(language.say("moments.rest", names=wording.names(rest)))
    return found


def shape_of(one: Row) -> Shape:
    """The mark of a reason: a ring unless it is sure; what lies below where it should add takes away."""
    if not one["sure"]:
        return "ring"
    under = one["reason"] in ("drives", "opens") and one["estimate"]["value"] < one["against"]
    return "down" if under else _SHAPES[one["reason"]]


def _shown(one: Row, wording: Wording) -> str:
    value = one["estimate"]["value"] if "estimate" in one else one["effect_size"]
    return str(wording.show(_KINDS.get(one["reason"], "share"))(value))


def _told(one: Row, wording: Wording) -> str:
    """One reason in a sentence, with its interval and what it is compared with."""
    kind = _KINDS.get(one["reason"], "share")
    if "estimate" in one:
        value = wording.estimate(one["estimate"], kind=kind)
    else:
        value = f"{_shown(one, wording)} (q = {wording.show('third')(one['q'])})"
    against, limit = (wording.show(kind)(one[name]) for name in ("against", "counts_from"))
    told = wording.language.say(f"moments.told.{one['reason']}", value=value, against=against, limit=limit)
    return told if one["sure"] else f"{told} – {wording.language.message('moments.unsure')}"


def _line(one: Row, wording: Wording) -> Line:
    by_reason = {each["reason"]: each for each in one["reasons"]}
    name = wording.touchpoint(one["touchpoint"])
    marks = tuple(
        Mark(
            shape_of(by_reason[reason]),
            _shown(by_reason[reason], wording),
            f"{name} · {_told(by_reason[reason], wording)}",
        )
        if reason in by_reason
        else None
        for reason in REASONS
    )
    told = "; ".join(_told(each, wording) for each in one["reasons"] if each["sure"])
    return Line(name, wording.name("stage", one["stage"]), marks, f"{name} · {told}")


def _moment(one: Row, wording: Wording) -> Moment:
    say = wording.language.message
    unsure = [say(f"moments.{each['reason']}") for each in one["reasons"] if not each["sure"]]
    return Moment(
        name=wording.touchpoint(one["touchpoint"]),
        stage=wording.name("stage", one["stage"]),
        sure=tuple(
            Sure(lone_mark(shape_of(each)), say(f"moments.{each['reason']}"), _shown(each, wording))
            for each in one["reasons"]
            if each["sure"]
        ),
        unsure=f"{say('moments.ring')}: {', '.join(unsure)}" if unsure else "",
    )


def _table(report: Report, wording: Wording) -> Table:
    cells, say = Cells(wording), wording.language.message
    rows = []
    for one in report["moments"]:
        for each in one["reasons"]:
            kind = _KINDS.get(each["reason"], "share")
            rows.append(
                (
                    cells.text(wording.touchpoint(one["touchpoint"])),
                    cells.text(say(f"moments.{each['reason']}")),
                    cells.text(say(f"moments.{'sure' if each['sure'] else 'unsure'}")),
                    cells.estimate(each["estimate"], kind=kind, n=True)
                    if "estimate" in each
                    else cells.shown(each["effect_size"], _shown(each, wording)),
                    cells.shown(each["against"], wording.show(kind)(each["against"])),
                    cells.shown(each["counts_from"], wording.show(kind)(each["counts_from"])),
                    cells.shown(each["q"], wording.show("third")(each["q"])),
                    cells.count(each["customers"]),
                )
            )
    heads = (
        "label.touchpoint", "moments.reason", "label.sure", "label.value", "moments.against", "moments.from",
        "changes.q", "label.customers",
    )  # fmt: skip
    return table(wording, say("moments.title"), heads, rows)
