"""Joining what rules and heads say of one text into the odds that it likes, dislikes, or neither.

`z` of the rules is squeezed, so that ten kind words are no ten times surer than three; each
head adds its decision in units of its own spread, and counts half where a word of liking was
negated, since embeddings hardly see a negation.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from vivencia.understanding.heads.shipped import MIXED, OPINION, OUTPUTS, POLARITY, Heads
from vivencia.understanding.rulings import Rulings

Floats = NDArray[np.float64]

#: Where the squeezed score of the rules levels off.
LEVEL = 4.0
#: What a head counts whose decision is one spread from nought, alone and beside the other.
COUNTS = {"use": 1.3, "e5": 1.2}
BESIDE = 0.7
#: From the joined score to log-odds; from praise and blame to the odds of being mixed.
STEEPNESS = 0.9
#: Log-odds of holding an opinion: a constant, the joined score, what the heads say of it, the
#: strength of the words, and a question. Fitted on sentences the heads had not seen; the second
#: where words read alone.
OPINION_ODDS, OPINION_ALONE = (-1.0, 0.75, 1.5, 0.3, -0.2), (-1.2, 1.1, 0.0, 0.5, -0.6)
#: Log-odds of being mixed: a constant, the weaker side, its share of the stronger, what the heads
#: say of it. The sentences learned from call a concession mixed; the challenge calls it by what is
#: said in the end, and these are its.
MIXED_ODDS = (-4.0, 1.4, 2.0, 0.6)


@dataclass(frozen=True, slots=True)
class Liking:
    """What many texts say, as log-odds.

    `score`: positive against negative; `opinion`: holding an opinion at all; `mixed`:
    holding both, given an opinion.
    """

    score: Floats
    opinion: Floats
    mixed: Floats

    def probabilities(self) -> Floats:
        """N × 4, in the order of SENTIMENTS; each row adds up to one."""
        holds, both, likes = expit(self.opinion), expit(self.mixed), expit(self.score)
        one_side = holds * (1 - both)
        return np.stack([one_side * (1 - likes), 1 - holds, holds * both, one_side * likes], axis=1)


def ruled_scores(ruled: Rulings) -> Floats:
    """The rules' score of each text, squeezed into −LEVEL…LEVEL."""
    return LEVEL * np.tanh(ruled.score / LEVEL)


def like(ruled: Rulings, decisions: Sequence[tuple[Heads, Floats]]) -> Liking:
    """Join the rules with the decisions (n × OUTPUTS) of as many heads as there are."""
    z = ruled_scores(ruled)
    score = z.copy()
    holds = np.zeros(len(ruled))
    both = np.zeros(len(ruled))
    share = BESIDE if len(decisions) > 1 else 1.0
    for heads, found in decisions:
        weight = COUNTS[heads.embedder] * share * np.where(ruled.negated, 0.5, 1.0)
        score += weight * found[:, OUTPUTS.index(POLARITY)] / heads.spread(POLARITY)
        holds += found[:, OUTPUTS.index(OPINION)] / heads.spread(OPINION) / len(decisions)
        both += found[:, OUTPUTS.index(MIXED)] / heads.spread(MIXED) / len(decisions)
    opinion = _opinion(ruled, score, holds, OPINION_ODDS if decisions else OPINION_ALONE)
    return Liking(STEEPNESS * score, opinion, _mixed(ruled, both))


def _opinion(ruled: Rulings, score: Floats, holds: Floats, odds: tuple[float, ...]) -> Floats:
    constant, of_score, of_heads, of_words, of_question = odds
    return np.asarray(
        constant
        + of_score * np.minimum(np.abs(score), 4.0)
        + of_heads * holds
        + of_words * np.minimum(ruled.praise + ruled.blame, 3.0)
        + of_question * ruled.asks
    )


def _mixed(ruled: Rulings, both: Floats) -> Floats:
    constant, of_weaker, of_share, of_heads = MIXED_ODDS
    low, high = np.minimum(ruled.praise, ruled.blame), np.maximum(ruled.praise, ruled.blame)
    return np.asarray(
        constant + of_weaker * np.minimum(low, 3.0) + of_share * low / np.maximum(high, 1.0) + of_heads * both
    )
