"""The rows of one batch, each column read once as what it is asked for."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vivencia.signals.mapping.columns import ColumnSpec, Kind
from vivencia.signals.mapping.numbers import Marks, finite, flags, mask_of, numbers
from vivencia.signals.mapping.times import MOMENT, Times, times, typed_times
from vivencia.words.faults import FaultCode

#: Beyond this a floating number no longer holds every whole number, so an id in it is damaged.
_EXACT = 2.0**53


@dataclass(frozen=True, slots=True)
class Trouble:
    """Rows whose field could not be taken: where, the field, the code, what stood there."""

    where: np.ndarray
    field: str
    code: FaultCode
    found: pa.Array
    expected: str | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """One value a row: null where there is none. `local` is the wall clock beside a time."""

    kind: Kind
    array: pa.Array
    local: pa.Array | None = None
    troubles: tuple[Trouble, ...] = ()


class Frame:
    """The rows of one batch with the partners of its joins; columns are read when asked for.

    `zone` is the company's: the zone of times where neither value, column nor mapping has one.
    """

    def __init__(
        self, table: pa.Table, specs: Mapping[str, ColumnSpec], default: ColumnSpec, zone: str = ""
    ) -> None:
        self.zone = zone
        self.table = table
        self.rows: int = table.num_rows
        self._specs = specs
        self._default = default
        self._cache: dict[tuple[str, Kind], Value] = {}

    def column(self, name: str, kind: Kind) -> Value:
        """A column as text, number, time or yes/no."""
        if (name, kind) not in self._cache:
            raw = self.raw(name)
            self._cache[name, kind] = read(raw, self._specs.get(name, self._default), kind, name, self.zone)
        return self._cache[name, kind]

    def raw(self, name: str) -> pa.Array:
        """A column as it came; nulls where the batch has none of that name."""
        if name not in self.table.column_names:
            return pa.nulls(self.rows, pa.string())
        found = self.table.column(name).combine_chunks()
        return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found

    def constant(self, text: str) -> pa.Array:
        """The same text on every row."""
        return pa.repeat(pa.scalar(text, pa.string()), self.rows)


def read(raw: pa.Array, spec: ColumnSpec, kind: Kind, name: str, zone: str = "") -> Value:
    """A raw column as a value of that kind, with what could not be read."""
    if not spec.values and not _is_text(raw):
        typed = _typed(raw, spec, kind, name, zone)
        if typed is not None:
            return typed
    text = as_text(raw)
    known, troubles = _replaced(_applicable(text, spec.not_applicable), spec, name)
    value = _read_text(known, spec, kind, name, zone)
    return replace(value, troubles=(*troubles, *value.troubles)) if troubles else value


def as_text(raw: pa.Array) -> pa.Array:
    """A column as text without blanks at its ends; blank is null."""
    text = _cast_to_text(raw)
    trimmed = pc.utf8_trim_whitespace(text)
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)


def _cast_to_text(raw: pa.Array) -> pa.Array:
    if pa.types.is_floating(raw.type):
        return _whole_as_text(raw)
    if pa.types.is_list(raw.type) and raw.type.value_type == pa.string():
        return pc.binary_join(raw, ", ")
    if pa.types.is_nested(raw.type):
        return pa.array([None if one is None else json.dumps(one, default=str) for one in raw.to_pylist()])
    return raw.cast(pa.string())


def _is_text(raw: pa.Array) -> bool:
    return bool(pa.types.is_string(raw.type) or pa.types.is_large_string(raw.type))


def _whole_as_text(raw: pa.Array) -> pa.Array:
    """Numbers as text: 12.0 is 12, since spreadsheets and data frames turn keys into floats."""
    number = raw.cast(pa.float64())
    whole = pc.and_(pc.equal(pc.floor(number), number), pc.less(pc.abs(number), _EXACT))
    as_whole = pc.if_else(whole, number, pa.scalar(None, pa.float64())).cast(pa.int64()).cast(pa.string())
    return pc.coalesce(as_whole, number.cast(pa.string()))


def _applicable(text: pa.Array, codes: tuple[str, ...]) -> pa.Array:
    if not codes:
        return text
    return pc.if_else(pc.is_in(text, value_set=pa.array(codes)), pa.scalar(None, pa.string()), text)


def _replaced(text: pa.Array, spec: ColumnSpec, name: str) -> tuple[pa.Array, tuple[Trouble, ...]]:
    if not spec.values:
        return text, ()
    place = pc.index_in(text, value_set=pa.array(list(spec.values)))
    found = pa.array(list(spec.values.values())).take(place)
    strange = mask_of(pc.and_(pc.is_null(place), pc.is_valid(text)))
    if not strange.any():
        return found, ()
    if spec.otherwise is not None:
        return pc.if_else(pa.array(strange), spec.otherwise or None, found), ()
    expected = ", ".join(list(spec.values)[:12])
    return found, (Trouble(strange, name, FaultCode.UNKNOWN_VALUE, text, expected),)


def _read_text(text: pa.Array, spec: ColumnSpec, kind: Kind, name: str, zone: str) -> Value:
    if kind == "text":
        return Value("text", text)
    if kind == "time":
        return _time_value(times(text, spec.formats, spec.zone or zone), text, name)
    if kind == "flag":
        found, marks = flags(text)
    else:
        found, marks = numbers(text, spec.decimal, spec.thousands)
        found = _without_codes(found, spec.not_applicable)
    return Value(kind, found, troubles=_troubles(marks, text, name))


def _typed(raw: pa.Array, spec: ColumnSpec, kind: Kind, name: str, zone: str) -> Value | None:
    """A column that holds what is asked for already; None when it has to go through text."""
    if kind == "number" and (pa.types.is_integer(raw.type) or pa.types.is_floating(raw.type)):
        found, marks = finite(raw)
        return Value(kind, _without_codes(found, spec.not_applicable), troubles=_troubles(marks, raw, name))
    if kind == "time" and (pa.types.is_timestamp(raw.type) or pa.types.is_date(raw.type)):
        return _time_value(typed_times(raw, spec.zone or zone), raw, name)
    if kind == "flag" and pa.types.is_boolean(raw.type):
        return Value(kind, raw)
    return None


def _without_codes(found: pa.Array, codes: tuple[str, ...]) -> pa.Array:
    """Numbers without the not-applicable codes, however these were written (-99, -99.0)."""
    if not codes:
        return found
    meant, _ = numbers(pa.array(codes, pa.string()))
    return pc.if_else(pc.is_in(found, value_set=meant.drop_null()), pa.scalar(None, pa.float64()), found)


def _time_value(found: Times, raw: pa.Array, name: str) -> Value:
    return Value("time", found.moment.cast(MOMENT), found.local, _troubles(found.marks, raw, name))


def _troubles(marks: tuple[Marks, ...], raw: pa.Array, name: str) -> tuple[Trouble, ...]:
    return tuple(Trouble(mark.where, name, mark.code, raw, mark.expected) for mark in marks)
