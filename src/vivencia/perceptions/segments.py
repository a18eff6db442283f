"""Segments beside the company: one damped step from the pooled fit, drawn back to it (empirical Bayes).

From the pooled estimate x each segment takes one Fisher step of its own, δ_s with error se_s.
How far segments really differ in a number, τ², is what the steps vary beyond their errors
(moments, not under zero), and each step is shrunk by τ²/(τ² + se²): where segments do not
differ, all stay at the pooled estimate. No segment is fitted freely.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from vivencia.perceptions.columns import columns_of, one_array, starts_of
from vivencia.perceptions.coordinates import Space
from vivencia.perceptions.fit import Fitted, look, on_scale, telling
from vivencia.perceptions.parameters import Floats, Parameters
from vivencia.perceptions.replay import in_order

#: Segments of fewer answering customers stay at the pooled estimate.
LEAST = 30
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
    """The parameters of each segment with at least LEAST answering customers.

    `table` has the columns of `replay` and `segment`; a customer counts in the segment of
    the last event.
    """
    ordered = telling(in_order(table))
    starts = starts_of(one_array(ordered, "customer"))
    own = np.array(one_array(ordered, "segment").take(pa.array(starts[1:] - 1)).to_pylist(), dtype=object)
    space = Space(found.parameters, found.coordinates, found.volume)
    steps: dict[str, tuple[Floats, Floats, int]] = {}
    for segment in sorted({one for one in own if one is not None}):
        whose = own == segment
        if whose.sum() >= LEAST:
            rows = np.repeat(whose, np.diff(starts))
            steps[segment] = (*_step(ordered.filter(pa.array(rows)), found, space), int(whose.sum()))
    if not steps:
        return {}
    raw = np.array([step for step, _, _ in steps.values()])
    error = np.array([se for _, se, _ in steps.values()])
    between = np.maximum((raw**2 - error**2).mean(axis=0), 0.0)
    made = {}
    for segment, (step, se, customers) in steps.items():
        weight = between / (between + se * se)
        moved = np.clip(weight * step, -FURTHEST, FURTHEST)
        parameters = space.parameters(found.x + moved).with_(fitted=True)
        made[segment] = SegmentFit(parameters, moved, np.sqrt(weight) * se, customers)
    return made


def _step(table: Any, found: Fitted, space: Space) -> tuple[Floats, Floats]:
    """One Fisher step of these customers from the pooled estimate, and its standard errors."""
    columns = columns_of(table, found.parameters)
    point = look(columns, space, found.x, on_scale(columns, found.parameters))
    H = point.information + np.diag(space.prior_precision)
    score = point.scores.sum(axis=0)
    covariance = np.linalg.inv(H)
    return covariance @ score, np.sqrt(np.diagonal(covariance @ point.information @ covariance))
