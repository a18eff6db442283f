"""The types of XES attributes as Arrow types, and what happens when a value does not fit."""

from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc

from vivencia.connectors.xes.scanning import BOOLEAN, DATE, FLOAT, INT

#: What the name of a trace's attribute begins with.
CASE = "case:"

_TYPES = {
    DATE: pa.timestamp("us", "UTC"),
    INT: pa.int64(),
    FLOAT: pa.float64(),
    BOOLEAN: pa.bool_(),
}


def typed(kinds: Iterable[int], texts: pa.Array) -> pa.Array:
    """The column of these texts in the type of its kinds, or unchanged when a value does not fit."""
    several = set(kinds)
    wanted = _TYPES.get(next(iter(several))) if len(several) == 1 else None
    if wanted is None:
        return texts
    trimmed = pc.utf8_trim_whitespace(texts)
    try:
        return pc.cast(trimmed, wanted)
    except pa.ArrowInvalid:
        if wanted != _TYPES[DATE]:
            return texts
    try:
        return pc.cast(_microseconds(trimmed), wanted)
    except pa.ArrowInvalid:
        return texts


def _microseconds(texts: pa.Array) -> pa.Array:
    """Times with more than six decimals of a second (.NET writes seven), cut to six."""
    return pc.replace_substring_regex(texts, r"(\.\d{6})\d+", r"\1")
