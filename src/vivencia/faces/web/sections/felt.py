"""What answers are made of, inside the section of the weights."""

from dataclasses import dataclass

from vivencia.faces.web.sections.parts import Report, Row, StripRow, share_row
from vivencia.faces.web.tables import Cell, Cells, Table, table
from vivencia.faces.web.wording import Wording

_PARTS = ("facts", "place", "style", "moment", "feeling", "chance")


@dataclass(frozen=True, slots=True)
class FeltView:
    """The company's answers taken apart, and how much facts explain at each touchpoint."""

    title: str
    lead: str
    caution: str
    whole_title: str
    whole: tuple[StripRow, ...]
    facts_title: str
    facts: tuple[StripRow, ...]
    table: Table


def felt_view(report: Report, wording: Wording) -> FeltView:
    """Empty rows where nothing could be taken apart."""
    found, language = report["felt"], wording.language
    places = sorted(found.get("touchpoints", []), key=lambda one: -one["facts"]["value"])
    return FeltView(
        title=language.message("felt.title"),
        lead=language.message("felt.lead"),
        caution=language.message("felt.caution"),
        whole_title=language.message("felt.whole"),
        whole=tuple(
            share_row(language.message(f"felt.{part}"), found["all"][part], wording)
            for part in (_PARTS if "all" in found else ())
        ),
        facts_title=language.message("felt.by-facts"),
        facts=tuple(
            share_row(wording.touchpoint(one["touchpoint"]), one["facts"], wording) for one in places
        ),
        table=_table(found, wording),
    )


def _table(found: Row, wording: Wording) -> Table:
    cells, language = Cells(wording), wording.language
    named = [(language.message("felt.whole"), found["all"])] if "all" in found else []
    named += [(wording.touchpoint(one["touchpoint"]), one) for one in found.get("touchpoints", [])]
    named += [(wording.name("segment", one["segment"]), one) for one in found.get("segments", [])]
    rows: list[tuple[Cell, ...]] = [
        (
            cells.text(name),
            cells.count(one["facts"]["n"]),
            *(cells.estimate(one[part], kind="share") for part in _PARTS),
        )
        for name, one in named
    ]
    heads = ("felt.where", "check.answers", *(f"felt.{part}" for part in _PARTS))
    return table(wording, language.message("felt.title"), heads, rows)
