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
from vivencia.understanding.keeping import kept
from vivencia.understanding.reading import SENTIMENTS
from vivencia.words.shapes.understanding import EMOTIONS, WORD_ASPECTS, WORD_MEASURES

Floats = NDArray[np.float64]

MARKS = ("effort", "leave", "recommend", "advise_against", "competitor", "fell_short")
MEASURES = (
    "polarity", *SENTIMENTS, *(f"emotion_{name}" for name in EMOTIONS), *(f"mark_{name}" for name in MARKS)
)  # fmt: skip
#: What is added up of an aspect: each time it is spoken of, of them the late, the early and those in an
#: unhappy text, and the polarity of all, the late and the early.
_OF_ASPECT = ("n", "late_n", "early_n", "unhappy", "total", "late_total", "early_total")
#: Beside which of them each is looked at.
_BESIDE = np.array([0, 1, 2, 3, 0, 1, 2])

#: By touchpoint, or touchpoint and aspect (an empty touchpoint for all), of each thing that is added
#: up: Σy_c over customers c, how many have y_c > 0, Σy_c², and Σy_c·n_c, n being what it is beside.
Sums = dict[Any, Floats]
_SUM, _SOME, _SQUARE, _CROSS = range(4)


def start(side: Mapping[str, Any]) -> Sums:
    """Nothing added up."""
    del side
    return {}


def add_texts(state: Sums, table: Any, side: Mapping[str, Any]) -> Sums:
    """Rows of `told` (a text each, whole customers) added."""
    del side
    names, touchpoint = _coded(table, "touchpoint")
    added = np.stack([np.ones(table.num_rows), *(_floats(table, name) for name in MEASURES)])
    at = _places(names, touchpoint, 1, np.zeros(table.num_rows, np.int64))
    beside = np.zeros(len(added), np.int64)
    sums = _by_customer(_coded(table, "customer")[1], at, added, beside, np.zeros(len(names) + 1, np.bool_))
    return merge(state, _named(sums, ["", *names]))


def add_aspects(state: Sums, table: Any, side: Mapping[str, Any]) -> Sums:
    """Rows of `spoken` (an aspect of a text each, whole customers) added."""
    del side
    names, touchpoint = _coded(table, "touchpoint")
    aspects, aspect = _coded(table, "aspect")
    polarity, late, early = (_floats(table, name) for name in ("polarity", "late", "early"))
    unhappy, ones = _floats(table, "unhappy"), np.ones(table.num_rows)
    added = np.stack([ones, late, early, unhappy, polarity, polarity * late, polarity * early])
    at = _places(names, touchpoint, len(aspects), aspect)
    met = np.zeros((len(names) + 1) * len(aspects), np.bool_)
    sums = _by_customer(_coded(table, "customer")[1], at, added, _BESIDE, met)
    return merge(state, _named(sums, [(name, aspect) for name in ("", *names) for aspect in aspects]))


def _coded(table: Any, name: str) -> tuple[list[str], NDArray[np.int64]]:
    """The different values of a text column, and which each row has."""
    column = table.column(name).combine_chunks()
    column = column if pa.types.is_dictionary(column.type) else pc.dictionary_encode(column)
    column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return column.dictionary.to_pylist(), column.indices.to_numpy(zero_copy_only=False).astype(np.int64)


def _floats(table: Any, name: str) -> Floats:
    return np.asarray(table.column(name).to_numpy(zero_copy_only=False), dtype=np.float64)


def _places(
    names: list[str], touchpoint: NDArray[np.int64], many: int, within: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Where each row is added up: among all, and at its touchpoint; −1 where it has none. 2 × rows."""
    own = np.array([place if name else -1 for place, name in enumerate(names, 1)], np.int64)[touchpoint]
    return np.stack([within, np.where(own < 0, -1, own * many + within)])


@kept()
def _closed(
    sums: Floats, own: Floats, there: NDArray[np.int64], beside: NDArray[np.int64], met: NDArray[np.bool_]
) -> None:
    """Adds what one customer has at the places they were met at."""
    for place in there:
        for thing in range(beside.size):
            y = own[place, thing]
            sums[place, thing, _SUM] += y
            sums[place, thing, _SOME] += y > 0
            sums[place, thing, _SQUARE] += y * y
            sums[place, thing, _CROSS] += y * own[place, beside[thing]]
        for thing in range(beside.size):
            own[place, thing] = 0.0
        met[place] = False


@kept()
def _by_customer(
    customer: NDArray[np.int64],
    places: NDArray[np.int64],
    added: Floats,
    beside: NDArray[np.int64],
    met: NDArray[np.bool_],
) -> Floats:
    """The `Sums` at each place, of rows that stand by customer; `met` is False for each place."""
    sums, own = np.zeros((met.size, added.shape[0], 4)), np.zeros((met.size, added.shape[0]))
    there, many = np.empty(met.size, np.int64), 0
    for row in range(customer.size):
        if row and customer[row] != customer[row - 1]:
            _closed(sums, own, there[:many], beside, met)
            many = 0
        for level in range(places.shape[0]):
            place = places[level, row]
            if place < 0:
                continue
            if not met[place]:
                met[place] = True
                there[many] = place
                many += 1
            for thing in range(beside.size):
                own[place, thing] += added[thing, row]
    _closed(sums, own, there[:many], beside, met)
    return sums


def _named(sums: Floats, keys: list[Any]) -> Sums:
    return {key: row for key, row in zip(keys, sums, strict=True) if row[0, _SUM]}


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
        n, customers, square = sums[0, [_SUM, _SOME, _SQUARE]]
        for name, of_it in zip(MEASURES, sums[1:], strict=True):
            total, total_square, cross = of_it[[_SUM, _SQUARE, _CROSS]]
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


def aspects(state: Sums, side: Mapping[str, Any]) -> Any:
    """The `WORD_ASPECTS`: each aspect's mean polarity beside that of all there, and how it changed."""
    rows = [
        {"touchpoint": touchpoint, "aspect": aspect, **_sums_of(sums)}
        for (touchpoint, aspect), sums in sorted(state.items(), key=lambda one: one[0])
    ]
    negative = {
        row["touchpoint"]: row["cases"] for row in side["word_measures"].to_pylist()
        if row["measure"] == "negative"
    }  # fmt: skip
    level: dict[str, tuple[float, float]] = {}
    for row in rows:
        total, n = level.get(row["touchpoint"], (0.0, 0.0))
        level[row["touchpoint"]] = total + row["total"], n + row["n"]
    return rows_table([_aspect(row, level[row["touchpoint"]], negative) for row in rows], WORD_ASPECTS)


def _sums_of(sums: Floats) -> dict[str, Any]:
    found: dict[str, Any] = dict(zip(_OF_ASPECT, sums[:, _SUM].tolist(), strict=True))
    for place, sample in enumerate(("", "late_", "early_")):
        value = _OF_ASPECT.index(f"{sample}total")
        found |= {
            f"{sample}customers": float(sums[place, _SOME]),
            f"{sample}nn": float(sums[place, _SQUARE]),
            f"{sample}total_square": float(sums[value, _SQUARE]),
            f"{sample}cross": float(sums[value, _CROSS]),
        }  # fmt: skip
    return found | {"unhappy_customers": float(sums[_OF_ASPECT.index("unhappy"), _SOME])}


def _aspect(row: dict[str, Any], level: tuple[float, float], negative: Mapping[str, int]) -> dict[str, Any]:
    sums = [np.array(float(row[name])) for name in _sample("")]
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


def _sample(of: str) -> tuple[str, ...]:
    """The sums of one sample: n, customers, Σn_c², Σy_c, Σy_c², Σy_c·n_c."""
    return tuple(f"{of}{name}" for name in ("n", "customers", "nn", "total", "total_square", "cross"))


def _change(row: Mapping[str, Any]) -> tuple[float | None, float | None, float | None]:
    """The late mean less the early one, with Welch's interval; nothing where a period has one customer."""
    if min(row["late_customers"], row["early_customers"]) < 2:
        return None, None, None
    late, late_variance = clustered_variance(*(np.array(float(row[name])) for name in _sample("late_")))
    early, early_variance = clustered_variance(*(np.array(float(row[name])) for name in _sample("early_")))
    half = welch_half_width(
        float(late_variance), int(row["late_customers"]), float(early_variance), int(row["early_customers"])
    )
    change = float(late - early)
    return change, change - half, change + half
