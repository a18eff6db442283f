"""Room 3, journeys: from events to steps, journeys and what is counted over them."""

from vivencia.journeys.mining import GOAL_KINDS, journeys_plan
from vivencia.words.shapes.journeys import (
    DROP_OFFS,
    FLOWS,
    GOALS,
    JOURNEYS,
    STEPS,
    TRANSITIONS,
    VARIANTS,
)
from vivencia.words.shapes.signals import EVENTS

READS = (EVENTS,)
WRITES = (STEPS, JOURNEYS, TRANSITIONS, FLOWS, VARIANTS, DROP_OFFS, GOALS)

__all__ = ["GOAL_KINDS", "READS", "WRITES", "journeys_plan"]
