"""One table of all that a touchpoint counts, the importance–performance map, and each stage's strength.

A quadrant is claimed only when the interval of the weight lies on one side of an equal
share, and the interval of the level on one side of the company's mean. These are
associations: nothing here says what would happen if a touchpoint were changed.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from vivencia.measure.normal import Z95
from vivencia.measure.rates import wilson
from vivencia.plans import Fold, Plan
from vivencia.weights.writing import written
from vivencia.words.shapes.perceptions import SUMMARIES
from vivencia.words.shapes.weights import ENOUGH, FIX, KEEP, STAGE_STRENGTHS, WATCH, WEIGHTS
from vivencia.words.tables import TableShape

Row = dict[str, Any]
State = tuple[pa.Table, ...]

#: Draws for the probability of being the weakest stage.
DRAWS = 4000


def start(side: Mapping[str, Any]) -> State:  # noqa: ARG001 (the form of a fold)
    """No rows yet."""
    return ()


def add(state: State, table: pa.Table, side: Mapping[str, Any]) -> State:  # noqa: ARG001
    """The rows so far, and these."""
    return (*state, table) if table.num_rows else state


def merge(one: State, other: State) -> State:
    """Both."""
    return one + other


def weights_plan(*, anonymity: int = 5, seed: int = 20260101) -> Plan:
    """Reads `summaries`, `perception_weights`, `progression_weights`, `asymmetries`, `touchpoints`.

    Gives `weights` and `stage_strengths`. Nothing is said on fewer than `anonymity` customers.
    """
    folds = (
        _small(
            WEIGHTS,
            Overview(anonymity),
            ("asymmetries", "perception_weights", "progression_weights", "touchpoints"),
        ),
        _small(STAGE_STRENGTHS, Strengths(anonymity, seed), ("perception_weights", "touchpoints")),
    )
    return Plan("weights", folds, (WEIGHTS.name, STAGE_STRENGTHS.name))


def _small(shape: TableShape, finish: Any, beside: tuple[str, ...]) -> Fold:
    return Fold(
        shape.name, start, add, merge, finish, SUMMARIES.name, SUMMARIES.names, shape, beside, SUMMARIES.order
    )


def _rows(state: State) -> list[Row]:
    return [row for table in state for row in table.to_pylist()]


def _by(table: pa.Table) -> dict[str, Row]:
    return {row["touchpoint"]: row for row in table.to_pylist()}


@dataclass(frozen=True, slots=True)
class Overview:
    """Finishes the fold: one row a catalogue touchpoint."""

    anonymity: int

    def __call__(self, state: State, side: Mapping[str, Any]) -> pa.Table:
        """The table `weights`."""
        summaries = _rows(state)
        everyone = next((row for row in summaries if row["dimension"] == "all"), None)
        levels = {row["key"]: row for row in summaries if row["dimension"] == "touchpoint"}
        perception, progression = _by(side["perception_weights"]), _by(side["progression_weights"])
        asymmetry, catalogue = _by(side["asymmetries"]), _by(side["touchpoints"])
        shown = sum(1 for row in perception.values() if row["share"] is not None)
        mean = everyone["experience"] if everyone else None
        rows = []
        for key in sorted(catalogue):
            level = levels.get(key)
            known = level if level and level["rated_customers"] >= self.anonymity else None
            row = {
                "touchpoint": key,
                "stage": catalogue[key]["stage"],
                **_perception(perception.get(key, {})),
                **_progression(progression.get(key, {})),
                **_reach(level, everyone, self.anonymity),
                **_asymmetry(asymmetry.get(key, {})),
                **{f"level{end}": known and known[f"experience{end}"] for end in ("", "_low", "_high")},
            }
            row["quadrant"] = quadrant(row, 1.0 / max(shown, 1), mean)
            rows.append(row)
        return written({name: [row[name] for row in rows] for name in WEIGHTS.names}, WEIGHTS)


def quadrant(row: Row, equal: float, mean: float | None) -> str | None:
    """The quadrant of the importance–performance map, or None unless both intervals lie inside."""
    if row["perception"] is None or row["level"] is None or row["level_low"] is None or mean is None:
        return None
    heavy, light = row["perception_low"] > equal, row["perception_high"] < equal
    high, low = row["level_low"] > mean, row["level_high"] < mean
    if not ((heavy or light) and (high or low)):
        return None
    if heavy:
        return FIX if low else KEEP
    return WATCH if low else ENOUGH


def _perception(row: Row) -> Row:
    effect = ("effect", "effect_low", "effect_high", "prior", "data", "data_low", "data_high")
    found = {name: row.get(name) for name in effect}
    share = {f"perception{end}": row.get(f"share{end}") for end in ("", "_low", "_high")}
    return {
        **found,
        **share,
        "driver": _apart(found, "effect") and _apart(found, "data") if _known(found) else None,
        "n": row.get("n", 0),
        "reason": row.get("reason") if row else "no-outcome",
    }


def _known(found: Row) -> bool:
    return found["effect_low"] is not None and found["data_low"] is not None


def _apart(found: Row, name: str) -> bool:
    return bool(found[f"{name}_low"] > 0 or found[f"{name}_high"] < 0)


def _progression(row: Row) -> Row:
    removal = {f"progression{end}": row.get(f"removal{end}") for end in ("", "_low", "_high")}
    return {"continuation": row.get("continuation"), **removal}


def _reach(level: Row | None, everyone: Row | None, anonymity: int) -> Row:
    if not level or not everyone or not everyone["customers"] or level["customers"] < anonymity:
        return {"reach": None, "reach_low": None, "reach_high": None}
    reach, low, high = wilson(level["customers"], everyone["customers"])
    return {"reach": reach, "reach_low": low, "reach_high": high}


def _asymmetry(row: Row) -> Row:
    names = ("asymmetry", "necessity", "necessary")
    return {**{name: row.get(name) for name in names}, "kind": row.get("kind", "unclear")}


@dataclass(frozen=True, slots=True)
class Strengths:
    """Finishes the fold: each stage with the probability that it is the weakest."""

    anonymity: int
    seed: int

    def __call__(self, state: State, side: Mapping[str, Any]) -> pa.Table:
        """The table `stage_strengths`, of stages with enough answers."""
        stages = [
            row
            for row in _rows(state)
            if row["dimension"] == "stage"
            and row["experience_low"] is not None
            and row["rated_customers"] >= self.anonymity
        ]
        stages.sort(key=lambda row: row["key"])
        weight = self._weight(side)
        columns = {
            "stage": [row["key"] for row in stages],
            "experience": [row["experience"] for row in stages],
            "low": [row["experience_low"] for row in stages],
            "high": [row["experience_high"] for row in stages],
            "n": [row["rated"] for row in stages],
            "customers": [row["rated_customers"] for row in stages],
            "weight": [weight.get(row["key"]) for row in stages],
            "weakest": self._weakest(stages),
        }
        return written(columns, STAGE_STRENGTHS)

    def _weight(self, side: Mapping[str, Any]) -> dict[str, float]:
        stage = {key: row["stage"] for key, row in _by(side["touchpoints"]).items()}
        found: dict[str, float] = defaultdict(float)
        for row in side["perception_weights"].to_pylist():
            if row["share"] is not None and row["touchpoint"] in stage:
                found[stage[row["touchpoint"]]] += row["share"]
        return found

    def _weakest(self, stages: list[Row]) -> list[float]:
        """How often each stage is the lowest, when all are drawn from their intervals."""
        if not stages:
            return []
        mean = np.array([row["experience"] for row in stages])
        sd = np.array([row["experience_high"] - row["experience_low"] for row in stages]) / (2 * Z95)
        drawn = mean + sd * np.random.default_rng(self.seed).normal(size=(DRAWS, len(stages)))
        counts = np.bincount(drawn.argmin(axis=1), minlength=len(stages))
        return [float(count) / DRAWS for count in counts]
