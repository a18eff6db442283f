"""A text of pictures alone is read, whatever language its writer speaks."""

import pytest

from vivencia.understanding.pipeline import Reader, read
from vivencia.understanding.reading import LANGUAGES


@pytest.mark.parametrize(
    ("text", "sentiment"),
    [
        ("👍", "positive"), ("😡😡", "negative"), (":)", "positive"), (":(", "negative"), ("🤔", "neutral"),
        ("❤️", "positive"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("tier", ["rules", "default"])
def test_pictures_are_read_without_a_language(text: str, sentiment: str, tier: str) -> None:
    (found,) = read([text], reader=Reader(tier))
    assert (found.outcome, found.sentiment) == ("read", sentiment)
    assert (found.language.code, found.language.confidence) == ("und", 0.0)
    assert (found.polarity > 0) == (sentiment == "positive")


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_language_known_beforehand_stays(code: str) -> None:
    (found,) = read(["👎"], [code], reader=Reader("rules"))
    assert (found.language.code, found.sentiment) == (code, "negative")


@pytest.mark.parametrize("text", ["!!!", "123", "12 €", "...", "10/10"])
def test_what_is_neither_word_nor_picture_is_wordless(text: str) -> None:
    (found,) = read([text], reader=Reader("rules"))
    assert (found.outcome, found.sentiment, found.language.code) == ("wordless", None, "other")


def test_a_picture_among_foreign_words_is_not_read() -> None:
    (found,) = read(["Очень хорошо, спасибо за быструю доставку 👍"], reader=Reader("rules"))
    assert found.outcome == "unknown_language"
