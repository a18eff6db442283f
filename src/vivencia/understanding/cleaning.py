"""Text as it is read: one form, no markup, no control characters, no more than a reader could want.

Cleaning changes how a text is written, never what it says: tags and entities of HTML, bytes
read in the wrong encoding, characters that cannot be seen, accents piled up, blanks. Letters
that run from right to left stay; only the marks that turn the direction go. What is clean
comes back as it is, so cleaning twice is cleaning once.
"""

import re
import unicodedata
from html import unescape

#: A longer text is read at its beginning and its end: 20,000 characters are some ten pages, and
#: what a customer thinks stands at either end.
LONGEST, KEPT_FRONT, KEPT_BACK = 20_000, 15_000, 4_990
CUT = " […] "
#: Of a row of marks above one letter so many stay; no language of ours needs more than two.
MARKS = 2
#: How often at most what repairing uncovers is repaired again ("&amp;lt;b&amp;gt;").
ROUNDS = 64

#: What bytes of UTF-8 begin with where they were read as Windows-1252 or Latin-1.
_LEADS = "ÂÃÄÅâãðÐÑ×Ø"
#: Characters that need no look: printable ASCII but for the signs markup begins with, letters of
#: Latin-1, and signs of Western writing where they are not part of a byte read wrong.
_LETTERS = "[ -%'-;=?-~À-ÿ]*"
_PLAIN = re.compile(f"{_LETTERS}(?:(?<![{_LEADS}])[¡-¬®-¿€‘’“”–—…]{_LETTERS})*")
_TAG = re.compile(
    r"</?[A-Za-z][A-Za-z0-9:-]{0,30}(?:\s[^<>]{0,2000})?/?>|<!--.{0,5000}?-->|<![A-Za-z][^<>]{0,500}>",
    re.DOTALL,
)
_SILENT = re.compile(r"<(script|style)\b[^>]{0,500}>.{0,50000}?</\1\s*>", re.IGNORECASE | re.DOTALL)
_BREAK = re.compile(r"<(?:br|p|div|li|tr|h[1-6])\b|</(?:p|div|li|tr|h[1-6])\s*>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
#: An ampersand written as an entity, however often over.
_NESTED = re.compile(r"&(?:(?:amp|#0{0,3}38|#x0{0,3}26);)+", re.IGNORECASE)
#: Such bytes: one that leads, and what may follow it.
_MOJIBAKE = re.compile(f"[{_LEADS}][\\x80-\\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]+")
#: Unseen: controls (but line ends and tabs), zero-width signs, direction marks, variation tags, private use.
_UNSEEN = re.compile(
    "[\\x00-\\x08\\x0e-\\x1f\\x7f-\\x84\\x86-\\x9f\\xad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180e\\u200b\\u200c"
    "\\u200e\\u200f\\u202a-\\u202e\\u2060-\\u206f\\u3164\\ufeff\\uffa0\\ufff0-\\uffff\\U000e0000-\\U000e0fff\\ue000-\\uf8ff]"
)
_SURROGATES = re.compile("[\\ud800-\\udfff]")
_BLANKS = re.compile("[ \\t\\x0b\\x0c\\xa0\\u1680\\u2000-\\u200a\\u202f\\u205f\\u3000]+")
_LINES = re.compile(r" ?(?:\r\n|[\n\r\x85\u2028\u2029]) ?")
_EMPTY_LINES = re.compile(r"\n{3,}")


def clean(text: str) -> str:
    """The text to read: in composed form (NFC), of at most LONGEST characters.

    Any string is taken; `clean(clean(text)) == clean(text)`.
    """
    text = _short(text)
    for _ in range(ROUNDS):
        repaired = _cleaned(text)
        if repaired == text:
            break
        text = repaired
    return text


def _cleaned(text: str) -> str:
    if _PLAIN.fullmatch(text):
        return _blanks(text)
    text = _SURROGATES.sub("\ufffd", text).replace("\ufffd", " ")
    if "<" in text:
        text = _SILENT.sub(" ", text)
        text = _TAG.sub(" ", _BREAK.sub(lambda tag: "\n" + tag.group(), text))
    if "&" in text:
        text = _NESTED.sub("&", text)
        text = _ENTITY.sub(lambda entity: unescape(entity.group()), text)
    if not text.isascii():
        text = _MOJIBAKE.sub(lambda bytes_: _decoded(bytes_.group()), text)
        text = _composed(_UNSEEN.sub("", text))
    else:
        text = _UNSEEN.sub("", text)
    return _short(_blanks(text))


def _short(text: str) -> str:
    """Beginning and end of a text that is too long."""
    if len(text) <= LONGEST:
        return text
    return text[:KEPT_FRONT].rstrip() + CUT + text[-KEPT_BACK:].lstrip()


def _decoded(letters: str) -> str:
    """What the bytes were that these letters were read from, where they are bytes of UTF-8."""
    try:
        raw = b"".join(_byte(letter) for letter in letters)
        return raw.decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return letters


def _byte(letter: str) -> bytes:
    return letter.encode("latin-1") if ord(letter) < 0x100 else letter.encode("cp1252")


def _composed(text: str) -> str:
    """NFC, with no letter carrying more marks than it may."""
    text = unicodedata.normalize("NFC", text)
    if not any(map(unicodedata.combining, set(text))):
        return text
    kept: list[str] = []
    row = 0
    for letter in text:
        row = row + 1 if unicodedata.combining(letter) else 0
        if row <= MARKS:
            kept.append(letter)
    return unicodedata.normalize("NFC", "".join(kept))


def _blanks(text: str) -> str:
    """One blank between words, at most one empty line, none at the ends."""
    if "  " in text or not text.isprintable() or text != text.strip():
        text = _LINES.sub("\n", _BLANKS.sub(" ", text))
        text = _EMPTY_LINES.sub("\n\n", text).strip()
    return text
