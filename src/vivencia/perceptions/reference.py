"""The perception filter in its plainest form: one event at a time, matrices as in the paper.

This is the specification that `kernel.py` and `batch.py` are held to (1e-9). It is slow
(tens of microseconds an event) and short on purpose. State x = (b, E, D), see
docs/why/perception.md; sources: Oliver (1980), Kahneman & Tversky (1979), Kalman (1960).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import erf, exp, inf, isfinite, log, pi, sqrt
from typing import Literal, NamedTuple

import numpy as np

from vivencia.perceptions.parameters import (
    BETA,
    CENTRE,
    EXPECTATION,
    EXPERIENCE,
    GAIN,
    HIGH,
    HINGE,
    HINGE_CENTRE,
    INTERCEPT,
    LOW,
    MORE_EXTREME,
    MOST_FELT,
    NOISE,
    OFFSET,
    RAW_HIGH,
    RAW_LOW,
    RELATIONSHIP,
    SIGN,
    SLOPE,
    TARGET,
    THRESHOLD,
    Floats,
    Parameters,
)

Role = Literal["direct", "indirect", "survey"]


@dataclass(frozen=True, slots=True)
class Event:
    """One event: `day` is time in days; `ratings` are raw answers by instrument."""

    day: float
    role: Role = "direct"
    touchpoint: str = ""
    measures: Mapping[str, float] = field(default_factory=dict)
    ratings: Mapping[str, float] = field(default_factory=dict)
    valence: float | None = None
    context: tuple[float, ...] = ()
    goal: str = ""


@dataclass(frozen=True, slots=True)
class Episode:
    """An open episode: the mind before it as mean and covariance of (b, E, D, r), its contacts."""

    m: Floats
    C: Floats
    contacts: "Contacts"
    kappa: float
    goal: str
    jump: float


class Contacts(NamedTuple):
    """What is kept of an episode's contacts: how many, their scores' sum, most extreme and last."""

    n: int
    total: float
    extreme: float
    last: float

    def score(self, p: Parameters) -> float:
        """The score of the whole: mean, most extreme, last (Alaybek et al. 2022)."""
        return (1 - p.peak - p.end) * self.total / self.n + p.peak * self.extreme + p.end * self.last


@dataclass(frozen=True, slots=True)
class State:
    """What is believed of one customer: mean and covariance of (b, E, D), last day, number of episodes."""

    m: Floats
    C: Floats
    day: float | None = None
    n: int = 0
    episode: Episode | None = None

    @property
    def perception(self) -> float:
        """P = E + D."""
        return float(self.m[1] + self.m[2])


@dataclass(frozen=True, slots=True)
class Moment:
    """The filter at one event; None where there is nothing to tell."""

    expectation: float
    before: float
    perception: float
    perception_sd: float
    experience: float | None = None
    experience_sd: float | None = None
    disconfirmation: float | None = None
    disconfirmation_sd: float | None = None
    jump: float | None = None
    inferred: float = 0.0
    log_density: float = 0.0
    predicted: float | None = None
    predicted_sd: float | None = None


def prior(p: Parameters) -> State:
    """The state before anything happened."""
    return State(np.array([0.0, p.e0, 0.0]), np.diag([p.s_b**2, p.s_e0**2, p.v_d]))


def usual(p: Parameters, event: Event) -> float:
    """θ_c + β'o; a measure that is missing, not finite or unknown adds nothing."""
    if event.touchpoint not in p.touchpoints:
        return p.theta_bar
    c = p.touchpoints.index(event.touchpoint)
    x = 0.0
    for key, o in event.measures.items():
        if key not in p.measures or not isfinite(o):
            continue
        f = p.features[c, p.measures.index(key)]
        x += f[BETA] * (min(max(o, f[LOW]), f[HIGH]) - f[CENTRE])
        if f[SIGN]:
            x += f[HINGE] * (max(f[SIGN] * (o - f[THRESHOLD]), 0.0) - f[HINGE_CENTRE])
    return float(p.theta[c] + min(max(x, -MOST_FELT), MOST_FELT))


def standard_shift(p: Parameters, event: Event) -> float:
    """γ'z + ξ(θ_c − θ̄): how far the standard lies from E at this touchpoint."""
    known = event.touchpoint in p.touchpoints
    theta, promised = p.theta_bar, 0.0
    if known:
        c = p.touchpoints.index(event.touchpoint)
        theta = p.theta[c]
        for f in p.features[c]:
            if f[SIGN]:  # promised: the standard is the experience of a promise just kept
                promised += f[BETA] * (min(max(f[THRESHOLD], f[LOW]), f[HIGH]) - f[CENTRE])
                promised -= f[HINGE] * f[HINGE_CENTRE]
    z = np.array(event.context) - p.context_centre if event.context else np.zeros(len(p.gamma))
    around = min(max(float(p.gamma @ z), -MOST_FELT), MOST_FELT)
    return float(around + p.xi * (theta - p.theta_bar) + p.pi * promised)


def kappa_of(p: Parameters, touchpoint: str) -> float:
    """How far a contact at this touchpoint moves; the mean where the touchpoint is unknown."""
    if touchpoint in p.touchpoints:
        return float(p.kappa[p.touchpoints.index(touchpoint)])
    return float(p.kappa.mean()) if p.kappa.size else 0.3


def asymmetric_moments(mu: float, sd: float, lam: float) -> tuple[float, float, float]:
    """Slope, mean and unexplained variance of ψ(d), d ~ N(mu, sd²); ψ(d) = d or λd below zero."""
    w = mu / sd if sd > 0 else inf * (1 if mu >= 0 else -1)
    F, f = 0.5 * (1 + erf(w / sqrt(2))), exp(-w * w / 2) / sqrt(2 * pi)
    c1 = F + lam * (1 - F)
    c0 = mu * c1 + sd * f * (1 - lam)
    square = (mu * mu + sd * sd) * (F + lam * lam * (1 - F)) + mu * sd * f * (1 - lam * lam)
    return c1, c0, max(square - c0 * c0 - c1 * c1 * sd * sd, 0.0)


def step(p: Parameters, state: State, event: Event) -> tuple[State, Moment]:
    """One event: time passes, answers are inferred from, the customer's mind moves."""
    direct = event.role == "direct"
    episode = _still_open(p, state, event)
    x, A = _fade(p, state, episode, event.day)
    shift = standard_shift(p, event) if direct else 0.0
    # The experience q stands fourth; where nothing was lived it has no part in anything. The
    # score r of an open episode stands fifth.
    x[3] = usual(p, event) if direct else 0.0
    A[3, 3] = p.sigma_u**2 if direct else 0.0
    faded = x[2]
    x, A, ll_stated, _ = _answers(p, event, x, A, stated=True)
    expectation, before = x[1], x[1] + x[2]
    x, A, ll, first = _answers(p, event, x, A, stated=False)
    moment = {
        "expectation": expectation, "before": before, "inferred": x[2] - faded, "log_density": ll + ll_stated,
        "predicted": first[0], "predicted_sd": first[1],
    }  # fmt: skip
    m, C, n = x[:3], A[:3, :3], state.n
    if direct:
        d = np.array([0.0, -1.0, 0.0, 1.0, 0.0])
        x, A, contacts, kappa = _remember(
            p, episode, x, A, float(x[3] - shift), kappa_of(p, event.touchpoint)
        )
        n += episode is None
        m, C, jump = _move(p, x, A, n, kappa)
        earlier = episode.jump * exp(-_days(state, event.day) / p.tau) if episode else 0.0
        moment |= {
            "experience": x[3], "experience_sd": sqrt(A[3, 3]), "disconfirmation": float(d @ x) - shift,
            "disconfirmation_sd": sqrt(max(d @ A @ d, 0.0)), "jump": jump - earlier,
        }  # fmt: skip
        rows = [0, 1, 2, 4]
        goal = event.goal or (episode.goal if episode else "")
        episode = Episode(x[rows], A[np.ix_(rows, rows)], contacts, kappa, goal, jump)
    elif event.role == "indirect" and event.valence is not None:
        s = event.valence * p.valence_points
        jump = p.kappa_indirect * (s if s >= 0 else p.lam * s)
        m = m + np.array([0.0, 0.0, jump])
        moment["jump"] = jump
    sd_P = sqrt(max(C[1, 1] + C[2, 2] + 2 * C[1, 2], 0.0))
    return State(m, C, event.day, n, episode), Moment(perception=m[1] + m[2], perception_sd=sd_P, **moment)


def _still_open(p: Parameters, state: State, event: Event) -> Episode | None:
    """The open episode if this event belongs to it."""
    one = state.episode
    if one is None or event.role != "direct" or (one.goal and event.goal and one.goal != event.goal):
        return None
    return one if _days(state, event.day) < p.episode_s / 86_400 else None


def _remember(
    p: Parameters, episode: Episode | None, x: Floats, A: Floats, score: float, kappa: float
) -> tuple[Floats, Floats, Contacts, float]:
    """The score of the episode with this contact, and what of its contacts is kept."""
    E, beta = x[1], 1.0
    M = np.eye(5)
    if episode is None:
        contacts, mean = Contacts(1, score, score, score), score
    else:
        n, total, extreme, _ = episode.contacts
        # Each contact is held against the most extreme so far as it comes; what is displaced
        # does not come back when E moves, so that a mind stays a few numbers however long it talks.
        highest = abs(score - E) > abs(extreme - E) + MORE_EXTREME
        contacts = Contacts(n + 1, total + score, score if highest else extreme, score)
        # The new contact's weight is what the score moves by when it alone is one more.
        beta = (1 - p.peak - p.end) / contacts.n + p.end + (p.peak if highest else 0.0)
        mean = contacts.score(p) + (1 - beta) * (x[4] - episode.contacts.score(p))
        kappa = episode.kappa + beta * (kappa - episode.kappa)
    M[4, 3:] = beta, 1 - beta
    A = M @ A @ M.T
    return np.append(x[:4], mean), A, contacts, kappa


def _move(p: Parameters, x: Floats, A: Floats, n: int, kappa: float) -> tuple[Floats, Floats, float]:
    """The mind after an episode of this score: mean and covariance of (b, E, D), and the jump."""
    d = np.array([0.0, -1.0, 0.0, 0.0, 1.0])
    mu, sd = float(d @ x), sqrt(max(d @ A @ d, 0.0))
    g = 1 + p.phi / n
    et, k = min(g * p.eta, 0.95), g * kappa
    c1, c0, ve = asymmetric_moments(mu, sd, p.lam)
    # Customers differ in how strongly they react: k·(1 + ω·N(0, 1)) instead of k.
    ve += p.omega**2 * (c0**2 + (c1 * sd) ** 2 + ve)
    M = np.array([[1, 0, 0, 0, 0], [0, 1 - et, 0, 0, et], [0, -k * c1, 1, 0, k * c1]])
    m = np.array([x[0], x[1] + et * mu, x[2] + k * c0])
    return m, M @ A @ M.T + np.diag([0, 0, k * k * ve]), k * c0


def replay_events(p: Parameters, events: Iterable[Event]) -> tuple[State, list[Moment]]:
    """One customer's events in order of time, from the prior."""
    state, moments = prior(p), []
    for event in events:
        state, moment = step(p, state, event)
        moments.append(moment)
    return state, moments


def _days(state: State, day: float) -> float:
    return max(day - state.day, 0.0) if state.day is not None else 0.0


def _fade(p: Parameters, state: State, episode: Episode | None, day: float) -> tuple[Floats, Floats]:
    """Mean and covariance of (b, E, D, q, r) at this day."""
    x, A = np.zeros(5), np.zeros((5, 5))
    if episode is None:
        x[:3], A[:3, :3] = state.m, state.C
    else:
        rows = [0, 1, 2, 4]
        x[rows], A[np.ix_(rows, rows)] = episode.m, episode.C
    dt = _days(state, day)
    rho = exp(-dt / p.tau)
    # Customers differ in how long they remember: ρ moves by (Δt/τ)·ρ for a change of 1 in ln τ.
    unsure = (p.omega * dt / p.tau * rho) ** 2 * (x[2] ** 2 + A[2, 2])
    x[2] *= rho
    A[2, :] *= rho
    A[:, 2] *= rho
    A[2, 2] += p.v_d * (1 - rho * rho) + unsure
    A[1, 1] += p.s_e2 * dt
    return x, A


def _answers(
    p: Parameters, event: Event, x: Floats, A: Floats, *, stated: bool
) -> tuple[Floats, Floats, float, tuple[float | None, float | None]]:
    first: tuple[float | None, float | None] = (None, None)
    total, told = 0.0, False
    for key, raw in event.ratings.items():
        s = p.scales[p.instruments.index(key)] if key in p.instruments else None
        if (
            s is None
            or s[TARGET] < 0
            or (s[TARGET] == EXPECTATION) != stated
            or not s[RAW_LOW] <= raw <= s[RAW_HIGH]
        ):
            continue
        H, noise = _row(p, s[TARGET], event.role)
        level = H @ x
        H = s[GAIN] * H
        v = s[INTERCEPT] + s[SLOPE] * raw - s[OFFSET] - s[GAIN] * level
        S = float(H @ A @ H + noise**2 + s[NOISE] ** 2)
        K = A @ H / S
        if (s[TARGET] == EXPERIENCE and not told) or (s[TARGET] == RELATIONSHIP and first[0] is None):
            first = (float(s[OFFSET] + s[GAIN] * level), sqrt(S))
            told = s[TARGET] == EXPERIENCE
        x, A = x + K * v, A - np.outer(K, K) * S
        total += -0.5 * (log(2 * pi * S) + v * v / S)
    return x, A, total, first


def _row(p: Parameters, target: float, role: Role) -> tuple[Floats, float]:
    if target == EXPECTATION:
        return np.array([1.0, 1.0, 0.0, 0.0, 0.0]), p.sigma_x
    if target == RELATIONSHIP or role != "direct":
        return np.array([1.0, 1.0, 1.0, 0.0, 0.0]), p.sigma_r
    return np.array([1.0, p.h, p.h, 1.0 - p.h, 0.0]), p.sigma_e
