"""Sentences no reader was made with: their format, and that the default tier reads them as well as it did."""

from collections import Counter
from pathlib import Path

import pytest

from made_up.sentences import rows
from vivencia.understanding.pipeline import DEFAULT, Reader, read
from vivencia.understanding.reading import MIXED, NEGATIVE, NEUTRAL, POSITIVE

FOLDER = Path(__file__).parent / "unseen"
SENTIMENT = {"neg": NEGATIVE, "neu": NEUTRAL, "mix": MIXED, "pos": POSITIVE}
#: Five points under the share of right readings of the first and only measurement: 47, 50, 46 and 44 of 60.
FLOOR = {"pt": 0.733, "es": 0.783, "it": 0.716, "en": 0.683}
PHENOMENA = {
    "negation", "contrast", "no_negative_word", "no_positive_word", "mixed", "plain",
    "question", "fact", "news", "plan",
}  # fmt: skip


@pytest.mark.parametrize("language", sorted(FLOOR))
def test_each_sentence_has_a_label_and_a_sensible_length(language: str) -> None:
    header, *sentences = rows(FOLDER / f"{language}.tsv")
    assert header == ["polarity", "hard", "phenomenon", "text"]
    assert Counter(row[0] for row in sentences) == {"neg": 24, "pos": 20, "neu": 10, "mix": 6}
    assert {row[1] for row in sentences} == {"0"}
    assert {row[2] for row in sentences} <= PHENOMENA
    texts = [row[3] for row in sentences]
    assert [text for text in texts if not 4 <= len(text.split()) <= 40] == []
    assert len(set(texts)) == len(texts)
    judged = [row for row in sentences if row[0] == "neg"]
    assert sum(row[2] == "no_negative_word" for row in judged) * 3 >= len(judged)
    assert sum(row[2] in ("negation", "contrast", "mixed") for row in sentences) * 3 >= len(sentences)


@pytest.mark.parametrize("language", sorted(FLOOR))
def test_no_sentence_was_tuned_or_trained_on(language: str) -> None:
    root = Path(__file__).parents[2]
    known = [
        Path(__file__).parent / "challenge" / f"{language}.tsv",
        root / "tools" / "heads" / "corpus" / f"{language}.tsv",
        root / "tools" / "heads" / "corpus" / f"reviews_{language}.tsv",
        root / "tools" / "heads" / "corpus" / f"reviews2_{language}.tsv",
    ]
    seen = {row[-1].casefold() for file in known for row in rows(file)}
    assert len(seen) > 500
    assert [row[3] for row in rows(FOLDER / f"{language}.tsv") if row[3].casefold() in seen] == ["text"]
    for name in ("seeds", "plain", "trades"):
        told = (root / "tools" / "heads" / "corpus" / f"{name}.txt").read_text(encoding="utf-8").casefold()
        taught = {text for line in told.splitlines() for text in line.split("|")[3:]}
        assert [row[3] for row in rows(FOLDER / f"{language}.tsv") if row[3].casefold() in taught] == []


@pytest.mark.parametrize("language", sorted(FLOOR))
def test_the_default_tier_reads_them_no_worse_than_it_did(language: str) -> None:
    sentences = rows(FOLDER / f"{language}.tsv")[1:]
    found = read([row[3] for row in sentences], [language] * len(sentences), reader=Reader(DEFAULT))
    right = [reading.sentiment == SENTIMENT[row[0]] for row, reading in zip(sentences, found, strict=True)]
    assert sum(right) / len(right) >= FLOOR[language]
