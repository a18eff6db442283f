"""Accounts: the roll-up by its formula, beats the plain mean on known truth, and says who is missing."""

import numpy as np
import pyarrow as pa
import pytest

from made_up.events import ARROW, BEGIN, day, event, events_of
from vivencia.perceptions.accounts import accounts_plan, free_of_problems, roll_up
from vivencia.words.shapes.perceptions import MOMENTS, STATES


def test_the_roll_up_is_the_weighted_mean_drawn_to_that_of_all():
    rng = np.random.default_rng(2)
    n = np.tile([1.0, 2.0, 4.0], (300, 1))
    truth, sd = rng.normal(7, 1, 300), np.array([0.5, 1.0, 2.0])
    x, xx = np.zeros((300, 3)), np.zeros((300, 3))
    for r in range(3):
        for _ in range(int(n[0, r])):
            said = truth + rng.normal(0, sd[r], 300)
            x[:, r] += said
            xx[:, r] += said**2
    theta, variance, within, (mu, error) = roll_up(n, x, xx)
    np.testing.assert_allclose(np.sqrt(within), sd, rtol=0.15)
    # θ = (μ/t² + Σ w x) / (1/t² + Σ w), with what was estimated.
    weight = 1 / within
    t2 = float(np.mean((theta - mu) ** 2) + 1 / (1 + n[0] @ weight))
    np.testing.assert_allclose(theta, (mu / t2 + x @ weight) / (1 / t2 + n @ weight), rtol=1e-3)
    assert abs(mu - 7) < 3 * error
    assert error == pytest.approx(np.sqrt((t2 + 1 / (n[0] @ weight)) / 300), rel=1e-2)

    def wrong(found):
        return float(np.sqrt(np.mean((found - truth) ** 2)))

    plain, lowest = x.sum(axis=1) / n.sum(axis=1), (x / n).min(axis=1)
    assert wrong(theta) < 0.85 * wrong(plain) < wrong(lowest)
    inside = np.abs(theta - truth) <= 1.96 * np.sqrt(variance)
    assert 0.9 < inside.mean() < 0.99


def test_chances_of_no_problem_are_drawn_to_that_of_all():
    counts = np.array([0.0] * 60 + [1.0] * 20 + [8.0] * 20)
    value, low, high = free_of_problems(counts)
    assert value[0] > value[60] > value[99]
    # Eight problems foretell others, none does not promise none.
    assert value[99] < 0.05
    assert 0.5 < value[0] < 0.95
    assert (low < value).all()
    assert (value < high).all()


def test_equal_counts_have_one_rate():
    value, _, _ = free_of_problems(np.ones(50))
    assert value == pytest.approx(np.full(50, np.exp(-1.0)), rel=1e-2)


def table_of(shape, rows):
    return pa.Table.from_pylist(
        rows, schema=pa.schema([(column.name, ARROW[column.type]) for column in shape.columns])
    )


PEOPLE = (
    # customer, account, role, P, answers
    ("ana", "acme", "decision_maker", 4.0, 2),
    ("bia", "acme", "user", 8.0, 1),
    ("caio", "acme", "user", 8.5, 1),
    ("dina", "beta", "decision_maker", 7.0, 0),
    ("eva", "beta", "user", 6.0, 1),
    ("fabio", "gama", "user", 7.0, 1),
    ("gil", None, None, 1.0, 1),
)


def test_each_account_says_who_was_heard_and_what_is_open(engine):
    states = [
        {"customer": key, "at": day(100), "n": 1, "style": 0.0, "expectation": p, "residual": 0.0,
         "var_style": 1.0, "var_expectation": 0.2, "var_residual": 0.1, "cov_style_expectation": 0.0,
         "cov_style_residual": 0.0, "cov_expectation_residual": 0.0, "account": account, "role": role}
        for key, account, role, p, _ in PEOPLE
    ]  # fmt: skip
    moments = [
        {"customer": key, "at": BEGIN, "source": "test", "id": f"{key}{i}", "touchpoint": "use",
         "role": "direct", "rated": True, "expectation": 7.0, "expectation_sd": 1.0, "perception": p,
         "perception_sd": 1.0, "inferred": 0.0}
        for key, _, _, p, answers in PEOPLE
        for i in range(answers)
    ]  # fmt: skip
    events = events_of(
        [
            event("ana", 50, "help", kind="ticket", account="acme", goal="mend", reached=True),
            event(
                "ana", 60, "help", kind="ticket", account="acme", goal="mend", reached=True
            ),  # again in 30 days
            event("bia", 95, "help", kind="ticket", account="acme", goal="learn", reached=False),  # open
            event("eva", 2, "help", kind="ticket", account="beta", goal="mend", reached=False),  # long ago
            event("ana", 99, "help", kind="ticket", account="acme", ratings={"safe5": 2.0}, goal="other"),
        ]
    )
    engine.give("states", table_of(STATES, states))
    engine.give("moments", table_of(MOMENTS, moments))
    engine.give("events", events)
    engine.give("touchpoints", pa.table({"touchpoint": ["help"], "complaint": [False]}))
    engine.run(
        accounts_plan(key_roles=("decision_maker", "user"), decides="decision_maker", reassurance="safe5")
    )
    acme, beta, gama = engine.table("accounts").to_pylist()
    assert (acme["people"], acme["respondents"], acme["decision"], acme["covered"]) == (3, 3, "heard", 1.0)
    assert (acme["weakest_role"], acme["weakest"], acme["problems"]) == ("decision_maker", 4.0, 2)
    assert acme["reassured"] == 2.0
    assert acme["mean"] == pytest.approx(20.5 / 3)
    assert 1.0 <= acme["effective"] <= 3.0
    assert (beta["decision"], beta["covered"], beta["problems"]) == ("silent", 0.5, 0)
    assert (gama["decision"], gama["spread"]) == ("missing", None)
    levels = {row["measure"]: row for row in engine.table("account_levels").to_pylist()}
    assert levels["decision_missing"]["value"] == pytest.approx(1 / 3)
    assert levels["problem_free"]["value"] == pytest.approx(2 / 3)
    roles = engine.table("account_roles").to_pylist()
    assert [(row["role"], row["people"], row["respondents"]) for row in roles] == [
        ("decision_maker", 2, 1),
        ("user", 4, 4),
    ]


def test_a_company_without_accounts_has_none(engine):
    engine.give("states", table_of(STATES, []))
    engine.give("moments", table_of(MOMENTS, []))
    engine.give("events", events_of([]))
    engine.give("touchpoints", pa.table({"touchpoint": ["help"], "complaint": [False]}))
    engine.run(accounts_plan())
    assert [engine.rows(name) for name in ("accounts", "account_roles", "account_levels")] == [0, 0, 0]


def test_where_accounts_do_not_differ_the_mean_keeps_its_error():
    rng = np.random.default_rng(6)
    said = rng.normal(6, 2, (80, 5))
    n, x, xx = np.full((80, 1), 5.0), said.sum(axis=1)[:, None], (said**2).sum(axis=1)[:, None]
    theta, variance, _, (mu, error) = roll_up(n, x, xx)
    assert error == pytest.approx(2 / np.sqrt(400), rel=0.15)
    assert abs(mu - 6) < 3 * error
    # Nobody's account is surer than the mean of all.
    assert (np.sqrt(variance) >= 0.9 * error).all()
    assert np.std(theta) < 0.5
