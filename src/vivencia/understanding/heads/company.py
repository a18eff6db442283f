"""A company's own head: learned from its customers' ratings and words, kept only if it reads better.

Customers give a score and words together, so each company labels its own language for free.
Four are compared in one trial: the tiers as shipped; the same adapted to these texts without a
label (`heads.adapting`); the better of the two with its verdicts as they are and its odds put right
by the ratings (Platt 1999); and a head learned from the ratings on top of that one (`heads.rated`).
None is judged on what it learned from: they are compared on customers it has not seen, and again on
the latest texts after learning from the earlier ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import expit

from vivencia.understanding.heads.adapting import Adapted
from vivencia.understanding.heads.joined import Embedding, joined
from vivencia.understanding.heads.logistic import Linear, fit_logistic
from vivencia.understanding.heads.quality import calibration_error, macro_f1, say_from
from vivencia.understanding.heads.rated import (
    Rated,
    Rows,
    decisions,
    fitted,
    log_loss,
    on_columns,
    rows_of,
    strength_for,
)

Floats = NDArray[np.float64]
Ids = NDArray[np.int64]

SHIPPED, ADAPTED, LEVELLED, RATED = "shipped", "adapted", "levelled", "rated"
#: Fewer rated texts than this, or than LEAST_OF_EACH liking and disliking, teach nothing.
LEAST, LEAST_OF_EACH = 100, 10
FOLDS = 5
#: Share of the texts, the latest, that the comparison over time is made on.
LATEST = 0.25
#: So many texts read otherwise are no difference in macro-F1; the loss tells what is nearer the truth.
CHANCE = 2
#: Standard errors that a difference on the latest texts must have to be none of chance; bootstrap draws.
SURELY, DRAWS = 2.0, 400


@dataclass(frozen=True, slots=True)
class CompanyHead:
    """A head on `joined` columns, and how it joins the score of the shipped tiers.

    New log-odds = of_score · score + of_head · decision + bias. A text is said to like from log-odds
    of `cut` on, where both sides are found best: where one is rare, that is not where the odds are even.
    `labelled` is false for a head learned without ratings (`heads.adapting`). `embedder` names and
    dates the embeddings it was learned on, empty where there was none.
    """

    head: Linear
    of_score: float
    of_head: float
    bias: float
    labelled: bool
    embedder: str
    cut: float = 0.0

    def score(self, texts: Sequence[str], embeddings: Sequence[Embedding], scores: Floats) -> Floats:
        """Log-odds of positive for texts, from their embeddings and the shipped tiers' log-odds."""
        rows = joined(texts, embeddings if self.embedder else [])
        return self.of_score * scores + self.of_head * self.head.decide(rows) + self.bias


@dataclass(frozen=True, slots=True)
class Trial:
    """How each did on texts that the company's head had not learned from.

    Macro-F1 of negative against positive, each on unseen customers (cross-validated) and on the latest
    texts: of the tiers as shipped, of what was adapted (None where there was nothing to adapt) and of
    what was learned from the ratings. `calibration_error` is that of the last on the latest texts;
    `best` is what to read with.
    """

    texts: int
    base: tuple[float, float]
    adapted: tuple[float | None, float | None]
    head: tuple[float, float]
    calibration_error: float
    best: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What one of them makes of texts it did not learn from: the loss of each, what is said, what was so."""

    losses: Floats
    said: NDArray[np.bool_]
    liked: NDArray[np.bool_]

    @property
    def f1(self) -> float:
        """Macro-F1."""
        return macro_f1(self.liked, self.said)

    def less_likely(self, other: "Seen", errors: float) -> bool:
        """Whether its loss on the same texts is higher by more than so many standard errors."""
        more = self.losses - other.losses
        return bool(more.mean() > errors * more.std() / np.sqrt(len(more)))

    def surely_worse(self, other: "Seen") -> bool:
        """Whether its loss or its macro-F1 on the same texts is worse by more than chance would make it."""
        spread = _spread(self.liked, self.said, other.said)
        return self.less_likely(other, SURELY) or other.f1 - self.f1 > SURELY * spread


def _spread(liked: NDArray[np.bool_], one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    """Standard error of a difference of macro-F1 (paired bootstrap; Efron & Tibshirani 1993)."""
    at = np.random.default_rng(7).integers(0, len(liked), (DRAWS, len(liked)))
    return float((_f1s(liked[at], one[at]) - _f1s(liked[at], other[at])).std())


def _f1s(liked: NDArray[np.bool_], said: NDArray[np.bool_]) -> Floats:
    """Macro-F1 of each draw."""
    right, wrong = (liked & said).sum(axis=1), (liked != said).sum(axis=1)
    rest = liked.shape[1] - right - wrong
    return np.asarray(right / np.maximum(2 * right + wrong, 1) + rest / np.maximum(2 * rest + wrong, 1))


@dataclass(frozen=True, slots=True)
class Judged:
    """One of them on both comparisons: customers it had not seen, and the latest texts."""

    name: str
    unseen: Seen
    ahead: Seen

    @property
    def f1(self) -> tuple[float, float]:
        """Macro-F1 of both."""
        return self.unseen.f1, self.ahead.f1

    def no_worse(self, other: "Judged") -> bool:
        """Better in one of loss and verdicts on unseen customers and as good in the other; no worse later.

        The latest are a quarter of the texts: with some hundreds of ratings they tell only what is far apart.
        """
        texts = CHANCE / len(self.unseen.liked)
        gained = self.unseen.f1 - other.unseen.f1
        nearer = gained >= -texts and not self.unseen.less_likely(other.unseen, 0.0)
        better = gained > texts and not self.unseen.less_likely(other.unseen, 1.0)
        return (nearer or better) and not self.ahead.surely_worse(other.ahead)


def learn(
    rows: sparse.csr_matrix,
    scores: Floats,
    adapted: tuple[Adapted, Floats] | None,
    liked: NDArray[np.bool_],
    customers: Ids,
    times: Ids,
    embedder: str,
) -> tuple[CompanyHead | None, Trial | None]:
    """The best head for a company and its trial, from texts whose ratings say liked or not.

    `rows` as from `joined`, `scores` the shipped tiers' log-odds, `adapted` what the texts taught
    without a label and the log-odds it gives these, `customers` any code by customer, `times` any
    number that grows with time. Gives (None, None) where there are too few texts, and
    (None, trial) where nothing beat the tiers as shipped.
    """
    if len(scores) < LEAST or min(liked.sum(), (~liked).sum()) < LEAST_OF_EACH:
        return None, None
    labels = liked.astype(float)
    helped = adapted is not None and _levelled_loss(adapted[1], labels) < _levelled_loss(scores, labels)
    base = adapted[0] if adapted is not None and helped else None
    known = adapted[1] if adapted is not None and helped else scores
    case = Case(
        rows_of(rows, known), labels, np.unique(customers, return_inverse=True)[1].astype(np.int64),
        times > np.quantile(times, 1 - LATEST),
    )  # fmt: skip
    found = [_as_it_is(SHIPPED, scores, case)]
    if adapted is not None:
        found.append(_as_it_is(ADAPTED, adapted[1], case))
    levelled, levelled_error = _put_right(case)
    own, level, own_error = _learned(case)
    best = _best([*found, levelled, own])
    shown, error = (levelled, levelled_error) if best == LEVELLED else (own, own_error)
    adapted_f1 = found[1].f1 if adapted is not None else (None, None)
    trial = Trial(len(labels), found[0].f1, adapted_f1, shown.f1, error, best)
    if best == SHIPPED:
        return None, trial
    if best == ADAPTED and adapted is not None:
        return adapted_head(adapted[0], embedder), trial
    if best == LEVELLED:
        return _levelled_head(known, labels, base, rows.shape[1], embedder), trial
    every = np.arange(len(labels))
    whole = fitted(case.texts, labels, every, strength_for(case.texts, labels, every, case.parts))
    return _whole(case.texts, whole, level, base, embedder), trial


def adapted_head(adapted: Adapted, embedder: str) -> CompanyHead:
    """What the texts taught without a label, as a company's head."""
    return CompanyHead(adapted.head, adapted.of_score, adapted.of_head, 0.0, False, embedder)


@dataclass(frozen=True, slots=True)
class Case:
    """What is learned from and judged on: the texts, whether each was liked, whose it is, and the latest."""

    texts: Rows
    labels: Floats
    parts: Ids
    later: NDArray[np.bool_]

    @property
    def earlier(self) -> Ids:
        """Places of all but the latest."""
        return np.flatnonzero(~self.later)

    def folds(self, at: Ids) -> Ids:
        """In which fold each of the texts `at` is; all of one customer are in one."""
        return np.asarray(np.unique(self.parts[at], return_inverse=True)[1] % FOLDS, dtype=np.int64)

    def both(self, at: Ids) -> bool:
        """Whether some of the texts `at` were liked and some not."""
        return bool(0 < self.labels[at].sum() < len(at))


@dataclass(frozen=True, slots=True)
class Level:
    """Puts decisions on the scale of log-odds, and says from where on a text is said to like."""

    slope: float
    bias: float
    cut: float

    def put(self, decided: Floats) -> Floats:
        """Calibrated log-odds."""
        return self.slope * decided + self.bias


_PLAIN = Level(1.0, 0.0, 0.0)


def _platt(decided: Floats, labels: Floats) -> tuple[float, float]:
    if not 0 < labels.sum() < len(labels):
        return 1.0, 0.0
    found = fit_logistic(decided[:, None], labels, strength=100.0)
    return max(float(found.weights[0]), 0.05), found.bias


def _levelled_loss(known: Floats, labels: Floats) -> float:
    slope, bias = _platt(known, labels)
    return float(log_loss(slope * known + bias, labels).mean())


def _as_it_is(name: str, scores: Floats, case: Case) -> Judged:
    return _judged(name, case, (scores, np.zeros(len(scores))), (scores[case.later], 0.0))


def _put_right(case: Case) -> tuple[Judged, float]:
    """What is known, with its odds put right and its verdicts as they are; and its calibration error."""
    known, labels = case.texts.known, case.labels
    every = np.arange(len(labels))
    unseen, cuts = np.zeros(len(labels)), np.zeros(len(labels))
    folds = case.folds(every)
    for fold in range(FOLDS):
        here = folds == fold
        slope, bias = _platt(known[~here], labels[~here])
        unseen[here], cuts[here] = slope * known[here] + bias, bias
    slope, bias = _platt(known[case.earlier], labels[case.earlier])
    ahead = slope * known[case.later] + bias
    return _judged(LEVELLED, case, (unseen, cuts), (ahead, bias)), _error(ahead, case)


def _learned(case: Case) -> tuple[Judged, Level, float]:
    """A head learned from the ratings: how it does, its level, and its calibration error."""
    every = np.arange(len(case.labels))
    unseen = _for_unseen(case, every)
    level = _level(unseen, case.labels)
    before, ahead = _PLAIN, case.texts.known[case.later]
    if case.both(case.earlier):
        before = _level(_for_unseen(case, case.earlier), case.labels[case.earlier])
        ahead = before.put(_decided(case, case.earlier, np.flatnonzero(case.later)))
    found = _judged(RATED, case, (level.put(unseen), np.full(len(unseen), level.cut)), (ahead, before.cut))
    return found, level, _error(ahead, case)


def _error(ahead: Floats, case: Case) -> float:
    return calibration_error(expit(ahead), case.labels[case.later] > 0.5)


def _level(unseen: Floats, labels: Floats) -> Level:
    slope, bias = _platt(unseen, labels)
    return Level(slope, bias, say_from(slope * unseen + bias))


def _for_unseen(case: Case, at: Ids) -> Floats:
    """Decisions for the texts `at`, of each by a head that saw none of its customer's."""
    found = np.zeros(len(at))
    folds = case.folds(at)
    for fold in range(FOLDS):
        learn_on, judge = at[folds != fold], at[folds == fold]
        if len(judge):
            found[folds == fold] = _decided(case, learn_on, judge)
    return found


def _decided(case: Case, learn_on: Ids, judge: Ids) -> Floats:
    """Decisions for the texts `judge` of a head learned on others; what is known where a class is absent."""
    if not case.both(learn_on):
        return case.texts.known[judge]
    return decisions(case.texts, case.labels, learn_on, judge, case.parts)


def _judged(name: str, case: Case, unseen: tuple[Floats, Floats], ahead: tuple[Floats, float]) -> Judged:
    """`unseen` and `ahead`: log-odds, and from where on a text is said to like."""
    later = case.labels[case.later]
    return Judged(
        name,
        Seen(log_loss(unseen[0], case.labels), unseen[0] > unseen[1], case.labels > 0.5),
        Seen(log_loss(ahead[0], later), ahead[0] > ahead[1], later > 0.5),
    )


def _best(found: Sequence[Judged]) -> str:
    """The last that is no worse than each before it that could be chosen."""
    best = found[0]
    for one in found[1:]:
        if one.no_worse(best):
            best = one
    return best.name


def _levelled_head(
    known: Floats, labels: Floats, adapted: Adapted | None, columns: int, embedder: str
) -> CompanyHead:
    slope, bias = _platt(known, labels)
    if adapted is None:
        return CompanyHead(Linear(np.zeros(columns), 0.0), slope, 0.0, bias, True, embedder, bias)
    return CompanyHead(
        adapted.head, slope * adapted.of_score, slope * adapted.of_head, bias, True, embedder, bias
    )


def _whole(texts: Rows, head: Rated, level: Level, adapted: Adapted | None, embedder: str) -> CompanyHead:
    """The head on columns and the shipped score alone: what was adapted is linear in both."""
    own, of_known = on_columns(texts, head)
    weights, bias, of_score = own.weights, own.bias, of_known
    if adapted is not None:
        weights = weights + of_known * adapted.of_head * adapted.head.weights
        bias += of_known * adapted.of_head * adapted.head.bias
        of_score *= adapted.of_score
    return CompanyHead(
        Linear(weights, bias), level.slope * of_score, level.slope, level.bias, True, embedder, level.cut
    )
