"""Weights that may not be negative: intervals by customer, drawn from groups where customers are many."""

import numpy as np
import pytest

from vivencia.measure import nonnegative


def widths(owner, x, y):
    low, high = nonnegative.intervals(x, y, owner, seed=1)
    return high - low


def test_groups_of_customers_vary_as_customers_do(monkeypatch) -> None:
    draw = np.random.default_rng(5)
    owner = np.repeat(np.arange(3_000), 2)
    x = draw.normal(size=(6_000, 2))
    y = 1 + x @ np.array([0.5, 0.2]) + np.repeat(draw.normal(size=3_000), 2) + draw.normal(size=6_000)
    alone = widths(owner, x, y)
    monkeypatch.setattr(nonnegative, "MOST", 400)
    assert widths(owner, x, y) == pytest.approx(alone, rel=0.25)
    # Were answers drawn, those of one customer would count as independent.
    assert widths(np.arange(6_000), x, y)[0] < 0.9 * alone[0]
