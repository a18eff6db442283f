"""What the tests of the store run in other processes; a module that a fresh Python can import."""

from typing import Any

import pyarrow.parquet as pq

from store.made_up_signals import signals
from vivencia.store import SignalStore
from vivencia.words.errors import WorkspaceBusy


def ids(files: tuple[str, ...]) -> list[str]:
    return sorted(name for file in files for name in pq.read_table(file).column("id").to_pylist())


def write_when_told(path: str, go: Any, said: Any) -> None:
    go.wait()
    try:
        SignalStore(path).append(signals(0, 1))
        said.put("written")
    except WorkspaceBusy:
        said.put("busy")


def read_until(path: str, stop: Any, said: Any) -> None:
    seen: list[int] = []
    torn = 0
    while not stop.is_set() or not seen:
        with SignalStore(path).snapshot() as snapshot:
            found = ids(snapshot.files)
        torn += len(found) != snapshot.rows or len(found) % 7 != 0 or len(set(found)) != len(found)
        seen.append(len(found))
        if len(seen) == 1:
            said.put("reading")
    said.put((torn, seen == sorted(seen), len(seen), seen[-1]))


def append_until_killed(path: str, first: int, size: int) -> None:
    """Print each batch number once its append has returned: an acknowledgement."""
    store = SignalStore(path, grace_s=0)
    batch = first
    while True:
        store.append(signals(batch * size, size))
        print(batch, flush=True)
        batch += 1
