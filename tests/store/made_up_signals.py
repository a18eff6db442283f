"""Signals for the tests of the store: few columns filled, any number of rows."""

from typing import Any

import pyarrow as pa

from vivencia.store.shapes import SIGNAL_SCHEMA


def signals(first: int, count: int, *, source: str = "till", customers: int = 97) -> pa.Table:
    numbers = range(first, first + count)
    filled: dict[str, Any] = {
        "source": pa.array([source] * count, pa.string()),
        "id": pa.array([f"s{number:09d}" for number in numbers], pa.string()),
        "at": pa.array([1_700_000_000_000_000 + number for number in numbers], pa.timestamp("us", "UTC")),
        "customer": pa.array([f"c{number % customers}" for number in numbers], pa.string()),
        "kind": pa.array(["interaction"] * count, pa.string()),
        "touchpoint": pa.array(["shop"] * count, pa.string()),
        "measures": pa.array(
            [[("wait_s", float(number))] for number in numbers], pa.map_(pa.string(), pa.float64())
        ),
    }
    return pa.table(
        [filled.get(field.name, pa.nulls(count, field.type)) for field in SIGNAL_SCHEMA], SIGNAL_SCHEMA
    )
