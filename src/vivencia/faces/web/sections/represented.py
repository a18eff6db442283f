"""Who answers, what instruments add, and countries, inside the section of the scores."""

from dataclasses import dataclass

from vivencia.faces.web.charts.strip import point_strip
from vivencia.faces.web.sections.parts import Report, Row, StripRow, share_row
from vivencia.faces.web.tables import Cell, Cells, Table, table
from vivencia.faces.web.wording import Wording

_MEANS = ("plain", "raked")
_THIRDS = ("low", "middle", "high")


@dataclass(frozen=True, slots=True)
class RepresentedView:
    """The mean as it is and weighted, who answered by what they thought, instruments, countries."""

    title: str
    lead: str
    means: tuple[StripRow, ...]
    answered_title: str
    answered: tuple[StripRow, ...]
    table: Table
    instrument_title: str
    instruments: tuple[StripRow, ...]
    instrument_table: Table
    country_title: str
    country_lead: str
    countries: tuple[StripRow, ...]
    country_table: Table


def represented_view(report: Report, wording: Wording) -> RepresentedView:
    """Empty rows where nobody was asked."""
    found, language = report["represented"], wording.language
    lead = ""
    if "shift" in found:
        shift = found["shift"]
        sure = shift["low"] > 0 or shift["high"] < 0
        lead = language.say(
            "represented.bent" if sure else "represented.straight",
            shift=language.signed(shift["value"], 2),
            deff=language.number(found["deff"], 2),
        )
    return RepresentedView(
        title=language.message("represented.title"),
        lead=lead,
        means=tuple(
            _point(language.message(f"represented.{name}"), found[name], wording)
            for name in _MEANS
            if name in found
        ),
        answered_title=language.message("represented.answered"),
        answered=tuple(
            share_row(language.message(f"represented.{name}"), found["thirds"][name], wording)
            for name in _THIRDS
            if name in found.get("thirds", {})
        ),
        table=_table(found, wording),
        instrument_title=language.message("represented.instruments"),
        instruments=tuple(
            _signed(wording.item(one["instrument"]), one["offset"], wording)
            for one in report["instruments"]
            if "offset" in one
        ),
        instrument_table=_instrument_table(report, wording),
        country_title=language.message("represented.countries"),
        country_lead=language.message(
            "represented.anchored"
            if any("corrected" in one for one in report["countries"])
            else "represented.unanchored"
        ),
        countries=tuple(
            _point(one["country"], one.get("corrected", one["mean"]), wording) for one in report["countries"]
        ),
        country_table=_country_table(report, wording),
    )


def _point(name: str, one: Row, wording: Wording) -> StripRow:
    return StripRow(
        name=name,
        picture=point_strip(one, f"{name}: {wording.estimate(one, kind='fine')}"),
        main=wording.language.number(one["value"], 2),
        detail=wording.language.say("label.n", n=wording.language.number(one["n"], 0)),
    )


def _signed(name: str, one: Row, wording: Wording) -> StripRow:
    far = max(abs(one["low"]), abs(one["high"]), 1e-6)
    return StripRow(
        name=name,
        picture=point_strip(one, f"{name}: {wording.estimate(one, kind='signed-fine')}", low=-far, high=far),
        main=wording.language.signed(one["value"], 2),
        detail="",
        unsure=one["low"] <= 0 <= one["high"],
    )


def _table(found: Row, wording: Wording) -> Table:
    cells, language = Cells(wording), wording.language
    rows: list[tuple[Cell, ...]] = [
        (
            cells.text(language.message(f"represented.{name}")),
            cells.estimate(found[name], kind="fine", n=True),
        )
        for name in (*_MEANS, "shift")
        if name in found
    ]
    rows += [
        (
            cells.text(
                f"{language.message('represented.answered')}: {language.message(f'represented.{name}')}"
            ),
            cells.estimate(one, kind="share", n=True),
        )
        for name, one in found.get("thirds", {}).items()
    ]
    return table(wording, language.message("represented.title"), ("accounts.what", "label.value"), rows)


def _instrument_table(report: Report, wording: Wording) -> Table:
    cells, language = Cells(wording), wording.language
    rows = [
        (
            cells.text(wording.item(one["instrument"])),
            *(cells.estimate(one.get(name), kind=kind) for name, kind in _INSTRUMENT),
        )
        for one in report["instruments"]
    ]
    heads = ("represented.instrument", *(f"represented.{name}" for name, _ in _INSTRUMENT))
    return table(wording, language.message("represented.instruments"), heads, rows)


_INSTRUMENT = (("offset", "signed-fine"), ("gain", "fine"), ("noise", "fine"))


def _country_table(report: Report, wording: Wording) -> Table:
    cells, language = Cells(wording), wording.language
    rows = [
        (
            cells.text(one["country"]),
            cells.estimate(one["mean"], kind="fine", n=True),
            cells.estimate(one["corrected"], kind="fine") if "corrected" in one else cells.text("–"),
            cells.count(one["anchors"]),
        )
        for one in report["countries"]
    ]
    heads = ("represented.country", "represented.plain", "represented.corrected", "represented.anchors")
    return table(wording, language.message("represented.countries"), heads, rows)
