"""The plan of the weight on perception: one sample of customers, and everything learned from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from vivencia.plans import Fold, Plan, Step, read_queries
from vivencia.weights import gathering
from vivencia.weights.asymmetries import asymmetry_table, bottleneck_table, necessity_of
from vivencia.weights.outcomes import outcome_drivers
from vivencia.weights.perception import perception_weights
from vivencia.weights.sample import sampled
from vivencia.words.shapes.weights import ASYMMETRIES, BOTTLENECKS, DRIVERS, PERCEPTION_WEIGHTS

SEED = 20260101


@dataclass(frozen=True, slots=True)
class Learn:
    """Finishes the fold: from sampled customers to the tables of what weighs on perception."""

    offering: str
    anonymity: int
    seed: int

    def __call__(self, state: gathering.State, side: Mapping[str, Any]) -> tuple[pa.Table, ...]:
        """The tables `perception_weights`, `drivers`, `asymmetries` and `bottlenecks`."""
        sample = sampled(state, side, self.anonymity)
        must = necessity_of(sample, self.seed)
        return (
            perception_weights(sample, self.offering, self.seed),
            outcome_drivers(sample, self.seed),
            asymmetry_table(sample, must, self.seed),
            bottleneck_table(sample, must),
        )


def perception_weights_plan(*, offering: str = "mixed", anonymity: int = 5, seed: int = SEED) -> Plan:
    """Reads `moments`, `states`, `events`, `touchpoints`, `instruments`.

    Gives `perception_weights`, `drivers` (of each outcome), `asymmetries` and `bottlenecks`.
    `offering` is the company's core offering (product, service, mixed): the prior says
    that service touchpoints weigh more where the offering is a service; the data overrule it.
    `anonymity` is the smallest number of customers an estimate may stand on; `seed` draws
    the resamples.
    """
    sql = read_queries("vivencia.weights", "perception.sql")
    order = ("customer", "at", "source", "id")
    fold = Fold(
        name=PERCEPTION_WEIGHTS.name,
        start=gathering.start,
        add=gathering.add,
        merge=gathering.merge,
        finish=Learn(offering, anonymity, seed),
        reads="remembered",
        columns=gathering.COLUMNS,
        writes=PERCEPTION_WEIGHTS,
        beside=("touchpoints", "instruments"),
        also=(DRIVERS, ASYMMETRIES, BOTTLENECKS),
    )
    return Plan(
        "perception_weights",
        (
            Step("asked", sql["asked"], reads=("moments", "states"), order=("customer",)),
            Step("remembered", sql["remembered"], reads=("moments", "events", "asked"), order=order),
            fold,
        ),
        gives=tuple(shape.name for shape in fold.shapes),
    )
