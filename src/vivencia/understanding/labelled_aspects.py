"""Reading the aspects that were learned from a company's labels: which, how liked, and which words say so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import expit

from vivencia.understanding.batch import Judged
from vivencia.understanding.clauses import HITS
from vivencia.understanding.embedders import embedder
from vivencia.understanding.feelings import head_aspects
from vivencia.understanding.heads.grams import COLUMNS, grams
from vivencia.understanding.heads.labelled import AspectHeads, AspectTrial, learn_aspects
from vivencia.understanding.heads.remembered import Looked, looked
from vivencia.understanding.heads.shipped import Heads
from vivencia.understanding.parts import parted
from vivencia.understanding.reading import ASPECTS, NEGATIVE, POSITIVE, SENTIMENTS, Aspect, Span
from vivencia.understanding.rulings import Rulings
from vivencia.understanding.spoken import Spoken, ragged, spoken_of

Floats = NDArray[np.float64]
Ids = NDArray[np.int64]

#: How much the liking of the whole text counts beside that of the words around an aspect.
OF_WHOLE = 0.5


@dataclass(frozen=True)
class Read:
    """Texts that were read without labels: what is compared of them is taken from here."""

    texts: Sequence[str]
    ruled: Rulings
    decisions: Sequence[tuple[Heads, Floats]]
    embeddings: Mapping[str, NDArray[np.float32]]
    liked: Floats
    spoken: Spoken

    def take(self, places: Ids) -> "Read":
        """Some of the texts, going up."""
        here = np.isin(self.spoken.of, places)
        spoken = self.spoken.take(np.flatnonzero(here))
        return Read(
            [self.texts[place] for place in places], self.ruled.take(places),
            [(heads, said[places]) for heads, said in self.decisions],
            {name: rows[places] for name, rows in self.embeddings.items()}, self.liked[places],
            replace(spoken, of=np.searchsorted(places, spoken.of)),
        )  # fmt: skip


def as_read(found: Judged) -> Read:
    """The texts of a batch that could be read."""
    batch, known = found.batch, np.array(found.batch.known, dtype=np.int64)
    return Read(
        [batch.texts[place] for place in known],
        batch.ruled.take(known),
        [(heads, said[known]) for heads, said in batch.decisions],
        dict(batch.embeddings),
        (
            found.probabilities[:, SENTIMENTS.index(POSITIVE)]
            - found.probabilities[:, SENTIMENTS.index(NEGATIVE)]
        )[known],
        replace(found.spoken, of=np.searchsorted(known, found.spoken.of)),
    )


def relabelled(found: Judged, heads: AspectHeads | None) -> Spoken:
    """The aspects of a batch, as its company's labels teach; as they were where that cannot be.

    Heads that were learned on embeddings say nothing of texts that were not embedded so.
    """
    if heads is None or not found.batch.known or heads.embedder not in ("", found.batch.embedder):
        return found.spoken
    return as_learned(as_read(found), heads).of_others(np.array(found.batch.known, dtype=np.int64))


def view(texts: Read) -> tuple[Looked, list[Span], Ids]:
    """The texts as they are compared, and their parts."""
    spans, of = parted(texts.texts)
    known = np.hstack([
        texts.ruled.block.sure[texts.ruled.row], head_aspects(len(texts.texts), texts.decisions),
    ])  # fmt: skip
    wholes = texts.embeddings.get("use")
    parts = None
    if wholes is not None:
        words = _words(texts.texts, spans, of)
        different = list(dict.fromkeys(words))
        place = {word: at for at, word in enumerate(different)}
        parts = embedder("use").embed(different)[[place[word] for word in words]]
    return looked(texts.texts, known, wholes, parts, of), spans, of


def _words(texts: Sequence[str], spans: Sequence[Span], of: Ids) -> list[str]:
    return [texts[text][span.start : span.end] for span, text in zip(spans, of.tolist(), strict=True)]


def learned(
    texts: Read, meant: Sequence[Mapping[str, int]], searched: Sequence[str], named: str
) -> tuple[AspectHeads | None, list[AspectTrial]]:
    """Heads for labelled aspects; `searched` are those that were looked for without labels."""
    names = sorted({name for one in meant for name in one})
    right = np.array([[name in one for name in names] for one in meant], dtype=bool).reshape(-1, len(names))
    base = np.zeros(right.shape, dtype=bool)
    for text, aspect in zip(texts.spoken.of.tolist(), texts.spoken.aspect.tolist(), strict=True):
        name = texts.spoken.names[aspect]
        if name in names:
            base[text, names.index(name)] = True
    return learn_aspects(view(texts)[0], names, right, base, [name in searched for name in names], named)


def as_learned(texts: Read, heads: AspectHeads) -> Spoken:
    """What the texts speak of, the aspects of `heads` as those say and the others as they were read."""
    whole, spans, of = view(texts)
    odds, part_odds = heads.decide(whole, _as_texts(texts, whole, spans, of))
    first = np.flatnonzero(np.diff(of, prepend=-1))
    last = np.append(first[1:], len(of))
    likes = _liked(texts.ruled, spans, of)
    words = {
        (text, texts.spoken.names[aspect]): place
        for place, (text, aspect) in enumerate(
            zip(texts.spoken.of.tolist(), texts.spoken.aspect.tolist(), strict=True)
        )
    }
    found: list[list[Aspect]] = [[] for _ in texts.texts]
    for text, column in zip(*np.nonzero(odds >= heads.cut), strict=True):
        name, sure = heads.names[column], float(expit(odds[text, column]))
        if (place := words.get((int(text), name))) is not None:
            found[text].append(_as_worded(texts.spoken, place, sure))
            continue
        own = part_odds[first[text] : last[text], column]
        chosen = np.flatnonzero((own >= heads.cut) | (own == own.max())) + first[text]
        liked = np.tanh(likes[chosen].sum() / 2)
        polarity = (liked + OF_WHOLE * texts.liked[text]) / (1 + OF_WHOLE)
        found[text].append(
            Aspect(name, round(float(polarity), 4), round(sure, 4), tuple(spans[one] for one in chosen))
        )
    names = (*ASPECTS, *(name for name in heads.names if name not in ASPECTS))
    others = [at for at, name in enumerate(texts.spoken.names) if name not in heads.names]
    rest = texts.spoken.take(np.flatnonzero(np.isin(texts.spoken.aspect, others)))
    return rest.with_(spoken_of(found, names))


def _as_worded(spoken: Spoken, place: int, sure: float) -> Aspect:
    """An aspect that was read without labels too: its words and liking stay."""
    spans = ragged(spoken.first[[place]], spoken.upto[[place]])
    return Aspect(
        spoken.names[spoken.aspect[place]], float(spoken.polarity[place]), round(sure, 4),
        tuple(map(Span, spoken.start[spans].tolist(), spoken.end[spans].tolist())),
    )  # fmt: skip


def _as_texts(texts: Read, whole: Looked, spans: Sequence[Span], of: Ids) -> Looked:
    """The parts as texts of their own; what is known of their text is known of them."""
    rows = sparse.hstack([grams(_words(texts.texts, spans, of), COLUMNS), whole.rows[of, COLUMNS:]])
    return Looked(sparse.csr_matrix(rows), None, None, of)


def _liked(ruled: Rulings, spans: Sequence[Span], of: Ids) -> Floats:
    """How much the words of liking inside each part say, all together."""
    starts, ends = np.array([one.start for one in spans]), np.array([one.end for one in spans])
    first, last = ruled.bounds(HITS)
    many = (last - first)[of]
    part = np.repeat(np.arange(len(of)), many)
    hits: Any = ruled.block.hits[ragged(first[of], last[of])]
    inside = (hits["first"] >= starts[part]) & (hits["last"] <= ends[part])
    return np.asarray(np.bincount(part, hits["value"] * inside, minlength=len(of)), dtype=np.float64)
