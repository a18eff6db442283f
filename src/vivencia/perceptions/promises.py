"""Objective measures against what was promised: level, spread, share kept, and what breaking it costs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from vivencia.measure.intervals import clustered_share
from vivencia.perceptions.coldstart import mean_answer
from vivencia.perceptions.columns import entries_of, one_array, starts_of
from vivencia.perceptions.parameters import EXPERIENCE, Floats
from vivencia.perceptions.sums import add_up
from vivencia.perceptions.table import scales_in
from vivencia.words.shapes.perceptions import PROMISES_KEPT

COLUMNS = ("customer", "touchpoint", "measures", "ratings")
_OPERATORS = {"<=": np.less_equal, "<": np.less, ">=": np.greater_equal, ">": np.greater}


@dataclass(frozen=True, slots=True)
class Met:
    """The state of the fold, by (touchpoint, measure): values as they came, and sums.

    `sums`: n, customers, Σn_c², Σkept, Σkept_c², Σkept_c·n_c, then number and sum of the
    answers where kept and where broken.
    """

    values: dict[tuple[str, str], list[Floats]] = field(default_factory=dict)
    sums: dict[tuple[str, str], Floats] = field(default_factory=dict)


def start(side: Mapping[str, Any]) -> Met:
    """Nothing measured yet."""
    del side
    return Met()


def merge(a: Met, b: Met) -> Met:
    """Both together."""
    values, sums = dict(a.values), dict(a.sums)
    for key, parts in b.values.items():
        values[key] = [*values.get(key, []), *parts]
    for key, row in b.sums.items():
        sums[key] = sums[key] + row if key in sums else row
    return Met(values, sums)


def add(state: Met, table: Any, side: Mapping[str, Any]) -> Met:
    """The measures of one table of events merged in."""
    return merge(state, _met(table, side))


def _met(table: Any, side: Mapping[str, Any]) -> Met:
    array = one_array(table, "measures")
    if table.num_rows == 0 or len(array.keys) == 0:
        return Met()
    names = sorted(set(array.keys.unique().to_pylist()))
    entries = entries_of(array, {name: i for i, name in enumerate(names)}, len(names), table.num_rows)
    size = (entries.hi - entries.lo).astype(np.int64)
    ends = np.concatenate([[0], np.cumsum(size)])
    event = np.repeat(np.arange(table.num_rows), size)
    entry = np.arange(len(event)) - np.repeat(ends[:-1], size) + np.repeat(entries.lo, size)
    value = entries.value[entry]
    touchpoint = one_array(table, "touchpoint").dictionary_encode()
    places = touchpoint.dictionary.to_pylist()
    tp = touchpoint.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    joint = np.where(np.isfinite(value), tp[event] * len(names) + entries.code[entry], -1)
    keys = len(places) * len(names)
    kept = _kept(joint, value, places, names, side["promises"])
    answer = _answers(table, side["instruments"])[event]
    told = np.isfinite(answer)
    answer = np.where(told, answer, 0.0)
    each = np.stack([kept, told * kept, answer * kept, told * (1 - kept), answer * (1 - kept)])
    sums = add_up(ends[starts_of(one_array(table, "customer"))], joint, keys, each)
    rows = np.stack(
        [
            sums.n,
            sums.clusters,
            sums.square,
            sums.total[0],
            sums.total_square[0],
            sums.cross[0],
            *sums.total[1:],
        ]
    )
    # Sixteen bits are sorted by radix, which is several times faster.
    order = np.argsort(joint.astype(np.int16) if keys < 32_000 else joint, kind="stable")
    border = np.searchsorted(joint[order], np.arange(keys + 1))
    used = np.flatnonzero(sums.n)
    key = [(places[k // len(names)], names[k % len(names)]) for k in used]
    return Met(
        {name: [value[order[border[k] : border[k + 1]]]] for name, k in zip(key, used, strict=True)},
        {name: rows[:, k] for name, k in zip(key, used, strict=True)},
    )


def _kept(joint: Any, value: Floats, places: list[str], names: list[str], promises: Any) -> Floats:
    kept = np.zeros(len(value))
    for promise in promises.to_pylist():
        if promise["touchpoint"] in places and promise["measure"] in names:
            k = places.index(promise["touchpoint"]) * len(names) + names.index(promise["measure"])
            here = joint == k
            kept[here] = _OPERATORS[promise["operator"]](value[here], promise["threshold"])
    return kept


def _answers(table: Any, instruments: Any) -> Floats:
    keys, scales = scales_in(instruments)
    codes = {key: i for i, key in enumerate(keys)}
    ratings = entries_of(one_array(table, "ratings"), codes, len(keys), table.num_rows)
    return mean_answer(ratings, np.concatenate([scales, np.full((1, 8), -1.0)]), EXPERIENCE)


def finish(state: Met, side: Mapping[str, Any]) -> Any:
    """The `PROMISES_KEPT` table."""
    promised = {(p["touchpoint"], p["measure"]): p for p in side["promises"].to_pylist()}
    rows = [_row(key, state, promised.get(key)) for key in sorted(state.sums)]
    types = {"text": pa.string(), "float": pa.float64(), "int": pa.int64()}
    return pa.table(
        {
            column.name: pa.array([row.get(column.name) for row in rows], types[column.type])
            for column in PROMISES_KEPT.columns
        }
    )


def _row(key: tuple[str, str], state: Met, promise: Mapping[str, Any] | None) -> dict[str, Any]:
    values = np.sort(np.concatenate(state.values[key]))
    s = state.sums[key]
    median, p90 = np.quantile(values, (0.5, 0.9))
    row: dict[str, Any] = {
        "touchpoint": key[0], "measure": key[1], "n": int(s[0]), "customers": int(s[1]),
        "mean": float(values.mean()), "median": float(median), "p90": float(p90),
    }  # fmt: skip
    if promise is None:
        return row
    share, low, high = clustered_share(*(s[i : i + 1] for i in (0, 1, 2, 3, 4, 5)))
    row |= {
        "operator": promise["operator"], "threshold": promise["threshold"],
        "kept": float(share[0]), "kept_low": float(low[0]), "kept_high": float(high[0]),
        "rated_kept": int(s[6]), "rated_broken": int(s[8]),
    }  # fmt: skip
    for name, n, total in (("experience_kept", s[6], s[7]), ("experience_broken", s[8], s[9])):
        row[name] = float(total / n) if n else None
    return row
