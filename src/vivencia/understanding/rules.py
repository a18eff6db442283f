"""Tier (a) of understanding: word lists and rules, without any model; 15,000 verbatims a second on one core.

`rule_all` cuts a batch of texts of one language into pieces, turns each distinct form into a
row of numbers once (`forms`), and lets compiled code match patterns, walk clauses and join
them. `Ruled` says what was found, with the characters that say it.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from vivencia.understanding.aspects import text_aspects
from vivencia.understanding.clauses import (
    ASKS,
    BARE,
    CLAUSES,
    HITS,
    IRONIC,
    MENTIONS,
    NEGATED,
    UNREAL,
    Found,
    join,
    walk,
)
from vivencia.understanding.forms import WIDTH, Forms, Rows, forms
from vivencia.understanding.matching import Desk, Events, Pieces, desk, match
from vivencia.understanding.patterns import MARK, Trie
from vivencia.understanding.reading import (
    ASPECTS,
    EMOTIONS,
    MARKS,
    MIXED,
    NEGATIVE,
    NEUTRAL,
    POSITIVE,
    Aspect,
    Mark,
    Span,
)
from vivencia.understanding.senses import END
from vivencia.understanding.tokens import BETWEEN, cutter
from vivencia.understanding.weights import WEIGHTS, Weights

#: Texts cut and read in one go.
BATCH = 2048
#: An aspect less sure than this is not said.
LEAST_SURE = 0.3
#: A score nearer to nought than this says nothing; see `Ruled.sentiment`.
NEUTRAL_BELOW = 0.5
#: Both praise and blame at least this strong, and the weaker at least this share of the stronger: mixed.
MIXED_ABOVE, MIXED_SHARE = 1.5, 0.55
_VALUED = (MARKS.index("recommend"), MARKS.index("expectation"))


class Clause(NamedTuple):
    """Characters [start, end) of a text, what the clause says (− dislike, + like), and how much it weighs."""

    start: int
    end: int
    score: float
    weight: float


class Hit(NamedTuple):
    """Characters [start, end) that carry liking or disliking, and how much after all rules."""

    start: int
    end: int
    value: float


class Ruled(NamedTuple):
    """What rules read in one text.

    `score` is the weighted sum of the clauses (unbounded; its sign is the verdict), `praise`
    and `blame` the sums of either side. `negated`: a word of liking stood under a negation.
    `emotions` are probabilities in the order of EMOTIONS, each for itself and never 1.
    """

    score: float
    praise: float
    blame: float
    negated: bool
    bare: bool
    unreal: bool
    asks: bool
    ironic: bool
    clauses: tuple[Clause, ...]
    hits: tuple[Hit, ...]
    aspects: tuple[Aspect, ...]
    emotions: tuple[float, ...]
    marks: tuple[Mark, ...]

    @property
    def polarity(self) -> float:
        """The score squeezed into −1…1."""
        return float(np.tanh(self.score / 4))

    @property
    def sentiment(self) -> str:
        """Negative, neutral, mixed or positive, by rules alone."""
        low, high = sorted((self.praise, self.blame))
        if low >= MIXED_ABOVE and low >= MIXED_SHARE * high:
            return MIXED
        if abs(self.score) < NEUTRAL_BELOW:
            return NEUTRAL
        return POSITIVE if self.score > 0 else NEGATIVE


def rule(text: str, language: str, *, root: Path | None = None) -> Ruled:
    """Reads one text; see `rule_all`, which is many times faster for many."""
    return rule_all([text], language, root=root)[0]


def rule_all(
    texts: Sequence[str], language: str, *, root: Path | None = None, weights: Weights = WEIGHTS
) -> list[Ruled]:
    """Reads texts of one language (pt, es, it or en), in order. Any text gives a Ruled."""
    known = forms(language, root)
    room = desk()
    ruled: list[Ruled] = []
    rest = iter(texts)
    while batch := list(islice(rest, BATCH)):
        ruled.extend(_batch(batch, known, room, weights))
    return ruled


def _batch(texts: list[str], known: Forms, room: Desk, weights: Weights) -> Iterator[Ruled]:
    known.trim()
    clean = [text.replace(BETWEEN, " ") if BETWEEN in text else text for text in texts]
    cut = cutter(known.language).findall(BETWEEN.join(clean))
    cut.append(BETWEEN)
    ids = np.fromiter(map(known.__getitem__, cut), np.int32, len(cut))
    sizes = np.fromiter(map(len, cut), np.int32, len(cut))
    found, about = _read(ids, sizes, known.rows, known.trie, room, len(texts), weights)
    return _ruled(found, about)


class About(NamedTuple):
    """What is said of a batch's aspects, and its marks."""

    sure: NDArray[np.float64]
    liked: NDArray[np.float64]
    marks: Events
    marks_upto: NDArray[np.int64]


def _read(
    ids: NDArray[np.int32],
    sizes: NDArray[np.int32],
    rows: Rows,
    trie: Trie,
    room: Desk,
    texts: int,
    weights: Weights,
) -> tuple[Found, About]:
    many = len(ids)
    pieces = Pieces(
        ids, rows.flags[ids], rows.values[ids], rows.factors[ids], np.arange(many, dtype=np.int32)
    )
    events, marks = _events(4 * many + 64), _events(2 * many + 64)
    found = _found(texts, many)
    about = About(
        np.zeros((texts, len(ASPECTS))), np.zeros((texts, len(ASPECTS))), marks, np.zeros(texts, np.int64)
    )
    _read_texts(rows, trie, pieces, room, events, found, about, weights)
    _to_characters(found, about, ids, sizes, rows)
    return found, about


def _events(size: int) -> Events:
    return Events(
        np.zeros(size, np.int32),
        np.zeros(size, np.int32),
        np.zeros(size, np.int8),
        np.zeros(size, np.int32),
        np.zeros(size, np.float32),
    )


def _found(texts: int, many: int) -> Found:
    def whole(size: int) -> NDArray[np.int32]:
        return np.zeros(size, np.int32)

    mentions = (WIDTH + 2) * many + 64
    return Found(
        np.zeros((texts, 3), np.int64), np.zeros((texts, 3)), np.zeros(texts), whole(texts),
        np.zeros((texts, len(EMOTIONS))),
        whole(many + 1), whole(many + 1), np.zeros(many + 1), np.zeros(many + 1), np.zeros(many + 1),
        whole(many), whole(many), np.zeros(many),
        whole(mentions), whole(mentions), whole(mentions), whole(mentions),
        np.zeros(mentions), np.zeros(mentions), whole(mentions),
    )  # fmt: skip


@numba.njit(cache=True)
def _read_texts(
    rows: Rows,
    trie: Trie,
    pieces: Pieces,
    room: Desk,
    events: Events,
    found: Found,
    about: About,
    weights: Weights,
) -> None:
    counts = np.zeros(3, np.int64)
    marks = first = text = 0
    for at in range(len(pieces.ids)):
        if not pieces.flags[at] & END:
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


@numba.njit(cache=True)
def _take_marks(events: Events, count: int, marks: Events, taken: int) -> int:
    for event in range(count):
        if events.kind[event] == MARK and taken < len(marks.first):
            marks.first[taken], marks.last[taken] = events.first[event], events.last[event]
            marks.code[taken], marks.value[taken] = events.code[event], events.value[event]
            taken += 1
    return taken


def _to_characters(
    found: Found, about: About, ids: NDArray[np.int32], sizes: NDArray[np.int32], rows: Rows
) -> None:
    """Turns piece numbers into characters of their own text, in place: first → start, last → end."""
    ends = np.cumsum(sizes)
    starts = ends - sizes
    is_end = rows.flags[ids] & END != 0
    text_start = np.zeros(len(ids), np.int64)
    after = np.flatnonzero(is_end[:-1]) + 1
    text_start[after] = starts[after]
    text_start = np.maximum.accumulate(text_start)
    begin, finish = starts - text_start, ends - text_start - rows.blanks[ids]
    clauses, hits, mentions = found.upto[-1]
    for first, last, count in (
        (found.clause_first, found.clause_last, clauses),
        (found.hit_first, found.hit_last, hits),
        (found.mention_first, found.mention_last, mentions),
        (about.marks.first, about.marks.last, about.marks_upto[-1]),
    ):
        first[:count], last[:count] = begin[first[:count]], finish[last[:count]]


def _ruled(found: Found, about: About) -> Iterator[Ruled]:
    clauses, hits, mentions = found.upto[-1].tolist()
    said = list(
        map(
            Clause,
            found.clause_first[:clauses].tolist(),
            found.clause_last[:clauses].tolist(),
            found.clause_score[:clauses].tolist(),
            found.clause_weight[:clauses].tolist(),
        )
    )
    liked = list(
        map(
            Hit,
            found.hit_first[:hits].tolist(),
            found.hit_last[:hits].tolist(),
            found.hit_value[:hits].tolist(),
        )
    )
    marks = _marks(about)
    aspects = _aspects(found, about, mentions)
    felt = (0.95 * (1 - np.exp(-found.emotions))).tolist()
    clause = hit = mark = 0
    for upto, (score, praise, blame), traits, emotions, marked, spoken in zip(
        found.upto.tolist(), found.scores.tolist(), found.traits.tolist(), felt, about.marks_upto.tolist(),
        aspects, strict=True,
    ):  # fmt: skip
        yield Ruled(
            score, praise, blame,
            bool(traits & NEGATED), bool(traits & BARE), bool(traits & UNREAL), bool(traits & ASKS),
            bool(traits & IRONIC),
            tuple(said[clause : upto[CLAUSES]]), tuple(liked[hit : upto[HITS]]), spoken, tuple(emotions),
            tuple(marks[mark:marked]),
        )  # fmt: skip
        clause, hit, mark = upto[CLAUSES], upto[HITS], marked


def _marks(about: About) -> list[Mark]:
    count = int(about.marks_upto[-1])
    marks = about.marks
    return [
        Mark(MARKS[code], Span(start, end), value if code in _VALUED else None)
        for code, start, end, value in zip(
            marks.code[:count].tolist(),
            marks.first[:count].tolist(),
            marks.last[:count].tolist(),
            marks.value[:count].tolist(),
            strict=True,
        )
    ]


def _aspects(found: Found, about: About, mentions: int) -> Iterator[tuple[Aspect, ...]]:
    starts, ends = found.mention_first[:mentions].tolist(), found.mention_last[:mentions].tolist()
    codes = found.mention_aspect[:mentions].tolist()
    polarity = np.tanh(about.liked / 2).tolist()
    first = 0
    for text, (last, sure) in enumerate(
        zip(found.upto[:, MENTIONS].tolist(), about.sure.tolist(), strict=True)
    ):
        if first == last:
            yield ()
            continue
        spans: dict[int, list[Span]] = {}
        for mention in range(first, last):
            code = codes[mention]
            if sure[code] >= LEAST_SURE:
                spans.setdefault(code, []).append(Span(starts[mention], ends[mention]))
        yield tuple(
            Aspect(ASPECTS[code], polarity[text][code], sure[code], tuple(where))
            for code, where in spans.items()
        )
        first = last
