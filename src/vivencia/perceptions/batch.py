"""The filter in NumPy alone, over many customers at once: what runs where numba is missing.

Customers are ordered by number of events, most first; at their k-th event the first
a(k) customers are handled together. The same argument list as `kernel.run`.
"""

from typing import Any, NamedTuple

import numpy as np

from vivencia.measure.normal import normal_cdf
from vivencia.perceptions.parameters import (
    EMOTION,
    EXPECTATION,
    EXPERIENCE,
    MORE_EXTREME,
    MOST_FELT,
    RELATIONSHIP,
    Floats,
)

_DAY = 86_400e6
_UPPER = np.array([[0, 1, 2], [1, 3, 4], [2, 4, 5]])


class _Answers(NamedTuple):
    lo: Any
    hi: Any
    code: Any
    value: Any


def run(
    starts: Any, at: Any, touchpoint: Any, indirect: Any, still: Any, goal: Any,
    measure_lo: Any, measure_hi: Any, measure_code: Any, measure_value: Any,
    rating_lo: Any, rating_hi: Any, rating_code: Any, rating_value: Any,
    valence: Any, context: Any,
    single: Any, theta: Any, kappa: Any, norm: Any, features: Any, scales: Any, gamma: Any,
    state: Any, state_at: Any, out: Any, role_out: Any, log_lik: Any, each: Any,
) -> None:  # fmt: skip
    """The filter over whole customers; see `kernel.run` for the arguments."""
    rows = at.shape[0]
    ratings = _Answers(rating_lo, rating_hi, rating_code, rating_value)
    role = _roles(indirect, still, ratings, scales)
    u = _usual(touchpoint, measure_lo, measure_hi, measure_code, measure_value, theta, features)
    around = np.clip(gamma @ context, -MOST_FELT, MOST_FELT) if gamma.size else 0.0
    shift = np.where(role != 0, 0.0, norm[touchpoint] + around)
    size = np.diff(starts)
    order = np.argsort(-size, kind="stable")
    for k in range(int(size.max(initial=0))):
        who = order[: int((size > k).sum())]
        rows_now = starts[:-1][who] + k
        _one(who, rows_now, at, touchpoint, role, goal, u, shift, ratings, valence, single, kappa, scales,
             state, state_at, out, log_lik, each)  # fmt: skip
    if role_out.shape[0] == rows:
        role_out[:] = role


def _roles(indirect: Any, still: Any, ratings: _Answers, scales: Any) -> Any:
    lived = np.isin(scales[ratings.code, 0], (EXPERIENCE, EMOTION))
    told = np.concatenate([[0], np.cumsum(lived)])
    any_lived = told[ratings.hi] > told[ratings.lo]
    return np.where(indirect, 1, np.where(still & ~any_lived, 2, 0)).astype(np.int8)


def _usual(tp: Any, lo: Any, hi: Any, code: Any, value: Any, theta: Any, features: Any) -> Floats:
    event = np.repeat(np.arange(len(tp)), hi - lo)
    entry = np.concatenate([[0], np.cumsum(hi - lo)])[:-1]
    take = np.arange(len(event)) - np.repeat(entry, hi - lo) + np.repeat(lo, hi - lo)
    o = value[take]
    fine = np.isfinite(o)
    event, o = event[fine], o[fine]
    f = features[tp[event], code[take[fine]]]
    x = f[:, 0] * (np.clip(o, f[:, 2], f[:, 3]) - f[:, 1])
    x += np.where(f[:, 7] != 0, f[:, 4] * (np.maximum(f[:, 7] * (o - f[:, 6]), 0) - f[:, 5]), 0.0)
    felt = np.clip(np.bincount(event, x, minlength=len(tp)), -MOST_FELT, MOST_FELT)
    total: Floats = theta[tp] + felt
    return total


def _one(
    who: Any, i: Any, at: Any, touchpoint: Any, role_all: Any, goal: Any, u: Any, shift_all: Any,
    ratings: _Answers, valence: Any, single: Any, kappa: Any, scales: Any,
    state: Any, state_at: Any, out: Any, log_lik: Any, each: Any,
) -> None:  # fmt: skip
    """The next event of each customer in `who`; `i` are the rows of those events."""
    lam, tau, eta, phi, k_indirect = single[:5]
    differ2 = single[18] * single[18]
    role, shift = role_all[i], shift_all[i]
    direct = role == 0
    x = state[who]
    within = _within(x, role, goal[i], at[i] - state_at[who], single[19] * 1e6)
    days = np.where(state_at[who] == np.iinfo(np.int64).min, 0, np.maximum(at[i] - state_at[who], 0)) / _DAY
    m, A = _faded(x, within, days, tau, single[14], single[15], differ2)
    m[:, 3] = np.where(direct, u[i], 0.0)
    A[:, 3, 3] = np.where(direct, single[7] ** 2, 0.0)
    D = m[:, 2].copy()
    ll, stated, *_ = _answer(m, A, i, role, ratings, scales, single, each, stated=True)
    E, sd_E, before = m[:, 1].copy(), np.sqrt(A[:, 1, 1]), m[:, 1] + m[:, 2]
    more, answer, level, overall, predicted, spread, surprise = _answer(
        m, A, i, role, ratings, scales, single, each, stated=False
    )
    inferred = m[:, 2] - D
    mu = m[:, 3] - m[:, 1] - shift
    sd = np.sqrt(np.maximum(A[:, 3, 3] + A[:, 1, 1] - 2 * A[:, 1, 3], 0))
    q, sd_q = m[:, 3].copy(), np.sqrt(A[:, 3, 3])
    opened = _remember(x, m, A, q - shift, within, kappa[touchpoint[i]], single[20], single[21])
    n = x[:, 9] + (direct & ~within)
    g = 1 + phi / np.maximum(n, 1)
    earlier = np.where(within, x[:, 30] * np.exp(-days / tau), 0.0)
    kept = m[:, :3].copy(), A[:, :3, :3].copy()
    whole = _moved(m, A, direct, lam, g * opened[3], np.minimum(g * eta, 0.95), differ2)
    jump = whole - earlier
    s = valence[i] * single[17]
    heard = (role == 1) & np.isfinite(s)
    jump[heard] = (k_indirect * np.where(s >= 0, s, lam * s))[heard]
    m[heard, 2] += jump[heard]
    fresh = np.zeros_like(x)
    fresh[:, :3] = m[:, :3]
    fresh[:, 10:13] = kept[0]
    for a, b, slot in ((0, 0, 3), (0, 1, 4), (0, 2, 5), (1, 1, 6), (1, 2, 7), (2, 2, 8)):
        fresh[:, slot], fresh[:, slot + 10] = A[:, a, b], kept[1][:, a, b]
    fresh[:, 9] = n
    fresh[:, 19] = np.where(within, x[:, 19] + 1, 1.0)
    fresh[:, 20], fresh[:, 24] = m[:, 4], A[:, 4, 4]
    fresh[:, 21:24] = A[:, 4, :3]
    fresh[:, 25:29] = np.stack(opened, axis=1)
    fresh[:, 29] = np.where(goal[i] != 0, goal[i], np.where(within, x[:, 29], 0))
    fresh[:, 30] = whole
    fresh[~direct, 10:] = 0.0
    state[who] = fresh
    state_at[who] = np.maximum(at[i], state_at[who])
    log_lik[who] += ll + more
    if out.shape[1]:
        answered = ratings.hi[i] > ratings.lo[i]
        sd_P = np.sqrt(np.maximum(A[:, 1, 1] + A[:, 2, 2] + 2 * A[:, 1, 2], 0))
        nan = np.nan
        out[:, i] = (
            E, sd_E, np.where(direct, q, nan), np.where(direct, sd_q, nan),
            np.where(direct, mu, nan), np.where(direct, sd, nan), m[:, 1] + m[:, 2], sd_P,
            np.where(direct | heard, jump, nan), inferred, np.where(answered, ll + more, nan), answer,
            predicted, spread, before, stated, overall, surprise, shift, level,
        )  # fmt: skip


def _within(x: Any, role: Any, goal: Any, since: Any, gap: float) -> Any:
    """Which of these events belong to their customer's open episode."""
    other = (goal != 0) & (x[:, 29] != 0) & (goal != x[:, 29])
    return (x[:, 19] > 0) & (role == 0) & (since < gap) & ~other


def _remember(
    x: Any, m: Any, A: Any, score: Any, within: Any, kappa: Any, peak: float, end: float
) -> tuple[Floats, Floats, Floats, Floats]:
    """The score of each episode with this contact (see `kernel.remember`), fifth in m and A.

    Gives sum, most extreme, last and κ.
    """
    count, rest = np.where(within, x[:, 19], 1.0), 1.0 - peak - end
    total, extreme, last = x[:, 25], x[:, 26], x[:, 27]
    was = rest * total / count + peak * extreme + end * last
    highest = np.abs(score - m[:, 1]) > np.abs(extreme - m[:, 1]) + MORE_EXTREME
    beta = np.where(within, rest / (count + 1) + end + np.where(highest, peak, 0.0), 1.0)
    total = np.where(within, total + score, score)
    extreme = np.where(within & ~highest, extreme, score)
    now = rest * total / (count + 1) + peak * extreme + end * score
    a = 1.0 - beta
    m[:, 4] = np.where(within, now + a * (m[:, 4] - was), score)
    variance = a * a * A[:, 4, 4] + 2 * a * beta * A[:, 3, 4] + beta * beta * A[:, 3, 3]
    row = a[:, None] * A[:, 4, :3] + beta[:, None] * A[:, 3, :3]
    A[:, 4, :3] = A[:, :3, 4] = row
    A[:, 4, 4] = np.maximum(variance, 0.0)
    return total, extreme, score, np.where(within, x[:, 28] + beta * (kappa - x[:, 28]), kappa)


def _faded(
    x: Any, within: Any, days: Any, tau: float, s_e2: float, v_d: float, differ2: float
) -> tuple[Floats, Floats]:
    """Mean and covariance over (b, E, D, q, r) after time has passed; r is an open episode's score."""
    mind = np.where(within[:, None], x[:, 10:19], x[:, :9])
    rho = np.exp(-days / tau)
    unsure = differ2 * (days / tau * rho) ** 2 * (mind[:, 2] ** 2 + mind[:, 8])
    m = np.zeros((len(x), 5))
    m[:, :3] = mind[:, :3]
    m[:, 2] *= rho
    m[:, 4] = np.where(within, x[:, 20], 0.0)
    A = np.zeros((len(x), 5, 5))
    A[:, :3, :3] = mind[:, 3:9][:, _UPPER]
    A[:, 4, :3] = A[:, :3, 4] = np.where(within[:, None], x[:, 21:24], 0.0)
    A[:, 4, 4] = np.where(within, x[:, 24], 0.0)
    A[:, 2, :] *= rho[:, None]
    A[:, :, 2] *= rho[:, None]
    A[:, 2, 2] += v_d * (1 - rho * rho) + unsure
    A[:, 1, 1] += s_e2 * days
    return m, A


def _answer(
    m: Any, A: Any, i: Any, role: Any, ratings: _Answers, scales: Any, single: Any, each: Any, *, stated: bool
) -> tuple[Floats, ...]:
    """Answers of these events, the j-th of each together; changes m and A in place."""
    count = len(i)
    ll, total, levels, told = (np.zeros(count) for _ in range(4))
    whole, wholes = np.zeros(count), np.zeros(count)
    predicted, spread, surprise = (np.full(count, np.nan) for _ in range(3))
    for j in range(int((ratings.hi[i] - ratings.lo[i]).max(initial=0))):
        has = np.flatnonzero(ratings.hi[i] - ratings.lo[i] > j)
        entry = ratings.lo[i[has]] + j
        s, raw = scales[ratings.code[entry]], ratings.value[entry]
        fine = (s[:, 0] >= 0) & ((s[:, 0] == EXPECTATION) == stated) & (raw >= s[:, 3]) & (raw <= s[:, 4])
        has, s, raw = has[fine], s[fine], raw[fine]
        H, variance = _rows(s[:, 0], role[has], single)
        level = (H * m[has]).sum(axis=1)
        H = H * s[:, 6:7]
        y = s[:, 1] + s[:, 2] * raw
        v = y - s[:, 5] - s[:, 6] * level
        AH = np.einsum("nij,nj->ni", A[has], H)
        S = (AH * H).sum(axis=1) + variance + s[:, 7] ** 2
        m[has] += AH * (v / S)[:, None]
        A[has] -= AH[:, :, None] * AH[:, None, :] / S[:, None, None]
        diagonal = np.einsum("nii->ni", A)
        diagonal[has] = np.maximum(diagonal[has], 0.0)
        if each.shape[1]:
            each[0, entry[fine]], each[1, entry[fine]] = y - v, S
        ll[has] += -0.5 * np.log(2 * np.pi * S) - 0.5 * v * v / S
        said = (s[:, 0] == EXPERIENCE) | stated
        new = (said & (told[has] == 0)) | (~said & (s[:, 0] == RELATIONSHIP) & np.isnan(predicted[has]))
        predicted[has[new]], spread[has[new]] = (y - v)[new], np.sqrt(S)[new]
        surprise[has[new]] = (v / np.sqrt(S))[new]
        total[has] += np.where(said, y, 0.0)
        levels[has] += np.where(said, (y - s[:, 5]) / s[:, 6], 0.0)
        told[has] += said
        related = ~said & (s[:, 0] == RELATIONSHIP)
        whole[has] += np.where(related, y, 0.0)
        wholes[has] += related
    with np.errstate(invalid="ignore"):
        mean, told_level, overall = total / told, levels / told, whole / wholes
    return ll, mean, told_level, overall, predicted, spread, surprise


def _rows(target: Any, role: Any, single: Any) -> tuple[Floats, Floats]:
    h, one, none = single[5], np.ones(len(target)), np.zeros(len(target))
    stated, whole = target == EXPECTATION, (target == RELATIONSHIP) | (role != 0)
    H = np.stack(
        [
            one,
            np.where(stated | whole, one, h),
            np.where(stated, none, np.where(whole, one, h)),
            np.where(stated | whole, none, 1 - h),
            none,
        ],
        axis=1,
    )
    sd = np.where(stated, single[10], np.where(whole, single[9], single[8]))
    return H, sd * sd


def _moved(m: Any, A: Any, direct: Any, lam: float, k: Any, et: Any, differ2: float) -> Floats:
    """Moves direct events' E and D by their episodes' scores, in place; gives the jumps (else zero)."""
    mu = m[:, 4] - m[:, 1]
    sd = np.sqrt(np.maximum(A[:, 4, 4] + A[:, 1, 1] - 2 * A[:, 1, 4], 0))
    safe = np.maximum(sd, 1e-9)
    w = mu / safe
    F, f = normal_cdf(w), np.exp(-0.5 * w * w) / np.sqrt(2 * np.pi)
    tiny = sd < 1e-9
    F, f = np.where(tiny, mu >= 0, F), np.where(tiny, 0.0, f)
    c1 = F + lam * (1 - F)
    c0 = mu * c1 + sd * f * (1 - lam)
    ve = (mu * mu + sd * sd) * (F + lam * lam * (1 - F)) + mu * sd * f * (1 - lam * lam)
    square = np.where(tiny, c0 * c0 + c1 * c1 * sd * sd, ve)
    ve = np.where(tiny, 0.0, np.maximum(ve - c0 * c0 - c1 * c1 * sd * sd, 0)) + differ2 * square
    M = np.zeros((len(mu), 3, 5))
    M[:, 0, 0] = M[:, 1, 1] = M[:, 2, 2] = 1.0
    a = np.where(direct, et, 0.0)
    M[:, 1, 1], M[:, 1, 4] = 1 - a, a
    b = np.where(direct, k * c1, 0.0)
    M[:, 2, 1], M[:, 2, 4] = -b, b
    C = np.einsum("nij,njk,nlk->nil", M, A, M)
    C[:, 2, 2] += np.where(direct, k * k * ve, 0.0)
    A[:, :3, :3] = C
    jump = np.where(direct, k * c0, 0.0)
    m[:, 1] += a * mu
    m[:, 2] += jump
    return jump
