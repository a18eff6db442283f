"""Texts as numbers: every character of a batch in one array, what each is, and a hash of any stretch of them.

Compiled code walks that array, so looking at a text costs no value of Python's. What a
character is comes from Python's own tables (`re` and `str`), so both agree.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from vivencia.understanding.keeping import kept

#: Characters with a class of their own; those beyond are rare signs, and letters of no language of ours.
KNOWN = 0x20000
#: Bits of a character's class: a letter, a digit, a letter or digit or the like (no underscore), a blank of
#: any kind, a picture, what may follow a picture, a capital that a name begins with.
LETTER, DIGIT, ALNUM, BLANK, PICTURE, AFTER_PICTURE, CAPITAL = (1 << bit for bit in range(7))

_OFFSET, _PRIME = np.uint64(14695981039346656037), np.uint64(1099511628211)

Codes = NDArray[np.uint32]
Places = NDArray[np.int64]
Hashes = NDArray[np.uint64]


class Batch(NamedTuple):
    """Characters of many texts one after the other; text n is [starts[n], starts[n + 1])."""

    codes: Codes
    starts: Places


def batch_of(texts: Sequence[str]) -> Batch:
    """The characters of these texts."""
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.uint32)
    starts = np.zeros(len(texts) + 1, np.int64)
    np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)), out=starts[1:])
    return Batch(codes, starts)


@cache
def classes() -> NDArray[np.uint8]:
    """The class of each character below KNOWN."""
    signs = "".join(map(chr, range(KNOWN)))
    table = np.zeros(KNOWN, np.uint8)
    for bit, shape in (
        (LETTER, r"[^\W\d_]"),
        (DIGIT, r"\d"),
        (ALNUM, r"[^\W_]"),
        (BLANK, r"\s"),
        (PICTURE, f"[{PICTURES}]"),
        (AFTER_PICTURE, f"[{AFTER_PICTURES}]"),
        (CAPITAL, "[A-ZÀ-ÖØ-Þ]"),
    ):
        table[[match.start() for match in re.finditer(shape, signs)]] |= bit
    return table


@cache
def lower() -> Codes:
    """The small letter of each character below KNOWN; itself where it has none of one character."""
    small = [chr(code).lower() for code in range(KNOWN)]
    return np.fromiter(
        (ord(letter) if len(letter) == 1 else code for code, letter in enumerate(small)), np.uint32, KNOWN
    )


#: Emoji and signs like them, and what may stand behind one (skin, sex, joiner).
PICTURES = "\U0001f000-\U0001faff\u2190-\u21ff\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff"
AFTER_PICTURES = "\ufe0f\U0001f3fb-\U0001f3ff\u200d♂♀"


@numba.njit
def hashed(hash_: Any, code: Any) -> Any:
    """A hash that goes on with one more character (FNV-1a over whole characters)."""
    return (hash_ ^ np.uint64(code)) * _PRIME


#: The hash of nothing.
NOTHING: Any = _OFFSET


def hash_of(text: str) -> int:
    """The hash of a text, as compiled code makes it."""
    value = int(_OFFSET)
    for letter in text:
        value = ((value ^ ord(letter)) * int(_PRIME)) & 0xFFFFFFFFFFFFFFFF
    return value


class Shelf(NamedTuple):
    """Numbers by hash, in open addressing: `keys` 0 where empty, `values` beside them."""

    keys: Hashes
    values: NDArray[np.int32]


def shelf_of(words: Iterable[tuple[str, int]]) -> Shelf:
    """A shelf of words with a number each; of a word that comes twice the numbers are joined bit by bit."""
    held: dict[int, int] = {}
    for word, number in words:
        key = hash_of(word)
        held[key] = held.get(key, 0) | number
    room = empty_shelf(2 * len(held))
    _put(room, np.array(list(held), np.uint64), np.array(list(held.values()), np.int32))
    return room


def empty_shelf(least: int) -> Shelf:
    """A shelf with room for at least so many."""
    size = 1 << max(4, int(least).bit_length())
    return Shelf(np.zeros(size, np.uint64), np.zeros(size, np.int32))


@numba.njit
def slot_of(shelf: Shelf, key: Any) -> Any:
    """Where a key stands, or the empty place where it would."""
    mask = np.uint64(len(shelf.keys) - 1)
    slot = (key ^ (key >> np.uint64(32))) & mask
    while shelf.keys[slot] != 0 and shelf.keys[slot] != key:
        slot = (slot + np.uint64(1)) & mask
    return slot


@kept()
def _put(shelf: Shelf, keys: Hashes, values: NDArray[np.int32]) -> None:
    """Keeps a number under each key; the shelf must have room."""
    for key, value in zip(keys, values):  # noqa: B905 (numba knows no strict zip)
        slot = slot_of(shelf, key)
        shelf.keys[slot] = key
        shelf.values[slot] = value
