"""Room 3, journeys: from events to steps, journeys and what is counted over them."""

from vivencia.journeys.designs import conformance_plan
from vivencia.journeys.differences import differences_plan
from vivencia.journeys.effort import effort_plan
from vivencia.journeys.episodes import episodes_plan
from vivencia.journeys.logs import MinedLog, mine_log
from vivencia.journeys.mining import GOAL_KINDS, journeys_plan
from vivencia.words.shapes.comparisons import JOURNEY_DIFFERENCES
from vivencia.words.shapes.effort import EFFORT_CALIBRATION, EFFORT_LEVELS, EFFORT_MODEL, EFFORTS
from vivencia.words.shapes.journeys import (
    CONFORMANCE,
    DESIGNED_FELT,
    DESIGNED_STEPS,
    DESIGNED_WAYS,
    DROP_OFFS,
    FLOWS,
    GOAL_RATES,
    GOALS,
    HOLD_UPS,
    JOURNEYS,
    RESOLUTIONS,
    STEPS,
    TRANSITIONS,
    VARIANTS,
)
from vivencia.words.shapes.perceptions import MOMENTS
from vivencia.words.shapes.signals import DESIGNS, EVENTS, INSTRUMENTS

READS = (EVENTS, DESIGNS, INSTRUMENTS, MOMENTS)
WRITES = (
    STEPS,
    JOURNEYS,
    TRANSITIONS,
    FLOWS,
    VARIANTS,
    DROP_OFFS,
    GOALS,
    GOAL_RATES,
    RESOLUTIONS,
    HOLD_UPS,
    CONFORMANCE,
    DESIGNED_WAYS,
    DESIGNED_STEPS,
    DESIGNED_FELT,
    EFFORTS,
    EFFORT_MODEL,
    EFFORT_LEVELS,
    EFFORT_CALIBRATION,
    JOURNEY_DIFFERENCES,
)

__all__ = [
    "GOAL_KINDS",
    "READS",
    "WRITES",
    "MinedLog",
    "conformance_plan",
    "differences_plan",
    "effort_plan",
    "episodes_plan",
    "journeys_plan",
    "mine_log",
]
