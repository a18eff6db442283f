"""Each instrument as asked, on its own scale: NPS, mean, share of the two best answers."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from vivencia.measure.intervals import nps, nps_moments
from vivencia.measure.normal import Z95
from vivencia.perceptions.columns import Columns, entries_of, one_array
from vivencia.perceptions.parameters import Floats
from vivencia.perceptions.summaries import Codes, Parts, interval, sums_of
from vivencia.perceptions.sums import add_up
from vivencia.words.shapes.perceptions import SCORE_PARTS, SCORES

DIMENSIONS = ("all", "touchpoint", "stage", "month")
#: Families of which the share of the two best answers is told.
TOP_TWO = frozenset({"csat", "ces", "stars", "smileys"})
_PROMOTER, _PASSIVE = 9.0, 7.0


def score_parts(table: Any, dimensions: Mapping[str, Codes], columns: Columns, instruments: Any) -> Any:
    """The `SCORE_PARTS` of whole customers, by `dimension_codes` of their events."""
    known = instruments.to_pylist()
    keys = {one["instrument"]: i for i, one in enumerate(known)}
    ratings = entries_of(one_array(table, "ratings"), keys, len(known), columns.events)
    size = (ratings.hi - ratings.lo).astype(np.int64)
    event = np.repeat(np.arange(columns.events), size)
    ends = np.concatenate([[0], np.cumsum(size)])
    entry = np.arange(len(event)) - np.repeat(ends[:-1], size) + np.repeat(ratings.lo, size)
    code, raw = ratings.code[entry].astype(np.int64), ratings.value[entry]
    low = np.array([one["low"] for one in known] + [np.inf])
    high = np.array([one["high"] for one in known] + [-np.inf])
    fine = (raw >= low[code]) & (raw <= high[code])
    values, promoter, detractor = _values(known, code, raw, low, high)
    starts = ends[columns.starts]
    tables = []
    for dimension in DIMENSIONS:
        codes, names = dimensions[dimension]
        here = codes[event]
        joint = np.where(fine & (here >= 0), here * len(known) + code, -1)
        sums = add_up(starts, joint, len(names) * max(len(known), 1), values)
        marked = joint[promoter & (joint >= 0)], joint[detractor & (joint >= 0)]
        made: dict[str, Floats] = {
            "answers": sums.n, "answers_customers": sums.clusters, "answers_square": sums.square,
            "promoters": np.bincount(marked[0], minlength=len(sums.n)).astype(np.float64),
            "detractors": np.bincount(marked[1], minlength=len(sums.n)).astype(np.float64),
        }  # fmt: skip
        for v, name in enumerate(("raw", "nps", "top_two")):
            made |= {
                f"{name}_sum": sums.total[v],
                f"{name}_square": sums.total_square[v],
                f"{name}_cross": sums.cross[v],
            }
        tables.append(_table(dimension, names, [one["instrument"] for one in known], made))
    return pa.concat_tables(tables)


def _values(
    known: list[dict[str, Any]], code: Any, raw: Floats, low: Floats, high: Floats
) -> tuple[Floats, Any, Any]:
    """Raw answer, promoter − detractor and top-two as rows; and who is a promoter or a detractor."""
    is_nps = np.array([one["family"] == "nps" for one in known] + [False])[code]
    good_is_low = np.array([one["slope"] < 0 for one in known] + [False])[code]
    promoter, detractor = is_nps & (raw >= _PROMOTER), is_nps & (raw < _PASSIVE)
    best = np.where(good_is_low, raw <= low[code] + 1, raw >= high[code] - 1)
    score = promoter.astype(np.float64) - detractor
    return (
        np.stack([np.where(np.isfinite(raw), raw, 0.0), score, best.astype(np.float64)]),
        promoter,
        detractor,
    )


def _table(dimension: str, names: list[str], instruments: list[str], made: Mapping[str, Floats]) -> Any:
    used = np.flatnonzero(made["answers"])
    many = max(len(instruments), 1)
    columns: dict[str, Any] = {
        "dimension": pa.array([dimension] * len(used), pa.string()),
        "key": pa.array([names[k // many] for k in used], pa.string()),
        "instrument": pa.array([instruments[k % many] for k in used], pa.string()),
    }
    columns |= {name: pa.array(made[name][used]) for name in SCORE_PARTS.names[3:]}
    return pa.table(columns)


def finish(state: Parts, side: Mapping[str, Any]) -> Any:
    """The `SCORES` table: a row for each statistic that the instrument's family has."""
    keys, s = sums_of(state, SCORE_PARTS.names[3:])
    family = {one["instrument"]: one["family"] for one in side["instruments"].to_pylist()}
    found = {
        "mean": interval(s, "answers", "raw"),
        "nps": _nps(s),
        "top_two": interval(s, "answers", "top_two", share=True),
    }
    rows = []
    for i, (dimension, key, instrument) in enumerate(keys):
        for statistic in _statistics(family.get(instrument, "")):
            value, low, high = (float(array[i]) for array in found[statistic])
            if np.isfinite(low) and np.isfinite(high):
                counts = int(s["answers"][i]), int(s["answers_customers"][i])
                rows.append((dimension, key, instrument, statistic, value, low, high, *counts))
    rows.sort()
    types = [pa.string()] * 4 + [pa.float64()] * 3 + [pa.int64()] * 2
    return pa.table(
        {name: pa.array([row[i] for row in rows], types[i]) for i, name in enumerate(SCORES.names)}
    )


def _statistics(family: str) -> tuple[str, ...]:
    if family == "nps":
        return ("mean", "nps")
    if family == "kano":  # half of a pair: its mean says nothing
        return ()
    return ("mean", "top_two") if family in TOP_TWO else ("mean",)


def _nps(s: Mapping[str, Floats]) -> tuple[Floats, Floats, Floats]:
    """Adjusted Wald, widened by √deff where customers answered more than once."""
    promoters, detractors = s["promoters"], s["detractors"]
    passives = s["answers"] - promoters - detractors
    value, low, high = nps(detractors, passives, promoters)
    _, one = nps_moments(detractors, passives, promoters)
    _, clustered_low, clustered_high = interval(s, "answers", "nps")
    with np.errstate(invalid="ignore", divide="ignore"):
        clustered = (clustered_high - clustered_low) ** 2
        unclustered = (2 * Z95) ** 2 * one / s["answers"]
        deff = np.where(
            (s["answers_square"] > s["answers"]) & (unclustered > 0), clustered / unclustered, 1.0
        )
    wider = np.sqrt(np.maximum(np.nan_to_num(deff, nan=1.0), 1.0))
    centre, half = (low + high) / 2, (high - low) / 2 * wider
    low = np.where(wider > 1, np.maximum(centre - half, -1.0), low)
    return value, low, np.where(wider > 1, np.minimum(centre + half, 1.0), high)
