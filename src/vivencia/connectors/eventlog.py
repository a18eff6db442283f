"""A steps-like table as an event log: the columns that the log formats need, and all others as attributes."""

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from vivencia.connectors.source import LINE
from vivencia.connectors.writing import iso
from vivencia.connectors.xes.scanning import BOOLEAN, DATE, FLOAT, INT, STRING
from vivencia.words.errors import InputError

CUSTOMER, JOURNEY, TOUCHPOINT, AT, ACCOUNT = "customer", "journey", "touchpoint", "at", "account"
_NEEDED = (CUSTOMER, TOUCHPOINT, AT)
_ROWS = 10_000

Attribute = tuple[str, int, str]
"""Name, kind (as in `vivencia.connectors.xes.scanning`) and text."""


@dataclass(frozen=True, slots=True)
class Step:
    """One event of the log."""

    id: str
    case: str
    customer: str
    journey: int | None
    account: str | None
    touchpoint: str
    at: str
    attributes: list[Attribute]


def steps(table: pa.Table) -> Iterator[Step]:
    """The rows by customer, journey and time; raises InputError when a needed column is missing or has gaps.

    `customer`, `touchpoint` and `at` are needed; `journey`, `account`, `source` and `id` are
    known by their names; every other column is an attribute, maps by dotted names.
    """
    missing = [name for name in _NEEDED if name not in table.column_names]
    if missing:
        raise InputError(f"An event log needs the columns {', '.join(missing)}.")
    if any(table[name].null_count for name in _NEEDED):
        raise InputError("An event log needs a customer, a touchpoint and a time in every row.")
    keys = [name for name in (CUSTOMER, JOURNEY, AT, "source", "id") if name in table.column_names]
    table = table.take(pc.sort_indices(table, [(name, "ascending") for name in keys]))
    kinds = {name: _kind(table[name].type) for name in table.column_names}
    table = pa.table(
        {name: iso(table[name]) if kinds[name] == DATE else table[name] for name in table.column_names}
    )
    for start in range(0, table.num_rows, _ROWS):
        rows = table.slice(start, _ROWS).to_pylist(maps_as_pydicts="lossy")
        for number, row in enumerate(rows, start=start + 1):
            yield _step(number, row, kinds)


def _step(number: int, row: dict[str, object], kinds: dict[str, int]) -> Step:
    customer, journey, account = str(row[CUSTOMER]), row.get(JOURNEY), row.get(ACCOUNT)
    key = [str(row[name]) for name in ("source", "id") if row.get(name) is not None]
    attributes: list[Attribute] = []
    for name, value in row.items():
        if name not in _OWN and value is not None:
            attributes += _attributes(name, kinds[name], value)
    return Step(
        id="/".join(key) if row.get("id") is not None else f"e{number}",
        case=customer if journey is None else f"{customer}#{journey}",
        customer=customer,
        journey=int(str(journey)) if journey is not None else None,
        account=str(account) if account is not None else None,
        touchpoint=str(row[TOUCHPOINT]),
        at=str(row[AT]),
        attributes=attributes,
    )


_OWN = {CUSTOMER, JOURNEY, TOUCHPOINT, AT, ACCOUNT, LINE}


def _attributes(name: str, kind: int, value: object) -> list[Attribute]:
    if isinstance(value, dict):
        return [
            found
            for key, one in value.items()
            if one is not None
            for found in _attributes(f"{name}.{key}", FLOAT if isinstance(one, float) else STRING, one)
        ]
    if isinstance(value, list):
        return [(f"{name}.{place}", STRING, str(one)) for place, one in enumerate(value, start=1)]
    return [(name, kind, str(value).lower() if isinstance(value, bool) else str(value))]


def _kind(kind: pa.DataType) -> int:
    if pa.types.is_timestamp(kind):
        return DATE
    if pa.types.is_boolean(kind):
        return BOOLEAN
    if pa.types.is_integer(kind):
        return INT
    return FLOAT if pa.types.is_floating(kind) else STRING
