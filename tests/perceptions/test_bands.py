"""How answers fall as a promised measure worsens."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest

from vivencia.perceptions.bands import measure_bands_plan

START = datetime(2026, 3, 1, tzinfo=UTC)
PROMISES = pa.table(
    {"touchpoint": ["delivery"], "measure": ["delay_days"], "operator": ["<="], "threshold": [0.0]}
)
INSTRUMENTS = pa.table({"instrument": ["nps", "stars"]})
MAPS = pa.map_(pa.string(), pa.float64())


def events(rows: list[tuple[str, str, dict[str, float] | None, dict[str, float] | None]]) -> pa.Table:
    return pa.table(
        {
            "customer": [row[0] for row in rows],
            "at": pa.array([START + timedelta(hours=n) for n in range(len(rows))], pa.timestamp("us", "UTC")),
            "source": ["s"] * len(rows),
            "id": [f"{n:03}" for n in range(len(rows))],
            "touchpoint": [row[1] for row in rows],
            "measures": pa.array(
                [list(row[2].items()) if row[2] is not None else None for row in rows], MAPS
            ),
            "ratings": pa.array([list(row[3].items()) if row[3] is not None else None for row in rows], MAPS),
        }
    )


@pytest.mark.parametrize("holes", [False, True])
def test_stars_by_delay(engine: Any, holes: bool) -> None:
    given = [
        ("ana", "delivery", {"delay_days": -9.0}, {"stars": 5.0}),
        ("ana", "delivery", {"delay_days": 0.0}, {"stars": 4.0}),
        ("bia", "delivery", {"delay_days": -1.0, "wait_s": 3.0}, {"stars": 4.0, "nps": 9.0}),
        ("caio", "delivery", {"delay_days": 8.0}, {"stars": 1.0}),
        ("caio", "delivery", {"delay_days": 9.0}, {"stars": 2.0}),
        ("davi", "delivery", {"delay_days": 9.0}, {}),
        ("eva", "checkout", {"delay_days": 9.0}, {"stars": 5.0}),
    ]
    if holes:
        given.append(("eva", "delivery", None, {"stars": 5.0}))
        given.append(("eva", "delivery", {"delay_days": 2.0}, None))
    engine.give("events", events(given))
    engine.give("promises", PROMISES)
    engine.give("instruments", INSTRUMENTS)
    engine.run(measure_bands_plan())
    found = [row for row in engine.table("measure_bands").to_pylist() if row["touchpoint"] == "delivery"]
    assert [
        (r["instrument"], r["band"], r["above"], r["up_to"], r["kept"], r["value"], r["n"], r["customers"])
        for r in found
    ] == [
        ("nps", 1, -7.0, 0.0, True, 9.0, 1, 1),
        ("stars", 0, None, -7.0, True, 5.0, 1, 1),
        ("stars", 1, -7.0, 0.0, True, 4.0, 2, 2),
        ("stars", 4, 7.0, None, False, 1.5, 2, 1),
    ]
    assert found[2]["low"] == found[2]["high"] == 4.0  # both customers answered four
    assert found[3]["low"] is None  # one customer cannot tell how much customers differ


def test_without_a_promise_only_delays_have_a_standard(engine: Any) -> None:
    given = {"delay_days": 1.0, "price_eur": 9.0}
    engine.give("events", events([("ana", "delivery", given, {"stars": 5.0})]))
    engine.give("promises", PROMISES.slice(0, 0))
    engine.give("instruments", INSTRUMENTS)
    engine.run(measure_bands_plan())
    found = [
        (r["measure"], r["band"], r["kept"], r["value"]) for r in engine.table("measure_bands").to_pylist()
    ]
    assert found == [("delay_days", 2, False, 5.0)]
