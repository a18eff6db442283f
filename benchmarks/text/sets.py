"""The texts that readers are judged on: those of the repository, and a folder of others.

A set is a CSV or TSV with a column `text` and what it is held to: `polarity` (negative,
neutral, mixed, positive, or neg, neu, mix, pos), `stars`, or `lang` where it is not in the
file's name (`pt_….csv`). The repository brings the challenge sentences, which were tuned on;
the unseen ones and `ordinary`, by whose rows constants of the joining were chosen; and
`ordinary2` and `posts`, by which nothing was.
"""

import csv
import html
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from vivencia.understanding.reading import LANGUAGES

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests" / "understanding"
CHALLENGES = TESTS / "challenge"
FOLDERS = (CHALLENGES, *(TESTS / name for name in ("unseen", "ordinary", "ordinary2", "posts")))
NAMES = {"neg": "negative", "neu": "neutral", "mix": "mixed", "pos": "positive"}
#: No more texts of a set than this are read.
AT_MOST = 2500


@dataclass(frozen=True)
class TextSet:
    """Texts of one language and what each is held to."""

    name: str
    language: str
    texts: list[str]
    truth: list[str]

    def first(self, count: int) -> "TextSet":
        """The first so many texts."""
        return replace(self, texts=self.texts[:count], truth=self.truth[:count])


def sets(folder: Path | None) -> Iterator[TextSet]:
    """The sentences of the repository, then every labelled file of the folder."""
    for file in (one for at in FOLDERS for one in sorted(at.glob("*.tsv"))):
        rows = [row for row in rows_of(file) if row.get("hard") != "1"]
        texts, truth = [row["text"] for row in rows], [_truth(row) for row in rows]
        yield TextSet(f"{file.parent.name} {file.stem}", file.stem, texts, truth)
    for file in sorted(folder.glob("*.[ct]sv")) if folder else ():
        rows = [_whole(row) for row in rows_of(file)]
        kept = [row for row in rows if row.get("text") and (row.get("polarity") or row.get("stars"))]
        language = file.stem[:2] if file.stem[:2] in LANGUAGES else (kept[0]["lang"] if kept else "")
        if kept and language in LANGUAGES:
            chance = np.random.default_rng(7)
            kept = [kept[at] for at in chance.permutation(len(kept))[:AT_MOST]]
            yield TextSet(file.stem, language, [row["text"] for row in kept], [_truth(row) for row in kept])


def rows_of(file: Path) -> list[dict[str, str]]:
    """The rows of a table with a header; lines of a TSV that begin with # are remarks."""
    tabs = file.suffix == ".tsv"
    with file.open(encoding="utf-8", newline="") as lines:
        plain = (line for line in lines if not (tabs and line.startswith("#")))
        if tabs:
            return list(csv.DictReader(plain, delimiter="\t", quoting=csv.QUOTE_NONE))
        return list(csv.DictReader(plain))


def texts_by_language(folder: Path | None) -> dict[str, list[str]]:
    """Every text of the folder whose language its file's name says, labelled or not."""
    found: dict[str, list[str]] = {}
    for file in sorted(folder.glob("*.[ct]sv")) if folder else ():
        if file.stem[:2] in LANGUAGES:
            texts = [html.unescape(row.get("text") or row.get("sentence") or "") for row in rows_of(file)]
            found.setdefault(file.stem[:2], []).extend(text for text in texts if text.strip())
    return found


def _whole(row: dict[str, str]) -> dict[str, str]:
    """A sentence labelled aspect by aspect, as a text that likes, dislikes, or both."""
    if "sentence" not in row:
        return row
    good, bad = (
        any(value == "1" for name, value in row.items() if name.endswith(end))
        for end in ("_positive", "_negative")
    )
    said = "mix" if good and bad else "pos" if good else "neg" if bad else "neu"
    return {"text": row["sentence"], "polarity": said}


def _truth(row: dict[str, str]) -> str:
    said = row.get("polarity") or ""
    if said:
        return NAMES.get(said, said)
    stars = float(row["stars"])
    return "negative" if stars <= 2 else "positive" if stars >= 4 else "neutral"
