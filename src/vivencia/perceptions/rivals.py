"""What companies use today, as predictors of the next answer; the filter is measured against them.

Each sees, like the filter, only what came before: last value, a smoothed mean (EWMA), a
shrunken mean, and EWMA on what a regression on touchpoint and measures leaves over.
"""

from typing import Any, NamedTuple

import numpy as np

from vivencia.perceptions.columns import Columns
from vivencia.perceptions.compiled import compiled
from vivencia.perceptions.parameters import EXPERIENCE, INTERCEPT, SLOPE, TARGET, Floats, Parameters

ALPHAS = np.array([0.05, 0.1, 0.2, 0.3, 0.5, 0.7])
SHRINKS = np.array([0.5, 1.0, 2.0, 4.0, 8.0, 16.0])
RIVALS = ("last_value", "ewma", "shrunken_mean", "regression_ewma")


class Asked(NamedTuple):
    """The answers about contacts, in order: rows of events, customers' borders, values, design."""

    rows: Any
    starts: Any
    y: Floats
    design: Floats
    days: Floats


def asked(columns: Columns, p: Parameters) -> Asked:
    """Every first answer about a lived contact, with touchpoint and measures as a design."""
    ratings = columns.ratings
    s = np.append(p.scales, [[-1.0] + [0.0] * 7], axis=0)[ratings.code]
    event = np.repeat(np.arange(columns.events), ratings.hi - ratings.lo)
    right = (s[:, TARGET] == EXPERIENCE) & np.isfinite(ratings.value)
    rows, first = np.unique(event[right], return_index=True)
    y = (s[:, INTERCEPT] + s[:, SLOPE] * ratings.value)[right][first]
    told = ~columns.indirect[rows]
    rows, y = rows[told], y[told]
    starts = np.searchsorted(rows, columns.starts)
    return Asked(rows, starts, y, _design(columns, p, rows), columns.at / 86_400e6)


def _design(columns: Columns, p: Parameters, rows: Any) -> Floats:
    c, m = len(p.touchpoints), len(p.measures)
    dense = np.zeros((columns.events, m + 1))
    entries = columns.measures
    event = np.repeat(np.arange(columns.events), entries.hi - entries.lo)
    dense[event, entries.code] = np.nan_to_num(entries.value)
    place = np.eye(c + 1)[columns.touchpoint[rows]][:, :c]
    return np.column_stack([place, dense[rows, :m], columns.context[:, rows].T, np.ones(len(rows))])


@compiled
def smoothed(starts: Any, y: Any, mean: float, alpha: float, out: Any) -> None:
    """Exponentially weighted mean of each customer's answers before each, from `mean`, into `out`."""
    for c in range(starts.shape[0] - 1):
        level = mean
        for i in range(starts[c], starts[c + 1]):
            out[i] = level
            level += alpha * (y[i] - level)


@compiled
def shrunken(starts: Any, y: Any, mean: float, strength: float, out: Any) -> None:
    """Mean of each customer's answers before each with `strength` answers of `mean` added, into `out`."""
    for c in range(starts.shape[0] - 1):
        total, n = strength * mean, strength
        for i in range(starts[c], starts[c + 1]):
            out[i] = total / n
            total += y[i]
            n += 1.0


def best_option(way: Any, options: Floats, starts: Any, y: Floats) -> float:
    """The option of a way of smoothing that predicts each answer from those before it best."""
    mean, out, scores = float(y.mean()), np.empty(len(y)), []
    for option in options:
        way(starts, y, mean, float(option), out)
        scores.append(float(np.mean((y - out) ** 2)))
    return float(options[int(np.argmin(scores))])


def _tuned(way: Any, options: Floats, train: Asked, test: Asked, residual: tuple[Floats, Floats]) -> Floats:
    """The test predictions of the option that is best in training."""
    y_train, y_test = residual
    out = np.empty(len(y_test))
    way(test.starts, y_test, float(y_train.mean()), best_option(way, options, train.starts, y_train), out)
    return out


def explained(train: Asked, test: Asked) -> tuple[Floats, Floats]:
    """What a regression on touchpoint and measures, learned in training, says of the answers of both."""
    ridge = train.design.T @ train.design + 1e-3 * np.eye(train.design.shape[1])
    b = np.linalg.solve(ridge, train.design.T @ train.y)
    return train.design @ b, test.design @ b


def predictions(train: Asked, test: Asked) -> dict[str, Floats]:
    """One-step predictions of every test answer by each rival, tuned on the training customers."""
    plain = (train.y, test.y)
    facts = explained(train, test)
    left = (train.y - facts[0], test.y - facts[1])
    last = np.empty(len(test.y))
    smoothed(test.starts, test.y, float(train.y.mean()), 1.0, last)
    return {
        "last_value": last,
        "ewma": _tuned(smoothed, ALPHAS, train, test, plain),
        "shrunken_mean": _tuned(shrunken, SHRINKS, train, test, plain),
        "regression_ewma": facts[1] + _tuned(smoothed, ALPHAS, train, test, left),
    }


def history(one: Asked, mean: float) -> Floats:
    """For a learner that is fed a table: what was known of the customer before each answer.

    Columns: the design, last answer, two EWMAs, shrunken mean, number of answers, days since
    the last answer and since the first.
    """
    n = len(one.y)
    made = [np.empty(n) for _ in range(4)]
    smoothed(one.starts, one.y, mean, 1.0, made[0])
    smoothed(one.starts, one.y, mean, 0.3, made[1])
    smoothed(one.starts, one.y, mean, 0.1, made[2])
    shrunken(one.starts, one.y, mean, 2.0, made[3])
    first = np.repeat(one.starts[:-1], np.diff(one.starts))
    position = np.arange(n) - first
    days = one.days[one.rows]
    since = np.where(position > 0, days - np.roll(days, 1), -1.0)
    return np.column_stack([one.design, *made, position, since, days - days[first] if n else days])
