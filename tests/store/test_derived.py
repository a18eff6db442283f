"""Generations of derived tables: whole, carried over for nothing, never in a reader's way."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from vivencia.engines.embedded import EmbeddedEngine
from vivencia.plans import Plan, Step
from vivencia.store import DerivedStore
from vivencia.store.derived import Building
from vivencia.words.errors import EngineError, WorkspaceBusy


def write(
    building: Building, name: str, sql: str, reads: tuple[str, ...] = (), fingerprint: str = "a"
) -> None:
    with EmbeddedEngine(building.database, carried=building.carried) as engine:
        engine.run(Plan("p", (Step(name, sql, reads, order=("x",)),), (name,)))
        building.built(name, fingerprint=fingerprint, rows=engine.rows(name), seconds=0.5)


def read(store: DerivedStore, name: str) -> list[int]:
    with store.reading() as generation, EmbeddedEngine(carried=generation.files, read_only=True) as engine:
        assert engine.order(name) == ("x",)
        return list(engine.table(name).column("x").to_pylist())


def test_a_generation_is_seen_whole_and_fresh_tables_are_carried_over(tmp_path: Path) -> None:
    store = DerivedStore(tmp_path)
    assert store.generation().number == 0

    with store.building() as building:
        write(building, "events", "SELECT 2 AS x UNION ALL SELECT 1")
        write(building, "weights", "SELECT x * 10 AS x FROM events", ("events",))
        assert store.generation().number == 0
    first = store.generation()
    assert (first.number, sorted(first.tables)) == (1, ["events", "weights"])
    assert first.tables["events"].rows == 2
    assert first.fresh("events", "a")
    assert not first.fresh("events", "b")
    assert not first.fresh("never", "a")

    with store.building(carry=("events",)) as building:
        assert list(building.carried) == ["events"]
        write(building, "weights", "SELECT x * 100 AS x FROM events", ("events",), "b")
        assert read(store, "weights") == [10, 20]  # readers still see the generation before
    second = store.generation()

    assert read(store, "weights") == [100, 200]
    assert read(store, "events") == [1, 2]
    assert second.files["events"] == first.files["events"]
    assert second.files["weights"] != first.files["weights"]


def test_a_reader_keeps_its_generation_while_the_next_replaces_it(tmp_path: Path) -> None:
    now = [datetime(2026, 3, 1, tzinfo=UTC)]
    store = DerivedStore(tmp_path, clock=lambda: now[0], grace_s=0)
    with store.building() as building:
        write(building, "t", "SELECT 1 AS x")
    now[0] += timedelta(seconds=1)
    with store.reading() as generation:
        for value in (2, 3):
            now[0] += timedelta(hours=1)
            with store.building() as building:
                write(building, "t", f"SELECT {value} AS x")
        with EmbeddedEngine(carried=generation.files, read_only=True) as engine:
            assert engine.table("t").column("x").to_pylist() == [1]
    assert read(store, "t") == [3]
    now[0] += timedelta(hours=1)
    with store.building():
        pass
    assert len(list(tmp_path.glob("*.duckdb"))) == 1


def test_a_failure_publishes_nothing_and_the_next_attempt_clears_it_away(tmp_path: Path) -> None:
    store = DerivedStore(tmp_path)
    with store.building() as building:
        write(building, "t", "SELECT 1 AS x")
    with pytest.raises(RuntimeError), store.building() as building:  # noqa: PT012
        write(building, "t", "SELECT 2 AS x")
        raise RuntimeError("the analysis broke")

    assert read(store, "t") == [1]
    with store.building() as building:
        assert read(store, "t") == [1]
        write(building, "t", "SELECT 3 AS x")
    assert read(store, "t") == [3]


def test_an_engine_left_open_is_not_published(tmp_path: Path) -> None:
    store = DerivedStore(tmp_path)
    engine = None
    with pytest.raises(EngineError, match="still open"), store.building() as building:  # noqa: PT012
        engine = EmbeddedEngine(building.database)
        engine.give("small", pa.table({"x": [1]}))
        engine.run(Plan("p", (Step("t", "SELECT x FROM small", ("small",), order=("x",)),), ("t",)))
        building.built("t", fingerprint="a", rows=1, seconds=0.0)
    assert engine is not None
    engine.close()
    assert store.generation().number == 0


def test_only_one_builds_and_damage_means_building_again(tmp_path: Path) -> None:
    store = DerivedStore(tmp_path)
    with store.building() as building:
        with pytest.raises(WorkspaceBusy), DerivedStore(tmp_path).building():
            pass
        write(building, "t", "SELECT 1 AS x")
    current = tmp_path / "current.json"
    current.write_bytes(current.read_bytes()[:-3])

    assert store.generation().tables == {}
    with store.building() as building:
        write(building, "t", "SELECT 2 AS x")
    assert read(store, "t") == [2]


def test_a_table_left_out_is_gone(tmp_path: Path) -> None:
    store = DerivedStore(tmp_path)
    with store.building() as building:
        write(building, "a", "SELECT 1 AS x")
        write(building, "b", "SELECT 2 AS x")
    with store.building() as building:
        building.leave_out("a")
    assert list(store.generation().tables) == ["b"]
