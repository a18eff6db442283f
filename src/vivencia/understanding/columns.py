"""Readings as Arrow tables, and Arrow columns of texts as readings; each different text is read once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vivencia.understanding.pipeline import Judged, Reader, judge, read
from vivencia.understanding.reading import Aspect, Language, Mark, Reading, Span
from vivencia.understanding.rules import uncollected
from vivencia.words.shapes.understanding import (
    EMOTIONS,
    PROBABILITIES,
    READING_ASPECTS,
    READING_MARKS,
    READINGS,
)
from vivencia.words.tables import TableShape

#: Texts read in one go: their embeddings are held together.
AT_ONCE = 4096
#: Decimals kept of what a model says; more would only pretend.
DECIMALS = 4
#: The columns of a text's signal that stand beside what was read in it.
_BESIDE = ("customer", "at", "source", "id", "touchpoint")

_TYPES: dict[str, Any] = {
    "text": pa.string(),
    "int": pa.int64(),
    "float": pa.float64(),
    "bool": pa.bool_(),
    "time": pa.timestamp("us", "UTC"),
    "list_float": pa.list_(pa.float64()),
    "texts": pa.map_(pa.string(), pa.string()),
}


Pair = tuple[str | None, str | None]


@dataclass(frozen=True, slots=True)
class Read:
    """What was read in the different texts of a column, and which of them each row has (`of`).

    `words` are the columns of `READINGS` that come from the words alone; `aspects` and `marks`
    are those of the different texts in the order they are written, of text `…_of`.
    """

    of: NDArray[np.int64]
    words: Any
    aspects: list[Aspect]
    aspects_of: NDArray[np.int64]
    marks: list[Mark]
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


def read_words(texts: Any, languages: Any, reader: Reader) -> Read:
    """The same as columns, for many texts: no value is made for a row."""
    different, of = _different(texts, languages)
    tables: list[Any] = []
    aspects: list[list[Aspect]] = []
    marks: list[list[Mark]] = []
    for some in _batches(different) or [[]]:
        # A null is a text that says nothing.
        with uncollected():
            found = judge([text or "" for text, _ in some], [code for _, code in some], reader=reader)
            tables.append(pa.table(_judged_columns(found)))
            aspects += (sorted(one, key=_aspect_name) for one in found.aspects)
            marks += (sorted(one.marks, key=_mark_place) for one in found.batch.ruled)
    return Read(
        of, pa.concat_tables(tables).combine_chunks(),
        list(chain.from_iterable(aspects)), _owners(aspects),
        list(chain.from_iterable(marks)), _owners(marks),
    )  # fmt: skip


def _different(texts: Any, languages: Any) -> tuple[list[Pair], NDArray[np.int64]]:
    """The different pairs of text and language, and which of them each row is."""
    codes = _codes(languages, len(texts))
    place: dict[Pair, int] = {}
    of = [place.setdefault(pair, len(place)) for pair in zip(texts.to_pylist(), codes, strict=True)]
    return list(place), np.array(of, dtype=np.int64)


def _batches(different: list[Pair]) -> list[list[Pair]]:
    return [different[first : first + AT_ONCE] for first in range(0, len(different), AT_ONCE)]


def _aspect_name(aspect: Aspect) -> str:
    return aspect.aspect


def _mark_place(mark: Mark) -> tuple[str, int]:
    return mark.mark, mark.span.start


def _owners(found: Sequence[Sequence[Any]]) -> NDArray[np.int64]:
    return np.repeat(np.arange(len(found), dtype=np.int64), [len(one) for one in found])


def _codes(languages: Any, rows: int) -> list[str | None]:
    """The language of each row without its region: pt-BR is pt."""
    if languages is None:
        return [None] * rows
    held = pc.dictionary_encode(languages)
    held = held.combine_chunks() if isinstance(held, pa.ChunkedArray) else held
    held = pa.concat_arrays(held.chunks) if isinstance(held, pa.ChunkedArray) else held
    names = [
        code.split("-")[0].split("_")[0].lower() if code else None for code in held.dictionary.to_pylist()
    ]
    return [None if place is None else names[place] for place in held.indices.to_pylist()]


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
            "sentiment": found.sentiments,
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
    ones = found.aspects
    rows, which = _spread(found.of, found.aspects_of)
    said = pa.table({
        "aspect": pa.array([one.aspect for one in ones], pa.string()),
        "polarity": _numbers([one.polarity for one in ones]),
        "confidence": _numbers([one.confidence for one in ones]),
        "start": pa.array([one.spans[0].start if one.spans else None for one in ones], pa.int64()),
        "end": pa.array([one.spans[0].end if one.spans else None for one in ones], pa.int64()),
        "spans": pa.array([written(one.spans) for one in ones], pa.string()),
    })  # fmt: skip
    return _beside(signals, rows, said.take(which), READING_ASPECTS)


def marks_table(signals: Any, found: Read) -> Any:
    """The `READING_MARKS` of these signals."""
    ones = found.marks
    rows, which = _spread(found.of, found.marks_of)
    said = pa.table({
        "mark": pa.array([one.mark for one in ones], pa.string()),
        "value": pa.array([one.value for one in ones], pa.float64()),
        "start": pa.array([one.span.start for one in ones], pa.int64()),
        "end": pa.array([one.span.end for one in ones], pa.int64()),
    })  # fmt: skip
    return _beside(signals, rows, said.take(which), READING_MARKS)


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


def written(spans: Sequence[Span]) -> str:
    """Spans as text.

    >>> written((Span(0, 4), Span(10, 12)))
    '0-4 10-12'
    """
    return " ".join(f"{one.start}-{one.end}" for one in spans)


def rows_table(rows: Sequence[dict[str, Any]], shape: TableShape) -> Any:
    """Rows as a table of the declared columns and types, in the order declared."""
    kept = sorted(rows, key=lambda row: tuple(row[name] for name in shape.order))
    return pa.table(
        {column.name: pa.array([row.get(column.name) for row in kept], _TYPES[column.type])
         for column in shape.columns}
    )  # fmt: skip
