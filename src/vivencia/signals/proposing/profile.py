"""What does a column look like? Facts about a sample, before any guess of what it means."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from vivencia.signals.mapping.frame import as_text
from vivencia.signals.mapping.numbers import numbers
from vivencia.signals.mapping.times import times

Looks = Literal["empty", "time", "number", "text"]

#: Texts that stand for "nothing here" in a column of numbers or dates.
NOTHING_WORDS = (
    "na", "n/a", "n.a.", "n/d", "nd", "s/d", "-", "--", "?", "null", "none", "nan", "nil", "nulo", "nullo",
)  # fmt: skip

#: Formats tried in turn; those of a pair differ only in whether day or month stands first.
_CLOCKS = ("", " %H:%M", " %H:%M:%S")
DAY_FIRST = tuple(f"%d{sign}%m{sign}%{year}{clock}" for sign in "/-." for year in "Yy" for clock in _CLOCKS)
MONTH_FIRST = tuple(f"%m{sign}%d{sign}%{year}{clock}" for sign in "/-." for year in "Yy" for clock in _CLOCKS)
YEAR_FIRST = tuple(f"%Y{sign}%m{sign}%d{clock}" for sign in "/." for clock in _CLOCKS)
_EPOCHS = (("epoch_s", 9e8, 3e9), ("epoch_ms", 9e11, 3e12))


@dataclass(frozen=True, slots=True)
class Profile:
    """One column of the sample.

    `formats` read every date in it; `swapped` do so too with day and month exchanged
    (then nobody can tell from the sample). `nothing` are the words that stand for
    no value; `decimal` and `thousands` say how its numbers are written.
    """

    name: str
    looks: Looks
    filled: int
    distinct: int
    low: float | None = None
    high: float | None = None
    whole: bool = False
    values: tuple[float, ...] = ()
    decimal: str = "."
    thousands: str = ""
    formats: tuple[str, ...] = ()
    swapped: tuple[str, ...] = ()
    zoneless: bool = False
    nothing: tuple[str, ...] = ()
    words: float = 0.0
    often: tuple[str, float] = ("", 0.0)


def profile(name: str, raw: pa.Array) -> Profile:
    """The facts about one column."""
    text = as_text(raw)
    filled = text.drop_null()
    distinct = pc.count_distinct(filled).as_py()
    if not len(filled):
        return Profile(name, "empty", 0, 0)
    if pa.types.is_timestamp(raw.type) or pa.types.is_date(raw.type):
        zoneless = not (pa.types.is_timestamp(raw.type) and raw.type.tz)
        return Profile(name, "time", len(filled), distinct, formats=("iso",), zoneless=zoneless)
    nothing = _nothing_words(filled)
    rest = filled.filter(pc.invert(pc.is_in(filled, value_set=pa.array(nothing, pa.string()))))
    if not len(rest):
        return Profile(name, "text", len(filled), distinct, often=_often(filled))
    found = _as_time(name, rest) or _as_number(name, rest)
    if found is None:
        words = pc.mean(pc.add(pc.count_substring(filled, " "), 1)).as_py()
        return Profile(name, "text", len(filled), distinct, words=words, often=_often(filled))
    return replace(
        found, filled=len(rest), distinct=distinct - len(nothing), nothing=nothing, often=_often(rest)
    )


def _nothing_words(filled: pa.Array) -> tuple[str, ...]:
    return tuple(
        word for word in pc.unique(filled).to_pylist() if len(word) <= 5 and word.casefold() in NOTHING_WORDS
    )


def _often(filled: pa.Array) -> tuple[str, float]:
    """The most frequent value and its share."""
    counts = pc.value_counts(filled)
    first = max(counts.to_pylist(), key=lambda one: (one["counts"], one["values"]))
    return first["values"], first["counts"] / len(filled)


def _as_time(name: str, text: pa.Array) -> Profile | None:
    """The formats that read every value, and those that do so with day and month exchanged."""
    kinds = [(("iso",),), _groups(YEAR_FIRST), _groups(DAY_FIRST), _groups(MONTH_FIRST)]
    fits = [next((group for group in kind if _reads_all(text, group)), ()) for kind in kinds]
    iso, year, day, month = fits
    found = iso or year or day or month
    if not found:
        return _as_epoch(name, text)
    swapped = month if found == day and month else ()
    read = times(text, found)
    return Profile(name, "time", 0, 0, formats=found, swapped=swapped, zoneless=bool(read.marks))


def _groups(formats: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Single formats first, then a date beside its time (one sign and one kind of year)."""
    bases = [form for form in formats if "%H" not in form]
    pairs = tuple(tuple(reversed([form for form in formats if form.startswith(base)])) for base in bases)
    return (*((form,) for form in formats), *pairs)


def _reads_all(text: pa.Array, formats: tuple[str, ...]) -> bool:
    read = times(text, formats, "UTC")
    return not any(mark.code.value == "not-a-date" for mark in read.marks)


def _as_epoch(name: str, text: pa.Array) -> Profile | None:
    found, marks = numbers(text)
    if marks or not any(part in name.casefold() for part in ("time", "date", "stamp", "_at", "_ts", "epoch")):
        return None
    low, high = pc.min(found).as_py(), pc.max(found).as_py()
    for form, least, most in _EPOCHS:
        if least <= low and high <= most:
            return Profile(name, "time", 0, 0, formats=(form,))
    return None


def _as_number(name: str, text: pa.Array) -> Profile | None:
    for decimal, thousands in ((".", ""), (",", ""), (",", "."), (".", ",")):
        found, marks = numbers(text, decimal, thousands)
        if marks:
            continue
        values = sorted(pc.unique(found).to_pylist())
        return Profile(
            name,
            "number",
            0,
            0,
            low=values[0],
            high=values[-1],
            whole=all(value.is_integer() for value in values),
            values=tuple(values) if len(values) <= 120 else (),
            decimal=decimal,
            thousands=thousands,
        )
    return None
