"""What is learned from the sampled customers, computed once for all that asks for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vivencia.measure.drivers import Answers, Usual
from vivencia.weights import gathering
from vivencia.weights.gathering import Lives, State

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

#: Customers with a relationship answer from which on that answer is what is explained.
ENOUGH_ANSWERS = 100


@dataclass(frozen=True, slots=True)
class Model:
    """One outcome, the rows in which it was judged, and what those judgements remember.

    `lives` are without the touchpoints `left_out`; `memory` is in days.
    """

    name: str
    outcome: Floats
    rows: Longs
    lives: Lives
    left_out: NDArray[np.bool_]
    usual: Usual
    memory: float

    def remembered(self, values: Floats, usual: Usual | None = None) -> Answers:
        """The judgements beside what they remember of `values`, answers one an event."""
        return gathering.remember(
            self.lives, self.outcome, self.rows, self.memory, values, self.usual if usual is None else usual
        )


@dataclass(slots=True)
class Sample:
    """The sampled customers; `keys` are the touchpoints in the order of `Lives.where`.

    `fewest` is the smallest number of customers an estimate may stand on, at least 2.
    """

    lives: Lives
    touchpoints: pa.Table
    anonymity: int
    keys: list[str] = field(init=False)
    fewest: int = field(init=False)
    _met: dict[bool, tuple[Lives, NDArray[np.bool_], Usual]] = field(init=False, default_factory=dict)
    _models: dict[str, Model] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.keys = gathering.catalogue_order(self.touchpoints)
        self.fewest = max(self.anonymity, 2)

    def judged(self) -> tuple[str, Floats, Longs]:
        """What is explained, in which rows: relationship answers where enough gave one, else perception."""
        rows = gathering.judgements(self.lives, self.lives.overall)
        customers = len(np.unique(np.searchsorted(self.lives.first, rows, side="right")))
        if customers >= max(ENOUGH_ANSWERS, self.fewest):
            return "relationship", self.lives.overall, rows
        rows = gathering.judgements(self.lives, self.lives.perception, last_only=True)
        return ("perception" if len(rows) else "none"), self.lives.perception, rows

    def met(self, outcome: str) -> tuple[Lives, NDArray[np.bool_], Usual]:
        """The lives without touchpoints of mere saying, which those are, and what is usual elsewhere.

        A public review follows from what its writer thinks: as a driver it would take the share
        of everything else. Where nothing but such answers exists they are kept.
        """
        kept = outcome == "perception" and not self._answers_of_contacts()
        if kept not in self._met:
            left_out = gathering.statements(self.lives, len(self.keys)) & (not kept)
            lives = gathering.without(self.lives, left_out)
            self._met[kept] = lives, left_out, gathering.usual_of(lives, lives.lived, len(self.keys))
        return self._met[kept]

    def _answers_of_contacts(self) -> bool:
        lives = self.lives
        return bool(np.any((lives.where >= 0) & np.isfinite(lives.rated) & ~lives.statement))

    def model(self, name: str, outcome: Floats, rows: Longs) -> Model:
        """What the judgements in `rows` remember; a name stands for one outcome and its rows."""
        if name not in self._models:
            lives, left_out, usual = self.met(name)
            memory = gathering.best_memory(lives, outcome, rows, usual, self.fewest)
            self._models[name] = Model(name, outcome, rows, lives, left_out, usual, memory)
        return self._models[name]


def sampled(state: State, side: Mapping[str, Any], anonymity: int) -> Sample:
    """The gathered customers of all batches."""
    return Sample(gathering.together(state), side["touchpoints"], anonymity)
