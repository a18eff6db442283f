"""95 % intervals: proportions, NPS, and means of answers that cluster by customer.

Sources: Wilson (1927, JASA 22:209); Rocks (2016, Am. Statistician 70:365) for the NPS;
Binder (1983) and Cochran (1977, ch. 6) for the linearised variance of a ratio of
cluster totals, with Student's t on (clusters − 1) degrees of freedom.
"""

import numpy as np
import scipy
from numpy.typing import NDArray

from vivencia.measure.normal import Z95

Floats = NDArray[np.float64]


def wilson(share: Floats, n: Floats, z: float = Z95) -> tuple[Floats, Floats]:
    """Low and high of a proportion (Wilson's score interval); `n` may be an effective size."""
    with np.errstate(invalid="ignore", divide="ignore"):
        centre = (share + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return np.maximum(centre - half, 0.0), np.minimum(centre + half, 1.0)


def nps(
    detractors: Floats, passives: Floats, promoters: Floats, *, added: float = 3.0, z: float = Z95
) -> tuple[Floats, Floats, Floats]:
    """Net promoter score −1…1 with its adjusted-Wald interval (Rocks 2016).

    `added` answers are spread ¼, ½, ¼ before the interval is taken (0 gives plain Wald).
    The interval is clipped to −1…1. Returns value, low, high; NaN where nobody answered.
    """
    value, _ = nps_moments(detractors, passives, promoters)
    centre, variance = nps_moments(detractors + added / 4, passives + added / 2, promoters + added / 4)
    half = z * np.sqrt(variance / (detractors + passives + promoters + added))
    return value, np.maximum(centre - half, -1.0), np.minimum(centre + half, 1.0)


def nps_moments(detractors: Floats, passives: Floats, promoters: Floats) -> tuple[Floats, Floats]:
    """P − d and its variance p + d − (p − d)² for one answer."""
    n = np.asarray(detractors + passives + promoters, dtype=np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        p, d = promoters / n, detractors / n
    return p - d, p + d - (p - d) ** 2


def nps_difference(
    before: tuple[float, float, float], after: tuple[float, float, float], *, added: float = 3.0
) -> tuple[float, float, float]:
    """After − before with its 95 % interval, the sign kept; counts are (detractors, passives, promoters)."""
    spread = np.array([0.25, 0.5, 0.25]) * added
    centre, total = [], 0.0
    for counts in (before, after):
        used = np.array(counts, dtype=np.float64) + spread
        one, variance = nps_moments(used[0], used[1], used[2])
        centre.append(float(one))
        total += float(variance) / float(used.sum())
    value = centre[1] - centre[0]
    half = Z95 * float(np.sqrt(total))
    return value, max(value - half, -2.0), min(value + half, 2.0)


def clustered_variance(
    n: Floats, clusters: Floats, square: Floats, total: Floats, total_square: Floats, cross: Floats
) -> tuple[Floats, Floats]:
    """Mean Σy/Σn of clustered answers and its linearised variance.

    For cluster c with n_c answers that sum to y_c: `n` Σn_c, `square` Σn_c², `total` Σy_c,
    `total_square` Σy_c², `cross` Σ y_c n_c. The variance is NaN under two clusters.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = total / n
        spread = total_square - 2 * mean * cross + mean * mean * square
        small = clusters / (clusters - 1)
        variance = np.where(clusters > 1, small * np.maximum(spread, 0.0) / (n * n), np.nan)
    return mean, variance


def clustered_mean(
    n: Floats,
    clusters: Floats,
    square: Floats,
    total: Floats,
    total_square: Floats,
    cross: Floats,
    *,
    beside: Floats | float = 0.0,
) -> tuple[Floats, Floats, Floats]:
    """Mean of clustered answers with its 95 % interval; arguments as in `clustered_variance`.

    `beside` is further variance of the mean, from elsewhere than the sampling of clusters.
    """
    mean, variance = clustered_variance(n, clusters, square, total, total_square, cross)
    t = student_95(clusters - 1)
    half = t * np.sqrt(variance + beside)
    return mean, mean - half, mean + half


def clustered_share(
    n: Floats, clusters: Floats, square: Floats, total: Floats, total_square: Floats, cross: Floats
) -> tuple[Floats, Floats, Floats]:
    """A share with Wilson's interval on the effective number of answers n / deff.

    deff is the clustered variance over share (1 − share) / n, not under 1; where the share
    is 0 or 1 the answers of one customer count as one.
    """
    share, variance = clustered_variance(n, clusters, square, total, total_square, cross)
    plain = share * (1 - share)
    with np.errstate(invalid="ignore", divide="ignore"):
        effective = np.where((plain > 0) & (variance > 0), np.minimum(plain / variance, n), clusters)
    low, high = wilson(share, effective)
    return share, low, high


def student_95(freedom: Floats) -> Floats:
    """The 97.5 % point of Student's t; NaN under one degree of freedom."""
    found = np.asarray(scipy.special.stdtrit(np.maximum(freedom, 1.0), 0.975), dtype=np.float64)
    return np.where(np.asarray(freedom) >= 1, found, np.nan)
