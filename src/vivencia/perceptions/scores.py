"""Each instrument as asked, on its own scale: NPS, mean, share of the two best answers."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from vivencia.measure.intervals import nps, nps_moments
from vivencia.measure.normal import Z95
from vivencia.perceptions.columns import Columns, entries_of, one_array
from vivencia.perceptions.compiled import compiled
from vivencia.perceptions.parameters import Floats
from vivencia.perceptions.summaries import Codes, Parts, interval, sums_of
from vivencia.perceptions.sums import add_up_all
from vivencia.words.shapes.perceptions import SCORE_PARTS, SCORES

DIMENSIONS = ("all", "touchpoint", "stage", "month")
#: Families of which the share of the two best answers is told.
TOP_TWO = frozenset({"csat", "ces", "stars", "smileys"})
_PROMOTER, _PASSIVE = 9.0, 7.0


def score_parts(table: Any, dimensions: Mapping[str, Codes], columns: Columns, instruments: Any) -> Any:
    """The `SCORE_PARTS` of whole customers, by `dimension_codes` of their events."""
    known = instruments.to_pylist()
    numbers = {one["instrument"]: i for i, one in enumerate(known)}
    ratings = entries_of(one_array(table, "ratings"), numbers, len(known), columns.events)
    event, code = ratings.owner, ratings.code
    low = np.array([one["low"] for one in known] + [np.inf])
    high = np.array([one["high"] for one in known] + [-np.inf])
    fine = (ratings.value >= low[code]) & (ratings.value <= high[code]) & (event >= 0)
    rows = np.flatnonzero(fine)
    event, code = event[rows], code[rows]
    # The number of an answer is that of its event's key and its instrument, dimension after dimension.
    many, names = max(len(known), 1), list[tuple[str, str]]()
    joint = np.empty((len(DIMENSIONS), len(rows)), dtype=np.int64)
    for row, dimension in zip(joint, DIMENSIONS, strict=True):
        codes, keys = dimensions[dimension]
        _number_on(codes, event, code, len(names), many, row)
        names += [(dimension, key) for key in keys]
    first = np.append(ratings.lo, len(ratings.code))[columns.starts]
    found = add_up_all(
        np.searchsorted(rows, first),
        joint,
        len(names) * many,
        _values(known, code, ratings.value[rows], low, high),
    )
    return _table(names, [one["instrument"] for one in known], found)


@compiled
def _number_on(codes: Any, event: Any, instrument: Any, first: int, many: int, row: Any) -> None:
    for a in range(row.shape[0]):
        key = codes[event[a]]
        row[a] = (key + first) * many + instrument[a] if key >= 0 else -1


def _values(known: list[dict[str, Any]], code: Any, raw: Floats, low: Floats, high: Floats) -> Floats:
    """Raw answer, promoter − detractor, top-two, promoter and detractor as rows."""
    is_nps = np.array([one["family"] == "nps" for one in known] + [False])[code]
    good_is_low = np.array([one["slope"] < 0 for one in known] + [False])[code]
    promoter, detractor = is_nps & (raw >= _PROMOTER), is_nps & (raw < _PASSIVE)
    best = np.where(good_is_low, raw <= low[code] + 1, raw >= high[code] - 1)
    return np.stack([raw, promoter.astype(np.float64) - detractor, best, promoter, detractor])


def _table(names: list[tuple[str, str]], instruments: list[str], found: Floats) -> Any:
    used = np.flatnonzero(found[:, 0])
    many = max(len(instruments), 1)
    sums = found[used]
    numbers = {
        "answers": 0, "answers_customers": 1, "answers_square": 2, "promoters": 12, "detractors": 15,
        **{f"{name}_{kind}": 3 + 3 * v + j for v, name in enumerate(("raw", "nps", "top_two"))
           for j, kind in enumerate(("sum", "square", "cross"))},
    }  # fmt: skip
    columns: dict[str, Any] = {
        "dimension": pa.array([names[k // many][0] for k in used], pa.string()),
        "key": pa.array([names[k // many][1] for k in used], pa.string()),
        "instrument": pa.array([instruments[k % many] for k in used], pa.string()),
    }
    columns |= {name: pa.array(sums[:, numbers[name]]) for name in SCORE_PARTS.names[3:]}
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
