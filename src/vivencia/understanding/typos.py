"""Strong words that an unknown long word was meant to be: spelled by ear, a letter lost or swapped.

Exchanged letters are let pass only where they sound alike: anything wider turns "inverno"
into "inferno" and "morning" into "mourning".
"""

import re
from collections.abc import Iterable

#: A mistake is looked for only in words at least this long, against list words at least that long.
SHORTEST_WORD, SHORTEST_TARGET = 7, 7
LONGEST_TARGET = 14
#: A letter too many, too few or swapped is let pass from this length on.
SHORTEST_SLIP = 8

_SOUNDS = str.maketrans(
    {"ç": "s", "z": "s", "x": "s", "j": "g", "v": "b", "y": "i", "k": "c", "q": "c", "h": ""}
)
_SOFT_C = re.compile("c(?=[ei])")
_TWICE = re.compile(r"(.)\1+")


class Typos:
    """Finds the list word that a mistyped word was meant to be.

    Both sides leave out one letter (never the first) and meet, so a look-up costs no search.
    `targets`: (word, whether more letters may follow it).
    """

    def __init__(self, targets: Iterable[tuple[str, bool]]) -> None:
        self._sounding: dict[str, str] = {}
        self._meets: dict[str, list[tuple[str, bool]]] = {}
        self._lengths: set[int] = set()
        for word, more in targets:
            if SHORTEST_TARGET <= len(word) <= LONGEST_TARGET and word.isalpha():
                self._sounding.setdefault(_sound(word), word)
                self._lengths.add(len(word))
                for key in _shortened(word):
                    self._meets.setdefault(key, []).append((word, more))

    def nearest(self, word: str) -> str | None:
        """The target that sounds alike or is one slip of the finger away, or None."""
        if not SHORTEST_WORD <= len(word) <= 2 * LONGEST_TARGET or not word.isalpha():
            return None
        sound = _sound(word)
        for length in range(len(sound), SHORTEST_TARGET - 2, -1):
            target = self._sounding.get(sound[:length])
            if target is not None and (length == len(sound) or (target, True) in self._meets[target]):
                return target
        return self._slipped(word) if len(word) >= SHORTEST_SLIP else None

    def _slipped(self, word: str) -> str | None:
        for length in self._lengths:
            for size in (length, length + 1, length - 1):
                if SHORTEST_SLIP - 1 <= size <= len(word):
                    found = self._meeting(word[:size], size == len(word))
                    if found is not None:
                        return found
        return None

    def _meeting(self, head: str, whole: bool) -> str | None:
        for key in _shortened(head):
            for target, more in self._meets.get(key, ()):
                if (whole or more) and len(target) >= SHORTEST_SLIP and _is_slip(head, target):
                    return target
        return None


def _is_slip(word: str, target: str) -> bool:
    """One letter more or less inside the word, or two neighbours swapped."""
    if len(word) != len(target):
        return abs(len(word) - len(target)) == 1 and word[-1] == target[-1]
    unlike = [at for at in range(len(word)) if word[at] != target[at]]
    swapped = len(unlike) == 2 and unlike[1] == unlike[0] + 1
    return swapped and word[unlike[0]] == target[unlike[1]] and word[unlike[1]] == target[unlike[0]]


def _sound(word: str) -> str:
    """Letters that sound alike made one; doubled ones once."""
    return _TWICE.sub(r"\1", _SOFT_C.sub("s", word).translate(_SOUNDS))


def _shortened(word: str) -> list[str]:
    return [word, *(word[:at] + word[at + 1 :] for at in range(1, len(word)))]
