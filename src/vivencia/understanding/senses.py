"""What the words of a language's lists mean, gathered over its files."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from vivencia.understanding import patterns as trie
from vivencia.understanding.lexicon import lists as read
from vivencia.understanding.reading import ASPECTS, EMOTIONS, MARKS
from vivencia.understanding.tokens import fold, plain, words

#: Flags of a sense.
HIT, NEGATOR, BOOST, CONTRAST, CONCESSION, IRREALIS, SARCASM = (1 << bit for bit in range(7))
STOP, EXCLAIM, QUESTION, COMMA, SOFT, END = (1 << bit for bit in range(7, 13))
SYMBOLS, START, ABOUT, FEELS, SHOUT, STRETCHED, PICTURE, PSEUDO = (1 << bit for bit in range(13, 21))
NOT, WITHOUT, AND, THANKS = (1 << bit for bit in range(21, 25))
#: Set in a text: a pattern that no negation before it turns.
FIXED = 1 << 25

_SECTION_FLAGS = {
    read.NEGATORS: NEGATOR,
    read.INTENSIFIERS: BOOST,
    read.DIMINISHERS: BOOST,
    read.CONTRAST: CONTRAST,
    read.CONCESSION: CONCESSION,
    read.IRREALIS: IRREALIS,
    read.PSEUDO_NEGATORS: PSEUDO,
    read.SARCASM: SARCASM,
}
_GRAMMAR_FLAGS = {read.NOT: NOT, read.WITHOUT: WITHOUT, read.AND: AND, read.THANKS: THANKS}  # fmt: skip


@dataclass(slots=True)
class Sense:
    """What a word of a list means, gathered over the files."""

    flags: int = 0
    value: float = 0.0
    factor: float = 1.0
    about: dict[int, int] = field(default_factory=dict)
    feels: dict[int, int] = field(default_factory=dict)
    symbols: tuple[int, ...] = ()

    def under(self, more: "Sense") -> "Sense":
        """This one, with what a more exact entry says instead of it."""
        flags = self.flags | more.flags
        return Sense(
            flags,
            more.value if more.flags & HIT else self.value,
            more.factor if more.flags & BOOST else self.factor,
            {**self.about, **more.about},
            {**self.feels, **more.feels},
        )


class Table(dict[str, Sense]):
    """Senses by word; a star-less key of `stems` means "and what follows"."""

    def sense(self, word: str) -> Sense:
        """The sense of this word, made where there is none."""
        return self.setdefault(word, Sense())


def folded(table: Table) -> Table:
    """The same senses by what is typed in haste; where two meet, the one already plain stays."""
    folded = Table()
    for word, sense in table.items():
        key = fold(word)
        if key == word or key not in table:
            folded.setdefault(key, sense)
    return folded


class Senses:
    """The senses of one language: by whole word, by stem, and (several words) in a trie's builder."""

    def __init__(self, lists: read.Lists) -> None:
        self.language = lists.language
        self.exact, self.stems = Table(), Table()
        self.builder = trie.Builder(lists.language, lists.money)
        self._fill_polarity(lists)
        self._fill_flags(lists.modifiers.items(), _SECTION_FLAGS)
        grammar = ((kind, dict.fromkeys(words_of, 1.0)) for kind, words_of in lists.grammar.items())
        self._fill_flags(
            ((kind, entries) for kind, entries in grammar if kind != read.GREETING), _GRAMMAR_FLAGS
        )
        self._fill_greetings(lists)
        self._fill_tagged(lists.aspects, ASPECTS, trie.ASPECT)
        self._fill_tagged(lists.emotions, EMOTIONS, trie.EMOTION)
        for pattern in lists.patterns:
            mark = MARKS.index(pattern.kind) if pattern.kind in MARKS else 0
            kind = trie.POLARITY if pattern.kind == "polarity" else trie.MARK
            self.builder.add(pattern.tokens, trie.Meaning(kind, mark, pattern.value))

    def strong(self) -> Iterator[tuple[str, bool]]:
        """Words worth a look for typing mistakes, and whether more letters may follow them."""
        for table, more in ((self.exact, False), (self.stems, True)):
            for word, sense in table.items():
                if sense.flags & HIT and abs(sense.value) >= 2:
                    yield word, more

    def _place(self, word: str, meaning: trie.Meaning) -> Sense:
        """The sense of a one-word entry; of several words, a spare one, for they went into the trie."""
        parts = words(plain(word), self.language)
        if len(parts) != 1:
            self.builder.add(" ".join(parts), meaning)
            return Sense()
        part = parts[0]
        return self.stems.sense(part[:-1]) if part.endswith("*") else self.exact.sense(part)

    def _fill_polarity(self, lists: read.Lists) -> None:
        for word, value in lists.polarity.items():
            sense = self._place(word, trie.Meaning(trie.POLARITY, 0, value))
            sense.flags, sense.value = sense.flags | HIT, value

    def _fill_flags(self, sections: Iterable[tuple[str, dict[str, float]]], flags: dict[str, int]) -> None:
        for section, entries in sections:
            flag = flags[section]
            for word, factor in entries.items():
                sense = self._place(word, trie.Meaning(trie.MODIFIER, flag, factor))
                sense.flags |= flag
                sense.factor = factor if flag == BOOST else sense.factor

    def _fill_greetings(self, lists: read.Lists) -> None:
        for word in lists.grammar.get(read.GREETING, ()):
            sense = self._place(word, trie.Meaning(trie.POLARITY, 0, 0.0))
            sense.flags, sense.value = sense.flags & ~HIT, 0.0

    def _fill_tagged(self, entries: Iterable[read.Tagged], names: tuple[str, ...], kind: int) -> None:
        flag = ABOUT if kind == trie.ASPECT else FEELS
        for entry in entries:
            code = names.index(entry.tag)
            sense = self._place(entry.word, trie.Meaning(kind, code, entry.strength))
            sense.flags |= flag
            codes = sense.about if kind == trie.ASPECT else sense.feels
            codes[code] = max(entry.strength, codes.get(code, 0))
