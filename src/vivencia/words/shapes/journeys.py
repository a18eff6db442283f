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
        Column("touchpoint", "text", "where the first contact was", required=True),
        Column("days", "int", "within how many days no further contact came: 7 or 30", "d", required=True),
        Column("resolved", "float", "share resolved, by absence of a further contact", required=True),
        Column("resolved_low", "float", "95 %, by customer", required=True),
        Column("resolved_high", "float", "95 %, by customer", required=True),
        Column("ticked", "float", "share ticked as resolved, of the contacts with a tick or a cross"),
        Column("ticked_low", "float", "95 %, by customer"),
        Column("ticked_high", "float", "95 %, by customer"),
        Column("difference", "float", "ticked − resolved, of the contacts with a tick or a cross"),
        Column("contacts", "int", "first contacts followed for so many days", required=True),
        Column("marked", "int", "of them, contacts with a tick or a cross", required=True),
        Column("customers", "int", "customers", required=True),
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
    ),
    key=("touchpoint",),
    order=("touchpoint",),
)
