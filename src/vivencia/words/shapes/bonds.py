"""What the perceptions room gives of the bond, and of what customers do after standing where they stand."""

from vivencia.words.tables import Column, TableShape

#: What is looked at after a moment: what customers say, what they do, and what they tell others.
OUTCOMES = ("satisfaction", "repeat", "stay", "advocacy")
#: The row of `loyalty` that says how much of an old peak answers about the relationship still hold.
RECALL = "recall"
#: Days in which an outcome is looked for.
DAYS = 90

HORIZON = TableShape(
    "horizon",
    "The time of the newest event: what lies less than an outcome's days before it is not yet known.",
    (Column("at", "time", "newest event", "UTC"),),
)

BOND_STATES = TableShape(
    "bond_states",
    "Each customer's slow part and the strongest move of their life.",
    (
        Column("customer", "text", "the person", required=True),
        Column("segment", "text", "segment at the last event"),
        Column("expectation", "float", "mean of E after the last event", "0–10", required=True),
        Column("expectation_sd", "float", "its standard deviation", "0–10", required=True),
        Column("residual", "float", "mean of D after the last event", "0–10", required=True),
        Column(
            "peak",
            "float",
            "what the event that moved them most did to D when it happened; 0 without one",
            "0–10",
            required=True,
        ),
        Column("peak_at", "time", "when that was", "UTC"),
        Column("peak_touchpoint", "text", "where that was"),
    ),
    key=("customer",),
    order=("customer",),
)

PEAK_PARTS = TableShape(
    "peak_parts",
    "Strongest moments by touchpoint in one batch of whole customers; peak_places adds them up.",
    (
        Column("touchpoint", "text", "catalogue key", required=True),
        Column("peaks", "float", "customers moved most here", required=True),
        Column("good", "float", "of them, those moved for the better", required=True),
        Column("expected", "float", "Σ of each customer's chance of it, by contacts alone", required=True),
        Column("spread", "float", "Σ of chance × (1 − chance)", required=True),
        Column("customers", "float", "customers who had a chance of it", required=True),
    ),
)

PEAK_PLACES = TableShape(
    "peak_places",
    "Where customers were moved most, beside how many would have been by the number of contacts alone.",
    (
        Column("touchpoint", "text", "catalogue key", required=True),
        Column("peaks", "float", "customers moved most here", required=True),
        Column("good", "float", "of them, those moved for the better", required=True),
        Column(
            "expected",
            "float",
            "how many they would be if each of a customer's contacts of the same kind (direct or not, answered or not) had the same chance",
            required=True,
        ),
        Column("spread", "float", "variance of that number, customers being independent", required=True),
        Column("customers", "float", "customers who had a chance of it", required=True),
    ),
    key=("touchpoint",),
    order=("touchpoint",),
)

LOYALTY_PARTS = TableShape(
    "loyalty_parts",
    "Sums from which loyalty is made, in groups of customers; parts of one key add up.",
    (
        Column("dimension", "text", "outcome or recall", required=True),
        Column("key", "text", "the outcome", required=True),
        Column(
            "sums",
            "list_float",
            "moments, customers, and the sums of products of 1, P, contacts and outcome, group after group of customers",
            required=True,
        ),
    ),
    order=("dimension", "key"),
)

LOYALTY = TableShape(
    "loyalty",
    "Each outcome by itself, and how much of it goes with one point of perception; never mixed into one index.",
    (
        Column(
            "outcome",
            "text",
            "satisfaction (next answer about the relationship, 0–10), repeat (another purchase), stay (no goodbye), advocacy (recommended us), or recall",
            required=True,
        ),
        Column("mean", "float", "mean answer, or share, in the days after a moment"),
        Column("mean_low", "float", "95 %, by customer"),
        Column("mean_high", "float", "95 %, by customer"),
        Column(
            "slope",
            "float",
            "change of the outcome with one more point of perception, contacts being equal; of recall: points of answer with one point of the old peak",
        ),
        Column("low", "float", "95 %, by customer"),
        Column("high", "float", "95 %, by customer"),
        Column("days", "int", "days in which the outcome was looked for", required=True),
        Column("n", "int", "moments (customer and month), or answers", required=True),
        Column("customers", "int", "customers", required=True),
    ),
    key=("outcome",),
    order=("outcome",),
)

BONDS = TableShape(
    "bonds",
    "What remains of each customer's relationship when recent events have faded.",
    (
        Column("customer", "text", "the person", required=True),
        Column("segment", "text", "segment at the last event"),
        Column(
            "bond",
            "float",
            "expectation, and where recall is proven its share of the peak",
            "0–10",
            required=True,
        ),
        Column("bond_sd", "float", "standard deviation of the expectation", "0–10", required=True),
        Column("passing", "float", "what will fade: mean of D after the last event", "0–10", required=True),
        Column(
            "peak",
            "float",
            "what the event that moved them most did when it happened; 0 without one",
            "0–10",
            required=True,
        ),
        Column("peak_at", "time", "when that was", "UTC"),
        Column("peak_touchpoint", "text", "where that was"),
    ),
    key=("customer",),
    order=("customer",),
)
