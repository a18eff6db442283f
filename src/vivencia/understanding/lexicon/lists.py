"""Reads the word lists of one language as they are written; what is wrong is said with file and line.

Nothing is compiled here: `understanding.forms` and `understanding.patterns` make tables of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from vivencia.understanding.reading import ASPECTS, EMOTIONS, MARKS
from vivencia.words.errors import LexiconError

#: How surely a word says what its line says: alone enough, ordinary, only with other evidence.
STRONG, PLAIN, WEAK = 3, 2, 1
_STRENGTHS = {"!": STRONG, "?": WEAK}

NEGATORS, INTENSIFIERS, DIMINISHERS = "negators", "intensifiers", "diminishers"
CONTRAST, CONCESSION, IRREALIS = "contrast", "concession", "irrealis"
PSEUDO_NEGATORS, SARCASM = "pseudo_negators", "sarcasm"
SECTIONS = (
    NEGATORS, INTENSIFIERS, DIMINISHERS, CONTRAST, CONCESSION, IRREALIS, PSEUDO_NEGATORS, SARCASM,
)  # fmt: skip
NOT, WITHOUT, AND, THANKS, GREETING = GRAMMAR = ("not", "without", "and", "thanks", "greeting")
PATTERN_KINDS = ("polarity", *MARKS)
#: Kinds of pattern whose value must be written, and its bounds.
_VALUED = {"polarity": 3.0, "recommend": 1.0, "expectation": 1.0}


@dataclass(frozen=True, slots=True)
class Pattern:
    """A sequence of tokens that means something together; see `understanding.patterns` for its tokens."""

    kind: str
    value: float
    tokens: str


@dataclass(frozen=True, slots=True)
class Tagged:
    """A word (or `several words`, or `stem*`) that points to an aspect or an emotion, and how surely."""

    tag: str
    strength: int
    word: str


@dataclass(frozen=True, slots=True)
class Picture:
    """An emoji, emoticon or laugh: its polarity, and the emotions it shows."""

    sign: str
    polarity: float
    emotions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lists:
    """Everything written for one language. Words carry `*` for "and what follows", spaces between words."""

    language: str
    polarity: dict[str, float] = field(default_factory=dict)
    modifiers: dict[str, dict[str, float]] = field(default_factory=dict)
    patterns: tuple[Pattern, ...] = ()
    aspects: tuple[Tagged, ...] = ()
    emotions: tuple[Tagged, ...] = ()
    pictures: tuple[Picture, ...] = ()
    numbers: frozenset[str] = frozenset()
    money: frozenset[str] = frozenset()
    unaccented: frozenset[str] = frozenset()
    grammar: dict[str, tuple[str, ...]] = field(default_factory=dict)


@cache
def lists(language: str, root: Path | None = None) -> Lists:
    """The word lists of a language: the shipped ones, or those under another root.

    A file that is not there is an empty list. Raises LexiconError naming file and line.
    """
    shelf: Traversable = root or files("vivencia.understanding.lexicon")
    folder = shelf / language
    return Lists(
        language=language,
        polarity=_polarity(folder / "polarity.txt"),
        modifiers=_modifiers(folder / "modifiers.txt"),
        patterns=tuple(_patterns(folder / "patterns.tsv")),
        aspects=tuple(_tagged(folder / "aspects.txt", ASPECTS)),
        emotions=tuple(_tagged(folder / "emotions.txt", EMOTIONS)),
        pictures=tuple(_pictures(shelf / "pictures.tsv")),
        numbers=_of_language(shelf / "numbers.txt", language),
        money=_of_language(shelf / "money.txt", language),
        unaccented=_of_language(shelf / "unaccented.txt", language),
        grammar=_grammar(shelf / "grammar.txt", language),
    )


def _lines(file: Traversable) -> Iterator[tuple[str, str]]:
    """(where, line) of the lines that say something."""
    if not file.is_file():
        return
    place = "/".join(str(file).replace("\\", "/").rsplit("/", 2)[-2:])
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        said = line.strip()
        if said and (not said.startswith("#") or said.startswith("#\t")):
            yield f"{place}, line {number}", line.rstrip("\r\n")


def _fault(where: str, wrong: str, remedy: str) -> LexiconError:
    return LexiconError(f"{where}: {wrong}.", hint=remedy)


def _words(text: str) -> list[str]:
    """The entries of a line; what stands behind a ` # ` is a comment."""
    return [word.replace("_", " ") for word in text.split(" # ")[0].split()]


def _number(where: str, text: str, low: float, high: float) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not low <= value <= high:
        raise _fault(where, f"{text!r} is no number from {low:g} to {high:g}", "write a number there")
    return value


def _polarity(file: Traversable) -> dict[str, float]:
    weights: dict[str, float] = {}
    for where, line in _lines(file):
        weight, _, rest = line.strip().partition(" ")
        value = _number(where, weight, -3, 3)
        for word in _words(rest):
            if not word.strip("* "):
                raise _fault(where, "a star with no stem", "write letters before the star")
            weights[word.lower()] = value
    return weights


def _modifiers(file: Traversable) -> dict[str, dict[str, float]]:
    sections: dict[str, dict[str, float]] = {name: {} for name in SECTIONS}
    current = ""
    for where, line in _lines(file):
        said = line.strip()
        if said.startswith("["):
            current = said.strip("[] ")
            if current not in sections:
                raise _fault(where, f"no section [{current}]", f"use one of {', '.join(SECTIONS)}")
            continue
        if not current:
            raise _fault(where, "a word before the first [section]", "name its section above it")
        sections[current].update(_modifier(where, current, said))
    return sections


def _modifier(where: str, section: str, said: str) -> dict[str, float]:
    words = _words(said)
    if section in (INTENSIFIERS, DIMINISHERS) and len(words) % 2 == 0 and _is_number(words[-1]):
        pairs = zip(words[::2], words[1::2], strict=True)
        return {word.lower(): _number(where, factor, 0.05, 3) for word, factor in pairs}
    if section in (INTENSIFIERS, DIMINISHERS):
        raise _fault(where, "an intensifier or diminisher without factor", "write `word factor`")
    return {word.lower(): 1.0 for word in words}


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdigit()


def _patterns(file: Traversable) -> Iterator[Pattern]:
    for where, line in _lines(file):
        cells = line.split("\t")
        if cells[:2] == ["kind", "value"]:
            continue
        if len(cells) != 3 or not cells[2].strip():
            raise _fault(where, "a pattern has three cells", "write kind<TAB>value<TAB>pattern")
        kind, value, tokens = (cell.strip() for cell in cells)
        if kind not in PATTERN_KINDS:
            raise _fault(where, f"no kind {kind!r}", f"use one of {', '.join(PATTERN_KINDS)}")
        bound = _VALUED.get(kind)
        number = 0.0 if bound is None else _number(where, value, -bound, bound)
        yield Pattern(kind, number, tokens.lower().replace("_", " "))


def _tagged(file: Traversable, tags: tuple[str, ...]) -> Iterator[Tagged]:
    for where, line in _lines(file):
        head, _, rest = line.strip().partition(" ")
        tag = head.rstrip("!?")
        if tag not in tags:
            raise _fault(where, f"no name {tag!r}", f"begin the line with one of {', '.join(tags)}")
        strength = _STRENGTHS.get(head[len(tag) :], PLAIN)
        for word in _words(rest):
            yield Tagged(tag, strength, word.lower())


def _pictures(file: Traversable) -> Iterator[Picture]:
    for where, line in _lines(file):
        cells = [*line.split("\t"), "", ""]
        emotions = tuple(cells[2].split())
        wrong = [name for name in emotions if name not in EMOTIONS]
        if wrong:
            raise _fault(where, f"no emotion {wrong[0]!r}", f"use {', '.join(EMOTIONS)}")
        value = _number(where, cells[1], -3, 3)
        for sign in cells[0].split():
            yield Picture(sign, value, emotions)


def _grammar(file: Traversable, language: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for where, line in _lines(file):
        code, kind, *rest = [*line.split(), "", ""]
        if kind not in GRAMMAR:
            raise _fault(where, f"no kind {kind!r}", f"use one of {', '.join(GRAMMAR)}")
        if code == language:
            found[kind] = found.get(kind, ()) + tuple(_words(" ".join(rest)))
    return found


def _of_language(file: Traversable, language: str) -> frozenset[str]:
    found: set[str] = set()
    for _, line in _lines(file):
        code, *words = line.split()
        if code == language:
            found.update(words)
    return frozenset(found)
