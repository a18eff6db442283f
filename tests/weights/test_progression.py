"""The weight on progression: from steps and transitions to weights with intervals."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from made_up.events import event, events_of, rows_of
from vivencia.journeys import journeys_plan
from vivencia.weights import progression, progression_plan
from vivencia.words.shapes.weights import PROGRESSION_WEIGHTS

#: The worked example of Anderl et al. (2016), each path walked by forty customers.
WORKED = [
    step
    for n in range(40)
    for step in (
        event(f"a{n}", 0, "c1"), event(f"a{n}", 1, "c2"), event(f"a{n}", 2, "c3", reached=True),
        event(f"b{n}", 0, "c1", outcome="abandoned"),
        event(f"c{n}", 0, "c2"), event(f"c{n}", 1, "c3", outcome="abandoned"),
    )
]  # fmt: skip


def weights(engine: Any, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    engine.give("events", events_of(rows))
    engine.run(journeys_plan())
    engine.run(progression_plan())
    found: list[dict[str, Any]] = engine.table("progression_weights").to_pylist()
    return found


def test_the_worked_example(engine: Any) -> None:
    found = weights(engine, WORKED)
    assert [row["touchpoint"] for row in found] == ["c1", "c2", "c3"]
    assert [row["continuation"] for row in found] == pytest.approx([0.25, 0.5, 0.5])
    assert [row["removal"] for row in found] == pytest.approx([0.5, 1.0, 1.0])
    assert [row["share"] for row in found] == pytest.approx([0.2, 0.4, 0.4])
    assert [row["shapley"] for row in found] == pytest.approx([1 / 3] * 3)
    assert [(row["visits"], row["journeys"], row["customers"]) for row in found] == [
        (80, 80, 80), (80, 80, 80), (80, 80, 80)
    ]  # fmt: skip
    # START → c1 lifts from 1/3 to 1/4; c1 → c2 from 1/4 to 1/2 and START → c2 from 1/3 to 1/2.
    assert [row["lift"] for row in found] == pytest.approx([-1 / 12, (1 / 4 + 1 / 6) / 2, 0.0])
    for row in found:
        assert row["continuation_low"] < row["continuation"] < row["continuation_high"]
        assert row["removal_low"] < row["removal"] <= row["removal_high"]
        assert row["reason"] is None


def test_without_any_goal_the_removal_effect_is_withheld_with_its_reason(engine: Any) -> None:
    found = weights(engine, [event(f"a{n}", 0, "ad", outcome="abandoned") for n in range(20)])
    assert [(row["continuation"], row["removal"], row["share"], row["reason"]) for row in found] == [
        (0.0, None, None, "no-goal")
    ]
    assert found[0]["continuation_high"] == pytest.approx(0.1611, abs=1e-4)  # Wilson, 0 of 20


def test_where_everybody_arrives_the_intervals_still_have_width(engine: Any) -> None:
    found = weights(engine, [event(f"a{n}", 0, "shop", reached=True) for n in range(20)])
    assert [(row["continuation"], row["removal"]) for row in found] == [(1.0, 1.0)]
    assert found[0]["continuation_low"] == pytest.approx(0.8389, abs=1e-4)  # Wilson, 20 of 20


def test_a_touchpoint_from_which_nothing_has_ended_yet_is_withheld(engine: Any) -> None:
    rows = [event("a", 0, "shop", reached=True), event("b", 0, "shop"), event("b", 1, "parcel")]
    found = {row["touchpoint"]: row for row in weights(engine, rows)}
    assert (found["parcel"]["continuation"], found["parcel"]["reason"]) == (None, "no-end")
    assert found["shop"]["continuation"] == 1.0


def test_no_steps_give_no_weights(engine: Any) -> None:
    assert weights(engine, []) == []


#: Where a customer goes from ad, site and call.
ONWARD = ([0.2, 0.6, 0.2], [0.3, 0.2, 0.5], [0.1, 0.8, 0.1])


def walked(rng: np.random.Generator, customers: int) -> tuple[pa.Table, pa.Table]:
    """Steps and transitions of customers who differ: some convert easily, all have several journeys."""
    names = np.array(["ad", "site", "call"])
    steps: list[tuple[str, str, str, str]] = []
    for number in range(customers):
        ease = rng.beta(2.0, 3.0)
        for _ in range(rng.integers(1, 4)):
            before, here = "START", int(rng.choice(3, p=[0.5, 0.3, 0.2]))
            while True:
                leave = rng.random() < 0.5
                won = rng.random() < ease * (1 - 0.3 * (here == 2))
                onward = str(rng.choice(names, p=ONWARD[here]))
                after = onward if not leave else "REACHED" if won else "ABANDONED"
                steps.append((f"{number:06d}", str(names[here]), before, after))
                if leave:
                    break
                before, here = str(names[here]), int(np.flatnonzero(names == after)[0])
    columns = [list(column) for column in zip(*steps, strict=True)]
    table = pa.table(columns, names=["customer", "touchpoint", "previous", "next"])
    moves: dict[tuple[str, str], int] = {}
    for _, here_name, before, after in steps:
        moves[before, here_name] = moves.get((before, here_name), 0) + 1
        if after in ("REACHED", "ABANDONED"):
            moves[here_name, after] = moves.get((here_name, after), 0) + 1
    transitions = pa.table(
        {
            "from_touchpoint": [left for left, _ in moves],
            "to_touchpoint": [into for _, into in moves],
            "count": list(moves.values()),
        }
    )
    return table, transitions


def folded(table: pa.Table, transitions: pa.Table) -> list[dict[str, Any]]:
    side = {"transitions": transitions}
    state = progression.add(progression.start(side), table, side)
    found: list[dict[str, Any]] = progression.finish(state, side).to_pylist()
    return found


def test_any_split_by_customer_merged_in_any_order_is_the_whole() -> None:
    table, transitions = walked(np.random.default_rng(3), 60)
    side = {"transitions": transitions}
    customers = np.array(table.column("customer").to_pylist())
    masks = (customers < "000020", customers == "000020", customers > "000020")
    parts = [progression.add(progression.start(side), table.filter(pa.array(mask)), side) for mask in masks]
    merged = progression.merge(parts[2], progression.merge(parts[0], parts[1]))
    split, whole = progression.finish(merged, side).to_pylist(), folded(table, transitions)
    for one, other in zip(split, whole, strict=True):
        assert one == {
            name: pytest.approx(value) if isinstance(value, float) else value for name, value in other.items()
        }


@pytest.mark.slow
def test_the_intervals_cover_the_truth() -> None:
    """Customers who differ make their journeys alike; by-customer errors must allow for it."""
    truth = folded(*walked(np.random.default_rng(0), 40_000))
    inside: dict[str, list[bool]] = {"continuation": [], "removal": [], "lift": []}
    for seed in range(120):
        for row, true in zip(folded(*walked(np.random.default_rng(seed + 1), 250)), truth, strict=True):
            for name, hits in inside.items():
                hits.append(row[f"{name}_low"] <= true[name] <= row[f"{name}_high"])
    assert all(0.92 <= np.mean(hits) <= 0.98 for hits in inside.values()), {
        name: float(np.mean(hits)) for name, hits in inside.items()
    }


def test_the_table_has_the_columns_it_declares() -> None:
    found = folded(*walked(np.random.default_rng(5), 30))
    assert tuple(found[0]) == PROGRESSION_WEIGHTS.names


def test_rows_are_read_from_the_engine_in_order(engine: Any) -> None:
    weights(engine, WORKED)
    assert rows_of(engine, "progression_weights", "touchpoint") == [("c1",), ("c2",), ("c3",)]
