"""Moves between touchpoints, stages, channels and places: how often, by whom, after how long.

How often and by how many customers is counted where journeys are cut, batch by batch, and added
up here; medians need every pause, which is held by the numbers of its two touchpoints and places.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numba
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vivencia.journeys.columns import coded, held, numbers
from vivencia.measure.quantiles import quantiles_of
from vivencia.plans import Fold
from vivencia.words.shapes.journeys import FLOWS, TRANSITIONS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Codes = NDArray[np.int32]

#: The median, and the pause that nine in ten do not exceed.
SHARES = (0.5, 0.9)
_KEYS, _SUMS = ("dimension", "from_value", "to_value"), ("count", "customers", "total_s", "timed")
#: So many groups are counted in a table of their own; of more, only those that occur.
_DENSE = 1 << 16


def moves_fold() -> Fold:
    """The fold over `steps` that gives `transitions` and `flows`, from the counts in `moves`."""
    return Fold(
        TRANSITIONS.name,
        start=start,
        add=add,
        merge=merge,
        finish=finish,
        reads="steps",
        columns=("previous", "touchpoint", "waited_s", "previous_place", "place"),
        writes=TRANSITIONS,
        also=(FLOWS,),
        beside=("moves", "journey_places"),
        coded=True,
    )


@dataclass(frozen=True, slots=True)
class Pauses:
    """Pauses between two steps, in seconds: `counts[i]` of the move `left[i] → into[i]`, then the next's.

    `left` and `into` are places in `words`.
    """

    words: Any
    left: Ints
    into: Ints
    counts: Ints
    seconds: Floats


State = tuple[tuple[Pauses, Pauses], ...]


def start(_side: Mapping[str, Any]) -> State:
    """No pause yet."""
    return ()


def add(state: State, table: Any, _side: Mapping[str, Any]) -> State:
    """The pauses so far and those between these customers' steps, by touchpoint and by place."""
    waited = held(table.column("waited_s")).to_numpy(zero_copy_only=False).astype(np.float64, copy=False)
    return (
        *state,
        (
            _by_move(table, "previous", "touchpoint", waited),
            _by_move(table, "previous_place", "place", waited),
        ),
    )


def _by_move(table: Any, before: str, after: str, waited: Floats) -> Pauses:
    (one, words), (other, more) = coded(table.column(before)), coded(table.column(after))
    both = pc.unique(pa.concat_arrays([words, more]))
    of_one, of_other = (np.append(_found(each, both), -1) for each in (words, more))
    wide = len(both)
    pair = _pairs(one, other, of_one, of_other, waited, wide)
    keys = None
    if wide * wide > max(_DENSE, pair.size):
        keys, pair = np.unique(pair, return_inverse=True)
        pair, keys = (pair - 1, keys[1:]) if keys.size and keys[0] < 0 else (pair, keys)
    counts, seconds = _laid(pair, waited, wide * wide if keys is None else keys.size)
    kept = np.flatnonzero(counts)
    move = kept if keys is None else keys[kept]
    return Pauses(both, move // max(wide, 1), move % max(wide, 1), counts[kept], seconds)


@numba.njit(cache=True, nogil=True)
def _pairs(one: Codes, other: Codes, of_one: Ints, of_other: Ints, waited: Floats, wide: int) -> Ints:
    """The number of each move with a pause between two known values, −1 for any other."""
    pair = np.full(one.size, -1, np.int64)
    for row in range(one.size):
        left, into = of_one[one[row]], of_other[other[row]]
        if left >= 0 and into >= 0 and not np.isnan(waited[row]):
            pair[row] = left * wide + into
    return pair


@numba.njit(cache=True, nogil=True)
def _laid(pair: Ints, waited: Floats, size: int) -> tuple[Ints, Floats]:
    """How many pauses each move has, and the pauses, move by move."""
    counts = np.zeros(size, np.int64)
    for row in range(pair.size):
        if pair[row] >= 0:
            counts[pair[row]] += 1
    place = np.cumsum(counts) - counts
    seconds = np.empty(counts.sum(), np.float64)
    for row in range(pair.size):
        if pair[row] >= 0:
            seconds[place[pair[row]]] = waited[row]
            place[pair[row]] += 1
    return counts, seconds


def _found(texts: Any, words: Any) -> Ints:
    """Where each text stands among the words; −1 where it does not."""
    found = pc.fill_null(pc.index_in(held(texts), value_set=held(words)), -1)
    places: Ints = found.to_numpy(zero_copy_only=False).astype(np.int64)
    return places


def merge(one: State, other: State) -> State:
    """The pauses of two sets of customers."""
    return one + other


def finish(state: State, side: Mapping[str, Any]) -> tuple[Any, Any]:
    """The transitions and the flows: counts added up, with the quantiles of the pauses."""
    by_touchpoint, by_place = [part[0] for part in state], [part[1] for part in state]
    places = side["journey_places"]
    found = {"touchpoint": by_touchpoint, "place": by_place}
    for name in ("stage", "channel"):
        found[name] = [
            _elsewhere(part, places.column("touchpoint"), places.column(name)) for part in by_touchpoint
        ]
    moves = side["moves"].group_by(list(_KEYS), use_threads=False)
    counted = moves.aggregate([(name, "sum") for name in _SUMS])
    dimension = held(counted.column("dimension"))
    tables = {
        name: _with_pauses(counted.filter(pc.equal(dimension, name)), parts) for name, parts in found.items()
    }
    transitions = tables.pop("touchpoint").drop_columns(["dimension"])
    transitions = transitions.rename_columns(
        ["from_touchpoint", "to_touchpoint", *transitions.column_names[2:]]
    )
    return _in_order(transitions, TRANSITIONS), _in_order(pa.concat_tables(tables.values()), FLOWS)


def _elsewhere(part: Pauses, touchpoints: Any, texts: Any) -> Pauses:
    """The same pauses between what the touchpoints have, as their stage; −1 where one has none."""
    codes, words = coded(texts)
    of = np.append(codes, -1)[_found(part.words, touchpoints)].astype(np.int64)
    return replace(part, words=words, left=of[part.left], into=of[part.into])


def _with_pauses(counted: Any, parts: list[Pauses]) -> Any:
    """One dimension's counts with the mean and the quantiles of its pauses."""
    words = pc.unique(pa.concat_arrays([pa.array([], pa.string()), *(part.words for part in parts)]))
    left, into = (_found(counted.column(name), words) for name in ("from_value", "to_value"))
    median, late = _quantiles(parts, words, list(zip(left.tolist(), into.tolist(), strict=True)))
    total, timed = (held(counted.column(f"{name}_sum")).to_numpy() for name in ("total_s", "timed"))
    mean = np.divide(total, timed, out=np.full(total.size, np.nan), where=timed > 0)
    return pa.table(
        {
            **{name: counted.column(name) for name in _KEYS},
            "count": counted.column("count_sum"),
            "customers": counted.column("customers_sum"),
            **{
                name: numbers(values, ~np.isnan(values))
                for name, values in (("mean_s", mean), ("median_s", median), ("p90_s", late))
            },
        }
    )


def _quantiles(parts: list[Pauses], words: Any, wanted: list[tuple[int, int]]) -> Floats:
    """The quantiles of the pauses of the moves wanted, (shares, moves); NaN where there is none."""
    pieces: dict[tuple[int, int], list[Floats]] = {}
    for part in parts:
        of = np.append(_found(part.words, words), -1)
        moves = zip(of[part.left].tolist(), of[part.into].tolist(), strict=True)
        for move, seconds in zip(moves, np.split(part.seconds, np.cumsum(part.counts)[:-1]), strict=False):
            if min(move) >= 0:  # both sides are known
                pieces.setdefault(move, []).append(seconds)
    none: list[Floats] = [np.zeros(0)]
    together = [np.concatenate(pieces.get(move, none)) for move in wanted]
    found = [quantiles_of(seconds, SHARES) for seconds in together]
    return np.array(found).reshape(-1, len(SHARES)).T


def _in_order(table: Any, shape: Any) -> Any:
    return table.sort_by([(name, "ascending") for name in shape.order])
