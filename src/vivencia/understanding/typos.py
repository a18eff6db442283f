"""Strong words one edit away from a long word that no list knows."""

from collections.abc import Iterable

#: A mistake is looked for only in words at least this long, against list words at least that long.
SHORTEST_WORD, SHORTEST_TARGET = 7, 7
LONGEST_TARGET = 14


class Typos:
    """Finds the list word that a mistyped word was meant to be.

    Both sides leave out one letter (never the first) and meet, so a look-up costs no search.
    `targets`: (word, whether more letters may follow it).
    """

    def __init__(self, targets: Iterable[tuple[str, bool]]) -> None:
        self._meets: dict[str, tuple[str, bool]] = {}
        self._lengths: set[int] = set()
        for word, more in targets:
            if SHORTEST_TARGET <= len(word) <= LONGEST_TARGET and word.isalpha():
                self._lengths.add(len(word))
                for key in _shortened(word):
                    self._meets.setdefault(key, (word, more))

    def nearest(self, word: str) -> str | None:
        """The target one insertion, deletion, exchange or swap away, or None."""
        if not SHORTEST_WORD <= len(word) <= 2 * LONGEST_TARGET or not word.isalpha():
            return None
        for length in self._lengths:
            for size in (length, length + 1, length - 1):
                if size > len(word):
                    continue
                found = self._meeting(word[:size], length, size == len(word))
                if found is not None:
                    return found
        return None

    def _meeting(self, head: str, length: int, whole: bool) -> str | None:
        for key in _shortened(head):
            met = self._meets.get(key)
            if met is not None and len(met[0]) == length and (whole or met[1]):
                return met[0]
        return None


def _shortened(word: str) -> list[str]:
    return [word, *(word[:at] + word[at + 1 :] for at in range(1, len(word)))]
