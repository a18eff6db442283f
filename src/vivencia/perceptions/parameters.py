"""The parameters of the perception filter, and the arrays the kernels read them from.

The letters are those of docs/why/perception.md:

* `lam` λ, how much more a disappointment moves than a delight of the same size;
* `tau` τ, days in which the memory of an event fades to 1/e;
* `eta` η, how fast the expectation follows what is lived; `phi` φ, the first-impression gain;
* `kappa` κ per touchpoint, `kappa_indirect` for what one hears: how far a contact moves;
* `h`, the halo of the standing perception in each answer; `xi` ξ, how far customers know
  what is usual at a touchpoint, `pi` π, how far a promise is what they compare with;
  `gamma` γ, the pull of market, competitors and situation;
* `theta` θ per touchpoint, the usual experience; `features`, the effect of objective measures;
* `omega` ω, how much customers differ in λκ and in τ (standard deviation of the logarithm);
* `widen`, how much wider the intervals of answers are than the model says (`calibration.py`);
* `episode_s`, seconds of silence that end an episode (0: every contact is one); `peak`, `end`, the
  weights of its most extreme and its last contact, the rest is that of their mean;
* `sigma_*`, noise of one experience, of an answer, of a relationship answer, of a stated
  expectation; `s_b`, `s_e0`, `e0`, the prior; `s_e2` growth of E's variance per day; `v_d`
  the variance D keeps for what nobody saw.
"""

from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vivencia.words.errors import ParameterError
from vivencia.words.instruments import BUILT_IN, Instrument

Floats = NDArray[np.float64]

#: What an instrument observes; the codes of column 0 of `scales`.
TARGETS = ("experience", "relationship", "expectation", "emotion")
EXPERIENCE, RELATIONSHIP, EXPECTATION, EMOTION = 0, 1, 2, 3
IGNORED = -1

#: Columns of `features[touchpoint, measure]`: experience = θ + beta·(clip(o) − centre)
#: + hinge·(max(0, sign·(o − threshold)) − hinge_centre). A missing measure adds nothing.
BETA, CENTRE, LOW, HIGH, HINGE, HINGE_CENTRE, THRESHOLD, SIGN = range(8)
NO_FEATURE = (0.0, 0.0, -np.inf, np.inf, 0.0, 0.0, 0.0, 0.0)

#: Columns of `scales[instrument]`: answer = intercept + slope·raw, which is modelled as
#: offset + gain·(what the instrument observes) + noise.
TARGET, INTERCEPT, SLOPE, RAW_LOW, RAW_HIGH, OFFSET, GAIN, NOISE = range(8)

#: The numbers of a Parameters that are single, in the order the kernels read them.
SINGLE = (
    "lam", "tau", "eta", "phi", "kappa_indirect", "h", "xi",
    "sigma_u", "sigma_e", "sigma_r", "sigma_x",
    "s_b", "s_e0", "e0", "s_e2", "v_d", "theta_bar", "valence_points", "omega",
    "episode_s", "peak", "end", "pi",
)  # fmt: skip
#: Facts, and what stands around a customer, each move an experience or a standard by so many points at
#: most, twice the scale: a measure in the wrong unit then spoils a moment, not a life.
MOST_FELT = 20.0
#: A contact is more extreme than another by more points than this: less is rounding, not a difference.
MORE_EXTREME = 1e-9
#: How much customers differ in their sensitivity before anything is known of it.
OMEGA = 0.3
_POSITIVE = ("lam", "tau", "sigma_u", "sigma_e", "sigma_r", "sigma_x")
_NOT_NEGATIVE = ("eta", "kappa_indirect", "s_b", "s_e0", "s_e2", "v_d", "omega", "episode_s", "peak", "end")


@dataclass(frozen=True, slots=True, eq=False)
class Parameters:
    """Everything the filter knows before it meets a customer; see the module for the letters.

    Shapes: `theta`, `kappa` (C,); `features` (C, M, 8); `scales` (K, 8); `gamma` (Z,), one
    number for each column named in `context`, and `context_centre` (Z,), the value of it that is
    no news. A touchpoint outside `touchpoints` has θ = theta_bar and the mean κ; a measure or an
    instrument that is not named is not used.
    Raises ParameterError when a number is outside its range.
    """

    touchpoints: tuple[str, ...]
    theta: Floats
    kappa: Floats
    measures: tuple[str, ...] = ()
    features: Floats = field(default_factory=lambda: np.zeros((0, 0, 8)))
    instruments: tuple[str, ...] = ()
    scales: Floats = field(default_factory=lambda: np.zeros((0, 8)))
    context: tuple[str, ...] = ()
    gamma: Floats = field(default_factory=lambda: np.zeros(0))
    context_centre: Floats = field(default_factory=lambda: np.zeros(0))
    lam: float = 1.5
    tau: float = 60.0
    eta: float = 0.15
    phi: float = 0.0
    kappa_indirect: float = 0.15
    h: float = 0.30
    xi: float = 0.5
    sigma_u: float = 1.2
    sigma_e: float = 0.7
    sigma_r: float = 1.0
    sigma_x: float = 1.0
    s_b: float = 1.0
    s_e0: float = 1.0
    e0: float = 7.0
    s_e2: float = 1.6e-3
    v_d: float = 0.16
    theta_bar: float = 7.0
    valence_points: float = 1.0
    omega: float = 0.0
    episode_s: float = 0.0
    peak: float = 0.25
    end: float = 0.25
    pi: float = 0.5
    widen: float = 1.0
    fitted: bool = False

    def __post_init__(self) -> None:
        if self.features.size == 0:
            object.__setattr__(self, "features", no_features(len(self.touchpoints), len(self.measures)))
        if self.context_centre.size == 0:
            object.__setattr__(self, "context_centre", np.zeros(len(self.context)))
        wrong = [name for name in SINGLE if not np.isfinite(getattr(self, name))]
        wrong += [name for name in _POSITIVE if not getattr(self, name) > 0]
        wrong += [name for name in _NOT_NEGATIVE if getattr(self, name) < 0]
        wrong += [] if 0 <= self.h < 1 else ["h"]
        wrong += [] if self.peak + self.end <= 1 else ["peak", "end"]
        places, several = (len(self.touchpoints),), (len(self.context),)
        shapes = {
            "theta": places, "kappa": places, "gamma": several, "context_centre": several,
            "features": (*places, len(self.measures), 8), "scales": (len(self.instruments), 8),
        }  # fmt: skip
        wrong += [name for name, shape in shapes.items() if getattr(self, name).shape != shape]
        wrong += [name for name in ("theta", "kappa") if not np.isfinite(getattr(self, name)).all()]
        if wrong:
            raise ParameterError(", ".join(sorted(set(wrong))))

    def with_(self, **changes: object) -> "Parameters":
        """The same parameters with some changed (and checked again)."""
        return replace(self, **changes)  # type: ignore[arg-type]


def no_features(touchpoints: int, measures: int) -> Floats:
    """Features that add nothing, shape (touchpoints, measures, 8)."""
    return np.tile(np.array(NO_FEATURE), (touchpoints, measures, 1))


def target_code(target: str) -> int:
    """The number of a target; what is not observed by the filter (an intention) is ignored."""
    return TARGETS.index(target) if target in TARGETS else IGNORED


def scales_of(instruments: tuple[Instrument, ...] | None = None) -> tuple[tuple[str, ...], Floats]:
    """The instruments' keys and their `scales` rows; by default every built-in instrument."""
    chosen = tuple(BUILT_IN.values()) if instruments is None else instruments
    rows = [(target_code(i.target), i.intercept, i.slope, i.low, i.high, 0.0, 1.0, i.noise) for i in chosen]
    return tuple(i.key for i in chosen), np.array(rows, dtype=np.float64).reshape(-1, 8)


def defaults(
    *,
    mean: float = 7.0,
    sd: float = 2.0,
    touchpoints: tuple[str, ...] = (),
    service: frozenset[str] = frozenset(),
    instruments: tuple[Instrument, ...] | None = None,
) -> Parameters:
    """The cold start of science 1.6 for ratings of this mean and standard deviation.

    `service` names the touchpoints that are service (κ 0.50, the others 0.30).
    """
    keys, scales = scales_of(instruments)
    return Parameters(
        touchpoints=touchpoints,
        theta=np.full(len(touchpoints), mean),
        kappa=np.array([0.5 if one in service else 0.3 for one in touchpoints]),
        instruments=keys,
        scales=scales,
        sigma_u=0.6 * sd,
        sigma_e=0.35 * sd,
        sigma_r=0.5 * sd,
        sigma_x=0.5 * sd,
        s_b=0.5 * sd,
        s_e0=0.5 * sd,
        e0=mean,
        s_e2=4e-4 * sd * sd,
        v_d=0.04 * sd * sd,
        theta_bar=mean,
    )


def promised(p: Parameters) -> Floats:
    """How far the experience of a promise that is just kept lies from a touchpoint's usual one, (C,).

    A promise sets the standard before the event: what is met is compared with what was said.
    """
    f = p.features
    o = np.clip(f[:, :, THRESHOLD], f[:, :, LOW], f[:, :, HIGH])
    just_kept = f[:, :, BETA] * (o - f[:, :, CENTRE]) - f[:, :, HINGE] * f[:, :, HINGE_CENTRE]
    found: Floats = np.where(f[:, :, SIGN] != 0.0, just_kept, 0.0).sum(axis=1)
    return found


class Packed(NamedTuple):
    """Parameters as the kernels read them; the last row of each table is for the unknown."""

    single: Floats
    theta: Floats
    kappa: Floats
    norm: Floats
    features: Floats
    scales: Floats
    gamma: Floats


def pack(parameters: Parameters) -> Packed:
    """The arrays for the kernels: one more touchpoint, measure and instrument, for the unknown."""
    p = parameters
    kappa = float(p.kappa.mean()) if p.kappa.size else 0.3
    features = no_features(len(p.touchpoints) + 1, len(p.measures) + 1)
    features[:-1, :-1] = p.features
    theta = np.append(p.theta, p.theta_bar)
    unknown = np.array([[IGNORED, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0]])
    return Packed(
        single=np.array([getattr(p, name) for name in SINGLE], dtype=np.float64),
        theta=theta,
        kappa=np.append(p.kappa, kappa),
        norm=p.xi * (theta - p.theta_bar) + p.pi * np.append(promised(p), 0.0),
        features=features,
        scales=np.concatenate([p.scales, unknown]),
        gamma=np.ascontiguousarray(p.gamma, dtype=np.float64),
    )
