"""What every engine must do alike with steps, maps and folds."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from engines.plans_made_up import (
    ADD_UP,
    LASTS,
    RUNNING,
    SUMS,
    VISITS,
    at,
    one_step,
    visits,
)
from vivencia.engines.embedded import EmbeddedEngine
from vivencia.plans import Plan, Ran, Step
from vivencia.words.errors import EngineError, PlanError
from vivencia.words.tables import Column, TableShape


def test_a_step_keeps_its_order_nulls_microseconds_and_maps(engine: Any) -> None:
    engine.give("visits", visits())
    sql = "SELECT id, customer, v.at, score, measures FROM visits AS v"
    engine.run(one_step(sql, order=("customer", "at", "id")))

    table = engine.table("out")

    assert table.column("id").to_pylist() == ["a1", "a2", "b1", "b2", "b3", "c1", "e1"]
    assert table.column("at").to_pylist()[2:5] == [at(0), at(1), at(1)]
    assert str(table.schema.field("at").type) == "timestamp[us, tz=UTC]"
    assert table.column("score").to_pylist() == [7.0, 0.2, None, 4.0, 0.1, None, 3.0]
    assert [None if m is None else dict(m) for m in table.column("measures").to_pylist()] == [
        None,
        {"wait_s": 0.25},
        None,
        {"wait_s": 2.5, "price": 10.0},
        {},
        {"price": 3.0},
        {"wait_s": 1.0},
    ]


def test_a_map_sees_whole_customers_in_order_and_writes_two_tables(engine: Any) -> None:
    engine.give("visits", visits())
    engine.run(Plan("made_up", (ADD_UP,), ("running", "lasts")))

    running, lasts = engine.table("running"), engine.table("lasts")

    assert running.column_names == list(RUNNING.names)
    assert running.column("id").to_pylist() == ["a1", "a2", "b1", "b2", "b3", "c1", "e1"]
    assert running.column("total").to_pylist() == pytest.approx(
        [7.0, 7.2, 0.0, 4.0, 4.1, 0.0, 3.0], abs=1e-12
    )
    assert running.column("answers").to_pylist() == [1, 2, 0, 1, 2, 0, 1]
    assert lasts.to_pylist() == [
        {"customer": "a", "visits": 2, "last_at": at(86_400_000_000)},
        {"customer": "b", "visits": 3, "last_at": at(1)},
        {"customer": "c", "visits": 1, "last_at": at(2)},
        {"customer": "é", "visits": 1, "last_at": at(5)},
    ]


def test_a_fold_writes_its_table_in_the_order_of_its_shape(engine: Any) -> None:
    engine.give("visits", visits())
    engine.run(Plan("made_up", (SUMS,), ("by_touchpoint",)))

    rows = engine.table("by_touchpoint").to_pylist()

    assert [row["touchpoint"] for row in rows] == ["desk", "shop", "site"]
    assert [(row["n"], row["customers"]) for row in rows] == [(2, 2), (2, 2), (0, 1)]
    assert [row["total"] for row in rows] == pytest.approx([0.3, 11.0, 0.0], abs=1e-12)


def both_sums(state: Any, side: Any) -> Any:
    table = SUMS.finish(state, side)
    return table, table.select(["touchpoint", "n"]).filter(pc.equal(table["touchpoint"], "shop"))


def test_a_fold_may_write_several_tables_of_what_it_gathered(engine: Any) -> None:
    engine.give("visits", visits())
    shop = TableShape("shop", "", (Column("touchpoint", "text", ""), Column("n", "int", "")))
    engine.run(Plan("made_up", (replace(SUMS, finish=both_sums, also=(shop,)),), ("by_touchpoint", "shop")))

    assert engine.table("by_touchpoint").column("n").to_pylist() == [2, 2, 0]
    assert engine.table("shop").to_pylist() == [{"touchpoint": "shop", "n": 2}]


def test_a_fold_that_gives_other_than_its_tables_is_an_error(engine: Any) -> None:
    engine.give("visits", visits())
    shop = TableShape("shop", "", (Column("touchpoint", "text", ""), Column("n", "int", "")))
    other = TableShape("other", "", (Column("n", "int", ""),))
    with pytest.raises(EngineError, match="gave 2 tables, not 3"):
        engine.run(
            Plan("made_up", (replace(SUMS, finish=both_sums, also=(shop, other)),), ("by_touchpoint",))
        )


def test_a_plan_hands_tables_on_and_forgets_what_it_does_not_give(engine: Any) -> None:
    engine.give("visits", visits())
    known = Step(
        "known", "SELECT * FROM visits WHERE touchpoint IS NOT NULL", ("visits",), order=("customer", "at")
    )
    ends = Step("ends", "SELECT customer, visits + 1 AS next FROM lasts", ("lasts",), order=("customer",))
    plan = Plan("made_up", (ADD_UP, known, ends), ("ends", "running"))
    seen: list[Ran] = []

    engine.run(plan, watch=seen.append)

    assert engine.table("ends").to_pylist()[0] == {"customer": "a", "next": 3}
    assert [(ran.node, ran.kind, ran.rows) for ran in seen] == [
        ("add_up", "map", 11),
        ("known", "step", 6),
        ("ends", "step", 4),
    ]
    with pytest.raises(EngineError):
        engine.table("known")


def test_empty_input_gives_empty_tables_with_the_right_columns(engine: Any) -> None:
    engine.give_files("visits", (), VISITS)
    step = Step("out", "SELECT touchpoint, AVG(score) AS mean FROM visits GROUP BY touchpoint", ("visits",))
    engine.run(Plan("made_up", (ADD_UP, SUMS, step), ("running", "lasts", "by_touchpoint", "out")))

    for shape in (RUNNING, LASTS):
        assert engine.rows(shape.name) == 0
        assert engine.table(shape.name).column_names == list(shape.names)
    assert engine.table("by_touchpoint").num_rows == 0
    assert engine.table("out").num_rows == 0


def test_values_are_bound_whatever_they_hold(engine: Any) -> None:
    engine.give("visits", visits())
    sql = (
        "SELECT id, $word AS word, $fraction AS fraction, $flag AS flag FROM visits"
        " WHERE list_contains($wanted, id) OR score > $least"
    )
    values = {
        "word": "it's; DROP TABLE visits -- \\ ' \" $least",
        "fraction": 0.1,
        "flag": True,
        "wanted": ("b1", "it's"),
        "least": 3.5,
        "unused": 7,
    }
    engine.run(one_step(sql, order=("id",), values=values))

    assert engine.table("out").to_pylist() == [
        {"id": name, "word": values["word"], "fraction": 0.1, "flag": True} for name in ("a1", "b1", "b2")
    ]


def test_columns_can_be_chosen_and_batches_say_the_same(engine: Any) -> None:
    engine.give("visits", visits())
    engine.run(one_step("SELECT id, score FROM visits", order=("id",)))

    batches = list(engine.batches("out", ("id",)))

    assert [value for batch in batches for value in batch.column(0).to_pylist()] == engine.table(
        "out", ("id",)
    ).column("id").to_pylist()
    assert engine.rows("out") == 7


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        (one_step("SELECT no_such FROM visits"), "no_such"),
        (Plan("p", (Step("out", "SELECT 1 AS x FROM nowhere", ("nowhere",)),), ("out",)), "nowhere"),
        (Plan("p", (ADD_UP,), ("never",)), "never"),
        (one_step("SELECT id FROM visits WHERE score > $least"), "least"),
        (one_step("SELECT customer, 1 AS visits FROM visits", writes=LASTS), "last_at"),
        (
            one_step("SELECT customer, 'x' AS visits, v.at AS last_at FROM visits AS v", writes=LASTS),
            "visits",
        ),
        (
            one_step("SELECT customer, NULL AS visits, v.at AS last_at FROM visits AS v", writes=LASTS),
            "visits",
        ),
    ],
)
def test_a_mistake_in_a_plan_is_named(engine: Any, plan: Plan, said: str) -> None:
    engine.give("visits", visits())
    with pytest.raises((PlanError, EngineError), match=said):
        engine.run(plan)


def test_two_threads_run_plans_of_their_own_on_one_embedded_engine() -> None:
    def run(name: str) -> int:
        step = Step(name, f"SELECT '{name}' AS customer, n FROM numbers", reads=("numbers",))
        embedded.run(Plan(name, (step,), gives=(name,)))
        return embedded.rows(name)

    with EmbeddedEngine() as embedded:
        embedded.give("numbers", pa.table({"n": list(range(50_000))}))
        names = [f"t{number}" for number in range(8)]
        with ThreadPoolExecutor(max_workers=2) as pool:
            assert list(pool.map(run, names)) == [50_000] * 8
        assert embedded.table("t3").slice(0, 2).to_pylist() == [
            {"customer": "t3", "n": 0},
            {"customer": "t3", "n": 1},
        ]
