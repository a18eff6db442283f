"""What a batch of verbatims is: prepared for the tiers to look at, and judged once they have."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from vivencia.understanding.cleaning import clean
from vivencia.understanding.embedders import named
from vivencia.understanding.heads.joined import Embedding
from vivencia.understanding.heads.shipped import Heads
from vivencia.understanding.languages import detect
from vivencia.understanding.masking import mask_all
from vivencia.understanding.outcomes import ANY, outcome_of, pictured
from vivencia.understanding.reading import LANGUAGES, READ, UNDETERMINED, Language, Mask
from vivencia.understanding.rules import rule_blocks
from vivencia.understanding.rulings import Rulings, put_together
from vivencia.understanding.spoken import Spoken

Floats = NDArray[np.float64]

#: The sentiment of a text that could not be read, where sentiments are places in SENTIMENTS.
UNREAD = -1


@dataclass(slots=True)
class Prepared:
    """A batch after cleaning, language and masking; and what the shipped tiers made of it."""

    texts: list[str]
    languages: list[Language]
    masks: list[tuple[Mask, ...]]
    outcomes: list[str]
    ruled: Rulings
    decisions: list[tuple[Heads, Floats]] = field(default_factory=list)
    embeddings: list[Embedding] = field(default_factory=list)
    deeper: NDArray[np.bool_] | None = None
    sides: Floats | None = None
    folder: str = ""

    def part(self, places: list[int]) -> "Prepared":
        """Some of the texts as a batch of their own, before anything was looked at."""
        return Prepared(
            [self.texts[place] for place in places],
            [self.languages[place] for place in places],
            [self.masks[place] for place in places],
            [self.outcomes[place] for place in places],
            self.ruled.take(np.array(places, dtype=np.int64)),
        )

    @property
    def embedder(self) -> str:
        """Names and dates the embeddings that every text has which could be read."""
        return named(name for name, _ in self.embeddings)

    @property
    def known(self) -> list[int]:
        """Places of the texts that could be read."""
        return [place for place, outcome in enumerate(self.outcomes) if outcome == READ]


@dataclass(slots=True)
class Judged:
    """What was read in a batch, an array each; `read` makes values of it, `columns` columns.

    `probabilities` n × 4 and `emotions` n × 7, in the order of SENTIMENTS and EMOTIONS;
    `sentiments` are places in SENTIMENTS. A text that could not be read is neutral for
    certain, and has the sentiment UNREAD.
    """

    batch: Prepared
    probabilities: Floats
    polarity: Floats
    intensity: Floats
    emotions: Floats
    sentiments: NDArray[np.int64]
    models: list[str]
    spoken: Spoken


def prepare(texts: Sequence[str], languages: Sequence[str | None] | None = None) -> Prepared:
    """Clean, find the language, mask, and let the rules read; loads no model."""
    cleaned = [clean(text) for text in texts]
    found = [pictured(text, one) for text, one in zip(cleaned, detect(cleaned, languages), strict=True)]
    masked = mask_all(cleaned, [language.code for language in found])
    outcomes = [outcome_of(text, language) for text, language in zip(cleaned, found, strict=True)]
    bodies = [body for body, _ in masked]
    return Prepared(bodies, found, [masks for _, masks in masked], outcomes, _ruled(bodies, found, outcomes))


def _ruled(bodies: Sequence[str], languages: Sequence[Language], outcomes: Sequence[str]) -> Rulings:
    of: dict[str, list[int]] = {code: [] for code in LANGUAGES}
    for place, (language, outcome) in enumerate(zip(languages, outcomes, strict=True)):
        if outcome == READ:
            of[ANY if language.code == UNDETERMINED else language.code].append(place)
    blocks = []
    for code, places in of.items():
        done = 0
        for block in rule_blocks([bodies[place] for place in places], code):
            many = len(block.traits)
            blocks.append((np.array(places[done : done + many], dtype=np.int64), block))
            done += many
    return put_together(blocks, len(bodies))
