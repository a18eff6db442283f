"""What readings add up to: means and shares by touchpoint and aspect, intervals clustered by customer."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vivencia.measure.intervals import clustered_mean, clustered_share, clustered_variance
from vivencia.measure.rates import welch_half_width, wilson
from vivencia.understanding.columns import rows_table
from vivencia.understanding.reading import SENTIMENTS
from vivencia.words.shapes.understanding import EMOTIONS, WORD_ASPECTS, WORD_MEASURES

Floats = NDArray[np.float64]

MARKS = ("effort", "leave", "recommend", "advise_against", "competitor", "fell_short")
MEASURES = (
    "polarity", *SENTIMENTS, *(f"emotion_{name}" for name in EMOTIONS), *(f"mark_{name}" for name in MARKS)
)  # fmt: skip
#: Sums of one sample: n, customers, Σn_c², Σy_c, Σy_c², Σy_c·n_c.
_SIX = ("n", "customers", "nn", "total", "total_square", "cross")
_ALL = ("n", "customers", "nn", "total", "total_square", "cross_sum")
_LATE = tuple(f"late_{name}" for name in _SIX)
_EARLY = tuple(f"early_{name}" for name in _SIX)
ASPECT_SUMS = (*_ALL, "unhappy", "unhappy_customers", *_LATE, *_EARLY)

#: By touchpoint: n, customers, Σn², then for each measure Σy, Σy², Σy·n.
Sums = dict[str, Floats]


def start(side: Mapping[str, Any]) -> Sums:
    """Nothing added up."""
    del side
    return {}


def add(state: Sums, table: Any, side: Mapping[str, Any]) -> Sums:
    """Rows of `told` (a customer at a touchpoint each) added."""
    del side
    n = _floats(table, "n")
    parts = [n, np.ones(len(n)), n * n]
    for name in MEASURES:
        y = _floats(table, name)
        parts += [y, y * y, y * n]
    places = pc.dictionary_encode(table.column("touchpoint").combine_chunks().cast(pa.string()))
    keys, codes = places.dictionary.to_pylist(), places.indices.to_numpy(zero_copy_only=False)
    sums = np.stack([np.bincount(codes, part, len(keys)) for part in parts], axis=1)
    return merge(state, dict(zip(keys, sums, strict=True)))


def _floats(table: Any, name: str) -> Floats:
    return np.asarray(table.column(name).to_numpy(zero_copy_only=False), dtype=np.float64)


def merge(a: Sums, b: Sums) -> Sums:
    """Both together."""
    joined = dict(a)
    for key, row in b.items():
        joined[key] = joined[key] + row if key in joined else row
    return joined


def measures(state: Sums, side: Mapping[str, Any]) -> Any:
    """The `WORD_MEASURES`: the mean polarity and the shares, a row each."""
    del side
    rows = []
    for touchpoint, sums in state.items():
        n, customers, square = sums[:3]
        for place, name in enumerate(MEASURES):
            total, total_square, cross = sums[3 + 3 * place : 6 + 3 * place]
            interval = clustered_mean if name == "polarity" else clustered_share
            with np.errstate(invalid="ignore", divide="ignore"):
                found = interval(
                    *(np.array(one) for one in (n, customers, square, total, total_square, cross))
                )
            value, low, high = (_number(one) for one in found)
            rows.append(
                {
                    "touchpoint": touchpoint, "measure": name, "n": int(n), "customers": int(customers),
                    "cases": None if name == "polarity" else round(float(total)),
                    "value": value, "low": low, "high": high,
                }
            )  # fmt: skip
    return rows_table(rows, WORD_MEASURES)


def _number(value: Any) -> float | None:
    return float(value) if np.isfinite(value) else None


# Aspects ------------------------------------------------------------------------------------


def no_rows(side: Mapping[str, Any]) -> tuple[Any, ...]:
    """No rows yet."""
    del side
    return ()


def add_rows(state: tuple[Any, ...], table: Any, side: Mapping[str, Any]) -> tuple[Any, ...]:
    """The rows so far, and these."""
    del side
    return (*state, table) if table.num_rows else state


def merge_rows(a: tuple[Any, ...], b: tuple[Any, ...]) -> tuple[Any, ...]:
    """Both."""
    return a + b


def aspects(state: tuple[Any, ...], side: Mapping[str, Any]) -> Any:
    """The `WORD_ASPECTS`: each aspect's mean polarity beside that of all there, and how it changed."""
    rows = [row for table in state for row in table.to_pylist()]
    negative = {
        row["touchpoint"]: row["cases"] for row in side["word_measures"].to_pylist()
        if row["measure"] == "negative"
    }  # fmt: skip
    level: dict[str, tuple[float, float]] = {}
    for row in rows:
        total, n = level.get(row["touchpoint"], (0.0, 0.0))
        level[row["touchpoint"]] = total + row["total"], n + row["n"]
    return rows_table([_aspect(row, level[row["touchpoint"]], negative) for row in rows], WORD_ASPECTS)


def _aspect(row: dict[str, Any], level: tuple[float, float], negative: Mapping[str, int]) -> dict[str, Any]:
    sums = [np.array(float(row[name])) for name in _ALL]
    with np.errstate(invalid="ignore", divide="ignore"):
        mean, low, high = (_number(one) for one in clustered_mean(*sums))
    of = max(int(negative.get(row["touchpoint"], 0)), int(row["unhappy"]))
    share, share_low, share_high = wilson(float(row["unhappy"]), float(of))
    change, change_low, change_high = _change(row)
    return {
        "touchpoint": row["touchpoint"], "aspect": row["aspect"],
        "n": int(row["n"]), "customers": int(row["customers"]),
        "polarity": mean, "polarity_low": low, "polarity_high": high,
        "gap": (mean or 0.0) - level[0] / level[1],
        "unhappy": int(row["unhappy"]), "unhappy_customers": int(row["unhappy_customers"]), "unhappy_of": of,
        "unhappy_share": share if of else None,
        "unhappy_share_low": share_low if of else None, "unhappy_share_high": share_high if of else None,
        "change": change, "change_low": change_low, "change_high": change_high,
        "change_n": int(min(row["late_n"], row["early_n"])),
        "change_customers": int(min(row["late_customers"], row["early_customers"])),
    }  # fmt: skip


def _change(row: Mapping[str, Any]) -> tuple[float | None, float | None, float | None]:
    """The late mean less the early one, with Welch's interval; nothing where a period has one customer."""
    if min(row["late_customers"], row["early_customers"]) < 2:
        return None, None, None
    late, late_variance = clustered_variance(*(np.array(float(row[name])) for name in _LATE))
    early, early_variance = clustered_variance(*(np.array(float(row[name])) for name in _EARLY))
    half = welch_half_width(
        float(late_variance), int(row["late_customers"]), float(early_variance), int(row["early_customers"])
    )
    change = float(late - early)
    return change, change - half, change + half
