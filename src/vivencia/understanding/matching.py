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

BORDER = STOP | EXCLAIM | QUESTION | END
#: What a pattern takes from the words it covers: they no longer count for themselves.
_COVERED = HIT | NEGATOR | BOOST | CONTRAST | CONCESSION | IRREALIS | SARCASM
_BESIDE = SOFT | COMMA
RECOMMEND, EXPECTATION = MARKS.index("recommend"), MARKS.index("expectation")
EFFORT, LEAVE = MARKS.index("effort"), MARKS.index("leave")
_MARKS, _DEEP, _FOUND = len(MARKS), 128, 64
_MARK: Any = np.int32(MARK)


#: A batch's pieces: each one's row, and what it means here (the row's meaning, overwritten by patterns).
PIECE = np.dtype([("row", "i4"), ("flags", "i4"), ("value", "f4"), ("factor", "f4"), ("last", "i4")])
#: What a pattern found: its pieces, what it does, and its value.
EVENT = np.dtype([("first", "i4"), ("last", "i4"), ("kind", "i4"), ("code", "i4"), ("value", "f4")])


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


@numba.njit
def _reach(trie: Trie, desk: Desk, counts: Any, child: int, at: int) -> None:
    """Puts a node that was reached with the word at `at` on the desk; counts: on the stack, found."""
    if trie.nodes[child + 1].first > trie.nodes[child].first and counts[1] < _FOUND:
        desk.found[counts[1]], desk.ends[counts[1]] = child, at
        counts[1] += 1
    leads_on = trie.nodes[child + 1].edge > trie.nodes[child].edge or trie.nodes[child].gap >= 0
    if leads_on and counts[0] < _DEEP:
        desk.node[counts[0]], desk.at[counts[0]] = child, at + 1
        counts[0] += 1


@numba.njit
def _step(trie: Trie, rows: Rows, pieces: Any, desk: Desk, counts: Any, node: int, at: int) -> None:
    """Follows the edges of a node with the word at `at`: both stand in order of their symbols."""
    row = pieces[at].row
    place, last = rows.table[row].first, rows.table[row + 1].first
    for edge in range(trie.nodes[node].edge, trie.nodes[node + 1].edge):
        symbol = trie.edges[edge].symbol
        while place < last and rows.symbols[place] < symbol:
            place += 1
        if place == last:
            return
        if rows.symbols[place] == symbol:
            _reach(trie, desk, counts, trie.edges[edge].child, at)


@numba.njit
def _next_word(rows: Rows, pieces: Any, at: int, stop: int) -> int:
    """The next word from `at` on, or −1 at a border."""
    while at < stop:
        flags = rows.table[pieces[at].row].flags
        if flags & BORDER:
            return -1
        if not flags & _BESIDE:
            return at
        at += 1
    return -1


@numba.njit
def _walk(trie: Trie, rows: Rows, pieces: Any, desk: Desk, start: int, stop: int) -> int:
    """All patterns that begin at `start`; returns how many stand on the desk."""
    counts = np.zeros(2, np.int64)
    row = pieces[start].row
    for place in range(rows.table[row].root, rows.table[row + 1].root):
        _reach(trie, desk, counts, rows.roots[place], start)
    while counts[0] > 0:
        counts[0] -= 1
        node, at = desk.node[counts[0]], _next_word(rows, pieces, desk.at[counts[0]], stop)
        if at < 0:
            continue
        if rows.table[pieces[at].row].flags & SYMBOLS:
            _step(trie, rows, pieces, desk, counts, node, at)
        gap = trie.nodes[node].gap
        if gap < 0:
            continue
        for _ in range(GAP_LENGTH + 1):
            if rows.table[pieces[at].row].flags & SYMBOLS:
                _step(trie, rows, pieces, desk, counts, gap, at)
            at = _next_word(rows, pieces, at + 1, stop)
            if at < 0:
                break
    return int(counts[1])


@numba.njit
def _event(events: Any, count: int, first: int, last: int, kind: int, code: int, value: float) -> int:
    if count >= len(events):
        return count
    events[count].first, events[count].last = first, last
    events[count].kind, events[count].code, events[count].value = kind, code, value
    return count + 1


@numba.njit
def _longest(trie: Trie, desk: Desk, found: int, events: Any, count: int, start: int) -> int:
    """Keeps the longest polarity, modifier and mark of each kind; aspects and emotions become events."""
    desk.best[:] = -1
    for number in range(found):
        node, last = desk.found[number], desk.ends[number]
        for place in range(trie.nodes[node].first, trie.nodes[node + 1].first):
            meaning = trie.meanings[place]
            kind, code, value = meaning.kind, meaning.code, meaning.value
            if kind in (ASPECT, EMOTION):
                count = _event(events, count, start, last, kind, code, value)
                continue
            slot = _MARKS if kind == POLARITY else code
            if kind == MODIFIER:
                slot = _MARKS + 1
            if kind == MODIFIER and last == desk.best[slot]:
                known = int(desk.worth[slot])
                desk.worth[slot] = desk.worth[slot] if known & code else known | code
            elif last > desk.best[slot]:
                desk.best[slot] = last
                desk.worth[slot] = value if kind != MODIFIER else code + value / 100
    return count


@numba.njit
def _cover(pieces: Any, start: int, last: int, value: float) -> None:
    fixed = 0
    for at in range(start, last + 1):
        if pieces[at].flags & NEGATOR:
            fixed = FIXED
        pieces[at].flags &= ~_COVERED
    pieces[start].flags |= HIT | fixed
    pieces[start].value, pieces[start].last = value, last


@numba.njit
def _modify(pieces: Any, start: int, last: int, worth: float) -> None:
    flag = int(worth)
    for at in range(start, last + 1):
        pieces[at].flags &= ~(_COVERED if flag != PSEUDO else NEGATOR)
    if flag != PSEUDO:
        pieces[start].flags |= flag
    if flag == BOOST:
        pieces[start].factor = (worth - flag) * 100


@numba.njit
def _mark_value(mark: int, value: float, weights: Any) -> float:
    """What a mark says of liking."""
    if mark == RECOMMEND:
        return float(weights.recommend * value)
    if mark == EXPECTATION:
        return float(weights.expectation * value)
    if mark == LEAVE:
        return float(-weights.leave)
    if mark == EFFORT:
        return float(-weights.effort)
    return 0.0


@numba.njit
def _apply(
    pieces: Any, desk: Desk, events: Any, count: int, start: int, free: int, ends: Any, weights: Any
) -> int:
    """Writes the kept patterns of one start into pieces and events; `ends`: first free piece by kind."""
    last, value = desk.best[_MARKS], desk.worth[_MARKS]
    for mark in range(_MARKS):
        end = desk.best[mark]
        if end < 0:
            continue
        if start >= ends[mark]:
            count = _event(events, count, start, end, _MARK, mark, desk.worth[mark])
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


@numba.njit
def match(trie: Trie, rows: Rows, pieces: Any, desk: Desk, events: Any, a: int, b: int, weights: Any) -> int:
    """Matches the pieces [a, b) of one text, leftmost and longest first; returns the number of events."""
    count: Any = np.int64(0)
    ends = np.zeros(_MARKS + 1, np.int64)
    for start in range(a, b):
        if not rows.table[pieces[start].row].flags & START:
            continue
        found = _walk(trie, rows, pieces, desk, start, b)
        if found:
            count = _longest(trie, desk, found, events, count, start)
            count = _apply(pieces, desk, events, count, start, ends[_MARKS], ends, weights)
    return int(count)
