"""The parts of a text that may speak of different things: what stands between signs and joining words.

Smaller than the clauses of the rules, which a comma alone does not end: in "clean rooms, kind
staff and a poor breakfast" three things are spoken of.
"""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vivencia.understanding.reading import Span

#: Joining words of the four languages; one that means something else in another hardly ever joins there.
_JOINING = (
    "and", "but", "although", "though", "while", "with", "e", "ed", "ma", "però", "anche se", "mentre", "con",
    "y", "pero", "aunque", "mientras", "mas", "porém", "embora", "enquanto", "com",
)  # fmt: skip
_EDGE = re.compile(rf"[,.;:!?()\n]+|(?<=\s)(?:{'|'.join(_JOINING)})(?=\s)", re.IGNORECASE)
#: Letters a part has at least.
_LEAST = 4


def parts_of(text: str) -> list[Span]:
    """The parts of a text, in order; the whole text where it has no others.

    >>> [(one.start, one.end) for one in parts_of("Clean rooms, kind staff and no wifi")]
    [(0, 11), (13, 23), (28, 35)]
    """
    found, begun = [], 0
    for start, end in (*((edge.start(), edge.end()) for edge in _EDGE.finditer(text)), (len(text),) * 2):
        part = text[begun:start]
        body = part.strip()
        if sum(map(str.isalnum, body)) >= _LEAST:
            first = begun + len(part) - len(part.lstrip())
            found.append(Span(first, first + len(body)))
        begun = end
    return found or [Span(0, len(text))]


def parted(texts: Sequence[str]) -> tuple[list[Span], NDArray[np.int64]]:
    """The parts of many texts, and the text of each."""
    found = [parts_of(text) for text in texts]
    of = np.repeat(np.arange(len(texts)), [len(one) for one in found]) if found else np.zeros(0)
    return [span for one in found for span in one], of.astype(np.int64)
