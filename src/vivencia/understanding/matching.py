"""Finds the patterns of a trie in a text and writes what they mean over the text's pieces."""

from typing import Any, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from vivencia.understanding.forms import Rows
from vivencia.understanding.patterns import ASPECT, EMOTION, GAP_LENGTH, MARK, MODIFIER, POLARITY, Trie
from vivencia.understanding.reading import MARKS
from vivencia.understanding.senses import (
    BOOST,
    COMMA,
    CONCESSION,
    CONTRAST,
    END,
    EXCLAIM,
    FIXED,
    HIT,
    IRREALIS,
    NEGATOR,
    PSEUDO,
    QUESTION,
    SARCASM,
    SOFT,
    START,
    STOP,
    SYMBOLS,
)
from vivencia.understanding.weights import Weights

BORDER = STOP | EXCLAIM | QUESTION | END
#: What a pattern takes from the words it covers: they no longer count for themselves.
_COVERED = HIT | NEGATOR | BOOST | CONTRAST | CONCESSION | IRREALIS | SARCASM
_BESIDE = SOFT | COMMA
RECOMMEND, EXPECTATION = MARKS.index("recommend"), MARKS.index("expectation")
EFFORT, LEAVE = MARKS.index("effort"), MARKS.index("leave")
_MARKS, _DEEP, _FOUND = len(MARKS), 128, 64


class Pieces(NamedTuple):
    """A batch's pieces: their rows, and what they mean here (rows' meaning, overwritten by patterns)."""

    ids: NDArray[np.int32]
    flags: NDArray[np.int32]
    values: NDArray[np.float32]
    factors: NDArray[np.float32]
    lasts: NDArray[np.int32]


class Events(NamedTuple):
    """What patterns found (aspects and emotions of several words, marks), by their first piece."""

    first: NDArray[np.int32]
    last: NDArray[np.int32]
    kind: NDArray[np.int8]
    code: NDArray[np.int32]
    value: NDArray[np.float32]


class Desk(NamedTuple):
    """Room to work in: the stack of the walk, the patterns found at one piece, the longest of each kind."""

    node: NDArray[np.int32]
    at: NDArray[np.int32]
    found: NDArray[np.int32]
    ends: NDArray[np.int32]
    best: NDArray[np.int32]
    worth: NDArray[np.float32]


def desk() -> Desk:
    """An empty desk."""
    return Desk(
        np.zeros(_DEEP, np.int32),
        np.zeros(_DEEP, np.int32),
        np.zeros(_FOUND, np.int32),
        np.zeros(_FOUND, np.int32),
        np.zeros(_MARKS + 2, np.int32),
        np.zeros(_MARKS + 2, np.float32),
    )


@numba.njit(cache=True)
def _child(trie: Trie, node: int, symbol: int) -> int:
    mask = len(trie.keys) - 1
    key = node * trie.symbols + symbol
    slot = (key * 2654435761) & mask
    while trie.keys[slot] >= 0:
        if trie.keys[slot] == key:
            return int(trie.children[slot])
        slot = (slot + 1) & mask
    return -1


@numba.njit(cache=True)
def _step(trie: Trie, rows: Rows, ids: Any, desk: Desk, counts: Any, node: int, at: int) -> None:
    """Follows the edges of a node with the word at `at`; counts: on the stack, found."""
    row = ids[at]
    for place in range(rows.first[row], rows.first[row + 1]):
        child = _child(trie, node, rows.symbols[place])
        if child < 0:
            continue
        if trie.first[child + 1] > trie.first[child] and counts[1] < _FOUND:
            desk.found[counts[1]], desk.ends[counts[1]] = child, at
            counts[1] += 1
        if counts[0] < _DEEP:
            desk.node[counts[0]], desk.at[counts[0]] = child, at + 1
            counts[0] += 1


@numba.njit(cache=True)
def _next_word(rows: Rows, ids: Any, at: int, stop: int) -> int:
    """The next word from `at` on, or −1 at a border."""
    while at < stop:
        flags = rows.flags[ids[at]]
        if flags & BORDER:
            return -1
        if not flags & _BESIDE:
            return at
        at += 1
    return -1


@numba.njit(cache=True)
def _walk(trie: Trie, rows: Rows, ids: Any, desk: Desk, start: int, stop: int) -> int:
    """All patterns that begin at `start`; returns how many stand on the desk."""
    counts = np.zeros(2, np.int64)
    _step(trie, rows, ids, desk, counts, 0, start)
    while counts[0] > 0:
        counts[0] -= 1
        node, at = desk.node[counts[0]], _next_word(rows, ids, desk.at[counts[0]], stop)
        if at < 0:
            continue
        if rows.flags[ids[at]] & SYMBOLS:
            _step(trie, rows, ids, desk, counts, node, at)
        gap = trie.gaps[node]
        if gap < 0:
            continue
        for _ in range(GAP_LENGTH + 1):
            if rows.flags[ids[at]] & SYMBOLS:
                _step(trie, rows, ids, desk, counts, gap, at)
            at = _next_word(rows, ids, at + 1, stop)
            if at < 0:
                break
    return int(counts[1])


@numba.njit(cache=True)
def _event(events: Events, count: int, first: int, last: int, kind: int, code: int, value: float) -> int:
    if count >= len(events.first):
        return count
    events.first[count], events.last[count] = first, last
    events.kind[count], events.code[count], events.value[count] = kind, code, value
    return count + 1


@numba.njit(cache=True)
def _longest(trie: Trie, desk: Desk, found: int, events: Events, count: int, start: int) -> int:
    """Keeps the longest polarity, modifier and mark of each kind; aspects and emotions become events."""
    desk.best[:] = -1
    for number in range(found):
        node, last = desk.found[number], desk.ends[number]
        for place in range(trie.first[node], trie.first[node + 1]):
            kind, code, value = trie.kinds[place], trie.codes[place], trie.values[place]
            if kind in (ASPECT, EMOTION):
                count = _event(events, count, start, last, kind, code, value)
                continue
            slot = _MARKS if kind == POLARITY else code
            if kind == MODIFIER:
                slot = _MARKS + 1
            if last > desk.best[slot]:
                desk.best[slot] = last
                desk.worth[slot] = value if kind != MODIFIER else code + value / 100
    return count


@numba.njit(cache=True)
def _cover(pieces: Pieces, start: int, last: int, value: float) -> None:
    fixed = 0
    for at in range(start, last + 1):
        if pieces.flags[at] & NEGATOR:
            fixed = FIXED
        pieces.flags[at] &= ~_COVERED
    pieces.flags[start] |= HIT | fixed
    pieces.values[start], pieces.lasts[start] = value, last


@numba.njit(cache=True)
def _modify(pieces: Pieces, start: int, last: int, worth: float) -> None:
    flag = int(worth)
    for at in range(start, last + 1):
        pieces.flags[at] &= ~(_COVERED if flag != PSEUDO else NEGATOR)
    if flag != PSEUDO:
        pieces.flags[start] |= flag
    if flag == BOOST:
        pieces.factors[start] = (worth - flag) * 100


@numba.njit(cache=True)
def _mark_value(mark: int, value: float, weights: Weights) -> float:
    """What a mark says of liking."""
    if mark == RECOMMEND:
        return weights.recommend * value
    if mark == EXPECTATION:
        return weights.expectation * value
    if mark == LEAVE:
        return -weights.leave
    if mark == EFFORT:
        return -weights.effort
    return 0.0


@numba.njit(cache=True)
def _apply(
    pieces: Pieces, desk: Desk, events: Events, count: int, start: int, free: int, ends: Any, weights: Any
) -> int:
    """Writes the kept patterns of one start into pieces and events; `ends`: first free piece by kind."""
    last, value = desk.best[_MARKS], desk.worth[_MARKS]
    for mark in range(_MARKS):
        end = desk.best[mark]
        if end < 0:
            continue
        if start >= ends[mark]:
            count = _event(events, count, start, end, MARK, mark, desk.worth[mark])
            ends[mark] = end + 1
        liking = _mark_value(mark, desk.worth[mark], weights)
        if liking != 0.0 and end > last:
            last, value = end, liking
    modifier = desk.best[_MARKS + 1]
    if start < free:
        return count
    if last >= 0 and last >= modifier:
        _cover(pieces, start, last, value)
        ends[_MARKS] = last + 1
    elif modifier >= 0:
        _modify(pieces, start, modifier, desk.worth[_MARKS + 1])
        ends[_MARKS] = modifier + 1 if int(desk.worth[_MARKS + 1]) != PSEUDO else start
    return count


@numba.njit(cache=True)
def match(
    trie: Trie, rows: Rows, pieces: Pieces, desk: Desk, events: Events, a: int, b: int, weights: Any
) -> int:
    """Matches the pieces [a, b) of one text, leftmost and longest first; returns the number of events."""
    count = 0
    ends = np.zeros(_MARKS + 1, np.int64)
    for start in range(a, b):
        if not rows.flags[pieces.ids[start]] & START:
            continue
        found = _walk(trie, rows, pieces.ids, desk, start, b)
        if found:
            count = _longest(trie, desk, found, events, count, start)
            count = _apply(pieces, desk, events, count, start, ends[_MARKS], ends, weights)
    return count
