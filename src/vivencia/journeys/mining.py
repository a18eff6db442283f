"""Journeys, and what is counted over them: transitions, flows, variants, drop-offs, goals."""

from vivencia.journeys.endings import endings_fold
from vivencia.journeys.moves import moves_fold
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
#: What is counted over steps and journeys.
COUNTED = (TRANSITIONS, FLOWS, VARIANTS, DROP_OFFS, GOALS)


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
    return Plan(
        "journeys",
        (
            Step("journey_clock", queries["journey_clock"], ("events",)),
            Step("journey_places", queries["journey_places"], ("events",), order=("touchpoint",)),
            cutting,
            moves_fold(),
            endings_fold(),
            Step(
                DROP_OFFS.name, queries[DROP_OFFS.name], (TRANSITIONS.name,),
                order=DROP_OFFS.order, writes=DROP_OFFS,
            ),
        ),
        gives=("steps", "journeys", *(shape.name for shape in COUNTED)),
        values={"z": Z95, "zz": Z95 * Z95},
    )  # fmt: skip
