"""What to do first: findings as codes and values, the pillars, the mirror, listening health."""

from vivencia.actions.findings import findings_plan
from vivencia.actions.listening import listening_plan
from vivencia.actions.mirror import mirror_plan
from vivencia.actions.pillars import pillars_plan
from vivencia.words.shapes.actions import FINDINGS, LISTENING, MIRROR, PILLARS
from vivencia.words.shapes.journeys import JOURNEYS, TRANSITIONS
from vivencia.words.shapes.perceptions import MOMENTS, PROMISES_KEPT, SCORES, STATES, SUMMARIES
from vivencia.words.shapes.signals import INSTRUMENTS, SIGNALS, TOUCHPOINTS
from vivencia.words.shapes.weights import PERCEPTION_WEIGHTS, PROGRESSION_WEIGHTS

READS = (
    SIGNALS,
    TOUCHPOINTS,
    INSTRUMENTS,
    MOMENTS,
    STATES,
    SUMMARIES,
    SCORES,
    PROMISES_KEPT,
    JOURNEYS,
    TRANSITIONS,
    PERCEPTION_WEIGHTS,
    PROGRESSION_WEIGHTS,
)
WRITES = (LISTENING, PILLARS, MIRROR, FINDINGS)

__all__ = ["READS", "WRITES", "findings_plan", "listening_plan", "mirror_plan", "pillars_plan"]
