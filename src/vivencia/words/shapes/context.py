"""What stands around the customers: one table that a company keeps by hand, or has written, as context.csv."""

from vivencia.words.tables import Column, TableShape

#: What a row may be limited to; a row that names several holds where all of them hold.
CONTEXT_KEYS = ("customer", "segment", "touchpoint", "place")

CONTEXT = TableShape(
    "context",
    "Dated covariates: the market, what competitors do, what is known of a customer; long form of context.csv.",
    (
        Column("name", "text", "the covariate", required=True),
        Column("at", "time", "it holds from then until the next row of the same keys", "UTC", required=True),
        Column("customer", "text", "of this customer only; null for all"),
        Column("segment", "text", "of this segment only; null for all"),
        Column("touchpoint", "text", "at this touchpoint only; null for all"),
        Column("place", "text", "in this place only; null for all"),
        Column("value", "float", "the value", required=True),
    ),
    key=("name", "at", *CONTEXT_KEYS),
    order=("name", "at", *CONTEXT_KEYS),
)
