"""What the weights room gives: two axes kept apart."""

from vivencia.words.instruments import KANO_CLASSES
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
            "signed: overall points per point lived here against what was expected, shrunk to its stage; null where withheld",
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
            "memory_days",
            "float",
            "days after which a visit counts 1/e; null where nothing is forgotten",
            "d",
        ),
        Column(
            "reason",
            "text",
            "why the numbers are withheld: few-answers, constant, statement, alone (share only), no-outcome; null where given",
        ),
    ),
    key=("touchpoint",),
    order=("touchpoint",),
)

#: What is explained: perception (the filter's, at the last event), satisfaction and recommendation
#: (as asked about the relationship), loyalty (1 stayed, 0 left).
OUTCOMES_EXPLAINED = ("perception", "satisfaction", "recommendation", "loyalty")

DRIVERS = TableShape(
    "drivers",
    "What drives each outcome, by the answers alone: shares and signed effects of every touchpoint.",
    (
        Column("outcome", "text", "one of OUTCOMES_EXPLAINED", required=True),
        Column("touchpoint", "text", "catalogue key", required=True),
        Column("share", "float", "share of the variance the touchpoints explain; null where withheld"),
        Column("share_low", "float", "95 %, bootstrap by customer"),
        Column("share_high", "float", "95 %, bootstrap by customer"),
        Column(
            "effect",
            "float",
            "signed: points of the outcome per point lived here against what was expected; null where withheld",
        ),
        Column("effect_low", "float", "95 %, by customer"),
        Column("effect_high", "float", "95 %, by customer"),
        Column("driver", "bool", "whether the effect's interval excludes 0; null where withheld"),
        Column("method", "text", "lmg, johnson, or none where withheld", required=True),
        Column("r2", "float", "explained variance of the whole model", required=True),
        Column("n", "int", "customers in the model", required=True),
        Column("touched", "int", "customers of the model who touched it", required=True),
        Column("rated", "int", "customers of the model who answered about it", required=True),
        Column(
            "memory_days",
            "float",
            "days after which a visit counts 1/e; null where nothing is forgotten",
            "d",
        ),
        Column(
            "reason",
            "text",
            "why numbers are withheld: few-answers, constant, statement, alone (share only); null where given",
        ),
    ),
    key=("outcome", "touchpoint"),
    order=("outcome", "touchpoint"),
)

ASYMMETRIES = TableShape(
    "asymmetries",
    "What a bad experience costs and a good one wins, and whether a good one is necessary.",
    (
        Column("touchpoint", "text", "catalogue key", required=True),
        Column("penalty", "float", "overall points of a bad experience (the lower third) against the middle"),
        Column("penalty_low", "float", "95 %, by customer"),
        Column("penalty_high", "float", "95 %, by customer"),
        Column("reward", "float", "overall points of a good experience (the upper third) against the middle"),
        Column("reward_low", "float", "95 %, by customer"),
        Column("reward_high", "float", "95 %, by customer"),
        Column("asymmetry", "float", "−1 only penalty … 1 only reward"),
        Column("asymmetry_low", "float", "95 %"),
        Column("asymmetry_high", "float", "95 %"),
        Column(
            "kind",
            "text",
            "basic, performance or excitement; unclear unless the interval lies inside",
            required=True,
        ),
        Column("necessity", "float", "effect size d of necessary condition analysis (step ceiling)"),
        Column("necessity_line", "float", "the same under the regression ceiling"),
        Column("necessity_p", "float", "permutation p, with false discoveries controlled"),
        Column("necessary", "bool", "d ≥ 0.1 and p < 0.05; null where withheld"),
        Column("n", "int", "customers who answered about it and judged the whole", required=True),
    ),
    key=("touchpoint",),
    order=("touchpoint",),
)

BOTTLENECKS = TableShape(
    "bottlenecks",
    "To reach an overall judgement, at least so much is needed here; only where the condition is necessary.",
    (
        Column("touchpoint", "text", "catalogue key", required=True),
        Column("level", "float", "overall judgement to be reached", "0–10", required=True),
        Column("needed", "float", "the least experience under which it was ever seen", "0–10", required=True),
        Column("n", "int", "customers it stands on", required=True),
    ),
    key=("touchpoint", "level"),
    order=("touchpoint", "level"),
)

#: What is said of a touchpoint where no class leads clearly.
KANO_UNCLEAR = "unclear"


def _kano(name: str, meaning: str) -> tuple[Column, ...]:
    return (
        Column(name, "float", f"{meaning}; null where withheld"),
        Column(f"{name}_low", "float", "95 %, by customer"),
        Column(f"{name}_high", "float", "95 %, by customer"),
    )


KANO = TableShape(
    "kano",
    "What customers say of having it and of lacking it, where both were asked.",
    (
        Column("touchpoint", "text", "catalogue key", required=True),
        Column("n", "int", "pairs of answers", required=True),
        Column("customers", "int", "customers who gave them", required=True),
        *(column for name in KANO_CLASSES for column in _kano(name, f"share of pairs that are {name}")),
        Column("category", "text", "the most frequent class; null where two are, or withheld"),
        *_kano("lead", "its share less that of the second"),
        Column(
            "kind",
            "text",
            "the most frequent class where it leads beyond the interval, else unclear",
            required=True,
        ),
        Column("usable", "int", "pairs that are neither reverse nor questionable", required=True),
        Column("usable_customers", "int", "customers who gave them", required=True),
        *_kano("better", "(attractive + one-dimensional) / usable: what having it can win"),
        *_kano("worse", "−(one-dimensional + must-be) / usable: what lacking it can cost"),
    ),
    key=("touchpoint",),
    order=("touchpoint",),
)

#: Quadrants of the importance–performance map: heavy and low, heavy and high, light and low, light and high.
FIX, KEEP, WATCH, ENOUGH = "fix", "keep", "watch", "enough"

WEIGHTS = TableShape(
    "weights",
    "All that is known of what a touchpoint counts, on both axes, with how sure it is.",
    (
        Column("touchpoint", "text", "catalogue key", required=True),
        Column("stage", "text", "stage of the journey", required=True),
        Column("perception", "float", "share on perception; null where withheld"),
        Column("perception_low", "float", "95 %"),
        Column("perception_high", "float", "95 %"),
        Column("prior", "float", "effect by the stage and the kind of offering alone"),
        Column("data", "float", "effect by the answers alone"),
        Column("data_low", "float", "95 %"),
        Column("data_high", "float", "95 %"),
        Column("effect", "float", "both together: overall points per point lived here"),
        Column("effect_low", "float", "95 %"),
        Column("effect_high", "float", "95 %"),
        Column("driver", "bool", "whether both intervals of the effect exclude 0; null where withheld"),
        Column("continuation", "float", "probability of the goal from here"),
        Column("progression", "float", "removal effect: share of goals lost without it"),
        Column("progression_low", "float", "95 %"),
        Column("progression_high", "float", "95 %"),
        Column("reach", "float", "share of all customers who were here"),
        Column("reach_low", "float", "95 %"),
        Column("reach_high", "float", "95 %"),
        Column("asymmetry", "float", "−1 only penalty … 1 only reward"),
        Column("kind", "text", "basic, performance, excitement or unclear", required=True),
        Column("necessity", "float", "effect size d of necessary condition analysis"),
        Column("necessary", "bool", "whether no high judgement is seen without it"),
        Column("level", "float", "mean experience", "0–10"),
        Column("level_low", "float", "95 %", "0–10"),
        Column("level_high", "float", "95 %", "0–10"),
        Column("quadrant", "text", "fix, keep, watch or enough; null unless both intervals lie inside"),
        Column("n", "int", "customers in the model", required=True),
        Column("reason", "text", "why the weight on perception is withheld; null where given"),
    ),
    key=("touchpoint",),
    order=("touchpoint",),
)

STAGE_STRENGTHS = TableShape(
    "stage_strengths",
    "Each stage's strength; the company's overall stands beside its weakest stage, not only as a mean.",
    (
        Column("stage", "text", "stage of the journey", required=True),
        Column("experience", "float", "mean experience", "0–10", required=True),
        Column("low", "float", "95 %", "0–10", required=True),
        Column("high", "float", "95 %", "0–10", required=True),
        Column("n", "int", "answers", required=True),
        Column("customers", "int", "customers who answered", required=True),
        Column(
            "weight", "float", "share on perception of its touchpoints together; null where none is known"
        ),
        Column("weakest", "float", "probability that this is the weakest stage", required=True),
    ),
    key=("stage",),
    order=("stage",),
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

PROGRESSION_HAZARDS = TableShape(
    "progression_hazards",
    "How much a visit to each touchpoint quickens the next useful step, fading as time passes.",
    (
        Column("touchpoint", "text", "catalogue key", required=True),
        Column("effect", "float", "log hazard beside the average visit; null where withheld"),
        Column("effect_low", "float", "95 %"),
        Column("effect_high", "float", "95 %"),
        Column("half_life_s", "float", "after this time half of the effect is left", "s"),
        Column("frailty", "float", "spread between customers of the log hazard (standard deviation)"),
        Column("visits", "int", "visits of the sample that were waited on, however shortly", required=True),
        Column("useful", "int", "of them, visits followed by a useful step", required=True),
        Column("customers", "int", "customers of the sample who passed here", required=True),
        Column("reason", "text", "why the numbers are withheld: few-steps; null where given"),
    ),
    key=("touchpoint",),
    order=("touchpoint",),
)

#: Orders of the chains: how many of the last touchpoints the next step depends on.
ORDERS = (1, 2, 3)
#: How a journey may end for a chain; a step that is a complaint ends it too.
COMPLAINT = "COMPLAINT"
CHAIN_ENDINGS = ("REACHED", "ABANDONED", COMPLAINT, "LOST")

CHAIN_WEIGHTS = TableShape(
    "chain_weights",
    "Removal effects of exact chains of orders 1 to 3, by goals and by their value, beside set Shapley.",
    (
        Column("order", "int", "1 to 3: how many of the last touchpoints a step depends on", required=True),
        Column("touchpoint", "text", "catalogue key", required=True),
        Column("removal", "float", "share of goals lost without it; null where withheld"),
        Column("removal_low", "float", "95 %, by customer"),
        Column("removal_high", "float", "95 %, by customer"),
        Column("share", "float", "removal effects scaled to sum 1"),
        Column("worth_removal", "float", "share of the value of goals lost without it; null where withheld"),
        Column("worth_removal_low", "float", "95 %, by customer"),
        Column("worth_removal_high", "float", "95 %, by customer"),
        Column("worth_share", "float", "the same, scaled to sum 1"),
        Column("shapley", "float", "share of the goals, each shared equally among its touchpoints"),
        Column("worth_shapley", "float", "share of their value, shared equally"),
        Column("journeys", "int", "journeys that pass here", required=True),
        Column("customers", "int", "customers who pass here", required=True),
        Column(
            "reason", "text", "why removal is withheld: no-goal, too-many-states; no-value for that of value"
        ),
    ),
    key=("order", "touchpoint"),
    order=("order", "touchpoint"),
)

CHAIN_ENDS = TableShape(
    "chain_ends",
    "From each touchpoint, the probability of each ending: goal, given up, complaint, customer lost.",
    (
        Column("touchpoint", "text", "catalogue key", required=True),
        Column("ending", "text", "REACHED, ABANDONED, COMPLAINT or LOST", required=True),
        Column("value", "float", "probability of this ending from here (chain of order 1)", required=True),
        Column("low", "float", "95 %, by customer", required=True),
        Column("high", "float", "95 %, by customer", required=True),
        Column("journeys", "int", "journeys that pass here", required=True),
        Column("customers", "int", "customers who pass here", required=True),
    ),
    key=("touchpoint", "ending"),
    order=("touchpoint", "ending"),
)
