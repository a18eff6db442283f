"""Events in plain sight: one tuple a signal, days since 2026-01-01 for its time."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

from vivencia.words.shapes.signals import EVENTS

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
ARROW = {
    "text": pa.string(),
    "time": pa.timestamp("us", "UTC"),
    "bool": pa.bool_(),
    "float": pa.float64(),
    "int": pa.int64(),
    "numbers": pa.map_(pa.string(), pa.float64()),
    "texts": pa.map_(pa.string(), pa.string()),
}
SCHEMA = pa.schema([(column.name, ARROW[column.type]) for column in EVENTS.columns])
STAGES = {"ad": "awareness", "site": "consideration", "shop": "purchase", "phone": "support"}


def day(number: float) -> datetime:
    return BEGIN + timedelta(days=number)


def event(customer: str, number: float, touchpoint: str, **more: Any) -> dict[str, Any]:
    plain = {
        "customer": customer,
        "at": day(number),
        "source": "test",
        "kind": "interaction",
        "touchpoint": touchpoint,
        "stage": STAGES.get(touchpoint, "use"),
        "channel": "phone" if touchpoint == "phone" else "web",
        "contact": "direct",
    }
    return plain | more


def events_of(rows: list[dict[str, Any]]) -> pa.Table:
    """An events table, sorted as the signals room gives it; ids in the order written."""
    numbered = [{"id": f"{place:06d}"} | row for place, row in enumerate(rows)]
    numbered.sort(key=lambda row: (row["customer"], row["at"], row["source"], row["id"]))
    filled = [{name: row.get(name) for name in SCHEMA.names} for row in numbered]
    return pa.Table.from_pylist(filled, schema=SCHEMA)


def rows_of(engine: Any, table: str, *columns: str) -> list[tuple[Any, ...]]:
    found = engine.table(table).select(list(columns))
    return [tuple(row.values()) for row in found.to_pylist()]
