"""An estimate: value, 95 % interval and n; there is no bare score anywhere."""

from dataclasses import dataclass
from math import isfinite


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its 95 % interval and the count it stands on."""

    value: float
    low: float
    high: float
    n: int

    def as_dict(self) -> dict[str, float | int]:
        """The outside contract's form: `{"value", "low", "high", "n"}`."""
        return {"value": self.value, "low": self.low, "high": self.high, "n": self.n}


def estimate(
    value: float | None, low: float | None, high: float | None, n: int | None, *, threshold: int
) -> Estimate | None:
    """An estimate, or None when n is under the anonymity threshold or a number is not finite.

    A withheld estimate is absent rather than guessed; callers leave the key out.
    """
    if value is None or low is None or high is None or n is None or n < threshold:
        return None
    if not (isfinite(value) and isfinite(low) and isfinite(high)):
        return None
    return Estimate(float(value), float(low), float(high), int(n))
