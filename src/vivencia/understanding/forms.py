"""What each distinct form of a word means in one language: looked up once, then a row of numbers.

A text's pieces become row numbers by one dictionary look-up each; row 0 is a word that says
nothing, row 1 one that shouts. A form not found as written is tried without elongation
("muuuito"), without accents, by its hyphenated parts, and, where long, one edit away from a
strong word.
"""

import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vivencia.understanding.lexicon import lists as read
from vivencia.understanding.reading import EMOTIONS
from vivencia.understanding.senses import (
    COMMA,
    END,
    EXCLAIM,
    FEELS,
    HIT,
    NEGATOR,
    PICTURE,
    QUESTION,
    SHOUT,
    SOFT,
    START,
    STOP,
    STRETCHED,
    SYMBOLS,
    Sense,
    Senses,
    Table,
    folded,
)  # fmt: skip
from vivencia.understanding.tokens import BETWEEN, fold, plain
from vivencia.understanding.typos import Typos

#: Aspects and emotions one word can point to.
WIDTH = 3
#: Distinct forms kept before all is forgotten (a bound on memory, whatever is read).
MOST_FORMS = 400_000
LONGEST_FORM = 40

_STRETCH = re.compile(r"(\D)\1{2,}")
#: One syllable again and again, for "hija", "hers" and "jars" are words.
_LAUGH = re.compile(r"(?:k{3,}|(ha|he|hi|ah|ja|je|ji|rs|hue)\1+[ah]?h?j?|l+o+l+|x+d+)$")
_CAMEL = re.compile(r"[A-Z]?[^\W\dA-Z_]+|[A-Z]+(?![^\W\dA-Z_])|\d+")


#: The meaning of a row; `about` and `feels` hold code·4 + strength, −1 where empty; its symbols,
#: and the nodes that patterns beginning with it lead to, end where the next row's begin.
ROW = np.dtype([
    ("flags", "i4"), ("value", "f4"), ("factor", "f4"), ("blank", "i4"),
    ("about", "i4", (WIDTH,)), ("feels", "i4", (WIDTH,)), ("first", "i4"), ("root", "i4"),
])  # fmt: skip


class Rows(NamedTuple):
    """The rows so far, as ROW says, their symbols, and the nodes they begin at."""

    table: Any
    symbols: NDArray[np.int32]
    roots: NDArray[np.int32]


class Forms(dict[str, int]):
    """Piece of text → row, for one language. Subscripting an unknown piece resolves and keeps it."""

    def __init__(self, lists: read.Lists) -> None:
        super().__init__()
        self.language = lists.language
        self._lists = lists
        senses = Senses(lists)
        self._exact, self._stems, self._builder = senses.exact, senses.stems, senses.builder
        self._exact_folded, self._stems_folded = folded(self._exact), folded(self._stems)
        self._longest = max((len(stem) for stem in self._stems), default=0)
        self._symbols_folded = self._builder.folded()
        self._longest_symbol = max((len(stem) for stem in self._builder.stems), default=0)
        self._typos = Typos(senses.strong())
        self._senses: dict[str, Sense | None] = {}
        self._pictures = {picture.sign: picture for picture in lists.pictures}
        self.trie = self._builder.build()
        self._reset()

    def _reset(self) -> None:
        self.clear()
        self._count = 0
        self._rows = np.zeros(1024, ROW)
        self._symbol_list: list[int] = []
        self._root_list: list[int] = []
        self._append(Sense(), 0)
        self._append(Sense(flags=SHOUT), 0)

    @property
    def rows(self) -> Rows:
        """The rows so far."""
        return Rows(
            self._rows,
            np.array(self._symbol_list or [0], np.int32),
            np.array(self._root_list or [0], np.int32),
        )

    def trim(self) -> None:
        """Forgets everything once more forms are kept than memory is meant for."""
        if len(self) > MOST_FORMS:
            self._senses.clear()
            self._reset()

    def __missing__(self, piece: str) -> int:
        form = piece.rstrip(" ")
        row = self._row(form, len(piece) - len(form))
        self[piece] = row
        return row

    def _row(self, form: str, blank: int) -> int:
        sense = self._sign(form)
        if sense is None:
            sense = self._word_or_tag(form)
            loud = len(form) > 2 and form.isupper() and form.lower() not in self._lists.money
            if sense is None:
                return 1 if loud else 0
            if loud:
                sense = replace(sense, flags=sense.flags | SHOUT)
        return self._append(sense, blank)

    def _append(self, sense: Sense, blank: int) -> int:
        row = self._count
        if row + 1 >= len(self._rows):
            self._rows = np.concatenate([self._rows, np.zeros(len(self._rows), ROW)])
        about, feels = _strongest(sense.about), _strongest(sense.feels)
        first, root = self._rows["first"][row], self._rows["root"][row]
        self._rows[row] = (sense.flags, sense.value, sense.factor, blank, about, feels, first, root)
        self._symbol_list.extend(sense.symbols)
        starts = self._builder.starts
        self._root_list.extend(starts[symbol] for symbol in sense.symbols if symbol in starts)
        self._rows["first"][row + 1] = len(self._symbol_list)
        self._rows["root"][row + 1] = len(self._root_list)
        self._count += 1
        return row

    def _sign(self, form: str) -> Sense | None:
        """Punctuation, addresses, emoji, laughs; None for words."""
        head = form[:1]
        picture = self._pictures.get(form.rstrip("\ufe0f\u200d♂♀🏻🏼🏽🏾🏿")) or self._pictures.get(form)
        if picture is not None:
            feels = {EMOTIONS.index(name): read.PLAIN for name in picture.emotions}
            return Sense(HIT | PICTURE | (FEELS if feels else 0), picture.polarity, 1.0, {}, feels)
        if head.isalnum():
            if "://" in form or form.startswith("www.") or "@" in form or form[-1] == "$":
                return Sense(SOFT)
            return None
        if head == "#" and len(form) > 1:
            return None
        if head == "@" and len(form) > 1:
            return Sense(SOFT)
        return Sense(_punctuation(form))

    def _word_or_tag(self, form: str) -> Sense | None:
        if form[0] == "#":
            return self._tag(form[1:])
        if len(form) > LONGEST_FORM:
            return None
        return self._word(plain(form))

    def _tag(self, tag: str) -> Sense | None:
        """A hashtag: its strongest word."""
        whole = self._word(plain(tag))
        if whole is not None and whole.flags & HIT:
            return whole
        parts = [self._word(plain(part)) for part in _CAMEL.findall(tag)[:8]]
        known = [part for part in parts if part is not None and part.flags & HIT]
        if not known:
            return whole
        best = max(known, key=lambda sense: abs(sense.value))
        if any(part is not None and part.flags & NEGATOR for part in parts):
            best = replace(best, value=-best.value)
        return best

    def _word(self, word: str) -> Sense | None:
        if word not in self._senses:
            if len(self._senses) > MOST_FORMS:
                self._senses.clear()
            self._senses[word] = self._resolve(word)
        return self._senses[word]

    def _resolve(self, word: str) -> Sense | None:
        laugh = _LAUGH.match(word) and self._pictures.get("haha")
        if laugh:
            return Sense(HIT | PICTURE | FEELS, laugh.polarity, 1.0, {}, {EMOTIONS.index("joy"): read.WEAK})
        variants = self._variants(word)
        symbols = self._symbols_of(variants)
        sense = self._meaning(word, variants)
        if sense is None:
            sense = Sense()
        if len(variants) > 1 and _STRETCH.search(word):
            sense = replace(sense, flags=sense.flags | STRETCHED)
        if not sense.flags and not symbols:
            return None
        flags = sense.flags | (SYMBOLS if symbols else 0)
        if not self._builder.starts.keys().isdisjoint(symbols):
            flags |= START
        return replace(sense, flags=flags, symbols=tuple(sorted(symbols)))

    def _variants(self, word: str) -> list[str]:
        """The word as it may have been meant, nearest first."""
        found = [word]
        if _STRETCH.search(word):
            found += [_STRETCH.sub(r"\1", word), _STRETCH.sub(r"\1\1", word)]
        if word.endswith("'s"):
            found.append(word[:-2])
        if word.endswith("'") and len(word) > 2:
            found.append(word[:-1])
        return found

    def _meaning(self, word: str, variants: list[str]) -> Sense | None:
        for variant in variants:
            sense = self._find(variant, self._exact, self._stems)
            if sense is not None:
                return sense
        if word not in self._lists.unaccented and len(word) > 2:
            for variant in variants:
                sense = self._find(fold(variant), self._exact_folded, self._stems_folded)
                if sense is not None:
                    return sense
        if "-" in word:
            senses = [self._word(part) for part in word.split("-")[:4] if part]
            known = [sense for sense in senses if sense is not None and sense.flags & ~(SYMBOLS | START)]
            if known:
                return replace(known[0], symbols=())
        near = self._typos.nearest(fold(word))
        return None if near is None else self._find(near, self._exact, self._stems)

    def _find(self, word: str, exact: Table, stems: Table) -> Sense | None:
        sense: Sense | None = None
        for end in range(1, min(len(word), self._longest) + 1):
            more = stems.get(word[:end])
            if more is not None:
                sense = more if sense is None else sense.under(more)
        more = exact.get(word)
        if more is not None:
            sense = more if sense is None else sense.under(more)
        return sense

    def _symbols_of(self, variants: list[str]) -> set[int]:
        found: set[int] = set()
        for variant in variants:
            self._gather(variant, self._builder.exact, self._builder.stems, found)
            if variant not in self._lists.unaccented:
                self._gather(fold(variant), *self._symbols_folded, found)
        first = variants[0]
        if first[0].isdigit() or first in self._lists.numbers:
            found.update(self._builder.numbers)
        return found

    def _gather(
        self, word: str, exact: dict[str, list[int]], stems: dict[str, list[int]], found: set[int]
    ) -> None:
        found.update(exact.get(word, ()))
        for end in range(1, min(len(word), self._longest_symbol) + 1):
            symbols = stems.get(word[:end])
            if symbols:
                found.update(symbols)


@cache
def forms(language: str, root: Path | None = None) -> Forms:
    """The forms of a language, made on first use and kept."""
    return Forms(read.lists(language, root))


def _punctuation(form: str) -> int:
    if not form:
        return SOFT
    if form == BETWEEN:
        return END
    if "?" in form:
        return QUESTION
    if "!" in form:
        return EXCLAIM
    if form[0] in ".…;\n:()[]•|" or form in ("–", "—"):
        return STOP
    return COMMA if form[0] == "," else SOFT


def _strongest(codes: dict[int, int]) -> tuple[int, ...]:
    """A word's aspects or emotions as a row keeps them, the strongest first."""
    kept = sorted(codes.items(), key=lambda item: -item[1])[:WIDTH]
    return (*(code * 4 + strength for code, strength in kept), *[-1] * (WIDTH - len(kept)))
