"""What the weights room gives: two axes kept apart."""

from vivencia.words.tables import Column, TableShape

PERCEPTION_WEIGHTS = TableShape(
    "perception_weights",
    "How much each touchpoint explains of what customers think of the company overall.",
    (
        Column("touchpoint", "text", "catalogue key", required=True),
        Column(
            "share", "float", "share of the variance the touchpoints explain (sums to 1); null where withheld"
        ),
        Column("share_low", "float", "95 %, bootstrap by customer"),
        Column("share_high", "float", "95 %, bootstrap by customer"),
        Column(
            "effect",
            "float",
            "signed: overall points per point lived here, shrunk to its stage; null where withheld",
        ),
        Column("effect_low", "float", "95 %"),
        Column("effect_high", "float", "95 %"),
        Column("prior", "float", "what the effect was drawn to: its stage, and the kind of offering"),
        Column("data", "float", "the effect by the answers alone, before shrinkage"),
        Column("data_low", "float", "95 %, by customer"),
        Column("data_high", "float", "95 %, by customer"),
        Column("method", "text", "lmg, johnson, or none where withheld", required=True),
        Column("outcome", "text", "what was explained: relationship, perception or none", required=True),
        Column("r2", "float", "explained variance of the whole model", required=True),
        Column("n", "int", "customers in the model", required=True),
        Column("touched", "int", "customers of the model who touched it", required=True),
        Column("rated", "int", "customers of the model who answered about it", required=True),
        Column(
            "reason",
            "text",
            "why the numbers are withheld: few-answers, constant, no-outcome; null where given",
        ),
    ),
    key=("touchpoint",),
    order=("touchpoint",),
)

PROGRESSION_WEIGHTS = TableShape(
    "progression_weights",
    "How much each touchpoint carries customers on to the goal (exact absorbing chain).",
    (
        Column("touchpoint", "text", "catalogue key", required=True),
        Column("continuation", "float", "probability of the goal from here; null where withheld"),
        Column("continuation_low", "float", "95 %, by customer"),
        Column("continuation_high", "float", "95 %, by customer"),
        Column("removal", "float", "removal effect: share of goals lost without it; null where withheld"),
        Column("removal_low", "float", "95 %, by customer"),
        Column("removal_high", "float", "95 %, by customer"),
        Column("share", "float", "removal effects scaled to sum 1"),
        Column("lift", "float", "mean rise of the probability of the goal on arriving here"),
        Column("lift_low", "float", "95 %, by customer"),
        Column("lift_high", "float", "95 %, by customer"),
        Column("shapley", "float", "share of the goals, each shared equally among its touchpoints"),
        Column("visits", "int", "visits whose continuation is known", required=True),
        Column("journeys", "int", "journeys that pass here", required=True),
        Column("customers", "int", "customers who pass here", required=True),
        Column("reason", "text", "why numbers are withheld: no-end, no-goal; null where all are given"),
    ),
    key=("touchpoint",),
    order=("touchpoint",),
)
