"""What every answer says of every free number: scores, information, and how the levels move with them.

One pass of the filter with its derivatives (`tangents`) gives them by the numbers the kernels read;
from there to the free numbers leads a small matrix. Where numba is missing, or more numbers are free
than there are lanes, `fit.look` and `levels` take differences of passes instead.
"""

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vivencia.perceptions import kernel
from vivencia.perceptions import tangents as t
from vivencia.perceptions.columns import Columns
from vivencia.perceptions.compiled import COMPILED, compiled
from vivencia.perceptions.coordinates import Space
from vivencia.perceptions.parameters import (
    EXPECTATION,
    EXPERIENCE,
    MOST_FELT,
    RELATIONSHIP,
    SINGLE,
    Floats,
    Parameters,
    pack,
    promised,
)
from vivencia.perceptions.table import TUNED

_Ints = NDArray[np.int64]
_MEASURED = ("beta", "hinge")
#: Numbers of `single` that stand for what an answer of each kind is wrong by.
_SIGMA_E, _SIGMA_R, _SIGMA_X = (SINGLE.index(name) for name in ("sigma_e", "sigma_r", "sigma_x"))


class Derived(NamedTuple):
    """Log likelihood and scores (customers, numbers) of each customer, information, and `levels`.

    `levels` (quantities of `tangents.QUANTITIES`, touchpoints + 1, numbers), empty unless asked for: the
    derivatives of the sums over answered events; the last touchpoint is the unknown one.
    """

    log_likelihood: Floats
    scores: Floats
    information: Floats
    levels: Floats


class Places(NamedTuple):
    """Where each number that the kernels read stands among those differentiated; −1 where it is not free.

    `by` (differentiated, free) leads from the free numbers to them. The first `always` are everybody's.
    """

    single: _Ints
    theta: _Ints
    kappa: _Ints
    gamma: _Ints
    features: _Ints
    scales: _Ints
    always: int
    by: Floats


def fits(space: Space) -> bool:
    """Whether `derive` can be used: it is compiled, and there are lanes enough."""
    return COMPILED and space.size + 2 <= t.LANES


def derive(columns: Columns, space: Space, x: Floats, *, levels: bool = False) -> Derived:
    """One pass over whole customers at x. Raises ParameterError where x is not possible."""
    p = space.parameters(x)
    where = places_of(space, p, x)
    many = len(where.by)
    log_lik, scores = np.zeros(columns.customers), np.zeros((columns.customers, many))
    information = np.zeros((many, many))
    moved = np.zeros((len(t.QUANTITIES), len(p.touchpoints) + 1, many) if levels else (0, 0, many))
    _run(
        columns.starts, columns.at, columns.touchpoint, columns.indirect, columns.still, columns.goal,
        *columns.measures, *columns.ratings, columns.valence, columns.context, *pack(p),
        np.append(promised(p), 0.0), *where[:7], log_lik, scores, information, moved,
    )  # fmt: skip
    lower = np.tril(information)
    whole = lower + np.tril(lower, -1).T
    return Derived(log_lik, scores @ where.by, where.by.T @ whole @ where.by, moved @ where.by)


def places_of(space: Space, p: Parameters, x: Floats) -> Places:
    """The places of the free numbers: single ones and covariates first, then θ̄ and mean κ, then the rest."""
    several, measured, k = len(p.touchpoints), len(p.measures), len(p.instruments)
    single = np.full(len(SINGLE), -1)
    theta, kappa = np.full(several + 1, -1), np.full(several + 1, -1)
    gamma, scales = np.full(len(p.context), -1), np.full((k + 1, len(TUNED)), -1)
    features = np.full((several + 1, measured + 1, 2), -1)
    touchpoints, measures, instruments = (
        {key: i for i, key in enumerate(keys)} for keys in (p.touchpoints, p.measures, p.instruments)
    )
    names = [one.key[0] for one in space.coordinates]
    always = sum(name in SINGLE or name == "gamma" for name in names)
    # The standard and the gain of a touchpoint that is not known: means over those that are.
    theta[several], kappa[several] = always, always + 1
    by = np.zeros((space.size + 2, space.size))
    first, later = 0, always + 2
    for j, one in enumerate(space.coordinates):
        name, touchpoint, item = one.key
        at, first, later = (
            (first, first + 1, later) if name in SINGLE or name == "gamma" else (later, first, later + 1)
        )
        by[at, j] = slope = one.slope(float(x[j]))
        if name == "theta":
            theta[touchpoints[touchpoint]] = at
            by[theta[several], j] = slope * space.volume[touchpoints[touchpoint]]
        elif name == "kappa":
            kappa[touchpoints[touchpoint]] = at
            by[kappa[several], j] = slope / several
        elif name in _MEASURED:
            features[touchpoints[touchpoint], measures[item], _MEASURED.index(name)] = at
        elif name in TUNED:
            scales[instruments[item], list(TUNED).index(name)] = at
        elif name == "gamma":
            gamma[p.context.index(item)] = at
        else:
            single[SINGLE.index(name)] = at
    return Places(single, theta, kappa, gamma, features, scales, always + 2, by)


@compiled
def _begin(T: Any, always: int, single: Any, of_single: Any) -> None:
    """The derivatives of `filter.prior`; everything else is zero."""
    for row in range(t.ROWS):
        for p in range(always):
            T[row * t.ROW + p] = 0.0
    t.add(T, t.A0, of_single[11], 2.0 * single[11])
    t.add(T, t.A4, of_single[12], 2.0 * single[12])
    t.add(T, t.M1, of_single[13], 1.0)
    t.add(T, t.A7, of_single[15], 1.0)


@compiled
def _arrive(
    T: Any, G: Any, lane: Any, raw_of: Any, n: int, tp: int, of_theta: Any, of_kappa: Any, of_feature: Any
) -> int:
    """Lanes for what is a touchpoint's own."""
    n = t.enter(T, G, lane, raw_of, n, of_theta[tp])
    n = t.enter(T, G, lane, raw_of, n, of_kappa[tp])
    for k in range(of_feature.shape[1]):
        n = t.enter(T, G, lane, raw_of, n, of_feature[tp, k, 0])
        n = t.enter(T, G, lane, raw_of, n, of_feature[tp, k, 1])
    return n


@compiled
def _answers(
    T: Any, G: Any, lane: Any, n: Any, m: Any, A: Any, R: Any, role: int, lo: int, hi: int, codes: Any,
    values: Any, scales: Any, single: Any, stated: bool, of_single: Any, of_scale: Any,
) -> Any:  # fmt: skip
    """`kernel.answers` with derivatives; gives m, A, R, log density, the freed answer and how many told."""
    ll, level_total, count = 0.0, 0.0, 0
    for j in range(lo, hi):
        k = codes[j]
        target, raw = scales[k, 0], values[j]
        if target < 0.0 or (target == EXPECTATION) != stated:
            continue
        if not (raw >= scales[k, 3] and raw <= scales[k, 4]):
            continue
        H = kernel.row_of(target, role, single[5])
        gain, noise = scales[k, 6], scales[k, 7]
        y = scales[k, 1] + scales[k, 2] * raw
        level = H[0] * m[0] + H[1] * m[1] + H[2] * m[2] + H[3] * m[3]
        H = (H[0] * gain, H[1] * gain, H[2] * gain, H[3] * gain)
        v = y - scales[k, 5] - gain * level
        variance = kernel.noise_of(target, role, single) + noise * noise
        before = m, A, R
        m, A, R, one, spread = kernel.observe(m, A, R, H, v, variance)
        whole = target == RELATIONSHIP or role != kernel.DIRECT
        error = _SIGMA_X if stated else (_SIGMA_R if whole else _SIGMA_E)
        own = of_scale[k]
        t.observe(
            T, G, n, before[0], before[1], before[2], H, v, spread, not (stated or whole), gain, noise,
            error, single, of_single, lane[own[0]] if own[0] >= 0 else -1,
            lane[own[1]] if own[1] >= 0 else -1, lane[own[2]] if own[2] >= 0 else -1,
        )  # fmt: skip
        ll += one
        if target == EXPERIENCE or stated:
            level_total += (y - scales[k, 5]) / gain
            count += 1
    return m, A, R, ll, level_total / max(count, 1), count


@compiled
def _tell(
    T: Any, n: Any, lane: Any, raw_of: Any, place: int, role: int, before: float, level: float, count: int,
    lo: int, hi: int, codes: Any, values: Any, scales: Any, single: Any, of_single: Any, of_scale: Any,
    levels: Any,
) -> None:  # fmt: skip
    """Adds an answered event to `levels`: E, what was lived without the halo, d and P."""
    lived, h = t.GAIN, single[5]
    direct = role == kernel.DIRECT
    freed = 1.0 / (1.0 - h) if direct else 1.0
    for p in range(n):
        T[lived + p] = -h * freed * T[t.BEFORE + p] if direct else 0.0
    if direct:
        t.add(T, lived, of_single[5], (level - before) * freed * freed)
    for j in range(lo, hi):
        k = codes[j]
        own, raw = of_scale[k], values[j]
        if scales[k, 0] == EXPERIENCE and raw >= scales[k, 3] and raw <= scales[k, 4]:
            part = freed / (count * scales[k, 6])
            if own[0] >= 0:
                t.add(T, lived, lane[own[0]], -part)
            if own[1] >= 0:
                y = scales[k, 1] + scales[k, 2] * raw
                t.add(T, lived, lane[own[1]], -part * (y - scales[k, 5]) / scales[k, 6])
    for p in range(n):
        one, felt, met = raw_of[p], T[lived + p], T[t.EXPECTED + p]
        levels[0, place, one] += met
        levels[1, place, one] += felt
        levels[2, place, one] += felt - met - (T[t.SHIFT + p] if direct else 0.0)
        levels[3, place, one] += T[t.V1 + p] + T[t.V2 + p] if direct else T[t.M1 + p] + T[t.M2 + p]


@compiled
def _run(  # noqa: C901  one pass, one loop, as in the kernel
    starts: Any, at: Any, touchpoint: Any, indirect: Any, still: Any, goal: Any,
    measure_lo: Any, measure_hi: Any, measure_code: Any, measure_value: Any,
    rating_lo: Any, rating_hi: Any, rating_code: Any, rating_value: Any,
    valence: Any, context: Any,
    single: Any, theta: Any, kappa: Any, norm: Any, features: Any, scales: Any, gamma: Any,
    promised_: Any, of_single: Any, of_theta: Any, of_kappa: Any, of_gamma: Any, of_feature: Any,
    of_scale: Any, always: int, log_lik: Any, scores: Any, information: Any, levels: Any,
) -> None:  # fmt: skip
    """`kernel.run` from the prior with derivatives; fills the last four, `information` under its diagonal."""
    lam, tau, eta, phi, kappa_indirect = single[0], single[1], single[2], single[3], single[4]
    s_e2, v_d, points, omega = single[14], single[15], single[17], single[18]
    gap, peak, end = single[19] * 1e6, single[20], single[21]
    T, G = np.zeros(t.ROWS * t.ROW), np.zeros(t.ROW * t.ROW)
    lane, raw_of = np.full(scores.shape[1], -1), np.arange(scores.shape[1])
    lane[:always] = np.arange(always)
    came, asked = np.full(theta.shape[0], -1), np.full(scales.shape[0], -1)
    for c in range(starts.shape[0] - 1):
        for one in range(always, scores.shape[1]):
            lane[one] = -1
        _begin(T, always, single, of_single)
        for a in range(always):
            for b in range(a + 1):
                G[a * t.ROW + b] = 0.0
        active = always
        m = (0.0, single[13], 0.0, 0.0)
        A = (single[11] * single[11], 0.0, 0.0, 0.0, single[12] * single[12], 0.0, 0.0, v_d, 0.0, 0.0)
        moved, C, R = m, A, (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
        met, open_, k_open, of = 0.0, (0.0, 0.0, 0.0, 0.0), 0.0, np.int64(0)
        total, last = 0.0, at[starts[c]]
        for i in range(starts[c], starts[c + 1]):
            tp, lo, hi = touchpoint[i], rating_lo[i], rating_hi[i]
            role = kernel.role_of(indirect[i], still[i], lo, hi, rating_code, scales)
            if open_[0] > 0.0 and (
                role != 0 or at[i] - last >= gap or (goal[i] != 0 and of != 0 and goal[i] != of)
            ):
                _close(T, np.uint64(active))
                m, A, R = moved, C, (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
                open_, of = (0.0, 0.0, 0.0, 0.0), np.int64(0)
            if role == 0 and came[tp] != c:
                came[tp] = c
                active = _arrive(T, G, lane, raw_of, active, tp, of_theta, of_kappa, of_feature)
            for j in range(lo, hi):
                k = rating_code[j]
                if asked[k] != c:
                    asked[k] = c
                    for slot in range(of_scale.shape[1]):
                        active = t.enter(T, G, lane, raw_of, active, of_scale[k, slot])
            n = np.uint64(active)
            days = max(at[i] - last, 0) / kernel.DAY
            t.fade(T, n, m, A, R, days, single, of_single)
            m, A = kernel.fade(m, A, days, tau, s_e2, v_d, omega * omega)
            R = (R[0], R[1], R[2], R[3] * math.exp(-days / tau), 0.0, R[5])
            last = max(at[i], last)
            shift = 0.0
            if role == 0:
                for z in range(gamma.shape[0]):
                    shift += gamma[z] * context[z, i]
                for p in range(n):
                    T[t.M3 + p] = T[t.A3 + p] = T[t.A6 + p] = T[t.A8 + p] = T[t.A9 + p] = 0.0
                    T[t.SHIFT + p] = 0.0
                t.standard(
                    T, tp, shift, i, context, single, theta, promised_, features, lane, of_single,
                    of_theta, of_gamma, of_feature,
                )  # fmt: skip
                shift = norm[tp] + min(max(shift, -MOST_FELT), MOST_FELT)
                t.felt(T, tp, measure_lo[i], measure_hi[i], measure_code, measure_value, features, lane,
                        of_feature)  # fmt: skip
                if of_theta[tp] >= 0:
                    t.add(T, t.M3, lane[of_theta[tp]], 1.0)
                t.add(T, t.A9, of_single[7], 2.0 * single[7])
                u = kernel.usual(
                    tp, measure_lo[i], measure_hi[i], measure_code, measure_value, theta, features
                )
                m = (m[0], m[1], m[2], u)
                A = (A[0], A[1], A[2], 0.0, A[4], A[5], 0.0, A[7], 0.0, single[7] * single[7])
            level, count, density = 0.0, 0, 0.0
            if hi > lo:
                m, A, R, density, level, count = _answers(
                    T, G, lane, n, m, A, R, role, lo, hi, rating_code, rating_value, scales, single,
                    True, of_single, of_scale,
                )  # fmt: skip
            before = m[1] + m[2]
            for p in range(n):
                T[t.EXPECTED + p], T[t.BEFORE + p] = T[t.M1 + p], T[t.M1 + p] + T[t.M2 + p]
            if hi > lo:
                m, A, R, more, level, count = _answers(
                    T, G, lane, n, m, A, R, role, lo, hi, rating_code, rating_value, scales, single,
                    False, of_single, of_scale,
                )  # fmt: skip
                density += more
            total += density
            if role == 0:
                mu, sd = kernel.difference(m, A, shift)
                score = m[3] - shift
                own = lane[of_kappa[tp]] if of_kappa[tp] >= 0 else -1
                first = open_[0] == 0.0
                beta, d, sd_d = 1.0, mu, sd
                was = open_
                if first:
                    R, open_ = (score, A[3], A[6], A[8], 0.0, A[9]), (1.0, score, score, score)
                    k_open = kappa[tp]
                    met += 1.0
                else:
                    R, open_, beta = kernel.remember(R, score, A, open_, m[1], peak, end)
                    k_open += beta * (kappa[tp] - k_open)
                    d, sd_d = R[0] - m[1], np.sqrt(max(R[5] + A[4] - 2.0 * R[2], 0.0))
                t.recall(T, n, first, was, score, m[1], single, own, beta)
                if goal[i] != 0:
                    of = goal[i]
                with_score = (A[0], A[1], A[2], R[1], A[4], A[5], R[2], A[7], R[3], R[5])
                t.move(T, n, with_score, d, sd_d, k_open, met, single, of_single)
                g = 1.0 + phi / met
                moved, C, _ = kernel.move(
                    (m[0], m[1], m[2], R[0]), with_score, d, sd_d, lam, g * k_open,
                    min(g * eta, kernel.MOST_GAIN), omega * omega,
                )  # fmt: skip
            elif role == 1 and np.isfinite(valence[i]):
                s = valence[i] * points
                weighed = s if s >= 0.0 else lam * s
                m = (m[0], m[1], m[2] + kappa_indirect * weighed, 0.0)
                t.add(T, t.M2, of_single[4], weighed)
                if s < 0.0:
                    t.add(T, t.M2, of_single[0], kappa_indirect * s)
            if count > 0 and levels.shape[0] > 0:
                _tell(
                    T, n, lane, raw_of, tp, role, before, level, count, lo, hi, rating_code, rating_value,
                    scales, single, of_single, of_scale, levels,
                )  # fmt: skip
        log_lik[c] = total
        for a in range(active):
            scores[c, raw_of[a]] = T[t.SCORE + np.uint64(a)]
            for b in range(a + 1):
                high, low = max(raw_of[a], raw_of[b]), min(raw_of[a], raw_of[b])
                information[high, low] += G[a * t.ROW + b]


@compiled
def _close(T: Any, n: Any) -> None:
    """The open episode ends: the mind is what it moved to."""
    for p in range(n):
        T[t.M0 + p], T[t.M1 + p], T[t.M2 + p] = T[t.V0 + p], T[t.V1 + p], T[t.V2 + p]
        T[t.A0 + p], T[t.A1 + p], T[t.A2 + p] = T[t.C0 + p], T[t.C1 + p], T[t.C2 + p]
        T[t.A4 + p], T[t.A5 + p], T[t.A7 + p] = T[t.C4 + p], T[t.C5 + p], T[t.C7 + p]
        T[t.R1 + p] = T[t.R2 + p] = T[t.R3 + p] = T[t.R4 + p] = 0.0
