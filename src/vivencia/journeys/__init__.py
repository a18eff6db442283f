"""Room 3, journeys: from events to steps, journeys and what is counted over them."""

from vivencia.journeys.episodes import episodes_plan
from vivencia.journeys.mining import GOAL_KINDS, journeys_plan
from vivencia.words.shapes.journeys import (
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
from vivencia.words.shapes.signals import EVENTS

READS = (EVENTS,)
WRITES = (STEPS, JOURNEYS, TRANSITIONS, FLOWS, VARIANTS, DROP_OFFS, GOALS, GOAL_RATES, RESOLUTIONS, HOLD_UPS)

__all__ = ["GOAL_KINDS", "READS", "WRITES", "episodes_plan", "journeys_plan"]
