"""The company as a whole: perception, pillars, the mirror, listening."""

from datetime import datetime
from math import sqrt
from typing import Any

import numpy as np
import pyarrow.compute as pc

from vivencia.house.report.checks import levels
from vivencia.house.report.groups import months, scores, summary
from vivencia.house.report.model import defaults_in_use
from vivencia.house.report.reading import Reading, Row, present, rounded
from vivencia.measure.normal import Z95

_TOP = 10


def perception(reading: Reading) -> Row:
    """What customers think now, how it spreads, and what they expected and lived on the way."""
    overall = reading.rows("summaries", dimension="all")
    found = summary(reading, overall[0] if overall else {}) | _standing(reading)
    return found | {"scores": scores(reading, "all", ""), "months": months(reading)}


def _standing(reading: Reading) -> Row:
    """The mean of every customer's present perception and how many stand where on 0–10.

    The interval holds both the spread between customers and each one's own uncertainty. Where
    a check found that a rival predicts better, levels are the rival's. With defaults there are none:
    they would be told by conventions.
    """
    instead = levels(reading)
    if instead is not None:
        return _spread_of(reading, instead, 0.0)
    if defaults_in_use(reading):
        return {}
    table = reading.table("states")
    if table is None or table.num_rows == 0:
        return {}
    p = pc.add(table["expectation"], table["residual"]).to_numpy()
    inner = pc.add(
        pc.add(table["var_expectation"], table["var_residual"]),
        pc.multiply(table["cov_expectation_residual"], 2.0),
    ).to_numpy()
    return _spread_of(reading, p, float(np.mean(inner)))


def _spread_of(reading: Reading, p: Any, inner: float) -> Row:
    """Mean and distribution of levels; `inner` is the mean variance of one.

    The filter's line has no ends and the scale has: a level beyond an end is shown at it, as
    whoever answers can only tick the lowest or the highest number.
    """
    n = len(p)
    beyond = int(np.count_nonzero((p < 0) | (p > _TOP)))
    p = np.clip(p, 0.0, _TOP)
    half = Z95 * sqrt((float(np.var(p)) + inner) / n)
    mean = float(np.mean(p))
    counts = np.bincount(np.clip(np.floor(p), 0, _TOP - 1).astype(int), minlength=_TOP)
    return present(
        standing=reading.of(mean, max(0.0, mean - half), min(float(_TOP), mean + half), n),
        beyond=beyond if beyond >= reading.threshold else None,
        distribution=[
            {"from": low, "to": low + 1, "customers": int(count)}
            for low, count in enumerate(counts)
            if count >= reading.threshold
        ],
    )


def pillars(reading: Reading) -> Row:
    """Effort, bond and goal, each with its measures."""
    found: dict[str, list[Row]] = {}
    for row in reading.rows("pillars"):
        one = reading.of(row["value"], row["low"], row["high"], row["n"], people=row["customers"])
        if one is not None:
            found.setdefault(row["pillar"], []).append(
                {"measure": row["measure"], "unit": "share" if row["unit"] == "share" else "points"} | one
            )
    return dict(found)


def mirror(reading: Reading) -> list[Row]:
    """What the company believes beside what customers answered; the largest delivery gap first.

    Beliefs come from few people inside; they are withheld under the same threshold.
    """
    found = []
    for row in reading.rows("mirror"):
        difference = reading.of(
            row["difference"],
            row["low"],
            row["high"],
            min(row["company_n"], row["customers_n"]),
        )
        if difference is not None:
            found.append(
                {
                    "touchpoint": row["touchpoint"],
                    "instrument": row["instrument"],
                    "company": rounded(row["company"]),
                    "company_n": row["company_n"],
                    "customers": rounded(row["customers"]),
                    "customers_n": row["customers_n"],
                    "difference": difference,
                }
            )
    return sorted(found, key=lambda one: (-one["difference"]["value"], one["touchpoint"], one["instrument"]))


def listening(reading: Reading) -> Row:
    """Where the company listens and where it is deaf, most contacts first."""
    rows = reading.rows("listening")
    if not rows:
        return {}
    rows.sort(key=lambda row: (-row["signals"], row["touchpoint"]))
    languages: dict[str, None] = {}
    for row in rows:
        languages.update(dict.fromkeys(part for part in (row["languages"] or "").split(",") if part))
    return {
        "signals": sum(row["signals"] for row in rows),
        "answers": sum(row["answers"] for row in rows),
        "verbatims": sum(row["verbatims"] for row in rows),
        "languages": list(languages),
        "heard": sum(1 for row in rows if row["answers"] > 0),
        "touchpoints": [_heard(reading, row) for row in rows],
    }


def _heard(reading: Reading, row: Row) -> Row:
    response = reading.of(row["response"], row["response_low"], row["response_high"], row["customers"])
    return present(
        touchpoint=row["touchpoint"],
        catalogued=row["catalogued"],
        signals=row["signals"],
        customers=row["customers"],
        answers=row["answers"],
        verbatims=row["verbatims"],
        response=response,
        last_answer=_day(row["last_answer"]),
        silent_days=rounded(row["silent_days"], 1),
    )


def _day(at: Any) -> str | None:
    return at.date().isoformat() if isinstance(at, datetime) else None
