"""First-contact resolution: nobody came back, beside what the agent ticked."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil

from markupsafe import Markup

from vivencia.faces.web.charts.strip import Ruler, gap_strip, point_strip, unsure
from vivencia.faces.web.sections.parts import Row, StripRow
from vivencia.faces.web.tables import Cells, Table, table
from vivencia.faces.web.wording import Wording

#: Seconds.
_DAY = 86_400.0
_SHARES = Ruler(0.0, 1.0, (0.0, 0.5, 1.0))
#: Least width of the picture of differences, in points on both sides.
_LEAST = 10
_ENDS = ("low", "high")


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
    differences: tuple[Window, ...]
    difference_scale: tuple[str, ...]
    table: Table


def resolutions_view(journeys: Row, wording: Wording) -> ResolutionsView:
    """7 and 30 days side by side, all together and then most contacts first."""
    found = [*journeys.get("resolutions_all", []), *journeys.get("resolutions", [])]
    days = sorted({one["days"] for one in found})
    most = max((abs(one["paired"][end]) for one in found if "paired" in one for end in _ENDS), default=0.0)
    width = max(_LEAST, 10 * ceil(10 * most))
    apart = {day: tuple(_differences(day, found, wording, width)) for day in days}
    return ResolutionsView(
        windows=tuple(Window(_window(day, wording), tuple(_rows(day, found, wording))) for day in days),
        scale=wording.percents(_SHARES.ticks),
        differences=tuple(Window(_window(day, wording), rows) for day, rows in apart.items() if rows),
        difference_scale=tuple(wording.language.signed(end, 0) for end in (-width, 0, width)),
        table=_table(found, wording),
    )


def _window(days: int, wording: Wording) -> str:
    return wording.language.say("resolved.within", days=wording.language.duration(days * _DAY))


def _rows(days: int, found: list[Row], wording: Wording) -> Iterable[StripRow]:
    for one in found:
        if one["days"] == days:
            name = _name(one, wording)
            yield StripRow(
                name=name,
                picture=_picture(one, _label(name, one, wording)),
                main=wording.language.percent(one["resolved"]["value"]),
                detail=wording.language.say("label.n", n=wording.language.number(one["contacts"], 0)),
            )


def _name(one: Row, wording: Wording) -> str:
    key = one.get("touchpoint")
    return wording.touchpoint(key) if key else wording.language.message("resolved.all")


def _differences(days: int, found: list[Row], wording: Wording, width: int) -> Iterable[StripRow]:
    """Ticked less not returned, in points, where agents mark contacts."""
    for one in found:
        if one["days"] == days and "paired" in one:
            name, points = _name(one, wording), _points(one["paired"])
            yield StripRow(
                name=name,
                picture=point_strip(
                    points, f"{name}: {wording.estimate(points, kind='signed')}", low=-width, high=width
                ),
                main=wording.language.signed(points["value"]),
                detail=wording.language.say("label.n", n=wording.language.number(points["n"], 0)),
                unsure=unsure(points),
            )


def _points(share: Row) -> Row:
    return {**share, **{end: 100 * share[end] for end in ("value", *_ENDS)}}


def _label(name: str, one: Row, wording: Wording) -> str:
    say = wording.language.message
    told = f"{name}: {say('resolved.absence')} {wording.estimate(one['resolved'], kind='share')}"
    if "ticked" not in one:
        return f"{told}; {say('resolved.unticked')}"
    return f"{told}; {say('resolved.ticked')} {wording.estimate(one['ticked'], kind='share')}"


def _picture(one: Row, label: str) -> Markup:
    """The agent's bar and the mark of who did not come back; dotted where they may not differ."""
    resolved, ticked = one["resolved"], one.get("ticked")
    if ticked is None:
        return point_strip(resolved, label, low=0.0, high=1.0)
    # The strip reads points of ten; which is more is told by the contacts that have both, for the
    # others, which nobody ticked, may be of another kind.
    gap = {
        "value": -10 * one["paired"]["value"],
        "low": -10 * one["paired"]["high"],
        "high": -10 * one["paired"]["low"],
    }
    return gap_strip(ticked, resolved, gap, label, ruler=_SHARES)


def _table(found: list[Row], wording: Wording) -> Table:
    cells, language = Cells(wording), wording.language
    missing = cells.shown(None, "")
    rows = []
    for one in found:
        rows.append(
            (
                cells.text(_name(one, wording)),
                cells.count(one["days"]),
                cells.estimate(one["resolved"], kind="share", n=True),
                cells.estimate(one["ticked"], kind="share", n=True) if "ticked" in one else missing,
                cells.estimate(_points(one["paired"]), kind="signed", n=True) if "paired" in one else missing,
                cells.count(one["customers"]),
            )
        )
    heads = (
        "label.touchpoint", "resolved.days", "resolved.absence.head", "resolved.ticked.head",
        "resolved.difference", "label.customers",
    )  # fmt: skip
    return table(wording, language.message("resolved.title"), heads, rows)
