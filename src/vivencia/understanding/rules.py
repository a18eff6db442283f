"""Tier (a) of understanding: word lists and rules, without any model; 15,000 verbatims a second on one core.

`rule_all` cuts a batch of texts of one language into pieces, turns each distinct form into a
row of numbers once (`forms`), and lets compiled code match patterns, walk clauses and join
them. `Ruled` says what was found, with the characters that say it.
"""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from vivencia.understanding import aspects, clauses, matching, patterns, senses
from vivencia.understanding import weights as weighing
from vivencia.understanding.aspects import text_aspects
from vivencia.understanding.clauses import (
    CLAUSE,
    CLAUSES,
    HIT,
    MENTION,
    MENTIONS,
    Found,
    join,
    walk,
)
from vivencia.understanding.forms import WIDTH, Forms, Rows, forms
from vivencia.understanding.keeping import kept
from vivencia.understanding.matching import EVENT, PIECE, Desk, desk, match
from vivencia.understanding.patterns import MARK, Trie
from vivencia.understanding.reading import ASPECTS, EMOTIONS
from vivencia.understanding.rulings import Block, Clause, Hit, Ruled, Rulings, put_together
from vivencia.understanding.senses import END
from vivencia.understanding.tokens import BETWEEN, cutter
from vivencia.understanding.weights import WEIGHTS, Weights, record

#: Texts cut and read in one go.
BATCH = 2048


def rule(text: str, language: str, *, root: Path | None = None) -> Ruled:
    """Reads one text; see `rule_all`, which is many times faster for many."""
    return rule_all([text], language, root=root)[0]


def rule_all(
    texts: Sequence[str], language: str, *, root: Path | None = None, weights: Weights = WEIGHTS
) -> Rulings:
    """Reads texts of one language (pt, es, it or en), in order. Any text gives a Ruled."""
    blocks = rule_blocks(texts, language, root=root, weights=weights)
    done = 0
    placed = []
    for block in blocks:
        placed.append((np.arange(done, done + len(block.traits)), block))
        done += len(block.traits)
    return put_together(placed, done)


def rule_blocks(
    texts: Sequence[str], language: str, *, root: Path | None = None, weights: Weights = WEIGHTS
) -> Iterator[Block]:
    """The same, a block for so many texts."""
    known = forms(language, root)
    room, numbers = desk(), record(weights)
    rest = iter(texts)
    while batch := list(islice(rest, BATCH)):
        yield _batch(batch, known, room, numbers)


@contextmanager
def uncollected() -> Iterator[None]:
    """No search for garbage while a batch's values are made: none of it is garbage, and it costs a third."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _batch(texts: list[str], known: Forms, room: Desk, weights: Any) -> Block:
    known.trim()
    clean = [text.replace(BETWEEN, " ") if BETWEEN in text else text for text in texts]
    cut = cutter(known.language).findall(BETWEEN.join(clean))
    cut.append(BETWEEN)
    ids = np.fromiter(map(known.__getitem__, cut), np.int32, len(cut))
    sizes = np.fromiter(map(len, cut), np.int32, len(cut))
    found, about = _read(ids, sizes, known.rows, known.trie, room, len(texts), weights)
    return _block(found, about)


class About(NamedTuple):
    """What is said of a batch's aspects, and its marks."""

    sure: NDArray[np.float64]
    liked: NDArray[np.float64]
    marks: Any
    marks_upto: NDArray[np.int64]


def _read(
    ids: NDArray[np.int32],
    sizes: NDArray[np.int32],
    rows: Rows,
    trie: Trie,
    room: Desk,
    texts: int,
    weights: Any,
) -> tuple[Found, About]:
    many = len(ids)
    pieces = np.zeros(many, PIECE)
    pieces["row"], pieces["last"] = ids, np.arange(many, dtype=np.int32)
    for name in ("flags", "value", "factor"):
        pieces[name] = rows.table[name][ids]
    events, marks = np.zeros(4 * many + 64, EVENT), np.zeros(2 * many + 64, EVENT)
    found = _found(texts, many)
    about = About(
        np.zeros((texts, len(ASPECTS))), np.zeros((texts, len(ASPECTS))), marks, np.zeros(texts, np.int64)
    )
    _read_texts(rows, trie, pieces, room, events, found, about, weights)
    _to_characters(found, about, ids, sizes, rows)
    return found, about


def _found(texts: int, many: int) -> Found:
    return Found(
        np.zeros((texts, 3), np.int64),
        np.zeros((texts, 4)),
        np.zeros(texts, np.int32),
        np.zeros((texts, len(EMOTIONS))),
        np.zeros(many + 1, CLAUSE),
        np.zeros(many, HIT),
        np.zeros((WIDTH + 2) * many + 64, MENTION),
    )


@kept(aspects, clauses, matching, senses, patterns, weighing)
def _read_texts(
    rows: Rows,
    trie: Trie,
    pieces: Any,
    room: Desk,
    events: Any,
    found: Found,
    about: About,
    weights: Any,
) -> None:
    counts = np.zeros(3, np.int64)
    # Typed, not literal: each literal would have every callee compiled once more.
    nought: Any = np.int64(0)
    marks = first = text = nought
    for at in range(len(pieces)):
        if not pieces[at].flags & END:
            continue
        clause, mention = counts[CLAUSES], counts[MENTIONS]
        event = match(trie, rows, pieces, room, events, first, at, weights)
        walk(rows, pieces, events, event, first, at, found, counts, text, weights)
        join(found, clause, counts[CLAUSES], text, weights)
        text_aspects(
            found, mention, counts[MENTIONS], counts[CLAUSES] - clause, found.scores[text, 0],
            about.sure[text], about.liked[text], weights,
        )  # fmt: skip
        marks = _take_marks(events, event, about.marks, marks)
        about.marks_upto[text] = marks
        for column in range(3):
            found.upto[text, column] = counts[column]
        first, text = at + 1, text + 1


@numba.njit
def _take_marks(events: Any, count: int, marks: Any, taken: int) -> int:
    for event in range(count):
        if events[event].kind == MARK and taken < len(marks):
            marks[taken].first, marks[taken].last = events[event].first, events[event].last
            marks[taken].code, marks[taken].value = events[event].code, events[event].value
            taken += 1
    return taken


def _to_characters(
    found: Found, about: About, ids: NDArray[np.int32], sizes: NDArray[np.int32], rows: Rows
) -> None:
    """Turns piece numbers into characters of their own text, in place: first → start, last → end."""
    ends = np.cumsum(sizes)
    starts = ends - sizes
    is_end = rows.table["flags"][ids] & END != 0
    text_start = np.zeros(len(ids), np.int64)
    after = np.flatnonzero(is_end[:-1]) + 1
    text_start[after] = starts[after]
    text_start = np.maximum.accumulate(text_start)
    begin, finish = starts - text_start, ends - text_start - rows.table["blank"][ids]
    clauses, hits, mentions = found.upto[-1]
    for table, count in (
        (found.clauses, clauses),
        (found.hits, hits),
        (found.mentions, mentions),
        (about.marks, about.marks_upto[-1]),
    ):
        table["first"][:count] = begin[table["first"][:count]]
        table["last"][:count] = finish[table["last"][:count]]


def _block(found: Found, about: About) -> Block:
    """What was found, without the room that was left."""
    clauses, hits, mentions = found.upto[-1].tolist()
    return Block(
        found.scores[:, :3], found.traits, 0.95 * (1 - np.exp(-found.emotions)), about.sure, about.liked,
        np.column_stack([found.upto, about.marks_upto]),
        found.clauses[:clauses], found.hits[:hits], found.mentions[:mentions],
        about.marks[: about.marks_upto[-1]],
    )  # fmt: skip


__all__ = ["Clause", "Hit", "Ruled", "Rulings", "rule", "rule_all", "rule_blocks", "uncollected"]
