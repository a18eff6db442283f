"""How well readings agree with what people said: macro-F1, confusion, calibration, with intervals."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def macro_f1(truth: ArrayLike, found: ArrayLike) -> float:
    """Mean over the classes of `truth` of F1 = 2·true positives / (said + true).

    >>> macro_f1(["a", "a", "b", "b"], ["a", "b", "b", "b"])  # F1 of a is 2/3, of b 4/5
    0.7333333333333334
    """
    right, said = np.asarray(truth), np.asarray(found)
    scores = []
    for one in np.unique(right):
        both = float(((right == one) & (said == one)).sum())
        scores.append(2 * both / float((right == one).sum() + (said == one).sum()))
    return float(np.mean(scores)) if scores else float("nan")


def calibration_error(sure: ArrayLike, right: ArrayLike, *, bins: int = 10) -> float:
    """Expected calibration error: Σ share of a bin · |mean of `sure` − share right|, equal-width bins.

    Naeini, Cooper & Hauskrecht (AAAI 2015). `sure` are probabilities 0…1, `right` whether
    what they spoke of was so.

    >>> calibration_error([0.9, 0.9, 0.1, 0.1], [True, True, False, True])
    0.25
    """
    probability, so = np.asarray(sure, dtype=float), np.asarray(right, dtype=float)
    if not len(probability):
        return float("nan")
    at = np.minimum((probability * bins).astype(int), bins - 1)
    counts = np.bincount(at, minlength=bins)
    apart = np.bincount(at, probability, bins) - np.bincount(at, so, bins)
    return float(np.abs(apart).sum() / counts.sum())


def confusion(truth: Sequence[str], found: Sequence[str], classes: Sequence[str]) -> NDArray[np.int64]:
    """Counts, a row for each true class and a column for each class that was said."""
    place = {name: number for number, name in enumerate(classes)}
    table = np.zeros((len(classes), len(classes)), dtype=np.int64)
    for right, said in zip(truth, found, strict=True):
        table[place[right], place[said]] += 1
    return table


def interval(
    truth: ArrayLike, found: ArrayLike, *, chance: np.random.Generator, draws: int = 500
) -> tuple[float, float]:
    """95 % interval of macro-F1, by the bootstrap over texts (percentile; Efron & Tibshirani 1993)."""
    right, said = np.asarray(truth), np.asarray(found)
    if not len(right):
        return float("nan"), float("nan")
    scores = []
    for _ in range(draws):
        at = chance.integers(0, len(right), len(right))
        scores.append(macro_f1(right[at], said[at]))
    low, high = np.quantile(scores, [0.025, 0.975])
    return float(low), float(high)
