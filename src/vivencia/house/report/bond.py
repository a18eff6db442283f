"""The bond, the strongest moments, and what customers do after standing where they stand."""

from math import sqrt
from typing import Any

import numpy as np
import pyarrow.compute as pc

from vivencia.house.report.reading import Reading, Row, present
from vivencia.measure.normal import Z95
from vivencia.words.shapes.bonds import OUTCOMES, RECALL


def bond(reading: Reading) -> Row:
    """Levels of the bond, where peaks were, and each outcome with its slope; empty without states."""
    table = reading.table("bonds")
    if table is None or table.num_rows == 0:
        return {}
    loyalty = {row["outcome"]: row for row in reading.rows("loyalty")}
    return present(
        all=_level(reading, table),
        segments=[
            {"segment": key, "bond": found}
            for key in sorted(filter(None, table["segment"].unique().to_pylist()))
            if (found := _level(reading, table.filter(pc.equal(table["segment"], key)))) is not None
        ],
        peaks=_peaks(reading, table),
        recall=_slope(reading, loyalty.get(RECALL, {})),
        outcomes=[
            present(
                outcome=name,
                days=loyalty[name]["days"],
                level=reading.estimate(loyalty[name], "mean", n="n", people="customers"),
                slope=_slope(reading, loyalty[name]),
            )
            for name in OUTCOMES
            if name in loyalty
        ],
    )


def _slope(reading: Reading, row: Row) -> Row | None:
    return reading.of(
        row.get("slope"), row.get("low"), row.get("high"), row.get("n"), people=row.get("customers")
    )


def _level(reading: Reading, table: Any) -> Row | None:
    """The mean bond; its interval holds the spread between customers and each one's own uncertainty."""
    values, sd = table["bond"].to_numpy(), table["bond_sd"].to_numpy()
    n = len(values)
    half = Z95 * sqrt((float(np.var(values)) + float(np.mean(sd**2))) / n)
    mean = float(np.mean(values))
    return reading.of(mean, mean - half, mean + half, n)


def _peaks(reading: Reading, table: Any) -> list[Row]:
    """Touchpoints where customers were moved most, and how many of them for the better."""
    moved = table.filter(pc.is_valid(table["peak_touchpoint"]))
    good = moved.append_column("good", pc.cast(pc.greater(moved["peak"], 0.0), "int64"))
    rows: list[Row] = (
        good.group_by("peak_touchpoint").aggregate([("customer", "count"), ("good", "sum")]).to_pylist()
    )
    rows.sort(key=lambda row: (-row["customer_count"], row["peak_touchpoint"]))
    found = []
    for row in rows:
        if row["customer_count"] < reading.threshold:
            reading.withheld += 1
            continue
        found.append(
            {
                "touchpoint": row["peak_touchpoint"],
                "customers": row["customer_count"],
                "good": round(row["good_sum"] / row["customer_count"], 4),
            }
        )
    return found
