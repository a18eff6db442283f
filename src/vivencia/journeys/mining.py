"""Journeys, and what is counted over them: transitions, flows, variants, drop-offs, goals."""

from vivencia.journeys.steps import READ_COLUMNS, CutJourneys
from vivencia.measure.normal import Z95
from vivencia.plans import Map, Plan, Step, read_queries
from vivencia.words.errors import ParameterError
from vivencia.words.shapes.journeys import (
    DROP_OFFS,
    FLOWS,
    GOALS,
    JOURNEYS,
    MOVES,
    STEPS,
    TRANSITIONS,
    VARIANTS,
)

#: Kinds of signals that reach a goal although they name neither `goal` nor `reached`.
GOAL_KINDS = ("purchase",)


def journeys_plan(*, gap_days: float | None = 30.0, goal_kinds: tuple[str, ...] = GOAL_KINDS) -> Plan:
    """The plan that reads `events` and gives steps, journeys and everything counted over them.

    A journey ends when its goal is reached or given up, when the customer leaves, when
    another goal is stated, or after `gap_days` of silence (None: silence ends nothing, so a
    log whose case stands as the customer gives one journey a case). `goal_kinds` are the
    kinds of signals that reach a goal although they name neither `goal` nor `reached`; a
    signal of kind `goal` always does, unless it says `reached = false`.

    Raises ParameterError when `gap_days` is not a positive number.
    """
    if gap_days is not None and not 0.0 < gap_days < 100_000.0:
        raise ParameterError(f"gap_days is {gap_days}", hint="Give days above 0, or None for no gap.")
    queries = read_queries("vivencia.journeys", "mining.sql")
    cutting = Map(
        "journeys",
        CutJourneys(gap_days, goal_kinds),
        reads="events",
        columns=READ_COLUMNS,
        writes=(STEPS, JOURNEYS, MOVES),
        coded=True,
        beside=("journey_clock", "journey_places"),
    )
    counted = (
        (TRANSITIONS, ("moves", "steps")),
        (FLOWS, ("moves", "steps", "journey_places")),
        (VARIANTS, ("journeys",)),
        (DROP_OFFS, ("transitions",)),
        (GOALS, ("journeys",)),
    )
    return Plan(
        "journeys",
        (
            Step("journey_clock", queries["journey_clock"], ("events",)),
            Step("journey_places", queries["journey_places"], ("events",), order=("touchpoint",)),
            cutting,
            *(
                Step(shape.name, queries[shape.name], reads, order=shape.order, writes=shape)
                for shape, reads in counted
            ),
        ),
        gives=("steps", "journeys", *(shape.name for shape, _ in counted)),
        values={"z": Z95, "zz": Z95 * Z95},
    )
