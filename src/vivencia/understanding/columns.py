"""Readings as Arrow tables, and Arrow columns of texts as readings; each different text is read once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vivencia.plans.arrow import TYPES
from vivencia.understanding.batch import Judged
from vivencia.understanding.pipeline import AT_ONCE, Reader, judge, read
from vivencia.understanding.reading import MARKS, SENTIMENTS, Language, Reading
from vivencia.understanding.rulings import VALUED, Rulings
from vivencia.understanding.spoken import Spoken
from vivencia.words.shapes.understanding import (
    EMOTIONS,
    PROBABILITIES,
    READING_ASPECTS,
    READING_MARKS,
    READINGS,
)
from vivencia.words.tables import TableShape

#: Decimals kept of what a model says; more would only pretend.
DECIMALS = 4
#: Different texts whose readings are held while many are read: some 100 MB.
KEPT = 100_000
#: The columns of a text's signal that stand beside what was read in it.
_BESIDE = ("customer", "at", "source", "id", "touchpoint")

Pair = tuple[str | None, str | None]


@dataclass(frozen=True, slots=True)
class Read:
    """What was read in the different texts of a column, and which of them each row has (`of`).

    `words` are the columns of `READINGS` that come from the words alone; `aspects` and `marks`
    those of `READING_ASPECTS` and `READING_MARKS` for the different texts in the order they are
    written, of text `…_of`.
    """

    of: NDArray[np.int64]
    words: Any
    aspects: Any
    aspects_of: NDArray[np.int64]
    marks: Any
    marks_of: NDArray[np.int64]


def read_column(texts: Any, languages: Any, reader: Reader) -> list[Reading]:
    """One reading for each row; `languages` is a column of codes or None where they are not known.

    Only different texts are read: customers say "great" often.
    """
    different, of = _different(texts, languages)
    found = [
        one for some in _batches(different)
        for one in read([text or "" for text, _ in some], [code for _, code in some], reader=reader)
    ]  # fmt: skip
    return [found[place] for place in of.tolist()]


class Known:
    """What was read already, of one reader; a text that comes again is not read again.

    It belongs to `mark`, which stands for all that a reading depends on; another mark, or more than
    `KEPT` different texts, and it begins anew, so what it holds is bounded.
    """

    def __init__(self) -> None:
        """Nothing read yet."""
        self._mark: Any = None
        self._begin()

    def _begin(self) -> None:
        self._place: dict[Pair, int] = {}
        self._found: tuple[Any, Any, Any] | None = None

    def read(self, texts: Any, languages: Any, reader: Reader, mark: Any = None) -> Read:
        """What `read_words` gives."""
        different, which = _different(texts, languages)
        if mark != self._mark or len(self._place) > KEPT:
            self._mark = mark
            self._begin()
        begun = len(self._place)
        place = [self._place.setdefault(pair, len(self._place)) for pair in different]
        if len(self._place) > begun or self._found is None:
            more = _read(list(islice(self._place, begun, None)), reader, begun)
            parts = [more] if self._found is None else [self._found, more]
            words, said, marked = (
                pa.concat_tables(part).combine_chunks() for part in zip(*parts, strict=True)
            )
            self._found = words, said, marked
        words, said, marked = self._found
        return Read(
            np.array(place, dtype=np.int64)[which], words,
            said.drop_columns("of"), said.column("of").to_numpy(),
            marked.drop_columns("of"), marked.column("of").to_numpy(),
        )  # fmt: skip


def read_words(texts: Any, languages: Any, reader: Reader) -> Read:
    """The same as columns, for many texts: no value is made for a row."""
    return Known().read(texts, languages, reader)


def _read(different: list[Pair], reader: Reader, begun: int) -> tuple[Any, Any, Any]:
    """Words, aspects and marks of different texts, the first of which is number `begun`."""
    words, aspects, marks = [], [], []
    for some in _batches(different) or [[]]:
        # A null is a text that says nothing.
        found = judge([text or "" for text, _ in some], [code for _, code in some], reader=reader)
        words.append(pa.table(_judged_columns(found)))
        aspects.append(_aspect_columns(found.spoken, begun))
        marks.append(_mark_columns(found.batch.ruled, begun))
        begun += len(some)
    return pa.concat_tables(words), pa.concat_tables(aspects), pa.concat_tables(marks)


def _aspect_columns(spoken: Spoken, begun: int) -> Any:
    """The aspects of a batch whose first text is number `begun`, in order of text and name."""
    names = np.array(spoken.names, dtype=object)
    rank = np.argsort(np.argsort(names))
    ones = spoken.take(np.lexsort((rank[spoken.aspect], spoken.of)))
    spans = pc.binary_join_element_wise(
        pa.array(ones.start).cast(pa.string()), pa.array(ones.end).cast(pa.string()), "-"
    )
    bounds = np.concatenate([np.zeros(1, np.int64), ones.upto]).astype(np.int32)
    some = ones.upto > ones.first
    first = np.minimum(ones.first, max(len(ones.start) - 1, 0))
    none = ~some if len(some) else None
    return pa.table({
        "of": pa.array(ones.of + begun, pa.int64()),
        "aspect": pa.array(names[ones.aspect].tolist(), pa.string()),
        "polarity": _numbers(ones.polarity),
        "confidence": _numbers(ones.confidence),
        "start": pa.array(ones.start[first] if len(ones.start) else ones.of, pa.int64(), mask=none),
        "end": pa.array(ones.end[first] if len(ones.end) else ones.of, pa.int64(), mask=none),
        "spans": pc.binary_join(pa.ListArray.from_arrays(bounds, spans), " "),
    })  # fmt: skip


def _mark_columns(ruled: Rulings, begun: int) -> Any:
    """The marks of a batch, in order of text, name and place."""
    of, marks = ruled.marks()
    names = np.array(MARKS, dtype=object)
    rank = np.argsort(np.argsort(names))
    order = np.lexsort((marks["first"], rank[marks["code"]], of))
    of, marks = of[order], marks[order]
    return pa.table({
        "of": pa.array(of + begun, pa.int64()),
        "mark": pa.array(names[marks["code"]].tolist(), pa.string()),
        "value": pa.array(marks["value"].astype(np.float64), mask=~np.isin(marks["code"], VALUED)),
        "start": pa.array(marks["first"].astype(np.int64)),
        "end": pa.array(marks["last"].astype(np.int64)),
    })  # fmt: skip


def _different(texts: Any, languages: Any) -> tuple[list[Pair], NDArray[np.int64]]:
    """The different pairs of text and language, and which of them each row is."""
    if not len(texts):
        return [], np.zeros(0, dtype=np.int64)
    words, text = _numbered(texts)
    names, language = _codes(languages, len(texts))
    pairs, of = np.unique(text * len(names) + language, return_inverse=True)
    told = words.take(pa.array(pairs // len(names))).to_pylist()
    spoken = [names[place] for place in (pairs % len(names)).tolist()]
    return list(zip(told, spoken, strict=True)), of.astype(np.int64)


def _numbered(column: Any) -> tuple[Any, NDArray[np.int64]]:
    """The different values of a column, the last of them null, and the place of each row's among them."""
    held = pc.dictionary_encode(column)
    held = held.combine_chunks() if isinstance(held, pa.ChunkedArray) else held
    held = pa.concat_arrays(held.chunks) if isinstance(held, pa.ChunkedArray) else held
    places = pc.fill_null(held.indices.cast(pa.int64()), len(held.dictionary))
    return pa.concat_arrays([held.dictionary, pa.nulls(1, held.dictionary.type)]), places.to_numpy()


def _batches(different: list[Pair]) -> list[list[Pair]]:
    return [different[first : first + AT_ONCE] for first in range(0, len(different), AT_ONCE)]


def _codes(languages: Any, rows: int) -> tuple[list[str | None], NDArray[np.int64]]:
    """The languages without their region (pt-BR is pt), None among them, and which each row has."""
    if languages is None:
        return [None], np.zeros(rows, dtype=np.int64)
    words, place = _numbered(languages)
    names = [code.split("-")[0].split("_")[0].lower() if code else None for code in words.to_pylist()]
    different = list(dict.fromkeys(names))
    return different, np.array([different.index(name) for name in names], dtype=np.int64)[place]


def readings_table(signals: Any, found: Read) -> Any:
    """The `READINGS` of these signals (their columns are those of `TEXTS`), a row each."""
    made: dict[str, Any] = {name: signals.column(name) for name in (*_BESIDE, "stage")}
    words = found.words.take(pa.array(found.of))
    made |= {name: words.column(name) for name in words.column_names}
    counted = pc.fill_null(pc.list_value_length(_as_list(signals.column("ratings"))), 0)
    made["rated"] = pc.greater(counted, 0)
    return pa.table({name: made[name] for name in READINGS.names})


def _as_list(column: Any) -> Any:
    """A map column as a list of its entries, which Arrow can count."""
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(whole, pa.ChunkedArray):
        whole = whole.chunk(0) if whole.num_chunks else pa.array([], whole.type)
    return whole.cast(pa.list_(pa.struct([("key", pa.string()), ("value", pa.float64())])))


def reading_columns(readings: Sequence[Reading]) -> dict[str, Any]:
    """What was read, a column each: those of `READINGS` that come from the words alone."""
    return _columns(
        [one.language for one in readings],
        {
            "outcome": [one.outcome for one in readings],
            "sentiment": [one.sentiment for one in readings],
            "text": [one.text for one in readings],
            "model": [one.model for one in readings],
        },
        np.array([one.probabilities for one in readings], dtype=np.float64).reshape(-1, len(PROBABILITIES)),
        np.array([one.emotions for one in readings], dtype=np.float64).reshape(-1, len(EMOTIONS)),
        np.array([(one.polarity, one.intensity) for one in readings], dtype=np.float64).reshape(-1, 2),
        [len(one.masks) for one in readings],
    )


def _judged_columns(found: Judged) -> dict[str, Any]:
    batch = found.batch
    return _columns(
        batch.languages,
        {
            "outcome": batch.outcomes,
            "sentiment": np.array([*SENTIMENTS, None])[found.sentiments].tolist(),
            "text": batch.texts,
            "model": found.models,
        },
        found.probabilities,
        found.emotions,
        np.stack([found.polarity, found.intensity], axis=1),
        [len(masks) for masks in batch.masks],
    )


def _columns(
    languages: Sequence[Language],
    words: Mapping[str, Sequence[str | None]],
    probabilities: NDArray[np.float64],
    emotions: NDArray[np.float64],
    liked: NDArray[np.float64],
    masked: Sequence[int],
) -> dict[str, Any]:
    made: dict[str, Any] = {
        "language": pa.array([one.code for one in languages], pa.string()),
        "confidence": _numbers([one.confidence for one in languages]),
        "variant": pa.array([one.variant for one in languages], pa.string()),
        "mixed_language": pa.array([one.mixed for one in languages], pa.bool_()),
        "polarity": _numbers(liked[:, 0]),
        "intensity": _numbers(liked[:, 1]),
        "masked": pa.array(masked, pa.int64()),
    }
    made |= {name: pa.array(values, pa.string()) for name, values in words.items()}
    made |= {name: _numbers(probabilities[:, place]) for place, name in enumerate(PROBABILITIES)}
    return made | {name: _numbers(emotions[:, place]) for place, name in enumerate(EMOTIONS)}


def _numbers(values: Any) -> Any:
    return pa.array(np.round(np.asarray(values, dtype=np.float64), DECIMALS), pa.float64())


def aspects_table(signals: Any, found: Read) -> Any:
    """The `READING_ASPECTS` of these signals, surest span first."""
    rows, which = _spread(found.of, found.aspects_of)
    return _beside(signals, rows, found.aspects.take(which), READING_ASPECTS)


def marks_table(signals: Any, found: Read) -> Any:
    """The `READING_MARKS` of these signals."""
    rows, which = _spread(found.of, found.marks_of)
    return _beside(signals, rows, found.marks.take(which), READING_MARKS)


def _spread(of: NDArray[np.int64], owners: NDArray[np.int64]) -> tuple[Any, Any]:
    """For each row and each thing its text has: the row, and which thing; `owners` go up."""
    texts = int(of.max()) + 1 if len(of) else 0
    first = np.searchsorted(owners, np.arange(texts + 1))
    counts = np.diff(first)[of] if texts else np.zeros(0, dtype=np.int64)
    rows = np.repeat(np.arange(len(of)), counts)
    begun = np.cumsum(counts) - counts
    which = first[of[rows]] + np.arange(len(rows)) - begun[rows]
    return pa.array(rows, pa.int64()), pa.array(which, pa.int64())


def _beside(signals: Any, rows: Any, said: Any, shape: TableShape) -> Any:
    taken = signals.select(list(_BESIDE)).take(rows)
    made = {name: taken.column(name) for name in _BESIDE} | {
        name: said.column(name) for name in said.column_names
    }
    return pa.table({name: made[name] for name in shape.names})


def rows_table(rows: Sequence[dict[str, Any]], shape: TableShape) -> Any:
    """Rows as a table of the declared columns and types, in the order declared."""
    kept = sorted(rows, key=lambda row: tuple(row[name] for name in shape.order))
    return pa.table(
        {column.name: pa.array([row.get(column.name) for row in kept], TYPES[column.type])
         for column in shape.columns}
    )  # fmt: skip
