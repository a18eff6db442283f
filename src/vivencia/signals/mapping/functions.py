"""The functions a mapping may call, one entry each; the reference page is made from this table."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from vivencia.signals.mapping.columns import Kind

_US_A_DAY = 86_400e6


@dataclass(frozen=True, slots=True)
class Function:
    """One function: what it takes and gives (None: the same kind in and out), and how it runs.

    `local` hands it the wall clock of its times instead of UTC.
    """

    example: str
    meaning: str
    run: Callable[..., pa.Array]
    takes: Kind | None
    gives: Kind | None
    least: int = 1
    most: int = 1
    local: bool = False


def _between(microseconds: float) -> Callable[[pa.Array, pa.Array], pa.Array]:
    def between(start: pa.Array, end: pa.Array) -> pa.Array:
        elapsed = pc.subtract(end.cast(pa.int64()), start.cast(pa.int64()))
        return pc.divide(elapsed.cast(pa.float64()), microseconds)

    return between


def _calendar_days(start: pa.Array, end: pa.Array) -> pa.Array:
    day = pa.int32()
    return pc.subtract(end.cast(pa.date32()).cast(day), start.cast(pa.date32()).cast(day)).cast(pa.float64())


def _slug(text: pa.Array) -> pa.Array:
    plain = pc.replace_substring_regex(pc.utf8_lower(pc.utf8_normalize(text, form="NFKD")), r"\p{M}+", "")
    return pc.utf8_trim(pc.replace_substring_regex(plain, r"[^\p{L}\p{N}]+", "_"), characters="_")


def _reduced(pick: Callable[..., pa.Array]) -> Callable[..., pa.Array]:
    return lambda *sides: reduce(lambda a, b: pick(a, b, skip_nulls=False), sides)


def _ends(text: pa.Array, part: pa.Array, match: Callable[..., pa.Array]) -> pa.Array:
    return pc.fill_null(match(text, part[0].as_py() if len(part) else ""), False)


FUNCTIONS: dict[str, Function] = {
    "days": Function(
        "days({ordered}, {delivered})", "days from the first time to the second, exactly",
        _between(_US_A_DAY), "time", "number", 2, 2,
    ),
    "hours": Function(
        "hours({opened}, {closed})", "hours from the first time to the second",
        _between(3600e6), "time", "number", 2, 2,
    ),
    "minutes": Function(
        "minutes({called}, {answered})", "minutes from the first time to the second",
        _between(60e6), "time", "number", 2, 2,
    ),
    "seconds": Function(
        "seconds({called}, {answered})", "seconds from the first time to the second",
        _between(1e6), "time", "number", 2, 2,
    ),
    "calendar_days": Function(
        "calendar_days({promised}, {delivered})", "whole days between the two dates on the wall calendar",
        _calendar_days, "time", "number", 2, 2, local=True,
    ),
    "first": Function(
        "first({approved}, {ordered})", "the first that is not blank", pc.coalesce, None, None, 1, 9
    ),
    "blank": Function("blank({delivered})", "whether there is nothing", pc.is_null, "text", "flag"),
    "present": Function("present({delivered})", "whether there is something", pc.is_valid, "text", "flag"),
    "number": Function("number({price})", "the text as a number", lambda a: a, "number", "number"),
    "time": Function("time({day})", "the text as a time", lambda a: a, "time", "time"),
    "abs": Function("abs({change})", "without its sign", pc.abs, "number", "number"),
    "round": Function("round({price})", "to the nearest whole number", pc.round, "number", "number"),
    "min": Function(
        "min({a}, {b})", "the smaller; blank when one is", _reduced(pc.min_element_wise),
        "number", "number", 2, 9,
    ),
    "max": Function(
        "max({a}, {b})", "the greater; blank when one is", _reduced(pc.max_element_wise),
        "number", "number", 2, 9,
    ),
    "lower": Function("lower({city})", "in small letters", pc.utf8_lower, "text", "text"),
    "upper": Function("upper({country})", "in capital letters", pc.utf8_upper, "text", "text"),
    "slug": Function(
        "slug({activity})", "small letters and digits, _ between: “Check Ticket” is check_ticket",
        _slug, "text", "text",
    ),
    "contains": Function(
        "contains({subject}, 'refund')", "whether the text has that part",
        lambda a, b: _ends(a, b, pc.match_substring), "text", "flag", 2, 2,
    ),
    "starts_with": Function(
        "starts_with({code}, 'PT')", "whether the text begins so",
        lambda a, b: _ends(a, b, pc.starts_with), "text", "flag", 2, 2,
    ),
}  # fmt: skip
