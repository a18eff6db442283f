"""What else weighs: necessary levels, what drives each outcome, and what quickens the next useful step."""

from math import exp

from vivencia.house.report.reading import Reading, Row, present, rounded
from vivencia.words.shapes.weights import OUTCOMES_EXPLAINED

_ENDS = ("effect", "effect_low", "effect_high")


def bottlenecks(reading: Reading) -> list[Row]:
    """By necessary touchpoint: to reach an overall level, at least so much is needed there."""
    found: dict[str, Row] = {}
    for row in reading.rows("bottlenecks"):
        if row["n"] < reading.threshold:
            continue
        one = found.setdefault(
            row["touchpoint"], {"touchpoint": row["touchpoint"], "n": row["n"], "levels": []}
        )
        one["levels"].append({"level": rounded(row["level"]), "needed": rounded(row["needed"])})
    for one in found.values():
        one["levels"].sort(key=lambda level: level["level"])
    return sorted(found.values(), key=lambda one: (-one["levels"][-1]["needed"], one["touchpoint"]))


def drivers(reading: Reading) -> list[Row]:
    """By outcome: every touchpoint's signed effect by the answers alone, beside its share."""
    rows = reading.rows("drivers")
    found = []
    for outcome in OUTCOMES_EXPLAINED:
        mine = [row for row in rows if row["outcome"] == outcome and row["n"] >= reading.threshold]
        if mine:
            found.append(_outcome(reading, outcome, mine))
    return found


def _outcome(reading: Reading, outcome: str, rows: list[Row]) -> Row:
    told = [
        present(
            touchpoint=row["touchpoint"],
            share=reading.estimate(row, "share", n="n", people="touched"),
            effect=reading.estimate(row, "effect", n="n", people="touched"),
            driver=row["driver"],
            reason=row["reason"],
        )
        for row in rows
    ]
    told.sort(key=lambda one: (-abs(one.get("effect", {}).get("value", 0.0)), one["touchpoint"]))
    return present(outcome=outcome, n=rows[0]["n"], r2=rounded(rows[0]["r2"]), touchpoints=told)


def hazards(reading: Reading) -> Row:
    """How much a visit quickens the next useful step: hazard ratios beside the average visit.

    All touchpoints fade alike and customers differ alike: both are told once.
    """
    rows = reading.rows("progression_hazards")
    told = [_hazard(reading, row) for row in rows]
    told.sort(key=lambda one: (-one.get("ratio", {}).get("value", -1.0), one["touchpoint"]))
    if not any("ratio" in one for one in told):
        return {}
    first = next(row for row in rows if row["effect"] is not None)
    return present(
        half_life_s=rounded(first["half_life_s"], 1), frailty=rounded(first["frailty"]), touchpoints=told
    )


def _hazard(reading: Reading, row: Row) -> Row:
    ratio, low, high = (None if row[end] is None else exp(row[end]) for end in _ENDS)
    return present(
        touchpoint=row["touchpoint"],
        ratio=reading.of(ratio, low, high, row["visits"], people=row["customers"]),
        visits=row["visits"] if row["customers"] >= reading.threshold else None,
        useful=row["useful"] if row["customers"] >= reading.threshold else None,
        reason=row["reason"],
    )
