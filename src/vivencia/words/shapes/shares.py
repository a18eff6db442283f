"""What the perceptions room gives of answers taken apart: how much facts, person and feeling explain."""

from vivencia.words.tables import Column, TableShape

#: What an answer is made of, in order.
PARTS = ("facts", "place", "style", "moment", "feeling", "chance")
SHARE_DIMENSIONS = ("all", "touchpoint", "segment")

SHARE_PARTS = TableShape(
    "share_parts",
    "Sums from which experience_shares are made, in groups of customers; parts of one key add up.",
    (
        Column("dimension", "text", "all, touchpoint or segment", required=True),
        Column("key", "text", "value of the dimension", required=True),
        Column(
            "sums",
            "list_float",
            "answers, customers, Σ y, Σ y², Σ of each part, Σ of each part times y, group after group of customers",
            required=True,
        ),
    ),
    order=("dimension", "key"),
)

SHARES = TableShape(
    "experience_shares",
    "How much of the differences between answers each part explains; the parts of a key add up to one.",
    (
        Column("dimension", "text", "all, touchpoint or segment", required=True),
        Column("key", "text", "value of the dimension", required=True),
        Column(
            "part",
            "text",
            "facts (objective measures), place (which touchpoint), style (how the person rates), moment (what the person lived beyond the facts), feeling (halo of the standing perception), chance",
            required=True,
        ),
        Column(
            "share",
            "float",
            "covariance of the part with the answer over the answer's variance",
            required=True,
        ),
        Column("low", "float", "95 %, by customer"),
        Column("high", "float", "95 %, by customer"),
        Column("n", "int", "answers", required=True),
        Column("customers", "int", "customers who gave them", required=True),
    ),
    key=("dimension", "key", "part"),
    order=("dimension", "key", "part"),
)
