"""Texts to learn from: a sample of those with a rating that says liked or not, and of those without.

Those with the smallest hashes are drawn, so any split of the customers, merged in any order,
gives the same sample.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from zlib import crc32

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vivencia.understanding.keeping import kept

#: Longer texts teach no more; characters kept of one.
LONGEST = 2_000
#: On 0–10, up to where a rating says disliked and from where liked; between, it says neither.
DISLIKED, LIKED = 10 / 3, 20 / 3
#: The same for a net promoter question: 0–6 are detractors, 9 and 10 promoters.
DETRACTOR, PROMOTER = 6.0, 9.0
#: What a rating must be about; effort is hard or easy, not liked or disliked.
_TARGETS = ("experience", "relationship", "emotion")
COLUMNS = ("customer", "at", "source", "id", "lang", "text", "ratings")

Verdicts = NDArray[np.int8]
RATED, UNRATED, CORRECTED = "rated", "unrated", "corrected"
#: Texts drawn of each kind, 3,000 in all: with a rating that says liked or not, without, and corrected.
SAMPLE = {RATED: 1_500, UNRATED: 1_000, CORRECTED: 500}


@dataclass(frozen=True, slots=True)
class Drawn:
    """One stratum: hashes in order, with the row each belongs to, and how many there were to draw from."""

    hashes: NDArray[np.uint64] = field(default_factory=lambda: np.zeros(0, dtype=np.uint64))
    rows: Any = None
    of: int = 0

    def with_(self, other: "Drawn", most: int) -> "Drawn":
        """Both, and of both those with the smallest hashes."""
        tables = [one.rows for one in (self, other) if one.rows is not None and one.rows.num_rows]
        hashes = np.concatenate([self.hashes, other.hashes])
        if not tables:
            return replace(self, of=self.of + other.of)
        order = np.argsort(hashes, kind="stable")[:most]
        rows = pa.concat_tables(tables).take(pa.array(order))
        return Drawn(hashes[order], rows, self.of + other.of)


Sampled = dict[str, Drawn]


def start(side: Mapping[str, Any]) -> Sampled:
    """Nothing drawn yet."""
    del side
    return {kind: Drawn() for kind in (RATED, UNRATED, CORRECTED)}


def add(state: Sampled, table: Any, side: Mapping[str, Any]) -> Sampled:
    """The texts of one table drawn from too."""
    said = liked(table.column("ratings"), side["instruments"])
    labels = corrected(table, side["corrections"])
    verdict = np.where(labels == NO_LABEL, said, np.where(np.abs(labels) == 1, labels, 0)).astype(np.int8)
    kinds = np.where(labels != NO_LABEL, CORRECTED, np.where(said != 0, RATED, UNRATED))
    hashes = spread_all(table.column("source"), table.column("id"))
    rows = table.select(["customer", "at", "lang", "text"]).append_column("liked", pa.array(verdict))
    found: Sampled = {}
    for kind in state:
        at = np.flatnonzero(kinds == kind)
        chosen = at[np.argsort(hashes[at], kind="stable")[: SAMPLE[kind]]]
        found[kind] = Drawn(hashes[chosen], rows.take(pa.array(chosen)), len(at))
    return merge(state, found)


def merge(a: Sampled, b: Sampled) -> Sampled:
    """Both together."""
    return {kind: a[kind].with_(b[kind], SAMPLE[kind]) for kind in a}


def liked(ratings: Any, instruments: Any) -> Verdicts:
    """1 where the answers given with a text say liked, −1 disliked, 0 neither or both.

    `ratings` is a map column, `instruments` an `INSTRUMENTS` table; each answer is put on
    0–10 by its own instrument.
    """
    row_of, on_scale, low, high = _answers(ratings, instruments)
    with np.errstate(invalid="ignore"):
        bad = np.bincount(row_of[on_scale <= low + 1e-9], minlength=len(ratings)) > 0
        good = np.bincount(row_of[on_scale >= high - 1e-9], minlength=len(ratings)) > 0
    return (good & ~bad).astype(np.int8) - (bad & ~good).astype(np.int8)


def mean_rating(ratings: Any, instruments: Any) -> NDArray[np.float64]:
    """Mean on 0–10 of the answers given with each text that say how it was liked; nan where none was."""
    row_of, on_scale, _, _ = _answers(ratings, instruments)
    known = ~np.isnan(on_scale)
    total = np.bincount(row_of[known], on_scale[known], minlength=len(ratings))
    count = np.bincount(row_of[known], minlength=len(ratings))
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _answers(ratings: Any, instruments: Any) -> tuple[Any, Any, Any, Any]:
    """Of each answer: the row it belongs to, its place on 0–10, up to where disliked and from where liked."""
    column = ratings.combine_chunks() if isinstance(ratings, pa.ChunkedArray) else ratings
    if isinstance(column, pa.ChunkedArray):
        column = column.chunk(0) if column.num_chunks else pa.array([], column.type)
    rows = len(column)
    if not rows:
        return np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0), np.zeros(0)
    offsets = column.offsets.to_numpy(zero_copy_only=False)
    first, last = int(offsets[0]), int(offsets[-1])
    keys = column.keys.slice(first, last - first).to_pylist()
    raw = np.array(column.items.slice(first, last - first).to_pylist(), dtype=np.float64)
    scales = {one["instrument"]: _cuts(one) for one in instruments.to_pylist() if _says_liking(one)}
    nothing = (np.nan, np.nan, np.nan, np.nan)
    slope, intercept, low, high = np.array([scales.get(key, nothing) for key in keys]).reshape(-1, 4).T
    return np.repeat(np.arange(rows), np.diff(offsets)), intercept + slope * raw, low, high


def _says_liking(instrument: Mapping[str, Any]) -> bool:
    return instrument["target"] in _TARGETS and instrument["family"] != "ces"


def _cuts(instrument: Mapping[str, Any]) -> tuple[float, float, float, float]:
    low, high = (DETRACTOR, PROMOTER) if instrument["family"] == "nps" else (DISLIKED, LIKED)
    return instrument["slope"], instrument["intercept"], low, high


#: What a label is worth; a text nobody corrected has NO_LABEL.
NO_LABEL = 9
LABELS = {"negative": -1, "neutral": 0, "mixed": 2, "positive": 1}


def corrected(table: Any, corrections: Any) -> Verdicts:
    """The value of `LABELS` for each text that somebody corrected, by source and id or by its words."""
    said = put_right(table, corrections, "label")
    return np.array([NO_LABEL if one is None else LABELS[one] for one in said], dtype=np.int8)


def put_right(table: Any, corrections: Any, name: str) -> list[str | None]:
    """What the corrections say of each text in the column `name`; None of a text they say nothing of."""
    by_key, by_text = {}, {}
    for row in corrections.to_pylist() if corrections.num_rows else ():
        if row[name] is None:
            continue
        if row["source"] is not None and row["id"] is not None:
            by_key[row["source"], row["id"]] = row[name]
        elif row["text"] is not None:
            by_text[row["text"].strip()] = row[name]
    if not by_key and not by_text:
        return [None] * int(table.num_rows)
    columns = (table.column(name).to_pylist() for name in ("source", "id", "text"))
    return [
        by_key.get((source, key), by_text.get(text.strip()))
        for source, key, text in zip(*columns, strict=True)
    ]


def spread(key: str) -> int:
    """A 64-bit hash, the same in every process and on every engine."""
    data = key.encode("utf-8", "surrogatepass")
    mixed = ((crc32(data, _SEED) << 32) | crc32(data)) * 0xFF51AFD7ED558CCD & 0xFFFFFFFFFFFFFFFF
    mixed ^= mixed >> 33
    return (mixed * 0xC4CEB9FE1A85EC53) & 0xFFFFFFFFFFFFFFFF


def spread_all(sources: Any, keys: Any) -> NDArray[np.uint64]:
    """`spread` of each "source, nought, key" of two text columns, without a Python call for a row."""
    (begins, letters), (starts, more) = _letters(sources), _letters(keys)
    plain, seeded = _checked(begins, letters, starts, more, _TABLE, np.uint32(_SEED))
    mixed = ((seeded.astype(np.uint64) << np.uint64(32)) | plain) * np.uint64(0xFF51AFD7ED558CCD)
    mixed ^= mixed >> np.uint64(33)
    return np.asarray(mixed * np.uint64(0xC4CEB9FE1A85EC53), dtype=np.uint64)


_SEED = 0x9E3779B9


def _table() -> NDArray[np.uint32]:
    """What a byte adds to a CRC-32 (ISO 3309)."""
    codes = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        codes = np.where(codes & 1, (codes >> 1) ^ np.uint32(0xEDB88320), codes >> 1).astype(np.uint32)
    return codes


_TABLE = _table()


def _letters(column: Any) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Where each text of a column begins and ends, and the bytes of all."""
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    whole = pa.concat_arrays(whole.chunks) if isinstance(whole, pa.ChunkedArray) else whole
    _, offsets, data = whole.cast(pa.large_string()).buffers()
    if not len(whole):
        return np.zeros(1, np.int64), np.zeros(0, np.uint8)
    begins = np.frombuffer(offsets, np.int64)[whole.offset : whole.offset + len(whole) + 1]
    return begins, np.zeros(0, np.uint8) if data is None else np.frombuffer(data, np.uint8)


@kept()
def _checked(
    begins: NDArray[np.int64],
    letters: NDArray[np.uint8],
    starts: NDArray[np.int64],
    more: NDArray[np.uint8],
    table: NDArray[np.uint32],
    seed: np.uint32,
) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """The CRC-32 of each source, nought and key, begun from nought and from a seed."""
    rows = begins.size - 1
    plain, seeded = np.empty(rows, np.uint32), np.empty(rows, np.uint32)
    for row in range(rows):
        one, other = np.uint32(0xFFFFFFFF), np.uint32(seed ^ np.uint32(0xFFFFFFFF))
        for at in range(begins[row], begins[row + 1]):
            one = table[(one ^ letters[at]) & 0xFF] ^ (one >> np.uint32(8))
            other = table[(other ^ letters[at]) & 0xFF] ^ (other >> np.uint32(8))
        one = table[one & 0xFF] ^ (one >> np.uint32(8))
        other = table[other & 0xFF] ^ (other >> np.uint32(8))
        for at in range(starts[row], starts[row + 1]):
            one = table[(one ^ more[at]) & 0xFF] ^ (one >> np.uint32(8))
            other = table[(other ^ more[at]) & 0xFF] ^ (other >> np.uint32(8))
        plain[row], seeded[row] = one ^ np.uint32(0xFFFFFFFF), other ^ np.uint32(0xFFFFFFFF)
    return plain, seeded
