"""One contact: what the company gave, what was lived, said and felt.

The hidden state follows the perception family of the engine: the expectation E
adapts, the residual D jumps and fades, and P = E + D.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from vivencia.words.signal import KINDS
from vivencia.worlds.draws import Stream, bits, exponential, normal, poisson, uniform
from vivencia.worlds.happened import (
    ACTOR,
    ANSWER,
    AT,
    EXPECTATION,
    EXPECTED,
    EXPERIENCE,
    GAP,
    INSTRUMENT,
    KIND,
    MEASURE,
    MIXED,
    MONEY,
    NEGATIVE,
    PERCEPTION,
    PLACE,
    POLARITY,
    POSITIVE,
    RESIDUAL,
    VALENCE,
    WHO,
    WOULD_ANSWER,
    Happened,
)
from vivencia.worlds.people import ACCOUNT_EFFECT, SEGMENT, STORE, STYLE, WILLING, People
from vivencia.worlds.story import MEASURE as MEASURE_COLUMNS
from vivencia.worlds.story import NUMBERS, SCALE, SPOT_REAL, SPOT_WHOLE, Truth

Floats = NDArray[np.float64]

LAMBDA, TAU, ETA, HALO, XI, SIGMA_Q, SIGMA_Y, SIGMA_R = range(8)
DRIFT = NUMBERS.index("drift_expectation")
VAR_D = NUMBERS.index("var_residual")
VALENCE_SCALE = NUMBERS.index("valence_scale")
BAR = NUMBERS.index("theta_bar")
BASKET = NUMBERS.index("purchase_median")
THETA, THETA_STEP, KAPPA, LEANS, WAIT_H, RATE, TEXT, EXPECTS_ASKED, NORM = range(len(SPOT_REAL))
KIND_OF, GOAL_OF, PLACE_OF, ACTORS, INDIRECT, IDENTIFIES, ASK, ASK_ALSO, CHANGE_AT = range(len(SPOT_WHOLE))
LAW, LEVEL, LEVEL_AFTER, SPREAD, BETA, CENTRE, CAP, SEASONAL = range(len(MEASURE_COLUMNS))
SLOPE, INTERCEPT, LOW, HIGH, SHIFT, HAS_EXPECTED = range(len(SCALE))
PURCHASE = KINDS.index("purchase")

_DAY = 86_400_000_000


@njit(cache=True)
def let_time_pass(truth: Truth, one: Stream, mind: Floats, at: int) -> None:
    """E drifts, D fades towards nothing; `mind` holds E, D and the time of the last event."""
    days = (at - mind[2]) / _DAY
    if days > 0.0:
        rho = np.exp(-days / truth.numbers[TAU])
        mind[0] += np.sqrt(truth.numbers[DRIFT] * days) * normal(one)
        mind[1] = rho * mind[1] + np.sqrt(truth.numbers[VAR_D] * (1.0 - rho * rho)) * normal(one)
        mind[2] = at


@njit(cache=True)
def _psi(truth: Truth, gap: float) -> float:
    return gap if gap >= 0.0 else truth.numbers[LAMBDA] * gap


@njit(cache=True)
def _measure(truth: Truth, one: Stream, t: int, m: int, at: int) -> float:
    """One objective measure, by its law and its level at that time."""
    row = truth.measure[t, m]
    level = row[LEVEL_AFTER] if at >= truth.whole[t, CHANGE_AT] else row[LEVEL]
    if row[LAW] == 0.0:
        return float(level * np.exp(row[SPREAD] * normal(one)))
    if row[LAW] == 2.0:
        return float(poisson(one, level))
    if row[SEASONAL] > 0.0:
        level *= truth.season[(at - truth.when[0]) // _DAY] ** 1.5
    if uniform(one) < level:
        return float(1.0 + np.floor(exponential(one) * row[SPREAD]))
    return float(-np.floor(uniform(one) * 3.0))


@njit(cache=True)
def _on_scale(scale: Floats, value: float) -> float:
    """The raw whole answer nearest to a value on 0–10."""
    raw = np.rint((value + scale[SHIFT] - scale[INTERCEPT]) / scale[SLOPE])
    return float(min(max(raw, scale[LOW]), scale[HIGH]))


@njit(cache=True)
def say(truth: Truth, one: Stream, t: int, out: Happened, n: int, value: float, rated: bool) -> None:
    """The answer in an instrument of this touchpoint, and the words that go with it."""
    also = truth.whole[t, ASK_ALSO] >= 0 and uniform(one) < 0.5
    instrument = truth.whole[t, ASK_ALSO if also else ASK]
    scale = truth.scale[instrument]
    raw = _on_scale(scale, value)
    on_scale = scale[INTERCEPT] + scale[SLOPE] * raw
    out.real[n, WOULD_ANSWER] = on_scale
    talks = uniform(one) < truth.real[t, TEXT]
    out.words[n] = bits(one)
    if rated:
        out.whole[n, INSTRUMENT] = instrument
        out.real[n, ANSWER] = raw
        if talks:
            out.whole[n, POLARITY] = POSITIVE if on_scale > 7.4 else (NEGATIVE if on_scale < 4.2 else MIXED)


@njit(cache=True)
def _hear(truth: Truth, one: Stream, t: int, out: Happened, n: int, mind: Floats) -> None:
    """An indirect contact: it moves the perception, nothing is lived and nobody rates."""
    valence = min(max(truth.real[t, LEANS] + 0.4 * normal(one), -1.0), 1.0)
    out.real[n, VALENCE] = np.rint(valence * 100.0) / 100.0
    heard = truth.numbers[VALENCE_SCALE] * out.real[n, VALENCE]
    mind[1] += truth.real[t, KAPPA] * _psi(truth, heard)


@njit(cache=True)
def _level(truth: Truth, people: People, one: Stream, t: int, out: Happened, n: int) -> float:
    """What the company gives at this contact: its usual level, the store, the time, the measures."""
    i, at = out.whole[n, WHO], out.whole[n, AT]
    level = truth.real[t, THETA] + people.real[i, ACCOUNT_EFFECT]
    if at >= truth.whole[t, CHANGE_AT]:
        level += truth.real[t, THETA_STEP]
    if truth.whole[t, PLACE_OF] == 1 and people.whole[i, STORE] >= 0:
        level += truth.store_effect[people.whole[i, STORE]]
    for m in range(2):
        row = truth.measure[t, m]
        if row[LAW] >= 0.0:
            found = np.rint(100.0 * _measure(truth, one, t, m, at)) / 100.0
            out.real[n, MEASURE + m] = found
            level += row[BETA] * (min(max(found, 0.0), row[CAP]) - row[CENTRE])
    return float(level)


@njit(cache=True)
def _live(truth: Truth, people: People, one: Stream, t: int, out: Happened, n: int, mind: Floats) -> None:
    """A direct contact: experience, answer, then the jump of the mind."""
    i, numbers, halo = out.whole[n, WHO], truth.numbers, truth.numbers[HALO]
    reviews = t == truth.special[0]
    level = _level(truth, people, one, t, out, n)
    if reviews:  # whoever writes a review looks back on the whole
        level = mind[0] + 0.2 * mind[1]
    q = level + numbers[SIGMA_Q] * normal(one)
    said = people.real[i, STYLE] + halo * (mind[0] + mind[1]) + (1.0 - halo) * q
    said += numbers[SIGMA_Y] * normal(one)
    rated = reviews or uniform(one) < min(truth.real[t, RATE] * people.real[i, WILLING], 0.95)
    if truth.whole[t, ASK] >= 0:
        say(truth, one, t, out, n, said, rated)
        drawn = uniform(one)
        foreseen = people.real[i, STYLE] + mind[0] + 0.5 * normal(one)
        if rated and drawn < truth.real[t, EXPECTS_ASKED]:
            scale = truth.scale[out.whole[n, INSTRUMENT]]
            if scale[HAS_EXPECTED] > 0.0:
                out.real[n, EXPECTED] = _on_scale(scale, foreseen)
    gap = q - mind[0] - numbers[XI] * (truth.real[t, NORM] - numbers[BAR])
    out.real[n, EXPERIENCE], out.real[n, GAP] = q, gap
    mind[0] += numbers[ETA] * gap
    mind[1] += truth.real[t, KAPPA] * _psi(truth, gap)


@njit(cache=True)
def meet(truth: Truth, people: People, one: Stream, t: int, out: Happened, n: int, mind: Floats) -> None:
    """One contact: where, with whom, for how much money; then it is heard of or lived."""
    i, place = out.whole[n, WHO], truth.whole[t, PLACE_OF]
    out.whole[n, KIND], out.real[n, EXPECTATION] = truth.whole[t, KIND_OF], mind[0]
    if place == 1:
        out.whole[n, PLACE] = people.whole[i, STORE]
    elif place > 1:
        out.whole[n, PLACE] = truth.store_effect.shape[0] + place - 2
    if truth.whole[t, ACTORS] > 0:
        out.whole[n, ACTOR] = int(uniform(one) * truth.whole[t, ACTORS])
    if truth.whole[t, KIND_OF] == PURCHASE:
        spends = truth.numbers[BASKET] * truth.segments[people.whole[i, SEGMENT], 2]
        out.real[n, MONEY] = np.rint(100.0 * spends * np.exp(0.7 * normal(one))) / 100.0
    if truth.whole[t, INDIRECT]:
        _hear(truth, one, t, out, n, mind)
    else:
        _live(truth, people, one, t, out, n, mind)
    out.real[n, RESIDUAL], out.real[n, PERCEPTION] = mind[1], mind[0] + mind[1]


@njit(cache=True)
def aside(out: Happened, n: int, kind: int, mind: Floats) -> None:
    """A signal that moves nothing: a survey, a goodbye."""
    out.whole[n, KIND], out.real[n, EXPECTATION] = kind, mind[0]
    out.real[n, RESIDUAL], out.real[n, PERCEPTION] = mind[1], mind[0] + mind[1]
