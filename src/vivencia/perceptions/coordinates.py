"""What is estimated: each free number of the parameters on an unconstrained scale, with its prior.

Gains, scales and times on the log scale, halo and adaptation on the logit scale; the priors
are those of science 1.6 (see docs/why/perception.md), centred at the cold start where the
table says "data".
"""

from dataclasses import dataclass
from math import exp, log
from typing import Literal

import numpy as np

from vivencia.perceptions.columns import Columns
from vivencia.perceptions.parameters import (
    BETA,
    CENTRE,
    EMOTION,
    EXPECTATION,
    EXPERIENCE,
    HIGH,
    HINGE,
    OMEGA,
    RELATIONSHIP,
    TARGET,
    Floats,
    Parameters,
    promised,
)
from vivencia.perceptions.table import TUNED, Key

Scale = Literal["plain", "log", "logit"]

#: Fewer answers (for κ and valence: events) than this leave a number at its cold start.
LEAST = 20


@dataclass(frozen=True, slots=True)
class Coordinate:
    """One free number: its key in the parameters' table, its scale, and a normal prior on that scale."""

    key: Key
    scale: Scale
    mean: float
    sd: float

    def inward(self, value: float) -> float:
        """From the natural scale."""
        if self.scale == "log":
            return log(max(value, 1e-12))
        return log(value / (1 - value)) if self.scale == "logit" else value

    def outward(self, x: float) -> float:
        """To the natural scale."""
        if self.scale == "log":
            return exp(min(x, 50.0))
        return 1 / (1 + exp(-x)) if self.scale == "logit" else x

    def slope(self, x: float) -> float:
        """The derivative of the natural value by x, which takes a standard error to the natural scale."""
        value = self.outward(x)
        return {"plain": 1.0, "log": value, "logit": value * (1 - value)}[self.scale]


#: name → scale, prior mean on the natural scale (None: the cold start), prior sd on the free scale.
_SINGLE: dict[str, tuple[Scale, float | None, float]] = {
    "lam": ("log", 1.5, 0.7),
    "tau": ("log", 60.0, 1.0),
    "eta": ("logit", 0.10, 1.0),
    "h": ("logit", 0.30, 1.0),
    "xi": ("plain", 0.5, 0.5),
    "phi": ("plain", 0.0, 1.0),
    "sigma_u": ("log", None, 1.0),
    "sigma_e": ("log", None, 1.0),
    "sigma_r": ("log", None, 1.0),
    "sigma_x": ("log", None, 1.0),
    "s_b": ("log", None, 1.0),
    "s_e0": ("log", None, 1.0),
    "s_e2": ("log", None, 1.5),
    "v_d": ("log", None, 1.5),
    "omega": ("log", OMEGA, 0.7),
    "kappa_indirect": ("log", 0.15, 0.7),
}
_KAPPA_MEAN, _KAPPA_SD = 0.3, 0.7


def coordinates(p: Parameters, columns: Columns, sd: float, *, without: frozenset[str]) -> list[Coordinate]:
    """The numbers that these events can tell something about; `sd` is that of the ratings."""
    counts = Counts.of(p, columns)
    found = [
        Coordinate((name, "", ""), scale, _prior_mean(p, name, scale, mean), spread)
        for name, (scale, mean, spread) in _SINGLE.items()
        if name not in without and counts.can_tell(name)
    ]
    found.append(Coordinate(("e0", "", ""), "plain", p.e0, sd))
    if promised(p).any():
        found.append(Coordinate(("pi", "", ""), "plain", 0.5, 0.5))
    found += [Coordinate(("gamma", "", name), "plain", 0.0, 0.5 / z) for name, z in counts.varying]
    for c, touchpoint in enumerate(p.touchpoints):
        if counts.rated[c] >= LEAST:
            found.append(Coordinate(("theta", touchpoint, ""), "plain", float(p.theta[c]), sd))
            found += _features(p, c, sd)
        if counts.direct[c] >= LEAST:
            found.append(Coordinate(("kappa", touchpoint, ""), "log", log(_KAPPA_MEAN), _KAPPA_SD))
    return found + _instruments(p, counts, sd)


def _prior_mean(p: Parameters, name: str, scale: Scale, mean: float | None) -> float:
    value = float(getattr(p, name)) if mean is None else mean
    return Coordinate((name, "", ""), scale, 0.0, 1.0).inward(value)


def _features(p: Parameters, c: int, sd: float) -> list[Coordinate]:
    """Slopes that the cold start found, with a prior of two sd of the ratings per sd of the measure."""
    found = []
    for m, measure in enumerate(p.measures):
        row = p.features[c, m]
        spread = float(row[HIGH] - row[CENTRE]) / 4.0 if np.isfinite(row[HIGH]) else 1.0
        for name, slot in (("beta", BETA), ("hinge", HINGE)):
            if row[slot] != 0.0:
                key = (name, p.touchpoints[c], measure)
                found.append(Coordinate(key, "plain", float(row[slot]), 2.0 * sd / max(spread, 1e-6)))
    return found


def _instruments(p: Parameters, counts: "Counts", sd: float) -> list[Coordinate]:
    """Offset, gain and noise of every instrument beside the most answered one of its kind."""
    found: list[Coordinate] = []
    reference = {
        target: int(np.argmax(np.where(p.scales[:, TARGET] == target, counts.answers, -1)))
        for target in (EXPERIENCE, RELATIONSHIP, EXPECTATION)
    }
    for k, instrument in enumerate(p.instruments):
        target = int(p.scales[k, TARGET])
        if counts.answers[k] < LEAST or target < 0 or reference.get(target) == k:
            continue
        wide = 1.0 if target == EMOTION else 0.5
        found.append(Coordinate(("offset", "", instrument), "plain", 0.0, wide * sd))
        found.append(Coordinate(("gain", "", instrument), "log", 0.0, 0.2))
        found.append(Coordinate(("noise", "", instrument), "log", log(0.3 * sd), 1.0))
    return found


@dataclass(frozen=True, slots=True)
class Counts:
    """What the events hold: rated and direct events by touchpoint, answers by instrument, sd of each z."""

    rated: Floats
    direct: Floats
    answers: Floats
    heard: int
    targets: frozenset[int]
    varying: tuple[tuple[str, float], ...]

    @classmethod
    def of(cls, p: Parameters, columns: Columns) -> "Counts":
        """Counted over all events."""
        ratings, many = columns.ratings, len(p.touchpoints)
        event = np.repeat(np.arange(columns.events), ratings.hi - ratings.lo)
        targets = np.append(p.scales[:, TARGET], -1.0)[ratings.code]
        told = np.bincount(event[targets == EXPERIENCE], minlength=columns.events) > 0
        answers = np.bincount(ratings.code, minlength=len(p.instruments) + 1)[:-1].astype(np.float64)
        direct = ~columns.indirect & ~columns.still
        return cls(
            rated=np.bincount(columns.touchpoint[told & ~columns.indirect], minlength=many + 1).astype(float),
            direct=np.bincount(columns.touchpoint[direct], minlength=many + 1).astype(float),
            answers=answers,
            heard=int((columns.indirect & np.isfinite(columns.valence)).sum()),
            targets=frozenset(int(t) for t in range(4) if (targets == t).sum() >= LEAST),
            varying=tuple(
                (name, float(np.std(z)))
                for name, z in zip(p.context, columns.context, strict=True)
                if len(z) and float(np.std(z)) > 0
            ),
        )

    @property
    def volume(self) -> Floats:
        """Each touchpoint's share of the direct contacts; zeros where there are none."""
        found: Floats = self.direct[:-1] / max(float(self.direct[:-1].sum()), 1.0)
        return found

    def can_tell(self, name: str) -> bool:
        """Whether these events say anything about a single number."""
        needs = {
            "sigma_r": RELATIONSHIP,
            "sigma_x": EXPECTATION,
            "sigma_e": EXPERIENCE,
            "sigma_u": EXPERIENCE,
        }
        if name == "kappa_indirect":
            return self.heard >= LEAST
        return name not in needs or needs[name] in self.targets


class Space:
    """The free numbers of some parameters as one vector, there and back.

    `volume` is each touchpoint's share of the direct contacts. It keeps θ̄, from which ξ(θ_c − θ̄) is
    counted, at the mean of the θ in use: with θ̄ left at the cold start every standard would be off by
    the same amount, and λ would bend to make up for it. Without contacts θ̄ stays as it is.
    """

    def __init__(self, base: Parameters, found: list[Coordinate], volume: Floats) -> None:
        self.base, self.coordinates, self.volume = base, found, volume
        self._touchpoint = {key: i for i, key in enumerate(base.touchpoints)}
        self._measure = {key: i for i, key in enumerate(base.measures)}
        self._instrument = {key: i for i, key in enumerate(base.instruments)}
        self._context = {key: i for i, key in enumerate(base.context)}

    @property
    def size(self) -> int:
        """How many numbers are free."""
        return len(self.coordinates)

    @property
    def prior_mean(self) -> Floats:
        """Prior means on the free scale."""
        return np.array([one.mean for one in self.coordinates])

    @property
    def prior_precision(self) -> Floats:
        """Prior precisions on the free scale."""
        return np.array([one.sd**-2 for one in self.coordinates])

    def start(self) -> Floats:
        """The vector of the parameters this space was made from."""
        return self.vector(self.base)

    def vector(self, p: Parameters) -> Floats:
        """The vector of parameters with the same touchpoints, measures, instruments and covariates."""
        return np.array([one.inward(self._read(one.key, p)) for one in self.coordinates])

    def _read(self, key: Key, p: Parameters) -> float:
        name, touchpoint, item = key
        if name in ("theta", "kappa"):
            return float(getattr(p, name)[self._touchpoint[touchpoint]])
        if name in ("beta", "hinge"):
            slot = BETA if name == "beta" else HINGE
            return float(p.features[self._touchpoint[touchpoint], self._measure[item], slot])
        if name in ("offset", "gain", "noise"):
            # A noise of zero is where the log scale ends: begin a little above it.
            found = float(p.scales[self._instrument[item], TUNED[name]])
            return max(found, 0.1) if name == "noise" else found
        if name == "omega":
            return p.omega or OMEGA
        if name == "gamma":
            return float(p.gamma[self._context[item]])
        return float(getattr(p, name))

    def parameters(self, x: Floats) -> Parameters:
        """The parameters at a vector; raises ParameterError where they are not possible."""
        p = self.base
        arrays = {n: getattr(p, n).copy() for n in ("theta", "kappa", "features", "scales", "gamma")}
        single: dict[str, float] = {}
        for one, value in zip(self.coordinates, x, strict=True):
            name, touchpoint, item = one.key
            natural = one.outward(float(value))
            if name in ("theta", "kappa"):
                arrays[name][self._touchpoint[touchpoint]] = natural
            elif name in ("beta", "hinge"):
                slot = BETA if name == "beta" else HINGE
                arrays["features"][self._touchpoint[touchpoint], self._measure[item], slot] = natural
            elif name in ("offset", "gain", "noise"):
                arrays["scales"][self._instrument[item], TUNED[name]] = natural
            elif name == "gamma":
                arrays["gamma"][self._context[item]] = natural
            else:
                single[name] = natural
        if self.volume.any():
            single["theta_bar"] = float(arrays["theta"] @ self.volume)
        return p.with_(**arrays, **single)
