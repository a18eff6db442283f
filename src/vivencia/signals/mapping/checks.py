"""What must hold of each field of a signal; each check gives the rows where it does not."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vivencia.signals.mapping.frame import Trouble
from vivencia.signals.mapping.numbers import mask_of
from vivencia.words.faults import FaultCode
from vivencia.words.instruments import Instrument
from vivencia.words.signal import FUTURE_TOLERANCE_HOURS, KINDS, may_be_negative

#: Longer keys are no keys; longer texts are documents.
MOST_KEY, MOST_TEXT = 512, 100_000

_MANGLED = r"^[+-]?\d(\.\d+)?[eE]\+?\d{2,}$"


def key_troubles(field: str, key: pa.Array, *, required: bool) -> Iterator[Trouble]:
    """A key that is absent, too long, or rounded by a spreadsheet (9.44E+18)."""
    if required and key.null_count:
        yield Trouble(mask_of(pc.is_null(key)), field, FaultCode.MISSING, key, "a value")
    mangled = mask_of(pc.match_substring_regex(key, _MANGLED))
    if mangled.any():
        yield Trouble(mangled, field, FaultCode.MANGLED_ID, key, "every digit: export the column as text")
    yield from text_troubles(field, key, MOST_KEY)


def text_troubles(field: str, text: pa.Array, most: int = MOST_TEXT) -> Iterator[Trouble]:
    """A text that is longer than any can be."""
    long = mask_of(pc.greater(pc.utf8_length(text), most))
    if long.any():
        yield Trouble(long, field, FaultCode.TOO_LONG, text, f"at most {most} characters")


def kind_troubles(kind: pa.Array) -> Iterator[Trouble]:
    """A kind that no signal has."""
    strange = mask_of(pc.and_(pc.is_valid(kind), pc.invert(pc.is_in(kind, value_set=pa.array(KINDS)))))
    if strange.any():
        yield Trouble(strange, "kind", FaultCode.UNKNOWN_KIND, kind, ", ".join(KINDS))
    if kind.null_count:
        yield Trouble(mask_of(pc.is_null(kind)), "kind", FaultCode.MISSING, kind, ", ".join(KINDS))


def time_troubles(at: pa.Array, refused: np.ndarray, now: datetime) -> Iterator[Trouble]:
    """A time that is absent (and was not refused before), or over a day ahead of the clock."""
    absent = mask_of(pc.is_null(at)) & ~refused
    if absent.any():
        yield Trouble(absent, "at", FaultCode.MISSING, pa.nulls(len(at), pa.string()), "a time")
    latest = now + timedelta(hours=FUTURE_TOLERANCE_HOURS)
    ahead = mask_of(pc.greater(at, pa.scalar(latest, at.type)))
    if ahead.any():
        yield Trouble(ahead, "at", FaultCode.FUTURE, at, f"at most {latest.isoformat(timespec='seconds')}")


def rating_troubles(key: str, instrument: Instrument | None, raw: pa.Array) -> Iterator[Trouble]:
    """An answer outside its scale, or on a scale that nobody declared."""
    if instrument is None:
        answered = mask_of(pc.is_valid(raw))
        if answered.any():
            named = pa.repeat(pa.scalar(key), len(raw))
            yield Trouble(
                answered,
                f"ratings.{key}",
                FaultCode.UNKNOWN_INSTRUMENT,
                named,
                "an instrument of the catalogue",
            )
        return
    values = pc.fill_null(raw, instrument.low).to_numpy(zero_copy_only=False)
    outside = (values < instrument.low) | (values > instrument.high) | ~np.isfinite(values)
    if instrument.whole:
        outside |= values != np.floor(values)
    if outside.any():
        kind = "a whole number from" if instrument.whole else "from"
        expected = f"{kind} {instrument.low:g} to {instrument.high:g}"
        yield Trouble(outside, f"ratings.{instrument.key}", FaultCode.OUT_OF_SCALE, raw, expected)


def measure_troubles(measure: str, found: pa.Array) -> Iterator[Trouble]:
    """A measure that is not finite, or a length of time below zero."""
    values = pc.fill_null(found, 0.0).to_numpy(zero_copy_only=False)
    field = f"measures.{measure}"
    endless = ~np.isfinite(values)
    if endless.any():
        yield Trouble(endless, field, FaultCode.NOT_FINITE, found, "a finite number")
    if not may_be_negative(measure) and (values < 0).any():
        yield Trouble(values < 0, field, FaultCode.NEGATIVE, found, "0 or more")


def value_troubles(found: pa.Array) -> Iterator[Trouble]:
    """An amount of money that is not finite."""
    endless = mask_of(pc.invert(pc.is_finite(found)))
    if endless.any():
        yield Trouble(endless, "value", FaultCode.NOT_FINITE, found, "a finite number")
