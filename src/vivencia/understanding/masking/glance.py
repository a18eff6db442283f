"""One compiled look at all texts of a batch, for the few that may hold something personal.

What it passes over has no sign of anything that is masked: no address, no row of digits, no
word that names a plate or a street, no capital of a known name or behind a title. It may be
wrong only the other way round; the text is then searched in vain.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from vivencia.understanding import characters
from vivencia.understanding.characters import (
    ALNUM,
    BLANK,
    CAPITAL,
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
from vivencia.understanding.masking.addresses import STREET_CUES
from vivencia.understanding.masking.documents import PLATE_CUES
from vivencia.understanding.masking.people import GIVEN, guides, listed

#: What a word is by itself: a cue of a name to come, one of a name that may be written small, one that counts
#: beside a digit; a given name of the language, any name; a title, a word that makes a name a person's.
CUE, CUE_OF_SMALL, CUE_OF_NUMBER, GIVEN_NAME, NAME, TITLE, GUIDE = (1 << bit for bit in range(7))
_AT, _COLON, _SLASH, _DOT, _NEWLINE, _SPACE, _DASH = map(ord, "@:/.\n -")
_BRACKETS, _JOINS = tuple(map(ord, "([")), tuple(map(ord, "-_+"))
#: What "at", "arroba" and "chiocciola" begin with.
_FIRST_OF_AT = tuple(map(ord, "aAcC"))
_ZERO, _NINE, _W, _A, _Z, _SMALL_A, _SMALL_Z = map(ord, "09wAZaz")
#: What may stand around a title.
_QUOTES = tuple(map(ord, " (,\"'"))
#: Digits that a number of a document or a telephone has at least, and what may stand between two of them.
_FEWEST, _BETWEEN = 5, 3
#: Characters of a title at most, characters between two parts of one name, words between a cue and its name.
_LONGEST_TITLE, _NEAR, _WORDS_BEHIND = 24, 12, 3


def glanced(texts: Sequence[str], language: str) -> NDArray[np.bool_]:
    """Which of these texts, all of one language, must be searched for what is personal."""
    batch = batch_of(texts)
    found = np.zeros(len(texts), np.bool_)
    _glance(batch, _words(language), classes(), lower(), found)
    return found


@cache
def _words(language: str) -> Shelf:
    """The words that count in texts of a language, with what each is."""
    known, guided = listed(language), guides()
    return shelf_of(
        [
            *((word, CUE) for word in guided["called"]),
            *((word, CUE_OF_SMALL) for word in guided["small"]),
            *((word, GUIDE) for word in guided["served"]),
            *((word, CUE_OF_NUMBER) for word in PLATE_CUES | STREET_CUES.get(language, frozenset())),
            *((word, NAME | GIVEN_NAME * (kind == GIVEN)) for word, kind in known.kinds.items()),
            *((word, TITLE) for word in known.strong | known.weak),
        ]
    )


@kept(characters)
def _glance(batch: Batch, words: Shelf, kinds: Any, small: Any, found: Any) -> None:
    for text in range(len(found)):
        first, last = batch.starts[text], batch.starts[text + 1]
        found[text] = (
            _signs(batch.codes, first, last, kinds)
            or _said(batch.codes, first, last, words, kinds, small)
            or _named(batch.codes, first, last, words, kinds, small)
        )


@numba.njit
def _signs(codes: Any, first: int, last: int, kinds: Any) -> bool:
    """Whether there is an address, or a row of digits that may be a number of somebody."""
    digits = 0
    behind: Any = np.int64(-1)
    for at in range(first, last):
        code = codes[at]
        if code >= KNOWN or _addressed(codes, first, at, last, kinds):
            return True
        if code == _NEWLINE:
            digits = 0
        if _ZERO <= code <= _NINE:
            digits = digits + 1 if digits and at - behind <= _BETWEEN + 1 else 1
            behind = at
            if digits >= _FEWEST or _before_street(codes, at, last):
                return True
    return False


@numba.njit
def _addressed(codes: Any, first: int, at: int, last: int, kinds: Any) -> bool:
    """Whether a sign of an address stands here: of mail, as it is or written out, or of the web."""
    code = codes[at]
    if code == _AT:
        return bool(at > first and _in_box(codes[at - 1], kinds))
    if code in _BRACKETS:
        return bool(_written(codes, at + 1, last, kinds))
    if code == _SLASH:
        return bool(at - first >= 2 and codes[at - 1] == _SLASH and codes[at - 2] == _COLON)
    if code != _DOT or at - first < 3:
        return False
    return bool(codes[at - 1] == _W and codes[at - 2] == _W and codes[at - 3] == _W)


@numba.njit
def _in_box(code: int, kinds: Any) -> bool:
    """Whether an address of mail may have this before its sign."""
    return bool(kinds[code] & ALNUM or code in _JOINS)


@numba.njit
def _written(codes: Any, at: int, last: int, kinds: Any) -> bool:
    """Whether "at", "arroba" or "chiocciola" may stand in the bracket that opened."""
    if at < last and kinds[codes[at]] & BLANK:
        at += 1
    return bool(at < last and codes[at] in _FIRST_OF_AT)


@numba.njit
def _before_street(codes: Any, at: int, last: int) -> bool:
    """Whether a number ends here and a word with a capital follows: "12 Baker Street", "12b Baker Street"."""
    at += 1
    if at < last and (_A <= codes[at] <= _Z or _SMALL_A <= codes[at] <= _SMALL_Z):
        at += 1
    return bool(at + 1 < last and codes[at] == _SPACE and _A <= codes[at + 1] <= _Z)


@numba.njit
def _is(codes: Any, first: int, last: int, words: Shelf, small: Any) -> int:
    """What the word between two places is."""
    key = NOTHING
    for at in range(first, last):
        key = hashed(key, small[codes[at]])
    slot = slot_of(words, key)
    return int(words.values[slot]) if words.keys[slot] == key else 0


@numba.njit
def _said(codes: Any, first: int, last: int, words: Shelf, kinds: Any, small: Any) -> bool:
    """Whether a word between blanks says that a name, or beside a digit a plate or a street, may follow."""
    digit = False
    for at in range(first, last):
        digit = digit or _ZERO <= codes[at] <= _NINE
    key = NOTHING
    empty = True
    for at in range(first, last + 1):
        if at < last and not kinds[codes[at]] & BLANK:
            key = hashed(key, small[codes[at]])
            empty = False
            continue
        if not empty:
            slot = slot_of(words, key)
            said = words.values[slot] if words.keys[slot] == key else 0
            if said & CUE or (digit and said & CUE_OF_NUMBER):
                return True
            if said & CUE_OF_SMALL and _given_behind(codes, at, last, words, kinds, small):
                return True
        key = NOTHING
        empty = True
    return False


@numba.njit
def _given_behind(codes: Any, at: int, last: int, words: Shelf, kinds: Any, small: Any) -> bool:
    """Whether one of the next words is a given name, written small or not."""
    for _ in range(_WORDS_BEHIND):
        while at < last and not kinds[codes[at]] & LETTER:
            at += 1
        begin = at
        while at < last and kinds[codes[at]] & LETTER:
            at += 1
        if _is(codes, begin, at, words, small) & GIVEN_NAME:
            return True
    return False


@numba.njit
def _named(codes: Any, first: int, last: int, words: Shelf, kinds: Any, small: Any) -> bool:
    """Whether a word with a capital is a name in company that makes it one, or stands behind a title."""
    at = first
    blank: Any = np.int64(first - 1)
    known: Any = np.int64(first - _NEAR - 1)
    while at < last:
        code = codes[at]
        if not kinds[code] & CAPITAL or at + 1 >= last or not kinds[codes[at + 1]] & LETTER:
            if code == _SPACE:
                blank = at
            at += 1
            continue
        end = _end_of_name(codes, at, last, kinds)
        said = _is(codes, at, end, words, small)
        if said & GIVEN_NAME or (said & NAME and at - known <= _NEAR):
            return True
        if said & NAME:
            known = end
            if at > first and _guided(codes, first, at, words, kinds, small):
                return True
        if at > first and _titled(codes, first, at, blank, words, small):
            return True
        at = end
    return False


@numba.njit
def _titled(codes: Any, first: int, at: int, blank: int, words: Shelf, small: Any) -> bool:
    """Whether what stands before a word is a title, be it in a bracket or in quotes."""
    begin, end = blank + 1, at
    if blank == at - 1:
        begin = end = at - 1
        while begin > first and codes[begin - 1] != _SPACE:
            begin -= 1
    while begin < end and codes[end - 1] in _QUOTES:
        end -= 1
    while begin < end and codes[begin] in _QUOTES:
        begin += 1
    return bool(0 < end - begin <= _LONGEST_TITLE and _is(codes, begin, end, words, small) & TITLE)


@numba.njit
def _guided(codes: Any, first: int, at: int, words: Shelf, kinds: Any, small: Any) -> bool:
    """Whether one of the two words before says that a name follows ("with", "waiter", "signora")."""
    for _ in range(2):
        while at > first and not kinds[codes[at - 1]] & LETTER:
            at -= 1
        end = at
        while at > first and kinds[codes[at - 1]] & LETTER:
            at -= 1
        if _is(codes, at, end, words, small) & GUIDE:
            return True
    return False


@numba.njit
def _end_of_name(codes: Any, at: int, last: int, kinds: Any) -> int:
    """After the last letter of a word with a capital, and of others joined to it by dashes."""
    while True:
        at += 1
        while at < last and kinds[codes[at]] & LETTER:
            at += 1
        joined = at + 2 < last and codes[at] == _DASH and kinds[codes[at + 1]] & CAPITAL
        if not (joined and kinds[codes[at + 2]] & LETTER):
            return int(at)
        at += 1
