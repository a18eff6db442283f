"""Text columns as numbers and as yes or no; what cannot be read is marked, never guessed."""

import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vivencia.words.faults import FaultCode

_NOT_FINITE = r"(?i)^[+-]?(inf|infinity|nan)$"

#: Yes and no in the four languages; a column with other words declares its own `values`.
YES = ("true", "t", "yes", "y", "1", "sim", "s", "sí", "si", "sì", "vero", "verdadeiro", "verdadero")
NO = ("false", "f", "no", "n", "0", "não", "nao", "falso")


@dataclass(frozen=True, slots=True)
class Marks:
    """Rows that could not be read: where, and with which code."""

    where: np.ndarray
    code: FaultCode
    expected: str


def mask_of(array: pa.Array) -> np.ndarray:
    """A boolean Arrow array as a NumPy mask; null counts as false."""
    return np.asarray(pc.fill_null(array, False).to_numpy(zero_copy_only=False), dtype=bool)


def numbers(text: pa.Array, decimal: str = ".", thousands: str = "") -> tuple[pa.Array, tuple[Marks, ...]]:
    """Texts as numbers (null where blank or unreadable), and the marks of what could not be read."""
    valid = pc.match_substring_regex(text, _pattern(decimal, thousands))
    plain = pc.replace_substring(text, thousands, "") if thousands else text
    plain = pc.replace_substring(plain, decimal, ".") if decimal != "." else plain
    found = pc.cast(pc.if_else(valid, plain, pa.scalar(None, pa.string())), pa.float64())
    infinite = mask_of(pc.invert(pc.is_finite(found))) | mask_of(pc.match_substring_regex(plain, _NOT_FINITE))
    unread = ~mask_of(pc.fill_null(valid, True)) & ~infinite
    written = f"a number written with {decimal}" if decimal != "." or thousands else "a number"
    marks = (
        Marks(unread, FaultCode.NOT_A_NUMBER, written),
        Marks(infinite, FaultCode.NOT_FINITE, "a finite number"),
    )
    if infinite.any():
        found = pc.if_else(pa.array(infinite), pa.scalar(None, pa.float64()), found)
    return found, tuple(mark for mark in marks if mark.where.any())


def _pattern(decimal: str, thousands: str) -> str:
    """How a number is written. Groups must be of three, or 1.5 would be read as fifteen."""
    point, groups = re.escape(decimal), ""
    if thousands:
        groups = rf"\d{{1,3}}({re.escape(thousands)}\d{{3}})+({point}\d*)?|"
    return rf"^[+-]?({groups}\d+({point}\d*)?|{point}\d+)([eE][+-]?\d+)?$"


def finite(found: pa.Array) -> tuple[pa.Array, tuple[Marks, ...]]:
    """A column that holds numbers already, with what is not finite marked."""
    values = pc.cast(found, pa.float64())
    infinite = mask_of(pc.invert(pc.is_finite(values)))
    if not infinite.any():
        return values, ()
    kept = pc.if_else(pa.array(infinite), pa.scalar(None, pa.float64()), values)
    return kept, (Marks(infinite, FaultCode.NOT_FINITE, "a finite number"),)


def flags(text: pa.Array) -> tuple[pa.Array, tuple[Marks, ...]]:
    """Texts as yes or no, in the four languages."""
    lower = pc.utf8_lower(text)
    yes = pc.is_in(lower, value_set=pa.array(YES))
    no = pc.is_in(lower, value_set=pa.array(NO))
    known = pc.or_(yes, no)
    found = pc.if_else(known, yes, pa.scalar(None, pa.bool_()))
    unread = ~mask_of(known) & mask_of(pc.is_valid(text))
    if not unread.any():
        return found, ()
    return found, (Marks(unread, FaultCode.NOT_A_BOOLEAN, "yes or no"),)
