"""A shop with two touchpoints whose perceptions are live: its signals, and where its customers stand."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

from vivencia.house import living
from vivencia.house.moving import standing_of
from vivencia.house.workspace import Workspace
from vivencia.plans.arrow import schema_of
from vivencia.words.shapes.signals import SIGNALS

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
TOML = """
[company]
key = "shop"
zone = "UTC"

[[touchpoints]]
key = "shop"
stage = "purchase"

[[touchpoints]]
key = "phone"
stage = "support"
form = "service"
"""


def signal(
    key: str, customer: str, day: float, touchpoint: str, ratings: dict[str, float], **more: Any
) -> dict[str, Any]:
    """One contact, `day` days after the beginning."""
    return {
        "id": key, "source": "test", "kind": "interaction", "customer": customer,
        "at": BEGIN + timedelta(days=day), "touchpoint": touchpoint, "ratings": list(ratings.items()),
        "recorded_at": BEGIN, **more,
    }  # fmt: skip


def table_of(rows: Iterable[dict[str, Any]]) -> pa.Table:
    """Signals as the store takes them."""
    return pa.Table.from_pylist(list(rows), schema=schema_of(SIGNALS))


def kept(place: Workspace) -> dict[str, list[float]]:
    """The ten numbers of each customer's live state."""
    with living._book(living.live_store(place)) as book:
        states = {key: book.state(key) for key in ("ana", "bia", "caio")}
    return {key: standing_of(one).numbers[:10].tolist() for key, one in states.items() if one is not None}
