"""One new event, one customer: the state moves on in constant time, exactly as a replay would.

The compiled loop of the replay is called on one event from the stored state, so the result
is the same bit for bit. A late event is replayed from the last snapshot before it.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vivencia.perceptions import batch, kernel
from vivencia.perceptions.columns import NEVER, STILL_KINDS, goal_code, microseconds, one_array
from vivencia.perceptions.compiled import COMPILED
from vivencia.perceptions.context import with_context
from vivencia.perceptions.filter import prior
from vivencia.perceptions.parameters import Floats, Parameters, pack
from vivencia.words.instruments import TEXT_POLARITY

#: Events between two snapshots of a customer.
EVERY = 20


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


@dataclass(slots=True)
class Life:
    """What is kept of a customer so that a late event finds its place: events, and a snapshot every 20."""

    happenings: list[Happening] = field(default_factory=list)
    snapshots: list[Standing] = field(default_factory=list)
    standing: Standing | None = None


class Live:
    """Moves customers on, event by event, with the parameters it was made for."""

    def __init__(self, parameters: Parameters) -> None:
        self.parameters = parameters
        self._packed = pack(parameters)
        self._touchpoints = {key: i for i, key in enumerate(parameters.touchpoints)}
        self._measures = {key: i for i, key in enumerate(parameters.measures)}
        self._instruments = {key: i for i, key in enumerate(parameters.instruments)}
        self._starts = np.array([0, 1], dtype=np.int64)
        self._run = kernel.run if COMPILED else batch.run

    def fresh(self) -> Standing:
        """A customer of whom nothing is known."""
        state, _ = prior(self.parameters, 1)
        return Standing(state[0], int(NEVER))

    def step(self, standing: Standing, one: Happening) -> Standing:
        """The state after one event that is not older than it."""
        state, at = standing.numbers[None, :].copy(), np.array([standing.at], dtype=np.int64)
        valence = one.valence if np.isfinite(one.valence) else np.nan
        context = np.zeros((len(self.parameters.context), 1))
        z = np.array(one.context, dtype=np.float64)
        z = np.where(np.isfinite(z), z - self.parameters.context_centre[: len(z)], 0.0)
        context[: len(z), 0] = z
        self._run(
            self._starts, np.array([one.at], dtype=np.int64),
            np.array([self._touchpoints.get(one.touchpoint, len(self._touchpoints))], dtype=np.int32),
            np.array([one.indirect]), np.array([one.still]), np.array([goal_code(one.goal)]),
            *_entries(one.measures, self._measures), *_entries(one.ratings, self._instruments),
            np.array([valence]), context, *self._packed, state, at,
            np.empty((len(kernel.OUTPUTS), 0)), np.empty(0, dtype=np.int8), np.zeros(1), np.zeros((2, 0)),
        )  # fmt: skip
        return Standing(state[0], int(at[0]))

    def take(self, life: Life, one: Happening) -> Standing:
        """One event into a life, in its place; a repeated key is taken once."""
        if any(other.key == one.key and other.at == one.at for other in life.happenings[-EVERY:]):
            return life.standing or self.fresh()
        order = (one.at, one.key)
        place = len(life.happenings)
        while place and (life.happenings[place - 1].at, life.happenings[place - 1].key) > order:
            place -= 1
        late = place < len(life.happenings)
        life.happenings.insert(place, one)
        if late:
            # Snapshot s stands before event 20·s: those after the place are no longer true.
            del life.snapshots[place // EVERY + 1 :]
            begin = (len(life.snapshots) - 1) * EVERY
            life.standing, rest = life.snapshots.pop(), life.happenings[begin:]
        else:
            begin, rest = place, [one]
        standing = life.standing or self.fresh()
        for number, each in enumerate(rest, start=begin):
            if number % EVERY == 0:
                life.snapshots.append(standing)
            standing = self.step(standing, each)
        life.standing = standing
        return standing


def _entries(
    pairs: tuple[tuple[str, float], ...], keys: dict[str, int]
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32], Floats]:
    codes = np.array([keys.get(key, len(keys)) for key, _ in pairs], dtype=np.int32)
    return (
        np.zeros(1, dtype=np.int32),
        np.array([len(pairs)], dtype=np.int32),
        codes,
        np.array([value for _, value in pairs], dtype=np.float64),
    )
