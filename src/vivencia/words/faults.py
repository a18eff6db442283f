"""Fault codes: why a record could not be taken. Faces turn a code into words and a remedy."""

from dataclasses import dataclass
from enum import StrEnum


class FaultCode(StrEnum):
    """Why an input record was refused."""

    UNREADABLE = "unreadable"  # the record could not be parsed at all
    MISSING = "missing"  # a required field is absent or blank
    NOT_A_NUMBER = "not-a-number"
    NOT_FINITE = "not-finite"
    NOT_A_DATE = "not-a-date"
    NO_ZONE = "no-zone"  # a time without a zone, and none was declared
    FUTURE = "future"  # more than 24 h ahead of the clock
    OUT_OF_SCALE = "out-of-scale"  # a rating outside its instrument
    UNKNOWN_INSTRUMENT = "unknown-instrument"
    UNKNOWN_KIND = "unknown-kind"
    NOT_A_BOOLEAN = "not-a-boolean"
    NEGATIVE = "negative"  # a duration or amount below zero
    MANGLED_ID = "mangled-id"  # 9.44E+18: a spreadsheet rounded the key
    UNKNOWN_CUSTOMER = "unknown-customer"  # a declared stand-in such as 0
    NO_PARTNER = "no-partner"  # a join found no row in the other file
    MANY_PARTNERS = "many-partners"  # a join that must be unique found several
    CONFLICT = "conflict"  # the same (source, id) twice with different content in one file
    UNKNOWN_VALUE = "unknown-value"  # a value that the mapping's list of values lacks
    TOO_LONG = "too-long"


@dataclass(frozen=True, slots=True)
class Fault:
    """One refused record; see `vivencia.words.shapes.signals.FAULTS` for the columns."""

    source: str
    file: str
    line: int | None
    field: str | None
    code: FaultCode
    found: str | None
    expected: str | None
    record: str
