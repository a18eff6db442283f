"""One new event, one customer: the state moves on in constant time, exactly as a replay would.

The compiled loop of the replay is called on one event from the stored state, so the result
is the same bit for bit. Every 20 events of a customer the state is kept, so that a late event
is replayed from the last snapshot before it.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vivencia.perceptions import batch, kernel
from vivencia.perceptions.columns import (
    NEVER,
    STILL_KINDS,
    Columns,
    Entries,
    goal_code,
    microseconds,
    one_array,
)
from vivencia.perceptions.compiled import COMPILED
from vivencia.perceptions.context import with_context
from vivencia.perceptions.filter import filter_events, prior
from vivencia.perceptions.parameters import Floats, Parameters, pack
from vivencia.words.instruments import TEXT_POLARITY

#: Events between two snapshots of a customer.
EVERY = 20
#: A state's numbers after these ten are those of an open episode, all 0 where none is.
SHORT = 10
_OPEN = 19

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Happening:
    """One event as `Live` takes it: `at` in microseconds since 1970 (UTC), `key` breaks ties in time.

    `still` is True for the kinds that move nothing unless an experience is answered.
    """

    at: int
    key: tuple[str, str] = ("", "")
    touchpoint: str = ""
    indirect: bool = False
    still: bool = False
    measures: tuple[tuple[str, float], ...] = ()
    ratings: tuple[tuple[str, float], ...] = ()
    valence: float = np.nan
    context: tuple[float, ...] = ()
    goal: str | None = None

    @property
    def place(self) -> tuple[int, str, str]:
        """Where it stands in a life: by time, source and id."""
        return (self.at, *self.key)


def happenings(events: Any, parameters: Parameters, context: Any) -> dict[str, list[Happening]]:
    """The rows of a table of events as happenings, by customer; `context` is a `CONTEXT` table.

    What the words of an event say where nobody rated it is an answer, as in the replay.
    """
    found: dict[str, list[Happening]] = defaultdict(list)
    names = parameters.context
    told = with_context(events, context, names)
    at = microseconds(one_array(told, "at"))
    for number, row in enumerate(told.drop_columns(["at"]).to_pylist()):
        valence, polarity = row["valence"], row["polarity"]
        words = () if polarity is None else ((TEXT_POLARITY, polarity),)
        found[row["customer"]].append(
            Happening(
                int(at[number]),
                (row["source"], row["id"]),
                row["touchpoint"],
                row["contact"] == "indirect",
                row["kind"] in STILL_KINDS,
                tuple(row["measures"] or ()),
                (*(row["ratings"] or ()), *words),
                np.nan if valence is None else valence,
                tuple(row[name] for name in names),
                row["goal"],
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class Standing:
    """A customer's state: the kernel's numbers (b, E, D, their covariances, n, an open episode), the time."""

    numbers: Floats
    at: int

    @property
    def perception(self) -> float:
        """P = E + D at the time of the last event."""
        return float(self.numbers[1] + self.numbers[2])

    @property
    def open(self) -> bool:
        """Whether an episode was open after the last event."""
        return bool(self.numbers[_OPEN] > 0)


class Live:
    """Moves customers on, event by event, with the parameters it was made for; one thread at a time."""

    def __init__(self, parameters: Parameters) -> None:
        self.parameters = parameters
        self._packed = pack(parameters)
        self._touchpoints = {key: i for i, key in enumerate(parameters.touchpoints)}
        self._unknown = len(parameters.touchpoints)
        self._measures = _Room({key: i for i, key in enumerate(parameters.measures)})
        self._ratings = _Room({key: i for i, key in enumerate(parameters.instruments)})
        self._run = kernel.run if COMPILED else batch.run
        # Room that is used again for every event: making it costs more than the event.
        self._starts = np.array([0, 1], dtype=np.int64)
        self._at, self._goal = np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64)
        self._touchpoint = np.zeros(1, dtype=np.int32)
        self._indirect, self._still = np.zeros(1, dtype=np.bool_), np.zeros(1, dtype=np.bool_)
        self._valence, self._context = np.zeros(1), np.zeros((len(parameters.context), 1))
        self._centre = [float(centre) for centre in parameters.context_centre]
        self._nothing = (
            np.empty((len(kernel.OUTPUTS), 0)), np.empty(0, dtype=np.int8), np.zeros(1), np.zeros((2, 0))
        )  # fmt: skip

    def fresh(self) -> Standing:
        """A customer of whom nothing is known."""
        state, _ = prior(self.parameters, 1)
        return Standing(state[0], int(NEVER))

    def step(self, standing: Standing, one: Happening) -> Standing:
        """The state after one event that is not older than it."""
        state, at = standing.numbers[None, :].copy(), np.array([standing.at], dtype=np.int64)
        self._at[0] = one.at
        self._touchpoint[0] = self._touchpoints.get(one.touchpoint, self._unknown)
        self._indirect[0], self._still[0] = one.indirect, one.still
        self._goal[0] = goal_code(one.goal) if one.goal else 0
        valence = one.valence
        self._valence[0] = valence if -1.0 <= valence <= 1.0 else np.nan
        for z, centre in enumerate(self._centre):
            value = one.context[z] if z < len(one.context) else np.nan
            self._context[z, 0] = value - centre if -np.inf < value < np.inf else 0.0
        self._run(
            self._starts, self._at, self._touchpoint, self._indirect, self._still, self._goal,
            *self._measures.filled(one.measures), *self._ratings.filled(one.ratings),
            self._valence, self._context, *self._packed, state, at, *self._nothing,
        )  # fmt: skip
        return Standing(state[0], int(at[0]))

    def over(self, standing: Standing, at: int) -> bool:
        """Whether an episode that is open would be over at `at`, so that its numbers count no more."""
        return at - standing.at >= self.parameters.episode_s * 1e6


class _Room:
    """Room for the entries of one event's map column."""

    def __init__(self, keys: dict[str, int]) -> None:
        self._keys, self._unknown = keys, len(keys)
        self._lo, self._hi = np.zeros(1, dtype=np.int32), np.zeros(1, dtype=np.int32)
        self._code, self._value = np.zeros(8, dtype=np.int32), np.zeros(8)

    def filled(self, pairs: Sequence[tuple[str, float]]) -> Entries:
        """The entries of these pairs."""
        if len(pairs) > len(self._code):
            self._code, self._value = np.zeros(2 * len(pairs), dtype=np.int32), np.zeros(2 * len(pairs))
        self._hi[0] = len(pairs)
        for i, (key, value) in enumerate(pairs):
            self._code[i], self._value[i] = self._keys.get(key, self._unknown), value
        return Entries(self._lo, self._hi, self._code, self._value)


# Whole lives ---------------------------------------------------------------------------------


class Snapshots(NamedTuple):
    """States of several customers, each after one of its events: which customer, which row, the numbers."""

    customer: Ints
    row: Ints
    numbers: Floats


def lives(columns: Columns, parameters: Parameters, every: int = EVERY) -> Iterator[Snapshots]:
    """The states after each customer's last event, and before it after every `every` events.

    They come a round of `every` events at a time, the last one of each customer among them.
    """
    state, at = prior(parameters, columns.customers)
    size = np.diff(columns.starts)
    who = np.arange(columns.customers)
    done = 0
    while len(who):
        many = np.minimum(size[who] - done, every)
        part = _part(columns, columns.starts[who] + done, many)
        found = filter_events(part, parameters, start=(state[who], at[who]), write=False)
        state[who], at[who] = found.state, found.state_at
        yield Snapshots(who, columns.starts[who] + done + many - 1, found.state)
        done += every
        who = who[size[who] > done]


def _part(columns: Columns, first: Ints, many: Ints) -> Columns:
    """So many rows of several customers, each from its first; entries of maps stay where they are."""
    starts = np.concatenate([[0], np.cumsum(many)]).astype(np.int64)
    rows = np.arange(starts[-1]) + np.repeat(first - starts[:-1], many)
    return columns.taken(starts, rows)
