"""A company's own head: learned from its customers' ratings and words, kept only if it reads better.

Customers give a score and words together, so each company labels its own language for free.
The head is never judged on what it learned from: it is compared with the shipped tiers on
customers it has not seen, and again on the latest texts after learning from the earlier
ones. What is kept is calibrated on predictions for unseen customers (Platt 1999).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from vivencia.understanding.heads.joined import joined
from vivencia.understanding.heads.logistic import Linear, fit_logistic
from vivencia.understanding.heads.quality import calibration_error, macro_f1

Floats = NDArray[np.float64]

#: Fewer rated texts than this, or than LEAST_OF_EACH liking and disliking, teach nothing.
LEAST, LEAST_OF_EACH = 100, 10
STRENGTH = 2.0
FOLDS = 5
#: Share of the texts, the latest, that the comparison over time is made on.
LATEST = 0.25


@dataclass(frozen=True, slots=True)
class CompanyHead:
    """A head on `joined` columns, and how it joins the score of the shipped tiers.

    New log-odds = of_score · score + of_head · decision + bias. `labelled` is false for a
    head learned without ratings (`heads.adapting`). `embedder` names and dates the
    embedding it was learned on, empty where there was none.
    """

    head: Linear
    of_score: float
    of_head: float
    bias: float
    labelled: bool
    embedder: str

    def score(self, texts: Sequence[str], embeddings: NDArray[np.float32] | None, scores: Floats) -> Floats:
        """Log-odds of positive for texts, from their embeddings and the shipped tiers' log-odds."""
        known = scores if self.labelled else np.zeros(len(scores))
        rows = joined(texts, embeddings if self.embedder else None, known)
        return self.of_score * scores + self.of_head * self.head.decide(rows) + self.bias


@dataclass(frozen=True, slots=True)
class Trial:
    """How the head did beside the shipped tiers on texts it had not learned from.

    Macro-F1 of negative against positive and calibration error; `customers` on unseen
    customers (cross-validated), `later` on the latest texts.
    """

    texts: int
    base_customers: float
    head_customers: float
    base_later: float
    head_later: float
    calibration_error: float
    kept: bool


def learn(
    texts: Sequence[str],
    embeddings: NDArray[np.float32] | None,
    scores: Floats,
    liked: NDArray[np.bool_],
    customers: NDArray[np.int64],
    times: NDArray[np.int64],
    embedder: str,
) -> tuple[CompanyHead | None, Trial | None]:
    """The company's head and its trial, from texts whose ratings say liked or not.

    `scores` are the shipped tiers' log-odds, `customers` any code by customer, `times` any
    number that grows with time. Gives (None, None) where there are too few texts, and
    (None, trial) where the head did not beat the shipped tiers on both comparisons.
    """
    if len(texts) < LEAST or min(liked.sum(), (~liked).sum()) < LEAST_OF_EACH:
        return None, None
    rows, labels = joined(texts, embeddings, scores), liked.astype(float)
    folds = _folds(customers)
    unseen = np.zeros(len(labels))
    for fold in range(FOLDS):
        here = folds == fold
        unseen[here] = _decided(rows, labels, ~here, here, scores)
    later = times > np.quantile(times, 1 - LATEST)
    ahead = _decided(rows, labels, ~later, later, scores)
    slope, bias = _platt(unseen, labels)
    trial = _trial(labels, scores, unseen, later, ahead, slope, bias)
    if not trial.kept:
        return None, trial
    whole = fit_logistic(rows, labels, strength=STRENGTH)
    return CompanyHead(whole, 0.0, slope, bias, True, embedder), trial


def _folds(customers: NDArray[np.int64]) -> NDArray[np.int64]:
    _, codes = np.unique(customers, return_inverse=True)
    return np.asarray(codes % FOLDS, dtype=np.int64)


def _decided(
    rows: sparse.csr_matrix,
    labels: Floats,
    learn_on: NDArray[np.bool_],
    judge: NDArray[np.bool_],
    scores: Floats,
) -> Floats:
    """Decisions for some rows of a head learned on others; the shipped score where one class is absent."""
    taught = np.flatnonzero(learn_on)
    if not 0 < labels[taught].sum() < len(taught):
        return scores[judge]
    return fit_logistic(rows[taught], labels[taught], strength=STRENGTH).decide(rows[np.flatnonzero(judge)])


def _platt(decisions: Floats, labels: Floats) -> tuple[float, float]:
    fitted = fit_logistic(decisions[:, None], labels, strength=100.0)
    return max(float(fitted.weights[0]), 0.05), fitted.bias


def _trial(
    labels: Floats,
    scores: Floats,
    unseen: Floats,
    later: NDArray[np.bool_],
    ahead: Floats,
    slope: float,
    bias: float,
) -> Trial:
    liked = labels > 0.5
    base, head = macro_f1(liked, scores > 0), macro_f1(liked, slope * unseen + bias > 0)
    base_later, head_later = (
        macro_f1(liked[later], scores[later] > 0),
        macro_f1(liked[later], slope * ahead + bias > 0),
    )
    error = calibration_error(1 / (1 + np.exp(-(slope * ahead + bias))), liked[later])
    kept = head > base and head_later >= base_later
    return Trial(len(labels), base, head, base_later, head_later, error, kept)
