"""Ordinary reviews no reader was made with: their format, and that they are read as well as they were."""

from collections import Counter
from pathlib import Path

import pytest

from made_up.sentences import rows
from vivencia.understanding.pipeline import DEFAULT, Reader, read
from vivencia.understanding.reading import ASPECTS, SENTIMENTS

FOLDER = Path(__file__).parent / "ordinary"
CORPUS = Path(__file__).parents[2] / "tools" / "heads" / "corpus"
#: Five points under the share of likings told right when they were first read, of 128.
FLOOR = {"pt": 0.81, "es": 0.82, "it": 0.82, "en": 0.84}


@pytest.mark.parametrize("language", sorted(FLOOR))
def test_each_review_has_its_labels(language: str) -> None:
    header, *reviews = rows(FOLDER / f"{language}.tsv")
    assert header == ["polarity", "aspects", "text"]
    assert Counter(row[0] for row in reviews) == {"neg": 66, "pos": 62, "mix": 10, "neu": 12}
    told = {one for row in reviews for one in row[1].split(",") if one}
    assert {one[:-1] for one in told} <= set(ASPECTS)
    assert {one[-1] for one in told} <= {"+", "-", "0"}
    assert len({row[2] for row in reviews}) == len(reviews)


@pytest.mark.parametrize("language", sorted(FLOOR))
def test_no_review_was_learned_from(language: str) -> None:
    known = {row[-1].casefold() for file in CORPUS.glob("*.tsv") for row in rows(file)}
    assert len(known) > 9_000
    assert [row[2] for row in rows(FOLDER / f"{language}.tsv")[1:] if row[2].casefold() in known] == []


@pytest.mark.parametrize("language", sorted(FLOOR))
def test_the_default_tier_tells_liking_no_worse_than_it_did(language: str) -> None:
    reviews = [row for row in rows(FOLDER / f"{language}.tsv")[1:] if row[0] in ("neg", "pos")]
    found = read([row[2] for row in reviews], [language] * len(reviews), reader=Reader(DEFAULT))
    bad, good = SENTIMENTS.index("negative"), SENTIMENTS.index("positive")
    likes = [one.probabilities[good] > one.probabilities[bad] for one in found]
    right = [said == (row[0] == "pos") for said, row in zip(likes, reviews, strict=True)]
    assert sum(right) / len(right) >= FLOOR[language]
