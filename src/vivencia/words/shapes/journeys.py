"""What the journeys room gives: steps in journeys, journeys, and what is counted over them."""

from vivencia.words.tables import Column, TableShape

#: Pseudo-touchpoints of the transition table.
START, REACHED, ABANDONED, LOST, OPEN = "START", "REACHED", "ABANDONED", "LOST", "OPEN"
OUTCOMES = (REACHED, ABANDONED, LOST, OPEN)

#: What `flows` counts moves between.
FLOW_DIMENSIONS = ("stage", "channel", "place")

STEPS = TableShape(
    "steps",
    "Each event's place in its customer's journeys; one row per event that is a contact.",
    (
        Column("customer", "text", "the person", required=True),
        Column("at", "time", "when it happened", "UTC", required=True),
        Column("source", "text", "which connector or system", required=True),
        Column("id", "text", "unique within the source", required=True),
        Column("journey", "int", "number of the journey within the customer, from 1", required=True),
        Column("step", "int", "number of the step within the journey, from 1", required=True),
        Column("touchpoint", "text", "catalogue key", required=True),
        Column("previous", "text", "touchpoint of the step before, START at the first", required=True),
        Column("waited_s", "float", "time since the step before; null at the first", "s"),
        Column("next", "text", "touchpoint of the step after, or the outcome at the last", required=True),
        Column("place", "text", "the space in which it happened"),
        Column("previous_place", "text", "place of the step before, START at the first"),
    ),
    key=("source", "id"),
    order=("customer", "at", "source", "id"),
)

JOURNEYS = TableShape(
    "journeys",
    "One customer's contacts towards one goal, with how it ended.",
    (
        Column("customer", "text", "the person", required=True),
        Column("journey", "int", "number within the customer, from 1", required=True),
        Column("goal", "text", "the goal, where the signals name one"),
        Column("outcome", "text", "REACHED, ABANDONED, LOST or OPEN", required=True),
        Column("started", "time", "first step", "UTC", required=True),
        Column("ended", "time", "last step", "UTC", required=True),
        Column(
            "over", "time", "when the outcome was known; the end of the data while open", "UTC", required=True
        ),
        Column("duration_s", "float", "ended − started", "s", required=True),
        Column("steps", "int", "number of steps", required=True),
        Column("repeats", "int", "steps at a touchpoint already visited in this journey", required=True),
        Column("first", "text", "touchpoint of the first step", required=True),
        Column("last", "text", "touchpoint of the last step", required=True),
        Column("variant", "text", "the touchpoints in order, joined by ' > '", required=True),
        Column("segment", "text", "segment at the first step"),
        Column("account", "text", "account at the first step"),
        Column(
            "worth",
            "float",
            "value of what was bought along it; 0 where nothing was",
            "currency",
            required=True,
        ),
    ),
    key=("customer", "journey"),
    order=("customer", "journey"),
)

TRANSITIONS = TableShape(
    "transitions",
    "How often one step follows another, with START and the outcomes.",
    (
        Column("from_touchpoint", "text", "touchpoint or START", required=True),
        Column("to_touchpoint", "text", "touchpoint or outcome", required=True),
        Column("count", "int", "how often", required=True),
        Column("customers", "int", "by how many customers", required=True),
        Column("mean_s", "float", "mean time between", "s"),
        Column("median_s", "float", "median time between", "s"),
        Column("p90_s", "float", "90th percentile of the time between", "s"),
    ),
    key=("from_touchpoint", "to_touchpoint"),
    order=("from_touchpoint", "to_touchpoint"),
)

FLOWS = TableShape(
    "flows",
    "The same moves between stages, channels and places; moves with an unknown side are left out.",
    (
        Column("dimension", "text", "stage, channel or place", required=True),
        Column("from_value", "text", "where the move begins, or START", required=True),
        Column("to_value", "text", "where it leads, or the outcome", required=True),
        Column("count", "int", "how often", required=True),
        Column("customers", "int", "by how many customers", required=True),
        Column("mean_s", "float", "mean time between", "s"),
        Column("median_s", "float", "median time between", "s"),
        Column("p90_s", "float", "90th percentile of the time between", "s"),
    ),
    key=("dimension", "from_value", "to_value"),
    order=("dimension", "from_value", "to_value"),
)

MOVES = TableShape(
    "moves",
    "Counts of moves in one batch of whole customers; transitions and flows add them up.",
    (
        Column("dimension", "text", "touchpoint, stage, channel or place", required=True),
        Column("from_value", "text", "where the move begins, or START", required=True),
        Column("to_value", "text", "where it leads, or the outcome", required=True),
        Column("count", "int", "how often", required=True),
        Column("customers", "int", "by how many customers of the batch", required=True),
        Column("total_s", "float", "seconds between, in all", "s", required=True),
        Column("timed", "int", "moves with a time between", required=True),
    ),
)

VARIANTS = TableShape(
    "variants",
    "Journeys that took the same way.",
    (
        Column("variant", "text", "the touchpoints in order, joined by ' > '", required=True),
        Column("count", "int", "journeys", required=True),
        Column("customers", "int", "customers", required=True),
        Column("reached", "int", "journeys that reached their goal", required=True),
        Column("median_s", "float", "median duration", "s"),
        Column("p90_s", "float", "90th percentile of the duration", "s"),
    ),
    key=("variant",),
    order=("variant",),
)

DROP_OFFS = TableShape(
    "drop_offs",
    "Where journeys end without their goal; journeys still open are left out.",
    (
        Column("touchpoint", "text", "catalogue key", required=True),
        Column("visits", "int", "visits whose continuation is known", required=True),
        Column("reached", "int", "visits after which the goal was reached", required=True),
        Column("abandoned", "int", "visits after which nothing came", required=True),
        Column("lost", "int", "visits after which the customer left", required=True),
        Column("share", "float", "abandoned or lost, of the visits", required=True),
        Column("share_low", "float", "95 %, Wilson", required=True),
        Column("share_high", "float", "95 %, Wilson", required=True),
    ),
    key=("touchpoint",),
    order=("touchpoint",),
)

GOALS = TableShape(
    "goals",
    "How journeys towards each goal ended, and how long they took.",
    (
        Column("goal", "text", "the stated goal; empty for journeys that state none", required=True),
        Column("journeys", "int", "journeys", required=True),
        Column("customers", "int", "customers", required=True),
        Column("reached", "int", "goal reached", required=True),
        Column("abandoned", "int", "ended in silence, or given up", required=True),
        Column("lost", "int", "ended with the customer leaving", required=True),
        Column("open", "int", "not over when the data end", required=True),
        Column("steps", "int", "steps in all", required=True),
        Column("repeats", "int", "steps at a touchpoint already visited in the journey", required=True),
        Column("median_s", "float", "median duration", "s"),
        Column("p90_s", "float", "90th percentile of the duration", "s"),
    ),
    key=("goal",),
    order=("goal",),
)

GOAL_RATES = TableShape(
    "goal_rates",
    "How many journeys have reached their goal, been given up or lost the customer, by days since they began.",
    (
        Column("goal", "text", "the stated goal; empty for journeys that state none", required=True),
        Column("days", "float", "days since the journey began", "d", required=True),
        Column("reached", "float", "share that has reached the goal (Aalen-Johansen)", required=True),
        Column("reached_low", "float", "95 %, by customer", required=True),
        Column("reached_high", "float", "95 %, by customer", required=True),
        Column("abandoned", "float", "share given up", required=True),
        Column("abandoned_low", "float", "95 %, by customer", required=True),
        Column("abandoned_high", "float", "95 %, by customer", required=True),
        Column("lost", "float", "share that ended with the customer leaving", required=True),
        Column("lost_low", "float", "95 %, by customer", required=True),
        Column("lost_high", "float", "95 %, by customer", required=True),
        Column("waiting", "int", "journeys still followed just before this time", required=True),
        Column("n", "int", "journeys", required=True),
        Column("customers", "int", "customers", required=True),
    ),
    key=("goal", "days"),
    order=("goal", "days"),
)

RESOLUTIONS = TableShape(
    "resolutions",
    "First-contact resolution: no further contact with the same intent, beside what the agent ticked.",
    (
        Column("touchpoint", "text", "where the first contact was; empty for all of them", required=True),
        Column("days", "int", "within how many days no further contact came: 7 or 30", "d", required=True),
        Column("resolved", "float", "share resolved, by absence of a further contact", required=True),
        Column("resolved_low", "float", "95 %, by customer", required=True),
        Column("resolved_high", "float", "95 %, by customer", required=True),
        Column("ticked", "float", "share ticked as resolved, of the contacts with a tick or a cross"),
        Column("ticked_low", "float", "95 %, by customer"),
        Column("ticked_high", "float", "95 %, by customer"),
        Column("difference", "float", "ticked − resolved, of the contacts with a tick or a cross"),
        Column("difference_low", "float", "95 %, paired, by customer"),
        Column("difference_high", "float", "95 %, paired, by customer"),
        Column("contacts", "int", "first contacts followed for so many days", required=True),
        Column("marked", "int", "of them, contacts with a tick or a cross", required=True),
        Column("customers", "int", "customers", required=True),
        Column("marking", "int", "customers with contacts with a tick or a cross", required=True),
    ),
    key=("touchpoint", "days"),
    order=("touchpoint", "days"),
)

HOLD_UPS = TableShape(
    "hold_ups",
    "Where journeys are held up: waiting after a touchpoint × its visits × the chance of leaving there.",
    (
        Column("touchpoint", "text", "catalogue key", required=True),
        Column("visits", "int", "visits whose continuation is known", required=True),
        Column("waited_s", "float", "mean time to the next step, where one came", "s"),
        Column("wait_share", "float", "share of all waiting that is after this touchpoint", required=True),
        Column(
            "leaving",
            "float",
            "share of visits after which the journey ended without its goal",
            required=True,
        ),
        Column("leaving_low", "float", "95 %, Wilson", required=True),
        Column("leaving_high", "float", "95 %, Wilson", required=True),
        Column("weight", "float", "wait share × visits × leaving, scaled to sum 1", required=True),
        Column("weight_low", "float", "95 %, by customer; null where nothing waited or nobody left"),
        Column("weight_high", "float", "95 %, by customer; null where nothing waited or nobody left"),
        Column("customers", "int", "customers who waited or left there", required=True),
    ),
    key=("touchpoint",),
    order=("touchpoint",),
)

CONFORMANCE = TableShape(
    "conformance",
    "Each ended journey beside the designed way that lies nearest; journeys still open are left out.",
    (
        Column("customer", "text", "the person", required=True),
        Column("journey", "int", "number within the customer, from 1", required=True),
        Column("design", "text", "the designed journey nearest to it; null where it shares no step with one"),
        Column("outcome", "text", "REACHED, ABANDONED or LOST", required=True),
        Column("fit", "float", "1 − distance / the longer of the two ways; null without a design"),
        Column("walked", "bool", "whether it is a way the design allows; null without a design"),
        Column("distance", "int", "steps to change to make it the designed way (Levenshtein)"),
        Column("missing", "int", "designed steps it does not have"),
        Column("extra", "int", "steps the design does not have there"),
        Column("dark", "int", "steps at touchpoints that no design names", required=True),
        Column("missing_steps", "text", "the missing steps, joined by ' > '; alternatives by ' | '"),
        Column("extra_steps", "text", "touchpoints of the extra steps, joined by ' > '"),
        Column("started", "time", "first step of the journey", "UTC", required=True),
        Column("following", "time", "first step of the customer's next journey; null at the last", "UTC"),
    ),
    key=("customer", "journey"),
    order=("customer", "journey"),
)

#: What `designed_sums` counts; the numbers behind every share of the conformance.
DESIGN_SUMS = TableShape(
    "design_sums",
    "Sums over the customers of one batch: k of n, their squares and product.",
    (
        Column("design", "text", "key of the designed journey; empty for all designs", required=True),
        Column("role", "text", "what is counted", required=True),
        Column("step", "int", "number of the designed step; 0 where it is none", required=True),
        Column("touchpoint", "text", "touchpoint off the way; empty where it is none", required=True),
        Column("k", "float", "journeys counted, or a sum over them", required=True),
        Column("n", "float", "journeys", required=True),
        Column("kk", "float", "Σ k² over customers", required=True),
        Column("nn", "float", "Σ n² over customers", required=True),
        Column("kn", "float", "Σ k n over customers", required=True),
        Column("customers", "float", "customers with such journeys", required=True),
        Column("counted", "float", "customers with k above 0", required=True),
    ),
)

DESIGNED_WAYS = TableShape(
    "designed_ways",
    "How far each designed journey is walked: shares and means over its journeys.",
    (
        Column("design", "text", "key of the designed journey; empty for all of them", required=True),
        Column(
            "measure",
            "text",
            "designed, walked, fit, missing, extra, dark, reached_walked or reached_left",
            required=True,
        ),
        Column("value", "float", "the share, or the mean by journey", required=True),
        Column("low", "float", "95 %, by customer", required=True),
        Column("high", "float", "95 %, by customer", required=True),
        Column("n", "int", "journeys", required=True),
        Column("customers", "int", "customers", required=True),
    ),
    key=("design", "measure"),
    order=("design", "measure"),
)

DESIGNED_STEPS = TableShape(
    "designed_steps",
    "Each designed step with the share that takes it, and the touchpoints walked off the designed way.",
    (
        Column("design", "text", "key of the designed journey", required=True),
        Column("role", "text", "taken, extra, or dark: a touchpoint that no design names", required=True),
        Column("step", "int", "number of the designed step, 0 off the way", required=True),
        Column("touchpoint", "text", "the touchpoint; alternatives of a step joined by ' | '", required=True),
        Column("journeys", "int", "journeys that have it", required=True),
        Column("customers", "int", "customers whose journeys have it", required=True),
        Column("share", "float", "of the journeys of this design", required=True),
        Column("share_low", "float", "95 %, by customer", required=True),
        Column("share_high", "float", "95 %, by customer", required=True),
        Column("n", "int", "journeys of this design", required=True),
    ),
    key=("design", "role", "step", "touchpoint"),
    order=("design", "role", "step", "touchpoint"),
)

DESIGNED_FELT = TableShape(
    "designed_felt",
    "What customers answered and thought on journeys along the designed way, against those that left it.",
    (
        Column("design", "text", "key of the designed journey", required=True),
        Column("measure", "text", "answer (about the contacts) or perception (when it ended)", required=True),
        Column("walked", "float", "mean along the designed way", "0–10", required=True),
        Column("walked_low", "float", "95 %, by customer", "0–10", required=True),
        Column("walked_high", "float", "95 %, by customer", "0–10", required=True),
        Column("walked_n", "int", "answers, or journeys", required=True),
        Column("walked_customers", "int", "customers", required=True),
        Column("left", "float", "mean of the journeys that left it", "0–10", required=True),
        Column("left_low", "float", "95 %, by customer", "0–10", required=True),
        Column("left_high", "float", "95 %, by customer", "0–10", required=True),
        Column("left_n", "int", "answers, or journeys", required=True),
        Column("left_customers", "int", "customers", required=True),
        Column("difference", "float", "left − walked", required=True),
        Column("difference_low", "float", "95 %, by customer", required=True),
        Column("difference_high", "float", "95 %, by customer", required=True),
    ),
    key=("design", "measure"),
    order=("design", "measure"),
)
