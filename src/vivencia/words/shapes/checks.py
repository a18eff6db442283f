"""What checks leave behind: how well the perceptions predict, and what stands in where they do not."""

from vivencia.words.tables import Column, TableShape

PERCEPTION_CHECK = TableShape(
    "perception_check",
    "How well each method predicted answers it had not seen; written by `vivencia check perception`.",
    (
        Column(
            "split",
            "text",
            "customer (others held out) or time (the last fifth of it held out)",
            required=True,
        ),
        Column(
            "method",
            "text",
            "perception, last_value, ewma, shrunken_mean, regression_ewma or boosting",
            required=True,
        ),
        Column("n", "int", "answers predicted", required=True),
        Column("rmse", "float", "root mean squared error", "0–10", required=True),
        Column("rmse_low", "float", "95 %, by customer", "0–10"),
        Column("rmse_high", "float", "95 %, by customer", "0–10"),
        Column("ahead", "float", "mean squared error of this method minus that of perception", required=True),
        Column("ahead_low", "float", "95 %, by customer"),
        Column("ahead_high", "float", "95 %, by customer"),
        Column("log_density", "float", "mean log predictive density", required=True),
        Column("coverage", "float", "share of answers inside the 90 % interval", required=True),
        Column("pit", "list_float", "of perception: answers by tenths of the predictive distribution"),
        Column("best", "bool", "whether it had the smallest error of its split", required=True),
        Column("shown", "bool", "whether the report shows perceptions by it", required=True),
    ),
    key=("split", "method"),
    order=("split", "method"),
)

FALLBACK = TableShape(
    "perception_fallback",
    "Each customer's level by the rival that predicted better than perception; empty where none did.",
    (
        Column("customer", "text", "the person", required=True),
        Column(
            "level", "float", "the answer to be expected next, on the experience scale", "0–10", required=True
        ),
    ),
    key=("customer",),
    order=("customer",),
)

#: What is told of a group by the rival that stands in, and by the filter only, so that it is withheld then.
STOOD_IN = ("experience", "expectation", "gap", "disappointed", "delighted")
WITHHELD = ("lived", "disconfirmation", "perception")

FALLBACK_SUMMARIES = TableShape(
    "perception_fallback_summaries",
    "Expectations and gaps by the rival that predicted better than perception; empty where none did.",
    (
        Column("dimension", "text", "as in summaries", required=True),
        Column("key", "text", "value of the dimension", required=True),
        Column("rated", "int", "answers about contacts that were lived", required=True),
        Column("rated_customers", "int", "customers who gave them", required=True),
        *(
            Column(f"{name}{end}", "float", f"{meaning}{', 95 %' if end else ''}")
            for name, meaning in (
                ("experience", "mean answer"),
                ("expectation", "mean of what the rival expected before it, at a usual contact"),
                ("gap", "mean of answer − expectation"),
                ("disappointed", "share more than a point under the expectation"),
                ("delighted", "share more than a point over the expectation"),
            )
            for end in ("", "_low", "_high")
        ),
    ),
    key=("dimension", "key"),
    order=("dimension", "key"),
)
