"""The covariates z of each event: of all rows that hold for it, the one of most keys, then the newest.

They move the standard against which a contact is met: γ'z (docs/why/perception.md).
"""

from itertools import combinations
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vivencia.perceptions.columns import Columns, codes_of, columns_of, microseconds, one_array
from vivencia.perceptions.parameters import Floats, Parameters
from vivencia.words.shapes.context import CONTEXT_KEYS

Ints = NDArray[np.int64]


def names_of(context: Any) -> tuple[str, ...]:
    """The covariates of a `CONTEXT` table, in order."""
    return () if context is None else tuple(sorted(context.column("name").unique().to_pylist()))


def centres_of(context: Any) -> Floats:
    """The mean of each covariate's rows: from there its values are counted, so that none is no news."""
    names = np.array(context.column("name").to_pylist())
    values = context.column("value").to_numpy()
    return np.array([values[names == name].mean() for name in names_of(context)])


def columns_around(table: Any, parameters: Parameters, context: Any) -> Columns:
    """`columns_of` events with the covariates that the parameters name; `context` is a `CONTEXT` table."""
    return columns_of(with_context(table, context, parameters.context), parameters)


def with_context(table: Any, context: Any, names: tuple[str, ...]) -> Any:
    """The events with a column for each covariate; NaN where no row holds for them."""
    if context is None:
        return table
    of = np.array(context.column("name").to_pylist())
    for name in names:
        if name in table.column_names:
            continue
        rows = context.filter(pa.array(of == name))
        table = table.append_column(name, pa.array(_values(table, rows)))
    return table


def _values(table: Any, rows: Any) -> Floats:
    found = np.full(table.num_rows, np.nan)
    times = microseconds(one_array(table, "at"))
    given = {key: rows.column(key).is_valid().to_numpy() for key in CONTEXT_KEYS}
    patterns = [keys for size in range(len(CONTEXT_KEYS) + 1) for keys in combinations(CONTEXT_KEYS, size)]
    for keys in patterns:
        here = np.ones(rows.num_rows, dtype=np.bool_)
        for key in CONTEXT_KEYS:
            here &= given[key] == (key in keys)
        if here.any():
            newest = _newest(table, times, rows.filter(pa.array(here)), keys)
            found = np.where(np.isfinite(newest), newest, found)
    return found


def _newest(table: Any, times: Ints, rows: Any, keys: tuple[str, ...]) -> Floats:
    """The newest value at each event among rows that name exactly these keys."""
    group, own = np.zeros(table.num_rows, dtype=np.int64), np.zeros(rows.num_rows, dtype=np.int64)
    known = np.ones(table.num_rows, dtype=np.bool_)
    for key in keys:
        words = {word: number for number, word in enumerate(rows.column(key).unique().to_pylist())}
        code = codes_of(one_array(table, key), words, -1).astype(np.int64)
        known &= code >= 0
        group = group * len(words) + np.maximum(code, 0)
        own = own * len(words) + codes_of(one_array(rows, key), words, 0)
    began = microseconds(one_array(rows, "at"))
    instants = np.unique(began)
    # One number that sorts by group and then by time: the last row not after the event is its value.
    stride = len(instants) + 1
    marks = own * stride + np.searchsorted(instants, began) + 1
    order = np.argsort(marks, kind="stable")
    asked = group * stride + np.searchsorted(instants, times, side="right")
    at = np.searchsorted(marks[order], asked, side="right") - 1
    row = order[np.maximum(at, 0)]
    fits = known & (at >= 0) & (own[row] == group)
    return np.where(fits, rows.column("value").to_numpy()[row], np.nan)
