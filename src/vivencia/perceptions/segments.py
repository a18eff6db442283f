"""Segments beside the company: one damped step from the pooled fit, drawn back to it (empirical Bayes).

What a contact is (θ, β, instruments, noise, halo) is the company's; how customers react, remember
and expect (FREE) may be a segment's. From the pooled estimate each segment takes one Fisher step
of its own. A number differs where the steps vary more than their errors allow (Cochran's Q, Holm
over the numbers at 5 %); for those alone the step is taken again, the others held, and shrunk by
τ²/(τ² + se²) with τ² by moments (DerSimonian & Laird 1986). Where nothing differs all stay pooled.
No segment is fitted freely. The table `segment_parameters` tells it; the filter keeps the pooled numbers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import scipy

from vivencia.measure.normal import Z95
from vivencia.perceptions.columns import columns_of, one_array, starts_of
from vivencia.perceptions.coordinates import Space
from vivencia.perceptions.fit import Fitted, Point, look, on_scale, telling
from vivencia.perceptions.parameters import Floats, Parameters
from vivencia.perceptions.replay import in_order
from vivencia.words.shapes.perceptions import SEGMENT_PARAMETERS

#: Segments of fewer answering customers stay at the pooled estimate.
LEAST = 100
#: What may be a segment's own.
FREE = frozenset({"lam", "tau", "eta", "xi", "phi", "pi", "kappa", "kappa_indirect", "gamma", "e0"})
_LEVEL = 0.05
#: No number moves by more than this on its free scale in the one step.
FURTHEST = 1.0


@dataclass(frozen=True, slots=True)
class SegmentFit:
    """One segment: its parameters, how far each free number lies from the pooled one, and its error.

    `se` is that of the segment's own number, on the free scale: the pooled number's error, which all
    segments share, and where the number differs that of the shrunken step beside it. So what two
    segments differ by is known better than their intervals say.
    """

    parameters: Parameters
    step: Floats
    se: Floats
    customers: int


@dataclass(frozen=True, slots=True)
class Compared:
    """Each segment's fit, which of the fitted numbers may be a segment's own, and which of them differ."""

    segments: dict[str, SegmentFit]
    free: Any
    differs: Any


def fit_segments(table: Any, found: Fitted) -> dict[str, SegmentFit]:
    """The parameters of each segment with at least LEAST answering customers; {} where none differs.

    `table` has the columns of `replay` and `segment`; a customer counts in the segment of
    the last event.
    """
    compared = compare(table, found)
    return compared.segments if compared is not None and compared.differs.any() else {}


def compare(table: Any, found: Fitted) -> Compared | None:
    """The segments of `table` (as in `fit_segments`) beside each other; None where fewer than two are large.

    It costs one look at each segment's own customers: at most one at all customers together.
    """
    space = Space(found.parameters, found.coordinates, found.volume)
    seen = _seen(telling(in_order(table)), found, space)
    if len(seen) < 2:
        return None
    free = np.array([one.key[0] in FREE for one in space.coordinates])
    differs = free & _differ(*_steps(seen, space, np.arange(space.size)), free)
    own = np.flatnonzero(differs)
    step, se = _steps(seen, space, own)
    between = _between(step, se)
    pooled = np.maximum(found.se, found.robust_se)
    made = {}
    for (segment, (_, customers)), one, error in zip(seen.items(), step, se, strict=True):
        weight = between / (between + error * error)
        moved, spread = np.zeros(space.size), pooled.copy()
        moved[own] = np.clip(weight * one, -FURTHEST, FURTHEST)
        spread[own] = np.sqrt(weight * error**2 + pooled[own] ** 2)
        parameters = space.parameters(found.x + moved).with_(fitted=True)
        made[segment] = SegmentFit(parameters, moved, spread, customers)
    return Compared(made, free, differs)


def segment_parameters(table: Any, found: Fitted) -> Any:
    """The `SEGMENT_PARAMETERS` table of these customers; no rows where fewer than two segments are large."""
    compared = compare(table, found)
    return no_segments() if compared is None else _told(compared, found)


def no_segments() -> Any:
    """The `SEGMENT_PARAMETERS` table without rows."""
    return _laid_out([])


def _told(compared: Compared, found: Fitted) -> Any:
    """A row for each segment and number that may be its own, on the natural scale (errors: delta method)."""
    rows = []
    for segment, one in compared.segments.items():
        for j in np.flatnonzero(compared.free):
            number, x = found.coordinates[j], float(found.x[j] + one.step[j])
            half = Z95 * float(one.se[j])
            row = dict(zip(("name", "touchpoint", "item"), number.key, strict=True)) | {
                "segment": segment,
                "value": number.outward(x),
                "se": number.slope(x) * float(one.se[j]),
                "low": number.outward(x - half),
                "high": number.outward(x + half),
                "pooled": number.outward(float(found.x[j])),
                "differs": bool(compared.differs[j]),
                "customers": one.customers,
            }
            rows.append(row)
    rows.sort(key=lambda row: [row[name] for name in SEGMENT_PARAMETERS.order])
    return _laid_out(rows)


def _laid_out(rows: list[dict[str, Any]]) -> Any:
    kinds = {"text": pa.string(), "float": pa.float64(), "int": pa.int64(), "bool": pa.bool_()}
    columns = SEGMENT_PARAMETERS.columns
    return pa.table({one.name: pa.array([row[one.name] for row in rows], kinds[one.type]) for one in columns})


def _seen(ordered: Any, found: Fitted, space: Space) -> dict[str, tuple[Point, int]]:
    """What the answers of each large enough segment say at the pooled estimate, and its customers."""
    segments = one_array(ordered, "segment")
    if segments is None or ordered.num_rows == 0:
        return {}
    starts = starts_of(one_array(ordered, "customer"))
    own = np.array(segments.take(pa.array(starts[1:] - 1)).to_pylist(), dtype=object)
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
    return seen


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
    p = np.where(free, scipy.special.chdtrc(len(step) - 1, _heterogeneity(step, se)), 1.0)
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
