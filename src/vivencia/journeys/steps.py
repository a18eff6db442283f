"""From events to steps and journeys: the Arrow side of the kernels in `cutting`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vivencia.journeys.columns import changes, coded, joined, times, truths, whole, worded
from vivencia.journeys.cutting import CONTACT, MARK, NO_END, NO_GAP, SAID, cut, tally, walk
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
        touched = touch[rows]
        place, before, after, waited, repeats = walk(touched, at[rows], begins, outcome, len(words))
        spaces, rooms = coded(table.column("place"))
        walked = Walked(table, rows, begins, outcome, number, touched, spaces[rows], waited)
        known = pa.concat_arrays([words, pa.array([START, *OUTCOMES], pa.string())])
        lengths = np.diff(begins)
        first_row, last_row = rows[begins[:-1]], rows[begins[1:] - 1]
        return (
            pa.table(
                {
                    **{name: walked.steps(name) for name in ("customer", "at", "source", "id")},
                    "journey": np.repeat(number, lengths).astype(np.int64),
                    "step": place.astype(np.int64),
                    "touchpoint": worded(touched, words),
                    "previous": worded(before, known),
                    "waited_s": pa.array(waited, from_pandas=True),
                    "next": worded(after, known),
                    "place": worded(walked.spaces, rooms),
                    "previous_place": _previous_places(walked, rooms),
                }
            ),
            pa.table(
                {
                    "customer": walked.picked("customer", first_row),
                    "journey": number.astype(np.int64),
                    "goal": worded(aim, goals),
                    "outcome": worded(outcome, pa.array(OUTCOMES, pa.string())),
                    "started": walked.picked("at", first_row),
                    "ended": walked.picked("at", last_row),
                    "over": pa.array(over).cast(pa.timestamp("us", "UTC")),
                    "duration_s": (at[last_row] - at[first_row]) / 1e6,
                    "steps": lengths,
                    "repeats": repeats.astype(np.int64),
                    "first": worded(touched[begins[:-1]], words),
                    "last": worded(touched[begins[1:] - 1], words),
                    "variant": joined(touched, begins, words, BETWEEN.encode()),
                    "segment": walked.picked("segment", first_row),
                    "account": walked.picked("account", first_row),
                    "worth": pa.array(walked.worth()),
                }
            ),
            _moves(walked, words, rooms, side["journey_places"]),
        )

    def _roles(self, table: Any, goal: NDArray[np.int32]) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
        """Each row's role and how it ends a journey, from kind, contact, reached and outcome."""
        kind, kinds = coded(table.column("kind"))
        contact, contacts = coded(table.column("contact"))
        said, outcomes = coded(table.column("outcome"))
        reached = truths(table.column("reached"))
        names = kinds.to_pylist()
        role = _looked_up(kind, [_role(name) for name in names], SAID)
        indirect = _looked_up(contact, [name == "indirect" for name in contacts.to_pylist()], 0)
        voice = _looked_up(kind, [name in VOICE_KINDS for name in names], 0)
        role[(voice == 1) & (indirect == 1)] = CONTACT
        ends = np.where(reached == 1, OUTCOMES.index(REACHED), NO_END).astype(np.int8)
        # Where a purchase names its goal, the signals that end that goal say so themselves.
        implied = _looked_up(kind, [name in self.goal_kinds for name in names], 0)
        ends[(implied == 1) & (reached == -1) & (goal < 0)] = OUTCOMES.index(REACHED)
        marks = _looked_up(kind, [name == "goal" for name in names], 0)
        ends[(marks == 1) & (reached != 0)] = OUTCOMES.index(REACHED)
        ends[(marks == 1) & (reached == 0)] = OUTCOMES.index(GIVEN_UP)
        stated = _looked_up(said, [_stated(text) for text in outcomes.to_pylist()], NO_END)
        ends = np.where(stated != NO_END, stated, ends)
        churn = _looked_up(kind, [name == "churn" for name in names], 0)
        ends[churn == 1] = OUTCOMES.index(LOST)
        return role, ends


@dataclass(frozen=True, slots=True)
class Walked:
    """Events, which of their rows are steps, and the journeys those steps make."""

    table: Any
    rows: NDArray[np.int64]
    begins: NDArray[np.int64]
    outcome: NDArray[np.int8]
    number: NDArray[np.int32]
    touched: NDArray[np.int32]
    spaces: NDArray[np.int32]
    waited: NDArray[np.float64]

    def steps(self, name: str) -> Any:
        """An event column, at the steps."""
        array = whole(self.table.column(name))
        if self.rows.size == len(array):
            return array
        kept = np.zeros(len(array), np.bool_)
        kept[self.rows] = True
        return array.filter(pa.array(kept))

    def picked(self, name: str, rows: NDArray[np.int64]) -> Any:
        """An event column, at some of the events."""
        return whole(self.table.column(name)).take(pa.array(rows))

    def worth(self) -> NDArray[np.float64]:
        """The value of what was bought in each journey."""
        value = np.nan_to_num(whole(self.table.column("value")).to_numpy(zero_copy_only=False))[self.rows]
        begins = self.begins[:-1]
        return np.add.reduceat(value, begins) if begins.size else np.zeros(0)

    def before(self, codes: NDArray[np.int32], start: int) -> NDArray[np.int32]:
        """The code of the step before within the journey; `start` at the first."""
        moved = np.empty_like(codes)
        moved[1:] = codes[:-1]
        moved[self.begins[:-1]] = start
        return moved


def _role(kind: str) -> int:
    if kind in ANSWER_KINDS + VOICE_KINDS:
        return SAID
    return MARK if kind in MARK_KINDS else CONTACT


def _stated(text: str) -> int:
    """The outcome a signal states in words, or NO_END."""
    code = text.strip().upper()
    return OUTCOMES.index(code) if code in (REACHED, GIVEN_UP, LOST) else NO_END


def _looked_up(codes: NDArray[np.int32], values: list[Any], missing: int) -> NDArray[np.int8]:
    """A small number for each code; `missing` for −1."""
    return np.array([*values, missing], np.int8)[codes]


def _previous_places(walked: Walked, rooms: Any) -> Any:
    known = pa.concat_arrays([rooms, pa.array([START], pa.string())])
    return worded(walked.before(walked.spaces, len(rooms)), known)


def _moves(walked: Walked, words: Any, rooms: Any, places: Any) -> Any:
    """Moves counted by touchpoint, stage, channel and place."""
    kinds = {"touchpoint": (walked.touched, words), "place": (walked.spaces, rooms)}
    at = {name: row for row, name in enumerate(places.column("touchpoint").to_pylist())}
    where = np.array([at[word] for word in words.to_pylist()], np.int64)
    for name in ("stage", "channel"):
        codes, texts = coded(places.column(name))
        kinds[name] = (codes[where][walked.touched] if where.size else walked.touched, texts)
    return pa.concat_tables([_counted(walked, name, codes, texts) for name, (codes, texts) in kinds.items()])


def _counted(walked: Walked, name: str, codes: NDArray[np.int32], words: Any) -> Any:
    """One dimension's moves: from each step's value before to its own, and from the last to the outcome."""
    start, wide = len(words), len(words) + 1 + len(OUTCOMES)
    final = walked.begins[1:] - 1
    steps = walked.before(codes, start), codes, walked.waited
    ends = codes[final], walked.outcome.astype(np.int32) + np.int32(start + 1), np.full(final.size, np.nan)
    newcomer = np.zeros(codes.size, np.bool_)
    newcomer[walked.begins[:-1]] = walked.number == 1
    parts = []
    for (left, into, waited), new in ((steps, newcomer), (ends, walked.number == 1)):
        keys = None
        if wide * wide > max(1 << 20, left.size):  # many places, few of the moves between them
            keys, left, into = _compact(left, into, wide)
        size = wide if keys is None else int(np.ceil(np.sqrt(keys.size)))
        count, customers, total, timed = tally(left, into, new, waited, size)
        kept = np.flatnonzero(count)
        pair = kept if keys is None else keys[kept]
        parts.append((pair, count[kept], customers[kept], total[kept], timed[kept]))
    pair, count, customers, total, timed = (np.concatenate(column) for column in zip(*parts, strict=True))
    known = pa.concat_arrays([words, pa.array([START, *OUTCOMES], pa.string())])
    return pa.table(
        {
            "dimension": pa.array([name] * pair.size, pa.string()),
            "from_value": known.take(pa.array(pair // wide)),
            "to_value": known.take(pa.array(pair % wide)),
            "count": count,
            "customers": customers,
            "total_s": total,
            "timed": timed,
        }
    )


def _compact(left: Any, into: Any, wide: int) -> tuple[Any, Any, Any]:
    """Moves renumbered so that only those that occur take room; gives the old number of each new one."""
    pair = np.where((left < 0) | (into < 0), -1, left.astype(np.int64) * wide + into)
    keys, dense = np.unique(pair, return_inverse=True)
    size = max(int(np.ceil(np.sqrt(keys.size))), 1)
    unknown = keys[dense] < 0
    return keys, np.where(unknown, -1, dense // size), np.where(unknown, -1, dense % size)
