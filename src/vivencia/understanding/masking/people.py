"""People's names: by the lists of names, by titles, and by words that say that a name follows.

A given name of the text's language is masked where it is written with a capital. A name that is
also a word ("Rosa", "Grace") or stands in another language's list needs company: a title, a
second name, or a word such as "my name is" or "waiter". A surname alone stays: it is more
often a brand or a place.
"""

import re
from collections.abc import Iterator, Sequence, Set
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from vivencia.understanding.languages.evidence import vocabulary
from vivencia.understanding.masking.found import Found
from vivencia.understanding.reading import LANGUAGES
from vivencia.understanding.tokens import fold

_L = r"[^\W\d_]"
#: A word with a capital; begins with a plain set of letters so that a text without any is passed over fast.
_CAPITAL = re.compile(rf"[A-ZÀ-ÖØ-Þ]{_L}+(?:-[A-ZÀ-ÖØ-Þ]{_L}+)*")
#: What before a capital makes it part of something else.
_GLUED = frozenset("@#/⟨_")
#: Between two parts of one name: a blank, a small word, an initial.
_BETWEEN = re.compile(r" (?:(?:d[aeio]s?|del|della|dello|de l[ao]s?|von|van|van der|y|e|[A-ZÀ-Þ]\.) )?")
#: What before a capital says that it is no person: a saint's place, a house of that name.
_PLACE = re.compile(
    r"\b(?:san|santa|santo|são|sant['’]|st\.?|saint|hotel|hostal|hostel|pousada|quinta|casa|villa|"
    r"palazzo|palace|"
    r"ristorante|restaurante|restaurant|bar|caf[ée]|loja|tienda|negozio|shop|store|rua|avenida|calle|"
    r"via|piazza|plaza|"
    r"pra[çc]a|street|aeroporto|aeropuerto|airport|stazione|estaci[oó]n|esta[çc][ãa]o|banco|bank|"
    r"parque|park|lago|lake|"
    r"playa|praia|monte|mount|isla|ilha|isola|trattoria|pizzeria|osteria|marca|brand|paseo|corso|"
    r"galleria|viale|largo|"
    r"mes de|m[êe]s de)(?:\s(?:d[aeio]|del|dal|don|el|la|il|al|[ao]))?\s$",
    re.IGNORECASE,
)
_ROLES = (
    r"atendente|funcion[áa]ri[oa]|gar[çc]o[nm]|gar[çc]onete|vendedora?|gerente|recepcionista|"
    r"t[ée]cnic[oa]|enfermeir[oa]|"
    r"camarer[oa]|meser[oa]|dependient[ae]|emplead[oa]|asesora?|ejecutiv[oa]|se[ñn]orita|mo[çc][oa]|"
    r"rapariga|camerier[ea]|"
    r"commess[oa]|operat(?:ore|rice)|impiegat[oa]|responsabile|addett[oa]|agente?|waiter|waitress|"
    r"barman|bartender|"
    r"manager|receptionist|advisor|rep|representative|assistant|clerk|nurse|driver|server"
)
#: What behind a name says so.
_PLACE_BEHIND = re.compile(
    r"\s(?:airport|international|street|st\b|avenue|ave\b|road|square|park|beach|hotel|inn|resort|hall|"
    r"tower|elite|"
    r"terminal|lounge|aeroporto|aeropuerto|shopping|center|centre|centro)",
    re.IGNORECASE,
)
#: Words after which a name is a person's though it is a word too, or is written small.
_SERVED = re.compile(
    rf"\b(?:(?:{_ROLES})|atendid[oa]s? (?:por|pel[oa])|me atendeu|nos atendeu|(?:me|nos) atendi[óo]|"
    rf"servit[oi] da(?:ll?a?)?|"
    r"assistit[oi] da|(?:served|helped) by|(?:spoke|speaking|talked) (?:to|with)|called|named|"
    r"chamad[oa]|llamad[oa]|"
    r"chiamat[oa]|di nome|de nome|de nombre|thanks to|thank you|gracias a|obrigad[oa],? (?:[àa]|ao)|"
    r"grazie (?:a|ad|mille)|"
    r"falei com|habl[ée] con|parlato con|pel[oa]|dal|dalla|con|com)[,:]?\s(?:a |o |la |el |il |l['’])?$",
    re.IGNORECASE,
)
_SMALL = re.compile(
    rf"\b(?:(?:{_ROLES})|atendid[oa]s? (?:por|pel[oa])|atendeu|atendi[óo]|(?:served|helped) by|named|"
    rf"chamad[oa]|llamad[oa]|"
    rf"chiamat[oa])\s(?:a |o |la |el |il )?({_L}{{3,}})",
    re.IGNORECASE,
)
_CALLED = re.compile(
    r"\b(?:my name(?: is|'s|:)|name:|me chamo|chamo-me|meu nome (?:é|e)|nome:|mi nombre es|nombre:|"
    r"me llamo|mi chiamo|"
    r"il mio nome è|signed:?|assinado:?|firmado:?|firmato:?)\s+"
    rf"({_L}[\w'’\-]+(?: (?:(?:d[aeio]s?|del|della|de la) )?{_L}[\w'’\-]+){{0,3}})",
    re.IGNORECASE,
)
#: How far before a cue "my name is" may begin, and how far the name may reach.
REACH, REACH_BEHIND = 14, 120
#: Capitals of at most so many letters are a code ("MIA"), where not all is in capitals.
CODE = 3
#: Most parts of one name.
_LONGEST = 5
GIVEN, SURNAME, DOUBTFUL, FOREIGN, UNKNOWN = "g", "s", "a", "f", "u"


class Names(NamedTuple):
    """What counts in texts of one language.

    Names by what they are, titles, and (by their first word) phrases that are no names.
    """

    kinds: dict[str, str]
    strong: frozenset[str]
    weak: frozenset[str]
    never: dict[str, list[str]]

    def kind(self, word: str) -> str:
        """What the word is as a name."""
        return self.kinds.get(word.lower(), UNKNOWN)


def names(text: str, low: str, words: Set[str], language: str) -> Iterator[Found]:
    """Names of people in the text; one may overlap another that came before.

    `low` is the text in lower case and `words` what stands between its blanks.
    """
    known = listed(language)
    for start in _cued(low, guides()["called"] & words, REACH):
        yield from _called(text, start, known)
    capitals = [match.span() for match in _CAPITAL.finditer(text)]
    kinds, strong = known.kinds, known.strong
    for start, end in capitals:
        if low[start:end] in kinds or low[low.rfind(" ", 0, start - 1) + 1 : start - 1] in strong:
            yield from _written(text, low, [span for span in capitals if _stands(text, span[0])], known)
            break
    for start in _cued(low, guides()["small"] & words, 0):
        match = _SMALL.match(text, start)
        if match is not None and known.kind(match.group(1)) == GIVEN:
            yield Found(match.start(1), match.end(1), "name")


def _cued(low: str, cues: Set[str], back: int) -> Iterator[int]:
    """Where words begin that hold one of the cues, or so many characters before."""
    for cue in sorted(cues):
        place = low.find(cue)
        while place >= 0:
            yield low.rfind(" ", 0, max(place - back, 0)) + 1
            place = low.find(cue, place + 1)


def _called(text: str, start: int, known: Names) -> Iterator[Found]:
    """What follows "my name is": capitals, or else the one or two words that are in the lists."""
    match = _CALLED.search(text, start, start + REACH_BEHIND)
    if match is not None:
        words = list(re.finditer(rf"{_L}[\w'’\-]*", match.group(1)))
        end = 0
        for word in words:
            is_part = word.group()[0].isupper() or known.kind(word.group()) != UNKNOWN
            if is_part or (word is words[0] and word.group().lower() not in vocabulary()):
                end = word.end()
            elif word.group().lower() not in ("de", "da", "do", "dos", "di", "del", "della", "la"):
                break
        if end:
            yield Found(match.start(1), match.start(1) + end, "name")


def _stands(text: str, start: int) -> bool:
    """Whether a word begins here."""
    return start == 0 or not (text[start - 1].isalnum() or text[start - 1] in _GLUED)


def _title(low: str, start: int) -> str:
    """The word before this character."""
    return low[low.rfind(" ", 0, max(start - 1, 0)) + 1 : start].strip(" (,\"'")


def _written(text: str, low: str, capitals: Sequence[tuple[int, int]], known: Names) -> Iterator[Found]:
    """Names among the words with a capital, taken in runs of them."""
    shouted = text.isupper()
    place = 0
    while place < len(capitals):
        run = [capitals[place]]
        while len(run) < _LONGEST and place + len(run) < len(capitals):
            following = capitals[place + len(run)]
            if not _BETWEEN.fullmatch(text, run[-1][1], following[0]):
                break
            run.append(following)
        span, used = _name(text, low, run, known, shouted)
        if span is not None:
            yield Found(*span, "name")
        place += used


def _name(
    text: str, low: str, run: Sequence[tuple[int, int]], known: Names, shouted: bool
) -> tuple[tuple[int, int] | None, int]:
    """The name at the beginning of a run, if there is one, and how many words are done with."""
    start = run[0][0]
    words = [low[first:last] for first, last in run]
    if words[0] in known.strong or words[0] in known.weak or words[0] in guides()["untitled"]:
        return None, 1
    if any(low.startswith(phrase, start) for phrase in known.never.get(words[0], ())):
        return None, len(run)
    kinds = [known.kind(word) for word in words]
    title = _title(low, start)
    before = text[max(0, start - 24) : start]
    if title in known.strong and (not shouted or kinds[0] != UNKNOWN):
        return (start, run[_reach(kinds, shouted) - 1][1]), len(run)
    if kinds[0] == UNKNOWN or _PLACE.search(before):
        return None, 1
    length = _reach(kinds, shouted)
    first, last = start, run[length - 1][1]
    if _PLACE_BEHIND.match(text, last) or (
        last - first <= CODE and not shouted and text[first:last].isupper()
    ):
        return None, length
    if _believed(kinds[:length]) or title in known.weak or _SERVED.search(before):
        return (start, run[length - 1][1]), length
    return None, 1


def _believed(kinds: Sequence[str]) -> bool:
    """Whether these parts are a name without a title or a word that says so."""
    if kinds[0] == GIVEN:
        return True
    named = [kind for kind in kinds if kind != UNKNOWN]
    if len(named) < 2 or all(kind == SURNAME for kind in named):
        return False
    return any(kind in (GIVEN, FOREIGN, SURNAME) for kind in named)


def _reach(kinds: Sequence[str], shouted: bool) -> int:
    """How many words of the run belong to the name: known ones, and one unknown behind a known given name."""
    length = 1
    while length < len(kinds) and kinds[length] != UNKNOWN:
        length += 1
    if length < len(kinds) and length < 3 and not shouted and kinds[0] in (GIVEN, UNKNOWN):
        length += 1
    return length


@cache
def listed(language: str) -> Names:
    """The names of a language (of any, for a language that has no list), read once."""
    own = _sections(language if language in LANGUAGES else "en")
    kinds: dict[str, str] = {}
    for code in LANGUAGES:
        if code != language:
            others = _sections(code)
            kinds.update(dict.fromkeys(others["surnames"], SURNAME))
            kinds.update(dict.fromkeys(others["given"], FOREIGN))
            kinds.update(dict.fromkeys(others["ambiguous"], DOUBTFUL))
    kinds.update(dict.fromkeys(own["surnames"] - own["given"], SURNAME))
    kinds.update(dict.fromkeys(own["given"], GIVEN))
    kinds.update(dict.fromkeys(own["ambiguous"], DOUBTFUL))
    guided = guides()
    kinds.update(dict.fromkeys(guided["doubtful"] & kinds.keys(), DOUBTFUL))
    never: dict[str, list[str]] = {}
    for phrase in guided["never"]:
        never.setdefault(re.split("[ -]", phrase)[0], []).append(phrase)
    folded = {fold(name): kind for name, kind in kinds.items()}
    titles = own["titles"] | {title.rstrip(".") for title in own["titles"]}
    weak = titles & guided["weak"]
    return Names({**folded, **kinds}, titles - weak, weak, never)


def _sections(language: str) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {"given": set(), "surnames": set(), "titles": set(), "ambiguous": set()}
    current = ""
    shelf = files("vivencia.understanding.lexicon") / language / "names.txt"
    for line in shelf.read_text(encoding="utf-8").splitlines():
        said = line.split("#")[0].strip().lower()
        if said.startswith("["):
            current = said.strip("[]")
        elif said and current in found:
            found[current].add(said)
    return {name: frozenset(words) for name, words in found.items()}


@cache
def guides() -> dict[str, frozenset[str]]:
    """The words that guide the masking of names, by their use; read once."""
    found: dict[str, set[str]] = {}
    shelf = files("vivencia.understanding.masking") / "words.txt"
    for line in shelf.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            use, *words = line.split()
            found.setdefault(use, set()).update(word.replace("_", " ") for word in words)
    return {use: frozenset(words) for use, words in found.items()}
