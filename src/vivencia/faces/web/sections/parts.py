"""What every section view has, and rows of expected-against-lived that several share."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from vivencia.faces.web.charts.strip import Ruler, below, gap_strip, ruler_for, share_bar
from vivencia.faces.web.wording import Wording

Row = Mapping[str, Any]
Report = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StripRow:
    """A named strip with its numbers in words."""

    name: str
    picture: Markup
    main: str
    detail: str
    worse: bool = False
    unsure: bool = False


def share_row(name: str, share: Row, wording: Wording) -> StripRow:
    """A share of customers as a bar, with how many were asked."""
    return StripRow(
        name=name,
        picture=share_bar(share, f"{name}: {wording.estimate(share, kind='share')}"),
        main=wording.language.percent(share["value"]),
        detail=wording.language.say("label.n", n=wording.language.number(share["n"], 0)),
    )


def rated(row: Row) -> bool:
    """Whether expected and lived are both known."""
    return all(name in row for name in ("expectation", "experience", "gap"))


def by_gap(rows: list[Row]) -> list[Row]:
    """Largest shortfall first; same gaps by count, then as they came."""
    return sorted((row for row in rows if rated(row)), key=lambda row: (row["gap"]["value"], -row["rated"]))


def told(wording: Wording, name: str, row: Row) -> str:
    """A group in one sentence, for labels and tooltips."""
    say = wording.language.message
    if not rated(row):
        return f"{name}: {wording.unrated(row)}; {wording.count('count.signals', row['signals'])}"
    return "; ".join(
        (
            f"{name}: {say('label.expected')} {wording.estimate(row['expectation'])}",
            f"{say('label.lived')} {wording.estimate(row['experience'])}",
            f"{say('label.gap')} {wording.estimate(row['gap'], kind='signed')}",
        )
    )


def ruler_of(rows: Iterable[Row]) -> Ruler:
    """One ruler for rows that are to be compared, wide enough for their intervals."""
    return ruler_for(
        [row[name][end] for row in rows for name in ("expectation", "experience") for end in ("low", "high")]
    )


def strip_row(wording: Wording, name: str, row: Row, ruler: Ruler) -> StripRow:
    """One line of the expectation-against-experience chart."""
    language = wording.language
    gap = row["gap"]
    return StripRow(
        name=name,
        picture=gap_strip(row["expectation"], row["experience"], gap, told(wording, name, row), ruler=ruler),
        main=language.signed(gap["value"]),
        detail=language.say("label.n", n=language.number(row["rated"], 0)),
        worse=below(gap),
        unsure=gap["low"] <= 0 <= gap["high"],
    )
