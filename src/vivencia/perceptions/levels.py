"""How surely the levels are known: what the errors of the parameters do to a touchpoint's means.

Every customer's expectation is told with the same parameters, so what is wrong with them is
wrong for all at once and does not average out over customers. For the mean of a quantity at a
touchpoint, with J its derivatives by the free numbers and Σ their posterior covariance, that
common error has the variance J Σ J' (delta method).

Beside it stands what no parameter says: contacts that nobody wrote down move D too, and not
around zero, since falling short moves more than exceeding. Answers tell E + D, so E then takes
the other side. UNSEEN of the answers' standard deviation is allowed for that, as a model
discrepancy (Kennedy & O'Hagan 2001, JRSS B 63:425); it is a convention, chosen on made-up
companies part of whose contacts are unseen (`tests/truth/test_perception_gap.py`) and held to
others (`python -m benchmarks.gaps`).
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from vivencia.perceptions.columns import Columns, columns_of
from vivencia.perceptions.coordinates import Space
from vivencia.perceptions.derivatives import derive, fits
from vivencia.perceptions.filter import Filtered, filter_events
from vivencia.perceptions.fit import PASSES_AT_ONCE, Fitted, telling
from vivencia.perceptions.parameters import Floats, Parameters
from vivencia.perceptions.replay import in_order
from vivencia.perceptions.summaries import answered
from vivencia.perceptions.table import Key, Said
from vivencia.perceptions.tangents import QUANTITIES
from vivencia.words.shapes.perceptions import ANSWERED, FITTED, LEVEL_SE, LEVELS

_STEP = 1e-4
#: Standard deviation of the expectation's level from unseen contacts, in those of the answers.
UNSEEN = 0.035
_OF_EXPECTATION = ("expectation", "gap", "disconfirmation")


def level_errors(table: Any, found: Fitted) -> dict[Key, Said]:
    """Standard errors of the levels, as rows of `PARAMETERS`: (level_se, touchpoint or "", quantity).

    `table` is what was fitted; a touchpoint where nobody of it answered has the company's.
    """
    columns = columns_of(telling(in_order(table)), found.parameters)
    space = Space(found.parameters, found.coordinates, found.volume)
    there, base = _means(columns, found.parameters)
    jacobian = (
        _exactly(columns, space, found.x, there) if fits(space) else _slopes(columns, space, found, base)
    )
    moves = jacobian.transpose(1, 2, 0)
    variance = ((moves @ found.covariance) * moves).sum(axis=2)
    unseen = (UNSEEN * found.spread) ** 2
    variance += np.array([[unseen if name in _OF_EXPECTATION else 0.0] for name in LEVELS])
    sd = np.sqrt(np.maximum(variance, 0.0))
    keys = (*found.parameters.touchpoints, "")
    return {
        (LEVEL_SE, key, quantity): (float(sd[q, c]), None, None, int(there[c]), FITTED)
        for c, key in enumerate(keys)
        for q, quantity in enumerate(LEVELS)
        if there[c]
    }


def _exactly(columns: Columns, space: Space, x: Floats, there: Floats) -> Floats:
    """Derivatives of the means by the free numbers (numbers, quantities, touchpoints + 1)."""
    sums = derive(columns, space, x, levels=True).levels
    # No touchpoint's events are all events, those of unknown touchpoints too.
    sums[:, -1] = sums.sum(axis=1)
    means = dict(zip(QUANTITIES, sums / np.maximum(there, 1.0)[:, None], strict=True))
    # What was answered does not hang on any parameter.
    means["gap"] = -means["expectation"]
    return np.array([means[name] for name in LEVELS]).transpose(2, 0, 1)


def _slopes(columns: Columns, space: Space, found: Fitted, base: Floats) -> Floats:
    """The same by differences, one pass more for each number."""
    jacobian = np.empty((found.x.size, *base.shape))

    def move(j: int) -> None:
        moved = found.x.copy()
        moved[j] += _STEP
        jacobian[j] = (_means(columns, space.parameters(moved))[1] - base) / _STEP

    with ThreadPoolExecutor(max_workers=PASSES_AT_ONCE) as pool:
        list(pool.map(move, range(found.x.size)))
    return jacobian


def _means(columns: Columns, p: Parameters) -> tuple[Floats, Floats]:
    """Answered events of each touchpoint and (last) of all, and the means (quantities, touchpoints + 1)."""
    found = filter_events(columns, p)
    values = _values(found, p)
    rated = np.isfinite(found.row("answer"))
    many = len(p.touchpoints)
    place = columns.touchpoint[rated]
    there = np.bincount(place, minlength=many + 1).astype(np.float64)
    sums = np.array([np.bincount(place, one[rated], minlength=many + 1) for one in values])
    there[many], sums[:, many] = there.sum(), sums.sum(axis=1)
    return there, sums / np.maximum(there, 1.0)


def _values(found: Filtered, p: Parameters) -> list[Floats]:
    named: Mapping[str, Floats] = dict(zip(ANSWERED, answered(found, p), strict=True))
    return [named.get(name, found.row("perception")) for name in LEVELS]
