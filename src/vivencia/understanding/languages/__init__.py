"""Which language a text is in, how surely, and which variant of it.

Letter statistics (`eldc`: Efficient Language Detector, Apache-2.0, sixty languages) say it for
anything longer than a sentence. A short text is said by its words too (`evidence`). Where
`eldc` is not installed, words and letters decide alone, less surely. A language that is none
of the four is `other`: said only where the statistics clearly prefer it, because a text read
in vain costs less than a customer not read.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache, lru_cache
from math import exp
from operator import itemgetter
from typing import Any

from vivencia.understanding.languages.evidence import speak, words_of
from vivencia.understanding.languages.marked import holding
from vivencia.understanding.languages.variants import marking_words, variant
from vivencia.understanding.reading import LANGUAGES, Language

OTHER = "other"
#: What the statistics say where they have nothing to go by.
NOTHING = "und"
#: Letter statistics are believed without asking the words from this length on with this lead, or with the
#: larger lead at any length.
LONG, LEAD, LEAD_OF_FEW = 80, 0.1, 0.25
#: Score of the statistics (0–1) in units of one word's evidence: of no text, and more by each character.
SURE, SURER = 12.0, 0.2
MOST_COUNTED = 80
#: Lead that a language beside the four needs over the best of them, and more where all words are of the four.
ELSEWHERE, WORDS_AGAINST = 0.10, 0.2
#: A text of fewer characters needs more lead: this for each one missing.
BRIEF, BRIEFER = 30, 0.01
#: Words of Galician that neither Portuguese nor Spanish has; two of them name it.
_GALICIAN = frozenset(
    {"moi", "unha", "unhas", "dunha", "xente", "coa", "xa", "tamén", "máis", "dúas", "teñen", "tiña"}
    | {"servizo", "ningunha", "ninguén", "grazas", "fixeron", "dixo", "agardando"}
)
#: Languages with variants told apart (and with Galician beside them).
VARIED = ("pt", "es")
#: Evidence that a language has beforehand by being the usual one: less than one word of its own.
USUAL = 1.0
#: Evidence without which words alone say nothing.
BELIEVED = 0.4
#: Sentences shorter than this many letters are not asked whether they are in another language.
SENTENCE = 30
#: Lead and score with which a sentence is in another language than its text.
OTHERWISE, CLEAR = 0.25, 0.7
_ADDRESSES = re.compile(r"https?://\S+|www\.\S+|\S+@\S+|[@#]\w+")
_SENTENCES = re.compile(r"[.!?…\n/|–—]+[ \n]")


def detect(
    texts: Sequence[str], known: Sequence[str | None] | None = None, *, usual: str | None = None
) -> list[Language]:
    """The language of each text, in order.

    `known` are languages known beforehand: a code such as "pt" or "pt-BR", or None to find
    out; one that is not among LANGUAGES becomes `other`. `usual` is the language most of
    these customers write: it decides what is the same in several ("Excelente"). A text
    without letters is `other` with confidence 0. Safe to call from several threads.
    """
    statistics = _statistics()
    hints = known or [None] * len(texts)
    prior = [USUAL if code == usual else 0.0 for code in LANGUAGES]
    found = [
        _known(hint) if hint else _detected(text, statistics, prior)
        for text, hint in zip(texts, hints, strict=True)
    ]
    # Few words tell variants apart, so words are cut only where one of those stands.
    varied = [place for place, one in enumerate(found) if one.code in VARIED and not hints[place]]
    marked = holding([texts[place] for place in varied], _marking())
    for place, telling in zip(varied, marked.tolist(), strict=True):
        found[place] = _varied(found[place], texts[place], telling=telling)
    return found


def _varied(found: Language, text: str, *, telling: bool) -> Language:
    """With its variant; `other` where it is Galician."""
    text = _without_addresses(text)
    words = words_of(text) if telling else []
    if words and len(_GALICIAN.intersection(words)) > 1:
        return Language(OTHER, 0.7)
    name = variant(found.code, text, words)
    return found if name is None else replace(found, variant=name)


@cache
def _marking() -> frozenset[str]:
    """Words without any of which a text shows neither a variant nor Galician by its words."""
    return marking_words() | _GALICIAN


@lru_cache(maxsize=256)
def _known(hint: str) -> Language:
    code, _, region = hint.strip().replace("_", "-").partition("-")
    code = code.lower()
    if code not in LANGUAGES:
        return Language(OTHER, 1.0)
    return Language(code, 1.0, f"{code}-{region.upper()}" if region else None)


@cache
def _statistics() -> tuple[Any, Any] | None:
    """Detectors of their own for the four languages and for all, or None where there is no `eldc`."""
    try:
        import eldc
    except ImportError:
        return None
    eldc.init()
    four, every = eldc.instance(), eldc.instance()
    four.set_languages(list(LANGUAGES))
    four.set_scores(len(LANGUAGES))
    every.set_scores(3)
    return four, every


def _detected(text: str, statistics: tuple[Any, Any] | None, prior: list[float]) -> Language:
    text = _without_addresses(text)
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode()
    if statistics is None:
        return _by_words(text, prior)
    four, every = statistics
    scores = four.detect_details(text).scores
    first = every.detect(text)
    length = len(text)
    if first in scores:
        best, lead = _first(scores)
        if best == first and lead >= (LEAD if length >= LONG else LEAD_OF_FEW):
            return _finished(best, _chance(_weight(length) * lead), text, four)
    words = words_of(text)
    if not words and first == NOTHING:
        return Language(OTHER, 0.0)
    said = speak(text, words)
    if first not in scores and _elsewhere(text, scores, said, len(words), every):
        return Language(OTHER, 0.9)
    best, lead = _leader(
        {
            code: _weight(length) * scores.get(code, 0.0) + more + before
            for code, more, before in zip(LANGUAGES, said, prior, strict=True)
        }
    )
    return _finished(best, _chance(lead), text, four)


def _without_addresses(text: str) -> str:
    """Addresses and names of accounts are in no language."""
    if "@" in text or "#" in text or "://" in text or "www." in text:
        return _ADDRESSES.sub(" ", text)
    return text


def _weight(length: int) -> float:
    return SURE + SURER * min(length, MOST_COUNTED)


def _leader(scores: dict[str, float]) -> tuple[str, float]:
    """The best of the languages, and its lead over the next."""
    (best, most), *others = sorted(scores.items(), key=_VALUE, reverse=True)
    return best, most - others[0][1] if others else most


_VALUE = itemgetter(1)


def _first(scores: dict[str, float]) -> tuple[str, float]:
    """The same of what the statistics give, which stands in order."""
    best, *others = scores
    return best, scores[best] - scores[others[0]] if others else scores[best]


def _elsewhere(text: str, scores: dict[str, float], said: list[float], words: int, every: Any) -> bool:
    """Whether a language beside the four is clearly the better answer."""
    others = every.detect_details(text).scores
    if not others:
        return not any(said)
    lead = max(others.values()) - max(scores.values(), default=0.0)
    brief = max(BRIEF - len(text), 0) * BRIEFER
    return bool(lead >= ELSEWHERE + brief + WORDS_AGAINST * max(said) / max(words, 1))


def _chance(lead: float) -> float:
    return 1 / (1 + exp(-lead))


def _finished(code: str, chance: float, text: str, four: Any) -> Language:
    return _language(code, round(chance, 4), _mixed(code, text, four))


@lru_cache(maxsize=4096)
def _language(code: str, confidence: float, mixed: bool) -> Language:
    """One value for all texts of which the same is said, as is said of most."""
    return Language(code, confidence, None, mixed)


def _mixed(code: str, text: str, four: Any) -> bool:
    """Whether some sentence is clearly in another of the languages."""
    if len(text) < 2 * SENTENCE or four is None:
        return False
    parts = _SENTENCES.split(text)
    if len(parts) < 2:
        return False
    for part in parts:
        if len(part) >= SENTENCE and four.detect(part) != code:
            scores = four.detect_details(part).scores
            if scores:
                best, lead = _first(scores)
                if best != code and lead >= OTHERWISE and scores[best] >= CLEAR:
                    return True
    return False


def _by_words(text: str, prior: list[float]) -> Language:
    """Without statistics: words and letters alone."""
    words = words_of(text)
    said = speak(text, words)
    if max(said) < BELIEVED:
        return Language(OTHER, 0.0)
    total = [more + before for more, before in zip(said, prior, strict=True)]
    best, lead = _leader(dict(zip(LANGUAGES, total, strict=True)))
    return _finished(best, min(_chance(lead), 0.9), text, None)
