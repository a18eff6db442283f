"""Weight on perception: how much each touchpoint counts in what customers think of the company.

Share: LMG (Shapley of R²) up to 15 touchpoints, Johnson's relative weights beyond, after
taking out who touched what; 95 % by a bootstrap of customers. Effect: signed points of
the overall judgement per point lived, drawn to its stage as far as its own noise says.
These are associations: an effect is earned by a random wait, a holdout or a threshold.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vivencia.measure.drivers import CONSTANT, FEW, Drivers, drivers
from vivencia.measure.normal import Z95
from vivencia.measure.shrinkage import normal_normal
from vivencia.weights import gathering
from vivencia.weights.sample import Sample
from vivencia.weights.writing import around, written
from vivencia.words.shapes.weights import PERCEPTION_WEIGHTS

Floats = NDArray[np.float64]

#: How much more a service touchpoint weighs before any data, where the offering is a service
#: (the ratio of the default gains of the perception filter, 0.50 and 0.30).
SERVICE_FACTOR = 5.0 / 3.0
#: Beside the codes of `measure.drivers`: customers say something there, they meet nothing.
#: Or it is the only one that can be told: all of the share by necessity, so none is given.
STATEMENT, ALONE = 3, 4
REASONS = {ALONE: "alone", FEW: "few-answers", CONSTANT: "constant", STATEMENT: "statement"}


def perception_weights(sample: Sample, offering: str, seed: int) -> pa.Table:
    """The table `perception_weights`, one row a catalogue touchpoint."""
    model = sample.model(*sample.judged())
    answers = model.remembered(model.lives.lived)
    found = drivers(answers, fewest=sample.fewest, seed=seed)
    found.withheld[model.left_out] = STATEMENT
    found = nothing_to_share(found)
    return weights_table(found, sample.touchpoints, model.name, offering, model.memory)


def nothing_to_share(found: Drivers) -> Drivers:
    """The shares withheld where only one touchpoint is in the model; its effect stands."""
    used = np.isfinite(found.share)
    if used.sum() != 1:
        return found
    found.withheld[used] = ALONE
    none = np.full(len(used), np.nan)
    return replace(found, share=none, share_low=none, share_high=none)


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


def weights_table(
    found: Drivers, touchpoints: pa.Table, outcome: str, offering: str, memory: float
) -> pa.Table:
    """Effects drawn to their prior, written beside the shares in the declared form."""
    keys = gathering.catalogue_order(touchpoints)
    about = {row["touchpoint"]: row for row in touchpoints.to_pylist()}
    used = np.flatnonzero(np.isfinite(found.effect))
    effect, spread, prior = (np.full(len(keys), np.nan) for _ in range(3))
    noise = found.covariance[np.ix_(used, used)]
    if len(used) and np.all(np.isfinite(noise)):
        stages, forms = [about[keys[i]]["stage"] for i in used], [about[keys[i]]["form"] for i in used]
        shrunk = normal_normal(found.effect[used], noise, prior_design(stages, forms, offering))
        effect[used], spread[used], prior[used] = shrunk.value, shrunk.sd, shrunk.target
    reasons = [REASONS.get(code) for code in found.withheld.tolist()]
    columns = {
        "touchpoint": keys,
        **shares(found),
        **around("effect", effect, Z95 * spread),
        "prior": prior,
        **around("data", found.effect, Z95 * np.sqrt(np.diagonal(found.covariance))),
        "outcome": [outcome] * len(keys),
        "reason": reasons if outcome != "none" else ["no-outcome"] * len(keys),
        "memory_days": [memory] * len(keys),
    }
    return written(columns, PERCEPTION_WEIGHTS)


def shares(found: Drivers) -> dict[str, Any]:
    """The columns of a model that do not depend on any prior."""
    return {
        "share": found.share,
        "share_low": found.share_low,
        "share_high": found.share_high,
        "method": [found.method if shown else "none" for shown in np.isfinite(found.effect)],
        "r2": np.full(len(found.share), found.r2),
        "n": np.full(len(found.share), found.n),
        "touched": found.touched,
        "rated": found.rated,
    }
