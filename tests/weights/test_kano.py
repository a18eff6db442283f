"""Kano's pairs: classes, better and worse, and a class claimed only where it leads, on both engines."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_up.events import event, events_of, rows_of
from vivencia.measure.kano import CLASSES, evaluate, places, totals
from vivencia.weights import kano_plan
from vivencia.weights.kano import add, merge

LIKE, EXPECT, NEUTRAL, LIVE_WITH, DISLIKE = 1.0, 2.0, 3.0, 4.0, 5.0
#: A pair of each class: with it, without it.
PAIR = {
    "A": (LIKE, NEUTRAL), "O": (LIKE, DISLIKE), "M": (EXPECT, DISLIKE),
    "I": (NEUTRAL, LIVE_WITH), "R": (DISLIKE, LIKE), "Q": (LIKE, LIKE),
}  # fmt: skip


def asked(customer: str, touchpoint: str, letter: str, at: float = 1.0) -> dict[str, Any]:
    with_it, without_it = PAIR[letter]
    ratings = {"kano_with": with_it, "kano_without": without_it}
    return event(customer, at, touchpoint, kind="survey", ratings=list(ratings.items()))


def many(touchpoint: str, letters: str) -> list[dict[str, Any]]:
    """One customer a letter."""
    return [asked(f"{touchpoint}{number:03d}", touchpoint, one) for number, one in enumerate(letters)]


def test_berger_on_both_engines(engine: Any, golden: Callable[[str], Any]) -> None:
    case = next(one for one in golden("penalty_reward_kano")["cases"] if one["id"] == "kano_table")
    rows = [
        *many("shop", "".join(letter * number for letter, number in case["counts"].items())),
        *many("phone", "M" * 8),
        *many("site", "A" * 5),
        *many("ad", "OOOO"),
        *many("till", "RRRRQQ"),
        *many("desk", "AAAMMM"),
        # Half a pair, and answers that are none of the five, say nothing.
        event("x", 1, "shop", ratings=[("kano_with", LIKE)]),
        event("y", 1, "shop", ratings=[("kano_without", DISLIKE), ("stars", 4.0)]),
        event("z", 1, "shop", ratings=[("kano_with", 0.0), ("kano_without", DISLIKE)]),
        event("z", 1, "lone"),
    ]
    engine.give("events", events_of(rows))
    engine.run(kano_plan(anonymity=5))
    assert rows_of(engine, "kano", "touchpoint", "n", "customers", "usable", "category", "kind") == [
        ("ad", 4, 4, 4, None, "unclear"),  # withheld
        ("desk", 6, 6, 6, None, "unclear"),  # two classes are as frequent
        ("phone", 8, 8, 8, "must_be", "must_be"),
        ("shop", 100, 100, 98, "must_be", "unclear"),  # 40 against 30 of 100
        ("site", 5, 5, 5, "attractive", "unclear"),  # five of five may be chance
        ("till", 6, 6, 0, "reverse", "unclear"),
    ]
    found = {row["touchpoint"]: row for row in engine.table("kano").to_pylist()}
    shop, phone = found["shop"], found["phone"]
    assert [shop[name] for name in CLASSES] == [
        pytest.approx(share) for share in (0.2, 0.3, 0.4, 0.08, 0.01, 0.01)
    ]
    assert (shop["better"], shop["worse"]) == (
        pytest.approx(case["expected"]["better"]),
        pytest.approx(case["expected"]["worse"]),
    )
    # Wilson (1927) for 50 and for 70 of 98, but for the factor 98 / 97 of customers as clusters.
    assert (shop["better_low"], shop["better_high"]) == (
        pytest.approx(0.4130, abs=1e-3),
        pytest.approx(0.6068, abs=1e-3),
    )
    assert (shop["worse_low"], shop["worse_high"]) == (
        pytest.approx(-0.7942, abs=1e-3),
        pytest.approx(-0.6182, abs=1e-3),
    )
    # (40 − 30) / 100 ± t(99) · √70 / 100; eight of eight: 1 ± t(7) / √8.
    assert (shop["lead"], shop["lead_low"]) == (pytest.approx(0.1), pytest.approx(0.1 - 0.166012, abs=1e-6))
    assert (phone["lead_low"], phone["lead_high"]) == (pytest.approx(1 - 0.836021, abs=1e-6), 1.0)
    assert [value for name, value in found["ad"].items() if name not in ("touchpoint", "kind")] == [
        4 if name in ("n", "customers", "usable", "usable_customers") else None
        for name in found["ad"]
        if name not in ("touchpoint", "kind")
    ]
    assert (found["till"]["reverse"], found["till"]["better"]) == (pytest.approx(2 / 3), None)


def test_many_pairs_of_one_customer_are_one_voice() -> None:
    """Eight customers of one pair claim what eight pairs of two customers cannot."""
    apart = evaluate(totals(_attractive(1, 1, 1, 1, 1, 1, 1, 1)))
    together = evaluate(totals(_attractive(4, 4)))
    assert (apart.first, apart.claimed) == ("attractive", True)
    assert (together.first, together.claimed) == ("attractive", False)
    assert together.better[1] < apart.better[1]


def _attractive(*pairs: int) -> Any:
    """Counts of customers who gave so many pairs, all attractive."""
    return np.eye(len(CLASSES))[0] * np.array(pairs)[:, None]


PAIRS = st.lists(
    st.tuples(
        st.sampled_from("abcdefgh"), st.sampled_from(["shop", "phone"]), st.integers(1, 5), st.integers(1, 5),
        st.integers(1, 3),
    ),
    max_size=30,
)  # fmt: skip


@given(PAIRS)
def test_customers_apart_are_customers_together(rows: list[tuple[Any, ...]]) -> None:
    whole = add({}, _table(rows), {})
    parts: Any = {}
    for customer in "hgfedcba":
        parts = merge(parts, add({}, _table([row for row in rows if row[0] == customer]), {}))
    assert sorted(parts) == sorted(whole)
    for key, found in whole.items():
        assert (parts[key].customers, parts[key].usable) == (found.customers, found.usable)
        assert parts[key].counts.tolist() == found.counts.tolist()
        assert parts[key].products.tolist() == found.products.tolist()
        made = evaluate(found)
        assert sum(share[0] for share in made.shares) == pytest.approx(1.0)
        assert not made.claimed or made.first is not None
    total = sum(row[4] for row in rows)
    assert sum(found.counts.sum() for found in whole.values()) == total


def _table(rows: list[tuple[Any, ...]]) -> Any:
    names = ("customer", "touchpoint", "with_it", "without_it", "pairs")
    types = (pa.string(), pa.string(), pa.int64(), pa.int64(), pa.int64())
    return pa.table({name: pa.array([row[i] for row in rows], types[i]) for i, name in enumerate(names)})


def test_every_cell_of_the_table() -> None:
    with_it, without_it = np.repeat(np.arange(1, 6), 5), np.tile(np.arange(1, 6), 5)
    assert "".join("AOMIRQ"[place] for place in places(with_it, without_it)) == "QAAAORIIIMRIIIMRIIIMRRRRQ"


@pytest.mark.parametrize(
    ("chances", "low", "high"),
    [
        # No class is the first: a claim is an error, of 5 % by design.
        ((0.4, 0.4, 0.1, 0.1, 0.0, 0.0), 0.0, 0.065),
        ((0.25, 0.25, 0.25, 0.25, 0.0, 0.0), 0.0, 0.065),
        # Must-be twice as often as the second.
        ((0.1, 0.25, 0.5, 0.15, 0.0, 0.0), 0.8, 1.0),
    ],
)
@pytest.mark.parametrize("pairs", [1, 3])
def test_claims_in_worlds_of_known_truth(
    chances: tuple[float, ...], low: float, high: float, pairs: int
) -> None:
    """120 customers of one class each, who say it once or three times."""
    rng = np.random.default_rng(7)
    claimed = 0
    for counts in rng.multinomial(120, chances, size=1000):
        own = np.repeat(np.eye(len(CLASSES)), counts, axis=0) * pairs
        made = evaluate(totals(own))
        claimed += made.claimed
    assert low <= claimed / 1000 <= high
