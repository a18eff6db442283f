"""Effort: how hard goal episodes were, what made them so, and whether that agrees with what was told."""

from vivencia.house.report.reading import Reading, Row, present, rounded
from vivencia.words.shapes.effort import COMPONENTS


def effort(reading: Reading) -> Row:
    """Method, weights, levels by intent and the calibration; empty without contacts."""
    model = {row["component"]: row for row in reading.rows("effort_model")}
    if not model:
        return {}
    base = model["intercept"]
    levels: dict[str, dict[str, Row]] = {}
    for row in reading.rows("effort_levels"):
        levels.setdefault(row["intent"], {})[row["measure"]] = row
    return present(
        method=base["method"],
        answers=base["n"],
        r2=rounded(base["r2"]),
        weights=[_weight(reading, model[name]) for name in COMPONENTS if name in model],
        all=_level(reading, levels.pop("")) if "" in levels else None,
        intents=[
            {"intent": intent} | level
            for intent, rows in sorted(levels.items(), key=lambda item: (-_many(item[1]), item[0]))
            if (level := _level(reading, rows))
        ],
        calibration=[
            present(tenth=row["tenth"], foreseen=rounded(row["foreseen"]), told=told)
            for row in reading.rows("effort_calibration")
            if (told := reading.estimate(row, "told", n="n", people="customers")) is not None
        ],
    )


def _many(rows: dict[str, Row]) -> int:
    return max(int(row["n"]) for row in rows.values())


def _weight(reading: Reading, row: Row) -> Row:
    """The weight with its interval where it was learned; the usual weights have none."""
    return present(
        component=row["component"],
        weight=rounded(row["weight"]),
        learned=reading.of(row["weight"], row["low"], row["high"], row["n"], people=row["customers"]),
    )


def _level(reading: Reading, rows: dict[str, Row]) -> Row:
    """The mean effort and the means of its components, each with its interval."""
    return present(
        **{
            name: reading.of(row["value"], row["low"], row["high"], row["n"], people=row["customers"])
            for name, row in rows.items()
        }
    )
