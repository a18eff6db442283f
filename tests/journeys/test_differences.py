"""Journeys of two periods, and of a segment and all others, compared."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.stats import ttest_ind

from made_up.events import event
from vivencia.journeys import differences_plan
from vivencia.measure.differences import (
    Across,
    Totals,
    chance_of_means,
    chance_of_shares,
    difference_of_means,
    difference_of_shares,
)
from vivencia.measure.discoveries import false_discovery


@pytest.fixture
def compare(mine: Callable[..., Any]) -> Callable[..., Any]:
    def run(rows: list[dict[str, Any]], **settings: Any) -> dict[tuple[str, ...], dict[str, Any]]:
        engine = mine(rows)
        engine.run(differences_plan(**settings))
        table = engine.table("journey_differences").to_pylist()
        return {(row["comparison"], row["group"], row["kind"], row["what"]): row for row in table}

    return run


def journey(who: str, begin: float, last: str, *, days: float = 1.0, **more: Any) -> list[dict[str, Any]]:
    return [event(who, begin, "site", **more), event(who, begin + days, last, reached=True, **more)]


def test_the_last_period_stands_against_the_one_before(compare: Callable[..., Any]) -> None:
    rows = [event("first", 0, "ad")]  # the span is 270 days: periods of 90
    for n in range(40):
        rows += journey(f"a{n}", 100, "shop" if n < 30 else "phone", days=1.0)
        rows += journey(f"b{n}", 200, "shop" if n < 10 else "phone", days=3.0)
    rows.append(event("last", 270, "ad"))
    found = compare(rows)
    to_shop = found["period", "", "transition", "site > shop"]
    assert (to_shop["one"], to_shop["other"], to_shop["difference"]) == (0.25, 0.75, pytest.approx(-0.5))
    assert (to_shop["n_one"], to_shop["n_other"], to_shop["customers_one"]) == (40, 40, 40)
    # The score test of 10 and 30 of 40: z = 0.5 / √(2 · ½ · ½ / 40), with 40 / 39 for the clusters.
    assert to_shop["p"] == pytest.approx(1.003e-5, rel=0.01)
    assert to_shop["low"] < -0.5 < to_shop["high"] < 0
    assert to_shop["found"]
    assert found["period", "", "variant", "site > phone"]["difference"] == pytest.approx(0.5)
    lasts = found["period", "", "duration", ""]
    assert (lasts["one"], lasts["other"]) == (pytest.approx(259_200), pytest.approx(86_400))
    assert lasts["difference"] == pytest.approx(2.0, rel=1e-4)
    assert found["period", "", "reached", ""]["difference"] == 0.0
    assert found["period", "", "reached", ""]["p"] == 1.0
    assert "ad" not in {key[3] for key in found}  # two customers are too few


def test_each_segment_stands_against_all_others(compare: Callable[..., Any]) -> None:
    rows = []
    for n in range(30):
        rows += journey(f"a{n}", 0, "shop", segment="new")
        rows += [event(f"b{n}", 0, "site", segment="old", outcome="abandoned" if n < 15 else None)]
        rows += journey(f"b{n}", 40, "shop", segment="old")
        rows += journey(f"c{n}", 0, "shop", segment=None)
    found = compare(rows)
    left = found["segment", "new", "drop_off", "site"]
    assert (left["one"], left["n_one"], left["n_other"], left["customers_other"]) == (0.0, 30, 60, 30)
    assert left["other"] == 0.5  # fifteen said so, fifteen fell silent
    assert left["found"]
    twin = found["segment", "old", "drop_off", "site"]
    assert twin["difference"] == -left["difference"]
    assert twin["p"] == pytest.approx(left["p"])


def test_two_alike_give_no_discoveries(compare: Callable[..., Any]) -> None:
    random = np.random.default_rng(11)
    rows = []
    for n in range(400):
        way = random.choice(["site", "shop", "phone", "desk"], random.integers(1, 4)).tolist()
        begin = float(random.uniform(0, 300))
        rows += [event(f"c{n % 150}", begin + 0.1 * place, key, segment="xyz"[n % 3])
                 for place, key in enumerate(way)]  # fmt: skip
    found = compare(rows)
    assert len(found) > 40
    assert [key for key, row in found.items() if row["found"]] == []


def test_no_events_give_no_rows(compare: Callable[..., Any]) -> None:
    assert compare([]) == {}


def totals(k: np.ndarray[Any, Any], n: np.ndarray[Any, Any]) -> Totals:
    return Totals(k.sum(), n.sum(), (k * k).sum(), (n * n).sum(), (k * n).sum(), float((n > 0).sum()))


def test_a_customer_on_both_sides_is_not_two_people() -> None:
    """Everybody brings one observation to each side: the paired t-test's variance, not Welch's."""
    random = np.random.default_rng(1)
    level = random.normal(0, 3, 200)
    one, other = level + random.normal(0.2, 1, 200), level + random.normal(0, 1, 200)
    each = np.ones(200)
    across = Across((one * other).sum(), one.sum(), other.sum(), 200.0)
    found = difference_of_means(totals(one, each), totals(other, each), across)
    assert found is not None
    half = 1.959963984540054 * np.std(one - other, ddof=1) / 200**0.5
    assert found == pytest.approx((np.mean(one - other), np.mean(one - other) - half,
                                   np.mean(one - other) + half), rel=1e-9)  # fmt: skip
    apart = difference_of_means(totals(one, each), totals(other, each))
    assert apart is not None
    assert apart.high - apart.low > 2 * (found.high - found.low)
    welch = ttest_ind(one, other, equal_var=False).pvalue
    assert chance_of_means(totals(one, each), totals(other, each)) == pytest.approx(welch, abs=2e-3)


def test_shares_of_nothing_and_of_all_have_an_interval_and_a_chance() -> None:
    none, every = totals(np.zeros(20), np.ones(20)), totals(np.ones(20), np.ones(20))
    found = difference_of_shares(every, none)
    assert found is not None
    assert 0.7 < found.low < found.value == 1.0 == found.high
    assert chance_of_shares(every, none) < 1e-6
    assert chance_of_shares(none, none) == 1.0


@pytest.mark.slow
def test_false_discoveries_stay_under_their_share() -> None:
    """A hundred looks, ninety of nothing: of what is called found, at most 5 % is false."""
    random = np.random.default_rng(7)
    false = called = 0
    for _ in range(60):
        p = []
        for look in range(100):
            share = 0.3 if look >= 90 else 0.5
            sides = []
            for chance in (0.5, share):
                n = random.integers(1, 5, 150).astype(float)
                own = random.beta(8 * chance, 8 * (1 - chance), 150)  # customers differ, so answers cluster
                sides.append(totals(random.binomial(n.astype(int), own).astype(float), n))
            p.append(chance_of_shares(*sides))
        found = false_discovery(np.array(p)) <= 0.05
        false, called = false + found[:90].sum(), called + found.sum()
    assert called > 500
    assert false / called <= 0.06
