"""The way of a batch of verbatims: clean, language, mask, rules, embeddings and heads, and one reading each.

A tier says how deep to look. Each gives the same `Reading`; what is not installed is left
out, and `Reading.model` says what was there.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from vivencia.understanding.cleaning import clean
from vivencia.understanding.embedders import embedder, present
from vivencia.understanding.feelings import aspects_of, emotions_of
from vivencia.understanding.heads.adapting import adapt, enough_texts
from vivencia.understanding.heads.company import CompanyHead
from vivencia.understanding.heads.joined import joined
from vivencia.understanding.heads.shipped import Heads, shipped_heads
from vivencia.understanding.languages import detect
from vivencia.understanding.liking import Liking, like
from vivencia.understanding.masking import mask
from vivencia.understanding.own_aspects import own_aspects
from vivencia.understanding.reading import (
    EMOTIONS,
    EMPTY,
    LANGUAGES,
    READ,
    SENTIMENTS,
    UNKNOWN_LANGUAGE,
    WORDLESS,
    Aspect,
    Language,
    Mask,
    Reading,
    Span,
)
from vivencia.understanding.rules import Ruled, rule_all
from vivencia.words.catalogue import OwnAspect
from vivencia.words.shapes.understanding import TIERS

Floats = NDArray[np.float64]

#: How deep to look: word lists alone; with USE; with E5 for the least sure; with E5 for all.
RULES, DEFAULT, CASCADE, DEEP = TIERS
#: Share of a batch that the cascade passes on to the deeper tier: those least sure.
PASSED_ON = 0.08


@dataclass(frozen=True, slots=True)
class Reader:
    """How to read: the tier, what was learned from the company itself, and its own aspects.

    Raises ValueError for an unknown tier.
    """

    tier: str = DEFAULT
    company: CompanyHead | None = None
    aspects: tuple[OwnAspect, ...] = ()

    def __post_init__(self) -> None:
        if self.tier not in TIERS:
            raise ValueError(f"there is no tier {self.tier}: {', '.join(TIERS)}")


@dataclass(slots=True)
class Prepared:
    """A batch after cleaning, language and masking; and what the shipped tiers made of it."""

    texts: list[str]
    languages: list[Language]
    masks: list[tuple[Mask, ...]]
    outcomes: list[str]
    ruled: list[Ruled]
    decisions: list[tuple[Heads, Floats]] = field(default_factory=list)
    embeddings: NDArray[np.float32] | None = None
    deeper: NDArray[np.bool_] | None = None

    @property
    def known(self) -> list[int]:
        """Places of the texts that could be read."""
        return [place for place, outcome in enumerate(self.outcomes) if outcome == READ]


def read(
    texts: Sequence[str], languages: Sequence[str | None] | None = None, *, reader: Reader | None = None
) -> list[Reading]:
    """One reading for each text, in order; any text gives one.

    `languages` are the languages known beforehand (a code of LANGUAGES, or None to find out).
    """
    reader = reader or Reader()
    batch = prepare(texts, languages)
    look(batch, reader.tier)
    liking = _company(batch, _liking(batch), reader.company)
    readings = _readings(batch, liking, _model(batch, reader))
    return _with_own(batch, readings, reader) if reader.aspects else readings


def _with_own(batch: Prepared, readings: list[Reading], reader: Reader) -> list[Reading]:
    """The readings with the company's own aspects after the others."""
    own = own_aspects(
        batch.texts, batch.ruled, reader.aspects, [one.polarity for one in readings],
        by_likeness=reader.tier != RULES,
    )  # fmt: skip
    return [
        replace(one, aspects=(*one.aspects, *more)) if more and one.outcome == READ else one
        for one, more in zip(readings, own, strict=True)
    ]


def adapted(texts: Sequence[str], languages: Sequence[str | None] | None = None, *, reader: Reader) -> Reader:
    """The reader after it has seen how these customers write, without any label; see `heads.adapting`.

    The reader comes back as it was where it has a company's head already, reads by rules
    alone, or is sure of these texts as it is.
    """
    if reader.company is not None or reader.tier == RULES or not enough_texts(texts):
        return reader
    batch = prepare(texts, languages)
    look(batch, reader.tier)
    known = batch.known
    if batch.embeddings is None or not enough_texts(known):
        return reader
    bodies = [batch.texts[place] for place in known]
    # The score's own column is nought while learning: the head must find what the score does not know.
    head, _ = adapt(joined(bodies, batch.embeddings, np.zeros(len(known))), _liking(batch).score[known])
    if head is None:
        return reader
    embedding = batch.decisions[0][0]
    named = f"{embedding.embedder} {embedding.version}"
    return replace(reader, company=CompanyHead(head.head, head.of_score, head.of_head, 0.0, False, named))


def prepare(texts: Sequence[str], languages: Sequence[str | None] | None = None) -> Prepared:
    """Clean, find the language, mask, and let the rules read; loads no model."""
    cleaned = [clean(text) for text in texts]
    found = detect(cleaned, languages)
    masked = [mask(text, language.code) for text, language in zip(cleaned, found, strict=True)]
    outcomes = [_outcome(text, language) for text, language in zip(cleaned, found, strict=True)]
    bodies = [body for body, _ in masked]
    ruled: list[Ruled | None] = [None] * len(bodies)
    for code in LANGUAGES:
        places = [
            place for place, language in enumerate(found) if language.code == code and outcomes[place] == READ
        ]
        for place, one in zip(places, rule_all([bodies[place] for place in places], code), strict=True):
            ruled[place] = one
    return Prepared(
        bodies, found, [masks for _, masks in masked], outcomes, [one or NOTHING for one in ruled]
    )


def _outcome(text: str, language: Language) -> str:
    if not text.strip():
        return EMPTY
    if not any(letter.isalpha() for letter in text):
        # An emoji or a row of exclamation marks says something, though no word.
        return (
            READ if any(ord(letter) > 0x2190 for letter in text) and language.code in LANGUAGES else WORDLESS
        )
    return READ if language.code in LANGUAGES else UNKNOWN_LANGUAGE


NOTHING = Ruled(0.0, 0.0, 0.0, False, False, False, False, False, (), (), (), (0.0,) * len(EMOTIONS), ())


def look(batch: Prepared, tier: str) -> None:
    """Embed what could be read and let the shipped heads decide, as deep as the tier says."""
    if tier == RULES or not batch.known:
        return
    texts = [batch.texts[place] for place in batch.known]
    if present("use"):
        model = embedder("use")
        batch.embeddings = model.embed(texts)
        heads = shipped_heads(model.name)
        batch.decisions.append((heads, _spread_out(batch, heads.decide(batch.embeddings))))
    if tier == DEFAULT or not present("e5"):
        return
    chosen = np.ones(len(texts), dtype=bool)
    if tier == CASCADE and batch.decisions:
        unsure = np.abs(_liking(batch).score[batch.known])
        chosen = unsure <= np.quantile(unsure, PASSED_ON)
    deep = embedder("e5")
    found = np.zeros((len(texts), shipped_heads("e5").weights.shape[1]))
    found[chosen] = shipped_heads("e5").decide(
        deep.embed([text for text, on in zip(texts, chosen, strict=True) if on])
    )
    batch.decisions.append((shipped_heads("e5"), _spread_out(batch, found)))
    batch.deeper = np.zeros(len(batch.texts), dtype=bool)
    batch.deeper[np.array(batch.known)[chosen]] = True


def scored(batch: Prepared) -> Liking:
    """What the shipped tiers say of a batch that was looked at, before anything learned from the company."""
    return _liking(batch)


def _spread_out(batch: Prepared, found: Floats) -> Floats:
    """Decisions of the texts that could be read, with zeros for the others."""
    whole = np.zeros((len(batch.texts), found.shape[1]))
    whole[batch.known] = found
    return whole


def _liking(batch: Prepared) -> Liking:
    """What the tiers say; the second embedder counts only where it looked."""
    if batch.deeper is None or batch.deeper.all():
        return like(batch.ruled, batch.decisions)
    shallow = like(batch.ruled, batch.decisions[:1])
    deep = like(batch.ruled, batch.decisions)
    return Liking(
        np.where(batch.deeper, deep.score, shallow.score),
        np.where(batch.deeper, deep.opinion, shallow.opinion),
        np.where(batch.deeper, deep.mixed, shallow.mixed),
    )


def _company(batch: Prepared, liking: Liking, company: CompanyHead | None) -> Liking:
    if company is None or not batch.known:
        return liking
    score = liking.score.copy()
    texts = [batch.texts[place] for place in batch.known]
    score[batch.known] = company.score(texts, batch.embeddings, liking.score[batch.known])
    return Liking(score, liking.opinion, liking.mixed)


def _model(batch: Prepared, reader: Reader) -> str:
    names = [heads.embedder for heads, _ in batch.decisions] or ["lexicon"]
    return "+".join([*names, *(["company"] if reader.company else [])]) + "-1"


def _readings(batch: Prepared, liking: Liking, model: str) -> list[Reading]:
    probabilities = liking.probabilities()
    liked = probabilities[:, 3] - probabilities[:, 0]
    aspects = aspects_of(batch.ruled, batch.decisions, liked)
    emotions = emotions_of(batch.ruled, batch.decisions)
    return [
        _reading(batch, place, probabilities[place], liking, aspects[place], emotions[place], model)
        for place in range(len(batch.texts))
    ]


def _reading(
    batch: Prepared,
    place: int,
    probabilities: Floats,
    liking: Liking,
    aspects: tuple[Aspect, ...],
    emotions: Floats,
    model: str,
) -> Reading:
    ruled, outcome = batch.ruled[place], batch.outcomes[place]
    if outcome != READ:
        return Reading(
            batch.texts[place], batch.languages[place], outcome, None, 0.0, 0.0,
            (0.0, 1.0, 0.0, 0.0), (0.0,) * len(EMOTIONS), model, masks=batch.masks[place],
        )  # fmt: skip
    negative, neutral, mixed, positive = (float(one) for one in probabilities)
    polarity = (positive - negative + mixed * float(np.tanh(liking.score[place] / 2))) / max(
        1 - neutral, 1e-9
    )
    return Reading(
        batch.texts[place],
        batch.languages[place],
        outcome,
        SENTIMENTS[int(np.argmax(probabilities))],
        round((1 - neutral) * polarity, 4),
        round(1 - float(np.exp(-(ruled.praise + ruled.blame) / 4)) if ruled.hits else (1 - neutral) * 0.5, 4),
        (negative, neutral, mixed, positive),
        tuple(round(float(one), 4) for one in emotions),
        model,
        aspects,
        ruled.marks,
        batch.masks[place],
        tuple(Span(hit.start, hit.end) for hit in ruled.hits),
    )
