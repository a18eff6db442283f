"""Hold-ups: where waiting, volume and leaving come together, with the three factors."""

from dataclasses import dataclass

from vivencia.faces.web.charts.strip import share_bar
from vivencia.faces.web.sections.parts import Row, StripRow
from vivencia.faces.web.tables import Cells, Table, table
from vivencia.faces.web.wording import Wording

#: Touchpoints drawn; the table holds all.
DRAWN = 8


@dataclass(frozen=True, slots=True)
class HoldUpsView:
    """The part of the journeys; no rows where nothing is held up."""

    rows: tuple[StripRow, ...]
    table: Table


def hold_ups_view(journeys: Row, wording: Wording) -> HoldUpsView:
    """Most costly first."""
    found = journeys.get("hold_ups", [])
    return HoldUpsView(tuple(_row(one, wording) for one in found[:DRAWN]), _table(found, wording))


def _row(one: Row, wording: Wording) -> StripRow:
    language, name = wording.language, wording.touchpoint(one["touchpoint"])
    factors = language.say(
        "holds.factors",
        wait=language.percent(one["wait_share"]),
        visits=language.number(one["visits"], 0),
        left=language.percent(one["leaving"]["value"]),
    )
    part = one["part"]
    told = wording.estimate(part, kind="share")
    return StripRow(
        name=name,
        picture=share_bar(part, f"{name}: {told} = {factors}", bad=True),
        main=language.percent(part["value"]),
        detail=factors,
    )


def _table(found: list[Row], wording: Wording) -> Table:
    cells, language = Cells(wording), wording.language
    rows = [
        (
            cells.text(wording.touchpoint(one["touchpoint"])),
            cells.shown(one["wait_share"], language.percent(one["wait_share"])),
            cells.count(one["visits"]),
            cells.estimate(one["leaving"], kind="share"),
            cells.estimate(one["part"], kind="share"),
            cells.shown(one.get("waited_s"), language.duration(one.get("waited_s", 0.0))),
        )
        for one in found
    ]
    heads = (
        "label.touchpoint", "holds.wait-share", "label.visits", "holds.leaving", "holds.weight",
        "holds.waited",
    )  # fmt: skip
    return table(wording, language.message("holds.title"), heads, rows)
