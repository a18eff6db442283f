"""The plan of the perceptions room: parameters, the filter over every customer, and its summaries."""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from vivencia.perceptions import drift, promises, scores, summaries
from vivencia.perceptions.columns import Columns, one_array
from vivencia.perceptions.context import columns_around
from vivencia.perceptions.estimation import COLUMNS as COLUMNS_OF_ESTIMATION
from vivencia.perceptions.estimation import SAMPLE, Estimation
from vivencia.perceptions.filter import Filtered, filter_events
from vivencia.perceptions.replay import moments
from vivencia.perceptions.table import from_table
from vivencia.plans import Fold, Map, Plan
from vivencia.words.shapes import perceptions as shapes
from vivencia.words.shapes.context import CONTEXT
from vivencia.words.shapes.signals import EVENTS, INSTRUMENTS, PROMISES, TOUCHPOINTS

READS = (EVENTS, TOUCHPOINTS, PROMISES, INSTRUMENTS)
WRITES = (
    shapes.PARAMETERS, shapes.MOMENTS, shapes.STATES, shapes.SUMMARIES, shapes.SCORES, shapes.PROMISES_KEPT,
    shapes.DRIFT,
)  # fmt: skip

#: The columns of events that the filter and its summaries read.
COLUMNS = (
    "customer", "at", "source", "id", "kind", "touchpoint", "stage", "channel", "contact", "place",
    "department", "account", "segment", "role", "goal", "measures", "ratings", "valence",
    "polarity",
)  # fmt: skip


#: The table that is read where there is one.
_CONTEXT = (CONTEXT.name,)


def parameters_plan(*, sample: int = SAMPLE, episode_s: float = 0.0, context: bool = False) -> Plan:
    """Reads `events`, `promises`, `instruments`; gives `parameters`.

    Where at least 100 customers answered three times or more, the parameters are fitted on
    up to `sample` of them; else, or with `sample=0`, they are those of the cold start: θ and
    β from the data, the dynamics by convention. `parameters.origin` says which. Contacts of one
    With `context` the covariates of the table `context` are read too. Contacts of one
    goal less than `episode_s` seconds apart are one episode and move the mind once; with 0 every
    contact moves it.
    """
    return Plan("parameters", (_parameters(sample, episode_s, context),), gives=(shapes.PARAMETERS.name,))


def _parameters(sample: int, episode_s: float, context: bool) -> Fold:
    estimation = Estimation(sample, episode_s)
    return Fold(
        name="parameters",
        start=estimation.start,
        add=estimation.add,
        merge=estimation.merge,
        finish=estimation.finish,
        reads="events",
        columns=COLUMNS_OF_ESTIMATION,
        writes=shapes.PARAMETERS,
        beside=("instruments", "promises", *_CONTEXT[:context]),
    )


def perceptions_plan(
    *, sample: int = SAMPLE, episode_s: float = 0.0, context: bool = False, given: bool = False
) -> Plan:
    """Reads `events`, `promises`, `instruments`; gives the tables of WRITES.

    The parameters are those of `parameters_plan` with the same settings; with `given` the table
    `parameters` is read instead, so that a company's parameters may outlive a run.
    """
    return Plan(
        name="perceptions",
        nodes=(
            *(() if given else (_parameters(sample, episode_s, context),)),
            Map(
                name="filter",
                function=perceive,
                reads="events",
                columns=COLUMNS,
                writes=(
                    shapes.MOMENTS,
                    shapes.STATES,
                    shapes.SUMMARY_PARTS,
                    shapes.SCORE_PARTS,
                    shapes.DRIFT_PARTS,
                ),
                beside=("parameters", "instruments", *_CONTEXT[:context]),
                coded=True,
            ),
            Fold(
                name="summaries",
                start=summaries.start,
                add=summaries.adder(2),
                merge=summaries.merge,
                finish=summaries.finish,
                reads="summary_parts",
                columns=shapes.SUMMARY_PARTS.names,
                writes=shapes.SUMMARIES,
                beside=("parameters",),
                order=shapes.SUMMARY_PARTS.order,
            ),
            Fold(
                name="scores",
                start=summaries.start,
                add=summaries.adder(3),
                merge=summaries.merge,
                finish=scores.finish,
                reads="score_parts",
                columns=shapes.SCORE_PARTS.names,
                writes=shapes.SCORES,
                beside=("instruments",),
                order=shapes.SCORE_PARTS.order,
            ),
            Fold(
                name="drift",
                start=drift.start,
                add=drift.add,
                merge=drift.merge,
                finish=drift.finish,
                reads="drift_parts",
                columns=shapes.DRIFT_PARTS.names,
                writes=shapes.DRIFT,
                order=shapes.DRIFT_PARTS.order,
            ),
            Fold(
                name="promises_kept",
                start=promises.start,
                add=promises.add,
                merge=promises.merge,
                finish=promises.finish,
                reads="events",
                columns=promises.COLUMNS,
                writes=shapes.PROMISES_KEPT,
                beside=("instruments", "promises"),
            ),
        ),
        gives=tuple(shape.name for shape in (WRITES[1:] if given else WRITES)),
    )


def perceive(table: Any, side: Mapping[str, Any]) -> tuple[Any, Any, Any, Any, Any]:
    """The filter over whole customers: moments, states, and the parts of summaries and scores."""
    parameters = from_table(side["parameters"], side["instruments"])
    columns = columns_around(table, parameters, side.get("context"))
    found = filter_events(columns, parameters)
    dimensions = summaries.dimension_codes(table)
    kept = {name: table.column(name) for name in ("customer", "at", "source", "id", "touchpoint")}
    return (
        pa.table({**kept, **moments(columns, found)}).select(list(shapes.MOMENTS.names)),
        states(table, columns, found),
        summaries.summary_parts(dimensions, columns, found, parameters),
        scores.score_parts(table, dimensions, columns, side["instruments"]),
        drift.drift_parts(table, found.row("surprise")),
    )


def states(table: Any, columns: Columns, found: Filtered) -> Any:
    """Each customer's state after the last event."""
    last = pa.array(columns.starts[1:] - 1)
    made: dict[str, Any] = {
        name: one_array(table, name).take(last) for name in ("customer", "at", "account", "segment", "role")
    }
    for slot, name in enumerate(STATE_COLUMNS):
        made[name] = pa.array(found.state[:, slot])
    made["n"] = pa.array(found.state[:, 9].astype("int64"))
    return pa.table({name: made[name] for name in shapes.STATES.names})


#: The numbers of a state in the kernel's order.
STATE_COLUMNS = (
    "style", "expectation", "residual", "var_style", "cov_style_expectation", "cov_style_residual",
    "var_expectation", "cov_expectation_residual", "var_residual",
)  # fmt: skip
