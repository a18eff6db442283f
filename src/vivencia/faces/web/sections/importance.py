"""Levels against weights: the map on which a quadrant is named only where both intervals lie inside."""

from dataclasses import dataclass

from markupsafe import Markup

from vivencia.faces.web.charts.scatter import NARROW, WIDE, Dot, Levels, scatter_chart
from vivencia.faces.web.charts.strip import ruler_for
from vivencia.faces.web.sections.parts import Report, Row
from vivencia.faces.web.tables import Cells, Table, table
from vivencia.faces.web.wording import Wording

#: As the corners of the map are read: top left, top right, bottom left, bottom right.
_CORNERS = ("fix", "keep", "watch", "enough")


@dataclass(frozen=True, slots=True)
class ImportanceView:
    """The map, wide and narrow, what its lines are, and what is told of each quadrant."""

    title: str
    lead: str
    note: str
    wide: Markup
    narrow: Markup
    named: tuple[tuple[str, str], ...]
    table: Table


def importance_view(report: Report, wording: Wording) -> ImportanceView:
    """Empty drawings where no touchpoint has both a level and a weight."""
    language = wording.language
    known = [one for one in report["weights"] if "level" in one and "share" in one.get("perception", {})]
    mean = report["perception"].get("experience")
    drawings, bare = [Markup(""), Markup("")], ""
    equal = 1.0 / max(sum(1 for one in report["weights"] if "share" in one.get("perception", {})), 1)
    if known and mean:
        ruler = ruler_for([one["level"][end] for one in known for end in ("low", "high")])
        words = [language.message(f"quadrant.{corner}") for corner in _CORNERS]
        levels = Levels(ruler.low, ruler.high, mean["value"], equal, (words[0], words[1], words[2], words[3]))
        found = [
            scatter_chart(
                [_dot(one, wording) for one in known],
                size,
                title=language.message("importance.title"),
                across=language.message("importance.x"),
                up=language.message("importance.y"),
                percent=language.percent,
                levels=levels,
            )
            for size in (WIDE, NARROW)
        ]
        drawings = [drawing for drawing, _ in found]
        if found[0][1]:
            bare = " " + language.say("weights.bare", names=", ".join(found[0][1]))
    note = ""
    if mean:
        note = language.say(
            "importance.note", mean=language.number(mean["value"]), equal=language.percent(equal)
        )
    return ImportanceView(
        title=language.message("importance.title"),
        lead=language.message("importance.lead"),
        note=note + bare,
        wide=drawings[0],
        narrow=drawings[1],
        named=_named(known, wording),
        table=_table(known, wording),
    )


def _named(known: list[Row], wording: Wording) -> tuple[tuple[str, str], ...]:
    """Who surely stands in each quadrant; and who cannot be placed."""
    found = []
    for quadrant in (*_CORNERS, None):
        names = [one["touchpoint"] for one in known if one.get("quadrant") == quadrant]
        if names:
            found.append((_word(quadrant, wording), wording.names(names, most=len(names))))
    return tuple(found)


def _word(quadrant: str | None, wording: Wording) -> str:
    return wording.language.message(f"quadrant.{quadrant or 'unsure'}")


def _dot(one: Row, wording: Wording) -> Dot:
    level, share = one["level"], one["perception"]["share"]
    name, say = wording.touchpoint(one["touchpoint"]), wording.language.message
    return Dot(
        name=name,
        x=(level["value"], level["low"], level["high"]),
        y=(share["value"], share["low"], share["high"]),
        label=f"{name}: {_word(one.get('quadrant'), wording)}; {say('importance.level')} "
        f"{wording.estimate(level)}; {say('label.on-perception')} {wording.estimate(share, kind='share')}",
        worse=one.get("quadrant") in ("fix", "watch"),
        hollow="quadrant" not in one,
    )


def _table(known: list[Row], wording: Wording) -> Table:
    cells, language = Cells(wording), wording.language
    rows = [
        (
            cells.text(wording.touchpoint(one["touchpoint"])),
            cells.text(_word(one.get("quadrant"), wording)),
            cells.estimate(one["level"], n=True),
            cells.estimate(one["perception"]["share"], kind="share", n=True),
        )
        for one in known
    ]
    heads = ("label.touchpoint", "importance.quadrant", "importance.level", "label.on-perception")
    return table(wording, language.message("importance.title"), heads, rows)
