"""Many looks at once: which of them may be called found.

Source: Benjamini & Hochberg (1995, JRSS B 57:289); valid under the positive dependence
that touchpoints of one company have (Benjamini & Yekutieli 2001, Ann. Statist. 29:1165).
"""

from math import copysign, inf

import numpy as np
import scipy
from numpy.typing import NDArray

from vivencia.measure.normal import Z95

Floats = NDArray[np.float64]


def two_sided(z: Floats) -> Floats:
    """Chance of a standard normal at least as far from 0 as z."""
    found: Floats = 2.0 * scipy.special.ndtr(-np.abs(z))
    return found


def off(value: float, low: float, high: float, against: float = 0.0) -> float:
    """How many standard errors a value lies off `against`, by the side of its 95 % interval that faces it.

    Beyond ±1.96 exactly where the interval leaves `against` out.
    """
    away = value - against
    side = value - low if away > 0 else high - value
    if away == 0:
        return 0.0
    return Z95 * away / side if side > 0 else copysign(inf, away)


def false_discovery(p: Floats) -> Floats:
    """Adjusted p: calling everything at or under q a discovery keeps the false share at q."""
    count = len(p)
    if count == 0:
        return np.zeros(0)
    order = np.argsort(p, kind="stable")
    steps = np.asarray(p, dtype=np.float64)[order] * count / np.arange(1, count + 1)
    found = np.empty(count)
    found[order] = np.minimum(np.minimum.accumulate(steps[::-1])[::-1], 1.0)
    return found
