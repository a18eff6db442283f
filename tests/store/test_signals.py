"""Signals in the store: idempotent, consistent, damaged only loudly."""

import multiprocessing
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_up.examples import examples
from store.made_up_signals import signals
from store.other_processes import ids, read_until, write_when_told
from vivencia.store import Appended, SignalStore
from vivencia.store.keys import hashed
from vivencia.store.log import FAN
from vivencia.words.errors import InputError, StoreDamaged


def test_what_was_appended_is_there_once_and_unchanged(tmp_path: Path) -> None:
    store = SignalStore(tmp_path)
    assert (store.rows, store.segments()) == (0, ())

    assert store.append(signals(0, 10)) == Appended(10, 0)
    assert store.append(signals(5, 10)) == Appended(5, 5)
    assert store.append(signals(0, 15)) == Appended(0, 15)

    table = pa.concat_tables(pq.read_table(file) for file in store.segments())
    assert table.sort_by("id").equals(signals(0, 15))
    assert store.rows == 15


def test_of_two_rows_with_one_key_in_one_table_the_first_is_taken(tmp_path: Path) -> None:
    store = SignalStore(tmp_path)
    first, other = signals(0, 3), signals(0, 3).set_column(6, "touchpoint", pa.array(["desk"] * 3))

    assert store.append(pa.concat_tables([first, other])) == Appended(3, 3)

    assert pq.read_table(store.segments()[0]).column("touchpoint").to_pylist() == ["shop"] * 3


def test_hashes_are_the_same_row_by_row_and_by_query() -> None:
    odd = ["", "a", "é", "1:a", "a\x00b", "日本語", "x" * 300]
    table = pa.table({"source": odd * 7, "id": [word for word in odd for _ in range(7)]})
    duck = duckdb.connect(":memory:")
    few = hashed(duck, table, ("source", "id"))
    many = hashed(duck, pa.concat_tables([table] * 200), ("source", "id"))
    assert few.high.tolist() == many.high[:49].tolist()
    assert few.low.tolist() == many.low[:49].tolist()
    assert len(set(zip(few.high.tolist(), few.low.tolist(), strict=True))) == 49


def test_the_same_id_from_another_source_is_another_signal(tmp_path: Path) -> None:
    store = SignalStore(tmp_path)
    assert store.append(signals(0, 2)).taken == 2
    assert store.append(signals(0, 2, source="web")).taken == 2
    # the border between source and id is part of the key
    one = signals(0, 1).set_column(0, "source", pa.array(["ab"])).set_column(1, "id", pa.array(["c"]))
    two = signals(0, 1).set_column(0, "source", pa.array(["a"])).set_column(1, "id", pa.array(["bc"]))
    assert store.append(pa.concat_tables([one, two])).taken == 2


@examples(30)
@given(st.lists(st.lists(st.integers(0, 40), max_size=12), max_size=25))
def test_any_batches_leave_each_key_once_and_the_version_tells_only_what_is_in(
    tmp_path_factory: pytest.TempPathFactory, batches: list[list[int]]
) -> None:
    store = SignalStore(tmp_path_factory.mktemp("any"))
    every = signals(0, 41)
    known: set[int] = set()
    for batch in batches:
        done = store.append(every.take(pa.array(batch, pa.int64())))
        assert done == Appended(len(set(batch) - known), len(batch) - len(set(batch) - known))
        known |= set(batch)
    assert ids(store.segments()) == [f"s{number:09d}" for number in sorted(known)]

    at_once = SignalStore(tmp_path_factory.mktemp("once"))
    at_once.append(every.take(pa.array(sorted(known), pa.int64())))
    assert store.version == at_once.version
    before = store.version
    store.compact()
    assert (store.version, len(store.segments())) == (before, min(1, len(known)))


def test_many_small_batches_are_merged_in_tiers(tmp_path: Path) -> None:
    store = SignalStore(tmp_path)
    for batch in range(3 * FAN * FAN):
        store.append(signals(batch * 5, 5))

    assert len(store.segments()) < 3 * FAN
    assert ids(store.segments()) == ids_expected(3 * FAN * FAN * 5)
    assert store.append(signals(0, 3 * FAN * FAN * 5)).taken == 0


def ids_expected(count: int) -> list[str]:
    return [f"s{number:09d}" for number in range(count)]


@pytest.mark.slow
def test_three_hundred_batches_of_a_thousand_do_not_slow_down(tmp_path: Path) -> None:
    store = SignalStore(tmp_path)
    store.append(signals(10_000_000, 200_000))
    batches = [signals(number * 1000, 1000) for number in range(300)]
    seconds = []
    for batch in batches:
        began = time.perf_counter()
        store.append(batch)
        seconds.append(time.perf_counter() - began)

    assert store.rows == 500_000
    median_first, median_last = sorted(seconds[:50])[25], sorted(seconds[-50:])[25]
    assert median_last < 3 * median_first + 0.02


def test_a_snapshot_keeps_its_files_through_compaction_and_grace(tmp_path: Path) -> None:
    now = [datetime(2026, 3, 1, tzinfo=UTC)]
    store = SignalStore(tmp_path, clock=lambda: now[0], grace_s=60)
    for batch in range(3):
        store.append(signals(batch * 10, 10))
    now[0] += timedelta(seconds=1)
    with store.snapshot() as snapshot:
        now[0] += timedelta(seconds=1)
        store.compact()
        now[0] += timedelta(hours=1)
        store.compact()
        assert ids(snapshot.files) == ids_expected(30)
        assert (snapshot.rows, snapshot.version) == (30, store.version)
    store.compact()
    assert not any(Path(file).exists() for file in snapshot.files)
    assert ids(store.segments()) == ids_expected(30)


def test_without_a_lease_replaced_files_stay_for_the_grace_time(tmp_path: Path) -> None:
    now = [datetime(2026, 3, 1, tzinfo=UTC)]
    store = SignalStore(tmp_path, clock=lambda: now[0], grace_s=60)
    store.append(signals(0, 10))
    store.append(signals(10, 10))
    old = store.segments()
    store.compact()
    now[0] += timedelta(seconds=59)
    store.compact()
    assert ids(old) == ids_expected(20)
    now[0] += timedelta(seconds=2)
    store.compact()
    assert not any(Path(file).exists() for file in old)


def test_files_a_crash_left_are_removed_by_the_next_writer_and_seen_by_no_reader(tmp_path: Path) -> None:
    SignalStore(tmp_path).append(signals(0, 10))
    folder = tmp_path / "signals"
    pq.write_table(signals(50, 5), folder / "000000000002.parquet")
    (folder / "000000000003.keys.tmp").write_bytes(b"half a fi")

    assert ids(SignalStore(tmp_path).segments()) == ids_expected(10)
    SignalStore(tmp_path).append(signals(10, 5))

    assert ids(SignalStore(tmp_path).segments()) == ids_expected(15)
    assert sorted(path.name for path in folder.iterdir()) == [
        "000000000001.keys",
        "000000000001.parquet",
        "000000000002.keys",
        "000000000002.parquet",
        "manifest.json",
    ]


@pytest.mark.parametrize("harm", ["cut manifest", "lost manifest", "lost segment", "cut segment", "cut keys"])
def test_damage_is_said_and_nothing_is_thrown_away(tmp_path: Path, harm: str) -> None:
    SignalStore(tmp_path).append(signals(0, 100))
    folder = tmp_path / "signals"
    what, name = harm.split()
    path = {"manifest": folder / "manifest.json", "keys": folder / "000000000001.keys"}.get(
        name, folder / "000000000001.parquet"
    )
    if what == "lost":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-9])
    left = {path.name for path in folder.iterdir()}

    store = SignalStore(tmp_path)
    with pytest.raises(StoreDamaged):
        store.append(signals(0, 100)) if name == "keys" else store.segments()
    if name == "manifest":
        with pytest.raises(StoreDamaged):
            store.append(signals(0, 100))

    assert {path.name for path in folder.iterdir()} == left


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (signals(0, 2).append_column("mood", pa.array(["a", "b"])), "mood"),
        (signals(0, 2).drop_columns(["customer"]), "customer"),
        (signals(0, 2).set_column(2, "at", pa.array([0, 1], pa.timestamp("us"))), "at"),
        (signals(0, 2).set_column(1, "id", pa.array([1, 2])), "id"),
    ],
)
def test_a_table_of_another_shape_is_refused(tmp_path: Path, table: pa.Table, said: str) -> None:
    store = SignalStore(tmp_path)
    with pytest.raises(InputError, match=said):
        store.append(table)
    assert store.rows == 0


def test_a_second_writer_is_told_that_the_first_is_busy(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    go, said = spawn.Event(), spawn.Queue()
    for expected in ("busy", "written"):
        other = spawn.Process(target=write_when_told, args=(str(tmp_path), go, said))
        other.start()
        store = SignalStore(tmp_path)
        if expected == "busy":
            with store.writing():
                go.set()
                assert said.get(timeout=60) == "busy"
                assert store.rows == 0
        else:
            assert said.get(timeout=60) == "written"
        other.join(30)


def test_a_reader_in_another_process_sees_only_whole_batches(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    stop, said = spawn.Event(), spawn.Queue()
    reader = spawn.Process(target=read_until, args=(str(tmp_path), stop, said))
    store = SignalStore(tmp_path, grace_s=0)
    store.append(signals(0, 7))
    reader.start()
    try:
        assert said.get(timeout=60) == "reading"
        for batch in range(1, 120):
            store.append(signals(batch * 7, 7))
    finally:
        stop.set()
    torn, growing, reads, last = said.get(timeout=60)
    reader.join(30)
    assert (torn, growing) == (0, True)
    assert reads >= 2
    assert last > 7
