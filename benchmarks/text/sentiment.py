"""Negative against positive by set and tier: as shipped, and after the company's own ratings.

Each row says what a reader does that has never seen a label of the set; "500 rated" has
learned from 500 of its labels and is judged on the rest. Intervals are 95 %, by the
bootstrap over texts.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix

from benchmarks.text.sets import TextSet
from benchmarks.text.tables import table
from vivencia.understanding.heads.adapting import Adapted, adapt
from vivencia.understanding.heads.company import ADAPTED, learn
from vivencia.understanding.heads.joined import joined
from vivencia.understanding.heads.quality import calibration_error, interval, macro_f1
from vivencia.understanding.pipeline import Reader, adapted, look, prepare, read, scored

RATED = 500
#: Labels that are drawn at random, again and again.
DRAWN = (150, 500, 1_500)
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


@dataclass(frozen=True)
class Looked:
    """A set as it is learned from: its texts were seen, unlabelled; `at` are those that like or dislike."""

    name: str
    tier: str
    rows: csr_matrix
    scores: np.ndarray
    truth: np.ndarray
    adapted: tuple[Adapted, np.ndarray] | None
    embedder: str
    at: np.ndarray

    def after(self, taught: np.ndarray) -> tuple[str, Row] | None:
        """What is best after the labels of `taught`, and how it reads the rest; None where too few teach."""
        rest, order = np.setdiff1d(self.at, taught), np.arange(len(taught))
        known = None if self.adapted is None else (self.adapted[0], self.adapted[1][taught])
        head, trial = learn(
            self.rows[taught], self.scores[taught], known, self.truth[taught] == "positive", order, order,
            self.embedder,
        )  # fmt: skip
        if trial is None:
            return None
        odds, cut = self.scores[rest], 0.0
        if head is not None and self.adapted is not None and trial.best == ADAPTED:
            odds = self.adapted[1][rest]
        elif head is not None:
            decided = head.head.decide(self.rows[rest])
            odds, cut = head.of_score * odds + head.of_head * decided + head.bias, head.cut
        name = f"{self.tier}, {len(taught)} rated ({trial.best})"
        truth = self.truth[rest].tolist()
        return trial.best, judged(self.name, name, truth, odds, np.zeros(len(odds)), cut)


def looked(one: TextSet, tier: str, rated: int) -> Looked | None:
    """The set, embedded; None where it has too few labels for `rated` of them and a rest to judge on."""
    if sum(label in SIDES for label in one.truth) < rated + 200:
        return None
    batch = prepare(one.texts, [one.language] * len(one.texts))
    look(batch, tier)
    known = np.array(batch.known)
    if not batch.embeddings:
        return None
    scores, truth = scored(batch).score[known], np.array(one.truth)[known]
    rows = joined([batch.texts[place] for place in known], batch.embeddings)
    head, odds = adapt(rows, scores)
    at = np.flatnonzero(np.isin(truth, SIDES))
    adapted_to = None if head is None else (head, odds)
    return Looked(one.name, tier, rows, scores, truth, adapted_to, batch.embedder, at)


def after_ratings(one: TextSet, tier: str, rated: int) -> Row | None:
    """What is best after the first `rated` labels of the set, on the rest of it."""
    texts = looked(one, tier, rated)
    found = None if texts is None else texts.after(texts.at[:rated])
    return None if found is None else found[1]


def drawn_lines(sets: Iterable[TextSet], tier: str, draws: int) -> Iterator[str]:
    """The same over random draws of `DRAWN` labels: mean and spread of F1, calibration, what was best."""
    lines = []
    for one in sets:
        texts = looked(one, tier, DRAWN[0])
        for rated in DRAWN if texts is not None else ():
            if texts is None or len(texts.at) < rated + 200:
                continue
            chance = np.random.default_rng(rated)
            taught = [chance.permutation(texts.at)[:rated] for _ in range(draws)]
            found = [row for row in map(texts.after, taught) if row]
            scores = np.array([row.two for _, row in found])
            best = Counter(name for name, _ in found)
            lines.append([
                one.name, tier, str(rated), f"{scores.mean():.3f} ± {scores.std():.3f}",
                f"{np.mean([row.calibration for _, row in found]):.3f}",
                ", ".join(f"{name} {count}" for name, count in best.most_common()),
            ])  # fmt: skip
    yield from table(["set", "reader", "rated", f"F1 −/+ of {draws} draws", "ECE", "kept"], lines)


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
