"""Cuts texts into pieces: words, numbers, addresses, emoji, emoticons, punctuation; nothing is lost.

The pieces of a text joined are the text, so where a piece stands follows from the lengths
before it. A word takes one blank behind it along: half as many pieces, and a span leaves
that blank out again.
"""

import re
import unicodedata
from functools import cache

#: Stands between texts that are cut in one go; a text's own are turned into blanks.
BETWEEN = "\x1e"

_EMOTICONS = (
    r">:-?\(|:'\(|:,\(|[:=;]-?[)(\]\[DPpOo*|/\\@]+(?![\w/])|\(:(?!\w)|\):(?!\w)|<3+|"
    r"\b[xX]D+\b|\^_?\^|-_+-|[Tt;]_+[Tt;]|[oO]_[oO]|(?<!\w)D:(?!\w)"
)
_PICTURE = "\U0001f000-\U0001faff\u2190-\u21ff\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff"
_EMOJI = f"[{_PICTURE}][\ufe0f\U0001f3fb-\U0001f3ff\u200d♂♀]*"
_ADDRESS = r"https?://\S+|www\.\S+|[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]+"
#: What stands for something personal that was masked.
_MASKED = "⟨[a-z_]+⟩ ?"
_NUMBER = r"\d+(?:[.,:/]\d+)+"
#: Signs of money with letters, which are no words ("R$ 50"): the amount follows.
_MONEY = r"(?:R|US|AR|MX|A|C)\$"
_APOSTROPHES = "'’`´"
#: Italian elision ("dell'albergo") is two words, an accent typed as apostrophe ("cordialita'") one.
_WORD = rf"[^\W_]+(?:[{_APOSTROPHES}\-\u2010][^\W_]+)*"
_WORD_ITALIAN = rf"[^\W_]+(?:-[^\W_]+)*[{_APOSTROPHES}]?"
_REST = rf"[!?¡¿]+ ?|[.…]+ ?|, ?|[^\S\n{BETWEEN}]+|\n+|{BETWEEN}|(?s:.)"


#: Signs that may stand between the words of an entry.
_JOINS = "/-.,'’&:!?"


@cache
def cutter(language: str) -> re.Pattern[str]:
    """The expression whose matches, in order, are the pieces of a text in this language."""
    word = _WORD_ITALIAN if language == "it" else _WORD
    return re.compile(
        f"{_MASKED}|{_ADDRESS}|[@#]\\w+ ?|{_EMOTICONS}|{_MONEY} ?|{_NUMBER} ?|{word} ?|{_EMOJI}|{_REST}"
    )


def words(text: str, language: str) -> list[str]:
    """The words and numbers of a list's entry, as the cutter would cut them in a text; `*` stays on.

    Nothing for an entry with a sign that texts are not searched for ("a+").
    """
    found: list[str] = []
    for part in text.split():
        star = part.endswith("*")
        plain_word = part[:-1] if star else part
        if plain_word.isalpha() and plain_word.islower():
            found.append(part)
            continue
        pieces = [piece.strip() for piece in cutter(language).findall(part.rstrip("*"))]
        kept = [piece for piece in pieces if any(letter.isalnum() for letter in piece)]
        if any(piece[0] not in _JOINS for piece in pieces if piece and piece not in kept):
            return []
        if star and kept:
            kept[-1] += "*"
        found.extend(kept)
    return found


_PLAIN = str.maketrans(dict.fromkeys("’`´", "'") | {"\u2010": "-"})


def plain(word: str) -> str:
    """Lower case, one kind of apostrophe and hyphen."""
    return word.lower().translate(_PLAIN)


def without_accents(text: str) -> str:
    """The text with the letters that accents stand on alone."""
    if text.isascii():
        return text
    return "".join(one for one in unicodedata.normalize("NFD", text) if not unicodedata.combining(one))


def fold(word: str) -> str:
    """Without accents and apostrophes: what is typed in haste."""
    return without_accents(word).replace("'", "")
