"""Language identification: cuts of 20 to 40 characters, longer texts, and other languages."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from benchmarks.text.sets import FOLDERS, TESTS, rows_of, texts_by_language
from benchmarks.text.tables import share, table
from vivencia.understanding.languages import detect
from vivencia.understanding.reading import LANGUAGES

AT_MOST = 1500
#: An address or a name says nothing of the language.
_NO_WORDS = re.compile(r"https?:\S+|[@#]\w+")


def language_lines(folder: Path | None) -> Iterator[str]:
    """The share told right, by source, length and language."""
    own = {code: [row["text"] for at in FOLDERS for row in rows_of(at / f"{code}.tsv")] for code in LANGUAGES}
    rows: list[list[str]] = []
    for name, source in (("the repository's own", own), ("reference data", texts_by_language(folder))):
        if not source:
            continue
        for length, low, high in (("20–40 characters", 20, 40), ("41 or more", 41, None)):
            chosen = {code: _texts(texts, low, high) for code, texts in source.items()}
            rows.append([name, length, *_row(chosen)])
    other = [line.split("\t")[1] for line in (TESTS / "elsewhere.tsv").read_text("utf-8").splitlines()]
    told = sum(one.code == "other" for one in detect(other))
    yield from table(["language of", "length", "n", *LANGUAGES, "mean of the four"], rows)
    yield from table(
        ["other languages", "n", "told as other"], [["elsewhere", str(len(other)), share(told, len(other))]]
    )


def _row(chosen: dict[str, list[str]]) -> list[str]:
    right = {
        code: sum(one.code == code for one in detect(texts)) / max(1, len(texts))
        for code, texts in chosen.items()
    }
    count = sum(map(len, chosen.values()))
    each = [f"{right[code]:.4f}" if code in right else "" for code in LANGUAGES]
    return [str(count), *each, f"{float(np.mean(list(right.values()))):.4f}"]


def _texts(texts: Sequence[str], low: int, high: int | None) -> list[str]:
    """Whole texts from `low` on; or, up to `high`, words in a row from anywhere in each text."""
    if high is None:
        return [text for text in texts if len(text) >= low][:AT_MOST]
    chance = np.random.default_rng(1)
    cuts = (cut(text.split(), int(chance.integers(1 << 30)), high) for text in texts)
    return [one for one in cuts if len(one) >= low and _letters(one) > low / 2][:AT_MOST]


def _letters(text: str) -> int:
    return sum(letter.isalpha() for letter in _NO_WORDS.sub("", text))


def cut(words: Sequence[str], draw: int, high: int) -> str:
    """As many words in a row as make at most `high` characters, from the one that is drawn."""
    first = draw % len(words) if words else 0
    found = ""
    for word in words[first:]:
        longer = f"{found} {word}".strip()
        if len(longer) > high:
            break
        found = longer
    return found
