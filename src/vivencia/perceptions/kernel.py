"""The perception filter as compiled loops: one pass over events sorted by customer and time.

The state of a customer is a Gaussian over (b, E, D): rating style, expectation and
residual disconfirmation; perception is P = E + D. While an event is handled, its
experience q stands fourth. Covariances are the ten numbers of the upper triangle, in
the order bb, bE, bD, bq, EE, ED, Eq, DD, Dq, qq. `reference.py` says the same in plain
matrices; `batch.py` in NumPy over customers; the tests hold all three equal.
"""

import math
from typing import Any

import numpy as np

from vivencia.perceptions.compiled import compiled
from vivencia.perceptions.parameters import MORE_EXTREME, MOST_FELT

#: Rows of the kernel's output, one column an event.
OUTPUTS = (
    "expectation", "expectation_sd", "experience", "experience_sd",
    "disconfirmation", "disconfirmation_sd", "perception", "perception_sd",
    "jump", "inferred", "log_density", "answer", "predicted", "predicted_sd",
    "before", "stated", "overall", "surprise", "shift", "level",
)  # fmt: skip
#: How an event was treated.
ROLES = ("direct", "indirect", "survey")
DIRECT, INDIRECT, SURVEY = 0, 1, 2

DAY = 86_400e6  # microseconds
_HALF_LOG_2PI = 0.9189385332046727
ROOT_HALF = math.sqrt(0.5)
INV_ROOT_2PI = 1.0 / math.sqrt(2.0 * math.pi)
MOST_GAIN = 0.95  # an expectation never jumps past what was lived
LEAST_SD = 1e-9

#: A state is mb, mE, mD, Cbb, CbE, CbD, CEE, CED, CDD, n: ten numbers, with the time beside. While an
#: episode is open (the 20th number is its count of contacts, else all of these are 0) follow the nine
#: of the mind before it, the count, the score's mean, covariances with b, E, D and variance, the sum,
#: most extreme and last of its contacts, κ, the goal and the jump so far.
STATE = 31


@compiled
def fade(m: Any, A: Any, days: float, tau: float, s_e2: float, v_d: float, differ2: float) -> Any:
    """Time passes: D fades towards 0, uncertainty about E grows (step 1).

    Customers differ in how long they remember: a change of 1 in ln τ moves ρ by (Δt/τ)·ρ, so
    an unknown τ of log standard deviation ω adds ω²·(Δt/τ·ρ)²·E[D²] (`differ2` is ω²).
    """
    rho = math.exp(-days / tau)
    away = days / tau * rho
    unsure = differ2 * away * away * (m[2] * m[2] + A[7])
    m = (m[0], m[1], m[2] * rho, 0.0)
    A = (A[0], A[1], A[2] * rho, 0.0, A[4] + s_e2 * days, A[5] * rho, 0.0,
         rho * rho * A[7] + v_d * (1.0 - rho * rho) + unsure, 0.0, 0.0)  # fmt: skip
    return m, A


@compiled
def observe(m: Any, A: Any, R: Any, H: Any, residual: float, variance: float) -> Any:
    """One answer: residual v = y − ŷ, row H over (b, E, D, q); Kalman update (step 2).

    `R` is what is open of an episode: the mean of its score r, its covariances with b, E, D
    and q, and its variance. Gives mean, covariances, `R`, log N(v; 0, S) and S.
    """
    c0 = A[0] * H[0] + A[1] * H[1] + A[2] * H[2] + A[3] * H[3]
    c1 = A[1] * H[0] + A[4] * H[1] + A[5] * H[2] + A[6] * H[3]
    c2 = A[2] * H[0] + A[5] * H[1] + A[7] * H[2] + A[8] * H[3]
    c3 = A[3] * H[0] + A[6] * H[1] + A[8] * H[2] + A[9] * H[3]
    S = H[0] * c0 + H[1] * c1 + H[2] * c2 + H[3] * c3 + variance
    k = residual / S
    c4 = R[1] * H[0] + R[2] * H[1] + R[3] * H[2] + R[4] * H[3]
    R = (R[0] + c4 * k, R[1] - c0 * c4 / S, R[2] - c1 * c4 / S, R[3] - c2 * c4 / S, R[4] - c3 * c4 / S,
         max(R[5] - c4 * c4 / S, 0.0))  # fmt: skip
    m = (m[0] + c0 * k, m[1] + c1 * k, m[2] + c2 * k, m[3] + c3 * k)
    # Variances that rounding would take below zero stay at zero.
    A = (max(A[0] - c0 * c0 / S, 0.0), A[1] - c0 * c1 / S, A[2] - c0 * c2 / S, A[3] - c0 * c3 / S,
         max(A[4] - c1 * c1 / S, 0.0), A[5] - c1 * c2 / S, A[6] - c1 * c3 / S,
         max(A[7] - c2 * c2 / S, 0.0), A[8] - c2 * c3 / S,
         max(A[9] - c3 * c3 / S, 0.0))  # fmt: skip
    return m, A, R, -_HALF_LOG_2PI - 0.5 * math.log(S) - 0.5 * residual * k, S


@compiled
def asymmetric_moments(mu: float, sd: float, lam: float) -> Any:
    """Slope c1, mean c0 and unexplained variance of ψ(d), d ~ N(mu, sd²) (Stein's lemma).

    ψ(d) = d above zero and λ·d below.
    """
    if sd < LEAST_SD:
        slope = 1.0 if mu >= 0.0 else lam
        return slope, slope * mu, 0.0
    w = mu / sd
    F = 0.5 * math.erfc(-w * ROOT_HALF)
    f = INV_ROOT_2PI * math.exp(-0.5 * w * w)
    c1 = F + lam * (1.0 - F)
    c0 = mu * c1 + sd * f * (1.0 - lam)
    square = (mu * mu + sd * sd) * (F + lam * lam * (1.0 - F)) + mu * sd * f * (1.0 - lam * lam)
    return c1, c0, max(square - c0 * c0 - c1 * c1 * sd * sd, 0.0)


@compiled
def difference(m: Any, A: Any, shift: float) -> Any:
    """Mean and standard deviation of d = q − E − shift."""
    return m[3] - m[1] - shift, math.sqrt(max(A[9] + A[4] - 2.0 * A[6], 0.0))


@compiled
def move(m: Any, A: Any, mu: float, sd: float, lam: float, k: float, et: float, differ2: float) -> Any:
    """The customer's mind changes (step 3): C = M A M' + diag(0, 0, k² ve).

    M keeps b, takes E to (1 − et)·E + et·q and D to D + k·c1·(q − E). Gives the new mean
    and covariances of (b, E, D) and the jump k·c0. Customers differ in how strongly they react:
    k·(1 + ω·N(0, 1)) adds ω²·k²·E[ψ²] (`differ2` is ω²).
    """
    c1, c0, ve = asymmetric_moments(mu, sd, lam)
    ve = ve + differ2 * (c0 * c0 + c1 * c1 * sd * sd + ve)
    a = 1.0 - et
    g = k * c1
    # Columns of A against the new E (e*) and the new D (d*).
    eb = a * A[1] + et * A[3]
    ee = a * A[4] + et * A[6]
    ed = a * A[5] + et * A[8]
    eq = a * A[6] + et * A[9]
    db = A[2] + g * (A[3] - A[1])
    de = A[5] + g * (A[6] - A[4])
    dd = A[7] + g * (A[8] - A[5])
    dq = A[8] + g * (A[9] - A[6])
    C = (A[0], eb, db, 0.0,
         max(a * ee + et * eq, 0.0), ed + g * (eq - ee), 0.0,
         max(dd + g * (dq - de) + k * k * ve, 0.0), 0.0, 0.0)  # fmt: skip
    return (m[0], m[1] + et * mu, m[2] + k * c0, 0.0), C, k * c0


@compiled
def usual(tp: int, lo: int, hi: int, codes: Any, values: Any, theta: Any, features: Any) -> float:
    """The experience to be expected from objective facts: θ_c + β'o; missing facts add nothing."""
    x = 0.0
    for j in range(lo, hi):
        o = values[j]
        if not math.isfinite(o):
            continue
        k = codes[j]
        x += features[tp, k, 0] * (min(max(o, features[tp, k, 2]), features[tp, k, 3]) - features[tp, k, 1])
        if features[tp, k, 7] != 0.0:
            excess = max(features[tp, k, 7] * (o - features[tp, k, 6]), 0.0)
            x += features[tp, k, 4] * (excess - features[tp, k, 5])
    return float(theta[tp] + min(max(x, -MOST_FELT), MOST_FELT))


@compiled
def role_of(indirect: bool, still: bool, lo: int, hi: int, codes: Any, scales: Any) -> int:
    """How an event is treated: `still` kinds move nothing unless an experience is answered."""
    if indirect:
        return 1
    if not still:
        return 0
    for j in range(lo, hi):
        target = scales[codes[j], 0]
        if target in (0.0, 3.0):
            return 0
    return 2


@compiled
def row_of(target: float, role: int, h: float) -> Any:
    """H over (b, E, D, q) of an answer: what each kind of question observes.

    An experience (or an emotion) told at a contact that was lived carries the halo h; told
    elsewhere, as on a review site, it speaks of the perception, like a relationship answer.
    """
    if target == 2.0:
        return (1.0, 1.0, 0.0, 0.0)
    if target == 1.0 or role != 0:
        return (1.0, 1.0, 1.0, 0.0)
    return (1.0, h, h, 1.0 - h)


@compiled
def noise_of(target: float, role: int, single: Any) -> float:
    """Variance of an answer, before its instrument's own noise."""
    if target == 2.0:
        return float(single[10] * single[10])
    if target == 1.0 or role != 0:
        return float(single[9] * single[9])
    return float(single[8] * single[8])


@compiled
def answers(
    m: Any, A: Any, R: Any, role: int, lo: int, hi: int,
    codes: Any, values: Any, scales: Any, single: Any, stated: bool, each: Any,
) -> Any:  # fmt: skip
    """Every answer of one event, one after another.

    `stated` picks the expectations (asked before the experience); otherwise the rest. Gives
    mean, covariances, the open episode's, log density; the mean answer about the contact, as it
    is and freed of its instrument's offset and gain; the mean about the relationship; and of the first
    answer what was predicted, its sd and (answer − predicted) / sd. NaN without one.
    """
    ll, predicted, spread, surprise = 0.0, np.nan, np.nan, np.nan
    total, level_total, count, whole, wholes = 0.0, 0.0, 0, 0.0, 0
    for j in range(lo, hi):
        k = codes[j]
        target = scales[k, 0]
        raw = values[j]
        if target < 0.0 or (target == 2.0) != stated or not (raw >= scales[k, 3] and raw <= scales[k, 4]):
            continue
        H = row_of(target, role, single[5])
        gain, noise = scales[k, 6], scales[k, 7]
        y = scales[k, 1] + scales[k, 2] * raw
        level = H[0] * m[0] + H[1] * m[1] + H[2] * m[2] + H[3] * m[3]
        H = (H[0] * gain, H[1] * gain, H[2] * gain, H[3] * gain)
        v = y - scales[k, 5] - gain * level
        m, A, R, one, S = observe(m, A, R, H, v, noise_of(target, role, single) + noise * noise)
        ll += one
        if each.shape[1] > 0:
            each[0, j], each[1, j] = y - v, S
        if target == 0.0 or stated:
            total += y
            level_total += (y - scales[k, 5]) / gain
            if count == 0:
                predicted, spread, surprise = y - v, math.sqrt(S), v / math.sqrt(S)
            count += 1
        elif target == 1.0:
            whole += y
            wholes += 1
            if math.isnan(predicted):
                predicted, spread, surprise = y - v, math.sqrt(S), v / math.sqrt(S)
    mean = total / count if count > 0 else np.nan
    told = level_total / count if count > 0 else np.nan
    overall = whole / wholes if wholes > 0 else np.nan
    return m, A, R, ll, mean, told, overall, predicted, spread, surprise


@compiled
def remember(R: Any, score: float, A: Any, open_: Any, E: float, peak: float, end: float) -> Any:
    """The episode's score with one more contact: mean, most extreme and last (Alaybek et al. 2022).

    `R` as in `observe`; `score` is q − shift of the contact, `A` holds q; `open_` is (contacts,
    sum, most extreme, last) so far. The score is linear in the contacts, so the new one enters
    with the weight it has, β, and all before it with 1 − β; what answers taught of those before
    stays with them. Gives the new `R`, `open_` and β.
    """
    n, total, extreme, last = open_
    rest = 1.0 - peak - end
    was = rest * total / n + peak * extreme + end * last
    highest = abs(score - E) > abs(extreme - E) + MORE_EXTREME
    beta = rest / (n + 1.0) + end + (peak if highest else 0.0)
    n, total, extreme = n + 1.0, total + score, score if highest else extreme
    now = rest * total / n + peak * extreme + end * score
    a = 1.0 - beta
    R = (now + a * (R[0] - was), a * R[1] + beta * A[3], a * R[2] + beta * A[6], a * R[3] + beta * A[8], 0.0,
         max(a * a * R[5] + 2.0 * a * beta * R[4] + beta * beta * A[9], 0.0))  # fmt: skip
    return R, (n, total, extreme, score), beta


@compiled
def run(  # noqa: C901  one pass, one loop: a call an event would cost more than the event
    starts: Any, at: Any, touchpoint: Any, indirect: Any, still: Any, goal: Any,
    measure_lo: Any, measure_hi: Any, measure_code: Any, measure_value: Any,
    rating_lo: Any, rating_hi: Any, rating_code: Any, rating_value: Any,
    valence: Any, context: Any,
    single: Any, theta: Any, kappa: Any, norm: Any, features: Any, scales: Any, gamma: Any,
    state: Any, state_at: Any, out: Any, role_out: Any, log_lik: Any, each: Any,
) -> None:  # fmt: skip
    """The filter over whole customers; `state` and `state_at` are read and then written.

    `out` (20, n) and `role_out` (n) are filled unless they are empty; `log_lik` (customers)
    always; `each` (2, ratings), unless empty, with what was predicted of every answer that
    was used and its variance. A customer whose `state_at` is the lowest integer starts at its first event.

    Direct contacts of one goal that follow each other within the episode's gap are one
    episode: they are inferred from one by one, and move the mind once, by the episode's
    score. While it is open, `m` and `A` are the mind before it and `moved` the mind as it
    would be were this its last contact; any other event closes it.
    """
    lam, tau, eta, phi, kappa_indirect = single[0], single[1], single[2], single[3], single[4]
    s_u2 = single[7] * single[7]
    s_e2, v_d, points = single[14], single[15], single[17]
    differ2 = single[18] * single[18]
    gap, peak, end = single[19] * 1e6, single[20], single[21]
    writing = out.shape[1] > 0
    never = np.iinfo(np.int64).min
    for c in range(starts.shape[0] - 1):
        x = state[c]
        moved = (x[0], x[1], x[2], 0.0)
        C = (x[3], x[4], x[5], 0.0, x[6], x[7], 0.0, x[8], 0.0, 0.0)
        m, A, R = moved, C, (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
        n = x[9]
        open_ = (x[19], x[25], x[26], x[27])
        k_open, of, before_jump = x[28], np.int64(x[29]), x[30]
        if open_[0] > 0.0:
            m = (x[10], x[11], x[12], 0.0)
            A = (x[13], x[14], x[15], 0.0, x[16], x[17], 0.0, x[18], 0.0, 0.0)
            R = (x[20], x[21], x[22], x[23], 0.0, x[24])
        last = state_at[c]
        total = 0.0
        for i in range(starts[c], starts[c + 1]):
            tp = touchpoint[i]
            lo, hi = rating_lo[i], rating_hi[i]
            role = role_of(indirect[i], still[i], lo, hi, rating_code, scales)
            if open_[0] > 0.0 and (
                role != 0 or at[i] - last >= gap or (goal[i] != 0 and of != 0 and goal[i] != of)
            ):
                m, A, R = moved, C, (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
                open_, of = (0.0, 0.0, 0.0, 0.0), np.int64(0)
            if last != never:
                days = max(at[i] - last, 0) / DAY
                m, A = fade(m, A, days, tau, s_e2, v_d, differ2)
                if open_[0] > 0.0:
                    rho = math.exp(-days / tau)
                    R = (R[0], R[1], R[2], R[3] * rho, 0.0, R[5])
                    before_jump *= rho
            last = max(at[i], last)
            shift = 0.0
            if role == 0:
                for z in range(gamma.shape[0]):
                    shift += gamma[z] * context[z, i]
                shift = norm[tp] + min(max(shift, -MOST_FELT), MOST_FELT)
                u = usual(tp, measure_lo[i], measure_hi[i], measure_code, measure_value, theta, features)
                m = (m[0], m[1], m[2], u)
                A = (A[0], A[1], A[2], 0.0, A[4], A[5], 0.0, A[7], 0.0, s_u2)
            faded = m[2]
            ll, stated, answer, level, overall = 0.0, np.nan, np.nan, np.nan, np.nan
            predicted, spread, surprise = np.nan, np.nan, np.nan
            if hi > lo:
                m, A, R, ll, stated, level, overall, predicted, spread, surprise = answers(
                    m, A, R, role, lo, hi, rating_code, rating_value, scales, single, True, each
                )
            E, sd_E, before = m[1], math.sqrt(A[4]), m[1] + m[2]
            if hi > lo:
                m, A, R, more, answer, level, overall, predicted, spread, surprise = answers(
                    m, A, R, role, lo, hi, rating_code, rating_value, scales, single, False, each
                )
                ll += more
            total += ll
            inferred = m[2] - faded
            jump, mu, sd, q, sd_q = np.nan, np.nan, np.nan, np.nan, np.nan
            if role == 0:
                q, sd_q = m[3], math.sqrt(A[9])
                mu, sd = difference(m, A, shift)
                score = q - shift
                if open_[0] == 0.0:
                    R = (score, A[3], A[6], A[8], 0.0, A[9])
                    open_, k_open, before_jump, d, sd_d = (1.0, score, score, score), kappa[tp], 0.0, mu, sd
                    n += 1.0
                else:
                    R, open_, beta = remember(R, score, A, open_, m[1], peak, end)
                    k_open += beta * (kappa[tp] - k_open)
                    d, sd_d = R[0] - m[1], math.sqrt(max(R[5] + A[4] - 2.0 * R[2], 0.0))
                if goal[i] != 0:
                    of = goal[i]
                g = 1.0 + phi / n
                moved, C, jump = move(
                    (m[0], m[1], m[2], R[0]), (A[0], A[1], A[2], R[1], A[4], A[5], R[2], A[7], R[3], R[5]),
                    d, sd_d, lam, g * k_open, min(g * eta, MOST_GAIN), differ2,
                )  # fmt: skip
                jump, before_jump = jump - before_jump, jump
            else:
                if role == 1 and math.isfinite(valence[i]):
                    s = valence[i] * points
                    jump = kappa_indirect * (s if s >= 0.0 else lam * s)
                    m = (m[0], m[1], m[2] + jump, 0.0)
                moved, C = (m[0], m[1], m[2], 0.0), A
            if writing:
                role_out[i] = role
                out[0, i], out[1, i], out[18, i], out[19, i] = E, sd_E, shift, level
                out[2, i], out[3, i] = q, sd_q
                out[4, i], out[5, i] = mu, sd
                out[6, i] = moved[1] + moved[2]
                out[7, i] = math.sqrt(max(C[4] + C[7] + 2.0 * C[5], 0.0))
                out[8, i], out[9, i] = jump, inferred
                out[10, i] = ll if hi > lo else np.nan
                out[11, i], out[12, i], out[13, i] = answer, predicted, spread
                out[14, i], out[15, i], out[16, i], out[17, i] = before, stated, overall, surprise
        x[0], x[1], x[2], x[3], x[4], x[5] = moved[0], moved[1], moved[2], C[0], C[1], C[2]
        x[6], x[7], x[8], x[9] = C[4], C[5], C[7], n
        x[10:] = 0.0
        if open_[0] > 0.0:
            x[10], x[11], x[12], x[13], x[14], x[15] = m[0], m[1], m[2], A[0], A[1], A[2]
            x[16], x[17], x[18], x[19] = A[4], A[5], A[7], open_[0]
            x[20], x[21], x[22], x[23], x[24] = R[0], R[1], R[2], R[3], R[5]
            x[25], x[26], x[27], x[28], x[29], x[30] = open_[1], open_[2], open_[3], k_open, of, before_jump
        state_at[c] = last
        log_lik[c] = total
