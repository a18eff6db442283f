"""Each SQL form that a plan may use says the same on every engine: one table of forms and answers."""

from datetime import UTC, datetime
from typing import Any

import pytest

from engines.plans_made_up import VISITS, one_step, visits

SELECTED: list[tuple[str, Any]] = [
    ("AVG(score * 1e0)", 2.86),
    ("SUM(score)", 14.3),
    ("COUNT(*)", 7),
    ("COUNT(DISTINCT customer)", 4),
    ("COUNT(score)", 5),
    ("quantile_cont(score, 0.5)", 3.0),
    ("quantile_cont(score, 0.9)", 5.8),
    ("quantile_cont(score, [0.25, 0.9])", [0.2, 5.8]),
    ("median(score)", 3.0),
    ("stddev_samp(score)", 2.8788886744714532),
    ("MAX(epoch_us(v.at)) - MIN(epoch_us(v.at))", 86_400_000_000),
    ("MIN(epoch_us(v.at))", 1_769_903_999_999_999),
    ("SUM(v.measures['wait_s'])", 3.75),
    ("SUM(v.measures['nobody'])", None),
    ("SUM(CASE WHEN list_contains($wanted, id) THEN 1 ELSE 0 END)", 2),
    ("MIN(date_trunc('month', v.at))", datetime(2026, 1, 1, tzinfo=UTC)),
    ("MAX(strftime(v.at, '%Y-%m'))", "2026-02"),
    ("MAX(touchpoint)", "site"),
    ("MAX(customer)", "é"),
    ("COUNT(CASE WHEN touchpoint <> 'shop' THEN 1 END)", 3),
    ("SUM(1) / COUNT(score)", 1.4),
    ("MAX(score) / NULLIF(MIN(score) - MIN(score), 0e0)", None),
    ("MAX(TRY_CAST(id AS DOUBLE))", None),
    ("MIN(CAST(score AS BIGINT))", 0),
    ("MAX(md5(customer || '|é'))", "ff61a3934018b528891b1a1d2dfca717"),
    ("MIN(COALESCE(touchpoint, $unknown))", "desk"),
    ("POWER(2, 0.5e0) * SQRT(2e0) + LN(EXP(1e0)) + ABS(-1) + FLOOR(1.5e0)", 5.0),
]


def test_every_form_has_the_same_answer(engine: Any) -> None:
    engine.give("visits", visits())
    columns = ", ".join(f"{form} AS c{number}" for number, (form, _) in enumerate(SELECTED))
    values = {"wanted": ("a1", "e1", "x"), "unknown": "nowhere"}
    engine.run(one_step(f"SELECT {columns} FROM visits AS v", values=values))

    (row,) = engine.table("out").to_pylist()

    for number, (form, expected) in enumerate(SELECTED):
        if isinstance(expected, float | list):
            assert row[f"c{number}"] == pytest.approx(expected, rel=1e-9), form
        else:
            assert row[f"c{number}"] == expected, form


def test_windows_and_groups_treat_ties_nulls_and_groups_of_one_alike(engine: Any) -> None:
    engine.give("visits", visits())
    sql = """
    SELECT v.id, LAG(v.touchpoint) OVER w AS previous, ROW_NUMBER() OVER w AS step,
      epoch_us(v.at) - LAG(epoch_us(v.at)) OVER w AS waited_us,
      SUM(v.score) OVER w AS so_far, RANK() OVER (PARTITION BY v.customer ORDER BY v.at) AS tied
    FROM visits AS v
    WINDOW w AS (PARTITION BY v.customer ORDER BY v.at, v.id)
    """
    engine.run(one_step(sql, order=("id",)))

    rows = {row["id"]: tuple(row.values())[1:] for row in engine.table("out").to_pylist()}

    assert rows == {
        "a1": (None, 1, None, 7.0, 1),
        "a2": ("shop", 2, 86_400_000_000, 7.2, 2),
        "b1": (None, 1, None, None, 1),
        "b2": ("shop", 2, 1, 4.0, 2),
        "b3": ("shop", 3, 0, 4.1, 2),
        "c1": (None, 1, None, None, 1),
        "e1": (None, 1, None, 3.0, 1),
    }


def test_nulls_come_last_in_groups_and_orders(engine: Any) -> None:
    engine.give("visits", visits())
    sql = "SELECT touchpoint, COUNT(*) AS n, AVG(score) AS mean FROM visits GROUP BY touchpoint"
    engine.run(one_step(sql, order=("touchpoint",)))
    assert engine.table("out").to_pylist() == [
        {"touchpoint": "desk", "n": 2, "mean": pytest.approx(0.15, rel=1e-12)},
        {"touchpoint": "shop", "n": 3, "mean": pytest.approx(5.5)},
        {"touchpoint": "site", "n": 1, "mean": None},
        {"touchpoint": None, "n": 1, "mean": 3.0},
    ]


def test_parquet_files_are_read_together_and_missing_columns_are_null(engine: Any, tmp_path: Any) -> None:
    import pyarrow.parquet as pq

    pq.write_table(visits().slice(0, 3), tmp_path / "one.parquet")
    pq.write_table(visits().slice(3).drop_columns(["measures"]), tmp_path / "two.parquet")
    engine.give_files("visits", (str(tmp_path / "one.parquet"), str(tmp_path / "two.parquet")), VISITS)
    engine.run(one_step("SELECT id, v.at, v.measures FROM visits AS v", order=("id",)))

    table = engine.table("out")

    assert engine.rows("visits") == 7
    assert table.column("id").to_pylist() == ["a1", "a2", "b1", "b2", "b3", "c1", "e1"]
    assert [None if m is None else dict(m) for m in table.column("measures").to_pylist()] == [
        None, None, None, {"wait_s": 2.5, "price": 10.0}, {}, None, None,
    ]  # fmt: skip
    assert sorted(table.column("at").to_pylist()) == sorted(visits().column("at").to_pylist())
