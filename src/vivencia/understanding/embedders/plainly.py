"""Texts as an encoder is given them: what is said, without what only addresses, links or marks it.

Encoders learned on sentences take a handle for something that is spoken of and a hashtag for a word
nobody knows; words in capitals come apart in letters. On posts to a company, where nearly every
text begins with its handle, liking is told from disliking markedly better without (docs/why).
"""

import re

_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
#: Not within a word, where it stands for a letter ("tod@s").
_HANDLE = re.compile(r"(?<![\w.])@\w+[:.,]?")
_HASHTAG = re.compile(r"#(\w+)")
#: Where the next word of a hashtag begins: "NeverAgain".
_NEXT = re.compile(r"(?<=[^\W\d_A-ZÀ-Þ])(?=[A-ZÀ-Þ])")
_SHOUTED = re.compile(r"\b[A-ZÀ-ÖØ-Þ]{3,}\b")


def plainly(text: str) -> str:
    """The text without handles and links, hashtags as the words they hold, and shouted words spoken.

    A text of nothing else stays as it is.

    >>> plainly("@acme NEVER again! #WorstFlight https://x.example/1")
    'never again! Worst Flight'
    """
    found = text
    if "@" in text or "#" in text or "/" in text or "www." in text:
        found = _HASHTAG.sub(_parted, _HANDLE.sub(" ", _LINK.sub(" ", text)))
    found = _SHOUTED.sub(_spoken, found)
    return found if found == text else " ".join(found.split()) or text


def _parted(hashtag: re.Match[str]) -> str:
    return f" {_NEXT.sub(' ', hashtag[1])}"


def _spoken(word: re.Match[str]) -> str:
    return word[0].lower()
