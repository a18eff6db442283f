"""What a column is: the kinds of value it can be read as, how it is read, and those that every file has."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["text", "number", "time", "flag"]

#: Columns that every file has: the line of the record, and the name of the file.
OWN_COLUMNS = ("_line", "_file")


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """How one column is read.

    `not_applicable` values mean "not used" and count as blank; `values` replaces texts
    (what it lacks becomes `otherwise`, or a fault); `after_outcome` marks a fact known
    only after the outcome: it is kept in the properties and may explain nothing.
    """

    kind: Kind | None = None
    formats: tuple[str, ...] = ("iso",)
    zone: str = ""
    decimal: str = "."
    thousands: str = ""
    not_applicable: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    otherwise: str | None = None
    after_outcome: bool = False
    optional: bool = False
