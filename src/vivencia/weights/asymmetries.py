"""Whether a bad experience costs more than a good one wins, and what must be there at all."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vivencia.measure.asymmetry import penalty_reward, thirds
from vivencia.measure.discoveries import false_discovery
from vivencia.measure.necessity import SIGNIFICANT, SMALLEST_EFFECT, Ceiling, ceiling, needed, permutation_p
from vivencia.measure.normal import Z95
from vivencia.weights import gathering
from vivencia.weights.gathering import Lives
from vivencia.weights.sample import Sample
from vivencia.weights.writing import around, written
from vivencia.words.shapes.weights import ASYMMETRIES, BOTTLENECKS

Floats = NDArray[np.float64]

#: Customers whose answers the ceilings are drawn over, and permutations of their judgements.
MOST_FOR_CEILINGS, PERMUTATIONS = 2000, 499
#: Fewest customers for a ceiling: two points always have one.
FEWEST_FOR_CEILINGS = 30
#: Overall judgements of the bottleneck table.
LEVELS = (5.0, 6.0, 7.0, 8.0, 9.0, 10.0)


@dataclass(frozen=True, slots=True)
class Necessity:
    """The ceilings of all touchpoints; p already with false discoveries controlled, NaN where withheld."""

    ceilings: tuple[Ceiling | None, ...]
    p: Floats
    n: NDArray[np.int64]

    def necessary(self, j: int) -> bool | None:
        """Whether the condition is called necessary; None where nothing can be said."""
        found = self.ceilings[j]
        if found is None:
            return None
        return bool(found.step >= SMALLEST_EFFECT and self.p[j] < SIGNIFICANT)


def necessity_of(sample: Sample, seed: int) -> Necessity:
    """Each customer's last judgement over the mean of what was lived at a touchpoint before it."""
    name, outcome, _ = sample.judged()
    lives, p = sample.met(name)[0], len(sample.keys)
    found: list[Ceiling | None] = [None] * p
    chance, count = np.full(p, np.nan), np.zeros(p, dtype=np.int64)
    if name == "none":
        return Necessity(tuple(found), chance, count)
    rows = gathering.judgements(lives, outcome, last_only=True)
    lived = gathering.mean_lived(lives, rows, p)
    for j in range(p):
        known = np.flatnonzero(np.isfinite(lived[:, j]))
        count[j] = len(known)
        if len(known) < max(FEWEST_FOR_CEILINGS, sample.anonymity):
            continue
        some = known[:MOST_FOR_CEILINGS]
        x, y = lived[some, j], outcome[rows[some]]
        found[j] = ceiling(x, y)
        chance[j] = permutation_p(x, y, permutations=PERMUTATIONS, seed=seed)
    shown = np.flatnonzero(np.isfinite(chance))
    chance[shown] = false_discovery(chance[shown])
    return Necessity(tuple(found), chance, count)


def asymmetry_table(sample: Sample, must: Necessity, seed: int) -> pa.Table:
    """The table `asymmetries`: penalty, reward and necessity of every touchpoint."""
    p = len(sample.keys)
    model = sample.model(*sample.judged())
    lives = model.lives
    levels = thirds(lives.where, lives.rated, p)
    low, high = (model.remembered(level, gathering.usual_of(lives, level, p)) for level in levels)
    found = penalty_reward(low, high, enough=_enough(sample, lives, levels), seed=seed)
    columns = {
        "touchpoint": sample.keys,
        **around("penalty", found.penalty, Z95 * found.penalty_sd),
        **around("reward", found.reward, Z95 * found.reward_sd),
        "asymmetry": found.index,
        "asymmetry_low": found.index_low,
        "asymmetry_high": found.index_high,
        "kind": found.kind,
        "necessity": [one.step if one else None for one in must.ceilings],
        "necessity_line": [one.line if one else None for one in must.ceilings],
        "necessity_p": must.p,
        "necessary": [must.necessary(j) for j in range(p)],
        "n": must.n,
    }
    return written(columns, ASYMMETRIES)


def _enough(sample: Sample, lives: Lives, levels: tuple[Floats, Floats]) -> NDArray[np.bool_]:
    """Where there are enough low, and enough high, answers."""
    fewest, p = max(FEWEST_FOR_CEILINGS, sample.anonymity), len(sample.keys)
    counts = [np.bincount(lives.where[level == 1.0], minlength=p) for level in levels]
    return (counts[0] >= fewest) & (counts[1] >= fewest)


def bottleneck_table(sample: Sample, must: Necessity) -> pa.Table:
    """The table `bottlenecks`, of necessary touchpoints: to reach a level, at least so much is needed."""
    rows = [row for j, key in enumerate(sample.keys) for row in _levels(key, must, j)]
    return written({name: [row[name] for row in rows] for name in BOTTLENECKS.names}, BOTTLENECKS)


def _levels(key: str, must: Necessity, j: int) -> Iterator[dict[str, Any]]:
    found = must.ceilings[j]
    if found is None or not must.necessary(j):
        return
    for level in LEVELS:
        least = needed(found, level)
        if np.isfinite(least):
            yield {"touchpoint": key, "level": level, "needed": least, "n": int(must.n[j])}
