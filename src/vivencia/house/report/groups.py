"""Touchpoints, stages and every other group that expectation and experience are told by."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from vivencia.house.report.bands import bands
from vivencia.house.report.reading import Reading, Row, present, rounded
from vivencia.words.catalogue import UNCATALOGUED_STAGE, Catalogue, Touchpoint
from vivencia.words.shapes.perceptions import ASKED, ENDS_ASKED

#: Column of the summaries → (name in the report, count of answers, count of people).
_ESTIMATES = {
    "expectation": ("expectation", "rated", "rated_customers"),
    "experience": ("experience", "rated", "rated_customers"),
    "gap": ("gap", "rated", "rated_customers"),
    "lived": ("lived", "rated", "rated_customers"),
    "disconfirmation": ("disconfirmation", "rated", "rated_customers"),
    "disappointed": ("disappointed", "rated", "rated_customers"),
    "delighted": ("delighted", "rated", "rated_customers"),
    "perception": ("perception", "signals", "customers"),
}


def summary(reading: Reading, row: Mapping[str, Any]) -> Row:
    """Counts and estimates of one row of the summaries."""
    found: Row = {name: int(row.get(name) or 0) for name in ("signals", "customers", "rated")}
    for column, (name, n, people) in _ESTIMATES.items():
        if (one := reading.estimate(row, column, n=n, people=people)) is not None:
            found[name] = one
    stated = reading.of(
        row.get("stated_expectation"),
        row.get("stated_low"),
        row.get("stated_high"),
        row.get("stated"),
        people=row.get("stated_customers"),
    )
    return found | present(stated_expectation=stated, zone=zone(reading, row))


def zone(reading: Reading, row: Mapping[str, Any]) -> Row | None:
    """The zone of tolerance and where it comes from; its ends have intervals where they were asked."""
    origin = row.get("zone")
    if origin == ENDS_ASKED:
        low, high = (
            reading.estimate(row, end, n=f"{end}_n", people=f"{end}_customers")
            for end in ("adequate", "desired")
        )
        return {"from": origin, "low": low, "high": high} if low and high else None
    n, people = ("stated", "stated") if origin == ASKED else ("rated", "rated_customers")
    if origin is None or min(int(row.get(n) or 0), int(row.get(people) or 0)) < reading.threshold:
        return None
    low, high = ({"value": rounded(row[end]), "n": int(row[n])} for end in ("zone_low", "zone_high"))
    return {"from": origin, "low": low, "high": high}


def scores(reading: Reading, dimension: str, key: str) -> list[Row]:
    """NPS, CSAT, CES and the rest as asked, on their own scales."""
    found = []
    for row in reading.rows("scores", dimension=dimension, key=key):
        one = reading.of(row["value"], row["low"], row["high"], row["n"], people=row["customers"])
        if one is not None:
            found.append({"instrument": row["instrument"], "statistic": row["statistic"]} | one)
    return found


def months(reading: Reading) -> list[Row]:
    """Every month in order."""
    rows = sorted(reading.rows("summaries", dimension="month"), key=lambda row: str(row["key"]))
    return [{"month": row["key"]} | summary(reading, row) for row in rows]


def by_dimension(reading: Reading, dimension: str, name: str, names: Mapping[str, Any]) -> list[Row]:
    """The groups of one dimension, largest first, each with its key under `name`."""
    rows = reading.rows("summaries", dimension=dimension)
    rows.sort(key=lambda row: (-int(row["signals"]), str(row["key"])))
    return [
        {name: row["key"], "names": dict(names.get(row["key"], {}))} | summary(reading, row) for row in rows
    ]


def stages(reading: Reading, catalogue: Catalogue) -> list[Row]:
    """Every stage of the catalogue in its order, then any the signals brought."""
    rows = {row["key"]: row for row in reading.rows("summaries", dimension="stage")}
    strengths = {row["stage"]: row for row in reading.rows("stage_strengths")}
    known = [(stage.key, dict(stage.names)) for stage in catalogue.stages]
    known += [(key, {}) for key in sorted(rows) if key not in dict(known)]
    return [
        {"stage": key, "names": names, "order": order}
        | summary(reading, rows.get(key, {}))
        | {"scores": scores(reading, "stage", key)}
        | strength(reading, strengths.get(key))
        for order, (key, names) in enumerate(known)
    ]


def strength(reading: Reading, row: Row | None) -> Row:
    """A stage's strength, what it weighs, and the probability that it is the weakest."""
    if row is None:
        return {}
    lived = reading.of(row["experience"], row["low"], row["high"], row["n"], people=row["customers"])
    if lived is None:
        return {}
    return present(strength=lived, weight=rounded(row["weight"]), weakest=rounded(row["weakest"]))


def environments(reading: Reading) -> list[Row]:
    """Places: the spaces in which contacts happen; `kind` is what stands before the colon."""
    found = by_dimension(reading, "place", "place", {})
    for one in found:
        kind, colon, _ = str(one["place"]).partition(":")
        one["kind"] = kind if colon else ""
    return found


def touchpoints(reading: Reading, catalogue: Catalogue) -> list[Row]:
    """Every touchpoint of the catalogue in its order, then the uncatalogued ones by name."""
    rows = {row["key"]: row for row in reading.rows("summaries", dimension="touchpoint")}
    kept = _by_touchpoint(reading.rows("promises_kept"))
    courses = bands(reading, catalogue)
    trend = _months_by_touchpoint(reading)
    known = {one.key: one for one in catalogue.touchpoints}
    keys = [*known, *sorted(key for key in {*rows, *kept} if key not in known)]
    return [
        _about(known.get(key), key)
        | summary(reading, rows.get(key, {}))
        | {
            "scores": scores(reading, "touchpoint", key),
            "measures": [
                _measure(reading, row) | {"bands": courses.get((key, row["measure"]), [])}
                for row in kept.get(key, [])
            ],
            "months": trend.get(key, []),
        }
        for key in keys
    ]


def _about(one: Touchpoint | None, key: str) -> Row:
    if one is None:
        return {"touchpoint": key, "names": {}, "stage": UNCATALOGUED_STAGE, "catalogued": False}
    return present(
        touchpoint=key,
        names=dict(one.names),
        stage=one.stage,
        channel=one.channel,
        environment=one.environment,
        contact=one.contact,
        department=one.department,
        catalogued=True,
    )


def _by_touchpoint(rows: list[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["touchpoint"]].append(row)
    return found


def _months_by_touchpoint(reading: Reading) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    rows = reading.rows("summaries", dimension="touchpoint_month")
    for row in sorted(rows, key=lambda row: str(row["key"])):
        key, _, month = str(row["key"]).rpartition("|")
        found[key].append({"month": month} | summary(reading, row))
    return found


def _measure(reading: Reading, row: Row) -> Row:
    """One objective measure, with the promise where there is one."""
    thin = min(int(row["n"]), int(row["customers"])) < reading.threshold
    described = {} if thin else {name: rounded(row[name]) for name in ("mean", "median", "p90")}
    found = present(
        measure=row["measure"],
        operator=row["operator"],
        threshold=rounded(row["threshold"]),
        n=int(row["n"]),
        customers=int(row["customers"]),
        kept=reading.estimate(row, "kept", n="n", people="customers"),
    )
    for side in ("kept", "broken"):
        answers = row.get(f"rated_{side}") or 0
        if not thin and answers >= reading.threshold and row.get(f"experience_{side}") is not None:
            found[f"experience_{side}"] = present(
                value=rounded(row[f"experience_{side}"]),
                low=rounded(row.get(f"experience_{side}_low")),
                high=rounded(row.get(f"experience_{side}_high")),
                n=int(answers),
            )
    return found | described
