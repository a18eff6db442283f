"""What to do first: findings as codes and values, the pillars, moments that matter, the mirror, listening."""

from vivencia.actions.findings import findings_plan
from vivencia.actions.key_moments import key_moments_plan
from vivencia.actions.listening import listening_plan
from vivencia.actions.mirror import mirror_plan
from vivencia.actions.pillars import pillars_plan
from vivencia.words.shapes.actions import FINDINGS, KEY_MOMENTS, LISTENING, MIRROR, PILLARS
from vivencia.words.shapes.bonds import PEAK_PLACES
from vivencia.words.shapes.journeys import DROP_OFFS, JOURNEYS, TRANSITIONS
from vivencia.words.shapes.perceptions import MOMENTS, PROMISES_KEPT, SCORES, STATES, SUMMARIES
from vivencia.words.shapes.signals import INSTRUMENTS, SIGNALS, TOUCHPOINTS
from vivencia.words.shapes.weights import ASYMMETRIES, PERCEPTION_WEIGHTS, PROGRESSION_WEIGHTS, WEIGHTS

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
    DROP_OFFS,
    ASYMMETRIES,
    WEIGHTS,
    PEAK_PLACES,
)
WRITES = (LISTENING, PILLARS, KEY_MOMENTS, MIRROR, FINDINGS)

__all__ = [
    "READS",
    "WRITES",
    "findings_plan",
    "key_moments_plan",
    "listening_plan",
    "mirror_plan",
    "pillars_plan",
]
