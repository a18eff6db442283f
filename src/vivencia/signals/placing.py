"""Signals become events: whose they are, at which touchpoint of the catalogue, what their properties say.

A kernel over rows in any order. Texts are handled by number: what a touchpoint or a word means is
asked once for each that occurs, not once for each signal.
"""

from collections.abc import Callable, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vivencia.words.catalogue import UNCATALOGUED_STAGE
from vivencia.words.shapes.signals import EVENTS

#: What the kernel reads of a signal; behind it come `person`, `polarity` and `rated_polarity`.
READ = (
    "source", "id", "at", "customer", "account", "kind", "touchpoint", "place", "actor", "department",
    "goal", "reached", "measures", "ratings", "value", "properties",
)  # fmt: skip
_BELIEF = "belief"
_OF_CATALOGUE = ("stage", "channel", "environment", "contact", "form")
_ELSE = {"stage": UNCATALOGUED_STAGE, "contact": "direct"}
_PROPERTIES = ("segment", "role", "country", "outcome", "valence")
#: Few enough digits that the number is finite.
_NUMBER = r"^\s*[+-]?([0-9]{1,100}\.?[0-9]{0,100}|\.[0-9]{1,100})([eE][+-]?[0-9]{1,2})?\s*$"


def placed(table: pa.Table, side: Mapping[str, pa.Table]) -> tuple[pa.Table]:
    """The events among these signals; the company's own beliefs are no contact of a customer."""
    kind = _coded(table.column("kind"))
    contacts = _each(kind, lambda kinds: pc.not_equal(kinds, _BELIEF)).fill_null(False)
    if not pc.all(contacts).as_py():
        table = table.filter(contacts)
    columns = {name: table.column(name) for name in table.column_names if name in EVENTS.names}
    touchpoint = _coded(table.column("touchpoint"))
    columns |= _of_catalogue(touchpoint, side["touchpoints"])
    columns |= _of_properties(_flat(table.column("properties")))
    columns["touchpoint"] = touchpoint
    columns["customer"] = _either(table.column("person"), table.column("customer"))
    columns["department"] = _either(table.column("department"), columns["department"])
    return (pa.table([columns[name] for name in EVENTS.names], names=EVENTS.names),)


def _of_catalogue(touchpoint: pa.DictionaryArray, catalogue: pa.Table) -> dict[str, pa.Array]:
    """What the catalogue says of each row's touchpoint."""
    entry = pc.index_in(touchpoint.dictionary, value_set=_flat(catalogue.column("touchpoint")))
    found = {}
    for name in (*_OF_CATALOGUE, "department"):
        said = _flat(catalogue.column(name)).take(entry)
        if name in _ELSE:
            said = said.fill_null(_ELSE[name])
        said = said.dictionary_encode()
        numbers = said.indices.take(touchpoint.indices)
        found[name] = pa.DictionaryArray.from_arrays(numbers, said.dictionary, safe=False)
    return found


def _of_properties(properties: pa.MapArray) -> dict[str, pa.Array]:
    """The values of the properties that have a column, null where a signal lacks them."""
    bounds = properties.offsets.to_numpy()
    entries = slice(int(bounds[0]), int(bounds[-1]))
    keys, values = _coded(properties.keys[entries]), _coded(properties.items[entries])
    lengths = np.diff(bounds)
    if properties.null_count:
        lengths[properties.is_null().to_numpy(zero_copy_only=False)] = 0
    of_row = np.repeat(np.arange(len(properties), dtype=np.int32), lengths)
    named, said = keys.indices.to_numpy(), values.indices.fill_null(-1).to_numpy()
    found = {}
    for name in _PROPERTIES:
        number = pc.index(keys.dictionary, name).as_py()
        # Of a name that stands twice the first counts, so it is written last.
        hits = np.flatnonzero(named == number)[::-1] if number >= 0 else np.zeros(0, np.int64)
        codes = np.full(len(properties), -1, np.int32)
        codes[of_row[hits]] = said[hits]
        found[name] = _by_number(codes, values.dictionary)
    found["valence"] = _each(found["valence"], _numbers)
    return found


def _by_number(codes: NDArray[np.int32], values: pa.Array) -> pa.DictionaryArray:
    """Texts by number, none where it is −1."""
    valid = pa.py_buffer(np.packbits(codes >= 0, bitorder="little"))
    numbers = pa.Array.from_buffers(pa.int32(), len(codes), [valid, pa.py_buffer(codes)])
    return pa.DictionaryArray.from_arrays(numbers, values, safe=False)


def _numbers(texts: pa.Array) -> pa.Array:
    """Decimal numbers that the texts are, null for any other text."""
    are = pc.match_substring_regex(texts, _NUMBER)
    kept = pc.utf8_trim_whitespace(pc.if_else(are, texts, pa.scalar(None, pa.string())))
    return pc.utf8_ltrim(kept, characters="+").cast(pa.float64())


def _either(first: pa.ChunkedArray | pa.Array, second: pa.ChunkedArray | pa.Array) -> pa.DictionaryArray:
    """The first where there is one, else the second."""
    one, other = _coded(first), _coded(second)
    if one.null_count == len(one):
        return other
    one, other = pa.chunked_array([one, other]).unify_dictionaries().chunks
    numbers = pc.coalesce(one.indices, other.indices)
    return pa.DictionaryArray.from_arrays(numbers, one.dictionary, safe=False)


def _each(coded: pa.DictionaryArray, function: Callable[[pa.Array], pa.Array]) -> pa.Array:
    """A function of every row's text, asked once for each text."""
    return function(coded.dictionary).take(coded.indices)


def _coded(column: pa.ChunkedArray | pa.Array) -> pa.DictionaryArray:
    """Texts by number."""
    found = _flat(column)
    if not pa.types.is_dictionary(found.type):
        return found.dictionary_encode()
    return found


def _flat(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    if isinstance(column, pa.Array):
        return column
    if column.num_chunks == 1:
        return column.chunk(0)
    joined = column.combine_chunks()
    return joined.chunk(0) if isinstance(joined, pa.ChunkedArray) else joined
