"""What the perceptions room gives of countries: their means as they are, and on one use of the scale."""

from vivencia.words.tables import Column, TableShape

COUNTRY_PARTS = TableShape(
    "country_parts",
    "Sums of answers and of anchor answers by country, in groups of customers; parts of one key add up.",
    (
        Column("dimension", "text", "answers or anchors", required=True),
        Column("key", "text", "country", required=True),
        Column(
            "sums",
            "list_float",
            "answers, customers, Σ y, Σ y², group after group of customers",
            required=True,
        ),
    ),
    order=("dimension", "key"),
)

COUNTRIES = TableShape(
    "countries",
    "Mean answers by country; where anchors were asked also on the reference country's use of the scale.",
    (
        Column("country", "text", "country of the customer", required=True),
        Column("mean", "float", "mean answer about contacts", "0–10", required=True),
        Column("low", "float", "95 %, by customer", "0–10"),
        Column("high", "float", "95 %, by customer", "0–10"),
        Column("n", "int", "answers", required=True),
        Column("customers", "int", "customers who gave them", required=True),
        Column("anchors", "int", "anchor answers", required=True),
        Column(
            "reference",
            "bool",
            "whether the others are put on this country's use of the scale",
            required=True,
        ),
        Column(
            "corrected", "float", "mean on the reference's use of the scale; null without anchors", "0–10"
        ),
        Column("corrected_low", "float", "95 %", "0–10"),
        Column("corrected_high", "float", "95 %", "0–10"),
    ),
    key=("country",),
    order=("country",),
)
