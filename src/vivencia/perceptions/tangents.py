"""The filter with the derivatives of all it predicts, in one pass: forward differentiation.

Beside each number of a customer's state stands a row of its derivatives by the free numbers
(Griewank & Walther 2008, Evaluating Derivatives, ch. 3). A number takes a place in these rows, a
lane, when the customer first meets it: before, nothing depends on it. The exponentials, roots and
quotients are those of the filter, once for all lanes, so a lane costs some multiplications.
`kernel.py` holds what is differentiated, name by name; the tests hold the two together.
"""

import math
from typing import Any

import numpy as np

from vivencia.perceptions import kernel
from vivencia.perceptions.compiled import compiled
from vivencia.perceptions.parameters import MORE_EXTREME, MOST_FELT

#: So many numbers may be free; a row is a little longer, so that rows don't share their place in the cache.
LANES = 512
ROW = LANES + 8


def _row(number: int) -> Any:
    """Where a row begins. Unsigned and constant, so that loops over lanes become vector instructions."""
    return np.uint64(number * ROW)


#: m, A and R as in `kernel.observe`; the sums of an open episode and its κ; the mind after the contact.
M0, M1, M2, M3 = (_row(i) for i in range(4))
A0, A1, A2, A3, A4, A5, A6, A7, A8, A9 = (_row(i) for i in range(4, 14))
R0, R1, R2, R3, R4, R5 = (_row(i) for i in range(14, 20))
TOTAL, EXTREME, LAST, KAPPA = (_row(i) for i in range(20, 24))
V0, V1, V2, C0, C1, C2, C4, C5, C7 = (_row(i) for i in range(24, 33))
#: Between two loops: AH, ŷ and S of an answer; c1, c0, variance, k and η of a move; standard; score; E, P.
D0, D1, D2, D3, D4, Y, S = (_row(i) for i in range(33, 40))
SLOPE, MEAN, VARIANCE, GAIN, FOLLOW = (_row(i) for i in range(40, 45))
SHIFT, SCORE, EXPECTED, BEFORE = (_row(i) for i in range(45, 49))
ROWS = 49

#: Quantities whose means over answered events are differentiated, in the order of `levels`.
QUANTITIES = ("expectation", "lived", "disconfirmation", "perception")


@compiled
def add(T: Any, row: Any, lane: int, value: float) -> None:
    """Adds to one lane of a row; nothing where the number is not free (lane −1)."""
    if lane >= 0:
        T[row + np.uint64(lane)] += value


@compiled
def enter(T: Any, G: Any, lane: Any, raw_of: Any, n: int, raw: int) -> int:
    """A lane for a number, unless it has one or is not free; the number of lanes."""
    if raw < 0 or lane[raw] >= 0:
        return n
    lane[raw], raw_of[n] = n, raw
    for row in range(ROWS):
        T[row * ROW + n] = 0.0
    for other in range(n + 1):
        G[n * ROW + other] = 0.0
    return n + 1


@compiled
def fade(T: Any, n: Any, m: Any, A: Any, R: Any, days: float, single: Any, of_single: Any) -> None:
    """`kernel.fade`; `m`, `A`, `R` as they were before."""
    tau, v_d, omega = single[1], single[15], single[18]
    rho = math.exp(-days / tau)
    away = days / tau * rho
    d_rho = rho * days / (tau * tau)
    d_away = days / tau * d_rho - away / tau
    unsure, second = omega * omega * away * away, m[2] * m[2] + A[7]
    kept, by_mean = rho * rho + unsure, 2.0 * unsure * m[2]
    for p in range(n):
        T[A7 + p] = kept * T[A7 + p] + by_mean * T[M2 + p]
        T[M2 + p] *= rho
        T[A2 + p] *= rho
        T[A5 + p] *= rho
        T[R3 + p] *= rho
        T[R4 + p] = 0.0
    t = of_single[1]
    add(T, M2, t, m[2] * d_rho)
    add(T, A2, t, A[2] * d_rho)
    add(T, A5, t, A[5] * d_rho)
    add(T, R3, t, R[3] * d_rho)
    add(T, A7, t, 2.0 * rho * d_rho * (A[7] - v_d) + 2.0 * omega * omega * away * d_away * second)
    add(T, A4, of_single[14], days)
    add(T, A7, of_single[15], 1.0 - rho * rho)
    add(T, A7, of_single[18], 2.0 * omega * away * away * second)


@compiled
def felt(
    T: Any, tp: int, lo: int, hi: int, codes: Any, values: Any, features: Any, lane: Any, of_feature: Any
) -> None:
    """What measures add to the experience, `kernel.usual`, in lanes."""
    x = 0.0
    for j in range(lo, hi):
        if math.isfinite(values[j]):
            f = features[tp, codes[j]]
            x += f[0] * (min(max(values[j], f[2]), f[3]) - f[1])
            if f[7] != 0.0:
                x += f[4] * (max(f[7] * (values[j] - f[6]), 0.0) - f[5])
    if abs(x) > MOST_FELT:
        return
    for j in range(lo, hi):
        k = codes[j]
        if not math.isfinite(values[j]):
            continue
        f = features[tp, k]
        if of_feature[tp, k, 0] >= 0:
            add(T, M3, lane[of_feature[tp, k, 0]], min(max(values[j], f[2]), f[3]) - f[1])
        if of_feature[tp, k, 1] >= 0 and f[7] != 0.0:
            add(T, M3, lane[of_feature[tp, k, 1]], max(f[7] * (values[j] - f[6]), 0.0) - f[5])


@compiled
def standard(
    T: Any, tp: int, around: float, i: int, context: Any, single: Any, theta: Any, promised: Any,
    features: Any, lane: Any, of_single: Any, of_theta: Any, of_gamma: Any, of_feature: Any,
) -> None:  # fmt: skip
    """What a contact is compared with beside E: ξ(θ_c − θ̄) + π·promise + γ'z."""
    xi, pi, unknown = single[6], single[22], theta.shape[0] - 1
    if abs(around) <= MOST_FELT:
        for z in range(of_gamma.shape[0]):
            add(T, SHIFT, of_gamma[z], context[z, i])
    add(T, SHIFT, of_single[6], theta[tp] - theta[unknown])
    add(T, SHIFT, of_single[22], promised[tp])
    if of_theta[tp] >= 0:
        add(T, SHIFT, lane[of_theta[tp]], xi)
    add(T, SHIFT, lane[of_theta[unknown]], -xi)
    for k in range(features.shape[1]):
        f = features[tp, k]
        if f[7] != 0.0:
            if of_feature[tp, k, 0] >= 0:
                add(T, SHIFT, lane[of_feature[tp, k, 0]], pi * (min(max(f[6], f[2]), f[3]) - f[1]))
            if of_feature[tp, k, 1] >= 0:
                add(T, SHIFT, lane[of_feature[tp, k, 1]], -pi * f[5])


@compiled
def observe(
    T: Any, G: Any, n: Any, m: Any, A: Any, R: Any, H: Any, v: float, S_: float, halo: bool, gain: float,
    noise: float, error: int, single: Any, of_single: Any, offset_: int, gain_: int, noise_: int,
) -> None:  # fmt: skip
    """`kernel.observe` of one answer, and what it says of the free numbers; arguments from before it.

    `error` is the number in `single` of the answer's own error; the last three are lanes.
    """
    h0, h1, h2, h3 = H[0], H[1], H[2], H[3]
    c0 = A[0] * h0 + A[1] * h1 + A[2] * h2 + A[3] * h3
    c1 = A[1] * h0 + A[4] * h1 + A[5] * h2 + A[6] * h3
    c2 = A[2] * h0 + A[5] * h1 + A[7] * h2 + A[8] * h3
    c3 = A[3] * h0 + A[6] * h1 + A[8] * h2 + A[9] * h3
    c4 = R[1] * h0 + R[2] * h1 + R[3] * h2 + R[4] * h3
    for p in range(n):
        d0 = T[A0 + p] * h0 + T[A1 + p] * h1 + T[A2 + p] * h2 + T[A3 + p] * h3
        d1 = T[A1 + p] * h0 + T[A4 + p] * h1 + T[A5 + p] * h2 + T[A6 + p] * h3
        d2 = T[A2 + p] * h0 + T[A5 + p] * h1 + T[A7 + p] * h2 + T[A8 + p] * h3
        d3 = T[A3 + p] * h0 + T[A6 + p] * h1 + T[A8 + p] * h2 + T[A9 + p] * h3
        T[D0 + p], T[D1 + p], T[D2 + p], T[D3 + p] = d0, d1, d2, d3
        T[D4 + p] = T[R1 + p] * h0 + T[R2 + p] * h1 + T[R3 + p] * h2 + T[R4 + p] * h3
        T[S + p] = d0 * h0 + d1 * h1 + d2 * h2 + d3 * h3
        T[Y + p] = T[M0 + p] * h0 + T[M1 + p] * h1 + T[M2 + p] * h2 + T[M3 + p] * h3
    if halo and of_single[5] >= 0:
        t = of_single[5]
        e0, e1 = gain * (A[1] + A[2] - A[3]), gain * (A[4] + A[5] - A[6])
        e2, e3 = gain * (A[5] + A[7] - A[8]), gain * (A[6] + A[8] - A[9])
        add(T, D0, t, e0)
        add(T, D1, t, e1)
        add(T, D2, t, e2)
        add(T, D3, t, e3)
        add(T, D4, t, gain * (R[2] + R[3] - R[4]))
        add(T, S, t, h0 * e0 + h1 * e1 + h2 * e2 + h3 * e3 + gain * (c1 + c2 - c3))
        add(T, Y, t, gain * (m[1] + m[2] - m[3]))
    if gain_ >= 0:
        add(T, D0, gain_, c0 / gain)
        add(T, D1, gain_, c1 / gain)
        add(T, D2, gain_, c2 / gain)
        add(T, D3, gain_, c3 / gain)
        add(T, D4, gain_, c4 / gain)
        add(T, S, gain_, 2.0 * (h0 * c0 + h1 * c1 + h2 * c2 + h3 * c3) / gain)
        add(T, Y, gain_, (h0 * m[0] + h1 * m[1] + h2 * m[2] + h3 * m[3]) / gain)
    add(T, Y, offset_, 1.0)
    add(T, S, noise_, 2.0 * noise)
    add(T, S, of_single[error], 2.0 * single[error])
    _learn(T, G, n, v, 1.0 / S_)
    w = 1.0 / S_
    k = v * w
    for p in range(n):
        d0, d1, d2, d3, d4 = T[D0 + p], T[D1 + p], T[D2 + p], T[D3 + p], T[D4 + p]
        s = T[S + p] * w
        dk = -T[Y + p] * w - k * s
        T[M0 + p] += d0 * k + c0 * dk
        T[M1 + p] += d1 * k + c1 * dk
        T[M2 + p] += d2 * k + c2 * dk
        T[M3 + p] += d3 * k + c3 * dk
        T[A0 + p] -= (2.0 * d0 - c0 * s) * c0 * w
        T[A4 + p] -= (2.0 * d1 - c1 * s) * c1 * w
        T[A7 + p] -= (2.0 * d2 - c2 * s) * c2 * w
        T[A9 + p] -= (2.0 * d3 - c3 * s) * c3 * w
        T[A1 + p] -= (d0 * c1 + c0 * d1 - c0 * c1 * s) * w
        T[A2 + p] -= (d0 * c2 + c0 * d2 - c0 * c2 * s) * w
        T[A3 + p] -= (d0 * c3 + c0 * d3 - c0 * c3 * s) * w
        T[A5 + p] -= (d1 * c2 + c1 * d2 - c1 * c2 * s) * w
        T[A6 + p] -= (d1 * c3 + c1 * d3 - c1 * c3 * s) * w
        T[A8 + p] -= (d2 * c3 + c2 * d3 - c2 * c3 * s) * w
        T[R0 + p] += d4 * k + c4 * dk
        T[R1 + p] -= (d0 * c4 + c0 * d4 - c0 * c4 * s) * w
        T[R2 + p] -= (d1 * c4 + c1 * d4 - c1 * c4 * s) * w
        T[R3 + p] -= (d2 * c4 + c2 * d4 - c2 * c4 * s) * w
        T[R4 + p] -= (d3 * c4 + c3 * d4 - c3 * c4 * s) * w
        T[R5 + p] -= (2.0 * d4 - c4 * s) * c4 * w


@compiled
def _learn(T: Any, G: Any, n: Any, v: float, w: float) -> None:
    """Adds Σ dŷ dŷ'/S + ½ dS dS'/S² to G (lower triangle) and the answer's score to SCORE."""
    on_mean, on_spread = v * w, 0.5 * (v * v * w - 1.0) * w
    for p in range(n):
        T[SCORE + p] += on_mean * T[Y + p] + on_spread * T[S + p]
    for a in range(n):
        y, s, line = T[Y + a] * w, 0.5 * T[S + a] * w * w, a * np.uint64(ROW)
        for b in range(a + np.uint64(1)):
            G[line + b] += y * T[Y + b] + s * T[S + b]


@compiled
def recall(
    T: Any, n: Any, first: bool, open_: Any, score: float, E: float, single: Any, kappa_: int, beta: float
) -> None:
    """`kernel.remember`: the episode with one more contact, or its first; `open_` from before it."""
    if first:
        for p in range(n):
            new = T[M3 + p] - T[SHIFT + p]
            T[R0 + p], T[R1 + p], T[R2 + p], T[R3 + p] = new, T[A3 + p], T[A6 + p], T[A8 + p]
            T[R5 + p], T[R4 + p] = T[A9 + p], 0.0
            T[TOTAL + p], T[EXTREME + p], T[LAST + p], T[KAPPA + p] = new, new, new, 0.0
        add(T, KAPPA, kappa_, 1.0)
        return
    peak, end = single[20], single[21]
    many = open_[0]
    was, now = (1.0 - peak - end) / many, (1.0 - peak - end) / (many + 1.0)
    higher = 1.0 if abs(score - E) > abs(open_[2] - E) + MORE_EXTREME else 0.0
    a = 1.0 - beta
    for p in range(n):
        new = T[M3 + p] - T[SHIFT + p]
        before = was * T[TOTAL + p] + peak * T[EXTREME + p] + end * T[LAST + p]
        T[TOTAL + p] += new
        T[EXTREME + p] = higher * new + (1.0 - higher) * T[EXTREME + p]
        T[LAST + p] = new
        T[R0 + p] = now * T[TOTAL + p] + peak * T[EXTREME + p] + end * new + a * (T[R0 + p] - before)
        T[R5 + p] = a * a * T[R5 + p] + 2.0 * a * beta * T[R4 + p] + beta * beta * T[A9 + p]
        T[R1 + p] = a * T[R1 + p] + beta * T[A3 + p]
        T[R2 + p] = a * T[R2 + p] + beta * T[A6 + p]
        T[R3 + p] = a * T[R3 + p] + beta * T[A8 + p]
        T[R4 + p] = 0.0
        T[KAPPA + p] *= a
    add(T, KAPPA, kappa_, beta)


@compiled
def _psi(T: Any, n: Any, mu: float, sd: float, lam: float, omega: float, of_single: Any) -> None:
    """`kernel.asymmetric_moments` and what ω adds: SLOPE c1, MEAN c0 and VARIANCE, in lanes.

    By Stein's lemma ∂E[ψ]/∂μ = E[ψ'], and of E[ψ²] the derivatives are those of a smooth function.
    """
    c1, c0, ve = kernel.asymmetric_moments(mu, sd, lam)
    differ2 = omega * omega
    if sd < kernel.LEAST_SD:
        below = 0.0 if mu >= 0.0 else 1.0
        c1_mu, c1_sd, c1_lam = 0.0, 0.0, below
        c0_mu, c0_sd, c0_lam = c1, 0.0, below * mu
        ve_mu, ve_sd, ve_lam = 0.0, 0.0, 0.0
    else:
        w = mu / sd
        F = 0.5 * math.erfc(-w * kernel.ROOT_HALF)
        f = kernel.INV_ROOT_2PI * math.exp(-0.5 * w * w)
        half = F + lam * lam * (1.0 - F)
        c1_mu, c1_sd, c1_lam = (1.0 - lam) * f / sd, -(1.0 - lam) * f * w / sd, 1.0 - F
        c0_mu, c0_sd, c0_lam = c1, f * (1.0 - lam), mu * (1.0 - F) - sd * f
        ve_mu = 2.0 * (mu * half + sd * f * (1.0 - lam * lam)) - 2.0 * c0 * c0_mu - 2.0 * c1 * sd * sd * c1_mu
        ve_sd = 2.0 * sd * (half - c1 * c1) - 2.0 * c0 * c0_sd - 2.0 * c1 * sd * sd * c1_sd
        ve_lam = 2.0 * lam * ((mu * mu + sd * sd) * (1.0 - F) - mu * sd * f)
        ve_lam -= 2.0 * c0 * c0_lam + 2.0 * c1 * sd * sd * c1_lam
        if ve <= 0.0:
            ve_mu, ve_sd, ve_lam = 0.0, 0.0, 0.0
    s2 = c1 * sd * sd
    v_mu = (1.0 + differ2) * ve_mu + 2.0 * differ2 * (c0 * c0_mu + s2 * c1_mu)
    v_sd = (1.0 + differ2) * ve_sd + 2.0 * differ2 * (c0 * c0_sd + s2 * c1_sd + c1 * c1 * sd)
    v_lam = (1.0 + differ2) * ve_lam + 2.0 * differ2 * (c0 * c0_lam + s2 * c1_lam)
    by_sd = 0.5 / sd if sd > 0.0 else 0.0
    for p in range(n):
        d_mu = T[R0 + p] - T[M1 + p]
        d_sd = (T[R5 + p] + T[A4 + p] - 2.0 * T[R2 + p]) * by_sd
        T[SLOPE + p] = c1_mu * d_mu + c1_sd * d_sd
        T[MEAN + p] = c0_mu * d_mu + c0_sd * d_sd
        T[VARIANCE + p] = v_mu * d_mu + v_sd * d_sd
    add(T, SLOPE, of_single[0], c1_lam)
    add(T, MEAN, of_single[0], c0_lam)
    add(T, VARIANCE, of_single[0], v_lam)
    add(T, VARIANCE, of_single[18], 2.0 * omega * (c0 * c0 + c1 * c1 * sd * sd + ve))


@compiled
def move(
    T: Any, n: Any, A: Any, mu: float, sd: float, k_open: float, met: float, single: Any, of_single: Any
) -> None:
    """`kernel.move`: V and C from m, A and R; `A` holds the score fourth, `met` is the count of contacts."""
    lam, eta, phi, omega = single[0], single[2], single[3], single[18]
    _psi(T, n, mu, sd, lam, omega, of_single)
    c1, c0, ve = kernel.asymmetric_moments(mu, sd, lam)
    ve = ve + omega * omega * (c0 * c0 + c1 * c1 * sd * sd + ve)
    first = 1.0 + phi / met
    k, et = first * k_open, min(first * eta, kernel.MOST_GAIN)
    for p in range(n):
        T[GAIN + p] = first * T[KAPPA + p]
        T[FOLLOW + p] = 0.0
    add(T, GAIN, of_single[3], k_open / met)
    if first * eta < kernel.MOST_GAIN:
        add(T, FOLLOW, of_single[2], first)
        add(T, FOLLOW, of_single[3], eta / met)
    a, g = 1.0 - et, k * c1
    ee, eq = a * A[4] + et * A[6], a * A[6] + et * A[9]
    de, dq = A[5] + g * (A[6] - A[4]), A[8] + g * (A[9] - A[6])
    qb, qe, qd, qq = A[3] - A[1], A[6] - A[4], A[8] - A[5], A[9] - A[6]
    for p in range(n):
        dk, dt = T[GAIN + p], T[FOLLOW + p]
        dg = dk * c1 + k * T[SLOPE + p]
        r2, r3, r5 = T[R2 + p], T[R3 + p], T[R5 + p]
        d_ee = a * T[A4 + p] + et * r2 + dt * qe
        d_eq = a * r2 + et * r5 + dt * qq
        d_de = T[A5 + p] + g * (r2 - T[A4 + p]) + dg * qe
        d_dq = r3 + g * (r5 - r2) + dg * qq
        T[C0 + p] = T[A0 + p]
        T[C1 + p] = a * T[A1 + p] + et * T[R1 + p] + dt * qb
        T[C2 + p] = T[A2 + p] + g * (T[R1 + p] - T[A1 + p]) + dg * qb
        T[C4 + p] = a * d_ee + et * d_eq + dt * (eq - ee)
        T[C5 + p] = a * T[A5 + p] + et * r3 + dt * qd + dg * (eq - ee) + g * (d_eq - d_ee)
        d_dd = T[A7 + p] + g * (r3 - T[A5 + p]) + dg * qd
        T[C7 + p] = d_dd + dg * (dq - de) + g * (d_dq - d_de) + k * (2.0 * dk * ve + k * T[VARIANCE + p])
        T[V0 + p] = T[M0 + p]
        T[V1 + p] = T[M1 + p] + dt * mu + et * (T[R0 + p] - T[M1 + p])
        T[V2 + p] = T[M2 + p] + dk * c0 + k * T[MEAN + p]
