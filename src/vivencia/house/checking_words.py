"""How well words are read: readings beside labels that somebody gave, by language, with intervals.

Labels are sentiments, −1, 0 and 1, or stars 1–5 (1–2 negative, 3 neutral, 4–5 positive). A text is
never blamed for a class that the labels do not know: the choice is among the classes they have.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vivencia.house.own_reader import own_reader
from vivencia.house.reading_files import Watch, batches, read_table, taught
from vivencia.measure.rates import wilson
from vivencia.understanding.heads.quality import calibration_error, confusion, interval, macro_f1
from vivencia.understanding.pipeline import DEFAULT, Reader
from vivencia.understanding.reading import (
    LANGUAGES,
    NEGATIVE,
    POSITIVE,
    SENTIMENTS,
    UNDETERMINED,
    Reading,
)
from vivencia.words.errors import InputError

BINS = 10
_DRAWS = 300
_WORDS = {
    "negative": "negative", "neg": "negative", "-1": "negative", "negativo": "negative",
    "negativa": "negative",
    "neutral": "neutral", "neu": "neutral", "0": "neutral", "neutro": "neutral", "neutra": "neutral",
    "mixed": "mixed", "misto": "mixed", "mista": "mixed", "mixto": "mixed",
    "positive": "positive", "pos": "positive", "positivo": "positive", "positiva": "positive",
}  # fmt: skip
_STARS = {1: "negative", 2: "negative", 3: "neutral", 4: "positive", 5: "positive"}
_NO = frozenset({"", "0", "0.0", "no", "false", "n", "não", "nao"})

Floats = NDArray[np.float64]
Row = dict[str, Any]


@dataclass(slots=True)
class Compared:
    """Readings beside their labels, gathered batch by batch."""

    languages: list[str] = field(default_factory=list)
    probabilities: list[tuple[float, ...]] = field(default_factory=list)
    labels: list[Any] = field(default_factory=list)
    said: dict[str, list[bool]] = field(default_factory=dict)
    meant: dict[str, list[bool]] = field(default_factory=dict)
    rows: int = 0
    learned_from: int = 0
    model: str = ""


def check_understanding(
    file: Path, *, text: str, label: str, language: str | None = None, tier: str = DEFAULT,
    aspects: Mapping[str, str] | None = None, learn: Path | None = None, workspace: Path | None = None,
    watch: Watch | None = None, **reading: Any,
) -> Row:  # fmt: skip
    """Read a file that has labels and say how well the readings agree with them.

    `aspects` maps an aspect to the column that says whether a text speaks of it; `learn` is a file of
    labelled texts that aspects are learned from first, and `workspace` a folder whose company's own words
    and aspects count; no text is checked on that either holds. Raises
    InputError for a column that is not there or labels that are none.
    """
    wanted = dict(aspects or {})
    found = Compared(said={name: [] for name in wanted}, meant={name: [] for name in wanted})
    given = (language,) if language is not None and language not in LANGUAGES else ()
    own = None if workspace is None else own_reader(workspace, tier)
    reader = Reader(tier) if own is None else own.reader
    teaching = None if learn is None else taught(learn, reader)
    reader = reader if teaching is None else teaching.reader
    for table in batches(file, (text, label, *given, *wanted.values()), reading):
        labelled = table.filter(pa.array(_has_label(table.column(label))))
        found.rows += table.num_rows
        words = labelled.column(text).cast(pa.string()).to_pylist()
        unseen = [True] * len(words) if own is None else own.unseen(words)
        if teaching is not None:
            unseen = [
                new and (one or "").strip() not in teaching.texts
                for new, one in zip(unseen, words, strict=True)
            ]
        found.learned_from += len(unseen) - sum(unseen)
        labelled = labelled.filter(pa.array(unseen, pa.bool_()))
        _gather(found, labelled, read_table(labelled, text, language, reader), label, wanted)
        if watch is not None:
            watch("reading", found.rows, None)
    said = _said(found, tier)
    if teaching is not None:
        said |= {"learned": teaching.rows()}
    if teaching is not None or own is not None:
        said |= {"learned_from": found.learned_from}
    return said


def _has_label(column: Any) -> list[bool]:
    return [one is not None and str(one).strip() != "" for one in column.to_pylist()]


def _gather(
    found: Compared, table: pa.Table, readings: Sequence[Reading], label: str, wanted: Mapping[str, str]
) -> None:
    found.languages += [one.language.code for one in readings]
    found.probabilities += [one.probabilities for one in readings]
    found.labels += table.column(label).to_pylist()
    found.model = readings[0].model if readings else found.model
    for aspect, column in wanted.items():
        found.said[aspect] += [any(one.aspect == aspect for one in reading.aspects) for reading in readings]
        meant = table.column(column).to_pylist()
        found.meant[aspect] += [one is not None and str(one).strip().lower() not in _NO for one in meant]


def sentiments_of(labels: Sequence[Any]) -> list[str]:
    """Each label as a sentiment; raises InputError that shows those that are none.

    >>> sentiments_of([1, "5", 3.0])
    ['negative', 'positive', 'neutral']
    >>> sentiments_of(["-1", "pos", 1])
    ['negative', 'positive', 'positive']
    """
    numbers = [_number(one) for one in labels]
    if labels and all(one in _STARS for one in numbers):
        return [_STARS[int(one or 0)] for one in numbers]
    words = _WORDS | {"1": POSITIVE}
    plain = [str(one).strip().lower().removesuffix(".0").removeprefix("+") for one in labels]
    if strange := sorted({one for one in plain if one not in words}):
        raise InputError(
            f"These are no labels: {', '.join(strange[:5])}.",
            hint="labels are negative, neutral, mixed, positive; or -1, 0, 1; or stars 1 to 5",
        )
    return [words[one] for one in plain]


def _number(value: Any) -> float | None:
    try:
        return float(str(value).replace(",", "."))
    except ValueError:
        return None


def _said(found: Compared, tier: str) -> Row:
    if not found.labels:
        raise InputError("No row has a label.", hint="name the column of labels with --label")
    labels = np.array(sentiments_of(found.labels))
    probabilities = np.array(found.probabilities).reshape(-1, len(SENTIMENTS))
    languages = np.array(found.languages)
    groups = [one for one in (*LANGUAGES, "other", UNDETERMINED) if (languages == one).any()]
    every = np.ones(len(labels), dtype=bool)
    parts = [("all", every), *((one, languages == one) for one in groups if len(groups) > 1)]
    return {
        "tier": tier,
        "model": found.model,
        "rows": found.rows,
        "labelled": len(labels),
        "languages": [_quality(name, labels[at], probabilities[at]) for name, at in parts]
        if len(groups) > 1
        else [_quality(groups[0], labels, probabilities)],
        "aspects": [_aspect(name, found.meant[name], found.said[name]) for name in found.said],
    }


def _quality(language: str, labels: NDArray[np.str_], probabilities: Floats) -> Row:
    """What is said of one language: two classes, all that the labels have, calibration."""
    classes = [one for one in SENTIMENTS if (labels == one).any()]
    places = [SENTIMENTS.index(one) for one in classes]
    chosen = np.array(classes)[np.argmax(probabilities[:, places], axis=1)]
    negative, positive = (probabilities[:, SENTIMENTS.index(one)] for one in (NEGATIVE, POSITIVE))
    sided = (labels == NEGATIVE) | (labels == POSITIVE)
    likes = positive / np.maximum(negative + positive, 1e-12)
    said = np.where(likes > 0.5, POSITIVE, NEGATIVE)
    liked = labels[sided] == POSITIVE
    return {
        "language": language,
        "n": len(labels),
        "two_classes": _score(labels[sided], said[sided]),
        "all_classes": _score(labels, chosen),
        "classes": classes,
        "confusion": confusion(labels.tolist(), chosen.tolist(), classes).tolist(),
        "calibration_error": round(calibration_error(likes[sided], liked, bins=BINS), 4)
        if sided.any()
        else None,
        "reliability": _reliability(likes[sided], liked),
    }


def _score(labels: Any, said: Any) -> Row | None:
    if not len(labels):
        return None
    low, high = interval(labels, said, chance=np.random.default_rng(7), draws=_DRAWS)
    return {
        "macro_f1": round(macro_f1(labels, said), 4), "low": round(low, 4), "high": round(high, 4),
        "n": len(labels),
    }  # fmt: skip


def _reliability(sure: Floats, right: NDArray[np.bool_]) -> list[Row]:
    """How often texts were liked whose probability of being liked fell in each tenth, with its interval."""
    at = np.minimum((sure * BINS).astype(int), BINS - 1)
    rows = []
    for one in range(BINS):
        here = at == one
        if not here.any():
            continue
        was, low, high = wilson(float(right[here].sum()), float(here.sum()))
        rows.append(
            {
                "from": one / BINS, "to": (one + 1) / BINS, "n": int(here.sum()),
                "said": round(float(sure[here].mean()), 4), "was": round(was, 4),
                "low": round(low, 4), "high": round(high, 4),
            }
        )  # fmt: skip
    return rows


def _aspect(name: str, meant: Sequence[bool], said: Sequence[bool]) -> Row:
    truth, found = np.array(meant, dtype=bool), np.array(said, dtype=bool)
    both = int((truth & found).sum())
    return {
        "aspect": name,
        "n": int(truth.sum()),
        "precision": round(both / int(found.sum()), 4) if found.any() else None,
        "recall": round(both / int(truth.sum()), 4) if truth.any() else None,
        "f1": round(2 * both / int(truth.sum() + found.sum()), 4) if truth.any() or found.any() else None,
    }
