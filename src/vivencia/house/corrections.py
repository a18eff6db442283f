"""Readings that somebody corrected: corrections.csv in the workspace, beside vivencia.toml.

Columns: `label` (negative, neutral, mixed or positive), `aspects` (all that a text speaks of, such as
`staff-,price+`, or `none`), or both, and either `source` and `id` of the signal or its `text`. They are
used when what the company's own texts teach is next learned, and the texts themselves are read as
corrected at once.
"""

import csv
from pathlib import Path

import pyarrow as pa

from vivencia.understanding.labels import NONE, labelled_aspects
from vivencia.words.errors import InputError
from vivencia.words.shapes.understanding import CORRECTIONS

FILE = "corrections.csv"
LABELS = ("negative", "neutral", "mixed", "positive")
_COLUMNS = ("source", "id", "text", "label", "aspects")


def read_corrections(folder: Path) -> pa.Table:
    """The corrections of a workspace, of the CORRECTIONS shape; empty where there is no file.

    Raises InputError that names every line that is not right.
    """
    file = folder / FILE
    return read_labels(file) if file.is_file() else _table([])


def read_labels(file: Path) -> pa.Table:
    """The labels of any file with these columns, of the CORRECTIONS shape.

    Raises InputError that names every line that is not right.
    """
    rows: list[dict[str, str | None]] = []
    mistakes: list[str] = []
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            reader = csv.DictReader(opened)
            if strange := sorted(set(reader.fieldnames or ()) - set(_COLUMNS)):
                mistakes.append(f"line 1: {', '.join(strange)} is no column; there are {', '.join(_COLUMNS)}")
            for row in reader:
                found = {name: (row.get(name) or "").strip() or None for name in _COLUMNS}
                if wrong := _wrong(found):
                    mistakes.append(f"line {reader.line_num}: {wrong}")
                rows.append(found)
    except UnicodeDecodeError as wrong:
        raise InputError(f"{file}: {wrong}", hint="save it as UTF-8") from wrong
    if mistakes:
        raise InputError("\n".join([f"{file}:", *mistakes]), hint="mend these lines; the others are right")
    return _table(rows)


def _table(rows: list[dict[str, str | None]]) -> pa.Table:
    return pa.table({name: pa.array([row[name] for row in rows], pa.string()) for name in CORRECTIONS.names})


def _wrong(row: dict[str, str | None]) -> str:
    if row["label"] is None and row["aspects"] is None:
        return "it has neither a label nor aspects"
    if row["label"] is not None and row["label"] not in LABELS:
        return f"label {row['label']!r} is none of {', '.join(LABELS)}"
    try:
        labelled_aspects(row["aspects"] or NONE)
    except ValueError as wrong:
        return str(wrong)
    if row["text"] is None and (row["source"] is None or row["id"] is None):
        return "it names neither a signal (source and id) nor a text"
    return ""
