"""Whatever order events arrive in, a book of live states holds what a replay of them all would give."""

import sqlite3
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_up.examples import examples
from vivencia.house import living
from vivencia.house.moving import Mover, standing_of
from vivencia.perceptions.context import columns_around
from vivencia.perceptions.filter import filter_events
from vivencia.perceptions.live import EVERY, Live, happenings
from vivencia.perceptions.parameters import Parameters
from vivencia.store.live import LiveBook

P = Parameters(
    touchpoints=("a", "b"), theta=np.array([7.0, 6.0]), kappa=np.array([0.4, 0.6]),
    instruments=("told", "whole"), measures=("wait",), context=("market",), gamma=np.array([0.7]),
    context_centre=np.array([0.5]),
    scales=np.array([[0.0, 0, 1, 0, 10, 0, 1, 0], [1.0, 0, 1, 0, 10, 0, 1, 0]]),
    episode_s=1800.0, lam=2.0, omega=0.3, phi=0.2,
)  # fmt: skip
MINUTE = 60_000_000
TEXT, NUMBERS = pa.string(), pa.map_(pa.string(), pa.float64())
Row = tuple[int, str, str, float | None, float]

#: Minutes, many of them the same or near: ties in time, open episodes, long silences.
minutes = st.integers(0, 6).map(lambda k: 10 * k) | st.integers(0, 400_000)
rows = st.tuples(
    minutes,
    st.sampled_from(["interaction", "interaction", "survey", "review"]),
    st.sampled_from(["a", "b", "nowhere"]),
    st.none() | st.floats(-1, 12),
    st.floats(-1, 2) | st.just(float("nan")),
)


def table_of(numbered: list[tuple[int, Row]]) -> pa.Table:
    """Rows with their number, in the order of a life."""
    told = sorted(numbered, key=lambda one: (one[1][0], f"{one[0]:04}"))
    kinds = ["indirect" if row[1] == "review" else "direct" for _, row in told]
    answers = [
        [] if row[3] is None else [("whole" if row[1] == "survey" else "told", row[3])] for _, row in told
    ]
    return pa.table(
        {
            "customer": pa.array(["ana"] * len(told), TEXT),
            "at": pa.array([row[0] * MINUTE for _, row in told], pa.timestamp("us", "UTC")),
            "source": pa.array(["s"] * len(told), TEXT),
            "id": pa.array([f"{number:04}" for number, _ in told], TEXT),
            "kind": pa.array([row[1] for _, row in told], TEXT),
            "touchpoint": pa.array([row[2] for _, row in told], TEXT),
            "contact": pa.array(kinds, TEXT),
            "measures": pa.array([[("wait", 3.0)]] * len(told), NUMBERS),
            "ratings": pa.array(answers, NUMBERS),
            "valence": pa.array([row[4] if row[1] == "review" else None for _, row in told], pa.float64()),
            "goal": pa.array([None if number % 3 else "buy" for number, _ in told], TEXT),
            "polarity": pa.nulls(len(told), pa.float64()),
            "market": pa.array([row[4] for _, row in told], pa.float64()),
        }
    )


class Company:
    """A book made from what was known, and a mover that counts its steps and its looks at the past."""

    def __init__(self, known: list[tuple[int, Row]], p: Parameters = P, over: int = 0) -> None:
        self.live, self.steps, self.looks = Live(p), 0, 0
        self.known, self.p = known, p
        self.book = LiveBook(Path(":memory:"), new=True)
        if known:
            table = table_of(known)
            living._fill(self.book, table, columns_around(table, p, None), self.live, over)
        step = self.live.step
        self.live.step = self._counted(step)
        self.mover = Mover(self.book, self.live, self._history)

    def _counted(self, step):
        def counted(*given):
            self.steps += 1
            return step(*given)

        return counted

    def _history(self, customers):
        self.looks += 1
        return {one: happenings(table_of(self.known), self.p, None)["ana"] for one in customers}

    def tell(self, numbered: list[tuple[int, Row]]) -> tuple[int, int]:
        return self.mover.move_all(happenings(table_of(numbered), self.p, None))

    def numbers(self) -> list[float]:
        kept = self.book.state("ana")
        found = standing_of(kept).numbers.tolist()
        return found if kept.rest is not None else found[:10]


def replayed(numbered: list[tuple[int, Row]], p: Parameters = P) -> list[float]:
    columns = columns_around(table_of(numbered), p, None)
    return filter_events(columns, p).state[0].tolist()


@pytest.fixture(autouse=True)
def _in_memory(monkeypatch):
    """Books in memory: `:memory:` is a name, not a file."""
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda _file, **given: connect(":memory:", isolation_level=None))


@given(
    life=st.lists(rows, min_size=1, max_size=70),
    share=st.floats(0, 1),
    order=st.randoms(use_true_random=False),
    over=st.booleans(),
    gap=st.sampled_from([0.0, 1800.0]),
)
@examples(60)
def test_events_in_any_order_equal_the_replay_bit_for_bit(life, share, order, over, gap):
    p = P.with_(episode_s=gap)
    numbered = list(enumerate(life))
    order.shuffle(numbered)
    cut = int(share * len(numbered))
    known, rest = numbered[:cut], numbered[cut:]
    # With `over`, every episode that was open when the book was made has been let go.
    company = Company(known, p, 10**18 if over else 0)
    so_far = list(known)
    while rest:
        many = order.randint(1, 5)
        batch, rest = rest[:many], rest[many:]
        repeated = order.sample(so_far, min(2, len(so_far)))
        company.tell(batch + repeated)
        so_far += batch
        numbers = company.numbers()
        assert numbers == replayed(so_far, p)[: len(numbers)]
    before = company.numbers()
    assert company.tell(so_far) == (0, 0)
    assert company.numbers() == before


def days(first: int, last: int) -> list[tuple[int, Row]]:
    return [(k, (1440 * k, "interaction", "a", 5.0 + k % 5, 0.0)) for k in range(first, last)]


def test_a_late_event_is_replayed_from_the_snapshot_before_it():
    company = Company(days(0, 95))
    company.tell(days(95, 100))
    company.steps = company.looks = 0
    # Amid what came since the book was made: from where the analysis ended, without a look at it.
    company.tell([(200, (1440 * 97 + 7, "interaction", "b", 2.0, 0.0))])
    assert (company.steps, company.looks) == (6, 0)
    # Day 70 of 100: from the snapshot after 60 events, 41 events and the new one.
    company.steps = 0
    company.tell([(201, (1440 * 70 + 7, "interaction", "b", 2.0, 0.0))])
    assert company.steps == 101 + 1 - 60
    assert company.looks > 0
    more = [(200, (1440 * 97 + 7, "interaction", "b", 2.0, 0.0))]
    more += [(201, (1440 * 70 + 7, "interaction", "b", 2.0, 0.0))]
    assert company.numbers() == replayed(days(0, 100) + more)
    # Snapshots were made anew on the way.
    company.steps = 0
    company.tell([(202, (1440 * 96 + 9, "interaction", "b", 9.0, 0.0))])
    assert company.steps <= EVERY + 5


def test_an_event_that_is_not_late_is_one_step_and_no_look_at_the_past():
    company = Company(days(0, 40))
    for one in days(40, 60):
        company.steps = 0
        company.tell([one])
        assert (company.steps, company.looks) == (1, 0)


def test_a_life_of_a_hundred_thousand_events_moves_on_and_takes_late_ones():
    life = [(k % 10_000, (10 * k, "interaction", "a", 4.0 + k % 3, 0.0)) for k in range(100_000)]
    company = Company(life)
    company.tell([(10_001, (10 * 100_000, "interaction", "b", 1.0, 0.0))])
    assert company.steps == 1
    company.known = []  # the past is only looked at for what came before: none of it is needed here
    company.steps = 0
    company.tell([(10_002, (10 * 100_000 - 5, "interaction", "b", 1.0, 0.0))])
    assert company.steps <= EVERY + 2


def test_a_snapshot_after_a_late_event_is_true_no_more():
    company = Company(days(0, 60))
    first = (100, (1440 * 10 + 7, "interaction", "b", 0.0, 0.0))
    second = (101, (1440 * 45 + 7, "interaction", "b", 1.0, 0.0))
    company.tell([first])
    company.tell([second])
    assert company.numbers() == replayed([*days(0, 60), first, second])


def test_an_episode_that_was_let_go_and_goes_on_is_told_again():
    known = [(0, (0, "interaction", "a", 2.0, 0.0)), (1, (10, "interaction", "a", 9.0, 0.0))]
    more = (2, (25, "interaction", "b", 4.0, 0.0))
    let_go, kept = Company(known, over=10**18), Company(known)
    for company, looks in ((let_go, 1), (kept, 0)):
        company.tell([more])
        assert company.looks == looks
        assert company.numbers() == replayed([*known, more])


def test_the_past_of_many_late_customers_is_looked_at_together():
    company = Company(days(0, 30))
    table = table_of(company.known)
    other = table.set_column(0, "customer", pa.array(["bia"] * table.num_rows))
    living._fill(company.book, other, columns_around(other, P, None), company.live, 0)
    late = happenings(table_of([(100, (1440 * 10 + 7, "interaction", "b", 0.0, 0.0))]), P, None)["ana"]
    assert company.mover.move_all({"ana": late, "bia": late}) == (2, 2)
    assert company.looks == 1
    assert company.book.state("bia").numbers == company.book.state("ana").numbers
