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
