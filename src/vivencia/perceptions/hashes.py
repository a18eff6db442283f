"""Hashes of customer keys, the same in every process and on every engine: who is in a sample."""

from typing import Any
from zlib import crc32

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vivencia.perceptions.compiled import COMPILED, compiled

_OTHER = 0x9E3779B9
#: What each byte does to a CRC-32: the inverted CRC of a byte alone, begun at 0 (its complement at 2³² − 1).
_CRC = np.array([crc32(bytes([byte]), 0xFFFFFFFF) ^ 0xFFFFFFFF for byte in range(256)], dtype=np.uint32)


def spread(key: str) -> int:
    """A 64-bit hash of a customer key."""
    data = key.encode()
    low, high = crc32(data), crc32(data, _OTHER)
    mixed = ((high << 32) | low) * 0xFF51AFD7ED558CCD & 0xFFFFFFFFFFFFFFFF
    mixed ^= mixed >> 33
    return (mixed * 0xC4CEB9FE1A85EC53) & 0xFFFFFFFFFFFFFFFF


def spread_all(keys: Any) -> NDArray[np.uint64]:
    """`spread` of every key of an Arrow array of texts without nulls."""
    if not COMPILED:
        return np.array([spread(key) for key in keys.to_pylist()], dtype=np.uint64)
    plain = keys.cast(pa.large_string())
    _, offsets, data = plain.buffers()
    starts = np.frombuffer(offsets, np.int64)[plain.offset : plain.offset + len(plain) + 1]
    letters = np.frombuffer(data or b"", np.uint8)
    found = np.empty(len(plain), dtype=np.uint64)
    _spread(starts, letters, _CRC, found)
    return found


@compiled
def _spread(starts: Any, letters: Any, table: Any, found: Any) -> None:
    for i in range(found.shape[0]):
        low, high = np.uint32(0xFFFFFFFF), np.uint32(_OTHER ^ 0xFFFFFFFF)
        for j in range(starts[i], starts[i + 1]):
            low = table[(low ^ letters[j]) & np.uint32(255)] ^ (low >> np.uint32(8))
            high = table[(high ^ letters[j]) & np.uint32(255)] ^ (high >> np.uint32(8))
        low, high = low ^ np.uint32(0xFFFFFFFF), high ^ np.uint32(0xFFFFFFFF)
        mixed = ((np.uint64(high) << np.uint64(32)) | np.uint64(low)) * np.uint64(0xFF51AFD7ED558CCD)
        mixed ^= mixed >> np.uint64(33)
        found[i] = mixed * np.uint64(0xC4CEB9FE1A85EC53)
