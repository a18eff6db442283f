"""The next useful step: which touchpoints quicken it, for how long, with customers who differ.

A step is useful when it reaches the goal, or stands at a touchpoint from which the goal is
likelier than from the step before (the continuation value of `progression`). Each visit opens
a stretch of waiting, cut into periods; in each period the useful step comes with the hazard

    1 − exp(−exp(α[period] + Σ β[touchpoint] Σ exp(−time since the visit / τ) + u[customer]))

so visits fade, several add up, and silence, journeys still open and other steps end the
waiting without an event. τ is the value on a grid under which the data are likeliest.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import log
from typing import Any

import numba
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vivencia.measure.markov import carried
from vivencia.measure.normal import Z95
from vivencia.measure.survival import Hazard, fit_hazard
from vivencia.plans import Fold, Plan, Step, read_queries
from vivencia.weights.progression import coded, counted_moves, number
from vivencia.words.shapes.journeys import ABANDONED, LOST, REACHED, START
from vivencia.words.shapes.weights import PROGRESSION_HAZARDS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Journeys the model is fitted on; more narrow no interval that matters and cost time.
SAMPLE_JOURNEYS = 2_000
#: Useful steps a fit needs in all, and visits a touchpoint needs.
LEAST_STEPS, LEAST_VISITS = 50, 20
FEW_STEPS = "few-steps"
_PERIODS = 6
_DAY = 86_400.0
#: The frailty under which fading times are compared; the last fit estimates it.
_USUAL_FRAILTY = 0.5
#: What τ is tried at, in medians of the time between steps.
_FADING = (1.0, 8.0, 64.0)


def progression_hazard_plan(*, gap_days: float | None = 30.0) -> Plan:
    """The plan that reads `steps` and `transitions` and gives `progression_hazards`.

    After a last step the customer is at risk of going on until `gap_days` have passed
    (None: 30), or until the data end.
    """
    fold = Fold(
        "progression_hazards",
        start=StartSample((gap_days or 30.0) * _DAY),
        add=add,
        merge=merge,
        finish=finish,
        reads="steps",
        columns=("customer", "at", "touchpoint", "previous", "next"),
        writes=PROGRESSION_HAZARDS,
        beside=("transitions", "progression_clock"),
        coded=True,
    )
    queries = read_queries("vivencia.weights", "progression.sql")
    clock = Step("progression_clock", queries["progression_clock"], ("steps",))
    return Plan("progression_hazards", (clock, fold), gives=("progression_hazards",))


@dataclass(frozen=True, slots=True)
class Sample:
    """The state of the fold: the steps of the customers drawn so far.

    Touchpoints are codes under `names`; `value` is their continuation value; `share` the
    chance of a customer to be drawn, by a hash of the key, so that any split draws the same.
    """

    names: tuple[str, ...]
    value: Floats
    share: float
    horizon: float
    until: float
    owner: NDArray[np.uint64]
    at: Floats
    touched: Ints
    opening: NDArray[np.bool_]
    after: Ints


@dataclass(frozen=True, slots=True)
class StartSample:
    """An empty sample; `horizon` is how long a customer is at risk after a last step, in seconds."""

    horizon: float

    def __call__(self, side: Mapping[str, Any]) -> Sample:
        """Continuation values and the share of customers to draw, from the transitions."""
        names, counts = counted_moves(side["transitions"])
        journeys = counts[-1].sum()
        ends = side["progression_clock"].column("ends").drop_null()
        until = float(pc.max(ends.cast(pa.int64())).as_py() or 0) / 1e6 if len(ends) else 0.0
        none = np.zeros(0, np.int64)
        return Sample(
            names,
            np.nan_to_num(carried(counts).value),
            min(1.0, SAMPLE_JOURNEYS / max(journeys, 1.0)),
            self.horizon,
            until,
            none.astype(np.uint64),
            none.astype(np.float64),
            none,
            none.astype(np.bool_),
            none,
        )


def add(state: Sample, table: Any, _side: Mapping[str, Any]) -> Sample:
    """The sample with those of these customers who are drawn."""
    n = len(state.names)
    inside = pa.array(state.names, pa.string())
    owner = _hashed(table.column("customer"))
    kept = np.flatnonzero(owner <= np.uint64(state.share * (2**64 - 2**12)))
    drawn = table.select(["at", "touchpoint", "previous", "next"]).take(pa.array(kept))
    seconds = drawn.column("at").cast(pa.timestamp("us", "UTC")).cast(pa.int64()).to_numpy() / 1e6
    after = coded(drawn.column("next"), pa.concat_arrays([inside, pa.array([REACHED, ABANDONED, LOST])]))
    opening = coded(drawn.column("previous"), pa.array([START])) == 0
    fresh = replace(
        state,
        owner=owner[kept],
        at=seconds,
        touched=coded(drawn.column("touchpoint"), inside).astype(np.int64),
        opening=opening,
        after=np.where(after > n, n + 1, after).astype(np.int64),
    )
    return merge(state, fresh)


def merge(one: Sample, other: Sample) -> Sample:
    """The samples of two sets of customers, laid end to end."""
    return replace(
        one,
        owner=np.concatenate([one.owner, other.owner]),
        at=np.concatenate([one.at, other.at]),
        touched=np.concatenate([one.touched, other.touched]),
        opening=np.concatenate([one.opening, other.opening]),
        after=np.concatenate([one.after, other.after]),
    )


def finish(state: Sample, _side: Mapping[str, Any]) -> Any:
    """Effects with their intervals, one row a touchpoint."""
    n = len(state.names)
    spells = _spells(state)
    # Visits that reached the goal themselves wait for nothing and say nothing of what quickens.
    visits = np.bincount(state.touched[np.unique(spells.rows)], minlength=n)
    useful = np.bincount(state.touched[spells.useful], minlength=n)
    pairs = np.unique(np.stack([state.touched.astype(np.uint64), state.owner]), axis=1)
    people = np.bincount(pairs[0].astype(np.int64), minlength=n)
    effect, error = np.full(n, np.nan), np.full(n, np.nan)
    fading = spread = np.nan
    shown = (visits >= LEAST_VISITS) & (useful.sum() >= LEAST_STEPS)
    if shown.any():
        tau, fitted = _fitted(state, spells, n)
        weight = visits / visits.sum()
        centred = np.eye(n) - weight
        effect = np.where(shown, centred @ fitted.effects[:n], np.nan)
        spread_of = centred @ fitted.covariance[:n, :n] @ centred.T
        error = np.sqrt(np.diag(spread_of))
        fading, spread = tau * log(2.0), fitted.frailty
    return pa.table(
        {
            "touchpoint": pa.array(state.names, pa.string()),
            "effect": number(effect),
            "effect_low": number(effect - Z95 * error),
            "effect_high": number(effect + Z95 * error),
            "half_life_s": number(np.where(shown, fading, np.nan)),
            "frailty": number(np.where(shown, spread, np.nan)),
            "visits": visits,
            "useful": useful,
            "customers": people,
            "reason": pa.array([None if one else FEW_STEPS for one in shown], pa.string()),
        }
    )


@dataclass(frozen=True, slots=True)
class Spells:
    """Each step's wait: until the next step, or as long as the customer was at risk after the last."""

    wait: Floats
    useful: NDArray[np.bool_]
    edges: Floats
    rows: Ints
    period: Ints
    event: Floats


def _spells(state: Sample) -> Spells:
    n = len(state.names)
    size = state.touched.size
    last = np.append(state.opening[1:], True) if size else np.zeros(0, np.bool_)
    gap = np.append(np.diff(state.at), 0.0) if size else np.zeros(0)
    # Where the last step itself reached the goal, nothing more is waited for.
    risk = np.where(state.after == n, 0.0, np.minimum(state.horizon, np.maximum(state.until - state.at, 0.0)))
    wait = np.where(last, risk, gap)
    value = np.append(state.value, 0.0)
    onward = np.append(state.touched[1:], n) if size else state.touched
    won = np.append(state.after[1:] == n, False) if size else last
    useful = ~last & (won | (value[onward] > value[state.touched]))
    waits = wait[useful]
    inner = np.quantile(waits, np.arange(1, _PERIODS) / _PERIODS) if waits.size else np.zeros(0)
    edges = np.unique(np.concatenate([[0.0], inner[inner < state.horizon]]))
    # A period counts when at least half of it was waited through, or something ended it.
    closing = np.append(edges[1:], 2 * edges[-1] + 1.0)
    middle = np.where(last[:, None], (edges + closing) / 2, edges)
    at_risk = (wait[:, None] >= middle) & ~(last & (state.after == n))[:, None]
    rows, period = np.nonzero(at_risk)
    final = np.maximum(np.searchsorted(edges, wait, side="right") - 1, 0)
    event = (useful[rows] & (period == final[rows])).astype(np.float64)
    return Spells(wait, useful, edges, rows, period, event)


def _fitted(state: Sample, spells: Spells, n: int) -> tuple[float, Hazard]:
    """The fit under the likeliest fading time, and that time."""
    _, owner = np.unique(state.owner[spells.rows], return_inverse=True)
    between = spells.wait[np.append(~state.opening[1:], False)]
    typical = float(np.clip(np.median(between), 60.0, 30 * _DAY)) if between.size else _DAY
    _, tau = max(
        (_fit(state, spells, owner, n, typical * times, _USUAL_FRAILTY).evidence, typical * times)
        for times in _FADING
    )
    return tau, _fit(state, spells, owner, n, tau, None)


def _fit(state: Sample, spells: Spells, owner: Ints, n: int, tau: float, frailty: float | None) -> Hazard:
    trace = _traces(state.at, state.touched, state.opening, n, tau)
    covariates = trace[spells.rows] * np.exp(-spells.edges[spells.period] / tau)[:, None]
    # Fading times are told apart by far more than the last digits of a fit.
    rounds = 20 if frailty is None else 8
    return fit_hazard(covariates, spells.period, spells.event, owner, frailty=frailty, rounds=rounds)


@numba.njit(cache=True, nogil=True)
def _traces(at: Floats, touched: Ints, opening: NDArray[np.bool_], n: int, tau: float) -> Floats:
    """At each step: what is left of every touchpoint's visits in the journey, this one included."""
    trace = np.zeros((at.size, n))
    for step in range(at.size):
        if not opening[step]:
            trace[step] = trace[step - 1] * np.exp(-(at[step] - at[step - 1]) / tau)
        trace[step, touched[step]] += 1.0
    return trace


def _hashed(column: Any) -> NDArray[np.uint64]:
    """A number for each key, spread evenly and the same in every process."""
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], pa.string())
    plain = array.cast(pa.large_string())
    if len(plain) == 0:
        return np.zeros(0, np.uint64)
    _, offsets, data = plain.buffers()
    starts = np.frombuffer(offsets, np.int64)[plain.offset : plain.offset + len(plain) + 1]
    letters = np.frombuffer(data, np.uint8) if data is not None else np.empty(0, np.uint8)
    return _spread(starts, letters)


@numba.njit(cache=True, nogil=True)
def _spread(starts: Ints, letters: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """FNV-1a, then the finaliser of MurmurHash3."""
    out = np.empty(starts.size - 1, np.uint64)
    for row in range(out.size):
        mixed = np.uint64(14695981039346656037)
        for place in range(starts[row], starts[row + 1]):
            mixed = (mixed ^ np.uint64(letters[place])) * np.uint64(1099511628211)
        mixed = (mixed ^ (mixed >> np.uint64(33))) * np.uint64(18397679294719823053)
        mixed = (mixed ^ (mixed >> np.uint64(33))) * np.uint64(14181476777654086739)
        out[row] = mixed ^ (mixed >> np.uint64(33))
    return out
