"""What the actions room gives: findings as codes and values, pillars, the mirror, listening health."""

from vivencia.words.tables import Column, TableShape

FINDINGS = TableShape(
    "findings",
    "What is worth knowing or doing, ranked; faces turn the code and the values into words.",
    (
        Column("rank", "int", "1 is first", required=True),
        Column("code", "text", "one of the codes of vivencia.words.findings", required=True),
        Column("touchpoint", "text", "where; null for findings about the whole company"),
        Column("stage", "text", "the stage, where the finding is about one"),
        Column("measure", "text", "which measure or instrument, where there is one"),
        Column("value", "float", "the effect that was found", required=True),
        Column("low", "float", "95 %", required=True),
        Column("high", "float", "95 %", required=True),
        Column("n", "int", "answers or events it stands on", required=True),
        Column("customers", "int", "customers concerned", required=True),
        Column("weight", "float", "weight on perception (share), 0 where unknown", required=True),
        Column("certainty", "text", "sure, likely or hint", required=True),
        Column("priority", "float", "size × reach × weight, what the ranking sorts by", required=True),
        Column("threshold", "float", "what it is compared with, where there is one"),
        Column("department", "text", "who owns it"),
    ),
    key=("rank",),
    order=("rank",),
)

#: The three pillars.
EFFORT, BOND, GOAL = "effort", "bond", "goal"

PILLARS = TableShape(
    "pillars",
    "Effort, bond and goal: how hard it was, how close customers feel, whether they got what they came for.",
    (
        Column("pillar", "text", "effort, bond or goal", required=True),
        Column("measure", "text", "ease, ease_all, repeats; emotion, standing; reached", required=True),
        Column("unit", "text", "0–10 (high is good) or share", required=True),
        Column("value", "float", "the estimate", required=True),
        Column("low", "float", "95 %, clustered by customer", required=True),
        Column("high", "float", "95 %, clustered by customer", required=True),
        Column("n", "int", "answers or journeys", required=True),
        Column("customers", "int", "customers", required=True),
    ),
    key=("pillar", "measure"),
    order=("pillar", "measure"),
)

#: Why a moment may matter, in the order they are shown.
DRIVES, CARRIES, COSTS, WINS = "drives", "carries", "costs", "wins"
NEEDED, REMEMBERED, OPENS, LEAVES = "needed", "remembered", "opens", "leaves"
REASONS = (DRIVES, CARRIES, COSTS, WINS, NEEDED, REMEMBERED, OPENS, LEAVES)

KEY_MOMENTS = TableShape(
    "key_moments",
    "Why a touchpoint may be a moment that matters: one row for each reason of which there is an estimate.",
    (
        Column("touchpoint", "text", "catalogue key", required=True),
        Column("stage", "text", "stage of the journey", required=True),
        Column(
            "reason",
            "text",
            "drives, carries, costs, wins, needed, remembered, opens or leaves",
            required=True,
        ),
        Column("value", "float", "the estimate; its unit is that of the reason", required=True),
        Column("low", "float", "95 %; null for needed, which has a permutation p and no interval"),
        Column("high", "float", "95 %; null for needed"),
        Column("against", "float", "what it is compared with", required=True),
        Column(
            "counts_from",
            "float",
            "on the side of the value, how far off `against` it must be to matter",
            required=True,
        ),
        Column(
            "q",
            "float",
            "p of lying beyond `counts_from`, false discoveries controlled within the reason",
            required=True,
        ),
        Column("n", "int", "customers, journeys or visits it stands on", required=True),
        Column("customers", "int", "customers behind it", required=True),
        Column(
            "sure",
            "bool",
            "whether it matters: beyond `counts_from` with its whole interval, on the side that matters, q ≤ 0.05",
            required=True,
        ),
    ),
    key=("touchpoint", "reason"),
    order=("touchpoint", "reason"),
)

MIRROR = TableShape(
    "mirror",
    "What the company believes of itself beside what its customers answered (the delivery gap).",
    (
        Column(
            "touchpoint", "text", "catalogue key; the empty text is the company as a whole", required=True
        ),
        Column("instrument", "text", "instrument both were asked with", required=True),
        Column("company", "float", "mean of the company's own answers", "0–10", required=True),
        Column("company_n", "int", "answers from inside the company", required=True),
        Column("customers", "float", "mean of the customers' answers", "0–10", required=True),
        Column("customers_n", "int", "customers' answers", required=True),
        Column("difference", "float", "company − customers", "0–10", required=True),
        Column("low", "float", "95 %, two samples", "0–10", required=True),
        Column("high", "float", "95 %, two samples", "0–10", required=True),
    ),
    key=("touchpoint", "instrument"),
    order=("touchpoint", "instrument"),
)

LISTENING = TableShape(
    "listening",
    "Where the company listens and where it is deaf: contacts, answers and words by touchpoint.",
    (
        Column("touchpoint", "text", "catalogue key", required=True),
        Column("stage", "text", "stage of the journey", required=True),
        Column("department", "text", "owner department"),
        Column("catalogued", "bool", "false where only the signals know it", required=True),
        Column("signals", "int", "events", required=True),
        Column("customers", "int", "customers who were here", required=True),
        Column("answers", "int", "events with an answer of any instrument", required=True),
        Column("answered", "int", "customers who answered", required=True),
        Column("response", "float", "answered / customers; null where nobody was here"),
        Column("response_low", "float", "95 % (Wilson)"),
        Column("response_high", "float", "95 % (Wilson)"),
        Column("last_answer", "time", "the newest answer", "UTC"),
        Column("silent_days", "float", "days from the newest answer to the newest signal of the company"),
        Column("verbatims", "int", "signals with the customer's own words", required=True),
        Column("languages", "text", "languages of those words, most frequent first, joined by a comma"),
    ),
    key=("touchpoint",),
    order=("touchpoint",),
)
