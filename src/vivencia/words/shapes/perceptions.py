"""What the perceptions room gives: parameters, moments, states, summaries, scores, promises."""

from vivencia.words.tables import Column, TableShape

MOMENTS = TableShape(
    "moments",
    "The filter at each event: what was expected, what was lived, what it did to the perception.",
    (
        Column("customer", "text", "the person", required=True),
        Column("at", "time", "when it happened", "UTC", required=True),
        Column("source", "text", "which connector or system", required=True),
        Column("id", "text", "unique within the source", required=True),
        Column("touchpoint", "text", "catalogue key", required=True),
        Column("role", "text", "direct, indirect or survey: how the filter treated it", required=True),
        Column("rated", "bool", "whether the customer answered on the experience scale", required=True),
        Column("answer", "float", "mean of the answers about this contact; null without one", "0–10"),
        Column("overall", "float", "mean of the relationship answers; null without one", "0–10"),
        Column("expectation", "float", "E just before", "0–10", required=True),
        Column("expectation_sd", "float", "its standard deviation", "0–10", required=True),
        Column("experience", "float", "posterior mean of q; null where nothing was lived", "0–10"),
        Column("experience_sd", "float", "its standard deviation", "0–10"),
        Column("disconfirmation", "float", "posterior mean of d = q − standard", "0–10"),
        Column("disconfirmation_sd", "float", "its standard deviation", "0–10"),
        Column("perception", "float", "P = E + D just after", "0–10", required=True),
        Column("perception_sd", "float", "its standard deviation", "0–10", required=True),
        Column("jump", "float", "k·c0, what the event added to D; null where nothing moved", "0–10"),
        Column("inferred", "float", "what the answers of the event changed in D", "0–10", required=True),
        Column("surprise", "float", "(answer − predicted) / its sd, of the first answer; null without one"),
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
        Column("n", "int", "episodes so far: contacts close together count once", required=True),
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

#: Where a zone of tolerance comes from: both of its ends as asked, stated expectations, or the filter's.
ENDS_ASKED, ASKED, DERIVED = "ends_asked", "asked", "derived"

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


def _end(name: str, means: str) -> tuple[Column, ...]:
    return (
        Column(f"{name}_n", "int", f"events with an answer about {means}", required=True),
        Column(f"{name}_customers", "int", "customers with such an answer", required=True),
        Column(name, "float", f"mean of {means}, as asked", "0–10"),
        Column(f"{name}_low", "float", "95 %, clustered by customer", "0–10"),
        Column(f"{name}_high", "float", "95 %, clustered by customer", "0–10"),
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
        Column("zone", "text", "ends_asked, asked or derived: where the zone of tolerance comes from"),
        Column(
            "zone_low",
            "float",
            "answers from here on are tolerated: the adequate level as asked, else E − 1 sd",
            "0–10",
        ),
        Column(
            "zone_high",
            "float",
            "answers up to here are what was hoped for: the desired level as asked, else E + 1 sd",
            "0–10",
        ),
        *_end("adequate", "the least that would do"),
        *_end("desired", "what it should be"),
        Column("gap", "float", "mean of answer − expectation", "0–10"),
        Column("gap_low", "float", "95 %", "0–10"),
        Column("gap_high", "float", "95 %", "0–10"),
        Column("lived", "float", "mean experience q: the answers without the halo of the perception", "0–10"),
        Column("lived_low", "float", "95 %", "0–10"),
        Column("lived_high", "float", "95 %", "0–10"),
        Column(
            "disconfirmation",
            "float",
            "mean of lived − standard, where the standard is E + γ′z + ξ(θ − θ̄) + πp",
            "0–10",
        ),
        Column("disconfirmation_low", "float", "95 %", "0–10"),
        Column("disconfirmation_high", "float", "95 %", "0–10"),
        Column("disappointed", "float", "share of rated events more than a point under the expectation"),
        Column("disappointed_low", "float", "95 %"),
        Column("disappointed_high", "float", "95 %"),
        Column("delighted", "float", "share of rated events more than a point over the expectation"),
        Column("delighted_low", "float", "95 %"),
        Column("delighted_high", "float", "95 %"),
        Column("stated", "int", "events with a stated expectation", required=True),
        Column("stated_expectation", "float", "mean stated expectation", "0–10"),
        Column("stated_low", "float", "95 %", "0–10"),
        Column("stated_high", "float", "95 %", "0–10"),
        Column("perception", "float", "mean perception after every event here", "0–10"),
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

#: What `summary_parts` sums over answered events, over stated expectations and over every event.
ANSWERED = ("experience", "expectation", "gap", "lived", "disconfirmation", "disappointed", "delighted")


def _sums(name: str) -> tuple[Column, ...]:
    return (
        Column(f"{name}_sum", "float", f"Σ of {name}", required=True),
        Column(
            f"{name}_square", "float", f"Σ over customers of (the customer's Σ of {name})²", required=True
        ),
        Column(f"{name}_cross", "float", "Σ over customers of that Σ × the customer's events", required=True),
    )


def _counts(name: str, of: str) -> tuple[Column, ...]:
    return (
        Column(f"{name}", "float", of, required=True),
        Column(f"{name}_customers", "float", f"customers with {of}", required=True),
        Column(f"{name}_square", "float", f"Σ over customers of ({of})²", required=True),
    )


SUMMARY_PARTS = TableShape(
    "summary_parts",
    "Sums from which summaries are made; parts of one key add up.",
    (
        Column("dimension", "text", "one of DIMENSIONS", required=True),
        Column("key", "text", "value of the dimension", required=True),
        *_counts("signals", "events"),
        *_counts("rated", "answered events"),
        *_counts("stated", "stated expectations"),
        *_counts("adequate", "answers about what would just do"),
        *_counts("desired", "answers about what it should be"),
        *(column for name in ANSWERED for column in _sums(name)),
        *_sums("expectation_doubt"),
        *_sums("expectation_second"),
        *_sums("stated_expectation"),
        *_sums("stated_second"),
        *_sums("adequate_level"),
        *_sums("desired_level"),
        *_sums("perception"),
        *_sums("perception_doubt"),
    ),
    order=("dimension", "key"),
)

SCORE_PARTS = TableShape(
    "score_parts",
    "Sums from which scores are made; parts of one key add up.",
    (
        Column("dimension", "text", "all, touchpoint, stage or month", required=True),
        Column("key", "text", "value of the dimension", required=True),
        Column("instrument", "text", "instrument key", required=True),
        *_counts("answers", "answers"),
        Column("promoters", "float", "answers 9 and 10 of an NPS", required=True),
        Column("detractors", "float", "answers 0 to 6 of an NPS", required=True),
        *_sums("raw"),
        *_sums("nps"),
        *_sums("top_two"),
    ),
    order=("dimension", "key", "instrument"),
)

#: Where a parameter comes from.
DEFAULT, FROM_DATA, FITTED = "default", "data", "fitted"

#: Rows of `parameters` that are no parameter: the standard error of the level of a touchpoint's means
#: that the errors of the parameters cause, for all customers alike; `item` is one of LEVELS.
LEVEL_SE = "level_se"
LEVELS = ("expectation", "gap", "lived", "disconfirmation", "perception")
#: Two more such rows: the day of the newest event that was fitted (days since 1970, UTC; only where
#: parameters were fitted), and how many customers had answered often enough to be fitted.
FITTED_UNTIL, ANSWERING = "fitted_until", "answering_customers"
#: Every name in `parameters` that is none of the filter's.
BESIDE = (LEVEL_SE, FITTED_UNTIL, ANSWERING)

PARAMETERS = TableShape(
    "parameters",
    "What the perception filter was run with, and where each number comes from.",
    (
        Column("name", "text", "letter of the parameter, see docs/why/perception.md", required=True),
        Column(
            "touchpoint",
            "text",
            "touchpoint it belongs to; the empty text where it is of the company",
            required=True,
        ),
        Column(
            "item", "text", "measure, instrument or context column it belongs to; else empty", required=True
        ),
        Column("value", "float", "the number in use", required=True),
        Column("se", "float", "its standard error, where it was estimated"),
        Column("robust_se", "float", "sandwich standard error, where it was estimated"),
        Column("n", "int", "answers it stands on", required=True),
        Column("origin", "text", "default, data or fitted", required=True),
    ),
    key=("name", "touchpoint", "item"),
    order=("name", "touchpoint", "item"),
)

SEGMENT_PARAMETERS = TableShape(
    "segment_parameters",
    "How customers of each segment react, remember and expect, beside the company; the filter keeps the pooled "
    "numbers.",
    (
        Column(
            "segment", "text", "segment of the last event, of 100 fitted customers or more", required=True
        ),
        Column("name", "text", "letter of the parameter, see docs/why/perception.md", required=True),
        Column(
            "touchpoint",
            "text",
            "touchpoint it belongs to; the empty text where it is of the company",
            required=True,
        ),
        Column("item", "text", "context column it belongs to; else empty", required=True),
        Column(
            "value", "float", "the segment's number; the pooled one where it does not differ", required=True
        ),
        Column("se", "float", "its standard error, that of the pooled number in it", required=True),
        Column("low", "float", "95 %", required=True),
        Column("high", "float", "95 %", required=True),
        Column("pooled", "float", "the company's number, with which the filter was run", required=True),
        Column(
            "differs",
            "bool",
            "whether the number differs between the segments beyond chance (Cochran's Q, Holm over all numbers, 5 %)",
            required=True,
        ),
        Column("customers", "int", "customers of the segment in the fit", required=True),
    ),
    key=("segment", "name", "touchpoint", "item"),
    order=("segment", "name", "touchpoint", "item"),
)

DRIFT_PARTS = TableShape(
    "drift_parts",
    "Surprises of each week in one batch of whole customers; drift adds them up.",
    (
        Column("week", "time", "Monday, midnight", "UTC", required=True),
        Column("answers", "float", "answers that were predicted", required=True),
        Column("unseen", "float", "of them, those that came after the last fit", required=True),
        Column("surprise_sum", "float", "Σ of their surprise", required=True),
        Column("surprise_square", "float", "Σ of its square", required=True),
    ),
    order=("week",),
)

DRIFT = TableShape(
    "drift",
    "Whether the parameters still hold: surprises of the filter by week, on two control charts.",
    (
        Column("week", "time", "Monday, midnight", "UTC", required=True),
        Column("answers", "int", "answers that were predicted", required=True),
        Column("unseen", "int", "of them, those that came after the last fit", required=True),
        Column("mean", "float", "mean surprise, in standard deviations; 0 while the parameters hold"),
        Column("spread", "float", "root mean square surprise; 1 while the parameters hold"),
        Column("ewma", "float", "moving mean of the weeks' scaled mean", required=True),
        Column("limit", "float", "the moving mean alarms beyond ± this", required=True),
        Column("evidence", "float", "e-detector: alarms from 500", required=True),
        Column("alarm", "bool", "whether either chart alarms in this week", required=True),
    ),
    key=("week",),
    order=("week",),
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
