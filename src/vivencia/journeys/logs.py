"""An event log mined where it stands, in memory: what every process-mining tool counts, and no more.

The same kernels and the same numbers as `journeys_plan` without a gap, where each case is a
customer; no engine is started and no table is kept.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vivencia.journeys.columns import changes, coded, joined, numbers, times, whole, worded
from vivencia.journeys.steps import BETWEEN
from vivencia.measure.quantiles import grouped_quantiles
from vivencia.words.errors import InputError
from vivencia.words.shapes.journeys import OPEN, START

CASE, ACTIVITY, AT = "case:concept:name", "concept:name", "time:timestamp"

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Codes = NDArray[np.int32]

_SHARES = (0.5, 0.9)


@dataclass(frozen=True, slots=True)
class MinedLog:
    """What a log shows, as Arrow tables; seconds are `_s`.

    `transitions` (from_touchpoint, to_touchpoint, count, mean_s, median_s, p90_s) has
    the moves from START and, from each case's last step, to OPEN; `variants` (variant, count,
    median_s, p90_s) the ways with their cases; `cases` (case, started, ended, duration_s, steps,
    variant) a row a case. `left_out` counts the events without a case, an activity or a time.
    """

    transitions: Any
    variants: Any
    cases: Any
    left_out: int


def mine_log(log: Any, *, case: str = CASE, activity: str = ACTIVITY, at: str = AT) -> MinedLog:
    """Transitions with their times, variants, starts, ends and durations of an event log.

    `log` is a `pyarrow.Table`, one row an event, such as `vivencia.connectors.open_file` reads
    from XES; `case`, `activity` (text) and `at` (a time with a zone) name its columns. Events of
    a case are taken in order of time, and of the log where times are equal.

    Raises InputError when a column is missing.
    """
    if missing := [name for name in (case, activity, at) if name not in log.column_names]:
        raise InputError(
            f"The log has no column {', '.join(missing)}.", hint=f"It has {', '.join(log.column_names)}."
        )
    told = pa.table({name: whole(log.column(name)) for name in dict.fromkeys((case, activity, at))})
    if any(column.null_count for column in told.columns):
        told = told.drop_null()
    told, first, moments = _by_case(told, case, at)
    touched, words = coded(told.column(activity))
    begins = np.append(np.flatnonzero(first), first.size)
    waited = np.append(np.nan, np.diff(moments) / 1e6)[: moments.size]
    waited[begins[:-1]] = np.nan
    started, ended = moments[begins[:-1]], moments[begins[1:] - 1]
    lasted = (ended - started) / 1e6
    variant = joined(touched, begins, words, BETWEEN.encode())
    return MinedLog(
        _transitions(touched, begins, waited, words),
        _variants(variant, lasted),
        pa.table(
            {
                "case": whole(told.column(case)).take(numbers(begins[:-1])),
                "started": numbers(started).cast(pa.timestamp("us", "UTC")),
                "ended": numbers(ended).cast(pa.timestamp("us", "UTC")),
                "duration_s": numbers(lasted),
                "steps": numbers(np.diff(begins)),
                "variant": variant,
            }
        ),
        log.num_rows - told.num_rows,
    )


def _by_case(told: Any, case: str, at: str) -> tuple[Any, NDArray[np.bool_], Ints]:
    """The rows case by case and by time, which of them begin a case, and their times."""
    first, moments = changes(told.column(case)), times(told.column(at))
    heads = whole(told.column(case)).take(numbers(np.flatnonzero(first)))
    back = (np.diff(moments) < 0) & ~first[1:]
    if len(pc.unique(heads)) == len(heads) and not back.any():
        return told, first, moments
    codes, _ = coded(told.column(case))
    order = np.lexsort((moments, codes))
    told = told.take(numbers(order))
    return told, changes(told.column(case)), moments[order]


def _transitions(touched: Codes, begins: Ints, waited: Floats, words: Any) -> Any:
    start, end = len(words), len(words) + 1
    wide = end + 1
    before = np.append(np.int32(start), touched[:-1])[: touched.size].astype(np.int64)
    before[begins[:-1]] = start
    final = touched[begins[1:] - 1].astype(np.int64)
    pair = np.concatenate([before * wide + touched, final * wide + end])
    # Pairs that occur, numbered in their order.
    there = np.bincount(pair, minlength=wide * wide) if wide * wide <= 1 << 22 else None
    kept = np.unique(pair) if there is None else np.flatnonzero(there)
    place = np.searchsorted(kept, pair) if there is None else (np.cumsum(there > 0) - 1)[pair]
    count = np.bincount(place, minlength=kept.size)
    inner = ~np.isnan(waited)
    place, waits = place[: waited.size][inner], waited[inner]
    timed = np.bincount(place, minlength=kept.size)
    total = np.bincount(place, waits, kept.size)
    median, late = grouped_quantiles(place, waits, kept.size, _SHARES)
    known = pa.concat_arrays([words, pa.array([START, OPEN], pa.string())])
    has = timed > 0
    mean = np.divide(total, timed, out=np.zeros(kept.size), where=has)
    table = pa.table(
        {
            "from_touchpoint": worded(kept // wide, known),
            "to_touchpoint": worded(kept % wide, known),
            "count": numbers(count),
            "mean_s": numbers(mean, has),
            "median_s": numbers(median, has),
            "p90_s": numbers(late, has),
        }
    )
    return table.sort_by([("from_touchpoint", "ascending"), ("to_touchpoint", "ascending")])


def _variants(variant: Any, lasted: Floats) -> Any:
    which, ways = coded(variant)
    median, late = grouped_quantiles(which, lasted, len(ways), _SHARES)
    table = pa.table(
        {
            "variant": ways,
            "count": numbers(np.bincount(which, minlength=len(ways))),
            "median_s": numbers(median),
            "p90_s": numbers(late),
        }
    )
    return table.sort_by([("variant", "ascending")])
