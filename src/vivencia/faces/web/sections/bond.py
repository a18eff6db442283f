"""Bond and loyalty, inside the section of the pillars."""

from dataclasses import dataclass

from vivencia.faces.web.charts.strip import point_strip, share_bar
from vivencia.faces.web.sections.parts import Report, Row, StripRow
from vivencia.faces.web.tables import Cells, Table, table
from vivencia.faces.web.wording import Wording

#: Outcomes that are shares; satisfaction is in points.
_SHARES = ("repeat", "stay", "advocacy")
_MOST = 8


@dataclass(frozen=True, slots=True)
class BondView:
    """Levels of the bond, slopes of the outcomes one by one, and where the strongest moments were."""

    title: str
    lead: str
    levels: tuple[StripRow, ...]
    outcomes_title: str
    outcomes: tuple[StripRow, ...]
    caution: str
    recall: str
    peaks_title: str
    peaks: tuple[StripRow, ...]
    table: Table
    outcome_table: Table
    peak_table: Table


def bond_view(report: Report, wording: Wording) -> BondView:
    """Empty rows where nobody is known."""
    found, language = report["bond"], wording.language
    recall = found.get("recall")
    proven = recall is not None and recall["low"] > 0
    people = sum(one["customers"] for one in found.get("peaks", []))
    return BondView(
        title=language.message("bond.title"),
        lead=language.message("bond.lead"),
        levels=tuple(_level(name, one, wording) for name, one in _levels(found, wording)),
        outcomes_title=language.message("bond.outcomes"),
        outcomes=tuple(_outcome(one, wording) for one in found.get("outcomes", []) if "slope" in one),
        caution=language.message("bond.caution"),
        recall=language.say("bond.recall", share=language.percent(recall["value"]))
        if recall is not None and proven
        else language.message("bond.recall.none"),
        peaks_title=language.message("bond.peaks"),
        peaks=tuple(_peak(one, people, wording) for one in found.get("peaks", [])[:_MOST]),
        table=_level_table(found, wording),
        outcome_table=_outcome_table(found, wording),
        peak_table=_peak_table(found, wording),
    )


def _levels(found: Row, wording: Wording) -> list[tuple[str, Row]]:
    rows = [(wording.language.message("felt.whole"), found["all"])] if "all" in found else []
    return rows + [
        (wording.name("segment", one["segment"]), one["bond"]) for one in found.get("segments", [])
    ]


def _level(name: str, one: Row, wording: Wording) -> StripRow:
    language = wording.language
    return StripRow(
        name=name,
        picture=point_strip(one, f"{name}: {wording.estimate(one)}", axis=("0", "10")),
        main=language.number(one["value"]),
        detail=language.say("label.n", n=language.number(one["n"], 0)),
    )


def _kind(outcome: str) -> str:
    return "share" if outcome in _SHARES else "signed-fine"


def _outcome(one: Row, wording: Wording) -> StripRow:
    language, slope = wording.language, one["slope"]
    name, kind = language.message(f"bond.{one['outcome']}"), _kind(one["outcome"])
    far = max(abs(slope["low"]), abs(slope["high"]), 1e-6)
    return StripRow(
        name=name,
        picture=point_strip(slope, f"{name}: {wording.estimate(slope, kind=kind)}", low=-far, high=far),
        main=wording.show(kind)(slope["value"]),
        detail=language.say("label.n", n=language.number(slope["n"], 0)),
        unsure=slope["low"] <= 0 <= slope["high"],
    )


def _peak(one: Row, people: int, wording: Wording) -> StripRow:
    language = wording.language
    share = one["customers"] / people
    name = wording.touchpoint(one["touchpoint"])
    told = (
        f"{name}: {language.percent(share)}; {language.message('bond.good')} {language.percent(one['good'])}"
    )
    return StripRow(
        name=name,
        picture=share_bar({"value": share, "low": share, "high": share}, told, bad=one["good"] < 0.5),
        main=language.percent(share),
        detail=wording.count("count.customers", one["customers"]),
    )


def _level_table(found: Row, wording: Wording) -> Table:
    cells = Cells(wording)
    rows = [(cells.text(name), cells.estimate(one, n=True)) for name, one in _levels(found, wording)]
    return table(wording, wording.language.message("bond.title"), ("bond.who", "bond.bond"), rows)


def _outcome_table(found: Row, wording: Wording) -> Table:
    cells, language = Cells(wording), wording.language
    rows = [
        (
            cells.text(language.message(f"bond.{one['outcome']}")),
            cells.estimate(one.get("level"), kind="share" if one["outcome"] in _SHARES else "number", n=True),
            cells.estimate(one.get("slope"), kind=_kind(one["outcome"])),
        )
        for one in found.get("outcomes", [])
    ]
    heads = ("bond.outcome", "bond.level-head", "bond.slope")
    return table(wording, language.message("bond.outcomes"), heads, rows)


def _peak_table(found: Row, wording: Wording) -> Table:
    cells, language = Cells(wording), wording.language
    rows = [
        (
            cells.text(wording.touchpoint(one["touchpoint"])),
            cells.count(one["customers"]),
            cells.shown(one["good"], language.percent(one["good"])),
        )
        for one in found.get("peaks", [])
    ]
    heads = ("felt.where", "label.customers", "bond.good")
    return table(wording, language.message("bond.peaks"), heads, rows)
