"""Joining rules and heads on aspects and emotions: rules bring the words, heads move how sure they are."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from vivencia.understanding.heads.shipped import OUTPUTS, Heads
from vivencia.understanding.reading import ASPECTS, EMOTIONS, Aspect
from vivencia.understanding.rules import Ruled

Floats = NDArray[np.float64]

#: How much a head moves the log-odds of an aspect that words speak of, and of an emotion.
OF_ASPECT, OF_EMOTION = 0.6, 0.8
#: An aspect less sure than this is not said.
LEAST_SURE = 0.4
#: Prior log-odds of an emotion before any word or head.
RARE = -1.5
_FIRST_ASPECT, _FIRST_EMOTION = OUTPUTS.index(ASPECTS[0]), OUTPUTS.index(EMOTIONS[0])


def aspects_of(ruled: Sequence[Ruled], decisions: Sequence[tuple[Heads, Floats]]) -> list[tuple[Aspect, ...]]:
    """The aspects of each text, surest first; each has words that say it."""
    moved = _mean(len(ruled), decisions, ASPECTS, _FIRST_ASPECT)
    found: list[tuple[Aspect, ...]] = []
    for place, one in enumerate(ruled):
        kept = []
        for aspect in one.aspects:
            by_head = moved[place, ASPECTS.index(aspect.aspect)]
            sure = float(expit(logit(min(max(aspect.confidence, 0.02), 0.98)) + OF_ASPECT * by_head))
            if sure >= LEAST_SURE:
                kept.append(replace(aspect, confidence=sure))
        found.append(tuple(sorted(kept, key=lambda aspect: -aspect.confidence)))
    return found


def emotions_of(ruled: Sequence[Ruled], decisions: Sequence[tuple[Heads, Floats]]) -> Floats:
    """How probably each text shows each of EMOTIONS, each for itself: n × 7."""
    said = np.array([one.emotions for one in ruled], dtype=np.float64).reshape(-1, len(EMOTIONS))
    moved = _mean(len(ruled), decisions, EMOTIONS, _FIRST_EMOTION)
    if not decisions:
        return said
    return np.asarray(expit(RARE + 3.5 * said + OF_EMOTION * moved))


def _mean(texts: int, decisions: Sequence[tuple[Heads, Floats]], names: Sequence[str], first: int) -> Floats:
    """Mean decision of the heads in units of their spread; nought where there is none."""
    total = np.zeros((texts, len(names)))
    for heads, found in decisions:
        spreads = np.array([heads.spread(name) for name in names])
        total += found[:, first : first + len(names)] / spreads / len(decisions)
    return total
