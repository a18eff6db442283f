"""Which keys are known already: 128-bit hashes, sorted beside each segment.

Two different keys share a hash with probability n²/2¹²⁹: 10⁻²⁰ for a billion signals.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from vivencia.words.errors import StoreDamaged

#: Up to so many rows are hashed one by one.
_FEW = 5_000


Words = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Keys:
    """Key hashes as two halves, in the same order."""

    high: Words
    low: Words

    def __len__(self) -> int:
        return len(self.high)

    def take(self, rows: Any) -> "Keys":
        """These rows only."""
        return Keys(self.high[rows], self.low[rows])

    def sorted(self) -> "Keys":
        """By high half, then low."""
        return self.take(np.lexsort((self.low, self.high)))

    def sums(self) -> tuple[int, int]:
        """Sums of both halves modulo 2⁶⁴: a fingerprint that no order and no split changes."""
        return int(self.high.sum(dtype=np.uint64)), int(self.low.sum(dtype=np.uint64))

    def write(self, file: BinaryIO) -> None:
        """High halves, then low halves, little-endian."""
        file.write(np.ascontiguousarray(self.high, dtype="<u8").tobytes())
        file.write(np.ascontiguousarray(self.low, dtype="<u8").tobytes())


def joined(parts: list[Keys]) -> Keys:
    """Several runs of keys as one sorted run."""
    return Keys(np.concatenate([p.high for p in parts]), np.concatenate([p.low for p in parts])).sorted()


def keys_in(path: Path, rows: int) -> Keys:
    """A sorted run of keys on disk, mapped and not read. Raises StoreDamaged when its size is off."""
    try:
        words = np.memmap(path, dtype="<u8", mode="r")
    except (FileNotFoundError, ValueError) as error:
        raise StoreDamaged(f"{path}: {error}") from error
    if len(words) != 2 * rows:
        raise StoreDamaged(f"{path} holds {len(words) // 2} keys, not {rows}")
    plain = np.asarray(words)
    return Keys(plain[:rows], plain[rows:])


def hashed(duck: duckdb.DuckDBPyConnection, table: pa.Table, columns: tuple[str, ...]) -> Keys:
    """The key hash of each row: MD5 of the key columns, each with its length before it."""
    key = table.select(list(columns))
    if table.num_rows <= _FEW and all(pa.types.is_string(field.type) for field in key.schema):
        return _hashed_here(key)
    parts = ", ".join(
        f"""COALESCE(LENGTH(CAST("{name}" AS VARCHAR)), -1), ':', CAST("{name}" AS VARCHAR)"""
        for name in columns
    )
    duck.register("·keys", key)
    try:
        found = duck.sql(
            f"""SELECT md5_number_upper(k) AS high, md5_number_lower(k) AS low FROM (
                SELECT CONCAT({parts}) AS k FROM "·keys")"""
        ).to_arrow_table()
    finally:
        duck.unregister("·keys")
    return Keys(found.column("high").to_numpy(), found.column("low").to_numpy())


def _hashed_here(key: pa.Table) -> Keys:
    """The same hashes without the cost of starting a query: for batches of a few thousand rows."""
    texts = zip(*(column.to_pylist() for column in key.columns), strict=True)
    said = ["".join("-1:" if part is None else f"{len(part)}:{part}" for part in row) for row in texts]
    digests = b"".join(hashlib.md5(text.encode(), usedforsecurity=False).digest() for text in said)
    words = np.frombuffer(digests, dtype="<u8").astype(np.uint64)
    return Keys(words[::2], words[1::2])  # as md5_number_upper and md5_number_lower read them


def first_rows(keys: Keys) -> npt.NDArray[np.int64]:
    """The first row of each different key, sorted by key."""
    order = np.lexsort((keys.low, keys.high))  # stable: equal keys stay in row order
    high, low = keys.high[order], keys.low[order]
    new = np.ones(len(order), dtype=bool)
    new[1:] = (high[1:] != high[:-1]) | (low[1:] != low[:-1])
    return order[new]


def held(run: Keys, wanted: Keys) -> npt.NDArray[np.bool_]:
    """Which of the wanted keys (sorted) are in a sorted run."""
    found = np.zeros(len(wanted), dtype=bool)
    if not len(run):
        return found
    at = np.searchsorted(run.high, wanted.high)
    open_ = np.flatnonzero(at < len(run))
    while len(open_):  # once, and again only where two keys share a high half
        here = at[open_]
        same = run.high[here] == wanted.high[open_]
        open_, here = open_[same], here[same]
        hit = run.low[here] == wanted.low[open_]
        found[open_[hit]] = True
        open_ = open_[~hit]
        at[open_] += 1
        open_ = open_[at[open_] < len(run)]
    return found
