"""What the journeys room gives of differences: two periods, and each segment against the others."""

from vivencia.words.tables import Column, TableShape

#: What is compared: the last period with the one before, a segment with all others.
PERIOD, SEGMENT = "period", "segment"
#: Kinds of things that are compared.
TRANSITION, DROP_OFF, VARIANT, GOAL, DURATION = "transition", "drop_off", "variant", "reached", "duration"

JOURNEY_DIFFERENCES = TableShape(
    "journey_differences",
    "How ended journeys differ between two periods, or between a segment and all others.",
    (
        Column("comparison", "text", "period (the last against the one before) or segment", required=True),
        Column("group", "text", "the segment; empty for periods", required=True),
        Column("kind", "text", "transition, drop_off, variant, reached or duration", required=True),
        Column(
            "what",
            "text",
            "the touchpoints, joined by ' > '; the goal of a duration; empty for all journeys",
            required=True,
        ),
        Column("one", "float", "share in the last period or the segment; duration in seconds", required=True),
        Column("other", "float", "the same before, or in the other segments", required=True),
        Column(
            "difference",
            "float",
            "one − other; of durations one / other − 1 (geometric means)",
            required=True,
        ),
        Column("low", "float", "95 %, by customer", required=True),
        Column("high", "float", "95 %, by customer", required=True),
        Column("p", "float", "chance of such a difference if there were none, by customer", required=True),
        Column(
            "q", "float", "p adjusted for all looks of this comparison (Benjamini-Hochberg)", required=True
        ),
        Column("found", "bool", "whether q is at most 0.05", required=True),
        Column("n_one", "int", "journeys, or visits from which it could follow", required=True),
        Column("n_other", "int", "the same on the other side", required=True),
        Column("customers_one", "int", "customers", required=True),
        Column("customers_other", "int", "customers on the other side", required=True),
    ),
    key=("comparison", "group", "kind", "what"),
    order=("comparison", "group", "kind", "what"),
)
