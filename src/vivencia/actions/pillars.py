"""The three pillars: how hard it was, how close customers feel, whether they got what they came for.

Effort: ease as asked (CES, on 0–10, high is easy), ease of everybody as it follows from what
their contacts cost them (where enough answers taught how), and the share of journeys with a repeat.
Bond: emotion as asked, and standing, the slow part of the perception (its expectation
level), which does not fade between contacts. Goal: of the journeys that ended, the share
that reached their goal; open ones are not counted either way.
"""

from collections.abc import Iterator, Mapping
from math import sqrt
from typing import Any

from vivencia.actions.reading import Row, small_fold
from vivencia.measure.normal import Z95
from vivencia.measure.rates import clustered_share
from vivencia.plans import Plan, Step, read_queries
from vivencia.words.shapes.actions import BOND, EFFORT, GOAL, PILLARS

_SCALE, _SHARE = "0–10 (high is good)", "share"
_SUMS = ("measure", "customers", "n", "k", "nn", "kk", "kn")


def pillars_plan(*, anonymity: int = 5) -> Plan:
    """Reads `journeys`, `states`, `scores`, `instruments` and `effort_levels`, gives `pillars`.

    A measure nobody was asked, or under `anonymity` customers, has no row.
    """
    sql = read_queries("vivencia.actions", "pillars.sql")
    return Plan(
        name="pillars",
        nodes=(
            Step(
                "journeys_by_customer",
                sql["journeys_by_customer"],
                reads=("journeys",),
                scope="customer",
                order=("customer",),
            ),
            Step(
                "pillar_sums",
                sql["pillar_sums"],
                reads=("journeys_by_customer", "states"),
                order=("measure",),
            ),
            small_fold(
                PILLARS,
                pillar_rows,
                reads="pillar_sums",
                columns=_SUMS,
                order=("measure",),
                beside=("scores", "instruments", "effort_levels"),
                anonymity=anonymity,
            ),
        ),
        gives=(PILLARS.name,),
    )


def pillar_rows(
    sums: list[Row], beside: Mapping[str, list[Row]], settings: Mapping[str, Any]
) -> Iterator[Row]:
    """One row a measure that enough customers stand behind."""
    by_measure = {row["measure"]: row for row in sums}
    found = [
        _asked(EFFORT, "ease", beside, "family", "ces"),
        _foreseen(beside["effort_levels"]),
        _share(EFFORT, "repeats", by_measure.get("repeats")),
        _asked(BOND, "emotion", beside, "target", "emotion"),
        _mean(BOND, "standing", by_measure.get("standing")),
        _share(GOAL, "reached", by_measure.get("reached")),
    ]
    return (row for row in found if row is not None and row["customers"] >= settings["anonymity"])


def on_scale(score: Row, instrument: Row) -> tuple[float, float, float]:
    """A mean and its interval on 0–10, low end first whatever the instrument's direction."""
    value, low, high = (
        instrument["intercept"] + instrument["slope"] * score[c] for c in ("value", "low", "high")
    )
    return value, min(low, high), max(low, high)


def _asked(
    pillar: str, measure: str, beside: Mapping[str, list[Row]], column: str, wanted: str
) -> Row | None:
    """Means of the instruments of one kind, together, weighted by their answers."""
    known = {row["instrument"]: row for row in beside["instruments"] if row[column] == wanted}
    asked = [
        row
        for row in beside["scores"]
        if row["dimension"] == "all" and row["statistic"] == "mean" and row["instrument"] in known
    ]
    n = sum(row["n"] for row in asked)
    if n == 0:
        return None
    value = variance = 0.0
    for row in asked:
        mean, low, high = on_scale(row, known[row["instrument"]])
        part = row["n"] / n
        value += part * mean
        variance += (part * (high - low) / (2 * Z95)) ** 2
    half = Z95 * sqrt(variance)
    customers = max(row["customers"] for row in asked)
    return _row(pillar, measure, _SCALE, (value, value - half, value + half), n, customers)


def _foreseen(levels: list[Row]) -> Row | None:
    """Ease of all episodes, also those nobody was asked about."""
    for row in levels:
        if row["intent"] == "" and row["measure"] == "effort" and row["unit"] == "0–10":
            ease = (10 - row["value"], 10 - row["high"], 10 - row["low"])
            return _row(EFFORT, "ease_all", _SCALE, ease, row["n"], row["customers"])
    return None


def _share(pillar: str, measure: str, sums: Row | None) -> Row | None:
    if sums is None or not sums["n"]:
        return None
    found = clustered_share(
        sums["k"], sums["n"], kk=sums["kk"], nn=sums["nn"], kn=sums["kn"], clusters=sums["customers"]
    )
    return _row(pillar, measure, _SHARE, found, int(sums["n"]), int(sums["customers"]))


def _mean(pillar: str, measure: str, sums: Row | None) -> Row | None:
    if sums is None or sums["n"] < 2:
        return None
    n, mean = sums["n"], sums["k"] / sums["n"]
    half = Z95 * sqrt(max(sums["kk"] - n * mean * mean, 0.0) / (n - 1) / n)
    return _row(pillar, measure, _SCALE, (mean, mean - half, mean + half), int(n), int(n))


def _row(
    pillar: str, measure: str, unit: str, found: tuple[float, float, float], n: int, customers: int
) -> Row:
    value, low, high = found
    return {
        "pillar": pillar, "measure": measure, "unit": unit, "value": value, "low": low, "high": high,
        "n": n, "customers": customers,
    }  # fmt: skip
