"""Weight on perception: how much each touchpoint counts in what customers think of the company.

Share: LMG (Shapley of R²) up to 15 touchpoints, Johnson's relative weights beyond, after
taking out who touched what; 95 % by a bootstrap of customers. Effect: signed points of
the overall judgement per point lived, drawn to its stage as far as its own noise says.
These are associations: an effect is earned by a random wait, a holdout or a threshold.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vivencia.measure.drivers import CONSTANT, FEW, Drivers, drivers
from vivencia.measure.shrinkage import normal_normal
from vivencia.plans import Fold, Plan
from vivencia.weights import gathering
from vivencia.weights.gathering import Gathered
from vivencia.words.shapes.weights import PERCEPTION_WEIGHTS

Floats = NDArray[np.float64]

#: Customers with a relationship answer from which on that answer is what is explained.
ENOUGH_ANSWERS = 100
#: How much more a service touchpoint weighs before any data, where the offering is a service
#: (the ratio of the default gains of the perception filter, 0.50 and 0.30).
SERVICE_FACTOR = 5.0 / 3.0
REASONS = {FEW: "few-answers", CONSTANT: "constant"}
_Z = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Weigh:
    """Finishes the fold: from sampled customers to the table of perception weights."""

    offering: str
    anonymity: int
    seed: int

    def __call__(self, state: Gathered, side: Mapping[str, Any]) -> pa.Table:
        """The table `perception_weights`, one row a catalogue touchpoint."""
        related = len(state.related.key) >= max(ENOUGH_ANSWERS, self.anonymity)
        rows = state.related if related else state.perceived
        found = drivers(rows.answers, fewest=max(self.anonymity, 2), seed=self.seed)
        outcome = "relationship" if related else "perception" if found.n else "none"
        return weights_table(found, side["touchpoints"], outcome, self.offering)


def perception_weights_plan(*, offering: str = "mixed", anonymity: int = 5, seed: int = 20260101) -> Plan:
    """Reads `moments` and `touchpoints`, gives `perception_weights`.

    `offering` is the company's core offering (product, service, mixed): the prior says
    that service touchpoints weigh more where the offering is a service; the data overrule it.
    `anonymity` is the smallest number of customers an estimate may stand on.
    """
    fold = Fold(
        name=PERCEPTION_WEIGHTS.name,
        start=gathering.start,
        add=gathering.add,
        merge=gathering.merge,
        finish=Weigh(offering, anonymity, seed),
        reads="moments",
        columns=gathering.COLUMNS,
        writes=PERCEPTION_WEIGHTS,
        beside=("touchpoints",),
    )
    return Plan("perception_weights", (fold,), (PERCEPTION_WEIGHTS.name,))


def prior_design(stages: Sequence[str], forms: Sequence[str | None], offering: str) -> Floats:
    """What effects are drawn to: (k, m), a column a stage; lone touchpoints of a stage share one.

    Where the offering is a service, a service touchpoint stands for more of its stage.
    """
    counts = {stage: stages.count(stage) for stage in stages}
    classes = [stage if counts[stage] > 1 else "" for stage in stages]
    order = sorted(set(classes))
    design = np.zeros((len(stages), len(order)))
    for row, (name, form) in enumerate(zip(classes, forms, strict=True)):
        heavier = offering == "service" and form == "service"
        design[row, order.index(name)] = SERVICE_FACTOR if heavier else 1.0
    return design


def weights_table(found: Drivers, touchpoints: pa.Table, outcome: str, offering: str) -> pa.Table:
    """Effects drawn to their prior, written beside the shares in the declared form."""
    keys = gathering.catalogue_order(touchpoints)
    about = {row["touchpoint"]: row for row in touchpoints.to_pylist()}
    used = np.flatnonzero(np.isfinite(found.effect))
    effect, spread, prior = (np.full(len(keys), np.nan) for _ in range(3))
    data_sd = np.sqrt(np.diagonal(found.covariance))
    if len(used):
        stages = [about[keys[i]]["stage"] for i in used]
        forms = [about[keys[i]]["form"] for i in used]
        noise = found.covariance[np.ix_(used, used)]
        if np.all(np.isfinite(noise)):
            shrunk = normal_normal(found.effect[used], noise, prior_design(stages, forms, offering))
            effect[used], spread[used], prior[used] = shrunk.value, shrunk.sd, shrunk.target
    columns: dict[str, Any] = {
        "touchpoint": keys,
        "share": found.share,
        "share_low": found.share_low,
        "share_high": found.share_high,
        "effect": effect,
        "effect_low": effect - _Z * spread,
        "effect_high": effect + _Z * spread,
        "prior": prior,
        "data": np.where(np.isfinite(data_sd), found.effect, np.nan),
        "data_low": found.effect - _Z * data_sd,
        "data_high": found.effect + _Z * data_sd,
        "method": [found.method if shown else "none" for shown in np.isfinite(found.share)],
        "outcome": [outcome] * len(keys),
        "r2": np.full(len(keys), found.r2),
        "n": np.full(len(keys), found.n),
        "touched": found.touched,
        "rated": found.rated,
        "reason": [REASONS.get(code) for code in found.withheld.tolist()],
    }
    if outcome == "none":
        columns["reason"] = ["no-outcome"] * len(keys)
    return arrow(columns)


def arrow(columns: Mapping[str, Any]) -> pa.Table:
    """The columns in the declared types; a number that is not finite is absent."""
    types = {"text": pa.string(), "int": pa.int64(), "float": pa.float64()}
    arrays, fields = [], []
    for column in PERCEPTION_WEIGHTS.columns:
        values = columns[column.name]
        if column.type == "float":
            values = [float(value) if np.isfinite(value) else None for value in values]
        arrays.append(pa.array(values, types[column.type]))
        fields.append(pa.field(column.name, types[column.type], nullable=not column.required))
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields))
