"""A company's own aspects, given by a name and a few examples in any language, found in all four.

The multilingual embedding puts a sentence beside its translation, so examples in one language
find the others (Yang et al., ACL 2020). How near is near enough is not the same for every
aspect: it is set by how near plain sentences about anything come, and by how near the examples
come to one another. Words given beside the examples find their aspect by themselves.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from vivencia.understanding.embedders import Embedder, embedder, present
from vivencia.understanding.reading import Aspect, Span
from vivencia.understanding.rulings import Clause, Rulings
from vivencia.words.catalogue import OwnAspect

Floats = NDArray[np.float64]

#: How sure an aspect is whose own word stands there; less than this by likeness is not said.
BY_WORD, LEAST_SURE = 0.85, 0.5
#: How near a single example's translation comes, about; and the least room between near and far.
USUAL_NEAR, LEAST_ROOM = 0.62, 0.10
#: Share of a text's liking that falls on an aspect whose clause likes nothing.
SPILL = 0.3


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a clause must come near to: the examples' rows, and from `far` to `near` it grows sure."""

    rows: NDArray[np.float32]
    far: float
    near: float

    def sure(self, clauses: NDArray[np.float32]) -> Floats:
        """How surely each clause speaks of it: 0.5 midway between far and near."""
        nearest = (clauses @ self.rows.T).max(axis=1)
        middle, half = (self.far + self.near) / 2, (self.near - self.far) / 2
        return np.asarray(expit((nearest - middle) / half * 1.5))


def own_aspects(
    texts: Sequence[str], ruled: Rulings, wanted: tuple[OwnAspect, ...], polarity: Sequence[float],
    *, by_likeness: bool,
) -> list[tuple[Aspect, ...]]:  # fmt: skip
    """The company's own aspects of each text, with the words or the clause that say so.

    `polarity` is that of the whole text; `by_likeness` false leaves only the words.
    """
    pieces = [
        (row, clause) for row, said in enumerate(ruled.claused()) for clause in _clauses(texts[row], said)
    ]
    found: list[list[Aspect]] = [[] for _ in texts]
    sure = _sure(texts, pieces, wanted) if by_likeness and pieces else np.zeros((len(pieces), len(wanted)))
    for number, aspect in enumerate(wanted):
        pattern = _pattern(aspect.words)
        said: dict[int, list[tuple[float, Clause, tuple[Span, ...]]]] = {}
        for at, (row, clause) in enumerate(pieces):
            words = _words(texts[row], clause, pattern)
            confidence = max(BY_WORD if words else 0.0, float(sure[at, number]))
            if confidence >= LEAST_SURE:
                spans = words or (Span(clause.start, clause.end),)
                said.setdefault(row, []).append((confidence, clause, spans))
        for row, places in said.items():
            found[row].append(_joined(aspect.key, places, polarity[row]))
    return [tuple(one) for one in found]


def _clauses(text: str, said: tuple[Clause, ...]) -> tuple[Clause, ...]:
    return said or ((Clause(0, len(text), 0.0, 1.0),) if text.strip() else ())


def _joined(key: str, places: list[tuple[float, Clause, tuple[Span, ...]]], whole: float) -> Aspect:
    scores = np.array([clause.score for _, clause, _ in places])
    likes = float(np.tanh(scores.sum() / 2)) if np.any(scores) else SPILL * whole
    spans = tuple(span for _, _, found in places for span in found)
    return Aspect(key, round(likes, 4), round(max(sure for sure, _, _ in places), 4), spans)


def _sure(
    texts: Sequence[str], pieces: Sequence[tuple[int, Clause]], wanted: tuple[OwnAspect, ...]
) -> Floats:
    if not present("use"):
        return np.zeros((len(pieces), len(wanted)))
    model = embedder("use")
    rows = model.embed([texts[row][clause.start : clause.end] for row, clause in pieces])
    columns = [likeness(one.examples).sure(rows) if one.examples else np.zeros(len(rows)) for one in wanted]
    return np.stack(columns, axis=1)


@cache
def likeness(examples: tuple[str, ...]) -> Likeness:
    """What the examples of an aspect look like, and how near is near enough."""
    model = embedder("use")
    rows = model.embed(examples)
    far = float(np.quantile((_background(model.name) @ rows.T).max(axis=1), 0.95))
    near = USUAL_NEAR
    if len(rows) > 1:
        beside = rows @ rows.T
        np.fill_diagonal(beside, -1.0)
        near = min(float(np.median(beside.max(axis=1))), 0.8)
    return Likeness(rows, far, max(near, far + LEAST_ROOM))


@cache
def _background(name: str) -> NDArray[np.float32]:
    text = files("vivencia.understanding").joinpath("background.txt").read_text(encoding="utf-8")
    model: Embedder = embedder(name)
    return model.embed([line for line in text.splitlines() if line and not line.startswith("#")])


def _pattern(words: tuple[str, ...]) -> re.Pattern[str] | None:
    """Finds any of the words, whole; case and accents are nothing."""
    plain = [r"\s+".join(re.escape(part) for part in _bare(word).split()) for word in words]
    return re.compile(rf"(?<!\w)(?:{'|'.join(plain)})(?!\w)") if plain else None


def _words(text: str, clause: Clause, pattern: re.Pattern[str] | None) -> tuple[Span, ...]:
    if pattern is None:
        return ()
    found = pattern.finditer(_bare(text), clause.start, clause.end)
    return tuple(Span(one.start(), one.end()) for one in found)


def _bare(text: str) -> str:
    """Lower case without accents, letter for letter, so that places stay the same."""
    return "".join(unicodedata.normalize("NFD", letter)[0].lower()[:1] or letter for letter in text)
