"""Segments beside the company: one damped step from the pooled fit, drawn back to it (empirical Bayes).

What a contact is (θ, β, instruments, noise, halo) is the company's; how customers react, remember
and expect (FREE) may be a segment's. From the pooled estimate each segment takes one Fisher step
of its own. A number differs where the steps vary more than their errors allow (Cochran's Q, Holm
over the numbers at 5 %); for those alone the step is taken again, the others held, and shrunk by
τ²/(τ² + se²) with τ² by moments (DerSimonian & Laird 1986). Where nothing differs all stay pooled.
No segment is fitted freely.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from scipy.stats import chi2

from vivencia.perceptions.columns import columns_of, one_array, starts_of
from vivencia.perceptions.coordinates import Space
from vivencia.perceptions.fit import Fitted, Point, look, on_scale, telling
from vivencia.perceptions.parameters import Floats, Parameters
from vivencia.perceptions.replay import in_order

#: Segments of fewer answering customers stay at the pooled estimate.
LEAST = 100
#: What may be a segment's own.
FREE = frozenset({"lam", "tau", "eta", "xi", "phi", "pi", "kappa", "kappa_indirect", "gamma", "e0"})
_LEVEL = 0.05
#: No number moves by more than this on its free scale in the one step.
FURTHEST = 1.0


@dataclass(frozen=True, slots=True)
class SegmentFit:
    """One segment: its parameters, how far each free number lies from the pooled one, and its error."""

    parameters: Parameters
    step: Floats
    se: Floats
    customers: int


def fit_segments(table: Any, found: Fitted) -> dict[str, SegmentFit]:
    """The parameters of each segment with at least LEAST answering customers; {} where none differs.

    `table` has the columns of `replay` and `segment`; a customer counts in the segment of
    the last event.
    """
    ordered = telling(in_order(table))
    starts = starts_of(one_array(ordered, "customer"))
    own = np.array(one_array(ordered, "segment").take(pa.array(starts[1:] - 1)).to_pylist(), dtype=object)
    space = Space(found.parameters, found.coordinates, found.volume)
    seen: dict[str, tuple[Point, int]] = {}
    for segment in sorted({one for one in own if one is not None}):
        whose = own == segment
        if whose.sum() >= LEAST:
            rows = pa.array(np.repeat(whose, np.diff(starts)))
            columns = columns_of(ordered.filter(rows), found.parameters)
            seen[segment] = (
                look(columns, space, found.x, on_scale(columns, found.parameters)),
                int(whose.sum()),
            )
    if len(seen) < 2:
        return {}
    free = np.array([one.key[0] in FREE for one in space.coordinates])
    every = np.arange(space.size)
    differs = np.flatnonzero(free & _differ(*_steps(seen, space, every), free))
    if not len(differs):
        return {}
    step, se = _steps(seen, space, differs)
    between = _between(step, se)
    made = {}
    for (segment, (_, customers)), one, error in zip(seen.items(), step, se, strict=True):
        weight = between / (between + error * error)
        moved, spread = np.zeros(space.size), np.zeros(space.size)
        moved[differs] = np.clip(weight * one, -FURTHEST, FURTHEST)
        spread[differs] = np.sqrt(weight) * error
        parameters = space.parameters(found.x + moved).with_(fitted=True)
        made[segment] = SegmentFit(parameters, moved, spread, customers)
    return made


def _steps(seen: Mapping[str, tuple[Point, int]], space: Space, free: Any) -> tuple[Floats, Floats]:
    """Each segment's Fisher step in the numbers `free` and its error: the larger of Fisher and sandwich."""
    steps, errors = [], []
    for point, _ in seen.values():
        information = point.information[np.ix_(free, free)]
        scores = point.scores[:, free]
        C = np.linalg.inv(information + np.diag(space.prior_precision[free]))
        steps.append(C @ scores.sum(axis=0))
        both = np.diagonal(C @ information @ C), np.diagonal(C @ (scores.T @ scores) @ C)
        errors.append(np.sqrt(np.maximum(*both)))
    return np.array(steps), np.array(errors)


def _heterogeneity(step: Floats, se: Floats) -> Floats:
    """Cochran's Q of each number over the segments."""
    weight = se**-2
    mean = (weight * step).sum(axis=0) / weight.sum(axis=0)
    found: Floats = (weight * (step - mean) ** 2).sum(axis=0)
    return found


def _differ(step: Floats, se: Floats, free: Any) -> Any:
    """Which numbers differ between segments, errors of all tries together held at 5 % (Holm 1979)."""
    p = np.where(free, chi2.sf(_heterogeneity(step, se), len(step) - 1), 1.0)
    order, many = np.argsort(p), int(free.sum())
    differs = np.zeros(len(p), dtype=np.bool_)
    for place, j in enumerate(order[:many]):
        if p[j] > _LEVEL / (many - place):
            break
        differs[j] = True
    return differs


def _between(step: Floats, se: Floats) -> Floats:
    """τ² of each number between segments, by moments, not under zero."""
    weight = se**-2
    total = weight.sum(axis=0)
    found: Floats = np.maximum(
        (_heterogeneity(step, se) - (len(step) - 1)) / (total - (weight**2).sum(axis=0) / total), 0.0
    )
    return found
