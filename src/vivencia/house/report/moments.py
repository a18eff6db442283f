"""Moments that matter: at each touchpoint the reasons that are known, and which of them are sure."""

from vivencia.house.report.reading import Reading, Row, present, rounded
from vivencia.words.shapes.actions import REASONS


def moments(reading: Reading) -> list[Row]:
    """Touchpoints with most sure reasons first, then by their weight on perception.

    A moment matters where at least one reason is sure; the others are here too, so that
    what is known and not sure can be told from what nobody knows.
    """
    weight = {row["touchpoint"]: row.get("perception") for row in reading.rows("weights")}
    found: dict[str, Row] = {}
    for row in reading.rows("key_moments"):
        one = _reason(reading, row)
        if one is not None:
            place = present(
                touchpoint=row["touchpoint"], stage=row["stage"], sure=0,
                weight=rounded(weight.get(row["touchpoint"])), reasons=[],
            )  # fmt: skip
            place = found.setdefault(row["touchpoint"], place)
            place["reasons"].append(one)
            place["sure"] += one["sure"]
    for place in found.values():
        place["reasons"].sort(key=lambda one: REASONS.index(one["reason"]))
    return sorted(found.values(), key=lambda one: (-one["sure"], -one.get("weight", -1.0), one["touchpoint"]))


def _reason(reading: Reading, row: Row) -> Row | None:
    """One reason; the effect size of a necessity stands bare, since it has a p and no interval."""
    bare = row["low"] is None
    if bare and min(row["n"], row["customers"]) < reading.threshold:
        reading.withheld += 1
        return None
    estimate = (
        None if bare else reading.of(row["value"], row["low"], row["high"], row["n"], people=row["customers"])
    )
    if not bare and estimate is None:
        return None
    return present(
        reason=row["reason"],
        estimate=estimate,
        effect_size=rounded(row["value"]) if bare else None,
        against=rounded(row["against"]),
        counts_from=rounded(row["counts_from"]),
        q=rounded(row["q"], 6),
        customers=row["customers"],
        sure=row["sure"],
    )
