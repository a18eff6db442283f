"""Sequences of words as one trie over symbols: idioms, complaints, marks, entries of several words.

A pattern's token is a word, `stem*`, `a|b|c*`, `#` (a number, in a choice too: `a|#`; a word of
money before or behind it belongs to it) or `~` (a gap of up to three words). Every distinct token
is a symbol; a word form knows its symbols, so a text is matched by walking numbers. A node's edges
stand in one hash table of arrays.
"""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from vivencia.understanding.tokens import fold, plain, words

#: What a pattern does where it is met; marks follow in the order of `reading.MARKS`.
POLARITY, ASPECT, EMOTION, MODIFIER, MARK = range(5)
GAP = "~"
NUMBER = "#"
#: Words a gap may skip.
GAP_LENGTH = 3


EDGE = np.dtype([("symbol", "i4"), ("child", "i4")])
NODE = np.dtype([("gap", "i4"), ("first", "i4"), ("edge", "i4")])
MEANING = np.dtype([("kind", "i4"), ("code", "i4"), ("value", "f4")])


class Trie(NamedTuple):
    """The trie as arrays of records; `gap`: node or −1.

    A node's edges stand from its `edge` to the next node's, the meanings that end at it from
    its `first` to the next node's.
    """

    edges: Any
    nodes: Any
    meanings: Any


class Meaning(NamedTuple):
    """What one pattern does: see the constants above."""

    kind: int
    code: int
    value: float


@dataclass
class Builder:
    """Collects patterns of one language and makes the trie of them."""

    language: str
    #: Words that are one amount with a number: "USD 50", "50 euros".
    money: frozenset[str] = frozenset()
    exact: dict[str, list[int]] = field(default_factory=dict)
    stems: dict[str, list[int]] = field(default_factory=dict)
    #: The symbols that any number is: `#`, and choices that hold it.
    numbers: list[int] = field(default_factory=list)
    _symbols: dict[str, int] = field(default_factory=dict)
    _edges: dict[tuple[int, int], int] = field(default_factory=dict)
    _gaps: dict[int, int] = field(default_factory=dict)
    _meanings: list[list[Meaning]] = field(default_factory=lambda: [[]])
    starts: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._money = "|".join(sorted(self.money))
        if self.money:
            self._symbol(self._money)

    def add(self, pattern: str, meaning: Meaning) -> None:
        """One pattern; gaps at its ends say nothing and are left out."""
        tokens = self._tokens(pattern)
        node = 0
        for token in tokens:
            node = self._gap(node) if token == GAP else self._edge(node, self._symbol(token))
        if node:
            self._meanings[node].append(meaning)

    def _tokens(self, pattern: str) -> list[str]:
        tokens: list[str] = []
        for part in pattern.split():
            if part in (GAP, NUMBER):
                tokens.append(part)
            elif "|" in part:
                tokens.append("|".join(sorted(self._choices(part))))
            else:
                tokens.extend(words(plain(part), self.language))
        while tokens and tokens[-1] == GAP:
            tokens.pop()
        while tokens and tokens[0] == GAP:
            tokens.pop(0)
        return tokens

    def _choices(self, part: str) -> set[str]:
        """Each choice as one token (a choice of several words stands for its last, rarest one)."""
        cut = (
            [NUMBER] if choice == NUMBER else words(plain(choice), self.language)
            for choice in part.split("|")
        )  # fmt: skip
        return {choice[-1] for choice in cut if choice}

    def _symbol(self, token: str) -> int:
        known = self._symbols.get(token)
        if known is not None:
            return known
        symbol = self._symbols[token] = len(self._symbols)
        for choice in token.split("|"):
            if choice == NUMBER:
                self.numbers.append(symbol)
                continue
            stem = choice.rstrip("*")
            table = self.stems if choice.endswith("*") else self.exact
            table.setdefault(stem, []).append(symbol)
        return symbol

    def _edge(self, node: int, symbol: int) -> int:
        child = self._child(self._edges, (node, symbol))
        if node == 0:
            self.starts[symbol] = child
        return child

    def _gap(self, node: int) -> int:
        return self._child(self._gaps, node)

    def _child(self, table: dict, key: object) -> int:  # type: ignore[type-arg]
        child: int | None = table.get(key)
        if child is None:
            child = table[key] = len(self._meanings)
            self._meanings.append([])
        return child

    def folded(self) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
        """The same symbols by the words as they are typed in haste."""
        exact: dict[str, list[int]] = {}
        stems: dict[str, list[int]] = {}
        for table, target in ((self.exact, exact), (self.stems, stems)):
            for word, symbols in table.items():
                target.setdefault(fold(word), []).extend(symbols)
        return exact, stems

    def _let_money_stand_by_numbers(self) -> None:
        """Where a number leads, it leads with a word of money behind it too, or before it if not first."""
        if not self.money:
            return
        numbers, money = set(self.numbers), self._symbol(self._money)
        for (node, symbol), child in list(self._edges.items()):
            if symbol in numbers:
                self._edges.setdefault((child, money), child)
                if node:
                    self._edges[self._edge(node, money), symbol] = child

    def build(self) -> Trie:
        """The trie as arrays."""
        self._let_money_stand_by_numbers()
        count = len(self._meanings)
        ordered = sorted((node, symbol, child) for (node, symbol), child in self._edges.items())
        edges = np.array([(symbol, child) for _, symbol, child in ordered], EDGE)
        nodes = np.zeros(count + 1, NODE)
        nodes["gap"] = -1
        for node, child in self._gaps.items():
            nodes[node]["gap"] = child
        nodes["edge"] = np.searchsorted([node for node, _, _ in ordered], np.arange(count + 1))
        nodes["first"][1:] = np.cumsum([len(meanings) for meanings in self._meanings])
        ends = [tuple(meaning) for meanings in self._meanings for meaning in meanings]
        return Trie(edges, nodes, np.array(ends, MEANING))
