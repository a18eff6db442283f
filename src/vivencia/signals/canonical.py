"""Files that are in the signal's own form already: no mapping needed.

Column names are those of a signal. The maps `measures`, `ratings` and `properties` come
nested (Parquet), as JSON text, or spread over columns (`ratings.nps`, `measures.wait_s`;
nested NDJSON is read so). `anonymous` holds a device or session key. Every other column
is kept among the properties.
"""

import json
from collections.abc import Mapping as Tables
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vivencia.signals.mapping.faults import FaultBook, Origin
from vivencia.signals.mapping.frame import Trouble
from vivencia.signals.mapping.mapping import Converted, Converter, Mapping
from vivencia.signals.mapping.parse import FIELD_KINDS, GROUP_KINDS, parse_mapping
from vivencia.words.catalogue import Catalogue
from vivencia.words.errors import MappingError
from vivencia.words.faults import FaultCode

#: The name of the built-in mapping, and of its one file.
CANONICAL = "signal"
ALIAS = "signals"

#: What a file must say for itself to be in the signal's form.
NEEDED = ("at", "touchpoint")


@dataclass(frozen=True, slots=True)
class Canonical:
    """The built-in mapping: the columns already are what a signal has."""

    source: str = "import"
    name: str = CANONICAL
    sides: tuple[str, ...] = ()
    mains: tuple[str, ...] = (ALIAS,)
    files: Tables[str, Any] = field(default_factory=dict)

    def alias_of(self, file_name: str) -> str | None:  # noqa: ARG002 (any file may be in this form)
        """Every file is the mapping's one file."""
        return ALIAS

    def converter(
        self, sides: Tables[str, pa.Table], *, catalogue: Catalogue, now: datetime, zone: str = ""
    ) -> "CanonicalConverter":
        """A converter for batches; there are no side files."""
        if sides:
            raise MappingError(f"The mapping {CANONICAL} takes one file at a time.")
        return CanonicalConverter(self.source, catalogue, now, zone)

    def convert(
        self,
        tables: Tables[str, pa.Table],
        *,
        catalogue: Catalogue,
        now: datetime,
        files: Tables[str, str] | None = None,
    ) -> Converted:
        """Convert whole tables, whatever they are called."""
        converter = self.converter({}, catalogue=catalogue, now=now)
        named = files or {}
        return Converted.together(
            [converter.convert(alias, table, file=named.get(alias, alias)) for alias, table in tables.items()]
        )


class CanonicalConverter:
    """Converts batch after batch; the columns may differ from one to the next."""

    def __init__(self, source: str, catalogue: Catalogue, now: datetime, zone: str = "") -> None:
        self.source = source
        self.catalogue = catalogue
        self.now = now
        self.zone = zone
        self._known: dict[tuple[str, ...], Converter] = {}

    def convert(self, alias: str, batch: pa.Table, *, file: str, attached: bool = False) -> Converted:  # noqa: ARG002
        """One batch. Raises MappingError when the file is not in the signal's form."""
        table, troubles = spread(batch)
        refused = np.zeros(table.num_rows, dtype=bool)
        for trouble in troubles:
            refused |= trouble.where
        found = self._converter(table).convert(ALIAS, table.filter(pa.array(~refused)), file=file)
        if not troubles:
            return found
        book = FaultBook(table, Origin(self.source, file, CANONICAL, self.now))
        for trouble in troubles:
            book.add(trouble, refused, CANONICAL)
        unread = Converted(found.signals.slice(0, 0), book.write(), int(refused.sum()))
        return Converted.together([found, unread])

    def _converter(self, table: pa.Table) -> Converter:
        names = tuple(table.column_names)
        if names not in self._known:
            mapping = mapping_for(names, self.source)
            self._known[names] = Converter(mapping, {}, self.catalogue, self.now, self._zone())
        return self._known[names]

    def _zone(self) -> str:
        return self.zone or self.catalogue.company.zone


def is_canonical(columns: tuple[str, ...] | list[str]) -> bool:
    """Whether a file with these columns is in the signal's own form."""
    return set(NEEDED) <= set(columns) and bool({"customer", "anonymous"} & set(columns))


def mapping_for(columns: tuple[str, ...], source: str) -> Mapping:
    """The mapping of a file whose columns are a signal's. Raises MappingError when they are not."""
    if not is_canonical(columns):
        lacking = [name for name in NEEDED if name not in columns]
        lacking += [] if {"customer", "anonymous"} & set(columns) else ["customer"]
        raise MappingError(
            f"The file is not in the signal's own form: it lacks {', '.join(lacking)}.",
            hint="Write a mapping: vivencia import WORKSPACE FILE --propose",
        )
    signal: dict[str, Any] = {"name": CANONICAL, "kind": "interaction"}
    groups: dict[str, dict[str, str]] = {group: {} for group in GROUP_KINDS}
    for name in columns:
        group, point, key = name.partition(".")
        if name in FIELD_KINDS or name == "source":
            signal[name] = f"{{{name}}}"
        elif point and group in GROUP_KINDS:
            groups[group][key] = f"{{{name}}}"
        elif not name.startswith("_") and name != "anonymous" and "{" not in name and "}" not in name:
            groups["properties"][name] = f"{{{name}}}"
    if "anonymous" in columns:
        # Without a customer column the key is blank on every row, so each visitor is anonymous.
        known = signal.get("customer", "{_nobody}")
        signal["customer"] = {"from": known, "when_unknown": "anonymous", "session": "{anonymous}"}
    return parse_mapping(
        {
            "mapping": {"name": CANONICAL, "source": source},
            "files": {ALIAS: {"pattern": "*", "columns": {name: {"optional": True} for name in columns}}},
            "signals": [{**signal, **{group: found for group, found in groups.items() if found}}],
        },
        strict_instruments=False,
    )


def spread(table: pa.Table) -> tuple[pa.Table, list[Trouble]]:
    """The table with its maps spread over columns `group.key`, and the rows whose JSON cannot be read."""
    troubles: list[Trouble] = []
    for group in GROUP_KINDS:
        if group not in table.column_names:
            continue
        column = table.column(group).combine_chunks()
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            column, unread = _from_json(column, group)
            troubles += unread
        table = table.drop_columns([group])
        for key, values in _spread_column(column).items():
            table = table.append_column(f"{group}.{key}", values)
    return table, troubles


def _spread_column(column: pa.Array) -> dict[str, pa.Array]:
    if pa.types.is_struct(column.type):
        return {one.name: pc.struct_field(column, one.name) for one in column.type}
    if not (pa.types.is_map(column.type) or pa.types.is_list(column.type)):
        return {}
    keys, items, lengths = _entries(column)
    rows = np.repeat(np.arange(len(column)), lengths)
    words = pc.dictionary_encode(keys)
    places = words.indices.to_numpy(zero_copy_only=False)
    found: dict[str, pa.Array] = {}
    for number, key in enumerate(words.dictionary.to_pylist()):
        held = np.flatnonzero(places == number)
        index = np.zeros(len(column), dtype=np.int64)
        absent = np.ones(len(column), dtype=bool)
        index[rows[held]], absent[rows[held]] = held, False
        found[key] = items.take(pa.array(index, mask=absent))
    return found


def _entries(column: pa.Array) -> tuple[pa.Array, pa.Array, np.ndarray]:
    """Keys and items of a map (or a list of key and value), and how many entries each row has."""
    if pa.types.is_list(column.type):
        lengths = pc.fill_null(pc.list_value_length(column), 0).to_numpy(zero_copy_only=False)
        entries = column.flatten()
        return entries.field(0), entries.field(1), lengths
    offsets = np.asarray(column.offsets)
    start, end = int(offsets[0]), int(offsets[-1])
    lengths = np.diff(offsets)
    # Keys and items of the whole buffer are given even when the column is a slice of it.
    own = slice(start, end) if len(column.keys) > end - start else slice(0, end - start)
    return column.keys[own], column.items[own], lengths


def _from_json(column: pa.Array, group: str) -> tuple[pa.Array, list[Trouble]]:
    """A column of JSON objects as a map of texts."""
    unread = np.zeros(len(column), dtype=bool)
    rows: list[list[tuple[str, str]] | None] = []
    for place, said in enumerate(column.to_pylist()):
        try:
            found = json.loads(said, parse_float=str, parse_int=str) if said and said.strip() else {}
        except ValueError:
            found = None
        unread[place] = not isinstance(found, dict)
        rows.append(
            [(key, value if isinstance(value, str) else json.dumps(value)) for key, value in found.items()]
            if isinstance(found, dict)
            else []
        )
    spread_out = pa.array(rows, pa.map_(pa.string(), pa.string()))
    if not unread.any():
        return spread_out, []
    return spread_out, [Trouble(unread, group, FaultCode.UNREADABLE, column, "a JSON object")]
