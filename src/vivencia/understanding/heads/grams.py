"""Words, pairs of words and pieces of words of many texts at once, hashed into a fixed number of columns.

Feature hashing: Weinberger et al., ICML 2009. The letters of the whole batch lie in one
array and everything is hashed by array operations, so no Python call is made for a text.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

#: Lengths of the pieces: endings and stems carry over where the word itself was never seen.
SIZES = (3, 4, 5)
COLUMNS = 1 << 16
_PRIME = np.uint64(0x100000001B3)
_MIX = np.uint64(0x9E3779B97F4A7C15)
_BLANK = np.uint64(32)

Ids = NDArray[np.int64]
Codes = NDArray[np.uint64]


def grams(texts: Sequence[str], columns: int = COLUMNS) -> sparse.csr_matrix:
    """One sparse row of norm 1 a text: its words and pieces; case and runs of blanks are nothing.

    Half of a row's weight lies on words and pairs of words, half on pieces of words.

    >>> rows = grams(["Bom dia", "bom  dia", ""])
    >>> rows.shape[1] == COLUMNS, bool((rows[0] != rows[1]).nnz == 0), rows[2].nnz
    (True, True, 0)
    """
    letters, text_of = _letters(texts)
    words = _columns(_words(letters, text_of), columns // 2, len(texts))
    pieces = _columns([_pieces(letters, text_of, size) for size in SIZES], columns // 2, len(texts))
    joined = sparse.hstack([words, pieces], format="csr")
    return sparse.csr_matrix(joined / np.sqrt(2))


def _letters(texts: Sequence[str]) -> tuple[Codes, Ids]:
    tidy = [f" {' '.join(text.lower().split())} " for text in texts]
    letters = np.frombuffer("".join(tidy).encode("utf-32-le", "replace"), dtype=np.uint32).astype(np.uint64)
    lengths = np.array([len(text) for text in tidy], dtype=np.int64)
    return letters, np.repeat(np.arange(len(tidy), dtype=np.int64), lengths)


def _columns(found: Sequence[tuple[Ids, Codes]], columns: int, texts: int) -> sparse.csr_matrix:
    """A matrix with 1/√(what the text has) in the column of every code it has."""
    keys = [
        text_of * columns + (_mixed(code) % np.uint64(columns)).astype(np.int64) for text_of, code in found
    ]
    at = np.sort(np.concatenate(keys)) if keys else np.empty(0, dtype=np.int64)
    at = at[np.diff(at, prepend=-1) > 0]
    which, column = np.divmod(at, np.int64(columns))
    counts = np.bincount(which, minlength=texts)
    starts = np.concatenate([[0], np.cumsum(counts)])
    return sparse.csr_matrix((1.0 / np.sqrt(counts[which]), column, starts), shape=(texts, columns))


def _mixed(code: Codes) -> Codes:
    code = (code ^ (code >> np.uint64(31))) * _MIX
    return code >> np.uint64(20)


def _words(letters: Codes, text_of: Ids) -> list[tuple[Ids, Codes]]:
    """Words and pairs of neighbouring words, as (text, code)."""
    inside = _of_words(letters)
    starts = np.flatnonzero(inside & np.concatenate([[True], ~inside[:-1]]))
    if not len(starts):
        return []
    ends = np.flatnonzero(inside & np.concatenate([~inside[1:], [True]])) + 1
    # A letter counts by its place in the word, so that anagrams differ and one sum makes the code.
    begun = np.zeros(len(letters), dtype=np.int64)
    begun[starts] = starts
    place = np.arange(len(letters)) - np.maximum.accumulate(begun)
    valued = _mixed((letters + np.uint64(1)) * _PRIME + place.astype(np.uint64) * _MIX)
    sums = np.concatenate([[np.uint64(0)], np.cumsum(valued, dtype=np.uint64)])
    code = sums[ends] - sums[starts]
    owner = text_of[starts]
    same = owner[1:] == owner[:-1]
    pairs = (code[:-1] * _PRIME + code[1:])[same]
    return [(owner, code), (owner[1:][same], pairs)]


def _of_words(letters: Codes) -> NDArray[np.bool_]:
    """Letters, digits and whatever is no punctuation."""
    plain = np.array([not chr(code).isspace() and (code > 127 or chr(code).isalnum()) for code in range(192)])
    found = plain[np.minimum(letters, np.uint64(191)).astype(np.int64)]
    return found & ((letters < 0x2000) | (letters > 0x206F))


def _pieces(letters: Codes, text_of: Ids, size: int) -> tuple[Ids, Codes]:
    """Every run of `size` letters that lies inside one text and spans no more than one word and its edges."""
    ends = len(letters) - size + 1
    if ends <= 0:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.uint64)
    code = np.full(ends, np.uint64(size), dtype=np.uint64)
    for step in range(size):
        code = (code ^ letters[step : step + ends]) * _PRIME
    inside = text_of[:ends] == text_of[size - 1 :]
    for step in range(1, size - 1):
        inside &= letters[step : step + ends] != _BLANK
    return text_of[:ends][inside], code[inside]
