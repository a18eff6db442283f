"""Which variant of a language a text is in, where words of one variant alone say so.

A hint for counting over many texts, not a fact about one customer: what is written in both
variants says nothing, and then nothing is said.
"""

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

#: Evidence that is enough to name a variant; the next one must have less than half of it.
ENOUGH = 2.0
_GERUND = re.compile(r"\b(?:est(?:ou|á|ão|amos|ava|avam|avamos)|t[ôá]|fic(?:ou|am?|aram)) \w{2,}[aei]ndo\b")
_INFINITIVE = re.compile(
    r"\b(?:est(?:ou|á|ão|amos|ava|avam|ávamos)|fic(?:ou|aram|ámos)) (?:\w+ )?a \w{2,}[aei]r\b"
)
_PAST = re.compile(r"\b\w{3,}ámos\b")
_VOSOTROS = re.compile(r"\b\w{2,}(?:áis|éis|asteis|isteis)\b")
#: Letters without which a shape need not be searched for, the shape, and the variant it shows.
_SHAPES = {
    "pt": (("ndo", _GERUND, "pt-BR"), (" a ", _INFINITIVE, "pt-PT"), ("ámos", _PAST, "pt-PT")),
    "es": (("áis", _VOSOTROS, "es-ES"), ("éis", _VOSOTROS, "es-ES"), ("steis", _VOSOTROS, "es-ES")),
}
_LATIN = ("es-AR", "es-MX", "es-CO", "es-CL")


def variant(language: str, text: str, words: Sequence[str]) -> str | None:
    """The variant that the text's words point to, or None. `words` are those of the text in lower case."""
    marks = _markers().get(language)
    if marks is None:
        return None
    single, phrases = marks
    found: dict[str, float] = {}
    low = text.lower()
    if words:
        held = set(words)
        for word in single.keys() & held:
            name, weight = single[word]
            found[name] = found.get(name, 0.0) + weight
        for word in phrases.keys() & held:
            for phrase, name, weight in phrases[word]:
                if _stands(low, phrase):
                    found[name] = found.get(name, 0.0) + weight
    for letters, shape, name in _SHAPES[language]:
        if letters in low and shape.search(low):
            found[name] = found.get(name, 0.0) + ENOUGH
    return _clearest(found)


def _stands(low: str, phrase: str) -> bool:
    """Whether the phrase stands in the text, not as the end of other words."""
    place = low.find(phrase)
    while place > 0 and low[place - 1].isalpha():
        place = low.find(phrase, place + 1)
    return place >= 0


def marking_words() -> frozenset[str]:
    """Words without any of which no text shows a variant by its words."""
    return frozenset().union(*((*single, *phrases) for single, phrases in _markers().values()))


def _clearest(found: dict[str, float]) -> str | None:
    if not found:
        return None
    latin = [name for name in found if name in _LATIN]
    if len(latin) == 1 and "es-419" in found:
        # What all of Latin America says does not speak against one of its countries.
        found[latin[0]] += found.pop("es-419")
    first, *others = sorted(found, key=lambda name: -found[name])
    if found[first] < ENOUGH or (others and found[others[0]] * 2 >= found[first]):
        return None
    return first


Single = dict[str, tuple[str, float]]
Phrases = dict[str, list[tuple[str, str, float]]]


@cache
def _markers() -> dict[str, tuple[Single, Phrases]]:
    """Of each language with variants: its single words, and its phrases by their longest word."""
    found: dict[str, tuple[Single, Phrases]] = {}
    shelf = files("vivencia.understanding.languages") / "variants.txt"
    for line in shelf.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        name, weight, *entries = line.split()
        single, phrases = found.setdefault(name[:2], ({}, {}))
        for entry in entries:
            parts = re.split("[_-]", entry)
            if len(parts) > 1:
                longest = max(parts, key=len)
                phrases.setdefault(longest, []).append((entry.replace("_", " "), name, float(weight)))
            else:
                single[entry] = (name, float(weight))
    return found
