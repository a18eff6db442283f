"""The signal store: signals, the faults of what could not be taken, and links between customers.

One folder, one writer at a time, any number of readers in any process.
"""

import hashlib
import os
import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import duckdb
import pyarrow as pa

from vivencia.store.files import Lease, Lock
from vivencia.store.log import Appended, SegmentLog
from vivencia.store.shapes import FAULT_SCHEMA, FAULT_STATE_SCHEMA, LINK_SCHEMA, SIGNAL_SCHEMA, fitted
from vivencia.words.errors import InputError
from vivencia.words.shapes.signals import FAULTS, LINKS, SIGNALS

FaultState = Literal["open", "replayed", "dismissed"]
#: How long a file that compaction replaced stays for readers that took no lease, in seconds.
GRACE_S = 300.0


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One consistent view: its Parquet files stay readable inside the `with` block."""

    files: tuple[str, ...]
    rows: int
    version: str


class SignalStore:
    """Signals as they came, for ever: append-only, idempotent on (source, id).

    `path` is a folder; it is made at the first write. `clock` tells the time in UTC.
    Every write takes the lock for as long as it lasts, or raises WorkspaceBusy; wrap
    several in `writing()` to keep others out in between. Reading never waits.
    """

    def __init__(
        self, path: str | Path, *, clock: Callable[[], datetime] = _now, grace_s: float = GRACE_S
    ) -> None:
        self.path = Path(path)
        self._clock = clock
        self._leases = self.path / "readers"
        self._lock = Lock(self.path / "lock")
        self._thread = threading.RLock()
        self._swept = False

        def log(name: str, schema: pa.Schema, key: tuple[str, ...]) -> SegmentLog:
            folder = self.path / name
            return SegmentLog(
                folder, schema, key, leases=self._leases, now=lambda: clock().timestamp(), grace_s=grace_s
            )

        self._signals = log("signals", SIGNAL_SCHEMA, SIGNALS.key)
        self._faults = log("faults", FAULT_SCHEMA, FAULTS.key)
        self._fault_states = log("fault_states", FAULT_STATE_SCHEMA, ("turn",))
        self._links = log("links", LINK_SCHEMA, LINKS.names)
        self._logs = (self._signals, self._faults, self._fault_states, self._links)

    # Signals -------------------------------------------------------------------------------

    def append(self, signals: pa.Table) -> Appended:
        """Add signals (shape SIGNALS), all or none; when this returns they are on disk.

        Rows whose (source, id) is known are left out; of several in one table the first
        is taken. Raises InputError for a table of another shape, WorkspaceBusy, StoreDamaged.
        """
        table = fitted(signals, SIGNALS)
        with self.writing():
            return self._signals.append(table)

    @property
    def rows(self) -> int:
        """How many signals there are."""
        return self._signals.manifest().rows

    @property
    def version(self) -> str:
        """A fingerprint of the signals and the links; compaction does not change it."""
        return self._version(self._signals.manifest().fingerprint)

    def _version(self, signals: str) -> str:
        whole = signals + "/" + self._links.manifest().fingerprint
        return hashlib.sha256(whole.encode()).hexdigest()[:32]

    def segments(self) -> tuple[str, ...]:
        """The Parquet files of one consistent snapshot.

        They stay for the grace time after a compaction; longer reading belongs in `snapshot()`.
        """
        return self._signals.files(self._signals.manifest())

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """One consistent view whose files are kept until the block is left."""
        lease = self._lease()
        try:
            manifest = self._signals.manifest()
            files = self._signals.files(manifest)
            yield Snapshot(files, manifest.rows, self._version(manifest.fingerprint))
        finally:
            if lease is not None:
                lease.close()

    def _lease(self) -> Lease | None:
        if not self.path.is_dir() or not os.access(self.path, os.W_OK):
            return None  # nothing to keep, or a copy nobody writes to
        return Lease(self._leases / uuid.uuid4().hex, self._clock().timestamp())

    # Faults --------------------------------------------------------------------------------

    def add_faults(self, faults: pa.Table) -> Appended:
        """Keep records that could not be taken (shape FAULTS); a known fault is left as it is."""
        table = fitted(faults, FAULTS)
        with self.writing():
            return self._faults.append(table)

    def settle_faults(self, keys: Sequence[str], state: FaultState) -> None:
        """Say what became of faults; the history of their states is kept."""
        wanted = list(dict.fromkeys(keys))
        if not wanted:
            return
        with self.writing():
            turn = self._fault_states.manifest().rows
            rows = len(wanted)
            columns = [wanted, [state] * rows, [self._clock()] * rows, range(turn, turn + rows)]
            arrays = [
                pa.array(values, field.type)
                for values, field in zip(columns, FAULT_STATE_SCHEMA, strict=True)
            ]
            self._fault_states.append(pa.Table.from_arrays(arrays, schema=FAULT_STATE_SCHEMA))

    def faults(self, state: FaultState | None = None) -> pa.Table:
        """Faults with their present state, by time, file and line; only those of `state` where given."""
        return _asked(
            """
            WITH last AS (SELECT fault, MAX_BY(state, turn) AS state FROM states GROUP BY fault),
            present AS (
              SELECT faults.* REPLACE (COALESCE(last.state, faults.state) AS state)
              FROM faults LEFT JOIN last USING (fault)
            )
            SELECT * FROM present WHERE $state IS NULL OR state = $state
            ORDER BY "at", file, line NULLS FIRST, field NULLS FIRST, fault
            """,
            {"faults": self._faults.read(), "states": self._fault_states.read()},
            {"state": state},
        ).cast(FAULT_SCHEMA)

    # Links ---------------------------------------------------------------------------------

    def link(self, from_customer: str, to_customer: str) -> None:
        """From now on the first key stands for the second one's person.

        Raises InputError when the two are one key.
        """
        if from_customer == to_customer:
            raise InputError(f"customer {from_customer} can't be linked to itself")
        self._add_links([(from_customer, to_customer, self._clock(), None)])

    def undo_link(self, from_customer: str, to_customer: str) -> None:
        """Undo the links between two keys. Raises InputError when there is none in force."""
        rows = [
            row
            for row in self.links().to_pylist()
            if (row["from_customer"], row["to_customer"], row["undone"]) == (from_customer, to_customer, None)
        ]
        if not rows:
            raise InputError(f"customer {from_customer} is not linked to {to_customer}")
        self._add_links([(from_customer, to_customer, row["at"], self._clock()) for row in rows])

    def add_links(self, links: pa.Table) -> Appended:
        """Add many links at once (shape LINKS); known ones are left out."""
        table = fitted(links, LINKS)
        with self.writing():
            return self._links.append(table)

    def _add_links(self, rows: list[tuple[str, str, datetime, datetime | None]]) -> None:
        names = LINK_SCHEMA.names
        self.add_links(
            pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in rows], schema=LINK_SCHEMA)
        )

    def links(self) -> pa.Table:
        """Every link ever made, with when it was undone, by time."""
        return _asked(
            """
            SELECT from_customer, to_customer, "at", MAX(undone) AS undone FROM links
            GROUP BY from_customer, to_customer, "at" ORDER BY "at", from_customer, to_customer
            """,
            {"links": self._links.read()},
            {},
        ).cast(LINK_SCHEMA)

    # Writing -------------------------------------------------------------------------------

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the lock over several writes. Raises WorkspaceBusy when another process has it."""
        with self._thread:
            mine = not self._lock.held
            if mine:
                self._lock.take()
            try:
                if not self._swept:
                    for log in self._logs:
                        log.sweep()
                    self._swept = True
                yield
            finally:
                if mine:
                    self._lock.free()

    def compact(self) -> None:
        """Merge small segments and remove files no reader needs; appending does this in tiers by itself."""
        with self.writing():
            for log in self._logs:
                log.compact()

    def close(self) -> None:
        """Give back files and memory."""
        for log in self._logs:
            log.close()
        self._lock.free()

    def __enter__(self) -> "SignalStore":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _asked(sql: str, tables: dict[str, pa.Table], values: dict[str, Any]) -> pa.Table:
    with duckdb.connect(":memory:") as duck:
        duck.execute("SET TimeZone = 'UTC'")
        for name, table in tables.items():
            duck.register(name, table)
        return duck.sql(sql, params=values).to_arrow_table()
