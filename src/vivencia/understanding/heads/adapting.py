"""Learning a company's language without any label: the sure readings teach the unsure ones.

Self-training (Scudder 1965; Yarowsky, ACL 1995): texts that the shipped tiers read with
confidence are taken as if labelled, and a head is learned on their words and embeddings.
It picks up what only this company's customers say. Two rounds, each on other folds than
those it judges, so no text teaches its own verdict.
"""

from collections.abc import Sized
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from vivencia.understanding.heads.logistic import Linear, fit_logistic

Floats = NDArray[np.float64]

#: Fewer sure texts than this, or than LEAST_OF_EACH on either side, teach nothing.
LEAST, LEAST_OF_EACH = 150, 30
#: Log-odds from which a reading is sure enough to teach.
SURE = 0.8
#: Where fewer than the first share of readings are unsure (log-odds under UNSURE) the shipped tiers know this
#: language already and nothing is added; from the second share on the head counts as much as they do.
UNSURE, KNOWN, FOREIGN = 1.5, 0.1, 0.35
STRENGTH = 3.0
FOLDS, ROUNDS = 4, 2


@dataclass(frozen=True, slots=True)
class Adapted:
    """A head learned without labels, and how to join it to the score it was learned from.

    The joined score is `of_score`·score + `of_head`·decision, both in the units of the score.
    """

    head: Linear
    of_score: float
    of_head: float

    def join(self, scores: Floats, decisions: Floats) -> Floats:
        """Log-odds of being positive from both."""
        return self.of_score * scores + self.of_head * decisions


def adapt(rows: sparse.csr_matrix, scores: Floats, *, sure: float = SURE) -> tuple[Adapted | None, Floats]:
    """What the texts teach of themselves: a head for further texts, and these texts' own new scores.

    `rows` as from `joined` but without the score's own column, `scores` log-odds. Where too
    few texts are sure the scores come back as they were, with None.
    """
    current = scores
    adapted: Adapted | None = None
    unsure = float(np.mean(np.abs(scores) < UNSURE)) if len(scores) else 0.0
    counts = float(np.clip((unsure - KNOWN) / (FOREIGN - KNOWN), 0, 1))
    if counts == 0:
        return None, scores
    for _ in range(ROUNDS):
        teachers = np.abs(current) >= sure
        if not _enough(teachers, current):
            return None, scores
        decisions = _cross_fitted(rows, current, teachers)
        ratio = float(np.std(scores)) / max(float(np.std(decisions)), 1e-9)
        adapted = Adapted(_learned(rows, current, teachers), 1 - 0.4 * counts, 0.6 * counts * ratio)
        current = adapted.join(scores, decisions)
    return adapted, current


def _enough(teachers: NDArray[np.bool_], scores: Floats) -> bool:
    liked = int((teachers & (scores > 0)).sum())
    disliked = int(teachers.sum()) - liked
    return liked + disliked >= LEAST and min(liked, disliked) >= LEAST_OF_EACH


def _learned(rows: sparse.csr_matrix, scores: Floats, teachers: NDArray[np.bool_]) -> Linear:
    at = np.flatnonzero(teachers)
    return fit_logistic(rows[at], (scores[at] > 0).astype(float), strength=STRENGTH, steps=40)


def _cross_fitted(rows: sparse.csr_matrix, scores: Floats, teachers: NDArray[np.bool_]) -> Floats:
    folds = np.arange(len(scores)) % FOLDS
    decisions = np.zeros(len(scores))
    for fold in range(FOLDS):
        here = folds == fold
        decisions[here] = _learned(rows, scores, teachers & ~here).decide(rows[np.flatnonzero(here)])
    return decisions


def enough_texts(texts: Sized) -> bool:
    """Whether it is worth trying at all."""
    return len(texts) >= 2 * LEAST
