"""Made-up customers of the filter's own family, with everything hidden written down.

What a proof needs and no company has: the true perception beside the ratings. Variations
break the family on purpose, to see what the filter does when it is wrong (the robustness
table of docs/why/perception.md). Every draw comes from the generator that is handed in.
"""

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pyarrow as pa

from vivencia.perceptions.compiled import compiled
from vivencia.perceptions.parameters import BETA, Floats, Parameters, defaults, no_features

Variation = Literal[
    "base", "rounded", "five_points", "extreme_answer_more", "heavy_tails", "differ", "two_memories",
    "no_surveys", "no_asymmetry", "first_impressions",
]  # fmt: skip
VARIATIONS: tuple[Variation, ...] = (
    "base", "rounded", "five_points", "extreme_answer_more", "heavy_tails", "differ", "two_memories",
    "no_surveys", "no_asymmetry", "first_impressions",
)  # fmt: skip

TOUCHPOINTS = ("advice", "buying", "delivery", "service", "use")
_SHARES = (0.22, 0.24, 0.16, 0.14, 0.24)
_DAY = 86_400_000_000
_MOST_RATE = 0.9


@dataclass(frozen=True, slots=True)
class Family:
    """What is true of a made-up company; the numbers of the published trace, by default."""

    lam: float = 2.0
    tau: float = 60.0
    eta: float = 0.15
    phi: float = 0.0
    h: float = 0.35
    xi: float = 0.5
    gamma: float = 0.3
    kappa: tuple[float, ...] = (0.2, 0.3, 0.3, 0.6, 0.3)
    kappa_indirect: float = 0.25
    theta: tuple[float, ...] = (7.6, 7.9, 7.3, 6.8, 7.1)
    beta: tuple[float, float] = (-0.5, -1.8)
    sigma_u: float = 0.8
    sigma_e: float = 0.5
    sigma_r: float = 0.7
    s_b: float = 0.7
    s_e0: float = 0.8
    e0: float = 7.5
    s_e2: float = 4e-4
    v_d: float = 0.04
    theta_bar: float = 7.36

    def parameters(self) -> Parameters:
        """The true parameters, for the instruments of `made_up`."""
        keys, scales = _instruments()
        features = no_features(len(TOUCHPOINTS), 2)
        features[:, :, BETA] = self.beta
        base = defaults(touchpoints=TOUCHPOINTS)
        return base.with_(
            theta=np.array(self.theta), kappa=np.array(self.kappa), measures=("wait", "failure"),
            features=features, instruments=keys, scales=scales, context=("market",),
            gamma=np.array([self.gamma]), lam=self.lam, tau=self.tau, eta=self.eta, phi=self.phi,
            kappa_indirect=self.kappa_indirect, h=self.h, xi=self.xi, sigma_u=self.sigma_u,
            sigma_e=self.sigma_e, sigma_r=self.sigma_r, s_b=self.s_b, s_e0=self.s_e0, e0=self.e0,
            s_e2=self.s_e2, v_d=self.v_d, theta_bar=self.theta_bar,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class MadeUp:
    """Events as `replay` takes them, the truth beside each, and the family they came from.

    `hidden` has a row an event: `perception` (just after), `expectation` (just before),
    `experience` (null where nothing was lived), `style`, `level` (what an answer observes, without
    its noise) and `would_say` (the answer had it been given).
    """

    events: Any
    hidden: Any
    family: Family


def _instruments() -> tuple[tuple[str, ...], Floats]:
    """`told` about a contact and `whole` about the relationship, on the experience scale itself."""
    return ("told", "whole"), np.array(
        [[0.0, 0.0, 1.0, -100.0, 100.0, 0.0, 1.0, 0.0], [1.0, 0.0, 1.0, -100.0, 100.0, 0.0, 1.0, 0.0]]
    )


@compiled
def _live(
    starts: Any, days: Any, role: Any, tp: Any, level: Any, z: Any, valence: Any, normal: Any,
    each: Any, numbers: Any, kappa: Any, theta: Any, second: bool, out: Any,
) -> None:  # fmt: skip
    """`each` (customers, 4): λ, τ, κ factor, style; `out` (6, events): E, q, P, answer, D, level."""
    eta, phi, h, xi, gamma, k_indirect = (
        numbers[0],
        numbers[1],
        numbers[2],
        numbers[3],
        numbers[4],
        numbers[5],
    )
    s_u, s_e, s_r, s_e0, e0 = numbers[6], numbers[7], numbers[8], numbers[9], numbers[10]
    s_e2, v_d, bar = numbers[11], numbers[12], numbers[13]
    for c in range(starts.shape[0] - 1):
        lam, tau, factor, b = each[c, 0], each[c, 1], each[c, 2], each[c, 3]
        first = starts[c]
        E = e0 + s_e0 * normal[0, first]
        D = np.sqrt(v_d) * normal[1, first]
        slow, peak, n = 0.0, 0.0, 0.0
        for i in range(first, starts[c + 1]):
            if i > first:
                dt = days[i] - days[i - 1]
                rho = np.exp(-dt / tau)
                D = D * rho + np.sqrt(v_d * (1.0 - rho * rho)) * normal[1, i]
                slow *= np.exp(-dt / (6.0 * tau))
                E += np.sqrt(s_e2 * dt) * normal[0, i]
            out[0, i] = E
            P = E + D + slow + peak
            if role[i] == 0:
                q = level[i] + s_u * normal[2, i]
                out[1, i] = q
                out[5, i] = b + h * P + (1.0 - h) * q
                out[3, i] = out[5, i] + s_e * normal[3, i]
                d = q - E - gamma * z[i] - xi * (theta[tp[i]] - bar)
                psi = d if d >= 0.0 else lam * d
                g = 1.0 + phi / (1.0 + n)
                E += min(g * eta, 0.95) * d
                k = g * kappa[tp[i]] * factor
                if second:
                    # Two memories, and one vivid moment that stays: not what the filter believes.
                    D += 0.7 * k * psi
                    slow += 0.3 * k * psi
                    if abs(0.15 * psi) > abs(peak):
                        peak = 0.15 * psi
                else:
                    D += k * psi
                n += 1.0
            elif role[i] == 1:
                s = valence[i]
                D += k_indirect * (s if s >= 0.0 else lam * s)
            else:
                out[5, i] = b + P
                out[3, i] = out[5, i] + s_r * normal[3, i]
            out[2, i] = E + D + slow + peak
            out[4, i] = D


def made_up(
    customers: int, rng: np.random.Generator, variation: Variation = "base", *, family: Family | None = None
) -> MadeUp:
    """A company of so many customers over two years, about 29 events each, half of them rated."""
    truth = _varied(family or Family(), variation)
    sizes = 3 + rng.poisson(rng.gamma(2.0, 13.2, customers))
    starts = np.concatenate([[0], np.cumsum(sizes)])
    n = int(starts[-1])
    who = np.repeat(np.arange(customers), sizes)
    days = rng.uniform(0, 730, n)
    days = days[np.lexsort((days, who))]
    role = rng.choice(3, n, p=(0.80, 0.10, 0.10))
    tp = rng.choice(len(TOUCHPOINTS), n, p=_SHARES)
    measures = np.stack([rng.normal(0, 1, n), (rng.random(n) < 0.18).astype(np.float64)])
    z = np.sin(days / 60.0) + 0.5 * (days > 400)
    valence = np.clip(rng.normal(-0.1, 0.7, n), -1, 1)
    level = np.array(truth.theta)[tp] + np.array(truth.beta) @ measures
    each = np.tile([truth.lam, truth.tau, 1.0, 0.0], (customers, 1))
    each[:, 3] = rng.normal(0, truth.s_b, customers)
    if variation == "differ":
        each[:, :3] *= np.exp(rng.normal(0, 0.35, (customers, 3)))
    normal = rng.standard_normal((4, n))
    if variation == "heavy_tails":
        normal[2:] = rng.standard_t(4, (2, n)) / np.sqrt(2.0)
    out = np.full((6, n), np.nan)
    numbers = np.array(
        [truth.eta, truth.phi, truth.h, truth.xi, truth.gamma, truth.kappa_indirect, truth.sigma_u,
         truth.sigma_e, truth.sigma_r, truth.s_e0, truth.e0, truth.s_e2, truth.v_d, truth.theta_bar]
    )  # fmt: skip
    _live(
        starts, days, role, tp, level, z, valence, normal, each, numbers, np.array(truth.kappa),
        np.array(truth.theta), variation == "two_memories", out,
    )  # fmt: skip
    rate = np.where(role == 0, 0.5, 0.6)
    if variation == "extreme_answer_more":
        rate = np.where(role == 0, np.clip(0.2 + 0.18 * np.abs(out[3] - 6.8), 0, _MOST_RATE), rate)
    if variation == "no_surveys":
        rate = np.where(role == 2, 0.0, rate)
    answered = (rng.random(n) < rate) & (role != 1)
    said = _on_paper(out[3], variation)
    keep = np.ones(n, dtype=np.bool_) if variation != "no_surveys" else role != 2
    events = _table(who, days, role, tp, measures, z, valence, np.where(answered, said, np.nan))
    hidden = pa.table(
        {
            "perception": out[2], "expectation": out[0], "experience": out[1],
            "style": each[who, 3], "level": out[5], "would_say": said,
        }
    )  # fmt: skip
    return MadeUp(events.filter(pa.array(keep)), hidden.filter(pa.array(keep)), truth)


def _varied(family: Family, variation: Variation) -> Family:
    if variation == "no_asymmetry":
        return replace(family, lam=1.0)
    return replace(family, phi=1.0) if variation == "first_impressions" else family


def _on_paper(y: Floats, variation: Variation) -> Floats:
    """What stands on the questionnaire, still in points of 0–10."""
    if variation == "rounded":
        return np.clip(np.rint(y), 0, 10)
    if variation == "five_points":
        return np.clip(np.rint(y / 2.5), 0, 4) * 2.5
    return y


def _table(
    who: Any, days: Floats, role: Any, tp: Any, measures: Floats, z: Floats, valence: Floats, said: Floats
) -> Any:
    n = len(who)
    told = np.isfinite(said)
    offsets = np.concatenate([[0], np.cumsum(told)]).astype(np.int32)
    direct = role == 0
    pairs = np.concatenate([[0], np.cumsum(2 * direct)]).astype(np.int32)
    return pa.table(
        {
            "customer": pa.array([f"c{i:07d}" for i in who]),
            "at": pa.array(np.rint(days * _DAY).astype(np.int64), pa.timestamp("us", "UTC")),
            "source": pa.array(["made-up"] * n),
            "id": pa.array([f"{i:09d}" for i in range(n)]),
            "touchpoint": pa.array(np.array(TOUCHPOINTS)[tp]),
            "stage": pa.array(np.array(TOUCHPOINTS)[tp]),
            "form": pa.array(np.where(tp == 3, "service", "use")),
            "contact": pa.array(np.where(role == 1, "indirect", "direct")),
            "kind": pa.array(np.where(role == 2, "survey", "interaction")),
            "ratings": pa.MapArray.from_arrays(
                offsets, pa.array(np.where(role == 2, "whole", "told")[told]), pa.array(said[told])
            ),
            "measures": pa.MapArray.from_arrays(
                pairs,
                pa.array(np.tile(np.array(["wait", "failure"]), int(direct.sum()))),
                pa.array(measures[:, direct].T.ravel()),
            ),
            "valence": pa.array(np.where(role == 1, valence, np.nan)),
            "market": pa.array(z),
        }
    )


def instruments() -> Any:
    """The instruments of `made_up` as an `INSTRUMENTS` table."""
    return pa.table(
        {
            "instrument": ["told", "whole"], "family": ["own", "own"],
            "target": ["experience", "relationship"], "low": [-100.0, -100.0], "high": [100.0, 100.0],
            "slope": [1.0, 1.0], "intercept": [0.0, 0.0], "noise": [0.0, 0.0],
        }
    )  # fmt: skip
