"""Floor 3, room 4: expectation, experience, disconfirmation and perception of every customer."""

from vivencia.perceptions.fit import Fitted, fit
from vivencia.perceptions.parameters import Parameters, defaults
from vivencia.perceptions.plan import READS, WRITES, parameters_plan, perceptions_plan
from vivencia.perceptions.replay import replay

__all__ = [
    "READS",
    "WRITES",
    "Fitted",
    "Parameters",
    "defaults",
    "fit",
    "parameters_plan",
    "perceptions_plan",
    "replay",
]
