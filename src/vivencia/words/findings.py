"""Finding codes. A finding is a code and values, never a ready sentence."""

from enum import StrEnum


class FindingCode(StrEnum):
    """What was found."""

    GAP = "gap"  # lived under what was expected
    STRENGTH = "strength"  # lived over what was expected
    PROMISE_BROKEN = "promise-broken"
    EFFORT = "effort"  # customers say, or repeats show, that it is hard
    WEAK_LINK = "weak-link"  # the stage that drags the whole down
    DROP_OFF = "drop-off"  # journeys end here without the goal
    DELIVERY_GAP = "delivery-gap"  # the company believes better of itself than customers do
    FALLING = "falling"  # worse than in the months before
    NOT_HEARD = "not-heard"  # many contacts, few answers
    UNCATALOGUED = "uncatalogued"  # signals at a touchpoint the catalogue lacks


class Certainty(StrEnum):
    """How surely: the interval excludes zero by a margin, just, or not."""

    SURE = "sure"
    LIKELY = "likely"
    HINT = "hint"
