"""NumPy arrays with room to grow."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Values are renumbered so many at once: indices take eight times what a short code takes.
_BLOCK = 1 << 18


class Grown:
    """A NumPy array with room to grow; `expected` is how long it may well become."""

    def __init__(self, dtype: Any, expected: int = 0) -> None:
        self._all: NDArray[Any] = np.empty(expected, dtype)
        self._end = 0

    @property
    def values(self) -> NDArray[Any]:
        """What is in it."""
        return self._all[: self._end]

    def room(self, more: int) -> NDArray[Any]:
        """Its next places, to be written."""
        start, self._end = self._end, self._end + more
        if self._end > len(self._all):
            longer = np.empty(max(self._end, 2 * len(self._all)), self._all.dtype)
            longer[:start] = self._all[:start]
            self._all = longer
        return self._all[start : self._end]

    def put(self, part: NDArray[Any]) -> None:
        """Take the next values."""
        self.room(len(part))[:] = part

    def move(self, moved: NDArray[Any], dtype: Any) -> None:
        """Put `moved[value]` in the place of each value, as this type."""
        moved, kept = moved.astype(dtype), self.values
        if kept.dtype != dtype:
            self._all = np.empty(len(kept), dtype)
        for start in range(0, len(kept), _BLOCK):
            block = slice(start, min(start + _BLOCK, len(kept)))
            self._all[block] = moved[kept[block]]

    def widened(self, dtype: Any) -> None:
        """Hold values of this type from now on."""
        if self._all.dtype != dtype:
            longer = np.empty(len(self._all), dtype)
            longer[: self._end] = self.values
            self._all = longer
