"""The check: the filter wins where its model is true, and says so and steps back where it is not."""

import numpy as np
import pyarrow as pa
import pytest

from vivencia.perceptions.check import SHOWABLE, best, check, check_table, levels
from vivencia.perceptions.standin import stand_in
from vivencia.perceptions.table import to_table
from vivencia.perceptions.validation import ENGINE, Score, Validation

NUMBERS = pa.map_(pa.string(), pa.float64())


def told(answers: dict[str, list[float]]) -> pa.Table:
    """Each customer's answers to csat-like `told` (raw = 0–10), a day apart."""
    rows = [(key, day, y) for key, ys in sorted(answers.items()) for day, y in enumerate(ys)]
    n = len(rows)
    return pa.table(
        {
            "customer": [row[0] for row in rows],
            "at": pa.array([row[1] * 86_400_000_000 for row in rows], pa.timestamp("us", "UTC")),
            "source": ["made-up"] * n,
            "id": [f"{i:06}" for i in range(n)],
            "kind": ["interaction"] * n,
            "touchpoint": ["a"] * n,
            "stage": ["use"] * n,
            "contact": ["direct"] * n,
            "form": ["use"] * n,
            "measures": pa.array([[]] * n, NUMBERS),
            "ratings": pa.array([[("experienced", row[2])] for row in rows], NUMBERS),
            "valence": pa.nulls(n, pa.float64()),
            "goal": pa.nulls(n, pa.string()),
        }
    )


def score(method: str, rmse: float, n: int = 100) -> Score:
    return Score(method, n, rmse, -1.0, 0.9)


def test_the_best_is_that_of_both_splits_together():
    found = [
        Validation("customer", (score(ENGINE, 1.0), score("ewma", 1.1), score("boosting", 0.9)), (1,) * 10),
        Validation("time", (score(ENGINE, 1.3), score("ewma", 1.1), score("boosting", 1.0)), (1,) * 10),
    ]
    assert best(found) == "boosting"
    # 1 + 1.69 against 1.21 + 1.21: the smoothed mean, of those that have a level to show.
    assert best(found, SHOWABLE) == "ewma"
    rows = check_table(found).to_pylist()
    assert [(row["split"], row["method"]) for row in rows if row["shown"]] == [
        ("customer", "ewma"),
        ("time", "ewma"),
    ]
    assert [(row["split"], row["method"]) for row in rows if row["best"]] == [
        ("customer", "boosting"),
        ("time", "boosting"),
    ]
    assert [row["pit"] is not None for row in rows] == [True, False, False, True, False, False]


def test_a_level_is_what_the_rival_predicts_next(plain):
    p = plain(instruments=("experienced",), scales=np.array([[0.0, 0, 1, -1e9, 1e9, 0, 1, 0]]))
    table = told({"ana": [2.0, 8.0], "bia": [4.0], "caio": [6.0, 6.0, 6.0]})
    last = levels(table, p, "last_value").to_pylist()
    assert last == [
        {"customer": "ana", "level": 8.0},
        {"customer": "bia", "level": 4.0},
        {"customer": "caio", "level": 6.0},
    ]
    # The mean of all is 32/6; with s answers of it, ana is at (10 + s·32/6)/(2 + s).
    shrunken = {row["customer"]: row["level"] for row in levels(table, p, "shrunken_mean").to_pylist()}
    assert any(shrunken["ana"] == pytest.approx((10 + s * 32 / 6) / (2 + s)) for s in (0.5, 1, 2, 4, 8, 16))


def test_a_customer_who_never_answered_has_no_level(plain):
    p = plain(instruments=("experienced",), scales=np.array([[0.0, 0, 1, -1e9, 1e9, 0, 1, 0]]))
    table = told({"ana": [2.0], "bia": [np.nan]})
    assert levels(table, p, "last_value").column("customer").to_pylist() == ["ana"]


def test_where_answers_are_what_the_model_denies_it_steps_back(instruments):
    # Each answers the same for ever, far apart from others: the last answer says everything.
    rng = np.random.default_rng(5)
    table = told({f"c{c:03}": [float(rng.uniform(0, 10))] * 6 for c in range(60)})
    names = ("touchpoint", "measure", "operator")
    nothing = {name: pa.array([], pa.string()) for name in names} | {"threshold": pa.array([], pa.float64())}
    found = check(table, {"instruments": instruments, "promises": pa.table(nothing)}, {})
    assert [one.split for one in found] == ["customer", "time"]
    assert found[0].score("last_value").rmse < found[0].score(ENGINE).rmse
    assert best(found, SHOWABLE) == "last_value"
    last = found[0].score("last_value")
    assert last.ahead < 0
    assert last.rmse_low < last.rmse < last.rmse_high


def test_gaps_by_a_rival_are_answers_minus_its_level_before(plain, instruments):
    p = plain(instruments=("experienced",), scales=np.array([[0.0, 0, 1, -1e9, 1e9, 0, 1, 0]]))
    table = told({"ana": [2.0, 8.0], "bia": [4.0], "caio": [6.0, 6.0, 6.0]})
    for name in ("channel", "place", "department", "account", "segment", "role"):
        table = table.append_column(name, pa.nulls(table.num_rows, pa.string()))
    found = stand_in(table, p, to_table(p), "last_value", instruments, None)
    rows = {(row["dimension"], row["key"]): row for row in found.to_pylist()}
    here = rows["touchpoint", "a"]
    mean = 32 / 6
    # Before a first answer the level is the mean of all; then it is the last answer.
    expected = np.mean([mean, 2.0, mean, mean, 6.0, 6.0])
    assert (here["rated"], here["rated_customers"]) == (6, 3)
    assert here["experience"] == pytest.approx(mean)
    assert here["expectation"] == pytest.approx(expected)
    assert here["gap"] == pytest.approx(mean - expected)
    assert here["gap_low"] < here["gap"] < here["gap_high"]
    # 2 and 4 after 5.33, against 8 after 2.
    assert (here["disappointed"], here["delighted"]) == (pytest.approx(2 / 6), pytest.approx(1 / 6))
