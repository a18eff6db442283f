"""One compiled look at many texts, for those with a word that only one variant, or Galician, has."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from vivencia.understanding import characters
from vivencia.understanding.characters import (
    KNOWN,
    LETTER,
    NOTHING,
    Batch,
    Shelf,
    batch_of,
    classes,
    hashed,
    lower,
    shelf_of,
    slot_of,
)
from vivencia.understanding.keeping import kept

_APOSTROPHES = tuple(map(ord, "'’"))


@cache
def shelf(words: frozenset[str]) -> Shelf:
    """The words as compiled code looks them up."""
    return shelf_of((word, 1) for word in words)


def holding(texts: Sequence[str], words: frozenset[str]) -> NDArray[np.bool_]:
    """Which of the texts hold one of the words; a word is letters, and apostrophes between them."""
    found = np.zeros(len(texts), np.bool_)
    _hold(batch_of(texts), shelf(words), classes(), lower(), found)
    return found


@kept(characters)
def _hold(batch: Batch, words: Shelf, kinds: Any, small: Any, found: Any) -> None:
    for text in range(len(found)):
        found[text] = _holds(batch.codes, batch.starts[text], batch.starts[text + 1], words, kinds, small)


@numba.njit
def _holds(codes: Any, first: int, last: int, words: Shelf, kinds: Any, small: Any) -> bool:
    key = NOTHING
    for at in range(first, last + 1):
        if at < last and _goes_on(codes, first, at, last, kinds):
            key = hashed(key, small[codes[at]])
            continue
        if key != NOTHING and words.keys[slot_of(words, key)] == key:
            return True
        key = NOTHING
    return False


@numba.njit
def _goes_on(codes: Any, first: int, at: int, last: int, kinds: Any) -> bool:
    """Whether a letter stands here, or an apostrophe between two."""
    if codes[at] >= KNOWN:
        return False
    if kinds[codes[at]] & LETTER:
        return True
    if codes[at] not in _APOSTROPHES or at == first or at + 1 == last:
        return False
    before, behind = codes[at - 1], codes[at + 1]
    return bool(before < KNOWN and behind < KNOWN and kinds[before] & kinds[behind] & LETTER)
