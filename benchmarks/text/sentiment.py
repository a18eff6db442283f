"""Negative against positive by set and tier: as shipped, and after the company's own ratings.

Each row says what a reader does that has never seen a label of the set; "500 rated" has
learned from 500 of its labels and is judged on the rest. Intervals are 95 %, by the
bootstrap over texts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.text.sets import TextSet
from benchmarks.text.tables import table
from vivencia.understanding.heads.company import learn
from vivencia.understanding.heads.quality import calibration_error, interval, macro_f1
from vivencia.understanding.pipeline import Reader, adapted, look, prepare, read, scored

RATED = 500


@dataclass(frozen=True)
class Row:
    """One reader on one set: F1 of negative against positive, of three classes, calibration."""

    name: str
    tier: str
    n: int
    two: float
    low: float
    high: float
    three: float
    calibration: float


def judged(name: str, tier: str, truth: Sequence[str], odds: np.ndarray, neutral: np.ndarray) -> Row:
    """A row from log-odds of positive and the probability of neutral."""
    right = np.array(truth)
    sided = np.isin(right, ["negative", "positive"])
    liked, said = right[sided] == "positive", odds[sided] >= 0
    low, high = interval(liked, said, chance=np.random.default_rng(1))
    plain = np.where(neutral > 0.5, "neutral", np.where(odds >= 0, "positive", "negative"))
    of_three = np.isin(right, ["negative", "neutral", "positive"])
    has_three = int((right == "neutral").sum()) >= 10
    return Row(
        name, tier, int(sided.sum()), macro_f1(liked, said), low, high,
        macro_f1(right[of_three], plain[of_three]) if has_three else float("nan"),
        calibration_error(1 / (1 + np.exp(-odds[sided])), liked),
    )  # fmt: skip


def zero_shot(one: TextSet, tier: str) -> Row:
    """The reader as shipped, after it has seen the texts of the set but no label."""
    languages = [one.language] * len(one.texts)
    reader = adapted(one.texts, languages, reader=Reader(tier))
    readings = read(one.texts, languages, reader=reader)
    odds = np.array([np.log((r.probabilities[3] + 1e-9) / (r.probabilities[0] + 1e-9)) for r in readings])
    neutral = np.array([r.probabilities[1] for r in readings])
    return judged(one.name, tier + (" adapted" if reader.company else ""), one.truth, odds, neutral)


def after_ratings(one: TextSet, tier: str, rated: int) -> Row | None:
    """The company's own head after `rated` labels of the set, on the rest of it."""
    at = [place for place, label in enumerate(one.truth) if label in ("negative", "positive")]
    if len(at) < rated + 200:
        return None
    texts, truth = [one.texts[place] for place in at], [one.truth[place] for place in at]
    batch = prepare(texts, [one.language] * len(texts))
    look(batch, tier)
    known = np.array(batch.known)
    if batch.embeddings is None or len(known) < rated + 100:
        return None
    scores, bodies = scored(batch).score[known], [batch.texts[place] for place in known]
    liked = np.array([truth[place] == "positive" for place in known])
    order = np.arange(rated)
    head, _ = learn(
        bodies[:rated], batch.embeddings[:rated], scores[:rated], liked[:rated], order, order, "use"
    )
    odds = (
        scores[rated:]
        if head is None
        else head.score(bodies[rated:], batch.embeddings[rated:], scores[rated:])
    )
    labels = ["positive" if one else "negative" for one in liked[rated:]]
    return judged(
        one.name,
        f"{tier}, {rated} rated" + ("" if head else " (not kept)"),
        labels,
        odds,
        np.zeros(len(odds)),
    )


def sentiment_lines(rows: Sequence[Row]) -> Iterator[str]:
    """The table of quality."""
    yield from table(
        ["set", "reader", "n", "F1 −/+ [95 %]", "F1 of three", "ECE"],
        [
            [
                row.name, row.tier, str(row.n), f"{row.two:.3f} [{row.low:.3f}, {row.high:.3f}]",
                "" if np.isnan(row.three) else f"{row.three:.3f}", f"{row.calibration:.3f}",
            ]
            for row in rows
        ],
    )  # fmt: skip
