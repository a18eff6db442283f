"""What weighs how much, and how surely: on perception, and on progression."""

from vivencia.weights.chains import chains_plan
from vivencia.weights.kano import kano_plan
from vivencia.weights.overview import weights_plan
from vivencia.weights.plan import perception_weights_plan
from vivencia.weights.progression import progression_plan
from vivencia.weights.progression_hazard import progression_hazard_plan
from vivencia.words.shapes.journeys import JOURNEYS, STEPS, TRANSITIONS
from vivencia.words.shapes.perceptions import MOMENTS, STATES, SUMMARIES
from vivencia.words.shapes.signals import EVENTS, INSTRUMENTS, TOUCHPOINTS
from vivencia.words.shapes.weights import (
    ASYMMETRIES,
    BOTTLENECKS,
    CHAIN_ENDS,
    CHAIN_WEIGHTS,
    DRIVERS,
    KANO,
    PERCEPTION_WEIGHTS,
    PROGRESSION_HAZARDS,
    PROGRESSION_WEIGHTS,
    STAGE_STRENGTHS,
    WEIGHTS,
)

READS = (EVENTS, MOMENTS, STATES, SUMMARIES, TOUCHPOINTS, INSTRUMENTS, STEPS, JOURNEYS, TRANSITIONS)
WRITES = (
    PERCEPTION_WEIGHTS,
    DRIVERS,
    ASYMMETRIES,
    BOTTLENECKS,
    PROGRESSION_WEIGHTS,
    PROGRESSION_HAZARDS,
    CHAIN_WEIGHTS,
    CHAIN_ENDS,
    WEIGHTS,
    STAGE_STRENGTHS,
    KANO,
)

__all__ = [
    "READS",
    "WRITES",
    "chains_plan",
    "kano_plan",
    "perception_weights_plan",
    "progression_hazard_plan",
    "progression_plan",
    "weights_plan",
]
