"""From moments to one row a customer: what was touched, what was lived there, and the overall judgement.

The overall judgement is the customer's last answer about the whole relationship, and
only what came before it counts. Where a company does not ask, the perception after the
customer's last event stands in. A sample of whole customers is kept, those with the
smallest hashes of their keys, so the state is bounded, any split merges to the same
rows, and the rows come in an order without meaning.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numba import njit
from numpy.typing import NDArray

from vivencia.measure.drivers import Answers

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

#: Most customers kept in the sample, and most cells (customers × touchpoints).
MOST_CUSTOMERS = 50_000
MOST_CELLS = 4_000_000

COLUMNS = ("customer", "touchpoint", "role", "rated", "experience", "overall", "perception")


@dataclass(frozen=True, slots=True)
class Rows:
    """Sampled customers in order of their hash; `lived` is NaN where the customer did not answer."""

    key: NDArray[np.uint64]
    touched: NDArray[np.bool_]
    lived: NDArray[np.float32]
    overall: Floats

    @property
    def answers(self) -> Answers:
        """The rows as the drivers take them."""
        return Answers(self.touched, self.lived.astype(np.float64), self.overall)


@dataclass(frozen=True, slots=True)
class Gathered:
    """Two samples: customers who judged the relationship, and all by their perception."""

    related: Rows
    perceived: Rows


def no_rows(p: int) -> Rows:
    """An empty sample over p touchpoints."""
    return Rows(
        np.zeros(0, dtype=np.uint64),
        np.zeros((0, p), dtype=np.bool_),
        np.zeros((0, p), dtype=np.float32),
        np.zeros(0),
    )


def capacity(p: int) -> int:
    """How many customers the sample holds for p touchpoints."""
    return max(1000, min(MOST_CUSTOMERS, MOST_CELLS // max(p, 1)))


def joined(one: Rows, other: Rows) -> Rows:
    """Both samples, cut again to those with the smallest hashes."""
    key = np.concatenate([one.key, other.key])
    chosen = np.argsort(key, kind="stable")[: capacity(one.touched.shape[1])]
    return Rows(
        key[chosen],
        np.concatenate([one.touched, other.touched])[chosen],
        np.concatenate([one.lived, other.lived])[chosen],
        np.concatenate([one.overall, other.overall])[chosen],
    )


def start(side: Mapping[str, Any]) -> Gathered:
    """The empty state for the catalogue beside the moments."""
    p = side["touchpoints"].num_rows
    return Gathered(no_rows(p), no_rows(p))


def add(state: Gathered, table: pa.Table, side: Mapping[str, Any]) -> Gathered:
    """The state with the whole customers of one table of moments."""
    if table.num_rows == 0:
        return state
    table = table.combine_chunks()
    names = pa.array(catalogue_order(side["touchpoints"]), pa.string())
    p = len(names)
    code = _numbers(pc.index_in(table["touchpoint"], names), -1).astype(np.int32)
    contact = _flags(pc.not_equal(table["role"], "survey"))
    lived = np.where(_flags(table["rated"]), _numbers(table["experience"], np.nan), np.nan)
    overall = _numbers(table["overall"], np.nan)
    perception = _numbers(table["perception"], np.nan)
    first = _borders(table["customer"])
    keys = _hashes(table["customer"].combine_chunks().take(pa.array(first[:-1])))

    def sampled(rows: Rows, outcome: Floats) -> Rows:
        limit = rows.key[-1] if len(rows.key) >= capacity(p) else np.uint64(2**64 - 1)
        last = _last_known(first, outcome)
        chosen = np.flatnonzero((last >= 0) & (keys <= limit))
        chosen = chosen[np.argsort(keys[chosen], kind="stable")][: capacity(p)]
        touched, mean = _profiles(chosen, first, last, code, contact, lived, p)
        return joined(rows, Rows(keys[chosen], touched, mean, outcome[last[chosen]]))

    return Gathered(sampled(state.related, overall), sampled(state.perceived, perception))


def merge(one: Gathered, other: Gathered) -> Gathered:
    """One state of two, in any order."""
    return Gathered(joined(one.related, other.related), joined(one.perceived, other.perceived))


def catalogue_order(touchpoints: pa.Table) -> list[str]:
    """Touchpoint keys in the order every state keeps them."""
    keys: list[str] = sorted(touchpoints["touchpoint"].to_pylist())
    return keys


def _numbers(column: Any, empty: float) -> Floats:
    filled = pc.fill_null(pc.cast(column, pa.float64()), empty)
    found: Floats = filled.to_numpy().astype(np.float64)
    return found


def _flags(column: Any) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = np.asarray(pc.fill_null(column, False).to_numpy(zero_copy_only=False))
    return found


def _borders(customers: pa.ChunkedArray) -> Longs:
    """Index of the first row of every customer, and the number of rows at the end."""
    column = customers.combine_chunks()
    changed = np.asarray(pc.not_equal(column[1:], column[:-1]).to_numpy(zero_copy_only=False), dtype=bool)
    return np.concatenate([[0], np.flatnonzero(changed) + 1, [len(column)]]).astype(np.int64)


def _hashes(names: pa.Array) -> NDArray[np.uint64]:
    """A hash of each text that is the same in every process and on every machine."""
    large = pc.cast(names, pa.large_binary())
    offsets = np.frombuffer(large.buffers()[1], dtype=np.int64)[large.offset : large.offset + len(large) + 1]
    data = large.buffers()[2]
    return _fnv(offsets, np.frombuffer(data, dtype=np.uint8) if data else np.zeros(0, dtype=np.uint8))


@njit(cache=True)
def _fnv(offsets: Longs, data: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """FNV-1a with a final mix (Fowler, Noll & Vo; the mix is that of splitmix64)."""
    found = np.empty(len(offsets) - 1, dtype=np.uint64)
    for i in range(len(found)):
        value = np.uint64(14695981039346656037)
        for k in range(offsets[i], offsets[i + 1]):
            value = (value ^ np.uint64(data[k])) * np.uint64(1099511628211)
        value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        found[i] = value ^ (value >> np.uint64(31))
    return found


@njit(cache=True)
def _last_known(first: Longs, outcome: Floats) -> Longs:
    """Row of each customer's last known outcome; −1 without one."""
    found = np.full(len(first) - 1, -1, dtype=np.int64)
    for i in range(len(found)):
        for row in range(first[i + 1] - 1, first[i] - 1, -1):
            if not np.isnan(outcome[row]):
                found[i] = row
                break
    return found


@njit(cache=True)
def _profiles(
    chosen: Longs,
    first: Longs,
    last: Longs,
    code: NDArray[np.int32],
    contact: NDArray[np.bool_],
    lived: Floats,
    p: int,
) -> tuple[NDArray[np.bool_], NDArray[np.float32]]:
    """What each chosen customer touched up to the outcome, and the mean of what was lived there."""
    touched = np.zeros((len(chosen), p), dtype=np.bool_)
    mean = np.full((len(chosen), p), np.nan, dtype=np.float32)
    total = np.zeros(p)
    count = np.zeros(p)
    for i in range(len(chosen)):
        total[:] = 0.0
        count[:] = 0.0
        for row in range(first[chosen[i]], last[chosen[i]] + 1):
            where = code[row]
            if where < 0 or not contact[row]:
                continue
            touched[i, where] = True
            if not np.isnan(lived[row]):
                total[where] += lived[row]
                count[where] += 1.0
        for j in range(p):
            if count[j] > 0:
                mean[i, j] = np.float32(total[j] / count[j])
    return touched, mean
