"""Asymmetry: whether a bad experience costs more than a good one wins.

Sources: Brandt (1987) for penalty and reward; Mikulić & Prebežac (2008) for the impact
asymmetry; Kano et al. (1984) and Berger et al. (1993) for the table and its coefficients.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from vivencia.measure.drivers import Answers, effects
from vivencia.measure.importance import Floats
from vivencia.words.errors import ParameterError

#: Impact asymmetry below −BORDER is basic, above it excitement.
BORDER = 0.2
#: Draws for the interval of the asymmetry.
DRAWS = 4000

BASIC, PERFORMANCE, EXCITEMENT, UNCLEAR = "basic", "performance", "excitement", "unclear"


@dataclass(frozen=True, slots=True)
class Asymmetry:
    """Per touchpoint; NaN and "unclear" where the answers cannot tell.

    `penalty` (≤ 0 as a rule) is what low adds to the overall judgement, `reward` what high
    adds, against the middle. `index` runs from −1 (only penalty) to 1 (only reward);
    `kind` is claimed only when the whole interval of the index lies on its side.
    """

    penalty: Floats
    penalty_sd: Floats
    reward: Floats
    reward_sd: Floats
    index: Floats
    index_low: Floats
    index_high: Floats
    kind: tuple[str, ...]


def impact_asymmetry(penalty: Floats, reward: Floats) -> Floats:
    """(reward − |penalty|) / (reward + |penalty|), with the wrong signs counted as nothing; NaN at 0 / 0."""
    bad, good = np.maximum(-np.asarray(penalty), 0.0), np.maximum(np.asarray(reward), 0.0)
    total = bad + good
    found: Floats = np.divide(good - bad, total, out=np.full(np.shape(total), np.nan), where=total > 0)
    return found


def thirds(where: NDArray[np.int32], lived: Floats, p: int) -> tuple[Floats, Floats]:
    """Which answers are low and which high: the lower and the upper third at each touchpoint.

    `where` (n,) is the touchpoint of each answer, 0 … p − 1; 1 and 0 come back, NaN where
    `lived` is. An answer tied with the border of a third belongs to the middle when the
    third would otherwise hold more than half of the answers.
    """
    low, high = np.full(len(lived), np.nan), np.full(len(lived), np.nan)
    known = np.isfinite(lived)
    for j in range(p):
        rows = np.flatnonzero(known & (where == j))
        values = lived[rows]
        if len(values):
            first, second = np.quantile(values, [1 / 3, 2 / 3])
            low[rows] = values < first if np.mean(values <= first) > 0.5 else values <= first
            high[rows] = values > second if np.mean(values >= second) > 0.5 else values >= second
    return low, high


def penalty_reward(
    low: Answers, high: Answers, *, enough: NDArray[np.bool_] | None = None, seed: int = 0
) -> Asymmetry:
    """Penalty and reward of every touchpoint: overall = b0 + Σ penalty·low + reward·high, by customer.

    `low` and `high` are the same customers' answers, 1 where an answer was low (high) and
    0 where not. Exposure is held, and the unanswered are treated as in `drivers`. `enough`
    (p,) says where there are enough low and enough high answers; by default everywhere.
    Withheld with fewer than five customers a coefficient.
    """
    p = low.exposure.shape[1]
    enough = np.ones(p, dtype=np.bool_) if enough is None else enough
    enough = enough & (_spread(low.lived) > 0) & (_spread(high.lived) > 0)
    used = np.flatnonzero(np.tile(enough, 2))
    effect, covariance = np.full(2 * p, np.nan), np.full((2 * p, 2 * p), np.nan)
    if len(used) and low.customers >= 5 * len(used):
        both = np.hstack([low.lived, high.lived])[:, used]
        effect[used], covariance[np.ix_(used, used)] = effects(low.exposure[:, enough], both, low)
    shown = np.isfinite(effect).reshape(2, p).all(axis=0)
    effect = np.where(np.tile(shown, 2), effect, np.nan)
    sd = np.sqrt(np.where(np.tile(shown, 2), np.diagonal(covariance), np.nan))
    index_low, index_high = _index_interval(effect, covariance, np.flatnonzero(shown), seed)
    return Asymmetry(
        penalty=effect[:p],
        penalty_sd=sd[:p],
        reward=effect[p:],
        reward_sd=sd[p:],
        index=impact_asymmetry(effect[:p], effect[p:]),
        index_low=index_low,
        index_high=index_high,
        kind=tuple(kind_of(low, high) for low, high in zip(index_low, index_high, strict=True)),
    )


def _spread(columns: Floats) -> Floats:
    found: Floats = columns.max(axis=0, initial=-np.inf) - columns.min(axis=0, initial=np.inf)
    return found


def _index_interval(
    effect: Floats, covariance: Floats, shown: NDArray[np.int64], seed: int
) -> tuple[Floats, Floats]:
    """95 % of the asymmetry by draws of (penalty, reward)."""
    p = len(effect) // 2
    low, high = np.full(p, np.nan), np.full(p, np.nan)
    rng = np.random.default_rng(seed)
    for j in shown:
        pair = np.array([j, p + j])
        spread = covariance[np.ix_(pair, pair)]
        if not np.all(np.isfinite(spread)):
            continue
        drawn = rng.multivariate_normal(effect[pair], spread, size=DRAWS, method="eigh")
        index = np.nan_to_num(impact_asymmetry(drawn[:, 0], drawn[:, 1]), nan=0.0)
        low[j], high[j] = np.percentile(index, [2.5, 97.5])
    return low, high


def kind_of(low: float, high: float) -> str:
    """Basic, performance or excitement when the interval lies inside that range; unclear otherwise."""
    if not (np.isfinite(low) and np.isfinite(high)):
        return UNCLEAR
    if high < -BORDER:
        return BASIC
    if low > BORDER:
        return EXCITEMENT
    return PERFORMANCE if low >= -BORDER and high <= BORDER else UNCLEAR


Feeling = Literal["like", "expect", "neutral", "live_with", "dislike"]
FEELINGS: tuple[Feeling, ...] = ("like", "expect", "neutral", "live_with", "dislike")
#: Rows: how it is with the feature; columns: without. Attractive, one-dimensional, must-be,
#: indifferent, reverse, questionable.
KANO_TABLE = ("QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ")


def kano_class(with_it: Feeling, without_it: Feeling) -> str:
    """The class of one pair of answers.

    >>> kano_class("like", "dislike")
    'O'
    """
    return KANO_TABLE[FEELINGS.index(with_it)][FEELINGS.index(without_it)]


def better_worse(classes: Iterable[str]) -> tuple[float, float]:
    """What having it can win and what lacking it can cost: (A + O) and −(O + M) of A + O + M + I.

    Raises ParameterError when no answer is of those four classes.
    """
    counts = Counter(classes)
    total = sum(counts[one] for one in "AOMI")
    if total == 0:
        raise ParameterError("no usable pair of answers")
    return (counts["A"] + counts["O"]) / total, -(counts["O"] + counts["M"]) / total
