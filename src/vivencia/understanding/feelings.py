"""Joining rules and heads on aspects and emotions: rules bring the words, heads move how sure they are."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from vivencia.understanding.clauses import CLAUSES
from vivencia.understanding.heads.shipped import OUTPUTS, Heads
from vivencia.understanding.reading import ASPECTS, EMOTIONS
from vivencia.understanding.rulings import Rulings
from vivencia.understanding.spoken import Places, Spoken

Floats = NDArray[np.float64]

#: How much a head moves the log-odds of an aspect.
OF_ASPECT = 1.5
#: Log-odds of an aspect that no word speaks of, before a head moves them: lower where the
#: aspect has words of its own wherever it is meant. Half way to what was best on sentences the heads
#: had not seen, as far as reviews kept for tuning bear it; below what a head must add, so that none
#: that says nothing is heard.
WORDLESS = {
    "staff": 0.0, "waiting": 0.0, "price": -0.8, "quality": 0.1, "place": -0.2, "usability": 0.0,
    "information": 0.3, "delivery": -0.6, "aftersale": -0.6, "resolution": 0.3, "availability": -0.6,
    "safety": -0.4,
}  # fmt: skip
#: How much lower where words speak of another aspect: then that is what the heads most likely see.
#: Divided by the clauses of a text, for who says more speaks of more.
ELSEWHERE = 1.2
#: An aspect less sure than this is not said.
LEAST_SURE = 0.6
#: How much the liking of the whole text counts beside that of the words around an aspect.
OF_WHOLE = 0.5
#: What a word of an emotion, and a head, add to its log-odds; fitted on sentences the heads had not seen.
OF_WORDS, OF_HEADS = 2.5, 1.25
#: Log-odds that must come together before an emotion is more likely than not, in the order of
#: EMOTIONS: so that as many held-out sentences pass as show the emotion, and shares are not biased.
NEEDED = np.array([0.23, 0.24, 0.27, 0.28, 0.24, 0.38, 0.12])
#: The same where word lists read alone.
WORDS_ALONE, NEEDED_ALONE = 6.0, 2.1
_FIRST_ASPECT, _FIRST_EMOTION = OUTPUTS.index(ASPECTS[0]), OUTPUTS.index(EMOTIONS[0])


def aspects_of(ruled: Rulings, decisions: Sequence[tuple[Heads, Floats]], liked: Floats) -> Spoken:
    """The aspects of each text; `liked` is how each text as a whole likes, −1…1.

    Each aspect has the words that say it; where a head alone sees it, all of the text says it.
    """
    spoken = ruled.spoken
    if not decisions:
        return spoken
    moved = OF_ASPECT * head_aspects(len(ruled), decisions)
    worded = _worded(spoken, moved, liked)
    return worded.with_(_wordless(ruled, moved, liked, worded.of))


def head_aspects(texts: int, decisions: Sequence[tuple[Heads, Floats]]) -> Floats:
    """What the heads say of each aspect, in units of their spread: n × 12; nought where none looked."""
    return _mean(texts, decisions, ASPECTS, _FIRST_ASPECT)


def _worded(spoken: Spoken, moved: Floats, liked: Floats) -> Spoken:
    """The aspects that words speak of, moved by the heads."""
    said = np.clip(spoken.confidence, 0.02, 0.98)
    sure = expit(logit(said) + moved[spoken.of, spoken.aspect])
    polarity = (spoken.polarity + OF_WHOLE * liked[spoken.of]) / (1 + OF_WHOLE)
    joined = replace(spoken, confidence=sure, polarity=polarity)
    return joined.take(np.flatnonzero(sure >= LEAST_SURE))


def _wordless(ruled: Rulings, moved: Floats, liked: Floats, worded: Places) -> Spoken:
    """The aspects that no word speaks of and that the heads see all the same: all of the text says them.

    `worded` are the texts in which words speak of some aspect.
    """
    spoken = ruled.spoken
    first, last = ruled.bounds(CLAUSES)
    odds = np.array([WORDLESS.get(name, -np.inf) for name in ASPECTS])
    elsewhere = np.zeros((len(ruled), 1))
    elsewhere[worded, 0] = ELSEWHERE / np.maximum(last - first, 1)[worded]
    sure = expit(odds + moved - elsewhere)
    sure[spoken.of, spoken.aspect] = 0.0
    sure[first == last] = 0.0
    of, aspect = np.nonzero(sure >= LEAST_SURE)
    clauses = ruled.block.clauses
    return Spoken(
        of, aspect, liked[of], sure[of, aspect], np.arange(1, len(of) + 1),
        clauses["first"][first[of]].astype(np.int64), clauses["last"][last[of] - 1].astype(np.int64),
    )  # fmt: skip


def emotions_of(ruled: Rulings, decisions: Sequence[tuple[Heads, Floats]]) -> Floats:
    """How probably each text shows each of EMOTIONS, each for itself: n × 7.

    At 0.5 about as many sentences of the training corpus pass as show the emotion. Nobody's
    feelings are known from that: of those that pass, between three tenths (sadness)
    and seven tenths (disgust) were labelled so.
    """
    said = ruled.emotions
    if not decisions:
        return np.asarray(expit(WORDS_ALONE * said - NEEDED_ALONE))
    moved = _mean(len(ruled), decisions, EMOTIONS, _FIRST_EMOTION)
    return np.asarray(expit(OF_WORDS * said + OF_HEADS * moved - NEEDED))


def _mean(texts: int, decisions: Sequence[tuple[Heads, Floats]], names: Sequence[str], first: int) -> Floats:
    """Mean decision, in units of its spread, of the heads that looked at a text; nought where none did."""
    total, looked = np.zeros((texts, len(names))), np.zeros((texts, 1))
    for heads, found in decisions:
        spreads = np.array([heads.spread(name) for name in names])
        total += found[:, first : first + len(names)] / spreads
        # A row of noughts is a text that the cascade did not pass on to this head.
        looked += found.any(axis=1, keepdims=True)
    return total / np.maximum(looked, 1)
