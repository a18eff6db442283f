"""Sums by group, kept apart in groups of customers, so that any ratio of them has an interval.

Customers fall into BUCKETS by their keys. A statistic of the sums is taken of all of them
and again with each bucket left out: the delete-a-group jackknife (Kott 2001, J. Official
Statistics 17:521), which holds what one customer says several times together.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vivencia.measure.intervals import student_95
from vivencia.perceptions.columns import one_array
from vivencia.perceptions.compiled import compiled
from vivencia.perceptions.parameters import Floats

BUCKETS = 40
#: Fewer buckets with anybody in them give no interval.
LEAST = 5
Ints = NDArray[np.int64]
#: (dimension, key) → sums, a row a bucket; the first two columns are rows and customers.
State = dict[tuple[str, str], Floats]
#: Dimension, key, and the sums of each bucket end to end.
Part = tuple[str, str, Floats]


def buckets_of(keys: Any) -> Ints:
    """The bucket of each key (an Arrow text array without nulls), the same everywhere."""
    if pa.types.is_dictionary(keys.type):
        keys = keys.dictionary_decode()
    keys = keys.cast(pa.large_string())
    if len(keys) == 0:
        return np.zeros(0, dtype=np.int64)
    offsets = np.frombuffer(keys.buffers()[1], dtype=np.int64)[keys.offset : keys.offset + len(keys) + 1]
    letters = np.frombuffer(keys.buffers()[2] or b"", dtype=np.uint8)[offsets[0] : offsets[-1]]
    found = np.empty(len(keys), dtype=np.int64)
    _buckets(offsets - offsets[0], letters, found)
    return found


@compiled
def _buckets(offsets: Any, letters: Any, found: Any) -> None:
    for key in range(found.shape[0]):
        total = 0
        for i in range(offsets[key], offsets[key + 1]):
            total += int(letters[i]) * ((i - offsets[key] + 1) * 2_654_435_761 % 1_048_573)
        found[key] = total % 1_000_003 % BUCKETS


def group_rows(
    dimension: str, keys: list[str], codes: NDArray[Any], customer: Ints, bucket: Ints, values: Floats
) -> list[Part]:
    """Parts: one row for each key that has rows, its sums bucket after bucket.

    `codes` (−1: none), `customer` and `bucket` have a number a row of `values` (k, rows); all rows
    of a customer stand together.
    """
    found = sums_for(keys, len(values))
    before = np.full(len(keys), -1, dtype=np.int64)
    _add_up(codes, customer, bucket, np.ascontiguousarray(values), before, found)
    return parts_of_sums(dimension, keys, found)


def sums_for(keys: list[str], values: int) -> Floats:
    """Room for sums: a row for each bucket of each key, of rows, customers and so many values."""
    return np.zeros((len(keys) * BUCKETS, 2 + values))


def parts_of_sums(dimension: str, keys: list[str], found: Floats) -> list[Part]:
    """Parts of sums as in `sums_for`: one for each key that has rows."""
    sums = found.reshape(len(keys), BUCKETS * found.shape[1])
    used = np.flatnonzero(found[:, 0].reshape(len(keys), BUCKETS).any(axis=1))
    return [(dimension, keys[i], sums[i]) for i in used]


@compiled
def _add_up(codes: Any, customer: Any, bucket: Any, values: Any, before: Any, found: Any) -> None:
    """One pass; a customer counts in a cell where the row before of its key was another's."""
    for i in range(codes.shape[0]):
        key = codes[i]
        if key < 0:
            continue
        cell = key * BUCKETS + bucket[i]
        found[cell, 0] += 1.0
        if before[key] != customer[i]:
            before[key] = customer[i]
            found[cell, 1] += 1.0
        for v in range(values.shape[0]):
            found[cell, 2 + v] += values[v, i]


def parts_table(parts: list[list[Part]]) -> Any:
    """The parts of several dimensions as one table."""
    rows = [part for one in parts for part in one]
    ends = np.cumsum([0, *(len(sums) for _, _, sums in rows)]).astype(np.int32)
    values = np.concatenate([sums for _, _, sums in rows]) if rows else np.zeros(0)
    return pa.table(
        {
            "dimension": pa.array([dimension for dimension, _, _ in rows], pa.string()),
            "key": pa.array([key for _, key, _ in rows], pa.string()),
            "sums": pa.ListArray.from_arrays(pa.array(ends), pa.array(values)),
        }
    )


def start(side: Mapping[str, Any]) -> State:
    """Nothing yet."""
    del side
    return {}


def add(state: State, table: Any, side: Mapping[str, Any]) -> State:
    """Parts added up."""
    del side
    if table.num_rows == 0:
        return state
    found: State = {}
    lists = one_array(table, "sums")
    names = zip(table.column("dimension").to_pylist(), table.column("key").to_pylist(), strict=True)
    each = np.split(lists.flatten().to_numpy(), np.cumsum(lists.value_lengths().to_numpy())[:-1])
    for name, sums in zip(names, each, strict=True):
        grouped = sums.reshape(BUCKETS, -1)
        found[name] = found[name] + grouped if name in found else grouped
    return merge(state, found)


def merge(a: State, b: State) -> State:
    """Both together."""
    joined = dict(a)
    for key, sums in b.items():
        joined[key] = joined[key] + sums if key in joined else sums
    return joined


def jackknife(sums: Floats, statistic: Callable[[Floats], Floats]) -> tuple[Floats, Floats, Floats]:
    """A statistic of added sums (k,) → (s,) with its 95 % interval; no interval under LEAST buckets.

    `sums` is (BUCKETS, k); `statistic` may give NaN where it is not defined.
    """
    there = sums[:, 0] > 0
    used = sums[there]
    whole = sums.sum(axis=0)
    value = statistic(whole)
    if len(used) < LEAST:
        return value, np.full_like(value, np.nan), np.full_like(value, np.nan)
    without = np.array([statistic(whole - one) for one in used])
    g = len(used)
    variance = (g - 1) / g * np.sum((without - without.mean(axis=0)) ** 2, axis=0)
    half = student_95(np.array(float(g - 1))) * np.sqrt(variance)
    return value, value - half, value + half
