"""Build the signals of one `[[signals]]` block from a batch, all rows at once.

A row whose field cannot be taken gives no signal: the record is kept as a fault, whole.
Nothing is lost and nothing is counted twice, since the id of the signal it gives after
the mend is the same as before.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vivencia.plans.arrow import schema_of
from vivencia.signals.mapping.checks import (
    key_troubles,
    kind_troubles,
    measure_troubles,
    rating_troubles,
    text_troubles,
    time_troubles,
    value_troubles,
)
from vivencia.signals.mapping.faults import FaultBook, digest
from vivencia.signals.mapping.frame import Frame, Trouble, Value, as_text
from vivencia.signals.mapping.joins import join_troubles
from vivencia.signals.mapping.numbers import mask_of
from vivencia.signals.mapping.spec import FieldSpec, JoinSpec, SignalSpec
from vivencia.words.faults import FaultCode
from vivencia.words.instruments import Instrument
from vivencia.words.shapes.signals import SIGNALS
from vivencia.words.signal import ANONYMOUS_PREFIX

_KEYS = ("id", "customer", "touchpoint")
_OTHER_KEYS = ("account", "place", "actor", "department", "goal", "lang", "currency")
_BETWEEN = "\x1f"


@dataclass(frozen=True, slots=True)
class Built:
    """The signals of one block: the rows they came from, and the rows the block spoke for."""

    name: str
    table: pa.Table
    rows: np.ndarray
    selected_rows: tuple[int, ...] | frozenset[int]


class SignalBuilder:
    """Builds signals; knows the source, the instruments and the clock."""

    def __init__(self, source: str, instruments: Mapping[str, Instrument], now: datetime) -> None:
        self.source = source
        self.instruments = instruments
        self.now = now

    def build(self, spec: SignalSpec, frame: Frame, joins: Sequence[JoinSpec], book: FaultBook) -> Built:
        """The signals that the rows of a frame give under one block; troubles go into the book."""
        selected, troubles = _selection(spec, frame)
        lonely = join_troubles(frame, joins, spec.columns)
        troubles += lonely
        fields = {name: one.expression.run(frame) for name, one in spec.fields.items()}
        groups = {
            "measures": _run(spec.measures, frame),
            "ratings": _run(spec.ratings, frame),
            "properties": _run(spec.properties, frame),
        }
        every: Iterable[Value] = [
            *fields.values(),
            *(one for group in groups.values() for one in group.values()),
        ]
        troubles += [trouble for value in every for trouble in value.troubles]
        # What a missing partner leaves blank is told once, as the missing partner.
        unjoined = _any_of(lonely, frame.rows)
        troubles += self._checks(fields, groups, unjoined)
        customer, strangers = self._customer(spec, frame, fields, unjoined)
        troubles += strangers
        bad = _any_of(troubles, frame.rows)
        for trouble in troubles:
            book.add(trouble, selected, spec.name)
        rows = np.flatnonzero(selected & ~bad)
        table = self._table(spec, frame, {**fields, "customer": customer}, groups, rows)
        return Built(spec.name, table, rows, frozenset(np.flatnonzero(selected).tolist()))

    def _checks(
        self, fields: Mapping[str, Value], groups: Mapping[str, Mapping[str, Value]], unjoined: np.ndarray
    ) -> list[Trouble]:
        found: list[Trouble] = []
        for name in _KEYS:
            if name in fields:
                # A wholly blank id is derived from the content, a blank customer is looked at apart.
                found += key_troubles(name, fields[name].array, required=name == "touchpoint")
        for name in _OTHER_KEYS:
            if name in fields:
                check = key_troubles(name, fields[name].array, required=False)
                found += check if name == "account" else text_troubles(name, fields[name].array, 512)
        if "text" in fields:
            found += text_troubles("text", fields["text"].array)
        found += kind_troubles(fields["kind"].array)
        unread = _any_of(list(fields["at"].troubles), len(unjoined)) | unjoined
        found += time_troubles(fields["at"].array, unread, self.now)
        if "value" in fields:
            found += value_troubles(fields["value"].array)
        for key, value in groups["ratings"].items():
            found += rating_troubles(key, self.instruments.get(key), value.array)
        for key, value in groups["measures"].items():
            found += measure_troubles(key, value.array)
        return found

    def _customer(
        self, spec: SignalSpec, frame: Frame, fields: Mapping[str, Value], unjoined: np.ndarray
    ) -> tuple[Value, list[Trouble]]:
        """The customer's key; a declared stand-in is a fault or an anonymous visitor, as the mapping says."""
        how, found = spec.fields["customer"], fields["customer"]
        unknown = mask_of(pc.is_in(found.array, value_set=pa.array(how.unknown, pa.string())))
        blank = mask_of(pc.is_null(found.array))
        if how.when_unknown == "anonymous":
            session = self._session(how, frame, fields)
            key = pc.binary_join_element_wise(ANONYMOUS_PREFIX, session, "")
            kept = pc.if_else(pa.array(unknown | blank), key, found.array)
            return Value("text", kept), []
        expected = 'a customer\'s key; or when_unknown = "anonymous"'
        troubles = [
            Trouble(unknown, "customer", FaultCode.UNKNOWN_CUSTOMER, found.array, expected),
            Trouble(
                blank & ~unjoined & ~_any_of(list(found.troubles), frame.rows),
                "customer",
                FaultCode.MISSING,
                found.array,
                expected,
            ),
        ]
        return found, [one for one in troubles if one.where.any()]

    def _session(self, how: FieldSpec, frame: Frame, fields: Mapping[str, Value]) -> pa.Array:
        """A device or session key; without one each record is its own visitor."""
        everyone = np.arange(frame.rows)
        ids = self._ids(fields.get("id"), frame, everyone, "visitor")
        named = pc.binary_join_element_wise(self.source, ids, ":")
        return pc.coalesce(how.session.run(frame).array, named) if how.session else named

    def _table(
        self,
        spec: SignalSpec,
        frame: Frame,
        fields: Mapping[str, Value],
        groups: Mapping[str, Mapping[str, Value]],
        rows: np.ndarray,
    ) -> pa.Table:
        taken = pa.array(rows)
        arrays = {name: value.array.take(taken) for name, value in fields.items() if name != "id"}
        arrays["id"] = self._ids(fields.get("id"), frame, rows, spec.name)
        own = arrays.get("source", pa.nulls(len(rows), pa.string()))
        arrays["source"] = pc.fill_null(own, self.source)
        for group, values in groups.items():
            kind = schema_of(SIGNALS).field(group).type.item_type
            arrays[group] = as_map(
                {key: value.array.take(taken) for key, value in values.items()}, len(rows), kind
            )
        schema = schema_of(SIGNALS)
        return pa.Table.from_arrays(
            [
                arrays[one.name].cast(one.type) if one.name in arrays else pa.nulls(len(rows), one.type)
                for one in schema
            ],
            schema=schema,
        )

    def _ids(self, given: Value | None, frame: Frame, rows: np.ndarray, name: str) -> pa.Array:
        """The ids given; where there is none, one that follows from the record's content."""
        taken = pa.array(rows)
        found = pa.nulls(len(rows), pa.string()) if given is None else given.array.take(taken)
        if not found.null_count:
            return found
        derived = [digest(f"{name}{_BETWEEN}{record}") for record in record_texts(frame.table, taken)]
        return pc.coalesce(found, pa.array(derived, pa.string()))


def record_texts(table: pa.Table, rows: pa.Array) -> list[str]:
    """Each record as one text: its own columns in order of their names, without the joined ones."""
    names = sorted(name for name in table.column_names if not name.startswith("_") and "." not in name)
    if not names:
        return [""] * len(rows)
    parts = [pc.fill_null(as_text(table.column(name).combine_chunks().take(rows)), "") for name in names]
    found: list[str] = pc.binary_join_element_wise(*parts, _BETWEEN).to_pylist()
    return found


def as_map(values: Mapping[str, pa.Array], rows: int, kind: pa.DataType) -> pa.Array:
    """Columns as one map column: each row holds the keys it has a value for."""
    keys = sorted(values)
    if not keys:
        return pa.MapArray.from_arrays(
            pa.array(np.zeros(rows + 1), pa.int32()), pa.array([], pa.string()), pa.array([], kind)
        )
    present = np.column_stack([mask_of(pc.is_valid(values[key])) for key in keys])
    offsets = np.concatenate([[0], np.cumsum(present.sum(axis=1))])
    which_row, which_key = np.nonzero(present)
    stacked = pa.chunked_array([values[key].cast(kind) for key in keys]).combine_chunks()
    items = stacked.take(pa.array(which_key * rows + which_row))
    return pa.MapArray.from_arrays(
        pa.array(offsets, pa.int32()), pa.array(keys, pa.string()).take(pa.array(which_key)), items
    )


def _selection(spec: SignalSpec, frame: Frame) -> tuple[np.ndarray, list[Trouble]]:
    """The rows that the block speaks for; a condition that cannot be read is a trouble of its row."""
    if spec.when is None:
        return np.ones(frame.rows, dtype=bool), []
    found = spec.when.run(frame)
    unsure = _any_of(list(found.troubles), frame.rows)
    return mask_of(found.array) | unsure, list(found.troubles)


def _run(group: Mapping[str, FieldSpec], frame: Frame) -> dict[str, Value]:
    return {name: one.expression.run(frame) for name, one in group.items()}


def _any_of(troubles: list[Trouble], rows: int) -> np.ndarray:
    found = np.zeros(rows, dtype=bool)
    for trouble in troubles:
        found |= trouble.where
    return found
