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
    "goal", "reached", "outcome", "segment", "account",
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
        rows, begins, outcome, aim, number = cut(first, at, role, ends, goal, gap, until)
        touched = touch[rows]
        place, before, after, waited, repeats = walk(touched, at[rows], begins, outcome, len(words))
        walked = Walked(table, rows, begins, at, outcome, touched, waited)
        known = pa.concat_arrays([words, pa.array([START, *OUTCOMES], pa.string())])
        lengths = np.diff(begins)
        spaces = _previous_places(walked)
        return (
            pa.table(
                {
                    **{name: walked.steps(name) for name in ("customer", "at", "source", "id")},
                    "journey": np.repeat(number, lengths).astype(np.int64),
                    "step": place.astype(np.int64),
                    "touchpoint": walked.steps("touchpoint"),
                    "previous": worded(before, known),
                    "waited_s": pa.array(waited, from_pandas=True),
                    "next": worded(after, known),
                    "place": walked.steps("place"),
                    "previous_place": spaces,
                }
            ),
            pa.table(
                {
                    "customer": walked.firsts("customer"),
                    "journey": number.astype(np.int64),
                    "goal": worded(aim, goals),
                    "outcome": worded(outcome, pa.array(OUTCOMES, pa.string())),
                    "started": walked.firsts("at"),
                    "ended": walked.lasts("at"),
                    "duration_s": (at[walked.last] - at[walked.first]) / 1e6,
                    "steps": lengths,
                    "repeats": repeats.astype(np.int64),
                    "first": walked.firsts("touchpoint"),
                    "last": walked.lasts("touchpoint"),
                    "variant": joined(touched, begins, words, BETWEEN.encode()),
                    "segment": walked.firsts("segment"),
                    "account": walked.firsts("account"),
                }
            ),
            _moves(walked, words, first, side["journey_places"]),
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
    """Events with the rows that became steps: what every output column is picked from."""

    table: Any
    rows: NDArray[np.int64]
    begins: NDArray[np.int64]
    at: NDArray[np.int64]
    outcome: NDArray[np.int8]
    touched: NDArray[np.int32]
    waited: NDArray[np.float64]

    @property
    def first(self) -> NDArray[np.int64]:
        """The event row of each journey's first step."""
        return self.rows[self.begins[:-1]]

    @property
    def last(self) -> NDArray[np.int64]:
        """The event row of each journey's last step."""
        return self.rows[self.begins[1:] - 1]

    def steps(self, name: str) -> Any:
        """An event column, at the steps."""
        array = whole(self.table.column(name))
        return array if self.rows.size == len(array) else array.take(pa.array(self.rows))

    def firsts(self, name: str) -> Any:
        """An event column, at each journey's first step."""
        return whole(self.table.column(name)).take(pa.array(self.first))

    def lasts(self, name: str) -> Any:
        """An event column, at each journey's last step."""
        return whole(self.table.column(name)).take(pa.array(self.last))

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


def _previous_places(walked: Walked) -> Any:
    place = walked.steps("place")
    if place.null_count == len(place):
        blank = np.full(walked.rows.size, -1, np.int32)
        return worded(walked.before(blank, 0), pa.array([START], pa.string()))
    codes, words = coded(place)
    return worded(walked.before(codes, len(words)), pa.concat_arrays([words, pa.array([START])]))


def _moves(walked: Walked, words: Any, first: NDArray[np.bool_], places: Any) -> Any:
    """Moves counted by touchpoint, stage, channel and place."""
    person = np.cumsum(first)[walked.rows] if first.size else np.empty(0, np.int64)
    kinds = {"touchpoint": (walked.touched, words)}
    at = dict(zip(places.column("touchpoint").to_pylist(), range(places.num_rows), strict=True))
    where = np.array([at.get(word, -1) for word in words.to_pylist()] or [-1], np.int64)
    for name in ("stage", "channel"):
        codes, texts = coded(places.column(name))
        kinds[name] = (np.append(codes, np.int32(-1))[where][walked.touched], texts)
    kinds["place"] = coded(walked.steps("place"))
    parts = [_counted(walked, name, codes, texts, person) for name, (codes, texts) in kinds.items()]
    return pa.concat_tables(parts)


def _counted(walked: Walked, name: str, codes: NDArray[np.int32], words: Any, person: Any) -> Any:
    """One dimension's moves: from each step's value before to its own, and from the last to the outcome."""
    start, wide = len(words), np.int64(len(words) + 1 + len(OUTCOMES))
    before = walked.before(codes, start).astype(np.int64)
    final = walked.begins[1:] - 1
    left = np.concatenate([before, codes[final]])
    into = np.concatenate([codes.astype(np.int64), start + 1 + walked.outcome.astype(np.int64)])
    pair = np.where((left < 0) | (into < 0), -1, left * wide + into)
    waited = np.concatenate([walked.waited, np.full(final.size, np.nan)])
    pairs, dense = int(wide * wide), pair
    keys = np.arange(pairs)
    if pairs > max(1 << 20, pair.size):
        keys, dense = np.unique(pair, return_inverse=True)
        pairs = keys.size
    # Rows of one customer stand together in each half, and no pair occurs in both halves.
    who = np.concatenate([person, person[final]])
    count, customers, total, timed = tally(dense, who, waited, pairs)
    kept = np.flatnonzero((count > 0) & (keys >= 0))
    known = pa.concat_arrays([words, pa.array([START, *OUTCOMES], pa.string())])
    return pa.table(
        {
            "dimension": pa.array([name] * kept.size, pa.string()),
            "from_value": known.take(pa.array(keys[kept] // wide)),
            "to_value": known.take(pa.array(keys[kept] % wide)),
            "count": count[kept],
            "customers": customers[kept],
            "total_s": total[kept],
            "timed": timed[kept],
        }
    )
