"""Read a parsed TOML table strictly: every mistake is noted with its path, none stops the reading."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from math import isfinite
from typing import Any


class Mistakes:
    """The mistakes found so far, each as one line: path, what was found, what is allowed."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def note(self, path: str, found: object, allowed: str) -> None:
        """Note one mistake."""
        self.lines.append(f"{path}: found {_shown(found)}; allowed: {allowed}")

    def __bool__(self) -> bool:
        return bool(self.lines)

    def __str__(self) -> str:
        head = "1 mistake:" if len(self.lines) == 1 else f"{len(self.lines)} mistakes:"
        return "\n".join([head, *(f"  {line}" for line in self.lines)])


class Reader:
    """One table of the file. Each `take` names a key; `done` notes the keys that nobody took."""

    def __init__(self, data: Mapping[str, Any], path: str, mistakes: Mistakes) -> None:
        self.data = data
        self.path = path
        self.mistakes = mistakes
        self._taken: set[str] = set()

    def has(self, key: str) -> bool:
        """Whether the table has the key."""
        return key in self.data

    def at(self, key: str) -> str:
        """The path of a key, as shown in a mistake."""
        return f"{self.path}.{key}" if self.path else key

    def note(self, key: str, allowed: str) -> None:
        """Note that what stands under the key is not allowed."""
        self.mistakes.note(self.at(key), self.data.get(key, _NOTHING), allowed)

    def raw(self, key: str, default: Any = None) -> Any:
        """Whatever stands under the key."""
        self._taken.add(key)
        return self.data.get(key, default)

    def text(self, key: str, default: str | None = None, *, required: bool = False) -> str | None:
        """A text that is not blank."""
        found = self.raw(key)
        if found is None and not required:
            return default
        if not isinstance(found, str) or not found.strip():
            self.note(key, "a text that is not blank")
            return default
        return found

    def one_of(self, key: str, allowed: Iterable[str], default: str | None, *, required: bool = False) -> Any:
        """One of a few words."""
        words = tuple(allowed)
        found = self.raw(key)
        if found is None and not required:
            return default
        if found not in words:
            self.note(key, _choices(words))
            return default
        return found

    def number(self, key: str, default: float, *, low: float | None = None, whole: bool = False) -> float:
        """A finite number, not below `low`."""
        found = self.raw(key, default)
        fits = isinstance(found, int | float) and not isinstance(found, bool) and isfinite(found)
        if not fits or (low is not None and found < low) or (whole and not float(found).is_integer()):
            kind = "a whole number" if whole else "a number"
            self.note(key, kind if low is None else f"{kind} of at least {low:g}")
            return default
        return float(found)

    def flag(self, key: str, default: bool) -> bool:
        """True or false."""
        found = self.raw(key, default)
        if not isinstance(found, bool):
            self.note(key, "true or false")
            return default
        return found

    def texts(self, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """A list of texts."""
        found = self.raw(key)
        if found is None:
            return default
        if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
            self.note(key, "a list of texts")
            return default
        return tuple(found)

    def table(self, key: str) -> "Reader":
        """The table under the key; an empty one when there is none."""
        found = self.raw(key, {})
        if not isinstance(found, Mapping):
            self.note(key, "a table")
            found = {}
        return Reader(found, self.at(key), self.mistakes)

    def tables(self, key: str) -> list["Reader"]:
        """The list of tables under the key (`[[key]]`)."""
        found = self.raw(key, [])
        if not isinstance(found, list) or not all(isinstance(one, Mapping) for one in found):
            self.note(key, f"a list of tables, each written [[{self.at(key)}]]")
            return []
        return [
            Reader(one, f"{self.at(key)}[{number}]", self.mistakes) for number, one in enumerate(found, 1)
        ]

    def done(self, beside: Iterable[str] = ()) -> None:
        """Note every key that was not taken and that nobody else reads."""
        known = self._taken | set(beside)
        for key in self.data:
            if key not in known:
                near = get_close_matches(key, known, n=1)
                hint = f"{near[0]}, perhaps?" if near else ", ".join(sorted(known)) or "nothing here"
                self.mistakes.note(self.at(key), key, hint)


class _Nothing:
    def __repr__(self) -> str:
        return "nothing"


_NOTHING = _Nothing()


def _shown(found: object) -> str:
    said = repr(found)
    return said if len(said) <= 60 else f"{said[:57]}..."


def _choices(words: tuple[str, ...]) -> str:
    if not words:
        return "nothing: none is declared"
    return " or ".join(words) if len(words) <= 2 else f"one of {', '.join(words)}"
