"""Derived tables: everything that can be computed again, published a generation at a time.

A generation is a small checked file that says which file holds each table: a DuckDB file,
or a Parquet file of its own where the table is long. Files
never change once published, so a reader in another process sees one whole generation and
is never waited for; and carrying a fresh table over into the next generation costs
nothing, because the next generation names the same file.
"""

import os
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from vivencia.store.files import (
    Lease,
    Lock,
    make_folder,
    oldest_lease,
    read_checked,
    sync_folder,
    write_checked,
)
from vivencia.words.errors import EngineError, StoreDamaged

CURRENT = "current.json"
_FORMAT = 1
#: DuckDB files are not promised to be readable across major versions.
_MADE_BY = duckdb.__version__.split(".")[0]
#: How long a file nobody names any more stays for readers that took no lease, in seconds.
GRACE_S = 300.0


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Built:
    """One table: what it was made from (`fingerprint`), its size, how long it took, where it is.

    `note` is what the next run has to know of it: the pace of a lasting one, the news of another.
    """

    fingerprint: str
    rows: int
    seconds: float
    file: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Generation:
    """One whole set of tables. Number 0 is the empty one, before the first analysis."""

    number: int = 0
    tables: Mapping[str, Built] = field(default_factory=dict)

    @property
    def files(self) -> dict[str, str]:
        """Where each table is: give it to an engine as `carried`."""
        return {name: built.file for name, built in self.tables.items()}

    def fresh(self, name: str, fingerprint: str) -> bool:
        """Whether a table is there and was made from exactly this."""
        return name in self.tables and self.tables[name].fingerprint == fingerprint


@dataclass(slots=True)
class Building:
    """A generation in the making: write to `database`, read from `carried`, say what was built.

    Files of the generation's own begin with the name of its database.
    """

    database: str
    previous: Generation
    _tables: dict[str, Built]

    @property
    def carried(self) -> dict[str, str]:
        """Where the tables of the generation before are, those that are still kept."""
        return {name: built.file for name, built in self._tables.items() if not self.owns(built.file)}

    def owns(self, file: str) -> bool:
        """Whether a file belongs to this generation."""
        return Path(file).name.partition(".")[0] == Path(self.database).stem

    def built(
        self,
        name: str,
        *,
        fingerprint: str,
        rows: int,
        seconds: float,
        file: str | None = None,
        note: str = "",
    ) -> None:
        """Say that `database`, or a `file` beside it, now holds this table in place of the one before."""
        self._tables[name] = Built(fingerprint, rows, seconds, file or self.database, note)

    def leave_out(self, name: str) -> None:
        """Carry this table no further."""
        self._tables.pop(name, None)


class DerivedStore:
    """The derived tables of a workspace, in a folder of their own. Deleting it loses only time."""

    def __init__(
        self, path: str | Path, *, clock: Callable[[], datetime] = _now, grace_s: float = GRACE_S
    ) -> None:
        self.path = Path(path)
        self._clock = clock
        self._grace_s = grace_s
        self._leases = self.path / "readers"
        self._lock = Lock(self.path / "lock")

    def generation(self) -> Generation:
        """The newest whole generation. What can't be read counts as never built."""
        try:
            body = read_checked(self.path / CURRENT)
        except StoreDamaged:
            return Generation()
        if body is None or (body["format"], body["duckdb"]) != (_FORMAT, _MADE_BY):
            return Generation()
        tables = {
            name: Built(**{**built, "file": str(self.path / built["file"])})
            for name, built in body["tables"].items()
            if (self.path / built["file"]).exists()
        }
        return Generation(body["number"], tables)

    @contextmanager
    def reading(self) -> Iterator[Generation]:
        """The newest generation; its files stay until the block is left."""
        writable = self.path.is_dir() and os.access(self.path, os.W_OK)
        began = self._clock().timestamp()
        lease = Lease(self._leases / uuid.uuid4().hex, began) if writable else None
        try:
            yield self.generation()
        finally:
            if lease is not None:
                lease.close()

    @contextmanager
    def building(self, carry: Collection[str] | None = None) -> Iterator[Building]:
        """Make the next generation, published when the block ends well and dropped when it fails.

        `carry` names the tables to keep from the generation before (None: all of them).
        Close the engine before leaving the block. Raises WorkspaceBusy when another
        process is building, EngineError when the database was not closed.
        """
        self._lock.take()
        try:
            self.sweep()
            before = self.generation()
            number = self._number() + 1
            make_folder(self.path)
            database = self.path / f"{number:08d}.duckdb"
            kept = {name: it for name, it in before.tables.items() if carry is None or name in carry}
            building = Building(str(database), before, kept)
            yield building
            self._publish(number, database, building)
        finally:
            self._lock.free()

    def _number(self) -> int:
        """The highest number in use, also by files a broken `current.json` no longer tells of."""
        stems = [path.name.partition(".")[0] for path in self.path.glob("*.*")]
        used = [int(stem) for stem in stems if stem.isdigit()]
        return max([self.generation().number, *used], default=0)

    def _publish(self, number: int, database: Path, building: Building) -> None:
        tables = building._tables  # noqa: SLF001 (one module, one secret)
        if tables == dict(building.previous.tables):
            self.sweep()
            return
        if Path(f"{database}.wal").exists():
            raise EngineError(f"{database} is still open", hint="close the engine before the block ends")
        for path in sorted({built.file for built in tables.values() if building.owns(built.file)}):
            with Path(path).open("rb+") as file:
                os.fsync(file.fileno())
        sync_folder(self.path)
        still = {built.file for built in tables.values()}
        retired = {built.file for built in building.previous.tables.values()} - still
        self._mark(retired)  # before and after, as in `vivencia.store.log`
        body = {
            "format": _FORMAT,
            "duckdb": _MADE_BY,
            "number": number,
            "tables": {
                name: {
                    "fingerprint": built.fingerprint,
                    "rows": built.rows,
                    "seconds": built.seconds,
                    "file": Path(built.file).name,
                    "note": built.note,
                }
                for name, built in tables.items()
            },
        }
        write_checked(self.path / CURRENT, body)
        self._mark(retired)
        self.sweep()

    def _mark(self, files: Collection[str]) -> None:
        """The time of a retired file says since when nobody new needs it."""
        now = self._clock().timestamp()
        for file in files:
            os.utime(file, (now, now))

    def sweep(self) -> None:
        """Remove files that no generation names, once no reader can need them. Needs the lock."""
        current = self.generation()
        named = {Path(file).name for file in current.files.values()}
        limit = self._clock().timestamp() - self._grace_s
        oldest = oldest_lease(self._leases)
        limit = limit if oldest is None else min(limit, oldest)
        for path in self.path.glob("*.*"):
            number = path.name.partition(".")[0]
            if not number.isdigit() or path.name in named:
                continue
            crashed = int(number) > current.number
            if crashed or path.stat().st_mtime < limit:
                path.unlink(missing_ok=True)
