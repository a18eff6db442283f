"""What the perceptions room gives: moments, states, summaries, scores, promises."""

from vivencia.words.tables import Column, TableShape

MOMENTS = TableShape(
    "moments",
    "The filter at each event: what was expected, what was lived, what it did to the perception.",
    (
        Column("customer", "text", "the person", required=True),
        Column("at", "time", "when it happened", "UTC", required=True),
        Column("source", "text", "which connector or system", required=True),
        Column("id", "text", "unique within the source", required=True),
        Column("role", "text", "direct, indirect or survey: how the filter treated it", required=True),
        Column("rated", "bool", "whether the customer answered on the experience scale", required=True),
        Column("expectation", "float", "E just before", "0–10", required=True),
        Column("expectation_sd", "float", "its standard deviation", "0–10", required=True),
        Column("experience", "float", "posterior mean of q; null where nothing was lived", "0–10"),
        Column("experience_sd", "float", "its standard deviation", "0–10"),
        Column("disconfirmation", "float", "posterior mean of d = q − standard", "0–10"),
        Column("disconfirmation_sd", "float", "its standard deviation", "0–10"),
        Column("perception", "float", "P = E + D just after", "0–10", required=True),
        Column("perception_sd", "float", "its standard deviation", "0–10", required=True),
        Column("jump", "float", "k·c0, what the event added to D; null where nothing moved", "0–10"),
        Column("log_density", "float", "log predictive density of the answers; null without one"),
    ),
    key=("source", "id"),
    order=("customer", "at", "source", "id"),
)

STATES = TableShape(
    "states",
    "Each customer's perception after the last event: the nine numbers, the time and the count.",
    (
        Column("customer", "text", "the person", required=True),
        Column("at", "time", "last event", "UTC", required=True),
        Column("n", "int", "direct events so far", required=True),
        Column("style", "float", "mean of b, the level of this customer's ratings", "0–10", required=True),
        Column("expectation", "float", "mean of E", "0–10", required=True),
        Column("residual", "float", "mean of D", "0–10", required=True),
        Column("var_style", "float", "variance of b", required=True),
        Column("var_expectation", "float", "variance of E", required=True),
        Column("var_residual", "float", "variance of D", required=True),
        Column("cov_style_expectation", "float", "covariance of b and E", required=True),
        Column("cov_style_residual", "float", "covariance of b and D", required=True),
        Column("cov_expectation_residual", "float", "covariance of E and D", required=True),
        Column("account", "text", "account at the last event"),
        Column("segment", "text", "segment at the last event"),
        Column("role", "text", "role at the last event"),
    ),
    key=("customer",),
    order=("customer",),
)

#: The dimensions summaries are made by; `all` has one key, "".
DIMENSIONS = (
    "all",
    "touchpoint",
    "stage",
    "place",
    "channel",
    "department",
    "segment",
    "month",
    "touchpoint_month",
)

SUMMARIES = TableShape(
    "summaries",
    "Expected, lived and the gap by dimension, with 95 % intervals clustered by customer.",
    (
        Column("dimension", "text", "one of DIMENSIONS", required=True),
        Column(
            "key", "text", "value of the dimension; touchpoint_month is 'touchpoint|2026-03'", required=True
        ),
        Column("signals", "int", "events", required=True),
        Column("customers", "int", "customers", required=True),
        Column("rated", "int", "events with an answer on the experience scale", required=True),
        Column("rated_customers", "int", "customers with such an answer", required=True),
        Column("experience", "float", "mean answer", "0–10"),
        Column("experience_low", "float", "95 %", "0–10"),
        Column("experience_high", "float", "95 %", "0–10"),
        Column("expectation", "float", "mean expectation before those rated events", "0–10"),
        Column("expectation_low", "float", "95 %", "0–10"),
        Column("expectation_high", "float", "95 %", "0–10"),
        Column("gap", "float", "mean of experience − expectation", "0–10"),
        Column("gap_low", "float", "95 %", "0–10"),
        Column("gap_high", "float", "95 %", "0–10"),
        Column("disappointed", "float", "share of rated events lived clearly under the expectation"),
        Column("disappointed_low", "float", "95 %"),
        Column("disappointed_high", "float", "95 %"),
        Column("delighted", "float", "share of rated events lived clearly over the expectation"),
        Column("delighted_low", "float", "95 %"),
        Column("delighted_high", "float", "95 %"),
        Column("stated", "int", "events with a stated expectation", required=True),
        Column("stated_expectation", "float", "mean stated expectation", "0–10"),
        Column("stated_low", "float", "95 %", "0–10"),
        Column("stated_high", "float", "95 %", "0–10"),
        Column("perception", "float", "mean perception after those events", "0–10"),
        Column("perception_low", "float", "95 %", "0–10"),
        Column("perception_high", "float", "95 %", "0–10"),
    ),
    key=("dimension", "key"),
    order=("dimension", "key"),
)

SCORES = TableShape(
    "scores",
    "Each instrument as asked, on its own scale: NPS, mean, share of good answers.",
    (
        Column("dimension", "text", "all, touchpoint, stage or month", required=True),
        Column("key", "text", "value of the dimension", required=True),
        Column("instrument", "text", "instrument key", required=True),
        Column("statistic", "text", "nps, mean or top_two", required=True),
        Column("value", "float", "the statistic; NPS as −1…1", required=True),
        Column("low", "float", "95 %", required=True),
        Column("high", "float", "95 %", required=True),
        Column("n", "int", "answers", required=True),
        Column("customers", "int", "customers who answered", required=True),
    ),
    key=("dimension", "key", "instrument", "statistic"),
    order=("dimension", "key", "instrument", "statistic"),
)

PROMISES_KEPT = TableShape(
    "promises_kept",
    "Objective measures against what was promised.",
    (
        Column("touchpoint", "text", "catalogue key", required=True),
        Column("measure", "text", "name of the measure", required=True),
        Column("operator", "text", "of the promise; null for a measure nobody promised"),
        Column("threshold", "float", "of the promise"),
        Column("n", "int", "events with the measure", required=True),
        Column("customers", "int", "customers", required=True),
        Column("mean", "float", "mean of the measure", required=True),
        Column("median", "float", "median of the measure", required=True),
        Column("p90", "float", "90th percentile", required=True),
        Column("kept", "float", "share of events that kept the promise"),
        Column("kept_low", "float", "95 %, clustered by customer"),
        Column("kept_high", "float", "95 %, clustered by customer"),
        Column("experience_kept", "float", "mean answer where kept", "0–10"),
        Column("experience_broken", "float", "mean answer where broken", "0–10"),
        Column("rated_kept", "int", "answers where kept"),
        Column("rated_broken", "int", "answers where broken"),
    ),
    key=("touchpoint", "measure"),
    order=("touchpoint", "measure"),
)
