"""What weighs how much, and how surely: on perception, and on progression."""

from vivencia.weights.perception import perception_weights_plan
from vivencia.words.shapes.perceptions import MOMENTS
from vivencia.words.shapes.signals import TOUCHPOINTS
from vivencia.words.shapes.weights import PERCEPTION_WEIGHTS

READS = (MOMENTS, TOUCHPOINTS)
WRITES = (PERCEPTION_WEIGHTS,)

__all__ = ["READS", "WRITES", "perception_weights_plan"]
