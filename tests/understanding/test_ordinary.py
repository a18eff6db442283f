"""Ordinary reviews and posts no reader learned from: their format, and that they are read as they were."""

from collections import Counter
from pathlib import Path

import pytest

from made_up.sentences import rows
from vivencia.understanding.pipeline import DEFAULT, Reader, read
from vivencia.understanding.reading import ASPECTS, EMOTIONS, SENTIMENTS

HERE = Path(__file__).parent
CORPUS = HERE.parents[1] / "tools" / "heads" / "corpus"
LANGUAGES = ("en", "es", "it", "pt")
COUNTS = {
    "ordinary": {"neg": 66, "pos": 62, "mix": 10, "neu": 12},
    "ordinary2": {"neg": 88, "pos": 82, "mix": 14, "neu": 16},
    "posts": {"neg": 55, "pos": 45, "neu": 60},
}
#: Five points under the share of likings told right when they were first read, of 128 and 170.
FLOOR = {
    "ordinary": {"pt": 0.81, "es": 0.82, "it": 0.82, "en": 0.84},
    "ordinary2": {"pt": 0.885, "es": 0.874, "it": 0.873, "en": 0.873},
}
#: Five points under the share of posts called bad, good or neither rightly when they were first read.
FLOOR_OF_THREE = {"pt": 0.66, "es": 0.66, "it": 0.76, "en": 0.66}
EACH = [(folder, language) for folder in COUNTS for language in LANGUAGES]


@pytest.mark.parametrize(("folder", "language"), EACH)
def test_each_text_has_its_labels(folder: str, language: str) -> None:
    header, *texts = rows(HERE / folder / f"{language}.tsv")
    assert header == ["polarity", "emotions" if folder == "posts" else "aspects", "text"]
    assert Counter(row[0] for row in texts) == COUNTS[folder]
    told = Counter(one for row in texts for one in row[1].split(",") if one)
    if folder == "posts":
        assert set(told) <= set(EMOTIONS)
        assert min(told[one] for one in EMOTIONS if one != "trust") >= 14
    else:
        assert {one[:-1] for one in told} <= set(ASPECTS)
        assert {one[-1] for one in told} <= {"+", "-", "0"}
    assert len({row[2] for row in texts}) == len(texts)


@pytest.mark.parametrize(("folder", "language"), EACH)
def test_no_text_was_learned_from(folder: str, language: str) -> None:
    known = {row[-1].casefold() for file in CORPUS.glob("*.tsv") for row in rows(file)}
    assert len(known) > 16_000
    assert [row[2] for row in rows(HERE / folder / f"{language}.tsv")[1:] if row[2].casefold() in known] == []


@pytest.mark.parametrize(("folder", "language"), [one for one in EACH if one[0] in FLOOR])
def test_the_default_tier_tells_liking_no_worse_than_it_did(folder: str, language: str) -> None:
    reviews = [row for row in rows(HERE / folder / f"{language}.tsv")[1:] if row[0] in ("neg", "pos")]
    found = read([row[2] for row in reviews], [language] * len(reviews), reader=Reader(DEFAULT))
    bad, good = SENTIMENTS.index("negative"), SENTIMENTS.index("positive")
    likes = [one.probabilities[good] > one.probabilities[bad] for one in found]
    right = [said == (row[0] == "pos") for said, row in zip(likes, reviews, strict=True)]
    assert sum(right) / len(right) >= FLOOR[folder][language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_default_tier_tells_news_from_likings_no_worse_than_it_did(language: str) -> None:
    posts = rows(HERE / "posts" / f"{language}.tsv")[1:]
    found = read([row[2] for row in posts], [language] * len(posts), reader=Reader(DEFAULT))
    sides = [SENTIMENTS.index(one) for one in ("negative", "neutral", "positive")]
    said = [max(range(3), key=lambda at: one.probabilities[sides[at]]) for one in found]
    right = [("neg", "neu", "pos")[at] == row[0] for at, row in zip(said, posts, strict=True)]
    assert sum(right) / len(right) >= FLOOR_OF_THREE[language]
