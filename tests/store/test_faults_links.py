"""Faults and links: kept like signals, with a history."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from vivencia.store import SignalStore
from vivencia.store.shapes import FAULT_SCHEMA
from vivencia.words.errors import InputError

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def faults(*names: str) -> pa.Table:
    rows = [
        {
            "fault": name,
            "source": "till",
            "file": "a.csv",
            "line": number,
            "field": "score",
            "code": "not-a-number",
            "found": "x",
            "expected": "a number",
            "mapping": "till.toml",
            "record": '{"score": "x"}',
            "at": NOON,
            "state": "open",
        }
        for number, name in enumerate(names, 1)
    ]
    return pa.Table.from_pylist(rows, schema=FAULT_SCHEMA)


def test_a_fault_is_kept_once_and_its_state_can_change(tmp_path: Path) -> None:
    store = SignalStore(tmp_path, clock=lambda: NOON)
    store.add_faults(faults("f1", "f2", "f3"))
    assert store.add_faults(faults("f1", "f2", "f3")).repeated == 3

    store.settle_faults(["f2"], "replayed")
    store.settle_faults(["f2", "f3", "f3"], "dismissed")
    store.settle_faults(["f3"], "open")
    store.settle_faults([], "open")

    again = SignalStore(tmp_path)
    assert [(row["fault"], row["state"]) for row in again.faults().to_pylist()] == [
        ("f1", "open"),
        ("f2", "dismissed"),
        ("f3", "open"),
    ]
    assert again.faults("dismissed").column("fault").to_pylist() == ["f2"]
    assert again.faults("replayed").num_rows == 0
    assert again.faults().schema == FAULT_SCHEMA


def test_a_link_can_be_undone_and_made_again_and_changes_the_version(tmp_path: Path) -> None:
    now = [NOON]
    store = SignalStore(tmp_path, clock=lambda: now[0])
    versions = [store.version]
    store.link("anon:1", "ana")
    versions.append(store.version)
    now[0] += timedelta(days=1)
    store.undo_link("anon:1", "ana")
    versions.append(store.version)
    now[0] += timedelta(days=1)
    store.link("anon:1", "ana")

    assert [(row["at"].day, row["undone"] and row["undone"].day) for row in store.links().to_pylist()] == [
        (1, 2),
        (3, None),
    ]
    assert len({*versions, store.version}) == 4
    with pytest.raises(InputError, match="ana"):
        store.undo_link("ana", "anon:1")
    with pytest.raises(InputError, match="itself"):
        store.link("ana", "ana")


def test_an_empty_store_has_no_faults_and_no_links(tmp_path: Path) -> None:
    store = SignalStore(tmp_path / "nowhere")
    assert (store.faults().num_rows, store.links().num_rows) == (0, 0)
    with store.snapshot() as snapshot:
        assert snapshot.files == ()
    assert not (tmp_path / "nowhere").exists()
