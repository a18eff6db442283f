"""Raking: answers weighted until they stand for everybody, in margins that are known of everybody.

Iterative proportional fitting (Deming & Stephan 1940). The error of a raked mean is that of
what the margins leave over: the linearised values are freed of each margin's means in turn
(as R's survey package does; Deville, Särndal & Sautory 1993). The design effect is Kish's.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vivencia.words.errors import ParameterError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
#: Weights beyond so many medians are cut.
TRIMMED_AT = 5.0
_ROUNDS, _CLOSE, _PROJECTIONS = 500, 1e-10, 10


@dataclass(frozen=True, slots=True)
class Raked:
    """A weighted mean with its standard error; `deff` is n Σw² / (Σw)²."""

    value: float
    se: float
    deff: float


def rake(margins: Sequence[Ints], totals: Sequence[Floats], base: Floats) -> Floats:
    """Weights near `base` whose sums by each margin are its totals.

    `margins` hold each row's category (0 … k − 1), `totals` what each category should sum to; a
    category without rows is passed over, so totals are best given for those that have some.
    Raises ParameterError when a total is negative or margins and totals do not fit.
    """
    if len(margins) != len(totals) or any((total < 0).any() for total in totals):
        raise ParameterError("each margin needs its totals, none below zero")
    weights = base.astype(np.float64).copy()
    for _ in range(_ROUNDS):
        moved = 0.0
        for codes, total in zip(margins, totals, strict=True):
            now = np.bincount(codes, weights, minlength=len(total))
            factor = np.divide(total, now, out=np.ones(len(total)), where=now > 0)
            weights *= factor[codes]
            moved = max(moved, float(np.abs(factor[now > 0] - 1.0).max(initial=0.0)))
        if moved < _CLOSE:
            break
    return weights


def trimmed(weights: Floats, at: float = TRIMMED_AT) -> Floats:
    """Weights cut at so many medians, the sum kept: a few rare voices shall not speak for all."""
    most = at * float(np.median(weights))
    cut = np.minimum(weights, most)
    kept: Floats = cut * (weights.sum() / cut.sum())
    return kept


def raked_mean(
    y: Floats, weights: Floats, margins: Sequence[Ints], *, population: float | None = None
) -> Raked:
    """The mean of `y` with these weights, and its standard error given that margins are known.

    `population` is the number the sample was drawn from without replacement; None: very many.
    """
    n, total = len(y), float(weights.sum())
    value = float(weights @ y) / total
    left = weights * (y - value) / total
    for _ in range(_PROJECTIONS):
        for codes in margins:
            plain = left / weights
            many = np.bincount(codes)
            means = np.divide(np.bincount(codes, plain), many, out=np.zeros(len(many)), where=many > 0)
            left = left - weights * means[codes]
    drawn = 1.0 - n / population if population else 1.0
    variance = drawn * n / (n - 1) * float(np.sum((left - left.mean()) ** 2)) if n > 1 else np.nan
    return Raked(value, float(np.sqrt(variance)), n * float(weights @ weights) / total**2)
