"""How many texts are looked at more closely, and which: those that rules are least sure of.

An embedding costs some forty times what the rules cost, and where rules are sure it changes
little: of sets of reviews and comments read with a quarter embedded, no less was right than with
all (docs/why/understanding.md). Up to BUDGET texts all are embedded; of more, about BUDGET are;
of more than MOST none. What decides is the number of all the texts
and the text itself, so any split of the texts, in any order, reads each of them the same way.
"""

from collections.abc import Sequence
from math import floor, log2
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from vivencia.understanding.rulings import Rulings

#: Texts that are embedded at most, about; of more than MOST texts so few would be that none are.
BUDGET, MOST = 10_000, 2_000_000
#: Share of texts in which rules find no liking at all, and by how much each unit of doubt adds to them;
#: measured on short reviews and comments in the four languages.
WORDLESS_SHARE, SHARE_A_UNIT = 0.15, 0.15
#: The number of texts counts in steps of half a doubling, so that one more text changes no other's reading.
STEPS = 2


def embedded_share(texts: int) -> float:
    """The share of so many texts that may be embedded, 0–1.

    >>> [round(embedded_share(n), 3) for n in (0, 14_000, 35_000, 35_001, 400_000, 2_000_001)]
    [1.0, 1.0, 0.354, 0.354, 0.031, 0.0]
    """
    if texts <= BUDGET:
        return 1.0
    if texts > MOST:
        return 0.0
    return float(2 ** (-floor(log2(texts / BUDGET) * STEPS) / STEPS))


def closer(texts: Sequence[str], ruled: Rulings, share: float) -> NDArray[np.bool_]:
    """Which texts are looked at more closely, where about this share may be."""
    if share >= 1:
        return np.ones(len(texts), dtype=bool)
    if share <= 0:
        return np.zeros(len(texts), dtype=bool)
    unsure = doubt(ruled)
    if share > WORDLESS_SHARE:
        return np.asarray(unsure <= (share - WORDLESS_SHARE) / SHARE_A_UNIT)
    drawn = np.fromiter((_drawn(text) for text in texts), np.float64, len(texts))
    return np.asarray((unsure <= 0) & (drawn < share / WORDLESS_SHARE))


def doubt(ruled: Rulings) -> NDArray[np.float64]:
    """How far the verdict of the rules is from nought, nearer where both sides are heard; 0 is none."""
    low, high = np.sort(np.abs(np.stack([ruled.praise, ruled.blame])), axis=0)
    return np.asarray(np.abs(ruled.score) * (1 - low / np.maximum(high, 1e-9)))


def _drawn(text: str) -> float:
    """A number of 0–1 that belongs to the text, the same in every process."""
    return crc32(text.encode("utf-8", "surrogatepass")) / 2**32
