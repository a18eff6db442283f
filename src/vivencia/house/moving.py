"""Moves customers in a book of live states: newer events in constant time, late ones from a snapshot."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from vivencia.perceptions.kernel import STATE
from vivencia.perceptions.live import EVERY, SHORT, Happening, Live, Standing
from vivencia.perceptions.parameters import Floats
from vivencia.store.live import Kept, LiveBook, Place, Snapshot

Told = Mapping[str, list[Happening]]
#: Every event of some customers that the analysis behind a book knew.
History = Callable[[Sequence[str]], Told]
#: Customers whose past is looked at together: a look costs much more than what it finds.
TOGETHER = 1_000


class Mover:
    """Moves the customers of one book."""

    def __init__(self, book: LiveBook, live: Live, history: History) -> None:
        self._book, self._live, self._history = book, live, history
        self._past: dict[str, list[Happening]] = {}

    def move_all(self, told: Told) -> tuple[int, int]:
        """Move each customer of `told`; gives how many moved and how many events were late."""
        moved = late = 0
        everybody = list(told)
        with self._book.writing():
            for start in range(0, len(everybody), TOGETHER):
                these = everybody[start : start + TOGETHER]
                self._look_back([customer for customer in these if self._late(customer, told[customer])])
                for customer in these:
                    changed, after = self.move(customer, told[customer])
                    moved, late = moved + changed, late + after
            newest = max((one.at for happenings in told.values() for one in happenings), default=None)
            if newest is not None:
                self._book.close_episodes(newest - int(self._live.parameters.episode_s * 1e6))
        return moved, late

    def _late(self, customer: str, told: Iterable[Happening]) -> bool:
        """Whether something that happened is not newer than all the analysis knew of a customer."""
        begun = self._book.begun(customer)
        return begun is not None and any(one.at <= begun for one in told)

    def _look_back(self, customers: Sequence[str]) -> None:
        found = self._history(customers) if customers else {}
        self._past = {customer: found.get(customer, []) for customer in customers}

    def _past_of(self, customer: str) -> list[Happening]:
        if customer not in self._past:
            self._look_back([customer])
        return self._past[customer]

    def move(self, customer: str, told: Iterable[Happening]) -> tuple[bool, int]:
        """Move one customer by what happened, in any order; what the book knows already moves nothing."""
        each = {one.place: one for one in told}
        kept = self._book.state(customer)
        late: list[Happening] = []
        newer: list[Happening] = []
        for place in sorted(each):
            (late if kept is not None and place[0] <= kept.at else newer).append(each[place])
        since = _told_since(self._book, customer) if late else {}
        late = self._unknown(customer, late, since)
        if not late and not newer:
            return False, 0
        if kept is None:
            self._tell(customer, self._live.fresh(), 0, newer)
        elif late or self._lost(kept, newer):
            self._retell(customer, [*late, *newer], since or _told_since(self._book, customer))
        else:
            self._tell(customer, standing_of(kept), kept.events, newer)
        for one in (*late, *newer):
            self._book.add(customer, one.place, body_of(one))
        return True, len(late)

    def _unknown(
        self, customer: str, late: list[Happening], since: Mapping[Place, Happening]
    ) -> list[Happening]:
        """Those of the late that are new: neither came since, nor were known to the analysis."""
        late = [one for one in late if one.place not in since]
        begun = self._book.begun(customer)
        if late and begun is not None and late[0].at <= begun:
            known = {one.place for one in self._past_of(customer)}
            late = [one for one in late if one.place not in known]
        return late

    def _lost(self, kept: Kept, newer: list[Happening]) -> bool:
        """Whether the next event may belong to an episode whose numbers were let go."""
        return kept.open and kept.rest is None and not self._live.over(standing_of(kept), newer[0].at)

    def _retell(self, customer: str, more: list[Happening], since: Mapping[Place, Happening]) -> None:
        """Tell a life again with more in it, from the last snapshot before all that is new."""
        first, begun = min(one.at for one in more), self._book.begun(customer)
        snapshot = self._book.snapshot(customer, first)
        standing, events, after = self._live.fresh(), 0, None
        if snapshot is not None:
            standing = Standing(unpacked(snapshot.numbers), snapshot.at)
            events, after = snapshot.events, snapshot.at
        life = dict(since)
        if begun is not None and (after is None or after < begun):
            life |= {one.place: one for one in self._past_of(customer)}
        life |= {one.place: one for one in more}
        self._book.forget(customer, first)
        places = sorted(place for place in life if after is None or place[0] > after)
        self._tell(customer, standing, events, [life[place] for place in places])

    def _tell(self, customer: str, standing: Standing, events: int, happenings: list[Happening]) -> None:
        """Move on by events in order, with a snapshot between two times after every 20 of them.

        One stands too where what the analysis knew ends: later events need no look at what it knew.
        """
        begun = self._book.begun(customer)
        for one in happenings:
            ends = begun is not None and standing.at <= begun < one.at
            if events and standing.at < one.at and (events % EVERY == 0 or ends):
                self._book.take(customer, Snapshot(standing.at, events, packed(standing, self._live)))
            standing = self._live.step(standing, one)
            events += 1
        self._book.keep(customer, kept_of(standing, events, self._live))


def _told_since(book: LiveBook, customer: str) -> dict[Place, Happening]:
    return {place: happening_of(place, body) for _, place, body in book.since(customer)}


# Between the book's bytes and the filter's numbers -----------------------------------------------


def told_of(rows: Iterable[tuple[str, Place, str]]) -> Told:
    """The events of a book by customer."""
    found: dict[str, list[Happening]] = defaultdict(list)
    for customer, place, body in rows:
        found[customer].append(happening_of(place, body))
    return found


def body_of(one: Happening) -> str:
    """An event as a book keeps it, without its place."""
    valence = None if one.valence != one.valence else one.valence
    said = [
        one.touchpoint,
        one.indirect,
        one.still,
        one.measures,
        one.ratings,
        valence,
        one.goal,
        one.context,
    ]
    return json.dumps(said)


def happening_of(place: Place, body: str) -> Happening:
    """The event at a place that a body was made of."""
    touchpoint, indirect, still, measures, ratings, valence, goal, around = json.loads(body)
    return Happening(
        place[0], (place[1], place[2]), touchpoint, indirect, still,
        tuple((key, value) for key, value in measures), tuple((key, value) for key, value in ratings),
        float("nan") if valence is None else valence, tuple(around), goal,
    )  # fmt: skip


def packed(standing: Standing, live: Live) -> bytes:
    """Numbers of a state as bytes, without those of an episode where none is open."""
    numbers = np.ascontiguousarray(standing.numbers, dtype="<f8")
    return (numbers if _open(standing, live) else numbers[:SHORT]).tobytes()


def _open(standing: Standing, live: Live) -> bool:
    return standing.open and live.parameters.episode_s > 0


def unpacked(said: bytes) -> Floats:
    """All numbers of a state."""
    numbers = np.zeros(STATE)
    known = np.frombuffer(said, dtype="<f8")
    numbers[: len(known)] = known
    return numbers


def kept_of(standing: Standing, events: int, live: Live) -> Kept:
    """A state as a book keeps it."""
    numbers, is_open = np.ascontiguousarray(standing.numbers, dtype="<f8"), _open(standing, live)
    rest = numbers[SHORT:].tobytes() if is_open else None
    return Kept(standing.at, events, numbers[:SHORT].tobytes(), is_open, rest)


def standing_of(kept: Kept) -> Standing:
    """A state as the filter has it; without what was let go of an episode that is over."""
    return Standing(unpacked(kept.numbers + (kept.rest or b"")), kept.at)
