"""An append-only, idempotent log of rows: Parquet segments under one manifest.

Appending writes the segment and its keys (written aside, forced to disk, renamed, folder
forced), then replaces the manifest; only then is the batch there. A crash before that
leaves files no manifest names, which the next writer removes. Small segments are merged
in tiers, so there are never many; the old files stay as long as a reader may need them.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from vivencia.store.files import (
    TEMPORARY,
    make_folder,
    oldest_lease,
    read_checked,
    sync_folder,
    write_checked,
    write_durably,
)
from vivencia.store.keys import Keys, first_rows, hashed, held, joined, keys_in
from vivencia.words.errors import StoreDamaged

MANIFEST = "manifest.json"
FORMAT = 1
#: A segment of this many rows is not merged any further.
FULL_ROWS = 500_000
#: So many segments of one tier become one of the next.
FAN = 8
_SMALLEST_TIER = 1_000
_ROW_GROUP = 131_072
_HALF = 1 << 64


@dataclass(frozen=True, slots=True)
class Appended:
    """What an append did: rows that were new, rows whose key was known already."""

    taken: int
    repeated: int


@dataclass(frozen=True, slots=True)
class Segment:
    """One Parquet file and its keys."""

    name: str
    rows: int
    bytes: int

    @property
    def tier(self) -> int:
        """How many merges it has behind it, told by its size."""
        tier, rows = 0, _SMALLEST_TIER
        while self.rows > rows:
            tier, rows = tier + 1, rows * FAN
        return tier


@dataclass(frozen=True, slots=True)
class Manifest:
    """Which segments there are; `serial` grows with every change."""

    serial: int = 0
    high: int = 0
    low: int = 0
    segments: tuple[Segment, ...] = ()

    @property
    def rows(self) -> int:
        """Rows of all segments."""
        return sum(segment.rows for segment in self.segments)

    @property
    def fingerprint(self) -> str:
        """Which keys are in, whatever the order, the batches or the compactions were."""
        return f"{self.rows:x}-{self.high:016x}{self.low:016x}"


class SegmentLog:
    """Rows of one schema in a folder. Whoever writes holds the lock of the store."""

    def __init__(
        self,
        folder: Path,
        schema: pa.Schema,
        key: tuple[str, ...],
        *,
        leases: Path,
        now: Callable[[], float],
        grace_s: float,
    ) -> None:
        self.folder = folder
        self.schema = schema
        self._key = key
        self._leases = leases
        self._now = now
        self._grace_s = grace_s
        self._duck: duckdb.DuckDBPyConnection | None = None
        self._runs: dict[str, Keys] = {}

    # Reading -------------------------------------------------------------------------------

    def manifest(self) -> Manifest:
        """What the log holds now. Raises StoreDamaged when its manifest is lost or broken."""
        body = read_checked(self.folder / MANIFEST)
        if body is None:
            if any(self.folder.glob("*.parquet")) and not (self.folder / MANIFEST).exists():
                raise StoreDamaged(f"{self.folder} holds segments without a manifest")
            return Manifest()
        if body["format"] != FORMAT:
            raise StoreDamaged(f"{self.folder} has format {body['format']}, this program knows {FORMAT}")
        segments = tuple(Segment(**segment) for segment in body["segments"])
        return Manifest(body["serial"], body["high"], body["low"], segments)

    def files(self, manifest: Manifest) -> tuple[str, ...]:
        """The Parquet files of one snapshot. Raises StoreDamaged when one is missing or cut."""
        return tuple(str(self._checked(segment)) for segment in manifest.segments)

    def _checked(self, segment: Segment) -> Path:
        path = self.folder / f"{segment.name}.parquet"
        try:
            size = path.stat().st_size
        except FileNotFoundError:
            raise StoreDamaged(f"{path} is missing", hint="restore the folder from a backup") from None
        if size != segment.bytes:
            raise StoreDamaged(f"{path} has {size} bytes, not {segment.bytes}")
        return path

    def read(self) -> pa.Table:
        """Every row, in no promised order; for logs that stay small."""
        files = self.files(self.manifest())
        parts = [pq.read_table(file, schema=self.schema) for file in files]
        return pa.concat_tables(parts) if parts else self.schema.empty_table()

    # Writing -------------------------------------------------------------------------------

    def append(self, table: pa.Table) -> Appended:
        """Add the rows whose key is not there yet, all or none of them; the first of equals wins."""
        manifest = self.manifest()
        keys = hashed(self._hasher(), table, self._key)
        rows = self._unknown(keys, manifest)
        if len(rows):
            kept = keys.take(rows)
            table = table if len(rows) == table.num_rows else table.take(np.sort(rows))
            serial = manifest.serial + 1
            segment = self._write(serial, [table], kept)
            high, low = kept.sums()
            added = Manifest(
                serial,
                (manifest.high + high) % _HALF,
                (manifest.low + low) % _HALF,
                (*manifest.segments, segment),
            )
            self._publish(added)
            self._merge_tiers(added)
        return Appended(len(rows), len(keys) - len(rows))

    def _unknown(self, keys: Keys, manifest: Manifest) -> Any:
        """Rows whose key no segment holds, one a key, in order of key."""
        rows = first_rows(keys)
        for segment in manifest.segments:
            if not len(rows):
                break
            rows = rows[~held(self._run(segment), keys.take(rows))]
        return rows

    def _run(self, segment: Segment) -> Keys:
        if segment.name not in self._runs:
            self._runs[segment.name] = keys_in(self.folder / f"{segment.name}.keys", segment.rows)
        return self._runs[segment.name]

    def _hasher(self) -> duckdb.DuckDBPyConnection:
        if self._duck is None:
            self._duck = duckdb.connect(":memory:")
            self._duck.execute("SET GLOBAL TimeZone = 'UTC'")
        return self._duck

    def _write(self, serial: int, tables: Any, keys: Keys) -> Segment:
        """One segment and its keys, on disk before this returns; `keys` is sorted."""
        make_folder(self.folder)
        name = f"{serial:012d}"

        def parquet(file: Any) -> None:
            with pq.ParquetWriter(file, self.schema, compression="zstd", compression_level=1) as writer:
                for table in tables:
                    writer.write_table(table, row_group_size=_ROW_GROUP)

        size = write_durably(self.folder / f"{name}.parquet", parquet)
        write_durably(self.folder / f"{name}.keys", keys.write)
        sync_folder(self.folder)
        return Segment(name, len(keys), size)

    def _publish(self, manifest: Manifest) -> None:
        body = {
            "format": FORMAT,
            "serial": manifest.serial,
            "high": manifest.high,
            "low": manifest.low,
            "segments": [asdict(segment) for segment in manifest.segments],
        }
        write_checked(self.folder / MANIFEST, body)

    # Compaction ----------------------------------------------------------------------------

    def compact(self) -> None:
        """Merge every segment that is not full, and remove files nobody needs."""
        manifest = self.manifest()
        small = [segment for segment in manifest.segments if segment.rows < FULL_ROWS]
        while len(small) > 1:
            manifest = self._merge(manifest, _until_full(small))
            small = [segment for segment in manifest.segments if segment.rows < FULL_ROWS]
        self.sweep()

    def _merge_tiers(self, manifest: Manifest) -> None:
        merged = True
        while merged:
            merged = False
            tiers: dict[int, list[Segment]] = {}
            for segment in manifest.segments:
                if segment.rows < FULL_ROWS:
                    tiers.setdefault(segment.tier, []).append(segment)
            for alike in tiers.values():
                if len(alike) >= FAN:
                    manifest = self._merge(manifest, _until_full(alike))
                    merged = True
                    self.sweep()
                    break

    def _merge(self, manifest: Manifest, parts: list[Segment]) -> Manifest:
        serial = manifest.serial + 1
        keys = joined([self._run(segment) for segment in parts])
        whole = self._write(serial, self._row_groups(parts), keys)
        gone = {segment.name for segment in parts}
        kept = tuple(segment for segment in manifest.segments if segment.name not in gone)
        merged = Manifest(serial, manifest.high, manifest.low, (*kept, whole))
        self._mark_retired(parts)  # before, so that a crash leaves no file that looks long retired
        self._publish(merged)
        self._mark_retired(parts)  # after, so that it is later than every reader of the old manifest
        for name in gone:
            self._runs.pop(name, None)
        return merged

    def _row_groups(self, parts: list[Segment]) -> Iterator[pa.Table]:
        waiting: list[pa.Table] = []
        rows = 0
        for segment in parts:
            for batch in pq.ParquetFile(self._checked(segment)).iter_batches(_ROW_GROUP):
                waiting.append(pa.Table.from_batches([batch], schema=self.schema))
                rows += batch.num_rows
                if rows >= _ROW_GROUP:
                    yield pa.concat_tables(waiting)
                    waiting, rows = [], 0
        if waiting:
            yield pa.concat_tables(waiting)

    def _mark_retired(self, parts: list[Segment]) -> None:
        """The time of a retired file says since when nobody new needs it."""
        now = self._now()
        for segment in parts:
            for path in (self.folder / f"{segment.name}.parquet", self.folder / f"{segment.name}.keys"):
                os.utime(path, (now, now))

    def sweep(self) -> None:
        """Remove what a crash left, and retired files past the grace that no reader began before."""
        if not self.folder.is_dir():
            return
        manifest = self.manifest()
        current = {segment.name for segment in manifest.segments}
        limit = self._now() - self._grace_s
        oldest = oldest_lease(self._leases)
        limit = limit if oldest is None else min(limit, oldest)
        for entry in list(os.scandir(self.folder)):
            name, _, kind = entry.name.partition(".")
            if entry.name.endswith(TEMPORARY):
                Path(entry.path).unlink(missing_ok=True)
            elif kind in ("parquet", "keys") and name.isdigit() and name not in current:
                crashed = int(name) > manifest.serial
                if crashed or entry.stat().st_mtime < limit:
                    Path(entry.path).unlink(missing_ok=True)

    def close(self) -> None:
        """Give back the mapped keys and the hasher."""
        self._runs.clear()
        if self._duck is not None:
            self._duck.close()
            self._duck = None


def _until_full(segments: list[Segment]) -> list[Segment]:
    """The smallest segments first, until together they are full; two at least."""
    chosen: list[Segment] = []
    rows = 0
    for segment in sorted(segments, key=lambda one: one.rows):
        if len(chosen) >= 2 and rows >= FULL_ROWS:
            break
        chosen.append(segment)
        rows += segment.rows
    return chosen
