"""How a table is declared: name, columns with type, meaning and unit, key and order.

Rooms meet only through tables. A shape is data, so the docs, the checks and both
engines read the same declaration.
"""

from dataclasses import dataclass
from typing import Literal

ColumnType = Literal["text", "int", "float", "bool", "time", "numbers", "texts", "list_text", "list_float"]
"""`time` is a UTC timestamp in microseconds; `numbers` maps text to number, `texts` text to text."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `unit` is empty where the values have none, `required` columns hold no null."""

    name: str
    type: ColumnType
    meaning: str
    unit: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class TableShape:
    """One table: `key` names a row, `order` is how its rows are kept (empty: no promise)."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    order: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        names = [column.name for column in self.columns]
        doubled = {name for name in names if names.count(name) > 1}
        strangers = set(self.key + self.order) - set(names)
        if doubled or strangers:
            raise ValueError(f"table {self.name}: doubled {sorted(doubled)}, unknown {sorted(strangers)}")

    @property
    def names(self) -> tuple[str, ...]:
        """The column names, in order."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """The column of that name; raises KeyError when the table has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"table {self.name} has no column {name}")
