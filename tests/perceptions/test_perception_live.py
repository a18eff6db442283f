"""Live updates equal the replay bit for bit; the ledger adds up to D."""

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_up.examples import examples
from vivencia.perceptions import replay
from vivencia.perceptions.columns import columns_of
from vivencia.perceptions.family import Family, made_up
from vivencia.perceptions.filter import filter_events
from vivencia.perceptions.ledger import ledger
from vivencia.perceptions.live import Happening, Live, lives


def happenings(table: pa.Table) -> list[Happening]:
    return [
        Happening(
            at=round(row["at"].timestamp() * 1e6), key=(row["source"], row["id"]),
            touchpoint=row["touchpoint"],
            indirect=row["contact"] == "indirect", still=row["kind"] == "survey",
            measures=tuple(row["measures"]), ratings=tuple(row["ratings"]),
            valence=np.nan if row["valence"] is None else row["valence"], context=(row["market"],),
        )
        for row in table.to_pylist()
    ]  # fmt: skip


@pytest.fixture(scope="module")
def company() -> Any:
    return made_up(12, np.random.default_rng(4))


def tables_of(company: Any) -> list[pa.Table]:
    table = company.events
    keys = table.column("customer").unique().to_pylist()
    customer = np.array(table.column("customer").to_pylist())
    return [table.filter(pa.array(customer == key)) for key in keys]


def test_live_is_the_replay_bit_for_bit(company: Any) -> None:
    p = Family(phi=0.3).parameters()
    live = Live(p)
    for table in tables_of(company):
        standing = live.fresh()
        for one in happenings(table):
            standing = live.step(standing, one)
        whole = filter_events(columns_of(table, p), p)
        assert standing.numbers.tolist() == whole.state[0].tolist()
        assert standing.at == whole.state_at[0]


def test_snapshots_are_the_states_on_the_way_bit_for_bit(company: Any) -> None:
    p = Family(phi=0.3).parameters().with_(episode_s=1800.0)
    columns = columns_of(company.events, p)
    whole = filter_events(columns, p)
    told = happenings(company.events)
    live = Live(p)
    seen = np.zeros(columns.customers, dtype=np.int64)
    for found in lives(columns, p, every=7):
        for c, row, numbers in zip(*found, strict=True):
            standing = live.fresh()
            for one in told[columns.starts[c] : row + 1]:
                standing = live.step(standing, one)
            assert numbers.tolist() == standing.numbers.tolist()
            many = row - columns.starts[c] + 1
            assert many == min(seen[c] + 7, columns.starts[c + 1] - columns.starts[c])
            seen[c] = many
            if row == columns.starts[c + 1] - 1:
                assert numbers.tolist() == whole.state[c].tolist()
    assert seen.tolist() == np.diff(columns.starts).tolist()


def test_what_cannot_be_is_used_no_more_in_live_than_in_the_replay() -> None:
    """Broken numbers, an unknown touchpoint, a rating outside its scale, a valence out of reach."""
    p = Family().parameters().with_(episode_s=1800.0)
    live, day = Live(p), 86_400_000_000
    [told] = [key for key, scale in zip(p.instruments, p.scales, strict=True) if scale[0] == 0.0]
    nothing = [Happening(day, ("s", "1"), p.touchpoints[0]), Happening(2 * day, ("s", "2"), indirect=True)]
    for broken in (float("nan"), float("inf"), float("-inf")):
        bad = [
            Happening(
                day, ("s", "1"), p.touchpoints[0], measures=((p.measures[0], broken), ("unheard", 1.0)),
                ratings=((told, broken), ("unheard", 3.0), (told, 1e9)), context=(broken,),
            ),
            Happening(2 * day, ("s", "2"), indirect=True, valence=40.0 if broken > 0 else broken),
        ]  # fmt: skip
        states = [
            live.step(live.step(live.fresh(), one), two).numbers.tolist() for one, two in (bad, nothing)
        ]
        assert states[0] == states[1]
    nowhere = live.step(live.fresh(), Happening(day, ("s", "1"), "nowhere"))
    # It counts as the average: the expectation follows towards θ̄, by η of the way.
    assert nowhere.numbers[1] == pytest.approx(p.e0 + p.eta * (p.theta_bar - p.e0))


@given(
    st.lists(
        st.tuples(
            st.integers(0, 40) | st.integers(0, 10**6),
            st.booleans(),
            *[st.sampled_from([1e300, -1e300, float("nan"), float("inf"), 0.0, 1.0, 9.5])] * 3,
        ),
        max_size=40,
    )
)
@examples(40)
def test_live_never_has_a_negative_variance(told: list[tuple[Any, ...]]) -> None:
    p = Family(phi=0.3).parameters().with_(episode_s=1800.0, sigma_u=0.01, sigma_e=0.01)
    live = Live(p)
    standing = live.fresh()
    for minute, indirect, a, b, c in sorted(told, key=lambda one: one[0]):
        standing = live.step(
            standing,
            Happening(
                60_000_000 * minute, ("", ""), p.touchpoints[0], indirect, False,
                ((p.measures[0], a),), ((p.instruments[0], b), (p.instruments[1], c)), c, (a,),
            ),
        )  # fmt: skip
        assert np.isfinite(standing.numbers).all()
        assert (standing.numbers[[3, 6, 8, 13, 16, 18, 24]] >= 0).all()


def test_the_ledger_adds_up(company: Any) -> None:
    p = Family().parameters()
    for table in tables_of(company):
        moments = replay(table, p)
        whole = filter_events(columns_of(table, p), p)
        rows = ledger(moments, p.tau)
        assert sum(rows.column("remains").to_pylist()) == pytest.approx(whole.state[0, 2], abs=1e-9)
        middle = moments.column("at")[table.num_rows // 2].as_py()
        part = table.slice(0, table.num_rows // 2 + 1)
        then = filter_events(columns_of(part, p), p)
        rows = ledger(moments, p.tau, middle)
        assert sum(rows.column("remains").to_pylist()) == pytest.approx(then.state[0, 2], abs=1e-9)
        # Later, with nothing new, the same list has faded.
        later = ledger(moments, p.tau, datetime(1980, 1, 1, tzinfo=UTC))
        assert abs(sum(later.column("remains").to_pylist())) < 1e-9
