"""In which order rows stand: sorted by counting, then by further columns among the tied.

The first column is told by ranks and sorted by counting; each further one sorts only within the
groups that all columns before it leave tied, which for customers and their times are short.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
#: The numbers that order these rows of a column.
Ranks = Callable[[Ints], Ints]
_SHORT = 32

_njit: Any
try:
    from numba import njit as _njit
except ImportError:  # NumPy's sorts take over: the same order, more slowly
    _njit = None


def refined(rows: Ints, keys: NDArray[Any], further: Sequence[Ranks]) -> Ints:
    """Rows that stand in order of these keys, the tied ones in order of further columns.

    Rows tied in everything stay as they are.
    """
    rows = rows.copy()
    tied, starts = _ties(keys, np.zeros(len(rows), bool))
    for ranks in further:
        if not len(tied):
            break
        found = ranks(rows[tied])
        order = sorted_within(found, starts)
        rows[tied] = rows[tied][order]
        opens = np.zeros(len(tied), bool)
        opens[starts] = True
        among, starts = _ties(found[order], opens)
        tied = tied[among]
    return rows


def borders(keys: NDArray[Any]) -> Ints:
    """Where in sorted keys another one begins; the first row is no border."""
    return np.flatnonzero(keys[1:] != keys[:-1]) + 1


def _ties(keys: NDArray[Any], opens: NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """The places whose key a neighbour of their group has too, and which of them begin a group.

    `opens` marks where groups begin already.
    """
    if not len(keys):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    opens = opens.copy()
    opens[0] = True
    opens[borders(keys)] = True
    closes = np.append(opens[1:], True)
    places = np.flatnonzero(~(opens & closes))
    return places, np.flatnonzero(opens[places])


def _counted(ranks: NDArray[Any], values: int) -> Ints:
    """The rows by their rank, in the order they stood in: a counting sort."""
    ends = np.zeros(values + 1, np.int64)
    for rank in ranks:
        ends[rank + 1] += 1
    for value in range(values):
        ends[value + 1] += ends[value]
    rows = np.empty(len(ranks), np.int64)
    for row in range(len(ranks)):
        rows[ends[ranks[row]]] = row
        ends[ranks[row]] += 1
    return rows


def _sorted_within(keys: Ints, starts: Ints) -> Ints:
    """The places in order of the keys within each group, ties as they stood."""
    places = np.arange(len(keys))
    for group in range(len(starts)):
        start = starts[group]
        end = starts[group + 1] if group + 1 < len(starts) else len(keys)
        if end - start > _SHORT:
            places[start:end] = start + np.argsort(keys[start:end], kind="mergesort")
            continue
        for at in range(start + 1, end):
            key, free = keys[at], at
            while free > start and keys[places[free - 1]] > key:
                places[free] = places[free - 1]
                free -= 1
            places[free] = at
    return places


def _renumbered(codes: NDArray[Any], rows: Ints, values: int) -> tuple[NDArray[Any], Ints]:
    """The codes of these rows, numbered in the order they first stand in; and which those were. −1 stays."""
    moved = np.full(values, -1, np.int64)
    used = np.empty(values, np.int64)
    found = np.empty(len(rows), codes.dtype)
    count = 0
    for place in range(len(rows)):
        code = codes[rows[place]]
        if code < 0:
            found[place] = -1
            continue
        if moved[code] < 0:
            moved[code] = count
            used[count] = code
            count += 1
        found[place] = moved[code]
    return found, used[:count]


def renumbered_by_numpy(codes: NDArray[Any], rows: Ints, values: int) -> tuple[NDArray[Any], Ints]:
    """As `_renumbered`."""
    taken = codes[rows]
    first = np.full(values + 1, len(taken), np.int64)
    # Of places written twice the last write stays; −1 is behind the last.
    first[taken[::-1]] = np.arange(len(taken) - 1, -1, -1)
    used = np.flatnonzero(first[:-1] < len(taken))
    used = used[np.argsort(first[used])]
    moved = np.full(len(first), -1, codes.dtype)
    moved[used] = np.arange(len(used))
    return moved[taken], used


def counted_by_numpy(ranks: NDArray[Any], values: int) -> Ints:  # noqa: ARG001 (the form of `_counted`)
    """As `_counted`."""
    return np.argsort(ranks, kind="stable").astype(np.int64, copy=False)


def sorted_within_by_numpy(keys: Ints, starts: Ints) -> Ints:
    """As `_sorted_within`."""
    opens = np.zeros(len(keys), np.int64)
    opens[starts] = 1
    return np.lexsort((keys, np.cumsum(opens))).astype(np.int64, copy=False)


if _njit is None:
    counted, sorted_within, renumbered = counted_by_numpy, sorted_within_by_numpy, renumbered_by_numpy
else:
    counted = _njit(cache=True, nogil=True)(_counted)
    sorted_within = _njit(cache=True, nogil=True)(_sorted_within)
    renumbered = _njit(cache=True, nogil=True)(_renumbered)
