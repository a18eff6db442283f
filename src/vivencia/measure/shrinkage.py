"""Empirical Bayes: small groups borrow strength from the others before anything is ranked.

Sources: Efron & Morris (1975, JASA 70:311) for the James–Stein estimator; DerSimonian &
Laird (1986) for the variance between groups; Morris (1983, JASA 78:47) for the interval.
"""

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

from vivencia.words.errors import ParameterError

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Shrunk:
    """Shrunken values with their standard deviations; `between` is the variance between groups."""

    value: Floats
    sd: Floats
    target: Floats
    between: float


def james_stein(values: Floats, variance: float) -> tuple[Floats, float]:
    """Efron & Morris: values of one known variance drawn to their mean; with the factor c kept.

    c = 1 − (k − 3) variance / Σ(x − mean)², not under 0. Needs four values; fewer are
    given back as they are, with c = 1.
    """
    count = len(values)
    if count < 4:
        return values.astype(np.float64), 1.0
    mean = float(np.mean(values))
    spread = float(np.sum((values - mean) ** 2))
    kept = max(0.0, 1.0 - (count - 3) * variance / spread) if spread > 0 else 0.0
    return mean + kept * (values - mean), kept


def between_variance(values: Floats, covariance: Floats, design: Floats) -> float:
    """Variance between groups around a fitted line, by moments (DerSimonian–Laird, with covariances).

    `design` (k, m) holds what the groups are drawn to: a column of ones is the common
    mean, indicator columns are the means of their classes. Not under 0.
    """
    variance = np.diagonal(covariance)
    weight = 1.0 / np.maximum(variance, 1e-300)
    moment = design.T * weight
    hat = design @ np.linalg.pinv(moment @ design) @ moment
    keep = np.eye(len(values)) - hat
    residual = keep @ values
    quadratic = float(residual @ (weight * residual))
    middle = keep.T @ (weight[:, None] * keep)
    expected = float(np.sum(middle * covariance.T))
    slope = float(np.trace(middle))
    return max(0.0, (quadratic - expected) / slope) if slope > 1e-12 else 0.0


def normal_normal(values: Floats, covariance: Floats, design: Floats) -> Shrunk:
    """Values drawn to the fitted means of `design`, as far as their own noise says.

    value ~ N(truth, covariance), truth ~ N(design·m, between·I), m flat. The standard
    deviations carry the uncertainty of m; that of `between` is held from below by its
    own sampling error, so that a chance estimate of zero does not claim certainty.
    Raises ParameterError on shapes that do not agree.
    """
    k = len(values)
    if covariance.shape != (k, k) or design.shape[0] != k:
        raise ParameterError(f"{k} values, covariance {covariance.shape}, design {design.shape}")
    between = between_variance(values, covariance, design)
    freedom = max(1, k - int(np.linalg.matrix_rank(design)))
    typical = 1.0 / float(np.mean(1.0 / np.maximum(np.diagonal(covariance), 1e-300)))
    used = max(between, typical * np.sqrt(2.0 / freedom))
    total = np.linalg.inv(covariance + used * np.eye(k))
    gain = used * total
    spread = np.linalg.pinv(design.T @ total @ design)
    target = design @ (spread @ (design.T @ total @ values))
    value = target + gain @ (values - target)
    leaving = np.eye(k) - gain
    posterior = used * leaving + leaving @ design @ spread @ design.T @ leaving.T
    return Shrunk(value, np.sqrt(np.clip(np.diagonal(posterior), 0.0, None)), target, between)


def beta_binomial(successes: Floats, trials: Floats) -> tuple[float, float]:
    """The beta prior (a, b) that makes counts of successes most likely (maximum likelihood).

    The posterior mean of group i is (successes + a) / (trials + a + b).
    Raises ParameterError with fewer than two groups or a group without trials.
    """
    if len(successes) < 2 or bool(np.any(trials <= 0)):
        raise ParameterError("at least two groups, each with trials")

    def minus_log_likelihood(at: Floats) -> float:
        mean, size = 1.0 / (1.0 + np.exp(-at[0])), np.exp(at[1])
        a, b = mean * size, (1.0 - mean) * size
        return -float(
            np.sum(scipy.special.betaln(successes + a, trials - successes + b) - scipy.special.betaln(a, b))
        )

    mean = np.clip(np.sum(successes) / np.sum(trials), 1e-6, 1 - 1e-6)
    start = np.array([np.log(mean / (1 - mean)), np.log(np.mean(trials))])
    options = {"xatol": 1e-10, "fatol": 1e-12, "maxiter": 4000}
    found = scipy.optimize.minimize(minus_log_likelihood, start, method="Nelder-Mead", options=options)
    mean, size = 1.0 / (1.0 + np.exp(-found.x[0])), float(np.exp(found.x[1]))
    return float(mean * size), float((1.0 - mean) * size)
