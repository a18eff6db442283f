"""The plan of the perceptions room: parameters, the filter over every customer, and its summaries."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from vivencia.perceptions import drift, promises, scores, summaries
from vivencia.perceptions.bonds import follow, horizon_step
from vivencia.perceptions.columns import Columns, one_array
from vivencia.perceptions.countries import by_country
from vivencia.perceptions.estimation import COLUMNS as COLUMNS_OF_ESTIMATION
from vivencia.perceptions.estimation import SAMPLE, Estimation
from vivencia.perceptions.filter import Filtered
from vivencia.perceptions.lives import lives_of
from vivencia.perceptions.replay import moments
from vivencia.perceptions.representation import count
from vivencia.perceptions.shares import take_apart
from vivencia.perceptions.wording import RATED_WORDS
from vivencia.plans import Fold, Map, Plan
from vivencia.words.shapes import perceptions as shapes
from vivencia.words.shapes.bonds import BOND_STATES, HORIZON, LOYALTY_PARTS, PEAK_PARTS
from vivencia.words.shapes.context import CONTEXT
from vivencia.words.shapes.countries import COUNTRY_PARTS
from vivencia.words.shapes.representation import RESPONSE_PARTS
from vivencia.words.shapes.shares import SHARE_PARTS
from vivencia.words.shapes.signals import EVENTS, INSTRUMENTS, PROMISES, TOUCHPOINTS

#: What the estimation writes.
ESTIMATED = (shapes.PARAMETERS, shapes.SEGMENT_PARAMETERS)
READS = (EVENTS, TOUCHPOINTS, PROMISES, INSTRUMENTS)
#: From these the other analyses of the room are made, without reading the events again.
PARTS = (BOND_STATES, LOYALTY_PARTS, PEAK_PARTS, SHARE_PARTS, RESPONSE_PARTS, COUNTRY_PARTS)
WRITES = (
    *ESTIMATED, shapes.MOMENTS, shapes.STATES, shapes.SUMMARIES,
    shapes.SCORES, shapes.PROMISES_KEPT, shapes.DRIFT, *PARTS,
)  # fmt: skip

#: The columns of events that the filter and its summaries read.
COLUMNS = (
    "customer", "at", "source", "id", "kind", "touchpoint", "stage", "channel", "contact", "place",
    "department", "account", "segment", "role", "goal", "measures", "ratings", "valence",
    "polarity",
)  # fmt: skip


#: The table that is read where there is one.
_CONTEXT = (CONTEXT.name,)


def parameters_plan(
    *, sample: int = SAMPLE, episode_s: float = 0.0, context: bool = False, words: bool = False
) -> Plan:
    """Reads `events`, `promises`, `instruments`; gives `parameters` and `segment_parameters`.

    Where at least 100 customers answered three times or more, the parameters are fitted on
    up to `sample` of them; else, or with `sample=0`, they are those of the cold start: θ and
    β from the data, the dynamics by convention. `parameters.origin` says which.
    `segment_parameters` has rows where they were fitted and two segments or more have 100
    customers in the sample; it informs, and no perception is told by it.
    With `context` the covariates of the table `context` are read too. Contacts of one
    goal less than `episode_s` seconds apart are one episode and move the mind once; with 0 every
    contact moves it. With `words` `events.rated_polarity` is read too, and says where customers are
    fitted how words lie on the scale of ratings (`wording`).
    """
    return Plan(
        "parameters",
        (_parameters(sample, episode_s, context, words=words),),
        gives=tuple(shape.name for shape in ESTIMATED),
    )


def _parameters(sample: int, episode_s: float, context: bool, *, words: bool = False) -> Fold:
    estimation = Estimation(sample, episode_s)
    return Fold(
        name="parameters",
        start=estimation.start,
        add=estimation.add,
        merge=estimation.merge,
        finish=estimation.finish_both,
        reads="events",
        columns=(*COLUMNS_OF_ESTIMATION, *(RATED_WORDS,) * words),
        writes=shapes.PARAMETERS,
        also=ESTIMATED[1:],
        beside=("instruments", "promises", *_CONTEXT[:context]),
        coded=True,
    )


def perceptions_plan(
    *,
    sample: int = SAMPLE,
    episode_s: float = 0.0,
    context: bool = False,
    given: bool = False,
    anchors: tuple[str, ...] = (),
) -> Plan:
    """Reads `events`, `promises`, `instruments`; gives the tables of WRITES.

    The parameters are those of `parameters_plan` with the same settings; with `given` the table
    `parameters` is read instead, so that a company's parameters may outlive a run. `anchors` are the
    instruments of anchor items, for `country_parts`.
    """
    return Plan(
        name="perceptions",
        nodes=(
            *(() if given else (_parameters(sample, episode_s, context),)),
            horizon_step(),
            Map(
                name="filter",
                function=Perceive(anchors),
                reads="events",
                columns=(*COLUMNS, "country"),
                writes=(
                    shapes.MOMENTS,
                    shapes.STATES,
                    shapes.SUMMARY_PARTS,
                    shapes.SCORE_PARTS,
                    shapes.DRIFT_PARTS,
                    *PARTS,
                ),
                beside=("parameters", "instruments", HORIZON.name, *_CONTEXT[:context]),
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
                coded=True,
            ),
        ),
        gives=tuple(shape.name for shape in (WRITES[len(ESTIMATED) :] if given else WRITES)),
    )


@dataclass(frozen=True, slots=True)
class Perceive:
    """The filter over whole customers, and everything that is made from what it found, in one pass."""

    anchors: tuple[str, ...] = ()

    def __call__(self, table: Any, side: Mapping[str, Any]) -> tuple[Any, ...]:
        """Moments, states, and the parts of summaries, scores, drift and of PARTS."""
        lives = lives_of(table, side)
        columns, found = lives.columns, lives.found
        dimensions = summaries.dimension_codes(table)
        kept = {name: table.column(name) for name in ("customer", "at", "source", "id", "touchpoint")}
        return (
            pa.table({**kept, **moments(columns, found)}).select(list(shapes.MOMENTS.names)),
            states(table, columns, found),
            summaries.summary_parts(dimensions, columns, found, lives.parameters, side["instruments"]),
            scores.score_parts(table, dimensions, columns, side["instruments"]),
            drift.drift_parts(table, found.row("surprise"), drift.fitted_until(side["parameters"])),
            *follow(lives, side[HORIZON.name]),
            take_apart(lives),
            count(lives),
            by_country(lives, self.anchors),
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
