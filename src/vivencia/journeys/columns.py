"""Arrow columns as the plain arrays the kernels read, and back."""

from collections.abc import Callable, Sequence
from typing import Any

import numba
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Codes = NDArray[np.int32]


def whole(column: Any) -> pa.Array:
    """One contiguous array of a column, dictionaries decoded."""
    array = held(column)
    return array.dictionary_decode() if pa.types.is_dictionary(array.type) else array


def held(column: Any) -> pa.Array:
    """One contiguous array of a column, as it is held: texts may stand by number, in one dictionary."""
    if not isinstance(column, pa.ChunkedArray):
        return column
    if column.num_chunks == 1:
        return column.chunk(0)
    if pa.types.is_dictionary(column.type):
        column = column.unify_dictionaries()
    array = column.combine_chunks()
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], array.type)
    return array


def coded(column: Any) -> tuple[Codes, pa.Array]:
    """A text column as codes (−1 where null) and the words they stand for, each of which some row has."""
    array = held(column)
    if not pa.types.is_dictionary(array.type):
        array = pc.dictionary_encode(array)
    indices = array.indices.fill_null(-1) if array.null_count else array.indices
    codes, used = _renumbered(indices.to_numpy().astype(np.int32, copy=False), len(array.dictionary))
    # A dictionary may name words that no row has; kernels take each for one that occurs.
    return codes, array.dictionary.take(numbers(used)).cast(pa.string())


@numba.njit(cache=True, nogil=True)
def _renumbered(codes: Codes, words: int) -> tuple[Codes, NDArray[np.int64]]:
    """The codes by first occurrence, and the old code of each new one."""
    place, used, known = np.full(words, -1, np.int32), np.empty(words, np.int64), 0
    fresh = np.empty(codes.size, np.int32)
    for row in range(codes.size):
        here = codes[row]
        if here >= 0 and place[here] < 0:
            place[here] = known
            used[known] = here
            known += 1
        fresh[row] = place[here] if here >= 0 else -1
    return fresh, used[:known]


def times(column: Any) -> NDArray[np.int64]:
    """A time column as microseconds since 1970, UTC."""
    moments = whole(column).cast(pa.timestamp("us", "UTC"))
    micros: NDArray[np.int64] = moments.cast(pa.int64()).to_numpy(zero_copy_only=False)
    return micros


def said(column: Any, which: Callable[[str], bool]) -> NDArray[np.bool_]:
    """Whether a text column says one of the words meant; `which` is asked once a word; false where null."""
    codes, words = coded(column)
    return np.array([*map(which, words.to_pylist()), False], np.bool_)[codes]


def placed(column: Any, words: Sequence[str]) -> Codes:
    """Each text's place among the words; −1 where it is none of them."""
    codes, known = coded(column)
    found = pc.fill_null(pc.index_in(known, value_set=pa.array(words, pa.string())), -1)
    places = np.append(found.to_numpy(zero_copy_only=False), -1).astype(np.int32)
    kept: Codes = places[codes]
    return kept


def truths(column: Any) -> NDArray[np.int8]:
    """A true/false column as 1, 0 and −1 where null."""
    said: NDArray[np.int8] = whole(column).cast(pa.int8()).fill_null(-1).to_numpy(zero_copy_only=False)
    return said


def numbers(values: NDArray[Any], there: NDArray[np.bool_] | None = None) -> pa.Array:
    """Numbers as a column, null where `there` is false.

    From their buffer, without a copy: given an array, Arrow would first load pandas where that is installed.
    """
    held = np.ascontiguousarray(values)
    known = None if there is None else pa.py_buffer(np.packbits(there, bitorder="little"))
    return pa.Array.from_buffers(pa.from_numpy_dtype(held.dtype), held.size, [known, pa.py_buffer(held)])


def worded(codes: NDArray[Any], words: pa.Array) -> pa.Array:
    """Codes as text again; negative codes become null."""
    return words.take(numbers(codes, codes >= 0 if codes.size and codes.min() < 0 else None))


def numbered(codes: NDArray[np.int32], words: pa.Array) -> pa.DictionaryArray:
    """Codes as text by number, so that no text is copied; negative codes become null."""
    kept = pc.unique(words)
    if len(kept) < len(words):  # two codes for one text, and a dictionary has each once
        places = pc.index_in(words, value_set=kept).to_numpy(zero_copy_only=False)
        codes, words = np.append(places, -1).astype(np.int32)[codes], kept
    there = codes >= 0 if codes.size and codes.min() < 0 else None
    return pa.DictionaryArray.from_arrays(numbers(codes, there), words)


def changes(column: Any) -> NDArray[np.bool_]:
    """True at each row whose text differs from the row before; the first row is a change."""
    array = held(column)
    if pa.types.is_dictionary(array.type):
        codes = array.indices.to_numpy(zero_copy_only=False)
        return np.append(np.ones(min(codes.size, 1), np.bool_), codes[1:] != codes[:-1])
    array = array.cast(pa.large_string())
    _, offsets, data = array.buffers()
    if len(array) == 0:
        return np.empty(0, np.bool_)
    starts = np.frombuffer(offsets, np.int64)[array.offset : array.offset + len(array) + 1]
    letters = np.frombuffer(data, np.uint8) if data is not None else np.empty(0, np.uint8)
    return _differs(starts, letters)


@numba.njit(cache=True, nogil=True)
def _differs(starts: NDArray[np.int64], letters: NDArray[np.uint8]) -> NDArray[np.bool_]:
    out = np.ones(starts.size - 1, np.bool_)
    for row in range(1, out.size):
        size = starts[row + 1] - starts[row]
        same = size == starts[row] - starts[row - 1]
        if same:
            before, here = starts[row - 1], starts[row]
            # Keys of one system share a long head, so the tail differs first.
            for place in range(size - 1, -1, -1):
                if letters[before + place] != letters[here + place]:
                    same = False
                    break
        out[row] = not same
    return out


def joined(codes: Codes, begins: NDArray[np.int64], words: pa.Array, between: bytes) -> pa.Array:
    """The words of each run `begins[i]:begins[i + 1]`, joined: one text a run."""
    plain = words.cast(pa.large_string())
    _, offsets, data = plain.buffers()
    if codes.size == 0:
        return pa.array([""] * (begins.size - 1), pa.string())
    starts = np.frombuffer(offsets, np.int64)[plain.offset : plain.offset + len(plain) + 1]
    letters = np.frombuffer(data, np.uint8) if data is not None else np.empty(0, np.uint8)
    ends, text = _spell(codes, begins, starts, letters, np.frombuffer(between, np.uint8))
    spelt = pa.LargeStringArray.from_buffers(begins.size - 1, pa.py_buffer(ends), pa.py_buffer(text))
    return spelt.cast(pa.string()) if text.size < 2**31 else spelt


@numba.njit(cache=True, nogil=True)
def _spell(
    codes: Codes,
    begins: NDArray[np.int64],
    starts: NDArray[np.int64],
    letters: NDArray[np.uint8],
    between: NDArray[np.uint8],
) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    ends = np.zeros(begins.size, np.int64)
    for run in range(begins.size - 1):
        size = max(begins[run + 1] - begins[run] - 1, 0) * between.size
        for row in range(begins[run], begins[run + 1]):
            size += starts[codes[row] + 1] - starts[codes[row]]
        ends[run + 1] = ends[run] + size
    text = np.empty(ends[-1], np.uint8)
    at = 0
    for run in range(begins.size - 1):
        for row in range(begins[run], begins[run + 1]):
            if row > begins[run]:
                for letter in between:
                    text[at] = letter
                    at += 1
            for place in range(starts[codes[row]], starts[codes[row] + 1]):
                text[at] = letters[place]
                at += 1
    return ends, text
