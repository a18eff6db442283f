"""From events to steps and journeys: the Arrow side of the kernels in `cutting`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vivencia.journeys.columns import changes, coded, held, joined, numbered, numbers, times, truths
from vivencia.journeys.cutting import CONTACT, MARK, NO_END, NO_GAP, SAID, cut, roles
from vivencia.journeys.walking import before, pairs, tally, walk, ways, worth
from vivencia.words.shapes.journeys import ABANDONED as GIVEN_UP
from vivencia.words.shapes.journeys import LOST, OUTCOMES, REACHED, START

#: Kinds that say something about a contact and are none; nobody walks through a survey.
ANSWER_KINDS = ("survey", "belief")
#: Kinds that are a contact when read or heard (indirect), an answer when the customer writes them.
VOICE_KINDS = ("review", "mention")
#: Kinds that mark how a journey ends.
MARK_KINDS = ("goal", "churn")

READ_COLUMNS = (
    "customer", "at", "source", "id", "kind", "touchpoint", "contact", "place",
    "goal", "reached", "outcome", "segment", "account", "value",
)  # fmt: skip

BETWEEN = " > "
_TIME = pa.timestamp("us", "UTC")


@dataclass(frozen=True, slots=True)
class CutJourneys:
    """The map kernel: events of whole customers → steps, journeys, moves.

    `gap_days` is the silence after which a journey has ended, None for never;
    `goal_kinds` are the kinds that reach a goal where the signal says nothing of goals.
    Beside it stand `journey_clock` (`ends`: the time of the last event of all) and
    `journey_places` (touchpoint, stage, channel).
    """

    gap_days: float | None
    goal_kinds: tuple[str, ...]

    def __call__(self, table: Any, side: Mapping[str, Any]) -> tuple[Any, Any, Any]:
        """The steps, journeys and moves tables of these customers."""
        at = times(table.column("at"))
        touch, words = coded(table.column("touchpoint"))
        goal, goals = coded(table.column("goal"))
        first = changes(table.column("customer"))
        gap = NO_GAP if self.gap_days is None else int(self.gap_days * 86_400e6)
        clock = times(side["journey_clock"].column("ends").drop_null())
        until = int(clock[0]) if clock.size else 0
        role, ends = self._roles(table, goal)
        rows, begins, outcome, aim, number, over = cut(first, at, role, ends, goal, gap, until)
        spaces, rooms = coded(table.column("place"))
        walked = Walked(table, rows, begins, outcome, number, at[rows], touch[rows], spaces[rows])
        place, earlier, after, waited, repeats = walk(
            walked.touched, walked.at, begins, outcome, len(words)
        )  # fmt: skip
        return (
            walked.steps(words, rooms, place, earlier, after, waited),
            pa.table(
                {
                    **walked.journeys(words),
                    "goal": numbered(aim, goals),
                    "over": numbers(over).cast(_TIME),
                    "repeats": numbers(repeats),
                }
            ),
            _moves(walked, waited, words, rooms, side["journey_places"]),
        )

    def _roles(self, table: Any, goal: NDArray[np.int32]) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
        """Each row's role and how it ends a journey, from kind, contact, reached and outcome."""
        kind, kinds = coded(table.column("kind"))
        contact, contacts = coded(table.column("contact"))
        said, outcomes = coded(table.column("outcome"))
        of_kind = [
            (_role(name), name in VOICE_KINDS, name in self.goal_kinds, name == "goal", name == "churn")
            for name in kinds.to_pylist()
        ]
        heard = [name == "indirect" for name in contacts.to_pylist()]
        stated = [_stated(text) for text in outcomes.to_pylist()]
        return roles(
            kind, contact, said, truths(table.column("reached")), goal,
            np.array([*of_kind, (SAID, 0, 0, 0, 0)], np.int8),
            np.array([*heard, False], np.bool_),
            np.array([*stated, NO_END], np.int8),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Walked:
    """Events, which of their rows are steps, and the journeys those steps make."""

    table: Any
    rows: NDArray[np.int64]
    begins: NDArray[np.int64]
    outcome: NDArray[np.int8]
    number: NDArray[np.int32]
    at: NDArray[np.int64]
    touched: NDArray[np.int32]
    spaces: NDArray[np.int32]

    def steps(
        self,
        words: Any,
        rooms: Any,
        place: NDArray[np.int64],
        earlier: NDArray[np.int32],
        after: NDArray[np.int32],
        waited: NDArray[np.float64],
    ) -> Any:
        """The steps table."""
        known = pa.concat_arrays([words, pa.array([START, *OUTCOMES], pa.string())])
        known_rooms = pa.concat_arrays([rooms, pa.array([START], pa.string())])
        lengths = np.diff(self.begins)
        kept = None
        if self.rows.size < self.table.num_rows:
            mask = np.zeros(self.table.num_rows, np.bool_)
            mask[self.rows] = True
            kept = pa.array(mask)
        events = {name: held(self.table.column(name)) for name in ("customer", "at", "source", "id")}
        return pa.table(
            {
                **{name: array if kept is None else array.filter(kept) for name, array in events.items()},
                "journey": numbers(np.repeat(self.number.astype(np.int64), lengths)),
                "step": numbers(place),
                "touchpoint": numbered(self.touched, words),
                "previous": numbered(earlier, known),
                "waited_s": numbers(waited, place > 1),
                "next": numbered(after, known),
                "place": numbered(self.spaces, rooms),
                "previous_place": numbered(before(self.spaces, self.begins, len(rooms)), known_rooms),
            }
        )

    def journeys(self, words: Any) -> dict[str, Any]:
        """The columns of the journeys table that follow from its steps."""
        begin, end = self.begins[:-1], self.begins[1:] - 1
        first = numbers(self.rows[begin])
        value = held(self.table.column("value")).to_numpy(zero_copy_only=False)
        picked = {name: held(self.table.column(name)) for name in ("customer", "segment", "account")}
        return {
            **{name: array.take(first) for name, array in picked.items()},
            "journey": numbers(self.number.astype(np.int64)),
            "outcome": numbered(self.outcome.astype(np.int32), pa.array(OUTCOMES, pa.string())),
            "started": numbers(self.at[begin]).cast(_TIME),
            "ended": numbers(self.at[end]).cast(_TIME),
            "duration_s": numbers((self.at[end] - self.at[begin]) / 1e6),
            "steps": numbers(end - begin + 1),
            "first": numbered(self.touched[begin], words),
            "last": numbered(self.touched[end], words),
            "variant": self.variants(words),
            "worth": numbers(worth(value.astype(np.float64), self.rows, self.begins)),
        }

    def variants(self, words: Any) -> Any:
        """The way of each journey, by number: each way is spelt once."""
        way, firsts = ways(self.touched, self.begins)
        begins, lengths = self.begins[firsts], np.diff(self.begins)[firsts]
        ends = np.append(0, np.cumsum(lengths))
        codes = self.touched[np.repeat(begins - ends[:-1], lengths) + np.arange(ends[-1])]
        return numbered(way, joined(codes, ends, words, BETWEEN.encode()).cast(pa.string()))


def _role(kind: str) -> int:
    if kind in ANSWER_KINDS + VOICE_KINDS:
        return SAID
    return MARK if kind in MARK_KINDS else CONTACT


def _stated(text: str) -> int:
    """The outcome a signal states in words, or NO_END."""
    code = text.strip().upper()
    return OUTCOMES.index(code) if code in (REACHED, GIVEN_UP, LOST) else NO_END


def _moves(walked: Walked, waited: NDArray[np.float64], words: Any, rooms: Any, places: Any) -> Any:
    """Moves counted by touchpoint, stage, channel and place."""
    kinds = {"touchpoint": (walked.touched, words), "place": (walked.spaces, rooms)}
    at = {name: row for row, name in enumerate(places.column("touchpoint").to_pylist())}
    where = np.array([at[word] for word in words.to_pylist()], np.int64)
    for name in ("stage", "channel"):
        codes, texts = coded(places.column(name))
        kinds[name] = (codes[where][walked.touched] if where.size else walked.touched, texts)
    return pa.concat_tables(
        [_counted(walked, waited, name, codes, texts) for name, (codes, texts) in kinds.items()]
    )


def _counted(
    walked: Walked, waited: NDArray[np.float64], name: str, codes: NDArray[np.int32], words: Any
) -> Any:
    """One dimension's moves: from each step's value before to its own, and from the last to the outcome."""
    wide = len(words) + 1 + len(OUTCOMES)
    pair = pairs(codes, walked.begins, walked.outcome, len(words))
    keys, size = None, wide * wide
    if size > max(1 << 20, pair.size):  # many places, few of the moves between them
        keys, pair = np.unique(pair, return_inverse=True)
        pair, size = np.where(keys[pair] < 0, -1, pair), keys.size
    count, customers, total, timed = tally(pair, walked.begins, walked.number == 1, waited, size)
    kept = np.flatnonzero(count)
    found = kept if keys is None else keys[kept]
    known = pa.concat_arrays([words, pa.array([START, *OUTCOMES], pa.string())])
    return pa.table(
        {
            "dimension": pa.array([name] * found.size, pa.string()),
            "from_value": known.take(pa.array(found // wide)),
            "to_value": known.take(pa.array(found % wide)),
            "count": count[kept],
            "customers": customers[kept],
            "total_s": total[kept],
            "timed": timed[kept],
        }
    )
