"""Instruments: the scales customers answer on.

Each declares its range, its direction and its linear map onto the experience scale
0 … 10. Raw values are kept for ever; the map is applied when they are read, so a
corrected instrument corrects the past too.
"""

from dataclasses import dataclass
from typing import Literal

Family = Literal["nps", "csat", "ces", "stars", "percent", "thumbs", "smileys", "polarity", "kano", "own"]
Target = Literal[
    "experience",
    "relationship",
    "expectation",
    "adequate",
    "desired",
    "emotion",
    "intention",
    "functional",
    "dysfunctional",
]
"""What is asked about: one contact, the whole relationship, what was expected before, the least
that would do and what it should be (the zone of tolerance between them), a feeling, what the
customer means to do, or how it would be with something and without it (Kano's pair).
An intention is not behaviour (they correlate at .56 at best), so it never enters the
experience scale, and neither do answers about what could be."""


#: The instrument that the words of a text are, where no rating came with them.
TEXT_POLARITY = "text_polarity"
#: Kano's pair of questions: how it would be with it, and without.
KANO_WITH, KANO_WITHOUT = "kano_with", "kano_without"
#: What a pair of their answers may be.
KANO_CLASSES = ("attractive", "one_dimensional", "must_be", "indifferent", "reverse", "questionable")


@dataclass(frozen=True, slots=True)
class Instrument:
    """One scale.

    `low` and `high` are the lowest and highest raw answers; `good` says which end is
    good ("high" or "low"); `whole` allows whole numbers only; `noise` is the extra
    standard deviation, on 0–10, that this instrument adds over a plain rating.
    """

    key: str
    family: Family
    target: Target
    low: float
    high: float
    good: Literal["high", "low"] = "high"
    whole: bool = True
    noise: float = 0.0

    @property
    def slope(self) -> float:
        """Experience points (0–10) per raw point; negative where low is good."""
        step = 10.0 / (self.high - self.low)
        return step if self.good == "high" else -step

    @property
    def intercept(self) -> float:
        """The experience (0–10) at raw value 0, so that experience = intercept + slope × raw."""
        return -self.slope * (self.low if self.good == "high" else self.high)

    def on_scale(self, raw: float) -> float:
        """The raw answer on the experience scale 0 … 10.

        >>> Instrument("stars", "stars", "experience", 1, 5).on_scale(4)
        7.5
        """
        return self.intercept + self.slope * raw

    def allows(self, raw: float) -> bool:
        """Whether the raw answer lies inside the scale (and is whole, where it must be)."""
        return self.low <= raw <= self.high and (not self.whole or float(raw).is_integer())


def _built_in() -> tuple[Instrument, ...]:
    base: tuple[tuple[str, Family, float, float, bool], ...] = (
        ("csat5", "csat", 1, 5, True),
        ("csat7", "csat", 1, 7, True),
        ("ces7", "ces", 1, 7, True),
        ("stars", "stars", 1, 5, True),
        ("percent", "percent", 0, 100, False),
        ("thumbs", "thumbs", 0, 1, True),
        ("smileys", "smileys", 1, 5, True),
    )
    found = [
        # NPS asks about the whole relationship; asked about one contact it is nps_contact.
        Instrument("nps", "nps", "relationship", 0, 10),
        Instrument("nps_contact", "nps", "experience", 0, 10),
        Instrument("csat_overall", "csat", "relationship", 1, 5),
        Instrument("polarity", "polarity", "experience", -1, 1, whole=False, noise=1.5),
    ]
    for key, family, low, high, whole in base:
        found.append(Instrument(key, family, "experience", low, high, whole=whole))
        found.append(Instrument(f"expected_{key}", family, "expectation", low, high, whole=whole))
        # What would just do and what it should be are two standards, and neither is what is expected.
        found.append(Instrument(f"adequate_{key}", family, "adequate", low, high, whole=whole))
        found.append(Instrument(f"desired_{key}", family, "desired", low, high, whole=whole))
    found.append(Instrument("expected", "own", "expectation", 0, 10, whole=False))
    found.append(Instrument("adequate", "own", "adequate", 0, 10, whole=False))
    found.append(Instrument("desired", "own", "desired", 0, 10, whole=False))
    found.append(Instrument("experienced", "own", "experience", 0, 10, whole=False))
    # CES of the first kind: 1 = very low effort, so low is good.
    found.append(Instrument("effort5", "ces", "experience", 1, 5, good="low"))
    found.append(Instrument("emotion", "smileys", "emotion", -2, 2))
    found.append(Instrument("emotion5", "smileys", "emotion", 1, 5))
    found.append(Instrument("expected_emotion", "smileys", "expectation", -2, 2))
    # What the words of a text say where they came without a rating. It is no answer, so it moves
    # the perception and counts in no mean of answers; readings err, so its noise is large.
    found.append(Instrument(TEXT_POLARITY, "polarity", "emotion", -1, 1, whole=False, noise=2.5))
    found.append(Instrument("intention5", "own", "intention", 1, 5))
    found.append(Instrument("intention7", "own", "intention", 1, 7))
    found.append(Instrument("intention_percent", "percent", "intention", 0, 100, whole=False))
    # Kano's pair, 1 like … 5 dislike: the two answers together are a class, and neither is an experience.
    found.append(Instrument(KANO_WITH, "kano", "functional", 1, 5, good="low"))
    found.append(Instrument(KANO_WITHOUT, "kano", "dysfunctional", 1, 5, good="low"))
    return tuple(found)


#: Every instrument that ships; a workspace adds its own in vivencia.toml.
BUILT_IN: dict[str, Instrument] = {instrument.key: instrument for instrument in _built_in()}
