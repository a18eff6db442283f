"""What drives each outcome: perception, satisfaction, recommendation, loyalty.

A driver of what customers say is not always a driver of what they do, so the same model
is run on each outcome that was seen, and the answers are put side by side.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from vivencia.measure.drivers import Drivers, drivers
from vivencia.weights import gathering
from vivencia.weights.gathering import Lives, State
from vivencia.weights.perception import REASONS, STATEMENT, met, nothing_to_share, shares
from vivencia.weights.writing import Z95, around, written
from vivencia.words.shapes.weights import DRIVERS, OUTCOMES_EXPLAINED


@dataclass(frozen=True, slots=True)
class Explain:
    """Finishes the fold: one model an outcome."""

    anonymity: int
    seed: int

    def __call__(self, state: State, side: Mapping[str, Any]) -> pa.Table:
        """The table `drivers`; an outcome that fewer customers than the threshold gave is left out."""
        lives = gathering.together(state)
        keys = gathering.catalogue_order(side["touchpoints"])
        parts = [self._outcome(lives, name, keys) for name in OUTCOMES_EXPLAINED]
        return pa.concat_tables(parts).sort_by([("outcome", "ascending"), ("touchpoint", "ascending")])

    def _outcome(self, lives: Lives, name: str, keys: list[str]) -> pa.Table:
        fewest = max(self.anonymity, 2)
        outcome = lives.perception if name == "perception" else lives.asked.get(name, np.zeros(0))
        rows = gathering.judgements(lives, outcome, last_only=name in ("perception", "loyalty"))
        if len(rows) < fewest:
            return written({column: [] for column in DRIVERS.names}, DRIVERS)
        lives, left_out = met(lives, name, len(keys))
        usual = gathering.usual_of(lives, lives.lived, len(keys))
        memory = gathering.best_memory(lives, outcome, rows, usual, fewest)
        answers = gathering.remember(lives, outcome, rows, memory, lives.lived, usual)
        found = drivers(answers, fewest=fewest, seed=self.seed)
        found.withheld[left_out] = STATEMENT
        return _table(nothing_to_share(found), name, keys, memory)


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
