"""From events to effort episodes: contacts with one intent, and what they cost the customer."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numba
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vivencia.journeys.columns import changes, held, numbered, numbers, times, whole
from vivencia.journeys.counting import add_customer
from vivencia.words.shapes.effort import COMPONENTS, EFFORT_ANSWERED, EPISODES

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Codes = NDArray[np.int32]
Flags = NDArray[np.bool_]

#: Silence after which the next contact with the same intent begins another episode.
WINDOW_DAYS = 7.0
#: Kinds of signals that are no contact for the sake of a goal.
NO_CONTACT = ("survey", "belief", "review", "mention", "referral", "exposure", "goal", "churn")
#: What measures mean, by the first word of their name; a length of time has its unit at the end.
WAITING = ("wait", "queue", "hold")
HANDED_ON = ("transfers", "transfer")
SAID_AGAIN = ("repeated", "repetitions")
_MINUTES = {"ms": 1 / 60_000, "s": 1 / 60, "min": 1.0, "h": 60.0, "hours": 60.0, "days": 1440.0}
_LARGEST = np.finfo(np.float64).max

#: What is summed up by episode, in this order; then answers, and their sum.
_SUMMED = ("repeats", "switches", "transfers", "wait_min", "repeated")

READ_COLUMNS = ("customer", "at", "kind", "stage", "channel", "contact", "goal", "measures", "ratings")


class EffortEpisodes:
    """The map kernel: events of whole customers → their episodes, those answered, and sums of logarithms.

    Beside it stand the instruments, which say what an answer means.
    """

    def __repr__(self) -> str:
        return "EffortEpisodes()"

    def __call__(self, table: Any, side: Mapping[str, Any]) -> tuple[Any, Any, Any]:
        """The tables `effort_episodes`, `effort_answered` and `effort_logs` of these customers."""
        columns = _columns(table, side["instruments"])
        episodes = pa.table({column.name: columns[column.name] for column in EPISODES.columns})
        answered = episodes.select(list(EFFORT_ANSWERED.names)).filter(pc.is_valid(columns["told"]))
        logs = [np.log1p(columns[name].to_numpy()) for name in COMPONENTS]
        sums = {
            "component": list(COMPONENTS),
            "episodes": [episodes.num_rows] * len(COMPONENTS),
            "total": [float(one.sum()) for one in logs],
            "squares": [float((one**2).sum()) for one in logs],
        }
        return episodes, answered, pa.table(sums)


def _columns(table: Any, instruments: Any) -> dict[str, Any]:
    """The columns of the episodes, by their names."""
    at = times(table.column("at"))
    goal, goals = _numbered(table.column("goal"))
    stage, stages = _numbered(table.column("stage"))
    intents = {word: place for place, word in enumerate(goals)}
    of_stage = np.array([*(intents.setdefault(word, len(intents)) for word in stages), -1], np.int32)
    channel, _ = _numbered(table.column("channel"))
    opens, number, intent, ends, sums = _episodes(
        changes(table.column("customer")), at, goal, stage, of_stage, len(intents), channel,
        _flagged(table.column("contact"), lambda word: word == "direct"),
        _flagged(table.column("kind"), lambda word: word not in NO_CONTACT),
        _entries(table.column("measures"), _worth),
        _entries(table.column("ratings"), _ease(instruments)),
        int(WINDOW_DAYS * 86_400e6),
    )  # fmt: skip
    rows, asked = numbers(opens), sums[:, 5]
    told = np.divide(sums[:, 6], asked, out=np.zeros(asked.size), where=asked > 0)
    return {
        "customer": held(table.column("customer")).take(rows),
        "episode": numbers(number),
        "intent": numbered(intent, pa.array(list(intents), pa.string())),
        "started": whole(table.column("at")).take(rows),
        "ended": numbers(ends).cast(pa.timestamp("us", "UTC")),
        "contacts": numbers(sums[:, 0].astype(np.int64) + 1),
        **{name: numbers(sums[:, place]) for place, name in enumerate(_SUMMED)},
        "elapsed_h": numbers((ends - at[opens]) / 3600e6),
        "told": numbers(told, asked > 0),
        "answers": numbers(asked.astype(np.int64)),
    }


# Columns as codes ---------------------------------------------------------------------------


def _numbered(column: Any) -> tuple[Codes, list[str]]:
    """A text column as codes (−1 where null) and what they stand for; not every word need occur."""
    array = held(column)
    if not pa.types.is_dictionary(array.type):
        array = pc.dictionary_encode(array)
    indices = array.indices.fill_null(-1) if array.null_count else array.indices
    codes = indices.to_numpy(zero_copy_only=False)
    return codes.astype(np.int32, copy=False), array.dictionary.to_pylist()


class Flagged(NamedTuple):
    """A text column as codes, and which of the words are meant; null (−1, the last) is not."""

    codes: Codes
    meant: Flags


def _flagged(column: Any, which: Callable[[str], bool]) -> Flagged:
    codes, words = _numbered(column)
    return Flagged(codes, np.array([*map(which, words), False], np.bool_))


class Entries(NamedTuple):
    """A map column: where each row's entries begin, their keys as codes, values, what a key is worth."""

    begins: Ints
    keys: Codes
    values: Floats
    worth: Floats


def _entries(column: Any, worth: Callable[[str], tuple[float, ...]]) -> Entries:
    maps = whole(column)
    offsets = maps.offsets.to_numpy().astype(np.int64) if len(maps) else np.zeros(1, np.int64)
    begin, end = int(offsets[0]), int(offsets[-1])
    # Entries before a slice's beginning are not entries of the table.
    codes, words = _numbered(maps.keys.slice(begin, end - begin))
    values = maps.items.slice(begin, end - begin).cast(pa.float64()).to_numpy(zero_copy_only=False)
    return Entries(offsets - begin, codes, values, np.array([*map(worth, words), worth("")], np.float64))


def _worth(measure: str) -> tuple[float, float, float]:
    """What one of a measure counts for: minutes waited, times handed on, times said again."""
    first, *_, last = (*measure.split("_"), measure.split("_")[-1])
    waited = _MINUTES.get(last, 0.0) if first in WAITING else 0.0
    return waited, float(first in HANDED_ON), float(first in SAID_AGAIN)


def _ease(instruments: Any) -> Callable[[str], tuple[float, float]]:
    """Slope and level of the instruments that ask how easy a contact was; NaN for all others."""
    known: Mapping[str, tuple[float, float]] = {
        one["instrument"]: (one["slope"], one["intercept"])
        for one in instruments.to_pylist()
        if one["family"] == "ces" and one["target"] == "experience"
    }
    return lambda word: known.get(word, (np.nan, np.nan))


# The loop over events -----------------------------------------------------------------------


@numba.njit(cache=True, nogil=True)
def _told(ratings: Entries, row: int) -> tuple[float, int]:
    """Sum of effort as answered (0–10, 10 is hardest) by the ratings of one event, and how many answered."""
    total, answers = 0.0, 0
    for entry in range(ratings.begins[row], ratings.begins[row + 1]):
        slope, level = ratings.worth[ratings.keys[entry]]
        effort = 10.0 - (level + slope * ratings.values[entry])
        if not np.isnan(effort):
            total += min(max(effort, 0.0), 10.0)
            answers += 1
    return total, answers


@numba.njit(cache=True, nogil=True)
def _measured(sums: Floats, measures: Entries, row: int) -> None:
    """Adds transfers, minutes waited and times said again, as one event's measures say."""
    waited, handed, again = 0.0, 0.0, 0.0
    for entry in range(measures.begins[row], measures.begins[row + 1]):
        # What is not a number, or below nothing, counts for nothing.
        value = min(measures.values[entry], _LARGEST) if measures.values[entry] > 0.0 else 0.0
        worth = measures.worth[measures.keys[entry]]
        waited += value * worth[0]
        handed += value * worth[1]
        again += value * worth[2]
    sums[2] += handed
    sums[3] += waited
    sums[4] += again


@numba.njit(cache=True, nogil=True)
def _contacted(sums: Floats, channel: int, last: int) -> int:
    """Adds one contact to an episode's sums; gives the last channel that is known from then on."""
    sums[0] += 1.0
    if channel < 0:
        return last
    sums[1] += last >= 0 and channel != last
    return channel


@numba.njit(cache=True, nogil=True)
def _episodes(
    first: Flags, at: Ints, goal: Codes, stage: Codes, of_stage: Codes, intents: int, channel: Codes,
    contact: Flagged, kind: Flagged, measures: Entries, ratings: Entries, window: int,
) -> tuple[Ints, Ints, Codes, Ints, Floats]:  # fmt: skip
    """The row that opens each episode, its number within the customer, intent, end (µs) and sums (7).

    An answer given apart from a contact belongs to the last episode with its intent, if one
    stands within the window; where it states no goal, to the last episode of any intent.
    """
    rows = at.size
    opens, number = np.empty(rows, np.int64), np.empty(rows, np.int64)
    intent, ends, sums = np.empty(rows, np.int32), np.empty(rows, np.int64), np.empty((rows, 7))
    last, latest = np.empty(rows, np.int64), np.full(intents + 1, -1, np.int64)
    count, before, recent = 0, 0, -1
    for row in range(rows):
        if first[row]:
            before, recent = count, -1
        stated = goal[row] >= 0
        here = goal[row] if stated else of_stage[stage[row]]
        near = here >= 0 and latest[here] >= before and at[row] - ends[latest[here]] <= window
        told, answers = _told(ratings, row)
        episode = latest[here] if near else -1
        if here >= 0 and contact.meant[contact.codes[row]] and kind.meant[kind.codes[row]]:
            if not near:
                episode = count
                opens[count], number[count] = row, count - before + 1
                intent[count], last[count], latest[here] = here, -1, count
                sums[count] = 0.0
                sums[count, 0] = -1.0
                count += 1
            _measured(sums[episode], measures, row)
            last[episode] = _contacted(sums[episode], channel[row], last[episode])
            ends[episode], recent = at[row], episode
        elif answers == 0:
            continue
        elif not near and not stated and recent >= 0 and at[row] - ends[recent] <= window:
            episode = recent
        if episode >= 0:
            sums[episode, 5] += answers
            sums[episode, 6] += told
    return opens[:count], number[:count], intent[:count], ends[:count], sums[:count]


# Sums by customer ---------------------------------------------------------------------------


@numba.njit(cache=True, nogil=True)
def summed(owner: Ints, intent: Codes, intents: int, values: Floats) -> Floats:
    """Σk, Σn, Σk², Σn², Σk·n over customers, and their number, (intents, measures, 6).

    `values` are (episodes, measures), the episodes of a customer side by side; k is the sum of one
    customer's, n their number. The last of the intents is all of them together.
    """
    rows, wide = values.shape
    found = np.zeros((intents, wide, 6))
    k, n = np.zeros((intents, wide)), np.zeros(intents)
    for row in range(rows):
        _put(k, n, intent[row], values[row])
        _put(k, n, intents - 1, values[row])
        if row + 1 == rows or owner[row + 1] != owner[row]:
            for place in range(intents):
                if n[place] > 0:
                    add_customer(found[place], k[place], n[place])
                    n[place] = 0.0
    return found


@numba.njit(cache=True, nogil=True)
def _put(k: Floats, n: Floats, place: int, values: Floats) -> None:
    n[place] += 1.0
    for measure in range(values.size):
        k[place, measure] += values[measure]
