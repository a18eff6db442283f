"""What drives each outcome: perception, satisfaction, recommendation, loyalty.

A driver of what customers say is not always a driver of what they do, so the same model
is run on each outcome that was seen, and the answers are put side by side.
"""

import numpy as np
import pyarrow as pa

from vivencia.measure.drivers import Drivers, drivers
from vivencia.measure.normal import Z95
from vivencia.weights import gathering
from vivencia.weights.perception import REASONS, STATEMENT, nothing_to_share, shares
from vivencia.weights.sample import Sample
from vivencia.weights.writing import around, written
from vivencia.words.shapes.weights import DRIVERS, OUTCOMES_EXPLAINED


def outcome_drivers(sample: Sample, seed: int) -> pa.Table:
    """The table `drivers`; an outcome that fewer customers than the threshold gave is left out."""
    parts = [_outcome(sample, name, seed) for name in OUTCOMES_EXPLAINED]
    return pa.concat_tables(parts).sort_by([("outcome", "ascending"), ("touchpoint", "ascending")])


def _outcome(sample: Sample, name: str, seed: int) -> pa.Table:
    lives = sample.lives
    outcome = lives.perception if name == "perception" else lives.asked.get(name, np.zeros(0))
    rows = gathering.judgements(lives, outcome, last_only=name in ("perception", "loyalty"))
    if len(rows) < sample.fewest:
        return written({column: [] for column in DRIVERS.names}, DRIVERS)
    model = sample.model(name, outcome, rows)
    answers = model.remembered(model.lives.lived)
    found = drivers(answers, fewest=sample.fewest, seed=seed)
    found.withheld[model.left_out] = STATEMENT
    return _table(nothing_to_share(found), name, sample.keys, model.memory)


def _table(found: Drivers, name: str, keys: list[str], memory: float) -> pa.Table:
    half = Z95 * np.sqrt(np.diagonal(found.covariance))
    known = np.isfinite(half)
    apart = np.abs(found.effect) > half
    columns = {
        "outcome": [name] * len(keys),
        "touchpoint": keys,
        **shares(found),
        **around("effect", np.where(known, found.effect, np.nan), half),
        "driver": [bool(apart[j]) if known[j] else None for j in range(len(keys))],
        "reason": [REASONS.get(code) for code in found.withheld.tolist()],
        "memory_days": [memory] * len(keys),
    }
    return written(columns, DRIVERS)
