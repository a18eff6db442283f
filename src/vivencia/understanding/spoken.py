"""What many texts speak of, a row an aspect, with the spans that say so; values only where somebody asks."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vivencia.understanding.reading import ASPECTS, Aspect
from vivencia.understanding.valued import spans_of, tuples_of, values_of

Floats = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Spoken:
    """Aspects in order of text and aspect.

    `of` is the text of each, `aspect` its place in `names`; its spans stand from `upto` of the
    one before to its own in `start` and `end`.
    """

    of: Places
    aspect: Places
    polarity: Floats
    confidence: Floats
    upto: Places
    start: Places
    end: Places
    names: tuple[str, ...] = ASPECTS

    @property
    def first(self) -> Places:
        """Where the spans of each begin."""
        return np.concatenate([np.zeros(1, np.int64), self.upto[:-1]]) if len(self.upto) else self.upto

    def take(self, places: Places) -> "Spoken":
        """These rows, in this order."""
        spans = ragged(self.first[places], self.upto[places])
        return Spoken(
            self.of[places], self.aspect[places], self.polarity[places], self.confidence[places],
            np.cumsum(self.upto[places] - self.first[places]), self.start[spans], self.end[spans], self.names,
        )  # fmt: skip

    def with_(self, other: "Spoken") -> "Spoken":
        """Both, in order; names of the other that this one has not are added."""
        names = (*self.names, *(name for name in other.names if name not in self.names))
        place = np.array([names.index(name) for name in other.names], dtype=np.int64)
        spans = self.upto[-1] if len(self.upto) else 0
        both = Spoken(
            np.concatenate([self.of, other.of]), np.concatenate([self.aspect, place[other.aspect]]),
            np.concatenate([self.polarity, other.polarity]),
            np.concatenate([self.confidence, other.confidence]),
            np.concatenate([self.upto, other.upto + spans]), np.concatenate([self.start, other.start]),
            np.concatenate([self.end, other.end]), names,
        )  # fmt: skip
        return both.take(np.lexsort((both.aspect, both.of)))

    def of_others(self, texts: Places) -> "Spoken":
        """The same of a larger batch, in which text n is `texts[n]` (going up)."""
        return Spoken(
            texts[self.of], self.aspect, self.polarity, self.confidence, self.upto, self.start, self.end,
            self.names,
        )  # fmt: skip

    def values(self, texts: int) -> list[tuple[Aspect, ...]]:
        """The aspects of each text, the surest first and a company's own behind the others."""
        own = self.aspect >= len(ASPECTS)
        # As sure as another: in order of aspect, in which they stand.
        order = np.lexsort((-self.confidence, own, self.of))
        made = values_of(
            Aspect, list(map(self.names.__getitem__, self.aspect[order].tolist())),
            self.polarity[order].tolist(), self.confidence[order].tolist(),
            tuples_of(spans_of(self.start, self.end), self.first[order], self.upto[order]),
        )  # fmt: skip
        bounds = np.searchsorted(self.of[order], np.arange(texts + 1))
        return tuples_of(made, bounds[:-1], bounds[1:])


def spoken_of(found: Sequence[Sequence[Aspect]], names: tuple[str, ...]) -> Spoken:
    """Values as rows; each aspect is one of `names`."""
    ones = [(text, names.index(one.aspect), one) for text, aspects in enumerate(found) for one in aspects]
    ones.sort(key=lambda one: one[:2])
    spans = [span for _, _, one in ones for span in one.spans]
    return Spoken(
        np.array([text for text, _, _ in ones], dtype=np.int64),
        np.array([aspect for _, aspect, _ in ones], dtype=np.int64),
        np.array([one.polarity for _, _, one in ones], dtype=np.float64),
        np.array([one.confidence for _, _, one in ones], dtype=np.float64),
        np.cumsum(np.array([len(one.spans) for _, _, one in ones], dtype=np.int64)),
        np.array([span.start for span in spans], dtype=np.int64),
        np.array([span.end for span in spans], dtype=np.int64),
        names,
    )


def ragged(first: Places, last: Places) -> Places:
    """Every place of the stretches [first, last), one stretch after the other.

    >>> ragged(np.array([5, 0]), np.array([7, 1])).tolist()
    [5, 6, 0]
    """
    many = last - first
    begun = np.cumsum(many) - many
    return np.repeat(first - begun, many) + np.arange(int(many.sum()), dtype=np.int64)
