"""Readings as Arrow tables, and Arrow columns of texts as readings; each different text is read once."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from vivencia.understanding.pipeline import Reader, read
from vivencia.understanding.reading import Reading, Span
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


def read_column(texts: Any, languages: Any, reader: Reader) -> list[Reading]:
    """One reading for each row; `languages` is a column of codes or None where they are not known.

    Only different texts are read: customers say "great" often.
    """
    pairs = list(zip(texts.to_pylist(), _codes(languages, len(texts)), strict=True))
    different = list(dict.fromkeys(pairs))
    found: dict[tuple[str, str | None], Reading] = {}
    for first in range(0, len(different), AT_ONCE):
        some = different[first : first + AT_ONCE]
        # A null is a text that says nothing.
        done = read([text or "" for text, _ in some], [code for _, code in some], reader=reader)
        found |= dict(zip(some, done, strict=True))
    return [found[pair] for pair in pairs]


def _codes(languages: Any, rows: int) -> list[str | None]:
    """The language of each row without its region: pt-BR is pt."""
    if languages is None:
        return [None] * rows
    return [code.split("-")[0].split("_")[0].lower() if code else None for code in languages.to_pylist()]


def readings_table(signals: Any, readings: Sequence[Reading]) -> Any:
    """The `READINGS` of these signals (their columns are those of `TEXTS`), a row each."""
    made: dict[str, Any] = {name: signals.column(name) for name in (*_BESIDE, "stage")}
    made |= reading_columns(readings)
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
    texts, numbers, flags = pa.string(), pa.float64(), pa.bool_()
    made: dict[str, Any] = {
        "language": pa.array([one.language.code for one in readings], texts),
        "confidence": _numbers([one.language.confidence for one in readings]),
        "variant": pa.array([one.language.variant for one in readings], texts),
        "mixed_language": pa.array([one.language.mixed for one in readings], flags),
        "outcome": pa.array([one.outcome for one in readings], texts),
        "sentiment": pa.array([one.sentiment for one in readings], texts),
        "polarity": _numbers([one.polarity for one in readings]),
        "intensity": _numbers([one.intensity for one in readings]),
        "text": pa.array([one.text for one in readings], texts),
        "masked": pa.array([len(one.masks) for one in readings], pa.int64()),
        "model": pa.array([one.model for one in readings], texts),
    }
    for place, name in enumerate(PROBABILITIES):
        made[name] = _numbers([one.probabilities[place] for one in readings])
    for place, name in enumerate(EMOTIONS):
        made[name] = pa.array([round(one.emotions[place], DECIMALS) for one in readings], numbers)
    return made


def _numbers(values: Sequence[float]) -> Any:
    return pa.array([round(float(one), DECIMALS) for one in values], pa.float64())


def aspects_table(signals: Any, readings: Sequence[Reading]) -> Any:
    """The `READING_ASPECTS` of these signals, surest span first."""
    found = [
        (row, one) for row, reading in enumerate(readings)
        for one in sorted(reading.aspects, key=lambda aspect: aspect.aspect)
    ]  # fmt: skip
    ones = [one for _, one in found]
    made = _of_signals(signals, [row for row, _ in found]) | {
        "aspect": pa.array([one.aspect for one in ones], pa.string()),
        "polarity": _numbers([one.polarity for one in ones]),
        "confidence": _numbers([one.confidence for one in ones]),
        "start": pa.array([one.spans[0].start if one.spans else None for one in ones], pa.int64()),
        "end": pa.array([one.spans[0].end if one.spans else None for one in ones], pa.int64()),
        "spans": pa.array([written(one.spans) for one in ones], pa.string()),
    }
    return pa.table({name: made[name] for name in READING_ASPECTS.names})


def marks_table(signals: Any, readings: Sequence[Reading]) -> Any:
    """The `READING_MARKS` of these signals."""
    found = [
        (row, one) for row, reading in enumerate(readings)
        for one in sorted(reading.marks, key=lambda mark: (mark.mark, mark.span.start))
    ]  # fmt: skip
    ones = [one for _, one in found]
    made = _of_signals(signals, [row for row, _ in found]) | {
        "mark": pa.array([one.mark for one in ones], pa.string()),
        "value": pa.array([one.value for one in ones], pa.float64()),
        "start": pa.array([one.span.start for one in ones], pa.int64()),
        "end": pa.array([one.span.end for one in ones], pa.int64()),
    }
    return pa.table({name: made[name] for name in READING_MARKS.names})


def _of_signals(signals: Any, rows: list[int]) -> dict[str, Any]:
    taken = signals.select(list(_BESIDE)).take(pa.array(rows, pa.int64()))
    return {name: taken.column(name) for name in _BESIDE}


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
