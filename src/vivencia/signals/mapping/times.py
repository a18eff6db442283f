"""Text columns as times: formats, zones, and what cannot be read.

Beside the moment in UTC the local time is kept, since "by date" means the date on the
wall where it happened: a parcel promised for the 3rd and delivered on the 3rd at 23:00
is on time, whatever day UTC had.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vivencia.signals.mapping.numbers import Marks, mask_of, numbers
from vivencia.words.faults import FaultCode

#: Formats that are no strptime pattern.
ISO, EPOCH_S, EPOCH_MS, EXCEL_DAYS = "iso", "epoch_s", "epoch_ms", "excel_days"
NAMED_FORMATS = (ISO, EPOCH_S, EPOCH_MS, EXCEL_DAYS)

LOCAL = pa.timestamp("us")
MOMENT = pa.timestamp("us", "UTC")

_DATE = r"\d{4}-\d{2}-\d{2}"
_CLOCK = r"[ T]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?"
_ZONELESS = rf"^{_DATE}({_CLOCK})?$"
_ZONED = rf"^{_DATE}{_CLOCK}(Z|[+-]\d{{2}}(:?\d{{2}})?)$"
_EXCEL_EPOCH_DAYS = 25_569  # days from 1899-12-30 to 1970-01-01
_DAY_US, _SECOND_US, _MILLI_US = 86_400_000_000, 1_000_000, 1_000

#: What each strptime directive looks like; names of months are read value by value.
_GROUPS = {
    "Y": r"(?P<Y>\d{4})",
    "y": r"(?P<y>\d{2})",
    "m": r"(?P<m>\d{1,2})",
    "d": r"(?P<d>\d{1,2})",
    "H": r"(?P<H>\d{1,2})",
    "M": r"(?P<M>\d{1,2})",
    "S": r"(?P<S>\d{1,2})",
    "f": r"(?P<f>\d{1,6})",
    "z": r"(?P<z>Z|[+-]\d{2}:?\d{2})",
}


@dataclass(frozen=True, slots=True)
class Times:
    """Moments in UTC, the local time beside each, and the marks of what could not be read."""

    moment: pa.Array
    local: pa.Array
    marks: tuple[Marks, ...] = ()


def times(text: pa.Array, formats: tuple[str, ...] = (ISO,), zone: str = "") -> Times:
    """Texts as times. Each format is tried on what the ones before could not read.

    A text without an offset is in `zone`; without a zone it is marked NO_ZONE.
    """
    local = pa.nulls(len(text), LOCAL)
    moment = pa.nulls(len(text), MOMENT)
    rest = text
    for form in formats:
        zoneless, zoned = _read(rest, form)
        local = pc.coalesce(local, zoneless)
        moment = pc.coalesce(moment, zoned)
        done = pc.or_(pc.is_valid(local), pc.is_valid(moment))
        rest = pc.if_else(done, pa.scalar(None, pa.string()), text)
        if rest.null_count == len(rest):
            break
    return _in_zone(local, moment, zone, mask_of(pc.is_valid(rest)), ", ".join(formats))


def typed_times(column: pa.Array, zone: str = "") -> Times:
    """A column that holds dates or timestamps already."""
    nothing = np.zeros(len(column), dtype=bool)
    if pa.types.is_timestamp(column.type) and column.type.tz is not None:
        return _in_zone(pa.nulls(len(column), LOCAL), column.cast(MOMENT), zone, nothing, ISO)
    return _in_zone(column.cast(LOCAL), pa.nulls(len(column), MOMENT), zone, nothing, ISO)


def _in_zone(local: pa.Array, moment: pa.Array, zone: str, unread: np.ndarray, expected: str) -> Times:
    marks = [Marks(unread, FaultCode.NOT_A_DATE, expected)] if unread.any() else []
    zoneless = mask_of(pc.is_valid(local))
    if zoneless.any() and not zone:
        marks.append(Marks(zoneless, FaultCode.NO_ZONE, "a declared zone, or an offset in the value"))
    elif zoneless.any():
        placed = pc.assume_timezone(local, zone, ambiguous="earliest", nonexistent="earliest")
        moment = pc.coalesce(moment, placed.cast(MOMENT))
    if local.null_count:
        # What came with an offset has its wall clock in the declared zone, else in UTC.
        walls = pc.local_timestamp(moment.cast(pa.timestamp("us", zone or "UTC")))
        local = pc.coalesce(local, walls)
    return Times(moment, local, tuple(marks))


def _read(text: pa.Array, form: str) -> tuple[pa.Array, pa.Array]:
    """What could be read: times without a zone, and moments."""
    if form == ISO:
        return _iso(text)
    if form in (EPOCH_S, EPOCH_MS, EXCEL_DAYS):
        return _counted(text, form)
    assembled = _assembled(text, form)
    return _iso(assembled) if assembled is not None else _one_by_one(text, form)


def _iso(text: pa.Array) -> tuple[pa.Array, pa.Array]:
    if text.null_count == len(text):
        return pa.nulls(len(text), LOCAL), pa.nulls(len(text), MOMENT)
    zoneless = pc.match_substring_regex(text, _ZONELESS)
    local = _cast(pc.if_else(zoneless, text, pa.scalar(None, pa.string())), LOCAL)
    left = pc.if_else(zoneless, pa.scalar(None, pa.string()), text)
    if left.null_count == len(left):
        return local, pa.nulls(len(text), MOMENT)
    tidy = pc.replace_substring_regex(left, r"(\.\d{6})\d+", r"\1")
    tidy = pc.replace_substring_regex(tidy, r" ?UTC$", "Z")
    tidy = pc.replace_substring_regex(tidy, r" ([+-]\d{2}:?\d{2})$", r"\1")
    zoned = pc.match_substring_regex(tidy, _ZONED)
    moment = _cast(pc.if_else(zoned, tidy, pa.scalar(None, pa.string())), MOMENT)
    # Fractions finer than a microsecond were cut above; such a text may have no zone either.
    again = pc.match_substring_regex(tidy, _ZONELESS)
    late = _cast(pc.if_else(again, tidy, pa.scalar(None, pa.string())), LOCAL)
    return pc.coalesce(local, late), moment


def _cast(text: pa.Array, kind: pa.DataType) -> pa.Array:
    try:
        return text.cast(kind)
    except pa.ArrowInvalid:  # a 31st of February somewhere: look at each value once
        return _each_value(text, kind, _from_iso)


def _from_iso(value: str) -> datetime | None:
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def _one_by_one(text: pa.Array, form: str) -> tuple[pa.Array, pa.Array]:
    """Formats with names of days or months: each different value is read once."""

    def read(value: str) -> datetime | None:
        try:
            return datetime.strptime(value, form)  # noqa: DTZ007 (the zone is put on later)
        except ValueError:
            return None

    def zoneless(value: str) -> datetime | None:
        found = read(value)
        return found if found is not None and found.tzinfo is None else None

    def zoned(value: str) -> datetime | None:
        found = read(value)
        return found.astimezone(UTC) if found is not None and found.tzinfo is not None else None

    return _each_value(text, LOCAL, zoneless), _each_value(text, MOMENT, zoned)


def _each_value(text: pa.Array, kind: pa.DataType, read: object) -> pa.Array:
    words = pc.dictionary_encode(text)
    values = pa.array([read(value) for value in words.dictionary.to_pylist()], kind)  # type: ignore[operator]
    return values.take(words.indices)


def _counted(text: pa.Array, form: str) -> tuple[pa.Array, pa.Array]:
    count, _ = numbers(text)
    unit, shift = {
        EPOCH_S: (_SECOND_US, 0),
        EPOCH_MS: (_MILLI_US, 0),
        EXCEL_DAYS: (_DAY_US, _EXCEL_EPOCH_DAYS),
    }[form]
    scaled = pc.round(pc.multiply(pc.subtract(count, float(shift)), float(unit)))
    inside = pc.less(pc.abs(scaled), 2e17)  # about the years −4400 … 8300
    micro = pc.if_else(inside, scaled, pa.scalar(None, pa.float64())).cast(pa.int64())
    nothing = pa.nulls(len(text), MOMENT)
    if form == EXCEL_DAYS:
        return micro.cast(LOCAL), nothing
    return pa.nulls(len(text), LOCAL), micro.cast(MOMENT)


@cache
def _pattern(form: str) -> str | None:
    """The format as a regular expression; None when it has a directive that only strptime knows."""
    parts = re.split(r"%(.)", form)
    letters = parts[1::2]
    if any(letter not in _GROUPS for letter in letters) or len(set(letters)) < len(letters):
        return None
    if not {"m", "d"} <= set(letters) or not {"Y", "y"} & set(letters):
        return None
    said = [re.escape(parts[0])]
    for letter, between in zip(letters, parts[2::2], strict=True):
        said += [_GROUPS[letter], re.escape(between)]
    return f"^{''.join(said)}$"


def _assembled(text: pa.Array, form: str) -> pa.Array | None:
    """Texts of a numeric format rewritten as ISO, so that Arrow reads them all at once."""
    pattern = _pattern(form)
    if pattern is None:
        return None
    found = pc.extract_regex(text, pattern)
    parts = {field.name: pc.struct_field(found, field.name) for field in found.type}

    def two(letter: str) -> pa.Array:
        return pc.utf8_lpad(parts[letter], 2, "0")

    year = parts.get("Y")
    if year is None:
        # As strptime has it: 69 … 99 is the last century.
        old = pc.greater_equal(parts["y"], "69")
        year = pc.binary_join_element_wise(pc.if_else(old, "19", "20"), parts["y"], "")
    said = pc.binary_join_element_wise(year, two("m"), two("d"), "-")
    if "H" in parts:
        clock = [two(letter) for letter in "HMS" if letter in parts]
        clock += [pa.array(["00"] * len(text))] if len(clock) == 1 else []
        said = pc.binary_join_element_wise(said, pc.binary_join_element_wise(*clock, ":"), "T")
        if "f" in parts:
            said = pc.binary_join_element_wise(said, parts["f"], ".")
        if "z" in parts:
            said = pc.binary_join_element_wise(said, parts["z"], "")
    return said


def format_mistake(form: str) -> str | None:
    """What is wrong with a date format, or None."""
    if form in NAMED_FORMATS:
        return None
    if "%" not in form:
        return f"{', '.join(NAMED_FORMATS)} or a pattern such as %d/%m/%Y"
    sample = datetime(2001, 2, 3, 4, 5, 6, 7, tzinfo=UTC)
    try:
        read = datetime.strptime(sample.strftime(form), form)  # noqa: DTZ007 (only the date is looked at)
    except ValueError:
        return "a pattern that strptime can read"
    return None if read.date() == date(2001, 2, 3) else "a pattern with year, month and day"
