"""The head of the page: whose report, over which time, and four numbers."""

from dataclasses import dataclass, replace

from vivencia.faces.model import model_said
from vivencia.faces.web.sections.parts import Report, Row
from vivencia.faces.web.wording import Wording


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with its name, interval and what it means."""

    name: str
    value: str
    interval: str
    help: str


@dataclass(frozen=True, slots=True)
class HeadView:
    """Company, period, four figures, what it was read from, and what to know before reading levels."""

    company: str
    title: str
    covers: str
    made: str
    basis: str
    figures: tuple[Figure, ...]
    notices: tuple[str, ...]


def head_view(report: Report, wording: Wording) -> HeadView:
    """The head from the contract; figures that are withheld are left out.

    The level of the perception, and of the gap, is trusted only once its parameters are fitted; until
    then the mean answer stands in its place, and a sentence says why.
    """
    language, method, perception = wording.language, report["method"], report["perception"]
    dates = method.get("dates")
    covers = ""
    if dates:
        first, last = language.month(dates["first"]), language.month(dates["last"])
        covers = first if first == last else language.say("report.covers", first=first, last=last)
    nps = next(
        (one for one in perception["scores"] if one["statistic"] == "nps" and one["instrument"] == "nps"),
        None,
    )
    trusted = method.get("fitted") or report["check"].get("shown", "perception") != "perception"
    figures = (
        _standing(wording, perception.get("standing"), dates)
        if trusted
        else _figure(wording, "lived", perception.get("experience"), "number"),
        _weakest(report, wording),
        _figure(wording, "gap", perception.get("gap"), "signed") if trusted else None,
        _figure(wording, "nps", nps and _hundred(nps), "signed", 0),
        _figure(wording, "goal", report["journeys"].get("reached"), "share"),
    )
    basis = " · ".join(
        wording.count(f"count.{what}", perception[field])
        for what, field in (("signals", "signals"), ("customers", "customers"), ("answers", "rated"))
    )
    return HeadView(
        company=wording.company,
        title=language.message("report.title"),
        covers=covers,
        made=language.say("report.made", date=language.date(method["made"]), version=method["version"]),
        basis=basis,
        figures=tuple(one for one in figures if one is not None),
        notices=tuple(one for one in _notices(report, wording) if one),
    )


def _notices(report: Report, wording: Wording) -> tuple[str, ...]:
    """By which model levels and gaps are told, and what stands against leaning on them."""
    language, method, check = wording.language, report["method"], report["check"]
    shown = check.get("shown", "perception")
    if shown != "perception":
        return (language.say("model.stand-in", method=language.word("method-name", shown)),)
    if not method.get("fitted", True):
        return (model_said(method, language),)
    made = check.get("made")
    return (language.say("model.won", date=language.date(made)) if made else "",)


def _standing(wording: Wording, standing: Row | None, dates: Row | None) -> Figure | None:
    """The level at the end of the data, and of which month that is: a report is read much later."""
    found = _figure(wording, "standing", standing, "number")
    if found is None or not dates:
        return found
    month = wording.language.month(dates["last"])
    return replace(found, name=wording.language.say("head.standing.dated", month=month))


def _weakest(report: Report, wording: Wording) -> Figure | None:
    """The stage most probably the weakest: the whole is never shown without it."""
    stages = [one for one in report["stages"] if "strength" in one and "weakest" in one]
    if len(stages) < 2:
        return None
    one = max(stages, key=lambda stage: (stage["weakest"], -stage["order"]))
    language = wording.language
    return Figure(
        language.say("head.weakest", stage=wording.name("stage", one["stage"])),
        language.number(one["strength"]["value"]),
        wording.between(one["strength"]),
        language.say("head.weakest.help", share=language.percent(one["weakest"])),
    )


def _hundred(one: Row) -> Row:
    """NPS is written from −100 to 100."""
    return {**one, **{name: 100 * one[name] for name in ("value", "low", "high")}}


def _figure(
    wording: Wording, key: str, one: Row | None, kind: str, digits: int | None = None
) -> Figure | None:
    if one is None:
        return None
    language = wording.language
    if digits is None:
        value, interval = wording.show(kind)(one["value"]), wording.between(one, kind=kind)
    else:
        value = language.signed(one["value"], digits)
        interval = language.say(
            "label.between",
            low=language.signed(one["low"], digits),
            high=language.signed(one["high"], digits),
        )
    return Figure(language.message(f"head.{key}"), value, interval, language.message(f"head.{key}.help"))
