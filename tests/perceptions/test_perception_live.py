"""Live updates equal the replay bit for bit; the ledger adds up to D."""

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from vivencia.perceptions import replay
from vivencia.perceptions.columns import columns_of
from vivencia.perceptions.family import Family, made_up
from vivencia.perceptions.filter import filter_events
from vivencia.perceptions.ledger import ledger
from vivencia.perceptions.live import Happening, Life, Live


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


def lives(company: Any) -> list[pa.Table]:
    table = company.events
    keys = table.column("customer").unique().to_pylist()
    customer = np.array(table.column("customer").to_pylist())
    return [table.filter(pa.array(customer == key)) for key in keys]


def test_live_is_the_replay_bit_for_bit(company: Any) -> None:
    p = Family(phi=0.3).parameters()
    live = Live(p)
    for table in lives(company):
        standing = live.fresh()
        for one in happenings(table):
            standing = live.step(standing, one)
        whole = filter_events(columns_of(table, p), p)
        assert standing.numbers.tolist() == whole.state[0].tolist()
        assert standing.at == whole.state_at[0]


def test_late_and_repeated_events_find_their_place(company: Any) -> None:
    p = Family().parameters()
    live = Live(p)
    rng = np.random.default_rng(8)
    for table in lives(company)[:6]:
        life = Life()
        order = rng.permutation(table.num_rows)
        told = happenings(table)
        for i in order:
            live.take(life, told[i])
        again = live.take(life, life.happenings[-1])
        whole = filter_events(columns_of(table, p), p)
        assert life.standing is not None
        assert life.standing.numbers.tolist() == whole.state[0].tolist()
        assert again.numbers.tolist() == whole.state[0].tolist()
        assert len(life.happenings) == table.num_rows


def test_the_ledger_adds_up(company: Any) -> None:
    p = Family().parameters()
    for table in lives(company):
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
