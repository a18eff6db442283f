"""What the journeys room gives: steps in journeys, journeys, transitions, variants."""

from vivencia.words.tables import Column, TableShape

#: Pseudo-touchpoints of the transition table.
START, REACHED, ABANDONED, LOST, OPEN = "START", "REACHED", "ABANDONED", "LOST", "OPEN"
OUTCOMES = (REACHED, ABANDONED, LOST, OPEN)

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
