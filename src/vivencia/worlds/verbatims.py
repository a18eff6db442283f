"""What customers say, in four languages: sentences by theme and polarity, put together.

The stock is one text file a language in `phrases/`: `[theme +]`, `[theme -]` start a
section, each further line is a sentence. `open` and `close` frame what is said (`~`:
neither good nor bad); `company` is about the company as a whole.
"""

import re
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vivencia.worlds.happened import MIXED, NEGATIVE, POSITIVE

LANGUAGES = ("pt", "es", "it", "en")
FRAME = ("open", "close")
USUAL = "company"
_SECTION = re.compile(r"^\[(\w+) ([+~-])\]$")
_POLARITIES = {"-": NEGATIVE, "~": MIXED, "+": POSITIVE}
Ints = NDArray[np.int64]
#: Language, theme and polarity of each row.
_Section = tuple[Ints, Any, Any]


@cache
def phrases(language: str) -> dict[tuple[str, int], tuple[str, ...]]:
    """The sentences of one language by (theme, polarity)."""
    text = files("vivencia.worlds").joinpath("phrases", f"{language}.txt").read_text(encoding="utf-8")
    found: dict[tuple[str, int], list[str]] = {}
    section: list[str] = []
    for line in text.splitlines():
        head = _SECTION.match(line)
        if head:
            section = found.setdefault((head[1], _POLARITIES[head[2]]), [])
        elif line.strip() and not line.startswith("#"):
            section.append(line.strip())
    return {key: tuple(sentences) for key, sentences in found.items()}


class _Stock(NamedTuple):
    """Every sentence in one array, and where each section of it begins."""

    sentences: Any
    first: Ints  # (language, theme, polarity)
    many: Ints


@cache
def _stock(themes: tuple[str, ...]) -> _Stock:
    """Sentence 0 is silence; a theme that lacks a section says something of the company."""
    sentences = [""]
    shape = (len(LANGUAGES), len(themes), 3)
    first, many = np.zeros(shape, np.int64), np.zeros(shape, np.int64)
    for number, language in enumerate(LANGUAGES):
        said = phrases(language)
        for t, theme in enumerate(themes):
            for polarity in (NEGATIVE, MIXED, POSITIVE):
                section = said.get((theme, polarity)) or said.get((USUAL, polarity), ())
                first[number, t, polarity], many[number, t, polarity] = len(sentences), len(section)
                sentences.extend(f"{sentence} " for sentence in section)
    return _Stock(pa.array(sentences, pa.string()), first, many)


def _choose(stock: _Stock, section: _Section, random: Ints, said: Any = True) -> Any:
    """One sentence a row from its section by a random number; silence where `said` is false."""
    many = stock.many[section]
    index = stock.first[section] + random % np.maximum(many, 1)
    return stock.sentences.take(pa.array(np.where(said & (many > 0), index, 0)))


def compose(
    words: NDArray[np.uint64], language: Ints, theme: Ints, polarity: Ints, themes: tuple[str, ...]
) -> Any:
    """The texts, one a row. `theme` indexes `themes`, `language` LANGUAGES; `words` are random bits.

    A mixed answer says something good and something bad; some people write without
    capitals or a full stop, and some say more than others.
    """
    framed = (*themes, *FRAME)
    stock = _stock(framed)
    part = [((words >> np.uint64(shift)) & np.uint64(0x3FF)).astype(np.int64) for shift in range(0, 60, 10)]
    opening, closing = np.full_like(theme, len(themes)), np.full_like(theme, len(themes) + 1)
    mixed = polarity == MIXED
    firm, other = np.where(mixed, POSITIVE, polarity), np.where(mixed, NEGATIVE, polarity)
    # A second sentence of the same section is never the first one again.
    further = part[1] + np.where(
        mixed, 0, 1 + part[2] % np.maximum(stock.many[language, theme, other] - 1, 1)
    )
    more = mixed | ((part[4] % 100 < 25) & (stock.many[language, theme, other] > 1))
    texts = pc.binary_join_element_wise(
        _choose(stock, (language, opening, polarity), part[0], part[3] % 100 < 22),
        _choose(stock, (language, theme, firm), part[1]),
        _choose(stock, (language, theme, other), further, more),
        _choose(stock, (language, closing, polarity), part[2], part[5] % 100 < 30),
        "",
    )
    texts = pc.utf8_rtrim_whitespace(texts)
    hasty = pa.array(part[3] % 100 >= 86)
    return pc.if_else(hasty, pc.utf8_rtrim(pc.utf8_lower(texts), characters="."), texts)
