"""Aspects learned from texts that a company labelled, each kept only if it finds the aspect better.

For each aspect a head reads how like the labelled texts a new one is (`heads.remembered`), as odds.
How it would have called each labelled text without having learned from it is known (`heads.ridge`);
with the odds and the cut taken from other texts again, that is what it is judged on, beside what was
found there without labels.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from vivencia.understanding.heads.logistic import fit_logistic
from vivencia.understanding.heads.remembered import (
    Looked,
    Memory,
    likeness,
    memory_of,
    remembered,
    votes_of_parts,
)
from vivencia.understanding.heads.ridge import fit_ridge

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]

#: Fewer labelled texts than this, or than LEAST_OF_EACH that speak of an aspect or do not, teach nothing.
LEAST, LEAST_OF_EACH = 200, 15
FOLDS = 5
#: Share of the draws in which it must find its aspect better, and draws of the bootstrap.
SURELY, DRAWS = 0.8, 1_000
#: Probabilities from which on an aspect may be said.
_CUTS = np.linspace(0.2, 0.6, 41)


@dataclass(frozen=True, slots=True)
class AspectTrial:
    """How an aspect is found on texts left out: F1 with its 95 % interval, beside that without labels.

    `base` is None where nothing knew the aspect. `texts` are those it was labelled in, `spoken` those that
    speak of it.
    """

    aspect: str
    texts: int
    spoken: int
    base: float | None
    f1: float
    low: float
    high: float
    kept: bool


@dataclass(frozen=True, slots=True)
class AspectHeads:
    """The heads that were kept: log-odds = slope · what is like it says + level, one column an aspect.

    `weights` d × k on the columns of `Looked.rows`, `votes` and `part_votes` of each remembered text
    and part. An aspect is said from log-odds of `cut` on.
    """

    names: tuple[str, ...]
    embedder: str
    cut: float
    slope: Floats
    level: Floats
    weights: Floats
    memory: Memory | None
    votes: Floats
    part_votes: Floats

    def decide(self, texts: Looked, part_rows: Looked) -> tuple[Floats, Floats]:
        """Log-odds that each text, and each of its parts taken by itself, speaks of each aspect.

        `part_rows` are the parts as texts of their own, of which only the rows are looked at.
        """
        whole, part = texts.rows @ self.weights, part_rows.rows @ self.weights
        if self.memory is not None:
            more, more_part = remembered(texts, self.memory, self.votes, self.part_votes)
            whole, part = whole + more, part + more_part
        return self.slope * whole + self.level, self.slope * part + self.level


def learn_aspects(
    texts: Looked, names: Sequence[str], meant: Truths, base: Truths, known: Sequence[bool], embedder: str
) -> tuple[AspectHeads | None, list[AspectTrial]]:
    """Heads for the aspects that are found better with them, and the trial of each.

    `meant` n × k: whether text i was labelled with `names[k]`; `base` the same as found without labels, and
    `known[k]` whether anything looked for it there. (None, []) where there is too little to learn from.
    """
    spoken = meant.sum(axis=0)
    enough = np.flatnonzero(np.minimum(spoken, len(meant) - spoken) >= LEAST_OF_EACH)
    if len(meant) < LEAST or not len(enough):
        return None, []
    memory = memory_of(texts)
    fit = fit_ridge(likeness(texts, memory), np.where(meant[:, enough], 1.0, -1.0))
    right = meant[:, enough]
    found = _unseen(fit.left_out, right)
    trials = [
        _trial(names[one], right[:, place], found[:, place], base[:, one] if known[one] else None)
        for place, one in enumerate(enough.tolist())
    ]
    kept = np.flatnonzero([one.kept for one in trials])
    if not len(kept):
        return None, trials
    slope, level = _levels(fit.left_out, right)
    cut = _cut(expit(slope * fit.left_out + level), right)
    votes = fit.votes[:, kept]
    heads = AspectHeads(
        tuple(trials[one].aspect for one in kept), embedder, cut, slope[kept],
        level[kept] + slope[kept] * fit.bias[kept], np.asarray(texts.rows.T @ votes), memory, votes,
        votes_of_parts(votes, memory) if memory is not None else np.zeros((0, len(kept))),
    )  # fmt: skip
    return heads, trials


def _unseen(left_out: Floats, right: Truths) -> Truths:
    """What is found in each text where neither head, odds nor cut were made with it."""
    found = np.zeros(right.shape, dtype=bool)
    fold = np.arange(len(right)) % FOLDS
    for one in range(FOLDS):
        here = fold == one
        slope, level = _levels(left_out[~here], right[~here])
        cut = _cut(expit(slope * left_out[~here] + level), right[~here])
        found[here] = slope * left_out[here] + level >= cut
    return found


def _levels(decided: Floats, right: Truths) -> tuple[Floats, Floats]:
    """What puts the decisions on each aspect on the scale of log-odds (Platt 1999)."""
    fits = [
        fit_logistic(decided[:, [one]], right[:, one], strength=100.0) if right[:, one].any() else None
        for one in range(right.shape[1])
    ]
    slope = np.array([1.0 if one is None else max(float(one.weights[0]), 0.05) for one in fits])
    return slope, np.array([-9.0 if one is None else one.bias for one in fits])


def _cut(sure: Floats, right: Truths) -> float:
    """The log-odds from which on the aspects, all together, are found best (micro-F1).

    One for all, since what is won and lost at the cut is then the same for each (Lipton, Elkan &
    Naryanaswamy, ECML 2014).
    """
    scores = np.array([f1_of(right, sure >= one) for one in _CUTS])
    best = float(np.median(_CUTS[scores == scores.max()]))
    return float(np.log(best / (1 - best)))


def f1_of(right: Truths, found: Truths) -> float:
    """F1 of what is true: 2·both / (true + found); 0 where nothing is."""
    return float(2 * (right & found).sum() / max(1, right.sum() + found.sum()))


def _trial(name: str, right: Truths, found: Truths, base: Truths | None) -> AspectTrial:
    """Both on the same texts, drawn again and again (paired bootstrap; Efron & Tibshirani 1993)."""
    # Of an aspect that nothing looked for, it must at least do better than saying it of every text.
    beside = np.ones(len(right), dtype=bool) if base is None else base
    chance = np.random.default_rng(7)
    at = chance.integers(0, len(right), (DRAWS, len(right)))
    own, other = _f1s(right[at], found[at]), _f1s(right[at], beside[at])
    low, high = np.quantile(own, (0.025, 0.975))
    return AspectTrial(
        name, len(right), int(right.sum()), None if base is None else f1_of(right, base), f1_of(right, found),
        float(low), float(high), bool((own > other).mean() >= SURELY),
    )  # fmt: skip


def _f1s(right: Truths, found: Truths) -> Floats:
    """F1 of each draw."""
    both, total = (right & found).sum(axis=1), right.sum(axis=1) + found.sum(axis=1)
    return np.asarray(2 * both / np.maximum(total, 1))
