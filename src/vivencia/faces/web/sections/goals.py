"""Goals in time: reached, given up or the customer lost, by days since the journey began."""

from dataclasses import dataclass

from markupsafe import Markup

from vivencia.faces.web.charts.fates import NARROW, WIDE, Day, Line, fates_chart
from vivencia.faces.web.sections.parts import Row
from vivencia.faces.web.tables import Cells, Table, table
from vivencia.faces.web.wording import Wording

#: Goals drawn; the table holds all.
DRAWN = 4
#: Over fewer days than this there is no course to draw.
LEAST_DAYS = 2
#: Endings as the contract names them, the outcome that words them, and the mark of their line.
_FATES = (("reached", "REACHED", "●"), ("abandoned", "ABANDONED", "■"), ("lost", "LOST", "▲"))


@dataclass(frozen=True, slots=True)
class GoalChart:
    """One goal: its name, how many journeys, and its picture in two sizes."""

    name: str
    note: str
    wide: Markup
    narrow: Markup


@dataclass(frozen=True, slots=True)
class GoalsView:
    """The part of the journeys; no charts where no journey was followed."""

    charts: tuple[GoalChart, ...]
    cut: str
    table: Table


def goals_view(journeys: Row, wording: Wording) -> GoalsView:
    """The goals of most journeys, a picture each."""
    found = journeys.get("goals", [])
    drawn = [one for one in found if len(_followed(one)) >= LEAST_DAYS]
    cut = wording.language.say("gaps.cut", shown=DRAWN, all=len(found)) if len(drawn) > DRAWN else ""
    return GoalsView(
        charts=tuple(_chart(one, wording) for one in drawn[:DRAWN]),
        cut=cut,
        table=_table(found, wording),
    )


def _name(goal: str, wording: Wording) -> str:
    return wording.language.word("intent", goal) if goal else wording.language.message("goals.none")


def _followed(goal: Row) -> list[Row]:
    """The days up to the first before which nobody was left to follow: later ones only repeat it."""
    rates = goal["rates"]
    last = next((i for i, one in enumerate(rates, 1) if not one["waiting"]), len(rates))
    return list(rates[:last])


def _chart(goal: Row, wording: Wording) -> GoalChart:
    language, name = wording.language, _name(goal["goal"], wording)
    lines = [Line(fate, mark, language.message(f"outcome.{outcome}")) for fate, outcome, mark in _FATES]
    days = [
        Day(
            language.short(one["days"]),
            tuple((one[fate]["value"], one[fate]["low"], one[fate]["high"]) for fate, _, _ in _FATES),
            f"{name}, {_told(one, wording)}",
        )
        for one in _followed(goal)
    ]
    wide, narrow = (
        fates_chart(
            days, lines, size, title=f"{language.message('goals.title')}: {name}",
            axis=language.message("goals.days"), percents=wording.percents((0, 0.25, 0.5, 0.75, 1)),
        )
        for size in (WIDE, NARROW)
    )  # fmt: skip
    return GoalChart(name, wording.count("count.journeys", goal["journeys"]), wide, narrow)


def _told(one: Row, wording: Wording) -> str:
    """One day in a sentence, as in: by day 7: goal reached 45% (42% to 48%)."""
    language = wording.language
    shares = "; ".join(
        f"{language.message(f'outcome.{outcome}')} {language.percent(one[fate]['value'])} "
        f"({wording.between(one[fate], kind='share')})"
        for fate, outcome, _ in _FATES
    )
    return language.say(
        "goals.by-day", day=language.short(one["days"]), shares=shares, n=language.number(one["waiting"], 0)
    )


def _table(goals: list[Row], wording: Wording) -> Table:
    cells, language = Cells(wording), wording.language
    rows = [
        (
            cells.text(_name(goal["goal"], wording)),
            cells.shown(one["days"], language.short(one["days"])),
            *(cells.estimate(one[fate], kind="share") for fate, _, _ in _FATES),
            cells.count(one["waiting"]),
            cells.count(goal["journeys"]),
            cells.count(goal["customers"]),
        )
        for goal in goals
        for one in goal["rates"]
    ]
    heads = (
        "effort.intent", "goals.days", *(f"outcome.{outcome}" for _, outcome, _ in _FATES), "goals.waiting",
        "label.journeys", "label.customers",
    )  # fmt: skip
    return table(wording, language.message("goals.title"), heads, rows)
