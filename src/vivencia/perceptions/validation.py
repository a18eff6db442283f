"""Does the filter predict better than what a company uses already? Held-out customers, held-out months.

Every method predicts each answer about a contact from what came before it. The parameters
(and whatever a rival tunes) come from the other customers, or from the months before. If a
rival predicts better, that is what comes out: `winner` names it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from vivencia.measure.intervals import clustered_mean
from vivencia.measure.normal import Z90, normal_cdf
from vivencia.perceptions.columns import columns_of, one_array
from vivencia.perceptions.filter import filter_events
from vivencia.perceptions.fit import fit
from vivencia.perceptions.hashes import spread
from vivencia.perceptions.parameters import Floats, Parameters
from vivencia.perceptions.replay import in_order
from vivencia.perceptions.rivals import Asked, asked, history, predictions

ENGINE = "perception"
#: One customer in so many is held out; so large a share of the time is.
ONE_IN, LAST = 5, 0.2
_BINS = 10
_HALF_LOG_2PI = 0.9189385332046727

#: Given training rows, their answers and test rows, the predictions for the test rows.
Learner = Callable[[Floats, Floats, Floats], Floats]


@dataclass(frozen=True, slots=True)
class Score:
    """How well one method predicted: root mean squared error, mean log density, 90 % coverage.

    `rmse_low` and `rmse_high` are its 95 % interval, customers being clusters; `ahead` is the mean
    of this method's squared errors minus the filter's, with its interval: above zero the filter is better.
    """

    method: str
    n: int
    rmse: float
    log_density: float
    coverage: float
    rmse_low: float = float("nan")
    rmse_high: float = float("nan")
    ahead: float = 0.0
    ahead_low: float = 0.0
    ahead_high: float = 0.0


@dataclass(frozen=True, slots=True)
class Validation:
    """What one split showed; `pit` counts the filter's probability integral transforms in ten bins."""

    split: str
    scores: tuple[Score, ...]
    pit: tuple[int, ...]

    @property
    def winner(self) -> str:
        """The method with the smallest error."""
        return min(self.scores, key=lambda one: one.rmse).method

    def score(self, method: str) -> Score:
        """The score of one method; raises KeyError when it was not tried."""
        for one in self.scores:
            if one.method == method:
                return one
        raise KeyError(method)


def validate(
    table: Any, start: Parameters, learners: Mapping[str, Learner] | None = None
) -> list[Validation]:
    """Both splits. `table` has the columns of `replay`, `start` is the cold start.

    `learners` adds rivals of your own, fed with what was known before each answer (see
    `rivals.history`). A split on which the filter can't be fitted, or with nobody to
    predict, is left out.
    """
    ordered = in_order(table)
    found = []
    for split in (by_customer, by_time):
        train, test, counts = split(ordered)
        if train.num_rows and test.num_rows:
            done = evaluate(train, test, start, counts, learners or {}, split.__name__[3:])
            found += [done] if done else []
    return found


def by_customer(table: Any) -> tuple[Any, Any, Any]:
    """Other customers: training rows, test rows, and which of the latter count."""
    customer = one_array(table, "customer").dictionary_encode()
    held = np.array([spread(key) % ONE_IN == 0 for key in customer.dictionary.to_pylist()], dtype=np.bool_)
    out = held[customer.indices.to_numpy()] if len(held) else np.zeros(0, dtype=np.bool_)
    test = table.filter(pa.array(out))
    return table.filter(pa.array(~out)), test, np.ones(test.num_rows, dtype=np.bool_)


def by_time(table: Any) -> tuple[Any, Any, Any]:
    """Later months: training rows, all rows, and which of them count."""
    at = one_array(table, "at").cast(pa.timestamp("us", "UTC")).view(pa.int64()).to_numpy()
    cut = np.quantile(at, 1 - LAST) if len(at) else 0
    return table.filter(pa.array(at < cut)), table, at >= cut


def evaluate(
    train: Any, test: Any, start: Parameters, counts: Any, learners: Mapping[str, Learner], split: str
) -> Validation | None:
    """Fit on `train`, predict the answers of `test` in rows where `counts`; None where there are none."""
    return compare(fit(train, start).parameters, train, test, counts, learners, split)


def compare(
    p: Parameters, train: Any, test: Any, counts: Any, learners: Mapping[str, Learner], split: str
) -> Validation | None:
    """The filter with parameters `p` and the rivals tuned on `train`, as in `evaluate`."""
    before, after = asked(columns_of(train, p), p), asked(columns_of(test, p), p)
    here = counts[after.rows]
    if not here.any() or len(before.y) < 2:
        return None
    y = after.y[here]
    who = np.repeat(np.arange(len(after.starts) - 1), np.diff(after.starts))[here]
    own = filter_events(columns_of(test, p), p)
    mean, sd = own.row("predicted")[after.rows][here], p.widen * own.row("predicted_sd")[after.rows][here]
    base = (y - mean) ** 2
    scores = [_score(ENGINE, y, mean, sd, who, base)]
    trained = _rivals(before, before, learners)
    for name, predicted in _rivals(before, after, learners).items():
        spread_of = np.full(len(y), float(np.std(before.y - trained[name])))
        scores.append(_score(name, y, predicted[here], spread_of, who, base))
    pit = np.histogram(normal_cdf((y - mean) / sd), bins=_BINS, range=(0, 1))[0]
    return Validation(split, tuple(scores), tuple(int(count) for count in pit))


def _rivals(train: Asked, test: Asked, learners: Mapping[str, Learner]) -> dict[str, Floats]:
    found = predictions(train, test)
    mean = float(train.y.mean())
    for name, learner in learners.items():
        found[name] = learner(history(train, mean), train.y, history(test, mean))
    return found


def _score(method: str, y: Floats, mean: Floats, sd: Floats, who: Any, base: Floats) -> Score:
    z = (y - mean) / sd
    square = (y - mean) ** 2
    mse, low, high = _by_cluster(square, who)
    return Score(
        method,
        len(y),
        float(np.sqrt(mse)),
        float(np.mean(-_HALF_LOG_2PI - np.log(sd) - 0.5 * z * z)),
        float(np.mean(np.abs(z) <= Z90)),
        float(np.sqrt(max(low, 0.0))),
        float(np.sqrt(max(high, 0.0))),
        *_by_cluster(square - base, who),
    )


def _by_cluster(values: Floats, who: Any) -> tuple[float, float, float]:
    """Mean with its 95 % interval, the rows of one customer being a cluster."""
    n, total = np.bincount(who).astype(np.float64), np.bincount(who, values)
    there = n > 0
    n, total = n[there], total[there]
    found = clustered_mean(
        *(np.array(part) for part in (
            n.sum(), float(len(n)), n @ n, total.sum(), total @ total, n @ total
        ))
    )  # fmt: skip
    return float(found[0]), float(found[1]), float(found[2])
