"""Expectations and gaps by the rival that predicted better than the filter, by every dimension.

A rival's expectation of a customer at an answer is its level of that customer just before: what the
customer's own answers so far lead to at a usual contact. It stands in for E; the gap is the answer
minus it. Sums and intervals (customers are clusters) are those of the summaries.
"""

from typing import Any

import numpy as np
import pyarrow as pa

from vivencia.perceptions import summaries
from vivencia.perceptions.columns import Columns
from vivencia.perceptions.context import columns_around
from vivencia.perceptions.filter import Filtered, filter_events
from vivencia.perceptions.kernel import OUTPUTS
from vivencia.perceptions.parameters import Floats, Parameters
from vivencia.perceptions.replay import in_order
from vivencia.perceptions.rivals import (
    ALPHAS,
    SHRINKS,
    Asked,
    asked,
    best_option,
    explained,
    shrunken,
    smoothed,
)
from vivencia.words.shapes.checks import FALLBACK_SUMMARIES


def stand_in(
    table: Any, parameters: Parameters, parameter_table: Any, method: str, instruments: Any, around: Any
) -> Any:
    """The rows of FALLBACK_SUMMARIES by a rival; `table` holds whole customers with the plan's COLUMNS."""
    ordered = in_order(table)
    columns = columns_around(ordered, parameters, around)
    found = _told_by(filter_events(columns, parameters), columns, parameters, method)
    parts = summaries.summary_parts(
        summaries.dimension_codes(ordered), columns, found, parameters, instruments
    )
    side = {"parameters": parameter_table.slice(0, 0)}  # no errors of parameters in a rival's levels
    add = summaries.adder(2)
    made = summaries.finish(add(summaries.start(side), parts, side), side)
    return made.filter(pa.array(made["rated"].to_numpy() > 0)).select(list(FALLBACK_SUMMARIES.names))


def _told_by(found: Filtered, columns: Columns, p: Parameters, method: str) -> Filtered:
    """What the filter found, with answers and expectations as the rival sees them."""
    said = asked(columns, p)
    out = found.out.copy()
    for name in ("answer", "expectation"):
        out[OUTPUTS.index(name)] = np.nan
    out[OUTPUTS.index("answer"), said.rows] = said.y
    out[OUTPUTS.index("expectation"), said.rows] = levels_before(said, method)
    out[OUTPUTS.index("expectation_sd")] = 0.0
    return found._replace(out=out)


def levels_before(said: Asked, method: str) -> Floats:
    """A rival's level of the customer before each answer, at a usual contact."""
    y, usual = said.y, 0.0
    if method == "regression_ewma":
        facts, _ = explained(said, said)
        y, usual = said.y - facts, float(facts.mean()) if len(facts) else 0.0
    out, mean = np.empty(len(y)), float(y.mean()) if len(y) else 0.0
    if method == "last_value":
        smoothed(said.starts, y, mean, 1.0, out)
    elif method == "shrunken_mean":
        shrunken(said.starts, y, mean, best_option(shrunken, SHRINKS, said.starts, y), out)
    else:
        smoothed(said.starts, y, mean, best_option(smoothed, ALPHAS, said.starts, y), out)
    return usual + out
