"""Names, phones, addresses and numbers of documents, masked before anything leaves the protected text.

What is masked: addresses of mail; links that hold a user's data; telephones; numbers of
documents, tax payers, accounts and cards (with check digits wherever the issuer has them);
passports, other documents and plates where a word names them; streets with a number; names
of people. What stays: numbers of orders, bookings, flights and devices, prices, dates,
measures, free telephone lines, names of firms and places.

A placeholder is `⟨kind⟩`: the same in every language, and no word of any.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from vivencia.understanding.masking.addresses import links, mails, streets
from vivencia.understanding.masking.documents import PLATE_CUES, accounts, documents, plates
from vivencia.understanding.masking.found import Found
from vivencia.understanding.masking.glance import glanced
from vivencia.understanding.masking.people import names
from vivencia.understanding.masking.phones import abroad, phones
from vivencia.understanding.reading import Mask, Span

OPEN, CLOSE = "⟨", "⟩"
#: What a number of a document or a telephone has: digits with little between them.
_NUMEROUS = re.compile(r"[0-9](?:[^0-9\n]{0,3}[0-9]){4,}")
#: How many characters such a number may have before its digits and behind them.
_AROUND = 20


def mask_all(texts: Sequence[str], languages: Sequence[str]) -> list[tuple[str, tuple[Mask, ...]]]:
    """What `mask` gives of each text, in order; most hold nothing personal, and one look says so."""
    done: list[tuple[str, tuple[Mask, ...]]] = [(text, ()) for text in texts]
    for language in dict.fromkeys(languages):
        places = [place for place, code in enumerate(languages) if code == language]
        some = [texts[place] for place in places]
        for at in np.flatnonzero(glanced(some, language)).tolist():
            done[places[at]] = mask(some[at], language)
    return done


def mask(text: str, language: str) -> tuple[str, tuple[Mask, ...]]:
    """The text with placeholders, and where they stand in it.

    Masking what is masked changes nothing.
    """
    found: list[Found] = []
    low = text.lower()
    if len(low) != len(text):
        # A letter such as İ is two in lower case; places would not agree.
        low = "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in text)
    words = set(low.split())
    if "@" in text or "(" in text or "[" in text:
        found.extend(mails(text))
    if "://" in text or "www." in text:
        found.extend(links(text))
    if _DIGIT.search(text):
        for start, end in _numerous(text):
            found.extend(accounts(text, start, end))
            found.extend(abroad(text, start, end))
            found.extend(documents(text, language, start, end))
            found.extend(phones(text, language, start, end))
        if not PLATE_CUES.isdisjoint(words):
            found.extend(plates(text, language))
        found.extend(streets(text, low, words, language))
    found.extend(names(text, low, words, language))
    return _replaced(text, found) if found else (text, ())


_DIGIT = re.compile("[0-9]")


def _numerous(text: str) -> Iterator[tuple[int, int]]:
    """Where in the text numbers of documents and telephones can be."""
    for match in _NUMEROUS.finditer(text):
        yield max(0, match.start() - _AROUND), min(len(text), match.end() + _AROUND)


def _replaced(text: str, found: Iterable[Found]) -> tuple[str, tuple[Mask, ...]]:
    """Placeholders instead of what was found; of two that overlap the one found first stays."""
    taken: list[Found] = []
    for one in found:
        if all(one.end <= other.start or one.start >= other.end for other in taken):
            taken.append(one)
    pieces: list[str] = []
    masks: list[Mask] = []
    done = length = 0
    for one in sorted(taken):
        placeholder = f"{OPEN}{one.kind}{CLOSE}"
        kept = text[done : one.start]
        pieces += (kept, placeholder)
        length += len(kept)
        masks.append(Mask(one.kind, Span(length, length + len(placeholder))))
        length += len(placeholder)
        done = one.end
    return "".join(pieces) + text[done:], tuple(masks)
