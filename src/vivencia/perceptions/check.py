"""The check of a company's own perceptions: whether the filter predicts its next answers best.

Parameters are estimated as the report estimates them (fitted, or the cold start where too
few answered), from the other customers or from the months before. Where a rival predicts
better, its own levels of the customers stand in for the filter's.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from vivencia.perceptions.columns import one_array
from vivencia.perceptions.context import columns_around, names_of, with_context
from vivencia.perceptions.estimation import Estimation
from vivencia.perceptions.parameters import Floats, Parameters
from vivencia.perceptions.replay import in_order
from vivencia.perceptions.rivals import (
    ALPHAS,
    RIVALS,
    SHRINKS,
    Asked,
    asked,
    best_option,
    explained,
    shrunken,
    smoothed,
)
from vivencia.perceptions.table import from_table
from vivencia.perceptions.validation import ENGINE, Learner, Validation, by_customer, by_time, compare
from vivencia.words.shapes.checks import FALLBACK, PERCEPTION_CHECK

#: Methods the report can show perceptions by.
SHOWABLE = (ENGINE, *RIVALS)


def check(
    table: Any, side: Mapping[str, Any], learners: Mapping[str, Learner], *, episode_s: float = 0.0
) -> tuple[Validation, ...]:
    """Held-out customers, then held-out months; a split with nothing to predict is left out.

    `table` has the columns of `estimation.COLUMNS`, whole customers; `side` the tables
    `instruments`, `promises` and, where there are covariates, `context`.
    """
    around = side.get("context")
    ordered = with_context(in_order(table), around, names_of(around))
    found = []
    for name, split in (("customer", by_customer), ("time", by_time)):
        train, test, counts = split(ordered)
        if train.num_rows and test.num_rows:
            p = estimated(train, side, episode_s)
            done = compare(p, train, test, counts, learners, name)
            found += [done] if done else []
    return tuple(found)


def estimated(train: Any, side: Mapping[str, Any], episode_s: float) -> Parameters:
    """The parameters the report would use of these events alone."""
    estimation = Estimation(episode_s=episode_s)
    state = estimation.add(estimation.start(side), train, side)
    return from_table(estimation.finish(state, side), side["instruments"])


def best(found: Sequence[Validation], methods: Sequence[str] | None = None) -> str:
    """The method with the smallest error over all splits (answers count alike), of `methods` or of all."""
    sums: dict[str, list[float]] = {}
    for one in found:
        for score in one.scores:
            if methods is None or score.method in methods:
                sums.setdefault(score.method, []).append(score.rmse**2 * score.n)
    if not sums:
        return ENGINE
    # A method that was not tried in every split can't win by its absence.
    most = max(len(parts) for parts in sums.values())
    return min((key for key in sums if len(sums[key]) == most), key=lambda key: sum(sums[key]))


def levels(table: Any, parameters: Parameters, method: str, context: Any = None) -> Any:
    """Each customer's level by a rival, what it would predict next: rows of FALLBACK.

    Customers who never answered have none. With `regression_ewma` it is the level at a usual contact.
    """
    ordered = in_order(table)
    columns = columns_around(ordered, parameters, context)
    said = asked(columns, parameters)
    y, usual = said.y, 0.0
    if method == "regression_ewma":
        facts, _ = explained(said, said)
        y, usual = said.y - facts, float(facts.mean()) if len(facts) else 0.0
    many = np.diff(said.starts)
    there = many > 0
    if not there.any():
        return pa.table({"customer": pa.array([], pa.string()), "level": pa.array([], pa.float64())})
    keys = one_array(ordered, "customer").take(pa.array(columns.starts[:-1][there]))
    found = usual + _next(method, said, y)[there]
    if pa.types.is_dictionary(keys.type):
        keys = keys.dictionary_decode()
    return pa.table({"customer": keys, "level": pa.array(found)}).select(list(FALLBACK.names))


def _next(method: str, said: Asked, y: Floats) -> Floats:
    """What a rival predicts after each customer's last answer."""
    # One more answer a customer: its prediction is what is wanted, its value is never used.
    starts = said.starts + np.arange(len(said.starts))
    padded = np.zeros(len(y) + len(starts) - 1)
    padded[np.arange(len(y)) + np.repeat(np.arange(len(starts) - 1), np.diff(said.starts))] = y
    mean, out = float(y.mean()), np.empty(len(padded))
    if method == "last_value":
        smoothed(starts, padded, mean, 1.0, out)
    elif method == "shrunken_mean":
        shrunken(starts, padded, mean, best_option(shrunken, SHRINKS, said.starts, y), out)
    else:
        smoothed(starts, padded, mean, best_option(smoothed, ALPHAS, said.starts, y), out)
    following: Floats = out[starts[1:] - 1]
    return following


def check_table(found: Sequence[Validation]) -> Any:
    """The rows of PERCEPTION_CHECK."""
    shown = best(found, SHOWABLE)
    rows = [
        {
            "split": one.split,
            "method": score.method,
            "n": score.n,
            "rmse": score.rmse,
            "rmse_low": score.rmse_low,
            "rmse_high": score.rmse_high,
            "ahead": score.ahead,
            "ahead_low": score.ahead_low,
            "ahead_high": score.ahead_high,
            "log_density": score.log_density,
            "coverage": score.coverage,
            "pit": [float(count) for count in one.pit] if score.method == ENGINE else None,
            "best": score.method == one.winner,
            "shown": score.method == shown,
        }
        for one in found
        for score in one.scores
    ]
    types = {
        "text": pa.string(), "int": pa.int64(), "float": pa.float64(), "bool": pa.bool_(),
        "list_float": pa.list_(pa.float64()),
    }  # fmt: skip
    schema = pa.schema([(column.name, types[column.type]) for column in PERCEPTION_CHECK.columns])
    return pa.Table.from_pylist(rows, schema=schema)
