"""How hard was it? Effort of each goal episode from what it cost, calibrated on what customers told.

Under 200 answers the usual weights stand: a mean of z-scores. From then on non-negative
least squares on the answers gives the weights and the scale. The calibration table holds
what was foreseen for customers the weights were not learned from beside what they told.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import hypot
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vivencia.journeys.columns import changes, coded, numbers
from vivencia.journeys.gathering import Row, small_fold, table_of
from vivencia.journeys.toil import READ_COLUMNS, EffortEpisodes, summed
from vivencia.measure.differences import Totals, clustered_mean
from vivencia.measure.nonnegative import fit, intervals
from vivencia.plans import Fold, Map, Plan, Step, read_queries
from vivencia.words.shapes.effort import (
    CALIBRATED,
    COMPONENTS,
    EFFORT_ANSWERED,
    EFFORT_CALIBRATION,
    EFFORT_LEVELS,
    EFFORT_LOGS,
    EFFORT_MODEL,
    EFFORT_SUMS,
    EFFORTS,
    EPISODES,
    USUAL,
)

Floats = NDArray[np.float64]

#: Answered episodes from which on the weights are learned.
ENOUGH = 200
#: The usual weights of the z-scores; nothing is supposed of having to say the same again.
USUAL_WEIGHTS = {
    "repeats": 0.3, "transfers": 0.2, "switches": 0.2, "wait_min": 0.2, "elapsed_h": 0.1, "repeated": 0.0,
}  # fmt: skip
#: Groups of customers; what is foreseen for one is learned from the others.
GROUPS = 5
#: Answered episodes under which nothing is said of calibration.
FEWEST, TENTHS = 50, 10
_SUMS = EFFORT_SUMS.names
_SUMS_SCHEMA = pa.schema(
    [(column.name, pa.string() if column.type == "text" else pa.float64()) for column in EFFORT_SUMS.columns]
)


def effort_plan(*, enough: int = ENOUGH, seed: int = 0) -> Plan:
    """The plan that reads `events` and `instruments`.

    It gives `efforts` (a row an episode), `effort_model`, `effort_levels` and
    `effort_calibration`. `enough` answered episodes let the weights be learned; `seed` is
    that of the bootstrap behind their intervals.
    """
    queries = read_queries("vivencia.journeys", "effort.sql")
    return Plan(
        "effort",
        (
            Map(
                EPISODES.name, EffortEpisodes(), "events", READ_COLUMNS,
                (EPISODES, EFFORT_ANSWERED, EFFORT_LOGS), ("instruments",), coded=True,
            ),
            Fold(
                EFFORT_MODEL.name, start, add, merge, Finish(enough, seed), EFFORT_ANSWERED.name,
                EFFORT_ANSWERED.names, EFFORT_MODEL, beside=(EFFORT_LOGS.name,),
                order=EFFORT_ANSWERED.order, also=(EFFORT_CALIBRATION,),
            ),
            Map(
                EFFORTS.name, Efforts(), EPISODES.name, EPISODES.names, (EFFORTS, EFFORT_SUMS),
                (EFFORT_MODEL.name,), order=EPISODES.order, coded=True,
            ),
            Step("effort_totals", queries["effort_totals"], (EFFORT_SUMS.name,), order=("intent", "measure")),
            small_fold(
                EFFORT_LEVELS, level_rows, reads="effort_totals", columns=_SUMS, order=("intent", "measure"),
                beside=(EFFORT_MODEL.name,),
            ),
        ),
        gives=(EFFORTS.name, EFFORT_MODEL.name, EFFORT_CALIBRATION.name, EFFORT_LEVELS.name),
    )  # fmt: skip


# What is gathered ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Gathered:
    """Sums over all episodes of log(1 + component) and its square; the answered ones whole."""

    episodes: int
    total: Floats
    squares: Floats
    customers: tuple[str, ...]
    x: Floats
    told: Floats

    @property
    def scale(self) -> tuple[Floats, Floats]:
        """Mean and standard deviation of log(1 + component), (p,) each."""
        mean = self.total / max(self.episodes, 1)
        spread = np.sqrt(np.maximum(self.squares / max(self.episodes, 1) - mean**2, 0.0))
        return mean, np.where(spread > 1e-9, spread, 0.0)

    @property
    def standard(self) -> Floats:
        """The answered episodes in standard deviations, (n, p); a constant component is 0."""
        mean, sd = self.scale
        found: Floats = np.where(sd > 0, (self.x - mean) / np.where(sd > 0, sd, 1.0), 0.0)
        return found

    @property
    def owner(self) -> NDArray[np.int64]:
        """The customer of each answered episode, as a number from 0, in the order they are first met."""
        codes = pc.dictionary_encode(pa.array(self.customers, pa.string())).indices
        owner: NDArray[np.int64] = codes.to_numpy().astype(np.int64)
        return owner


def start(side: Mapping[str, Any]) -> Gathered:
    """The sums over all episodes, and no answered one yet."""
    logs, wide = side[EFFORT_LOGS.name], len(COMPONENTS)
    place = pc.index_in(logs.column("component"), value_set=pa.array(COMPONENTS)).to_numpy()
    episodes, total, squares = (
        np.bincount(place, logs.column(name).to_numpy(), wide).astype(np.float64)
        for name in ("episodes", "total", "squares")
    )
    return Gathered(int(episodes[0]), total, squares, (), np.zeros((0, wide)), np.zeros(0))


def add(state: Gathered, table: Any, _side: Mapping[str, Any]) -> Gathered:
    """With the answered episodes of these customers."""
    x = np.log1p(np.column_stack([table.column(name).to_numpy() for name in COMPONENTS]))
    customers, told = table.column("customer").to_pylist(), table.column("told").to_numpy()
    return merge(state, replace(state, customers=tuple(customers), x=x, told=told))


def merge(one: Gathered, other: Gathered) -> Gathered:
    """Both; what is summed over all episodes is the same in each."""
    return replace(
        one,
        customers=one.customers + other.customers,
        x=np.concatenate([one.x, other.x]),
        told=np.concatenate([one.told, other.told]),
    )


def _in_order(state: Gathered) -> Gathered:
    """The answered episodes in the order of the customers' keys, whatever the batches were."""
    customers = pa.array(state.customers, pa.string())
    order = pc.sort_indices(customers).to_numpy()
    return replace(
        state,
        customers=tuple(customers.take(pa.array(order)).to_pylist()),
        x=state.x[order],
        told=state.told[order],
    )


def foreseen_apart(state: Gathered, *, learned: bool) -> Floats:
    """The effort foreseen for each answered episode by weights learned from other customers' answers."""
    x = state.standard
    if not learned:
        usual: Floats = x @ np.array([USUAL_WEIGHTS[name] for name in COMPONENTS])
        return usual
    group, found = state.owner % GROUPS, np.zeros(len(state.told))
    for number in range(GROUPS):
        here = group == number
        if here.any() and not here.all():
            found[here] = fit(x[~here], state.told[~here]).foresee(x[here])
    return found


# The efforts --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Efforts:
    """The map kernel: episodes of whole customers → `efforts` and `effort_sums`; beside them the model."""

    def __call__(self, table: Any, side: Mapping[str, Any]) -> tuple[Any, Any]:
        """The episodes with their effort, and sums by customer of every measure."""
        values = {name: table.column(name).to_numpy() for name in COMPONENTS}
        effort = _efforts(values, side[EFFORT_MODEL.name].to_pylist())
        given = table.append_column("effort", numbers(effort)).select(list(EFFORTS.names))
        return given, _sums(table, {"effort": effort, **values})


def _efforts(values: Mapping[str, Floats], model: list[Row]) -> Floats:
    """The effort of each episode, as the model foresees it."""
    weights = {row["component"]: row for row in model}
    intercept = weights.get("intercept", {"weight": 0.0, "method": USUAL})
    effort = np.full(values[COMPONENTS[0]].size, intercept["weight"])
    for name in COMPONENTS:
        row = weights.get(name)
        if row is not None and row["sd"] > 0:
            effort += row["weight"] * (np.log1p(values[name]) - row["mean"]) / row["sd"]
    return np.clip(effort, 0.0, 10.0) if intercept["method"] == CALIBRATED else effort


def _sums(table: Any, values: Mapping[str, Floats]) -> Any:
    """Sums over the customers of each intent (and of all, under the empty name) of every measure."""
    owner = np.cumsum(changes(table.column("customer")), dtype=np.int64)
    intent, words = coded(table.column("intent"))
    intents = [*words.to_pylist(), ""]
    sums = summed(owner, intent, len(intents), np.column_stack(list(values.values())))
    rows = [
        {"intent": name, "measure": measure, **dict(zip(_SUMS[2:], sums[at, place].tolist(), strict=True))}
        for place, measure in enumerate(values)
        for at, name in enumerate(intents)
        if sums[at, place, 1] > 0
    ]
    return pa.Table.from_pylist(rows, schema=_SUMS_SCHEMA)


# The tables ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Finish:
    """Writes the weights, learned from `enough` answers or the usual ones, and what they foresee."""

    enough: int
    seed: int

    def __call__(self, gathered: Gathered, _side: Mapping[str, Any]) -> tuple[Any, Any]:
        """The tables `effort_model` and `effort_calibration`."""
        state = _in_order(gathered)
        learned = len(state.told) >= self.enough
        foreseen = foreseen_apart(state, learned=learned)
        rows = [] if state.episodes == 0 else model_rows(state, foreseen if learned else None, self.seed)
        return table_of(EFFORT_MODEL, rows), table_of(EFFORT_CALIBRATION, calibration_rows(state, foreseen))


def model_rows(state: Gathered, foreseen: Floats | None, seed: int) -> list[Row]:
    """One row a component, and the intercept; the weights are learned where `foreseen` is given."""
    mean, sd = state.scale
    shared: Row = {"n": len(state.told), "customers": len(set(state.customers))}
    if foreseen is not None:
        x = state.standard
        found = fit(x, state.told)
        low, high = intervals(x, state.told, state.owner, seed=seed)
        shared |= {"method": CALIBRATED, "r2": _r2(state.told, foreseen)}
        weights = [found.intercept, *found.weights]
    else:
        shared |= {"method": USUAL}
        weights = [0.0, *(USUAL_WEIGHTS[name] for name in COMPONENTS)]
        low = high = np.array([None] * len(weights))
    return [
        shared
        | {"component": name, "weight": float(weights[at]), "low": low[at], "high": high[at]}
        | {"mean": float(mean[at - 1]) if at else 0.0, "sd": float(sd[at - 1]) if at else 0.0}
        for at, name in enumerate(("intercept", *COMPONENTS))
    ]


def _r2(told: Floats, foreseen: Floats) -> float | None:
    spread = float(((told - told.mean()) ** 2).sum())
    return 1.0 - float(((told - foreseen) ** 2).sum()) / spread if spread > 0 else None


def calibration_rows(state: Gathered, foreseen: Floats) -> list[Row]:
    """What was foreseen beside what was told, in tenths; nothing under fifty answered episodes."""
    n = len(state.told)
    if n < FEWEST:
        return []
    place = np.empty(n, np.int64)
    place[np.argsort(foreseen, kind="stable")] = np.arange(n) * TENTHS // n
    rows, owner = [], state.owner
    for tenth in range(TENTHS):
        here = place == tenth
        mean = clustered_mean(_by_customer(owner[here], state.told[here]))
        if mean is not None:
            rows.append(
                {
                    "tenth": tenth + 1, "foreseen": float(foreseen[here].mean()), "told": mean.value,
                    "told_low": mean.low, "told_high": mean.high, "n": int(here.sum()),
                    "customers": len(set(owner[here].tolist())),
                }
            )  # fmt: skip
    return rows


def _by_customer(owner: NDArray[np.int64], values: Floats) -> Totals:
    _, place = np.unique(owner, return_inverse=True)
    n, k = np.bincount(place).astype(np.float64), np.bincount(place, values)
    return Totals(k.sum(), n.sum(), (k * k).sum(), (n * n).sum(), (k * n).sum(), float(len(n)))


def level_rows(sums: list[Row], beside: Mapping[str, list[Row]]) -> Iterable[Row]:
    """Mean effort and components, of all and by intent.

    A learned scale is itself uncertain: the interval of the intercept, which is the effort of
    the usual episode, enters that of every mean effort.
    """
    base: Row = next((row for row in beside[EFFORT_MODEL.name] if row["component"] == "intercept"), {})
    method = base.get("method", USUAL)
    unsure = (base["high"] - base["low"]) / 2 if method == CALIBRATED else 0.0
    units = {"effort": "0–10" if method == CALIBRATED else "sd", "wait_min": "min", "elapsed_h": "h"}
    for row in sums:
        mean = clustered_mean(Totals(row["k"], row["n"], row["kk"], row["nn"], row["kn"], row["customers"]))
        if mean is not None:
            more = unsure if row["measure"] == "effort" else 0.0
            half = hypot(mean.high - mean.value, more)
            yield {
                "intent": row["intent"], "measure": row["measure"],
                "unit": units.get(row["measure"], "count"),
                "value": mean.value, "low": mean.value - half, "high": mean.value + half,
                "n": int(row["n"]), "customers": int(row["customers"]),
            }  # fmt: skip
