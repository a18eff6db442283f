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
from vivencia.understanding.heads.adapting import adapt
from vivencia.understanding.heads.company import ADAPTED, learn
from vivencia.understanding.heads.joined import joined
from vivencia.understanding.heads.quality import calibration_error, interval, macro_f1
from vivencia.understanding.pipeline import Reader, adapted, look, prepare, read, scored

RATED = 500
SIDES = ("negative", "positive")


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


def judged(
    name: str, tier: str, truth: Sequence[str], odds: np.ndarray, neutral: np.ndarray, cut: float = 0.0
) -> Row:
    """A row from log-odds of positive, said so from `cut` on, and the probability of neutral."""
    right = np.array(truth)
    sided = np.isin(right, SIDES)
    liked, said = right[sided] == "positive", odds[sided] >= cut
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
    """What is best after `rated` labels of the set, on the rest of it; all its texts are seen, unlabelled."""
    if sum(label in SIDES for label in one.truth) < rated + 200:
        return None
    batch = prepare(one.texts, [one.language] * len(one.texts))
    look(batch, tier)
    known = np.array(batch.known)
    if not batch.embeddings:
        return None
    scores, truth = scored(batch).score[known], np.array(one.truth)[known]
    rows = joined([batch.texts[place] for place in known], batch.embeddings)
    head_without, odds_without = adapt(rows, scores)
    at = np.flatnonzero(np.isin(truth, SIDES))
    taught, rest = at[:rated], at[rated:]
    order = np.arange(len(taught))
    head, trial = learn(
        rows[taught], scores[taught], None if head_without is None else (head_without, odds_without[taught]),
        truth[taught] == "positive", order, order, batch.embedder,
    )  # fmt: skip
    if trial is None:
        return None
    odds, cut = scores[rest], 0.0
    if head is not None and trial.best == ADAPTED:
        odds = odds_without[rest]
    elif head is not None:
        odds, cut = head.of_score * odds + head.of_head * head.head.decide(rows[rest]) + head.bias, head.cut
    name = f"{tier}, {rated} rated ({trial.best})"
    return judged(one.name, name, truth[rest].tolist(), odds, np.zeros(len(odds)), cut)


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
