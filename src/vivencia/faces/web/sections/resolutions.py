"""First-contact resolution: nobody came back, beside what the agent ticked."""

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from vivencia.faces.web.charts.strip import Ruler, gap_strip, point_strip
from vivencia.faces.web.sections.parts import Row, StripRow
from vivencia.faces.web.tables import Cells, Table, table
from vivencia.faces.web.wording import Wording

#: Seconds.
_DAY = 86_400.0
_SHARES = Ruler(0.0, 1.0, (0.0, 0.5, 1.0))


@dataclass(frozen=True, slots=True)
class Window:
    """One window: its name, and a row for each touchpoint."""

    name: str
    rows: tuple[StripRow, ...]


@dataclass(frozen=True, slots=True)
class ResolutionsView:
    """The part of the journeys; no windows where there were no such contacts."""

    windows: tuple[Window, ...]
    scale: tuple[str, ...]
    table: Table


def resolutions_view(journeys: Row, wording: Wording) -> ResolutionsView:
    """7 and 30 days side by side, most contacts first."""
    found = journeys.get("resolutions", [])
    return ResolutionsView(
        windows=tuple(
            Window(_window(days, wording), tuple(_rows(days, found, wording)))
            for days in sorted({one["days"] for one in found})
        ),
        scale=wording.percents(_SHARES.ticks),
        table=_table(found, wording),
    )


def _window(days: int, wording: Wording) -> str:
    return wording.language.say("resolved.within", days=wording.language.duration(days * _DAY))


def _rows(days: int, found: list[Row], wording: Wording) -> Iterable[StripRow]:
    for one in found:
        if one["days"] == days:
            name = wording.touchpoint(one["touchpoint"])
            yield StripRow(
                name=name,
                picture=_picture(one, _label(name, one, wording)),
                main=wording.language.percent(one["resolved"]["value"]),
                detail=wording.language.say("label.n", n=wording.language.number(one["contacts"], 0)),
            )


def _label(name: str, one: Row, wording: Wording) -> str:
    say = wording.language.message
    told = f"{name}: {say('resolved.absence')} {wording.estimate(one['resolved'], kind='share')}"
    if "ticked" not in one:
        return f"{told}; {say('resolved.unticked')}"
    return f"{told}; {say('resolved.ticked')} {wording.estimate(one['ticked'], kind='share')}"


def _picture(one: Row, label: str) -> Markup:
    """The agent's bar and the mark of who did not come back; dotted where their intervals meet."""
    resolved, ticked = one["resolved"], one.get("ticked")
    if ticked is None:
        return point_strip(resolved, label, low=0.0, high=1.0)
    # The strip reads points of ten.
    gap = {
        "value": 10 * (resolved["value"] - ticked["value"]),
        "low": 10 * (resolved["low"] - ticked["high"]),
        "high": 10 * (resolved["high"] - ticked["low"]),
    }
    return gap_strip(ticked, resolved, gap, label, ruler=_SHARES)


def _table(found: list[Row], wording: Wording) -> Table:
    cells, language = Cells(wording), wording.language
    missing = cells.shown(None, "")
    rows = []
    for one in found:
        difference = one.get("difference")
        rows.append(
            (
                cells.text(wording.touchpoint(one["touchpoint"])),
                cells.count(one["days"]),
                cells.estimate(one["resolved"], kind="share", n=True),
                cells.estimate(one["ticked"], kind="share", n=True) if "ticked" in one else missing,
                missing if difference is None else cells.shown(difference, language.signed(100 * difference)),
                cells.count(one["customers"]),
            )
        )
    heads = (
        "label.touchpoint", "resolved.days", "resolved.absence.head", "resolved.ticked.head",
        "resolved.difference", "label.customers",
    )  # fmt: skip
    return table(wording, language.message("resolved.title"), heads, rows)
