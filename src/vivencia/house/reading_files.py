"""Anyone's file with a column of words: read, and written again with what the words say beside it.

Needs no workspace, and may use what one has learned. Rows come a batch at a time and go out as
they are read, so the size of the file does not matter.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from vivencia.connectors import open_file
from vivencia.connectors.source import LINE
from vivencia.house.corrections import read_labels
from vivencia.house.exporting import TABLES
from vivencia.house.own_reader import own_reader
from vivencia.understanding.aspect_model import learn_from
from vivencia.understanding.columns import read_column, reading_columns
from vivencia.understanding.heads.labelled import LEAST, LEAST_OF_EACH, AspectTrial
from vivencia.understanding.pipeline import DEFAULT, Reader
from vivencia.understanding.reading import LANGUAGES, Reading
from vivencia.words.errors import FormatUnknown, InputError

Watch = Callable[[str, float, float | None], None]

#: Rows read in one go.
BATCH = 2_000
#: What is added to the file, each with the prefix; the last two are JSON.
ADDED = (
    "language", "variant", "outcome", "sentiment", "polarity", "intensity",
    "p_negative", "p_neutral", "p_mixed", "p_positive",
    "joy", "trust", "fear", "surprise", "sadness", "disgust", "anger", "text", "model",
)  # fmt: skip
PREFIX = "read_"


@dataclass(slots=True)
class Understood:
    """What `understand` did: rows read, and how they were read."""

    rows: int = 0
    sentiments: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    aspects: Counter[str] = field(default_factory=Counter)
    model: str = ""

    def as_dict(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "rows": self.rows,
            "model": self.model,
            "sentiments": dict(self.sentiments.most_common()),
            "languages": dict(self.languages.most_common()),
            "aspects": dict(self.aspects.most_common()),
        }

    def count(self, readings: list[Reading]) -> None:
        """Count these readings too."""
        self.rows += len(readings)
        self.sentiments.update(one.sentiment or one.outcome for one in readings)
        self.languages.update(one.language.code for one in readings)
        self.aspects.update(aspect.aspect for one in readings for aspect in one.aspects)
        self.model = readings[-1].model if readings else self.model


def understand(
    file: Path, out: Path, *, text: str, language: str | None = None, tier: str = DEFAULT,
    learn: Path | None = None, workspace: Path | None = None, watch: Watch | None = None, **reading: Any,
) -> Understood:  # fmt: skip
    """Read the column `text` of a file and write every column and what was read to `out`.

    `language` is a code (pt, es, it, en) for the whole file, or the name of a column of codes; `learn`
    a file of labelled texts that aspects are learned from first (`taught`); `workspace` a folder whose
    company's own words and aspects count.
    Raises InputError for a column that is not there, FormatUnknown for an ending nobody writes.
    """
    if out.suffix.lower() not in TABLES:
        raise FormatUnknown(out.name, hint=f"the endings are {', '.join(TABLES)}")
    if out.exists() and out.samefile(file):
        raise InputError(f"{out} is the file that is read.", hint="name another with --out")
    done = Understood()
    reader = Reader(tier) if workspace is None else own_reader(workspace, tier).reader
    reader = reader if learn is None else taught(learn, reader).reader
    TABLES[out.suffix.lower()](_understood(file, text, language, reader, done, watch, reading), out)
    return done


def _understood(
    file: Path, text: str, language: str | None, reader: Reader, done: Understood, watch: Watch | None,
    reading: dict[str, Any],
) -> Iterator[pa.Table]:  # fmt: skip
    needed = (text,) if language is None or language in LANGUAGES else (text, language)
    for table in batches(file, needed, reading):
        readings = read_table(table, text, language, reader)
        done.count(readings)
        if watch is not None:
            watch("reading", done.rows, None)
        yield with_readings(table, readings)


@dataclass(frozen=True, slots=True)
class Taught:
    """A reader that learned aspects from labelled texts, how it did on each, and the texts."""

    reader: Reader
    trials: list[AspectTrial]
    texts: frozenset[str]

    def rows(self) -> list[dict[str, Any]]:
        """How each aspect is found on texts left out, for `--json`."""
        return [
            {
                "aspect": one.aspect, "texts": one.texts, "spoken": one.spoken, "kept": one.kept,
                "without_labels": None if one.base is None else round(one.base, 4),
                "f1": round(one.f1, 4), "low": round(one.low, 4), "high": round(one.high, 4),
            }
            for one in self.trials
        ]  # fmt: skip


def taught(file: Path, reader: Reader) -> Taught:
    """The reader after it learned from a file with the columns `text` and `aspects` (as in corrections.csv).

    Raises InputError for lines that are not right, and where there is too little to learn from.
    """
    rows = [row for row in read_labels(file).to_pylist() if row["text"] and row["aspects"]]
    labels = {row["text"].strip(): row["aspects"] for row in rows}
    heads, trials = learn_from(list(labels), [None] * len(labels), list(labels.values()), reader)
    if not trials:
        raise InputError(
            f"{file.name} has {len(labels)} labelled texts: too few to learn from.",
            hint=f"it takes {LEAST} texts, and {LEAST_OF_EACH} that speak of an aspect and that do not",
        )
    return Taught(replace(reader, labelled=heads), trials, frozenset(labels))


def read_table(table: pa.Table, text: str, language: str | None, reader: Reader) -> list[Reading]:
    """One reading for each row of a table."""
    languages = None
    if language is not None:
        known = table.column(language) if language in table.column_names else None
        languages = pa.array([language] * table.num_rows, pa.string()) if known is None else known
        languages = languages.cast(pa.string())
    return read_column(table.column(text).cast(pa.string()), languages, reader)


def with_readings(table: pa.Table, readings: list[Reading]) -> pa.Table:
    """The table with what was read beside it; a column of the same name is never overwritten."""
    columns = reading_columns(readings)
    for name in ADDED:
        table = table.append_column(_free(table, PREFIX + name), columns[name])
    for name, values in (
        ("aspects", [_aspects(one) for one in readings]),
        ("marks", [_marks(one) for one in readings]),
    ):
        table = table.append_column(_free(table, PREFIX + name), pa.array(values, pa.string()))
    return table


def _free(table: pa.Table, name: str) -> str:
    while name in table.column_names:
        name += "_"
    return name


def _aspects(reading: Reading) -> str:
    return json.dumps(
        [
            {
                "aspect": one.aspect,
                "polarity": round(one.polarity, 4),
                "confidence": round(one.confidence, 4),
                "spans": [[span.start, span.end] for span in one.spans],
            }
            for one in reading.aspects
        ],
        ensure_ascii=False,
    )  # fmt: skip


def _marks(reading: Reading) -> str:
    return json.dumps(
        [
            {"mark": one.mark, "span": [one.span.start, one.span.end]}
            | ({"value": one.value} if one.value is not None else {})
            for one in reading.marks
        ]
    )


def batches(file: Path, needed: tuple[str, ...], reading: dict[str, Any]) -> Iterator[pa.Table]:
    """The rows of a file, without the line numbers; raises InputError for a column it lacks."""
    for table in open_file(file, batch_rows=BATCH, **reading).batches():
        names = [name for name in table.column_names if name != LINE]
        if missing := [name for name in needed if name not in names]:
            raise InputError(
                f"{file.name} has no column {', '.join(missing)}.", hint=f"its columns are {', '.join(names)}"
            )
        yield table.select(names)
