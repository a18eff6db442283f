"""What the perceptions room gives of who answers: whether answers stand for all contacts."""

from vivencia.words.tables import Column, TableShape

RESPONSE_PARTS = TableShape(
    "response_parts",
    "Contacts and answers by touchpoint and by the perception they were come to with; parts of one key add up.",
    (
        Column("dimension", "text", "cell or all", required=True),
        Column("key", "text", "touchpoint|half points of perception before", required=True),
        Column(
            "sums",
            "list_float",
            "contacts, customers, answers, Σ answer, Σ answer², group after group of customers",
            required=True,
        ),
    ),
    order=("dimension", "key"),
)

REPRESENTATION = TableShape(
    "representation",
    "The mean answer as it is, and weighted until the answers stand for every contact; both are shown.",
    (
        Column(
            "measure",
            "text",
            "plain, raked, shift (raked − plain), deff, answered, or answered_low, answered_middle, answered_high: share answered by thirds of the perception before",
            required=True,
        ),
        Column("value", "float", "the number", required=True),
        Column("low", "float", "95 %, by customer"),
        Column("high", "float", "95 %, by customer"),
        Column("n", "int", "answers (of shares: contacts)", required=True),
        Column("customers", "int", "customers with a contact", required=True),
    ),
    key=("measure",),
    order=("measure",),
)
