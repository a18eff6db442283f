"""Means of countries on one country's way of using the scale, by anchor items asked in all of them.

An anchor is a question (a vignette, a common service) whose true answer is the same
everywhere, so what differs is how scales are used: y′ = a_ref + (y − a_g) / sd_g · sd_ref with the
anchors' mean and standard deviation in each country (King et al. 2004; van Herk et al. 2004).
Without anchors nothing is corrected: no country's style is taken from a book.
"""

from dataclasses import dataclass
from math import hypot

from vivencia.measure.normal import Z95


@dataclass(frozen=True, slots=True)
class Anchor:
    """Mean and standard deviation of the anchor answers of one country, and how many there are."""

    mean: float
    sd: float
    n: int


def on_reference(
    value: float, half: float, own: Anchor, reference: Anchor, *, z: float = Z95
) -> tuple[float, float]:
    """A country's mean on the reference's use of the scale, with the half width of its interval.

    `half` is that of `value`; the errors of both anchors' means are added, those of their standard
    deviations are not. The reference itself comes back as it is.
    """
    if own == reference:
        return value, half
    scale = reference.sd / own.sd
    moved = reference.mean + (value - own.mean) * scale
    own_error = z * own.sd / own.n**0.5 * scale
    return moved, hypot(half * scale, own_error, z * reference.sd / reference.n**0.5)
