"""Columns that grow part by part and are then taken in any order, each as small as its values allow.

They are NumPy arrays, not Arrow's: a long array grows in place, in large pages of memory, while
what Parquet is read into is given back and used again. Fresh memory is dearer than what is done in it.
"""

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vivencia.engines.grown import Grown
from vivencia.engines.shapes import decoded

Rows = NDArray[np.int64]
#: So long texts are told apart as they come; more of them only when all are there.
_FEW = 4_096


class Column(Protocol):
    """A column that takes its rows part by part, and gives any of them."""

    @property
    def size(self) -> int:
        """The bytes it takes."""

    def put(self, part: pa.Array) -> None:
        """Take the next rows."""

    def whole(self) -> None:
        """No more rows come."""

    def at(self, rows: Rows) -> pa.Array:
        """These rows."""

    def ranks(self, rows: Rows) -> NDArray[np.int64]:
        """Numbers in the order of these rows' values, nulls last."""


class Texts:
    """Texts by number: −1 where there is none."""

    def __init__(self, expected: int = 0) -> None:
        self._codes = Grown(np.int8, expected)
        self._lists: list[pa.Array] = [pa.array([], pa.string())]
        self._length = 0
        self.values = self._lists[0]
        self._ranks = np.zeros(0, np.int64)

    @property
    def size(self) -> int:
        """The bytes it takes."""
        return int(self._codes.values.nbytes + sum(one.nbytes for one in self._lists))

    def put(self, part: pa.Array) -> None:
        """Take the next rows."""
        if not pa.types.is_dictionary(part.type):
            part = part.dictionary_encode()
        listed = part.dictionary.cast(pa.string())
        # A row without a text gets the number behind the last, which finds −1.
        numbers = part.indices.fill_null(len(listed)) if part.indices.null_count else part.indices
        moved = np.append(self._numbers(listed), -1)
        self._codes.widened(_narrow(self._length))
        places = self._codes.room(len(part))
        np.take(moved.astype(places.dtype), numbers.to_numpy(), out=places, mode="clip")

    def _numbers(self, listed: pa.Array) -> NDArray[Any]:
        """The numbers of texts, new ones behind those before; where there are many, all count as new."""
        if self._length > _FEW:
            self._lists.append(listed)
            self._length += len(listed)
            return np.arange(self._length - len(listed), self._length)
        known = pa.concat_arrays(self._lists)
        found = pc.index_in(listed, value_set=known)
        if found.null_count:
            known = pc.unique(pa.concat_arrays([known, listed])).drop_null()
            found = pc.index_in(listed, value_set=known)
        self._lists, self._length = [known], len(known)
        numbers: NDArray[Any] = found.fill_null(-1).to_numpy()
        return numbers

    def whole(self) -> None:
        """No more rows come."""
        listed = pa.concat_arrays(self._lists)
        self.values = pc.unique(listed) if len(self._lists) > 1 else listed
        if len(self.values) < len(listed):
            moved = pc.index_in(listed, value_set=self.values).to_numpy()
            self._codes.move(np.append(moved, -1), _narrow(len(self.values)))
        self._lists, self._length = [self.values], len(self.values)
        # No text comes behind every other; Arrow compares bytes, as DuckDB and Spark do.
        self._ranks = np.full(self._length + 1, self._length)
        self._ranks[pc.sort_indices(self.values).to_numpy()] = np.arange(self._length)

    @property
    def codes(self) -> NDArray[Any]:
        """The number of each row's text."""
        return self._codes.values

    def at(self, rows: Rows) -> pa.DictionaryArray:
        """These rows."""
        # Compiled functions take long to load, and most commands sort nothing.
        from vivencia.engines.permuting import renumbered

        # In the order they first stand in, as they would be numbered anew: sums by number are added
        # up in that order.
        codes, used = renumbered(self.codes, rows, len(self.values))
        values = self.values.take(pa.array(used))
        return pa.DictionaryArray.from_arrays(_with_nulls(codes, codes < 0), values, safe=False)

    def ranks(self, rows: Rows | slice) -> NDArray[np.int64]:
        """Numbers in the order of these rows' values, nulls last."""
        ranks: NDArray[np.int64] = self._ranks[self.codes[rows]]
        return ranks


class Numbers:
    """Numbers and times, of which most rows have one."""

    def __init__(self, kind: pa.DataType, expected: int = 0) -> None:
        self._kind = kind
        self._values = Grown(np.dtype(_held_as(kind)), expected)
        self._missing = Grown(np.bool_, expected)
        self._any_missing = False

    @property
    def size(self) -> int:
        """The bytes it takes."""
        return int(self._values.values.nbytes + self._missing.values.nbytes)

    def put(self, part: pa.Array) -> None:
        """Take the next rows."""
        missing = self._missing.room(len(part))
        missing[:] = part.is_null().to_numpy(zero_copy_only=False) if part.null_count else False
        self._any_missing |= bool(part.null_count)
        self._values.put(_plain_numbers(part))

    def whole(self) -> None:
        """Nothing is left to do."""

    def at(self, rows: Rows) -> pa.Array:
        """These rows."""
        missing = self._missing.values[rows] if self._any_missing else np.zeros(0, bool)
        return _as_kind(_with_nulls(self._values.values[rows], missing), self._kind)

    def ranks(self, rows: Rows) -> NDArray[np.int64]:
        """Numbers in the order of these rows' values, nulls last."""
        values = self._values.values
        if not self._any_missing and values.dtype == np.int64:
            found: NDArray[np.int64] = values[rows]
            return found
        return _ranked(self.at(rows))


class Rare:
    """Numbers that few rows have: those, and which of them is whose."""

    def __init__(self, kind: pa.DataType, expected: int = 0) -> None:
        self._kind = kind
        self._places = Grown(np.int32, expected)
        self._values = Grown(np.dtype(_held_as(kind)))

    @property
    def size(self) -> int:
        """The bytes it takes."""
        return int(self._places.values.nbytes + self._values.values.nbytes)

    def put(self, part: pa.Array) -> None:
        """Take the next rows."""
        places = self._places.room(len(part))
        places[:] = -1
        before = len(self._values.values)
        if part.null_count < len(part):
            there = np.flatnonzero(part.is_valid())
            places[there] = np.arange(before, before + len(there), dtype=np.int32)
            self._values.put(_plain_numbers(part)[there])

    def whole(self) -> None:
        """Nothing is left to do."""

    def at(self, rows: Rows) -> pa.Array:
        """These rows."""
        places = self._places.values[rows]
        there = np.flatnonzero(places >= 0)
        values = np.zeros(len(rows), self._values.values.dtype)
        values[there] = self._values.values[places[there]]
        return _as_kind(_with_nulls(values, places < 0), self._kind)

    def ranks(self, rows: Rows) -> NDArray[np.int64]:
        """Numbers in the order of these rows' values, nulls last."""
        return _ranked(self.at(rows))


class Strings:
    """Texts of which hardly two are alike."""

    def __init__(self, expected: int = 0) -> None:
        self._ends = Grown(np.int64, expected + 1)
        self._ends.put(np.zeros(1, np.int64))
        self._bytes = Grown(np.uint8, 16 * expected)
        self._missing = Grown(np.bool_, expected)
        self._whole: pa.Array = None

    @property
    def size(self) -> int:
        """The bytes it takes."""
        return int(self._ends.values.nbytes + self._bytes.values.nbytes + self._missing.values.nbytes)

    def put(self, part: pa.Array) -> None:
        """Take the next rows."""
        part = decoded(part).cast(pa.large_string())
        self._missing.put(part.is_null().to_numpy(zero_copy_only=False))
        _, offsets, data = part.buffers()
        ends = np.frombuffer(offsets, np.int64, len(part) + 1, 8 * part.offset)
        before = self._bytes.values.size
        if data is not None:
            self._bytes.put(np.frombuffer(data, np.uint8)[ends[0] : ends[-1]])
        self._ends.put(ends[1:] + (before - ends[0]))

    def whole(self) -> None:
        """No more rows come."""
        missing = self._missing.values
        valid = pa.array(~missing).buffers()[1] if missing.any() else None
        held = [valid, pa.py_buffer(self._ends.values), pa.py_buffer(self._bytes.values)]
        self._whole = pa.Array.from_buffers(pa.large_string(), len(missing), held)

    def at(self, rows: Rows) -> pa.Array:
        """These rows."""
        return self._whole.take(pa.array(rows)).cast(pa.string())

    def ranks(self, rows: Rows) -> NDArray[np.int64]:
        """Numbers in the order of these rows' values, nulls last."""
        return _ranked(self.at(rows))


class Maps:
    """Maps: where the entries of a row end, and the entries apart."""

    def __init__(self, kind: pa.MapType, expected: int = 0) -> None:
        self._ends = Grown(np.int64, expected + 1)
        self._ends.put(np.zeros(1, np.int64))
        self._missing = Grown(np.bool_, expected)
        self._keys = Texts(expected)
        self._items: Column = Texts(expected) if _texts(kind.item_type) else Numbers(kind.item_type, expected)

    @property
    def size(self) -> int:
        """The bytes it takes."""
        own = self._ends.values.nbytes + self._missing.values.nbytes
        return int(own) + self._keys.size + self._items.size

    def put(self, part: pa.MapArray) -> None:
        """Take the next rows."""
        ends = part.offsets.to_numpy().astype(np.int64)
        self._missing.put(part.is_null().to_numpy(zero_copy_only=False))
        self._ends.put(ends[1:] + (self._ends.values[-1] - ends[0]))
        entries = slice(int(ends[0]), int(ends[-1]))
        self._keys.put(part.keys[entries])
        self._items.put(part.items[entries])

    def whole(self) -> None:
        """No more rows come."""
        self._keys.whole()
        self._items.whole()

    def at(self, rows: Rows) -> pa.MapArray:
        """These rows."""
        gone = np.append(self._missing.values[rows], False)
        starts = self._ends.values[rows]
        lengths = np.where(gone[:-1], 0, self._ends.values[rows + 1] - starts)
        ends = np.cumsum(lengths)
        places = np.repeat(starts - ends + lengths, lengths)
        places += np.arange(len(places))
        offsets = _with_nulls(np.append(0, ends).astype(np.int32), gone)
        return pa.MapArray.from_arrays(offsets, self._keys.at(places), self._items.at(places))

    def ranks(self, rows: Rows) -> NDArray[np.int64]:
        """Numbers in the order of these rows' values, nulls last."""
        raise NotImplementedError("maps have no order")


class Others:
    """Whatever else Arrow has: its parts, put together once all are there."""

    def __init__(self) -> None:
        self._parts: list[pa.Array] = []
        self._whole: pa.Array = None

    @property
    def size(self) -> int:
        """The bytes it takes."""
        return sum(part.nbytes for part in self._parts)

    def put(self, part: pa.Array) -> None:
        """Take the next rows."""
        self._parts.append(part)

    def whole(self) -> None:
        """No more rows come."""
        self._whole, self._parts = pa.concat_arrays(self._parts), []

    def at(self, rows: Rows) -> pa.Array:
        """These rows."""
        return self._whole.take(pa.array(rows))

    def ranks(self, rows: Rows) -> NDArray[np.int64]:
        """Numbers in the order of these rows' values, nulls last."""
        return _ranked(self.at(rows))


def column_for(first: pa.Array, expected: int, *, coded: bool) -> Column:
    """A column for values like those of its first part; `coded` where texts come again."""
    kind = first.type
    if coded:
        return Texts(expected)
    if _texts(kind):
        return Strings(expected)
    if pa.types.is_map(kind) and (_texts(kind.item_type) or _held_as(kind.item_type)):
        return Maps(kind, expected)
    if _held_as(kind):
        # Few have one: a place takes four bytes.
        rare = 2 * first.null_count > len(first) and not pa.types.is_boolean(kind)
        return Rare(kind, expected) if rare else Numbers(kind, expected)
    return Others()


def _texts(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_dictionary(kind))


def _held_as(kind: pa.DataType) -> str:
    """NumPy's name of what a value is held as; nothing where it is no number."""
    known: list[tuple[Callable[[pa.DataType], bool], str]] = [
        (pa.types.is_timestamp, "int64"),
        (pa.types.is_int64, "int64"),
        (pa.types.is_float64, "float64"),
        (pa.types.is_boolean, "bool"),
    ]
    return next((name for belongs, name in known if belongs(kind)), "")


def _plain_numbers(part: pa.Array) -> NDArray[Any]:
    """The values, anything where there is none."""
    if pa.types.is_boolean(part.type):
        part = part.fill_null(False) if part.null_count else part
        found: NDArray[Any] = part.to_numpy(zero_copy_only=False)
        return found
    dtype = np.dtype(_held_as(part.type))
    if not len(part):
        return np.zeros(0, dtype)
    return np.frombuffer(part.buffers()[1], dtype, len(part), part.offset * dtype.itemsize)


def _with_nulls(values: NDArray[Any], missing: NDArray[np.bool_]) -> pa.Array:
    whole = pa.array(values)
    if not missing.any():
        return whole
    valid = pa.py_buffer(np.packbits(~missing, bitorder="little"))
    return pa.Array.from_buffers(whole.type, len(whole), [valid, whole.buffers()[1]])


def _as_kind(values: pa.Array, kind: pa.DataType) -> pa.Array:
    return values if values.type == kind else values.view(kind)


def _ranked(values: pa.Array) -> NDArray[np.int64]:
    if pa.types.is_boolean(values.type):
        values = values.cast(pa.int8())
    found: NDArray[np.int64] = pc.rank(values, tiebreaker="dense").to_numpy().astype(np.int64)
    return found


def _narrow(values: int) -> Any:
    """The smallest type that numbers so many values, and −1."""
    return np.dtype(np.int8 if values < 1 << 7 else np.int16 if values < 1 << 15 else np.int32)
