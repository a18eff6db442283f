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


def say_from(odds: ArrayLike) -> float:
    """The log-odds from which on to say "of the class", for the highest expected macro-F1.

    `odds` are calibrated log-odds of texts like those to come; no label is looked at. Where one of
    two classes is rare, its F1 is highest below even odds (Lipton, Elkan & Naryanaswamy, ECML 2014).

    >>> say_from([2.0, 1.0, -1.0, -2.0])
    0.0
    """
    down = np.sort(np.asarray(odds, dtype=float))[::-1]
    if len(down) < 2:
        return 0.0
    right = 1 / (1 + np.exp(-down))
    said, of_class = np.arange(1, len(down)), float(right.sum())
    hits = np.cumsum(right)[:-1]
    rest, of_rest = len(down) - said, len(down) - of_class
    f1 = hits / (said + of_class) + (of_rest - said + hits) / (rest + of_rest)
    at = int(np.argmax(f1))
    return float((down[at] + down[at + 1]) / 2)


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
