"""The plan of the weight on perception: one sample of customers, and everything learned from it."""

from vivencia.plans import Plan
from vivencia.weights.asymmetries import Bottleneck, Compare
from vivencia.weights.outcomes import Explain
from vivencia.weights.perception import Weigh, over_lives, sampled_steps
from vivencia.words.shapes.weights import ASYMMETRIES, BOTTLENECKS, DRIVERS, PERCEPTION_WEIGHTS

SEED = 20260101


def perception_weights_plan(*, offering: str = "mixed", anonymity: int = 5, seed: int = SEED) -> Plan:
    """Reads `moments`, `states`, `events`, `touchpoints`, `instruments`.

    Gives `perception_weights`, `drivers` (of each outcome), `asymmetries` and `bottlenecks`.
    `offering` is the company's core offering (product, service, mixed): the prior says
    that service touchpoints weigh more where the offering is a service; the data overrule it.
    `anonymity` is the smallest number of customers an estimate may stand on; `seed` draws
    the resamples.
    """
    folds = (
        over_lives(PERCEPTION_WEIGHTS, Weigh(offering, anonymity, seed)),
        over_lives(DRIVERS, Explain(anonymity, seed)),
        over_lives(ASYMMETRIES, Compare(anonymity, seed)),
        over_lives(BOTTLENECKS, Bottleneck(anonymity, seed)),
    )
    return Plan("perception_weights", (*sampled_steps(), *folds), tuple(fold.name for fold in folds))
