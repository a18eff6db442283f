"""The signal: the one form in which everything comes in."""

from typing import Literal, get_args

Kind = Literal[
    "interaction", "purchase", "survey", "review", "mention", "ticket",
    "call", "exposure", "referral", "goal", "churn", "belief",
]  # fmt: skip
KINDS: tuple[str, ...] = get_args(Kind)

#: A customer key that starts so is a device or a session, not yet a known person.
ANONYMOUS_PREFIX = "anon:"

#: Keys of `properties` that the analyses read.
SEGMENT_PROPERTY = "segment"
ROLE_PROPERTY = "role"
COUNTRY_PROPERTY = "country"
VALENCE_PROPERTY = "valence"
OUTCOME_PROPERTY = "outcome"

#: A signal further ahead of the clock than this is a fault.
FUTURE_TOLERANCE_HOURS = 24

#: In front of a property's key: known only after the outcome, so it may never explain it.
AFTER_OUTCOME_PREFIX = "after_outcome:"

#: A measure whose name ends so is a length of time.
DURATION_SUFFIXES = ("_ms", "_s", "_min", "_h", "_days")

#: Words in a measure's name that allow it below zero: early is a negative delay.
SIGNED_WORDS = ("delay", "change", "difference", "balance")


def may_be_negative(measure: str) -> bool:
    """Whether a measure of that name may lie below zero.

    A length of time may not (nobody waits for −3 seconds), unless its name says that it
    is a distance from a plan.

    >>> may_be_negative("wait_s"), may_be_negative("delay_days"), may_be_negative("refund")
    (False, True, True)
    """
    signed = any(word in measure.split("_") for word in SIGNED_WORDS)
    return signed or not measure.endswith(DURATION_SUFFIXES)
