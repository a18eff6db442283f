"""The table beside every picture: cells know how they read and how they sort."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from vivencia.faces.web.wording import Wording


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: the text, the value it sorts by, a smaller line under it."""

    text: str
    sort: float | str = ""
    under: str = ""
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a caption; the first column names the row."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


class Cells:
    """Makes cells in one language."""

    def __init__(self, wording: Wording) -> None:
        self._wording = wording
        self._language = wording.language

    def text(self, text: str) -> Cell:
        """A cell of words."""
        return Cell(text, text.casefold())

    def count(self, value: int | None) -> Cell:
        """A cell with a whole number."""
        return (
            self._missing() if value is None else Cell(self._language.number(value, 0), value, numeric=True)
        )

    def shown(self, value: float | None, text: str) -> Cell:
        """A number that already has its words."""
        return self._missing() if value is None else Cell(text, value, numeric=True)

    def estimate(self, one: Mapping[str, Any] | None, *, kind: str = "number", n: bool = False) -> Cell:
        """An estimate with its interval (and n) under it; a word where it is withheld."""
        if one is None:
            return Cell(self._language.message("report.withheld"), float("-inf"), numeric=True)
        under = self._wording.between(one, kind=kind)
        if n:
            under += " · " + self._language.say("label.n", n=self._language.number(one["n"], 0))
        return Cell(self._wording.show(kind)(one["value"]), one["value"], under, numeric=True)

    def _missing(self) -> Cell:
        return Cell("–", float("-inf"), numeric=True)


def table(wording: Wording, caption: str, columns: Iterable[str], rows: Iterable[Iterable[Cell]]) -> Table:
    """A table whose column heads are message codes."""
    heads = tuple(wording.language.message(code) for code in columns)
    return Table(caption, heads, tuple(tuple(row) for row in rows))
