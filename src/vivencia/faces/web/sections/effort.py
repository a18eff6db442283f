"""Effort of goal episodes, inside the section of the pillars."""

from dataclasses import dataclass

from vivencia.faces.web.charts.strip import gap_strip, point_strip, ruler_for
from vivencia.faces.web.sections.parts import Report, Row, StripRow
from vivencia.faces.web.tables import Cell, Cells, Table, table
from vivencia.faces.web.wording import Wording

_COMPONENTS = ("repeats", "switches", "transfers", "wait_min", "repeated", "elapsed_h")


@dataclass(frozen=True, slots=True)
class EffortView:
    """Effort by intent, what it is made of, and how it agrees with what customers told."""

    title: str
    lead: str
    rows: tuple[StripRow, ...]
    level_scale: tuple[str, ...]
    calibration_title: str
    calibration_lead: str
    calibration: tuple[StripRow, ...]
    scale: tuple[str, ...]
    table: Table
    weight_table: Table
    calibration_table: Table


def effort_view(report: Report, wording: Wording) -> EffortView:
    """Empty rows where nothing was counted."""
    found, language = report["effort"], wording.language
    learned = found.get("method") == "calibrated"
    lead = ""
    if found:
        lead = language.say(
            "effort.learned" if learned else "effort.usual",
            answers=wording.count("count.answers", found["answers"]),
        )
    intents = [one for one in found.get("intents", []) if "effort" in one]
    ends = [one["effort"][end] for one in intents for end in ("low", "high")]
    span = (0.0, 10.0) if learned else (min([-1.0, *ends]), max([1.0, *ends]))
    tenths = found.get("calibration", []) if learned else []
    ruler = ruler_for([value for one in tenths for value in (one["foreseen"], *_ends(one["told"]))])
    return EffortView(
        title=language.message("effort.title"),
        lead=lead,
        rows=tuple(_intent(one, wording, span) for one in intents),
        level_scale=tuple(language.short(end) for end in span),
        calibration_title=language.message("effort.calibration"),
        calibration_lead=language.message("effort.calibration.lead"),
        calibration=tuple(
            StripRow(
                name=language.say("effort.tenth", n=one["tenth"]),
                picture=gap_strip(
                    _point(one["foreseen"]), one["told"], one["told"], _told(one, wording), ruler=ruler
                ),
                main=language.number(one["told"]["value"]),
                detail=language.say("label.n", n=language.number(one["told"]["n"], 0)),
            )
            for one in tenths
        ),
        scale=tuple(language.number(tick, 0) for tick in ruler.ticks),
        table=_level_table(found, wording),
        weight_table=_weight_table(found, wording),
        calibration_table=_calibration_table(found, wording),
    )


def _ends(one: Row) -> tuple[float, float]:
    return one["low"], one["high"]


def _point(value: float) -> Row:
    return {"value": value, "low": value, "high": value}


def _name(intent: str, wording: Wording) -> str:
    if not intent:
        return wording.language.message("effort.all")
    return wording.language.word("intent", intent)


def _intent(one: Row, wording: Wording, span: tuple[float, float]) -> StripRow:
    name = _name(one["intent"], wording)
    label = f"{name}: {wording.estimate(one['effort'])}"
    return StripRow(
        name=name,
        picture=point_strip(one["effort"], label, low=span[0], high=span[1]),
        main=wording.language.number(one["effort"]["value"]),
        detail=wording.language.say("label.n", n=wording.language.number(one["effort"]["n"], 0)),
    )


def _told(one: Row, wording: Wording) -> str:
    language = wording.language
    name, foreseen = language.say("effort.tenth", n=one["tenth"]), language.message("effort.foreseen")
    told = f"{language.message('effort.told')} {wording.estimate(one['told'])}"
    return f"{name}: {foreseen} {language.number(one['foreseen'])}; {told}"


def _level_table(found: Row, wording: Wording) -> Table:
    cells, language = Cells(wording), wording.language
    levels = [{"intent": "", **found["all"]}] if "all" in found else []
    rows = [
        (
            cells.text(_name(one["intent"], wording)),
            cells.count(one["effort"]["n"]),
            cells.estimate(one["effort"], kind="fine"),
            *(cells.estimate(one.get(name), kind="fine") for name in _COMPONENTS),
        )
        for one in [*levels, *found.get("intents", [])]
        if "effort" in one
    ]
    heads = ("effort.intent", "effort.episodes", "effort.effort", *(f"effort.{name}" for name in _COMPONENTS))
    return table(wording, language.message("effort.title"), heads, rows)


def _weight_table(found: Row, wording: Wording) -> Table:
    cells, language = Cells(wording), wording.language
    rows = [
        (
            cells.text(language.word("effort", one["component"])),
            cells.estimate(one["learned"], kind="fine")
            if "learned" in one
            else Cell(language.number(one["weight"], 2), one["weight"], numeric=True),
        )
        for one in found.get("weights", [])
    ]
    return table(wording, language.message("effort.weights"), ("effort.component", "effort.weight"), rows)


def _calibration_table(found: Row, wording: Wording) -> Table:
    cells, language = Cells(wording), wording.language
    rows = [
        (
            Cell(str(one["tenth"]), one["tenth"], numeric=True),
            cells.shown(one["foreseen"], language.number(one["foreseen"], 2)),
            cells.estimate(one["told"], kind="fine", n=True),
        )
        for one in found.get("calibration", [])
    ]
    heads = ("effort.tenths", "effort.foreseen", "effort.told")
    return table(wording, language.message("effort.calibration"), heads, rows)
