"""How sure hold-ups and first-contact resolution are: intervals that hold the truth as often as they say."""

from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivencia.journeys import holding, resolving
from vivencia.measure.rates import paired_difference

NAMES = ("app", "desk", "lift", "phone", "shop", "site")
VISITED = np.array([0.30, 0.25, 0.20, 0.12, 0.09, 0.04])
WAIT = np.array([1.0, 2.0, 0.5, 4.0, 1.0, 8.0])
LEAVES = np.array([0.05, 0.10, 0.02, 0.30, 0.15, 0.20])


def walked(random: np.random.Generator, people: int) -> pa.Table:
    """Steps of customers who are busy, slow and prone to leave in unlike measure."""
    busy = random.gamma(2.0, 0.5, people)
    who = np.repeat(np.arange(people), 1 + random.poisson(3.0 * busy))
    at = random.choice(6, who.size, p=VISITED)
    slow = np.exp(random.normal(0.0, 0.5, people))[who]
    leaves = random.random(who.size) < LEAVES[at] * (0.5 + 0.5 * busy[who])
    waited = np.where(leaves, np.nan, WAIT[at] * slow * np.exp(random.normal(0.0, 1.0, who.size)))
    words = pa.array(NAMES)
    # What was waited after a step stands with the step after it: here each step stands for both.
    return pa.table(
        {
            "customer": pa.array([f"c{one:06d}" for one in who]),
            "touchpoint": words.take(pa.array(at)),
            "previous": words.take(pa.array(at)),
            "waited_s": pa.array(waited, from_pandas=True),
            "next": pa.array(np.where(leaves, "LOST", "app")),
        }
    )


def held(steps: pa.Table) -> pa.Table:
    """What the SELECT gives beside the fold."""
    at = np.array([NAMES.index(one) for one in steps["touchpoint"].to_pylist()])
    waited = np.nan_to_num(steps["waited_s"].to_numpy())
    total = np.bincount(at, waited, 6)
    ended = np.bincount(at, np.array(steps["next"].to_pylist()) == "LOST", 6)
    visits = np.maximum(np.bincount(at, minlength=6), 1)
    weight = total * ended / (total * ended).sum()
    return pa.table(
        {
            "touchpoint": list(NAMES), "visits": visits, "waited_s": total / visits,
            "wait_share": total / total.sum(), "leaving": ended / visits, "leaving_low": ended / visits,
            "leaving_high": ended / visits, "weight": weight, "total_s": total, "ended": ended,
        }
    )  # fmt: skip


def parts(steps: pa.Table, *pieces: pa.Table) -> list[dict[str, float]]:
    side = {"held": held(steps)}
    states = [holding.add(holding.start(side), piece, side) for piece in pieces or (steps,)]
    state = states[0]
    for one in states[1:]:
        state = holding.merge(state, one)
    rows: list[dict[str, float]] = holding.finish(state, side).to_pylist()
    return rows


@pytest.mark.parametrize(("people", "runs", "width"), [(80, 150, 0.5), (400, 100, 0.2)])
def test_the_intervals_of_hold_ups_hold_the_truth(people: int, runs: int, width: float) -> None:
    random = np.random.default_rng(8)
    truth = held(walked(random, 200_000))["weight"].to_numpy()
    found = [parts(walked(random, people)) for _ in range(runs)]
    known = [(row, truth[at]) for rows in found for at, row in enumerate(rows) if row["weight_low"]]
    inside = [row["weight_low"] <= true <= row["weight_high"] for row, true in known]
    assert 0.90 <= np.mean(inside) <= 0.98
    widths = [row["weight_high"] - row["weight_low"] for rows in found for row in rows if row["weight_low"]]
    assert np.mean(widths) < width


@given(st.lists(st.integers(0, 60), max_size=3), st.integers(0, 2**32 - 1))
def test_hold_ups_are_the_same_however_customers_are_split(cuts: list[int], seed: int) -> None:
    steps = walked(np.random.default_rng(seed), 60)
    who = np.array([int(one[1:]) for one in steps["customer"].to_pylist()])
    ends = [0, *(int(np.searchsorted(who, cut)) for cut in sorted(cuts)), steps.num_rows]
    pieces = [steps.slice(one, other - one) for one, other in pairwise(ends)]
    for whole, split in zip(parts(steps), parts(steps, *pieces), strict=True):
        assert split == pytest.approx(whole, nan_ok=True)


def test_where_one_touchpoint_alone_holds_up_it_is_all_of_it() -> None:
    steps = walked(np.random.default_rng(1), 60)
    alone = steps.filter(pc.equal(steps["touchpoint"], "desk"))
    found = {row["touchpoint"]: row for row in parts(alone)}
    assert (found["desk"]["weight_low"], found["desk"]["weight_high"]) == (1.0, 1.0)
    assert (found["app"]["weight_low"], found["app"]["customers"]) == (None, 0)


@pytest.mark.parametrize(("people", "alike"), [(40, 0.0), (40, 0.5), (300, 0.5)])
def test_the_intervals_of_paired_differences_hold_the_truth(people: int, alike: float) -> None:
    """Contacts of one customer are alike: told apart by one draw of theirs in half of the cases."""
    random, more, fewer, inside = np.random.default_rng(9), 0.25, 0.08, []
    for _ in range(600):
        n = 1 + random.poisson(1.5, people)
        owner = np.repeat(np.arange(people), n)
        own = random.random(people)[owner]
        draw = np.where(random.random(owner.size) < alike, own, random.random(owner.size))
        d = np.where(draw < more, 1.0, np.where(draw > 1.0 - fewer, -1.0, 0.0))
        each = np.bincount(owner, d)
        _, low, high = paired_difference(
            (d > 0).sum(), (d < 0).sum(), n.sum(), dd=each @ each, nn=n @ n, dn=each @ n, clusters=people
        )
        inside.append(low <= more - fewer <= high)
    assert 0.93 <= np.mean(inside) <= 0.98


def test_the_paired_difference_counts_customers_and_not_contacts() -> None:
    """Ten contacts each of thirty customers who say the same ten times are thirty trials."""
    first, phone, every = np.arange(300) % 10 == 0, np.zeros(300, np.int32), np.ones(300, np.bool_)
    ticked = np.repeat((np.arange(30) < 20).astype(np.int8), 10)
    resolved = np.repeat(np.arange(30) < 12, 10)
    entry, of_all = resolving._sums(first, phone, every, resolved, ticked, 1)
    assert entry.tolist() == of_all.tolist()
    row = resolving.finish_contacts(resolving.Resolved(0, {("phone", 7): entry}), {}).to_pylist()[0]
    assert row["difference"] == pytest.approx(8 / 30)
    alone = paired_difference(8, 0, 30, dd=8, nn=30, dn=8, clusters=30)
    assert (row["difference_low"], row["difference_high"]) == pytest.approx(alone[1:])
    assert (row["marked"], row["marking"]) == (300, 30)
