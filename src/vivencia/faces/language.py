"""Codes and values become words, numbers and dates in pt, es, it or en.

Messages live in `translations/<language>/LC_MESSAGES/vivencia.po`, keyed by code
("finding.gap"), so a missing translation shows in the tests and never as English.
The files are read as they are; nothing has to be compiled.
"""

import io
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from gettext import GNUTranslations
from importlib.resources import files

from babel import Locale
from babel.dates import format_date, format_datetime, format_skeleton
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent
from babel.units import format_unit

from vivencia.words.catalogue import LANGUAGES
from vivencia.words.errors import UsageError

_MINUS = "\N{MINUS SIGN}"
#: Between a number and its unit: a unit alone on the next line is not read as one.
_NO_BREAK = "\N{NO-BREAK SPACE}"
_MINUTE, _HOUR, _DAY = 60.0, 3600.0, 86400.0

#: Endings of a measure's name → seconds in one of its units.
_TIMES = {"ms": 0.001, "s": 1.0, "min": _MINUTE, "h": _HOUR, "hours": _HOUR, "days": _DAY}
_SHARES = ("share", "rate")
#: Measures whose zero is the promised day: below it is early, not less than nothing.
_FROM_PROMISE = ("delay",)
#: Measures that are counted, so that nothing lies between their whole numbers.
COUNTED = frozenset(("errors", "transfers", "visits", "steps"))

#: How a promise reads, by operator.
_PROMISES = {"<=": "promise.at-most", "<": "promise.under", ">=": "promise.at-least", ">": "promise.over"}


@cache
def read_messages(language: str) -> Catalog:
    """The message catalogue of one language, as written in its .po file."""
    path = files("vivencia").joinpath("translations", language, "LC_MESSAGES", "vivencia.po")
    return read_po(io.StringIO(path.read_text(encoding="utf-8")), locale=language)


@cache
def _translations(language: str) -> GNUTranslations:
    packed = io.BytesIO()
    write_mo(packed, read_messages(language))
    packed.seek(0)
    return GNUTranslations(packed)


class Language:
    """One language: messages by code, and numbers, shares, dates and times as it writes them.

    `code` may carry a region (pt-PT); it then sets the number and date formats.
    Raises UsageError for a language Vivencia does not speak.
    """

    def __init__(self, code: str) -> None:
        self.code = code.split("-")[0].lower()
        if self.code not in LANGUAGES:
            raise UsageError(f"language {code!r}", hint=f"one of {', '.join(LANGUAGES)}")
        self.tag = code
        self.locale = Locale.parse(code, sep="-")
        self._messages = _translations(self.code)

    def knows(self, key: str) -> bool:
        """Whether there is a message under this code."""
        return self._messages.gettext(key) != key

    def message(self, key: str) -> str:
        """The message under a code, its {placeholders} still in it. Raises KeyError when there is none."""
        found = self._messages.gettext(key)
        if found == key:
            raise KeyError(f"no message {key!r} in {self.code}")
        return found

    def say(self, key: str, **values: object) -> str:
        """The message under a code with its {placeholders} filled."""
        return self.message(key).format(**values)

    def count(self, key: str, n: float, digits: int = 0) -> str:
        """A counted thing in the right plural, such as 1 cliente, 2 clientes."""
        plural = 1 if round(n, digits) == 1 else 2
        return self._messages.ngettext(key, key, plural).format(n=self.number(n, digits))

    def word(self, group: str, key: str) -> str:
        """The word for a code that may be a company's own: unknown ones are shown as written."""
        code = f"{group}.{key}"
        return self.message(code) if self.knows(code) else key.replace("_", " ").replace("-", " ").strip()

    def number(self, value: float, digits: int = 1) -> str:
        """A number with that many decimals, grouped and marked as the language does."""
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        rounded = round(value, digits) + 0.0
        return format_decimal(rounded, format=pattern, locale=self.locale).replace("-", _MINUS)

    def signed(self, value: float, digits: int = 1) -> str:
        """A difference, with its sign; nothing that rounds to zero has one."""
        return ("+" if round(value, digits) > 0 else "") + self.number(value, digits)

    def short(self, value: float) -> str:
        """A number with as many decimals as it needs, at most two."""
        digits = next((d for d in (0, 1) if abs(value - round(value, d)) < 1e-9), 2)
        return self.number(value, digits)

    def percent(self, share: float) -> str:
        """A share as percent; one decimal under ten percent and near a hundred."""
        small = 0 < abs(share) < 0.0995 or 0.9895 < abs(share) < 1
        rounded = round(share, 4 if 0.9995 <= abs(share) < 1 else 3 if small else 2)
        shown = format_percent(rounded, locale=self.locale, decimal_quantization=False)
        return shown.replace("-", _MINUS)

    def tenth(self, share: float) -> str:
        """A share with one decimal always: parts of one whole are read against each other."""
        shown = format_percent(round(share, 3), format="#,##0.0%", locale=self.locale)
        return shown.replace("-", _MINUS)

    def date(self, iso: str) -> str:
        """A day, from 2026-10-31 or a timestamp."""
        return format_date(date.fromisoformat(iso[:10]), format="long", locale=self.locale)

    def moment(self, iso: str) -> str:
        """A day with its time."""
        return format_datetime(datetime.fromisoformat(iso), format="long", locale=self.locale)

    def month(self, iso: str, *, long: bool = True) -> str:
        """A month, from 2026-10: with its year when long."""
        day = date.fromisoformat(iso[:7] + "-01")
        return format_skeleton("yMMMM" if long else "MMM", day, locale=self.locale)

    def duration(self, seconds: float) -> str:
        """A time span in the unit that reads best."""
        size = abs(seconds)
        for limit, per, unit in (
            (1.0, 0.001, "duration-millisecond"),
            (2 * _MINUTE, 1.0, "duration-second"),
            (2 * _HOUR, _MINUTE, "duration-minute"),
            (2 * _DAY, _HOUR, "duration-hour"),
        ):
            if size < limit and size > 0:
                return self._unit(seconds / per, unit)
        return self._unit(seconds / _DAY, "duration-day")

    def measure(self, name: str) -> str:
        """The name of a measure without its unit: wait_s → waiting time."""
        stem, ending = _split(name)
        return self.word("measure", stem if ending else name)

    def measured(self, name: str, value: float) -> str:
        """The value of a measure in its unit, which is in the name: wait_s, 244 → 4 min."""
        stem, ending = _split(name)
        if stem in _FROM_PROMISE and value < 0:
            return self.say("measured.early", time=self.measured(name, -value))
        if ending in _SHARES:
            return self.percent(value)
        if ending == "days":
            return self._unit(value, "duration-day")
        if ending in _TIMES:
            seconds = value * _TIMES[ending]
            return self.duration(seconds) if seconds else self._unit(0.0, "duration-second")
        return self.short(value)

    def from_promise(self, name: str) -> bool:
        """Whether a measure counts from what was promised, so that 0 is in time."""
        return _split(name)[0] in _FROM_PROMISE

    def promise(self, measure: str, operator: str, threshold: float) -> str:
        """A promise in words: waiting time: at most 2 min."""
        if operator == "<=" and threshold == 0:
            return f"{self.measure(measure)}: {self.message('promise.zero')}"
        limit = self.say(_PROMISES[operator], threshold=self.measured(measure, threshold))
        return f"{self.measure(measure)}: {limit}"

    def _unit(self, value: float, unit: str) -> str:
        digits = 0 if abs(value) >= 10 or abs(value - round(value)) < 0.05 else 1
        rounded = round(value, digits) + 0.0
        pattern = "#,##0.#"
        shown = format_unit(rounded, unit, length="short", format=pattern, locale=self.locale)
        return shown.replace("-", _MINUS).replace(" ", _NO_BREAK)


def _split(measure: str) -> tuple[str, str]:
    stem, _, ending = measure.rpartition("_")
    return (stem, ending) if stem and (ending in _TIMES or ending in _SHARES) else (measure, "")


def languages() -> Iterator[Language]:
    """Every language Vivencia speaks."""
    return (Language(code) for code in LANGUAGES)
