"""What to do and how much it counts: findings, weights, and how the numbers were made."""

from datetime import datetime
from typing import Any

from vivencia.house.report.chains import chains
from vivencia.house.report.model import model_in_use
from vivencia.house.report.reading import Reading, Row, present, rounded
from vivencia.measure.normal import Z95
from vivencia.weights.perception import SERVICE_FACTOR
from vivencia.words.catalogue import Catalogue
from vivencia.words.findings import FindingCode
from vivencia.words.shapes.perceptions import BESIDE

#: Findings that are a gap between expected and lived.
_BY_GAP = (FindingCode.GAP, FindingCode.STRENGTH)


def findings(reading: Reading, catalogue: Catalogue, *, instead: bool = False) -> list[Row]:
    """The findings in their rank, each effect with its interval.

    Where a rival stands `instead` of the filter, a gap or a strength is told by the rival, and left out
    where the rival does not see it.
    """
    owners = {one.key: one.department for one in catalogue.touchpoints}
    rivals = {row["key"]: row for row in reading.rows("summaries", dimension="touchpoint")} if instead else {}
    found: list[Row] = []
    for row in sorted(reading.rows("findings"), key=lambda row: int(row["rank"])):
        effect = reading.of(row["value"], row["low"], row["high"], row["n"], people=row["customers"])
        if instead and row["code"] in _BY_GAP:
            effect = _gap_of(
                reading, rivals.get(row["touchpoint"], {}), good=row["code"] == FindingCode.STRENGTH
            )
        if effect is None:
            continue
        found.append(
            present(
                rank=len(found) + 1,
                code=row["code"],
                touchpoint=row["touchpoint"],
                stage=row.get("stage"),
                measure=row["measure"],
                effect=effect,
                customers=row["customers"],
                weight=rounded(row["weight"]),
                certainty=row["certainty"],
                priority=rounded(row["priority"], 6),
                threshold=rounded(row["threshold"]),
                department=row["department"] or owners.get(row["touchpoint"]),
            )
        )
    return found


def _gap_of(reading: Reading, row: Row, *, good: bool) -> Row | None:
    """A touchpoint's gap where it lies on the side the finding speaks of."""
    gap = reading.estimate(row, "gap", n="rated", people="rated_customers")
    if gap is None:
        return None
    return gap if (gap["low"] > 0 if good else gap["high"] < 0) else None


def weights(reading: Reading, catalogue: Catalogue) -> list[Row]:
    """How much each touchpoint counts, on two axes kept apart; heaviest on perception first.

    `core` marks those whose prior the company's core offering raised: services of a service.
    """
    service = catalogue.company.offering == "service"
    core = {one.key for one in catalogue.touchpoints if service and one.form == "service"}
    levels = {row["key"]: row for row in reading.rows("summaries", dimension="touchpoint")}
    perception = {row["touchpoint"]: row for row in reading.rows("perception_weights")}
    progression = {row["touchpoint"]: row for row in reading.rows("progression_weights")}
    together = {row["touchpoint"]: row for row in reading.rows("weights")}
    remembered = chains(reading)
    found = [
        present(
            touchpoint=key,
            perception=_perception(reading, perception.get(key)),
            progression=_progression(reading, progression.get(key)),
            **_together(reading, together.get(key, {})),
            level=_level(reading, together.get(key, {}), levels.get(key, {})),
            core=True if key in core else None,
            **remembered.get(key, {}),
        )
        for key in {**perception, **progression}
    ]
    return sorted(found, key=_heaviest)


def _heaviest(one: Row) -> tuple[float, float, str]:
    on_perception = one.get("perception", {}).get("share", {}).get("value", -1.0)
    on_progression = one.get("progression", {}).get("removal", {}).get("value", -1.0)
    return (-on_perception, -on_progression, one["touchpoint"])


def _perception(reading: Reading, row: Row | None) -> Row | None:
    if row is None:
        return None
    return present(
        share=reading.estimate(row, "share", n="n", people="touched"),
        effect=reading.estimate(row, "effect", n="n", people="touched"),
        n=row["n"],
        touched=row["touched"],
        rated=row.get("rated"),
        reason=row.get("reason"),
    )


def _together(reading: Reading, row: Row) -> Row:
    """What else is known of the weight: how many it reaches, its asymmetry, its place on the map."""
    estimated = row.get("n", 0) >= reading.threshold
    return {
        "prior": rounded(row.get("prior")) if estimated else None,
        "data": reading.estimate(row, "data", n="n") if row else None,
        "driver": row.get("driver") if estimated else None,
        "reach": rounded(row.get("reach")),
        "asymmetry": rounded(row.get("asymmetry")) if estimated else None,
        "kind": row.get("kind") if row.get("kind") != "unclear" else None,
        "necessity": rounded(row.get("necessity")) if estimated else None,
        "necessary": row.get("necessary") if estimated else None,
        "quadrant": row.get("quadrant"),
    }


def _level(reading: Reading, row: Row, summary: Row) -> Row | None:
    """The mean experience as the map of weights and levels has it, on the answers it was taken from."""
    known = row | {name: summary.get(name) for name in ("rated", "rated_customers")}
    if not known["rated_customers"]:
        return None
    return reading.estimate(known, "level", n="rated", people="rated_customers")


def _progression(reading: Reading, row: Row | None) -> Row | None:
    if row is None:
        return None
    return present(
        continuation=reading.estimate(row, "continuation", n="visits", people="customers"),
        removal=reading.estimate(row, "removal", n="journeys", people="customers"),
        lift=reading.estimate(row, "lift", n="visits", people="customers"),
        share=rounded(row["share"]),
        visits=row["visits"],
        journeys=row["journeys"],
        reason=row.get("reason"),
    )


def method(reading: Reading, catalogue: Catalogue, *, now: datetime, version: str, report: Row) -> Row:
    """How the numbers were made: parameters, dates covered, what was withheld, which model."""
    parameters = _parameters(reading)
    model = next((row for row in reading.rows("perception_weights") if row.get("share") is not None), None)
    return present(
        version=version,
        made=now.isoformat(timespec="seconds"),
        confidence=0.95,
        anonymity=catalogue.company.anonymity,
        withheld=reading.withheld,
        dates=_dates(report),
        parameters=parameters,
        segments=_segments(reading),
        **model_in_use(reading),
        weights=_model(model, catalogue),
    )


def _model(row: Row | None, catalogue: Catalogue) -> Row | None:
    if row is None:
        return None
    raised = rounded(SERVICE_FACTOR) if catalogue.company.offering == "service" else None
    return present(
        method=row["method"], outcome=row["outcome"], r2=rounded(row["r2"]), n=row["n"], service_factor=raised
    )


def _parameters(reading: Reading) -> list[Row]:
    """The parameters in use, with a 95 % interval where they were estimated."""
    found = []
    for row in reading.rows("parameters"):
        if row["name"] in BESIDE:
            continue
        se = row.get("robust_se") or row.get("se")
        found.append(
            present(
                parameter=row["name"],
                touchpoint=row["touchpoint"] or None,
                item=row["item"] or None,
                value=rounded(row["value"], 6),
                low=rounded(row["value"] - Z95 * se, 6) if se else None,
                high=rounded(row["value"] + Z95 * se, 6) if se else None,
                n=row["n"],
                origin=row["origin"],
            )
        )
    return found


def _segments(reading: Reading) -> list[Row] | None:
    """What differs between segments beyond chance; None where they were not compared."""
    rows = reading.rows("segment_parameters")
    found = []
    for row in rows:
        if not row["differs"]:
            continue
        people = row["customers"]
        value = reading.of(row["value"], row["low"], row["high"], people, people=people)
        if value is not None:
            found.append(
                present(
                    segment=row["segment"],
                    parameter=row["name"],
                    touchpoint=row["touchpoint"] or None,
                    item=row["item"] or None,
                    value=value,
                    pooled=rounded(row["pooled"]),
                )
            )
    return found if rows else None


def _dates(report: Row) -> Row | None:
    covered: list[Any] = [one["month"] for one in report["perception"]["months"]]
    return {"first": min(covered), "last": max(covered)} if covered else None
