"""Shares with intervals: of independent trials, and of trials that come in clusters by customer.

Sources: Wilson (1927, JASA 22:209); Cochran (1977, Sampling Techniques, ch. 6) for the
ratio of two totals with clusters; Welch (1947, Biometrika 34:28) for two samples; Bonett
and Price (2012, J. Educational and Behavioral Statistics 37:479) for paired shares.
"""

from math import exp, log, sqrt

import scipy

from vivencia.measure.normal import Z95


def wilson(successes: float, trials: float) -> tuple[float, float, float]:
    """Share and its 95 % interval; the interval is inside 0 … 1 and sensible at 0 and at 1.

    `trials` may be an effective number. Without trials the interval is 0 … 1 and the share 0.
    """
    if trials <= 0:
        return 0.0, 0.0, 1.0
    share = successes / trials
    spread = Z95 * Z95 / trials
    middle = (share + spread / 2) / (1 + spread)
    half = Z95 * sqrt(share * (1 - share) / trials + spread / (4 * trials)) / (1 + spread)
    return share, max(0.0, middle - half), min(1.0, middle + half)


def clustered_share(
    k: float, n: float, *, kk: float, nn: float, kn: float, clusters: float
) -> tuple[float, float, float]:
    """Share k / n with its 95 % interval, where customers bring several trials each.

    `k` and `n` are totals over customers, `kk`, `nn` and `kn` the totals of their squares
    and product, `clusters` the customers. The design effect of the ratio estimator makes
    an effective number of trials for Wilson's interval, so that shares near 0 and 1 keep
    a sensible one; it is never taken as less than 1.
    """
    if n <= 0:
        return wilson(0, 0)
    effect = design_effect(k, n, kk=kk, nn=nn, kn=kn, clusters=clusters)
    return wilson(k / effect, n / effect)


def paired_difference(
    one: float, other: float, n: float, *, dd: float, nn: float, dn: float, clusters: float
) -> tuple[float, float, float]:
    """Difference of two shares over the same trials with its 95 % interval, by customer.

    Of `n` trials `one` succeeded only by the first account and `other` only by the second,
    so the difference is (one − other) / n. `dd`, `nn` and `dn` are the totals over customers
    of the squares and the product of their own differences d and trials n, `clusters` the
    customers. The linearised variance of the ratio Σd / Σn gives a design effect, never
    under 1, and so an effective number of trials for the interval of Bonett and Price, which
    keeps a width where no trial differs. Without trials −1 … 1 around 0.
    """
    if n <= 0:
        return 0.0, -1.0, 1.0
    value, apart = (one - other) / n, (one + other) / n
    plain = (apart - value * value) * n
    scatter = max(dd - 2 * value * dn + value * value * nn, 0.0)
    small = clusters / (clusters - 1) if clusters > 1 else 1.0
    effect = max(1.0, small * scatter / plain) if plain > 0 else max(1.0, nn / n)
    trials = n / effect + 2
    first, second = (one / effect + 1) / trials, (other / effect + 1) / trials
    half = Z95 * sqrt((first + second - (first - second) ** 2) / trials)
    return value, max(-1.0, first - second - half), min(1.0, first - second + half)


def part_from_log_variance(part: float, variance: float) -> tuple[float, float]:
    """The 95 % interval of a part of a whole, strictly inside 0 … 1, from the variance of its logarithm.

    Normal on the logit scale (delta method), so that it stays inside 0 … 1.
    """
    middle, half = log(part / (1 - part)), Z95 * sqrt(variance) / (1 - part)
    return 1 / (1 + exp(half - middle)), 1 / (1 + exp(-half - middle))


def design_effect(
    k: float, n: float, *, kk: float, nn: float, kn: float, clusters: float, share: float | None = None
) -> float:
    """How many times the variance of a share k / n exceeds that of independent trials; never under 1.

    Arguments as in `clustered_share`; `n` is above 0. `share` is the one that is held to be
    true (a test's), by default that of the trials.
    """
    share = k / n if share is None else share
    scatter = max(kk - 2 * share * kn + share * share * nn, 0.0)
    correction = clusters / (clusters - 1) if clusters > 1 else 1.0
    plain = share * (1 - share) * n
    return max(1.0, correction * scatter / plain) if plain > 0 else max(1.0, nn / n)


def part_of_whole(k: float, n: float, whole_n: float, share: float, *, effect: float = 1.0) -> float:
    """How many standard errors the share k / n of a part of `whole_n` trials lies off `share`.

    The score test: the variance is that of `share`, `effect` times that of independent
    trials, less what part and whole have in common. 0 where the part is the whole, or where
    `share` is 0 or 1.
    """
    if n <= 0 or whole_n <= n:
        return 0.0
    variance = share * (1 - share) * effect * (1 / n - 1 / whole_n)
    return (k / n - share) / sqrt(variance) if variance > 0 else 0.0


def odds_times(share: float, factor: float) -> float:
    """The share whose odds are `factor` times those of this one."""
    return factor * share / (1 - share + factor * share)


def welch_half_width(one: float, n: int, other: float, m: int) -> float:
    """Half of the 95 % interval of a difference of two means.

    `one` and `other` are the variances of the two means, `n` and `m` the sample sizes.
    """
    total = one + other
    if total <= 0:
        return 0.0
    freedom = total**2 / (one**2 / max(n - 1, 1) + other**2 / max(m - 1, 1))
    return float(scipy.special.stdtrit(max(freedom, 1.0), 0.975)) * sqrt(total)
