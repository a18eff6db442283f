"""From events to effort episodes: contacts with one intent, and what they cost the customer."""

from collections.abc import Mapping
from typing import Any

import numba
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vivencia.journeys.columns import changes, coded, said, times, whole, worded
from vivencia.words.shapes.effort import EPISODES

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Silence after which the next contact with the same intent begins another episode.
WINDOW_DAYS = 7.0
#: Kinds of signals that are no contact for the sake of a goal.
NO_CONTACT = ("survey", "belief", "review", "mention", "referral", "exposure", "goal", "churn")
#: What measures mean, by the first word of their name; a length of time has its unit at the end.
WAITING = ("wait", "queue", "hold")
HANDED_ON = ("transfers", "transfer")
SAID_AGAIN = ("repeated", "repetitions")
_MINUTES = {"ms": 1 / 60_000, "s": 1 / 60, "min": 1.0, "h": 60.0, "hours": 60.0, "days": 1440.0}

READ_COLUMNS = ("customer", "at", "kind", "stage", "channel", "contact", "goal", "measures", "ratings")


class EffortEpisodes:
    """The map kernel: events of whole customers → `effort_episodes`. Beside it stand the instruments."""

    def __repr__(self) -> str:
        return "EffortEpisodes()"

    def __call__(self, table: Any, side: Mapping[str, Any]) -> tuple[Any, ...]:
        """The episodes of these customers."""
        at, first = times(table.column("at")), changes(table.column("customer"))
        intent, intents, stated = _intents(table.column("goal"), table.column("stage"))
        contact = said(table.column("contact"), lambda word: word == "direct")
        contact &= said(table.column("kind"), lambda word: word not in NO_CONTACT)
        channel, _ = coded(table.column("channel"))
        told, answers = _told(table.column("ratings"), side["instruments"])
        episode, opens = cut_episodes(
            first, at, intent, contact, stated, answers > 0, len(intents), int(WINDOW_DAYS * 86_400e6)
        )
        waiting, handed, again = _measured(table.column("measures"))
        numbers, ends = summed(
            episode,
            contact,
            at,
            channel,
            waiting,
            handed,
            again,
            told,
            answers.astype(np.float64),
            opens.size,
        )
        asked = numbers[:, 5]
        number = np.cumsum(first)[opens]
        order = np.arange(opens.size)
        begins = np.searchsorted(number, number, side="left") if opens.size else order
        names = ("repeats", "switches", "transfers", "wait_min", "repeated")
        started = whole(table.column("at")).take(pa.array(opens))
        columns = {
            "customer": whole(table.column("customer")).take(pa.array(opens)),
            "episode": pa.array(order - begins + 1, pa.int64()),
            "intent": worded(intent[opens], intents),
            "started": started,
            "ended": pa.array(ends, pa.timestamp("us", "UTC")),
            "contacts": pa.array(numbers[:, 0].astype(np.int64) + 1),
            **{name: pa.array(numbers[:, place]) for place, name in enumerate(names)},
            "elapsed_h": pa.array((ends - at[opens]) / 3600e6),
            "told": pa.array(
                np.divide(numbers[:, 6], asked, out=np.full(asked.size, np.nan), where=asked > 0),
                from_pandas=True,
            ),
            "answers": pa.array(asked.astype(np.int64)),
        }
        return (pa.table({column.name: columns[column.name] for column in EPISODES.columns}),)


def _intents(goals: Any, stages: Any) -> tuple[NDArray[np.int32], Any, NDArray[np.bool_]]:
    """What each row is for: its goal, or its stage where it states none; and which state one."""
    goal, aims = coded(goals)
    stage, names = coded(stages)
    number = {word: at for at, word in enumerate(aims.to_pylist())}
    place = [number.setdefault(word, len(number)) for word in names.to_pylist()]
    of_stage = np.array([*place, -1], np.int32)[stage]
    return np.where(goal >= 0, goal, of_stage), pa.array(list(number), pa.string()), goal >= 0


def _flattened(column: Any) -> tuple[Ints, NDArray[np.int32], list[str], Floats]:
    """A map column as the row, the key (as a code) and the value of each entry."""
    maps = whole(column)
    lengths = np.diff(maps.offsets.to_numpy()) if len(maps) else np.zeros(0, np.int64)
    # Entries of rows that are null, or before a slice's beginning, are not entries of the table.
    keys, values = maps.keys, maps.items
    if len(maps):
        begin, end = maps.offsets[0].as_py(), maps.offsets[len(maps)].as_py()
        keys, values = keys.slice(begin, end - begin), values.slice(begin, end - begin)
    codes, words = coded(keys)
    numbers = values.cast(pa.float64()).to_numpy(zero_copy_only=False)
    return np.repeat(np.arange(len(maps)), lengths), codes, words.to_pylist(), numbers


def _told(column: Any, instruments: Any) -> tuple[Floats, Ints]:
    """Sum of effort as answered (0–10, 10 is hardest) and number of answers, by row."""
    row, codes, words, values = _flattened(column)
    known = {one["instrument"]: one for one in instruments.to_pylist()
             if one["family"] == "ces" and one["target"] == "experience"}  # fmt: skip
    slope = np.array([known[word]["slope"] if word in known else np.nan for word in words] or [np.nan])
    level = np.array([known[word]["intercept"] if word in known else np.nan for word in words] or [np.nan])
    effort = np.clip(10.0 - (level[codes] + slope[codes] * values), 0.0, 10.0)
    kept = np.isfinite(effort)
    size = len(column)
    return (
        np.bincount(row[kept], effort[kept], size).astype(np.float64),
        np.bincount(row[kept], minlength=size).astype(np.int64),
    )


def _measured(column: Any) -> tuple[Floats, Floats, Floats]:
    """Minutes waited, times handed on and times said again, by row."""
    row, codes, words, values = _flattened(column)
    size = len(column)
    found: list[Floats] = []
    for roots in (WAITING, HANDED_ON, SAID_AGAIN):
        factor = np.array([_factor(word, roots) for word in words] or [0.0])
        kept = np.flatnonzero(factor[codes])
        worth = np.nan_to_num(np.maximum(values[kept], 0.0)) * factor[codes[kept]]
        found.append(np.bincount(row[kept], worth, size).astype(np.float64))
    return found[0], found[1], found[2]


def _factor(measure: str, roots: tuple[str, ...]) -> float:
    """What one of the measure counts for: minutes of waiting, or times; 0 where it says something else."""
    parts = measure.split("_")
    if parts[0] not in roots:
        return 0.0
    return _MINUTES.get(parts[-1], 0.0) if roots is WAITING else 1.0


@numba.njit(cache=True)
def cut_episodes(
    first: NDArray[np.bool_],
    at: Ints,
    intent: NDArray[np.int32],
    contact: NDArray[np.bool_],
    stated: NDArray[np.bool_],
    asked: NDArray[np.bool_],
    intents: int,
    window: int,
) -> tuple[Ints, Ints]:
    """The episode of each contact and of each answered row (−1: none), and the row that opens each.

    An answer given apart from a contact belongs to the last episode with its intent, if one
    stands within the window; where it states no goal, to the last episode of any intent.
    """
    episode = np.full(at.size, -1, np.int64)
    opens = np.empty(at.size, np.int64)
    latest, number = np.full(intents, -1, np.int64), np.empty(intents, np.int64)
    count, begun, recent = 0, 0, -1
    for row in range(at.size):
        if first[row]:
            begun, recent = row, -1
        here = intent[row]
        near = here >= 0 and latest[here] >= begun and at[row] - at[latest[here]] <= window
        if contact[row] and here >= 0:
            if not near:
                opens[count] = row
                number[here] = count
                count += 1
            latest[here], recent = row, row
            episode[row] = number[here]
        elif asked[row]:
            if near:
                episode[row] = number[here]
            elif not stated[row] and recent >= 0 and at[row] - at[recent] <= window:
                episode[row] = episode[recent]
    return episode, opens[:count]


@numba.njit(cache=True)
def summed(
    episode: Ints,
    contact: NDArray[np.bool_],
    at: Ints,
    channel: NDArray[np.int32],
    waiting: Floats,
    handed: Floats,
    again: Floats,
    told: Floats,
    answers: Floats,
    episodes: int,
) -> tuple[Floats, Ints]:
    """Repeats, switches, transfers, minutes, said again, answers and their sum by episode; its end."""
    found, ends = np.zeros((episodes, 7)), np.zeros(episodes, np.int64)
    found[:, 0] = -1.0
    last = np.full(episodes, -1, np.int32)
    for row in range(episode.size):
        here = episode[row]
        if here < 0:
            continue
        if contact[row]:
            found[here, 0] += 1.0
            found[here, 1] += channel[row] >= 0 and last[here] >= 0 and channel[row] != last[here]
            found[here, 2] += handed[row]
            found[here, 3] += waiting[row]
            found[here, 4] += again[row]
            last[here] = channel[row] if channel[row] >= 0 else last[here]
            ends[here] = at[row]
        found[here, 5] += answers[row]
        found[here, 6] += told[row]
    return found, ends
