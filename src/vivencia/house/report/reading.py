"""How the report reads tables: missing ones are empty, thin estimates are absent."""

from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from vivencia.words.errors import NotAnalysed
from vivencia.words.estimates import estimate

#: One row of a table, or one object of the report.
Row = dict[str, Any]
#: Gives a derived table by name; None or KeyError where there is none.
TableReader = Callable[[str], Any]

#: Decimals kept in the report; more would only pretend.
DECIMALS = 4


def rounded(value: float | None, digits: int = DECIMALS) -> float | None:
    """The number to a sensible length, None where it is absent or not finite."""
    if value is None or not isfinite(value):
        return None
    return round(float(value), digits) + 0.0  # + 0.0 turns −0.0 into 0.0


#: Tables of no more rows than this are kept once read, for sections ask for the same ones.
KEPT_ROWS = 20_000


class Reading:
    """The derived tables, with the anonymity threshold applied to every estimate taken from them."""

    def __init__(self, tables: TableReader, threshold: int) -> None:
        self._tables = tables
        #: What is read instead of a table, and small tables that were read before.
        self._held: dict[str, pa.Table] = {}
        self.threshold = threshold
        self.withheld = 0

    def table(self, name: str) -> Any | None:
        """The `pyarrow.Table` of that name, or None where the analysis has not written it."""
        if name in self._held:
            return self._held[name]
        try:
            found = self._tables(name)
        except (KeyError, NotAnalysed):
            return None
        if not isinstance(found, pa.Table):
            return None
        if found.num_rows <= KEPT_ROWS:
            self._held[name] = found
        return found

    def instead(self, name: str, table: pa.Table) -> None:
        """From now on `name` is this table."""
        self._held[name] = table

    def rows(self, name: str, **where: str) -> list[Row]:
        """The rows of a (small) table, in its order; `where` keeps rows with these texts."""
        found = self.table(name)
        if found is None:
            return []
        for column, wanted in where.items():
            if column not in found.column_names:
                return []
            found = found.filter(pc.equal(found[column], wanted))
        rows: list[Row] = found.to_pylist()
        return rows

    def estimate(self, row: Mapping[str, Any], name: str, *, n: str, people: str | None = None) -> Row | None:
        """`name`, `name_low` and `name_high` of a row as an estimate on the count in column `n`.

        Absent when the answers or the people behind it are fewer than the anonymity threshold.
        """
        return self.of(
            row.get(name),
            row.get(f"{name}_low"),
            row.get(f"{name}_high"),
            row.get(n),
            people=row.get(people) if people else None,
        )

    def of(
        self,
        value: float | None,
        low: float | None,
        high: float | None,
        n: int | None,
        *,
        people: int | None = None,
    ) -> Row | None:
        """An estimate in the outside form, or None; counts what was withheld for thinness."""
        found = estimate(value, low, high, n, threshold=self.threshold)
        if found is not None and (people is None or people >= self.threshold):
            return {key: rounded(number) if key != "n" else number for key, number in found.as_dict().items()}
        if value is not None and isfinite(value):
            self.withheld += 1
        return None


def present(**fields: Any) -> Row:
    """The fields that have a value: what is absent is left out, not null."""
    return {key: value for key, value in fields.items() if value is not None}
