"""What words and letters say about the language of a short text, where letter statistics are not enough.

Every word of the lists of a language speaks for it, the more the fewer languages share it:
"entrega rápida" is Portuguese or Spanish, "ótima entrega" is not.
"""

import re
from functools import cache
from importlib.resources import files

from vivencia.understanding.lexicon.lists import lists
from vivencia.understanding.reading import LANGUAGES
from vivencia.understanding.tokens import fold

Weights = tuple[float, ...]

#: What a word says for a language that has it, by how many of the languages have it.
ALONE = {1: 1.0, 2: 0.45, 3: 0.2, 4: 0.0}
#: What a word of the small and frequent ones counts against one of the long lists.
FREQUENT, LISTED = 1.5, 0.5
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
#: Letters and endings of one language, and what each says once for it.
_SHAPES = {
    "pt_nasal": ("[ãõ]", 2.0),
    "pt_cedilla": ("ç", 1.0),
    "pt_hat": ("[âêô]", 1.0),
    "pt_nh": (r"(?:nh|lh)[oa]s?\b", 1.0),
    "es_tilde": ("[ñ¿¡]", 2.5),
    "es_ending": (r"(?:ción|ciones|ient[oa]s?)\b", 1.0),
    "it_grave": (r"[òìù]|è\b", 1.5),
    "it_ending": (r"(?:zion[ei]|issim[oaei]|gli[oae]?)\b", 1.0),
    "it_elision": (r"\b(?:dell|all|nell|sull|dall|un|l|c|quest)['’]\w", 1.2),
    "en_ending": (r"(?:ing|tion|ly|'s|n't|th)\b", 0.7),
    "en_letters": ("[wk]|sh|th|ck|ee|oo", 0.7),
}
_LETTERS = re.compile("|".join(f"(?P<{name}>{shape})" for name, (shape, _) in _SHAPES.items()))


def words_of(text: str) -> list[str]:
    """The words of a text in lower case."""
    return _WORD.findall(text.lower())


def speak(text: str, words: list[str]) -> list[float]:
    """How much words and letters say for each of LANGUAGES, in that order; 0 is nothing."""
    said = [0.0] * len(LANGUAGES)
    known = vocabulary()
    for word in words:
        weights = known.get(word)
        if weights is not None:
            for place, weight in enumerate(weights):
                said[place] += weight
    for shape in {found.lastgroup for found in _LETTERS.finditer(text.lower())}:
        if shape is not None:
            said[LANGUAGES.index(shape[:2])] += _SHAPES[shape][1]
    return said


@cache
def vocabulary() -> dict[str, Weights]:
    """What each known word says for each of LANGUAGES; read once."""
    frequent = _frequent()
    held: dict[str, list[float]] = {}
    for place, code in enumerate(LANGUAGES):
        listed = _listed(code)
        for word in frequent[code] | listed:
            weight = FREQUENT if word in frequent[code] else LISTED
            held.setdefault(word, [0.0] * len(LANGUAGES))[place] = weight
    return {word: _shared(weights) for word, weights in held.items()}


def _shared(weights: list[float]) -> Weights:
    share = ALONE[sum(weight > 0 for weight in weights)]
    return tuple(weight * share for weight in weights)


def _frequent() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {code: set() for code in LANGUAGES}
    shelf = files("vivencia.understanding.languages") / "words.txt"
    for line in shelf.read_text(encoding="utf-8").splitlines():
        code, *words = line.split()
        if code in found:
            found[code].update(words)
    return found


def _listed(code: str) -> set[str]:
    """Single words of the lists of a language, as written and as typed without accents."""
    read = lists(code)
    entries = [
        *read.polarity,
        *(word for section in read.modifiers.values() for word in section),
        *(tagged.word for tagged in (*read.aspects, *read.emotions)),
        *read.numbers,
    ]
    parts = {part for entry in entries for part in entry.split() if not part.endswith("*")}
    whole = {part for part in parts if part.isalpha() and len(part) > 1}
    return whole | {fold(part) for part in whole}
