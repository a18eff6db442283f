"""Small tables in the declared shapes, from the few columns a test cares about."""

from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from vivencia.signals.arrow import table_of
from vivencia.words.instruments import BUILT_IN
from vivencia.words.shapes.actions import LISTENING, MIRROR
from vivencia.words.shapes.bonds import PEAK_PLACES
from vivencia.words.shapes.effort import EFFORT_LEVELS
from vivencia.words.shapes.journeys import DROP_OFFS, JOURNEYS, TRANSITIONS
from vivencia.words.shapes.perceptions import MOMENTS, PROMISES_KEPT, SCORES, STATES, SUMMARIES
from vivencia.words.shapes.signals import INSTRUMENTS, SIGNALS, TOUCHPOINTS
from vivencia.words.shapes.weights import ASYMMETRIES, PERCEPTION_WEIGHTS, PROGRESSION_WEIGHTS, WEIGHTS

DAY = datetime(2026, 3, 1, tzinfo=UTC)
SHAPES = {
    shape.name: shape
    for shape in (
        LISTENING,
        MIRROR,
        EFFORT_LEVELS,
        JOURNEYS,
        TRANSITIONS,
        MOMENTS,
        PROMISES_KEPT,
        SCORES,
        STATES,
        SUMMARIES,
        INSTRUMENTS,
        SIGNALS,
        TOUCHPOINTS,
        PERCEPTION_WEIGHTS,
        PROGRESSION_WEIGHTS,
        ASYMMETRIES,
        WEIGHTS,
        DROP_OFFS,
        PEAK_PLACES,
    )
}


def table(name: str, *rows: dict[str, Any]) -> pa.Table:
    """A table of that name; columns a row lacks are null."""
    return table_of(SHAPES[name], list(rows))


def around(name: str, value: float, half: float) -> dict[str, float]:
    """An estimate's three columns."""
    return {name: value, f"{name}_low": value - half, f"{name}_high": value + half}


def touchpoint(key: str, stage: str = "use", **more: Any) -> dict[str, Any]:
    return {
        "touchpoint": key,
        "stage": stage,
        "stage_order": 0,
        "contact": "direct",
        "catalogued": True,
        **more,
    }


def summary(
    dimension: str, key: str, *, rated: int = 400, customers: int = 300, **estimates: float
) -> dict[str, Any]:
    """A row of summaries: `gap=-0.5, gap_half=0.1` gives the estimate and its interval."""
    row: dict[str, Any] = {
        "dimension": dimension,
        "key": key,
        "signals": rated,
        "customers": customers,
        "rated": rated,
        "rated_customers": min(rated, customers),
        "stated": 0,
    }
    for name, value in estimates.items():
        if not name.endswith("_half"):
            row |= around(name, value, estimates.get(f"{name}_half", 0.1))
    return row


def score(
    dimension: str, key: str, instrument: str, value: float, half: float, n: int = 200
) -> dict[str, Any]:
    return {
        "dimension": dimension,
        "key": key,
        "instrument": instrument,
        "statistic": "mean",
        "value": value,
        "low": value - half,
        "high": value + half,
        "n": n,
        "customers": n,
    }


def instruments(*keys: str) -> pa.Table:
    """The named built-in instruments."""
    return table(
        "instruments",
        *(
            {
                "instrument": one.key,
                "family": one.family,
                "target": one.target,
                "low": one.low,
                "high": one.high,
                "slope": one.slope,
                "intercept": one.intercept,
                "noise": one.noise,
            }
            for one in (BUILT_IN[key] for key in keys)
        ),
    )
