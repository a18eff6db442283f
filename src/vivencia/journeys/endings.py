"""How journeys ended and how long they took: by the way they went, and by the goal they had."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numba
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vivencia.journeys.columns import changes, coded, held, numbers, placed
from vivencia.journeys.moves import SHARES
from vivencia.measure.quantiles import grouped_quantiles
from vivencia.plans import Fold
from vivencia.words.shapes.journeys import ABANDONED, GOALS, LOST, OPEN, OUTCOMES, REACHED, VARIANTS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Codes = NDArray[np.int32]

#: What is counted of each group: journeys, customers, one column an outcome, steps, repeats.
_COUNTS = ("journeys", "customers", *OUTCOMES, "steps", "repeats")


def endings_fold() -> Fold:
    """The fold over `journeys` that gives `variants` and `goals`."""
    return Fold(
        VARIANTS.name,
        start=start,
        add=add,
        merge=merge,
        finish=finish,
        reads="journeys",
        columns=("customer", "goal", "outcome", "duration_s", "steps", "repeats", "variant"),
        writes=VARIANTS,
        also=(GOALS,),
        order=("customer", "journey"),
        coded=True,
    )


@dataclass(frozen=True, slots=True)
class Group:
    """Journeys by one text of theirs: the texts, each journey's code, and the counts of each code."""

    words: Any
    codes: Codes
    counts: Ints


@dataclass(frozen=True, slots=True)
class Ended:
    """Journeys by way and by goal, and how long each took."""

    ways: Group
    goals: Group
    duration: Floats


State = tuple[Ended, ...]


def start(_side: Mapping[str, Any]) -> State:
    """No journey yet."""
    return ()


def add(state: State, table: Any, _side: Mapping[str, Any]) -> State:
    """The journeys so far and these."""
    first, outcome = changes(table.column("customer")), placed(table.column("outcome"), OUTCOMES)
    steps, repeats = (held(table.column(name)).to_numpy() for name in ("steps", "repeats"))
    way, ways = coded(table.column("variant"))
    goal, goals = coded(pc.fill_null(table.column("goal"), ""))
    of_way, of_goal = (
        Group(words, codes, _counted(first, codes, outcome, steps, repeats, len(words)))
        for codes, words in ((way, ways), (goal, goals))
    )
    return (*state, Ended(of_way, of_goal, held(table.column("duration_s")).to_numpy()))


@numba.njit(cache=True, nogil=True)
def _counted(
    first: NDArray[np.bool_], code: Codes, outcome: Codes, steps: Ints, repeats: Ints, groups: int
) -> Ints:
    """The counts of each group, (groups, counts); `first` marks each customer's first journey."""
    counts, latest, person = np.zeros((groups, 8), np.int64), np.full(groups, -1, np.int64), 0
    for row in range(code.size):
        person += first[row]
        here = code[row]
        counts[here, 0] += 1
        counts[here, 1] += latest[here] != person
        latest[here] = person
        counts[here, 2 + outcome[row]] += 1
        counts[here, 6] += steps[row]
        counts[here, 7] += repeats[row]
    return counts


def merge(one: State, other: State) -> State:
    """The journeys of two sets of customers."""
    return one + other


def finish(state: State, _side: Mapping[str, Any]) -> tuple[Any, Any]:
    """One row a way, and one a goal."""
    duration = np.concatenate([np.zeros(0), *(part.duration for part in state)])
    ways, of_way = _summed([part.ways for part in state], duration)
    goals, of_goal = _summed([part.goals for part in state], duration)
    variants = {"variant": ways, "count": of_way["journeys"], "reached": of_way[REACHED]}
    ended = {name: of_goal[code] for name, code in _ENDED.items()}
    kept = ("journeys", "customers", "steps", "repeats", *_QUANTILES)
    return (
        pa.table(variants | {name: of_way[name] for name in ("customers", *_QUANTILES)}).select(
            VARIANTS.names
        ),
        pa.table({"goal": goals, **ended, **{name: of_goal[name] for name in kept}}).select(GOALS.names),
    )


_ENDED = {"reached": REACHED, "abandoned": ABANDONED, "lost": LOST, "open": OPEN}
_QUANTILES = ("median_s", "p90_s")


def _summed(groups: list[Group], duration: Floats) -> tuple[Any, dict[str, Any]]:
    """Every text in order, with its counts and the quantiles of its journeys' durations."""
    words = pa.concat_arrays([pa.array([], pa.string()), *(group.words for group in groups)])
    known = pc.unique(words)
    known = known.take(pc.sort_indices(known))
    place = pc.index_in(words, value_set=known).to_numpy(zero_copy_only=False)
    places = np.split(place, np.cumsum([len(group.words) for group in groups])[:-1])
    counts = np.zeros((len(known), len(_COUNTS)), np.int64)
    codes = [np.zeros(0, np.int32)]
    for own, group in zip(places, groups, strict=False):
        np.add.at(counts, own, group.counts)
        codes.append(own[group.codes])
    found = grouped_quantiles(np.concatenate(codes), duration, len(known), SHARES)
    columns = {name: numbers(np.ascontiguousarray(counts[:, at])) for at, name in enumerate(_COUNTS)}
    return known, columns | {name: numbers(found[at]) for at, name in enumerate(_QUANTILES)}
