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
