"""Tables whose rows come in any order: held and sorted coded while there is room, else left to DuckDB."""

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

from vivencia.engines.chunks import CHUNK_ROWS
from vivencia.engines.holding import Held
from vivencia.engines.large import Growing
from vivencia.engines.shapes import plainly
from vivencia.words.tables import TableShape


class Sorting:
    """Takes a table part by part in any order; `finish` gives what it has become.

    `grow(coded)` opens room for the table beside what stands under its name. A table that takes more than
    `room` bytes is written as it came. `expected` is how many rows it may well have.
    """

    def __init__(
        self,
        shape: TableShape,
        grow: Callable[[tuple[str, ...] | None], Growing],
        *,
        room: int,
        large: int,
        expected: int = 0,
    ) -> None:
        self._grow, self._room, self._large = grow, room, large
        self._shape = shape
        self._held: Held | None = Held(shape, expected)
        self._growing: Growing | None = None

    def put(self, part: pa.Table) -> None:
        """Take the next rows, texts by number or not."""
        if not part.num_rows:
            return
        if self._held is None:
            self._unsorted.put(plainly(part))
            return
        self._held.put(part)
        if self._held.size > self._room:
            self._spill(self._held)
            self._held = None

    def _spill(self, held: Held) -> None:
        held.whole()
        for part in held.as_came(CHUNK_ROWS):
            self._unsorted.put(part)

    @property
    def _unsorted(self) -> Growing:
        if self._growing is None:
            self._growing = self._grow(None)
        return self._growing

    def finish(self) -> tuple[Path | None, bool]:
        """The file, None where the rows were inserted; and whether they stand in the order of the shape."""
        if self._held is None or not self._held.rows:
            return self._unsorted.finish(), self._held is not None
        self._held.whole()
        large = self._held.rows > self._large
        self._growing = self._grow(self._held.coded() if large else None)
        for part in self._held.in_order(CHUNK_ROWS, plain=not large):
            self._growing.put(part)
        return self._growing.finish(), True

    def close(self) -> None:
        """Give back the thread and the file; a file that is not whole goes."""
        if self._growing is not None:
            self._growing.close()
