"""What to do first, and why: everything worth knowing in one ranked list."""

from collections.abc import Mapping
from typing import Any

from vivencia.actions.candidates import every_candidate
from vivencia.actions.ranking import ranked
from vivencia.actions.reading import Row, small_fold
from vivencia.plans import Plan
from vivencia.words.shapes.actions import FINDINGS
from vivencia.words.shapes.perceptions import SUMMARIES

_BESIDE = (
    "instruments",
    "listening",
    "mirror",
    "perception_weights",
    "progression_weights",
    "promises_kept",
    "scores",
    "touchpoints",
    "transitions",
)


def findings_plan(*, anonymity: int = 5) -> Plan:
    """Reads the small tables of every room, gives `findings`: ranked codes and values.

    Nothing is said on fewer than `anonymity` customers.
    """
    fold = small_fold(
        FINDINGS,
        finding_rows,
        reads=SUMMARIES.name,
        columns=SUMMARIES.names,
        order=SUMMARIES.order,
        beside=_BESIDE,
        anonymity=anonymity,
    )
    return Plan("findings", (fold,), (FINDINGS.name,))


def finding_rows(
    summaries: list[Row], beside: Mapping[str, list[Row]], settings: Mapping[str, Any]
) -> list[Row]:
    """The rows of `findings`, in rank order."""
    tables = {**beside, "summaries": summaries}
    everyone = next((row["customers"] for row in summaries if row["dimension"] == "all"), 0)
    return ranked(
        every_candidate(tables, settings["anonymity"]),
        perception=_shares(beside["perception_weights"]),
        progression=_shares(beside["progression_weights"]),
        everyone=everyone,
        departments={row["touchpoint"]: row.get("department") for row in beside["touchpoints"]},
    )


def _shares(rows: list[Row]) -> dict[str, float]:
    return {row["touchpoint"]: row["share"] for row in rows if row["share"] is not None}
