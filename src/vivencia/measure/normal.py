"""The normal distribution, as the rooms need it."""

import numpy as np
import scipy
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: Quantiles of the intervals that hold 95 % and 90 %.
Z95, Z90 = 1.959963984540054, 1.6448536269514722


def normal_cdf(x: Floats) -> Floats:
    """P(Z ≤ x) for a standard normal Z."""
    return np.asarray(scipy.special.ndtr(x), dtype=np.float64)


def normal_quantile(p: Floats) -> Floats:
    """The x with P(Z ≤ x) = p."""
    return np.asarray(scipy.special.ndtri(p), dtype=np.float64)
