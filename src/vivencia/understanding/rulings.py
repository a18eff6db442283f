"""What rules read in many texts, as arrays; the values of one text are made only where somebody asks."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

from vivencia.understanding.clauses import (
    ASKS,
    BARE,
    CLAUSE,
    CLAUSES,
    HIT,
    HITS,
    IRONIC,
    MENTION,
    MENTIONS,
    NEGATED,
    UNREAL,
)
from vivencia.understanding.matching import EVENT
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
from vivencia.understanding.spoken import Spoken, ragged
from vivencia.understanding.valued import spans_of, tuples_of, values_of

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

#: An aspect less sure than this is not said.
LEAST_SURE = 0.3
#: A score nearer to nought than this says nothing; see `Ruled.sentiment`.
NEUTRAL_BELOW = 0.5
#: Both praise and blame at least this strong, and the weaker at least this share of the stronger: mixed.
MIXED_ABOVE, MIXED_SHARE = 1.5, 0.55
#: Marks that have a value.
VALUED = (MARKS.index("recommend"), MARKS.index("expectation"))
#: Column of a block's `upto` for its marks; those of clauses, hits and mentions are named in `clauses`.
MARKED = 3


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


class Block(NamedTuple):
    """Texts read one after the other; the clauses, hits, mentions and marks of a text end at its `upto`.

    `scores`: score, praise, blame. `sure` and `liked`: of each of ASPECTS, how surely it is
    spoken of and how much it is liked. Records as CLAUSE, HIT, MENTION and EVENT say, their
    places in characters.
    """

    scores: Floats
    traits: NDArray[np.int32]
    emotions: Floats
    sure: Floats
    liked: Floats
    upto: Places
    clauses: Any
    hits: Any
    mentions: Any
    marks: Any


#: A text in which nothing was read.
_NOTHING = Block(
    np.zeros((1, 3)), np.zeros(1, np.int32), np.zeros((1, len(EMOTIONS))), np.zeros((1, len(ASPECTS))),
    np.zeros((1, len(ASPECTS))), np.zeros((1, 4), np.int64), np.zeros(0, CLAUSE), np.zeros(0, HIT),
    np.zeros(0, MENTION), np.zeros(0, EVENT),
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Rulings(Sequence[Ruled]):
    """What rules read in many texts: text n is row `row[n]` of the block, whose row 0 says nothing."""

    block: Block
    row: Places

    def take(self, places: Places) -> "Rulings":
        """Some of the texts, in this order."""
        return Rulings(self.block, self.row[places])

    @property
    def score(self) -> Floats:
        """The score of each text."""
        return np.asarray(self.block.scores[self.row, 0])

    @property
    def praise(self) -> Floats:
        """The praise in each text."""
        return np.asarray(self.block.scores[self.row, 1])

    @property
    def blame(self) -> Floats:
        """The blame in each text."""
        return np.asarray(self.block.scores[self.row, 2])

    @property
    def negated(self) -> NDArray[np.bool_]:
        """Whether a word of liking stood under a negation."""
        return np.asarray(self.block.traits[self.row] & NEGATED != 0)

    @property
    def asks(self) -> NDArray[np.bool_]:
        """Whether a clause is a question."""
        return np.asarray(self.block.traits[self.row] & ASKS != 0)

    @property
    def emotions(self) -> Floats:
        """N × 7: see `Ruled.emotions`."""
        return np.asarray(self.block.emotions[self.row])

    def bounds(self, column: int) -> tuple[Places, Places]:
        """Where the clauses (CLAUSES), hits (HITS), mentions or marks (MARKED) of each text begin and end."""
        upto = self.block.upto[:, column]
        return np.where(self.row > 0, upto[self.row - 1], 0), upto[self.row]

    @cached_property
    def spoken(self) -> Spoken:
        """The aspects that words speak of."""
        first, last = self.bounds(MENTIONS)
        of, which = np.repeat(np.arange(len(self.row)), last - first), ragged(first, last)
        aspect = self.block.mentions["aspect"][which].astype(np.int64)
        said = self.block.sure[self.row[of], aspect] >= LEAST_SURE
        of, which, aspect = of[said], which[said], aspect[said]
        key = of * len(ASPECTS) + aspect
        order = np.argsort(key, kind="stable")
        key, which = key[order], which[order]
        ends = np.flatnonzero(np.diff(key, append=-1))
        text, about = np.divmod(key[ends], len(ASPECTS))
        row = self.row[text]
        return Spoken(
            text, about, np.tanh(self.block.liked[row, about] / 2), self.block.sure[row, about], ends + 1,
            self.block.mentions["first"][which].astype(np.int64),
            self.block.mentions["last"][which].astype(np.int64),
        )  # fmt: skip

    def marks(self) -> tuple[Places, Any]:
        """Of each mark its text, and its record (EVENT: first, last, kind, code, value)."""
        first, last = self.bounds(MARKED)
        return np.repeat(np.arange(len(self.row)), last - first), self.block.marks[ragged(first, last)]

    def marked(self) -> list[tuple[Mark, ...]]:
        """The marks of each text."""
        marks = self.block.marks
        codes = marks["code"].tolist()
        spans = spans_of(marks["first"], marks["last"])
        pairs = zip(codes, marks["value"].tolist(), strict=True)
        said = [value if code in VALUED else None for code, value in pairs]
        return tuples_of(values_of(Mark, [MARKS[code] for code in codes], spans, said), *self.bounds(MARKED))

    def worded(self) -> list[tuple[Span, ...]]:
        """The words of liking in each text."""
        hits = self.block.hits
        return tuples_of(spans_of(hits["first"], hits["last"]), *self.bounds(HITS))

    def claused(self) -> list[tuple[Clause, ...]]:
        """The clauses of each text."""
        rows = self.block.clauses[["first", "last", "score", "weight"]].tolist()
        return tuples_of(map(Clause._make, rows), *self.bounds(CLAUSES))

    def __len__(self) -> int:
        return len(self.row)

    def __iter__(self) -> Iterator[Ruled]:
        first, last = self.bounds(HITS)
        hits = list(map(Hit._make, self.block.hits.tolist()))
        columns = zip(
            self.block.scores[self.row].tolist(), self.block.traits[self.row].tolist(), self.claused(),
            first.tolist(), last.tolist(), self.spoken.values(len(self)), self.emotions.tolist(),
            self.marked(), strict=True,
        )  # fmt: skip
        for (score, praise, blame), traits, clauses, a, b, aspects, emotions, marks in columns:
            yield Ruled(
                score, praise, blame,
                bool(traits & NEGATED), bool(traits & BARE), bool(traits & UNREAL), bool(traits & ASKS),
                bool(traits & IRONIC),
                clauses, tuple(hits[a:b]), aspects, tuple(emotions), marks,
            )  # fmt: skip

    @overload
    def __getitem__(self, at: int) -> Ruled: ...
    @overload
    def __getitem__(self, at: slice) -> "Rulings": ...
    def __getitem__(self, at: int | slice) -> "Ruled | Rulings":
        """One text's values, or some of the texts."""
        if isinstance(at, slice):
            return self.take(np.arange(len(self.row))[at])
        (one,) = self.take(np.array([range(len(self.row))[at]]))
        return one

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]


def put_together(blocks: Iterable[tuple[Places, Block]], texts: int) -> Rulings:
    """Blocks as one: each with the places of its texts among so many; a text of no block says nothing."""
    row = np.zeros(texts, np.int64)
    rows, parts, counted = 1, [_NOTHING], np.zeros(4, np.int64)
    for places, block in blocks:
        row[places] = rows + np.arange(len(places))
        rows += len(places)
        parts.append(block._replace(upto=block.upto + counted))
        counted = counted + (block.upto[-1] if len(block.upto) else 0)
    return Rulings(Block(*map(np.concatenate, zip(*parts, strict=True))), row)
