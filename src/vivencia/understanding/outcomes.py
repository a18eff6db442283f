"""Whether there is something to read in a text: words of one of the languages, or pictures."""

import re

from vivencia.understanding.reading import (
    EMPTY,
    LANGUAGES,
    READ,
    UNDETERMINED,
    UNKNOWN_LANGUAGE,
    WORDLESS,
    Language,
)

_LETTER = re.compile(r"[^\W\d_]")


#: Pictures and faces say the same in each of the languages, so the rules of any one read them.
ANY = LANGUAGES[-1]
_FACE = re.compile(r"[:;=]['’]?[-^]?[)(\]\[/|*]|<3|\^_+\^")


def pictured(text: str, language: Language) -> Language:
    """A text of pictures alone is in no language, so none of the others either."""
    alone = language.code not in LANGUAGES and not _LETTER.search(text) and _picture(text)
    return Language(UNDETERMINED, 0.0) if alone else language


def _picture(text: str) -> bool:
    return any(ord(letter) > 0x2190 for letter in text) or _FACE.search(text) is not None


def outcome_of(text: str, language: Language) -> str:
    """One of OUTCOMES: whether there is something to read, in a language that is read."""
    if not text.strip():
        return EMPTY
    if not _LETTER.search(text):
        # An emoji or a row of exclamation marks says something, though no word.
        return READ if _picture(text) and language.code in (*LANGUAGES, UNDETERMINED) else WORDLESS
    return READ if language.code in LANGUAGES else UNKNOWN_LANGUAGE
