"""A world: one made-up company, its customers' signals, and the truth behind them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vivencia.words.errors import ParameterError
from vivencia.worlds.happened import Happened, room_for
from vivencia.worlds.lives import live_on
from vivencia.worlds.people import People, people_of
from vivencia.worlds.rows import Scribe, beliefs, links
from vivencia.worlds.story import Story, Truth, read_story, truth_of
from vivencia.worlds.truths import Tally

START, END = date(2024, 7, 1), date(2026, 7, 1)
BATCH_ROWS = 100_000
_ROOM = 1 << 16  # rows that are simulated at once


@dataclass(frozen=True)
class World:
    """A made-up company with a known truth; the same story, size and seed give the same world.

    `signals` starts anew each time it is read: tables of the SIGNALS shape of
    `batch_rows` rows, first the company's own beliefs, then customer by customer, each
    in order of time. `truth` holds tables that no company would have:

    * `touchpoints`: touchpoint, stage, events, rated, then over all events, rated or not,
      the mean experience (q), expectation (E just before), gap (q − E), standard (E, moved
      half-way to what is known of the touchpoint), disconfirmation (q − standard) and
      answer (0–10, had everybody answered); kappa, theta (level at the start, usual
      measures) and norm (level over the whole calendar);
    * `promises`: touchpoint, measure, n, mean, kept (share);
    * `transitions`: from_touchpoint, to_touchpoint, probability, exact (START as it came);
    * `progression`: touchpoint, continuation, removal, exact;
    * `customers`: customer, at, perception, expectation, residual after the last event,
      style, segment, role, left;
    * `problems`: what was planted: finding code, touchpoint, measure, month it begins;
    * `dynamics`: the parameters of the perception family.
    """

    name: str
    customers: int
    seed: int
    start: date = START
    end: date = END
    batch_rows: int = BATCH_ROWS

    def __post_init__(self) -> None:
        if self.customers < 1 or self.end <= self.start or self.batch_rows < 1:
            raise ParameterError(
                f"customers {self.customers}, batch_rows {self.batch_rows}, {self.start} to {self.end}:",
                hint="At least one customer and one row, and a start before the end.",
            )

    @property
    def catalogue(self) -> dict[str, Any]:
        """What the company's vivencia.toml says, as `signals.parse_catalogue` reads it."""
        return self._story.catalogue()

    @property
    def signals(self) -> Iterator[Any]:
        """Every signal, in tables of `batch_rows` rows (the last one shorter)."""
        return _rebatched(self._tables(), self.batch_rows)

    @cached_property
    def truth(self) -> dict[str, Any]:
        """What is really true; see the class."""
        tally = Tally(self._story, self._truth, self._people, self._scribe.promised)
        for out, rows, _, _ in self._blocks(np.zeros(self.customers, np.int64)):
            tally.add(out, rows)
        return tally.tables()

    @cached_property
    def links(self) -> Any:
        """Which device is which customer, as a table of the LINKS shape."""
        known_at = np.full(self.customers, -1, np.int64)
        for _ in self._blocks(known_at):
            pass
        return links(self._people, known_at)

    def in_batches(self, rows: int) -> "World":
        """The same world, its signals in tables of so many rows."""
        return replace(self, batch_rows=rows)

    @property
    def _story(self) -> Story:
        return read_story(self.name)

    @cached_property
    def _truth(self) -> Truth:
        return truth_of(self._story, self.start, self.end)

    @cached_property
    def _people(self) -> People:
        shares = tuple(one["share"] for one in self._story.truth["roles"].values())
        return people_of(self._truth, self.customers, self.seed, shares)

    @cached_property
    def _scribe(self) -> Scribe:
        return Scribe(self._story, self._people)

    def _blocks(self, known_at: NDArray[np.int64]) -> Iterator[tuple[Happened, int, int, int]]:
        """Events of customers first … last − 1, block by block; the room is used again."""
        out, first = room_for(_ROOM), 0
        while first < self.customers:
            last, rows = live_on(self._truth, self._people, self.seed, first, out, known_at)
            yield out, rows, first, last
            first = last

    def _tables(self) -> Iterator[Any]:
        yield beliefs(self._story, int(self._truth.when[1]), self.seed)
        for out, rows, first, last in self._blocks(np.zeros(self.customers, np.int64)):
            yield self._scribe.table(out, rows, first, last)


def _rebatched(tables: Iterator[Any], size: int) -> Iterator[Any]:
    """The same rows in tables of `size` rows."""
    waiting: list[Any] = []
    held = 0
    for table in tables:
        waiting.append(table)
        held += table.num_rows
        while held >= size:
            whole = pa.concat_tables(waiting)
            yield whole.slice(0, size).combine_chunks()
            waiting = [whole.slice(size)]
            held -= size
    if held:
        yield pa.concat_tables(waiting).combine_chunks()


def retail(
    customers: int = 2_000,
    seed: int = 7,
    start: date = START,
    end: date = END,
    *,
    batch_rows: int = BATCH_ROWS,
) -> World:
    """Casa Alvorim: a home-goods retailer with shops in four countries and an online shop.

    Raises ParameterError when there is no customer, no row or no time.
    """
    return World("retail", customers, seed, start, end, batch_rows)


def software(
    customers: int = 2_000,
    seed: int = 7,
    start: date = START,
    end: date = END,
    *,
    batch_rows: int = BATCH_ROWS,
) -> World:
    """Pontivo: business software sold to companies; customers are users, buyers and decision makers.

    Raises ParameterError when there is no customer, no row or no time.
    """
    return World("software", customers, seed, start, end, batch_rows)
