"""What changed, and who walks otherwise? Journeys of two periods, and of a segment and all others, compared.

Of everything that is compared each customer's part is summed, so several journeys of one
person, in one group or in both, are not taken for independent. Chances are adjusted
within each comparison for the number of looks (Benjamini & Hochberg, 1995).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import exp
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vivencia.journeys.columns import changes, coded, placed, said, times
from vivencia.journeys.contrasting import BASE_SUMS, ITEM_SUMS, contrast
from vivencia.journeys.gathering import Row, table_of
from vivencia.journeys.steps import BETWEEN
from vivencia.measure.differences import (
    Across,
    Interval,
    Totals,
    chance_of_means,
    chance_of_shares,
    difference_of_means,
    difference_of_shares,
)
from vivencia.measure.discoveries import false_discovery
from vivencia.plans import Fold, Plan, Step, read_queries
from vivencia.words.shapes.comparisons import (
    DROP_OFF,
    DURATION,
    GOAL,
    JOURNEY_DIFFERENCES,
    PERIOD,
    SEGMENT,
    TRANSITION,
    VARIANT,
)
from vivencia.words.shapes.journeys import ABANDONED, LOST, OPEN, OUTCOMES, REACHED, START

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Codes = NDArray[np.int32]

#: Longest period, in days; with less than three of them in the data, a third of the span.
PERIOD_DAYS = 90.0
#: The commonest of each kind are compared; rarer ones could show nothing.
MOVES, STOPS, WAYS, GOALS_, SEGMENTS = 300, 100, 50, 20, 8
#: Customers a side must have, and the share of false discoveries that is borne.
FEWEST, FALSE_SHARE = 10, 0.05
_DAY = 86_400e6


def differences_plan(*, period_days: float = PERIOD_DAYS) -> Plan:
    """The plan that reads `events`, `journeys`, `transitions`, `variants` and `goals`.

    It gives `journey_differences`: the journeys that ended in the last `period_days` of the
    data against those that ended in as many days before (a third of the span each, where the
    data are shorter than three periods), and each of the largest segments against all others.
    """
    queries = read_queries("vivencia.journeys", "differences.sql")
    return Plan(
        "differences",
        (
            Step("compared_span", queries["compared_span"], ("events",)),
            Step("compared_segments", queries["compared_segments"], ("journeys",), order=("segment",)),
            Fold(
                JOURNEY_DIFFERENCES.name,
                Start(period_days),
                add,
                merge,
                finish,
                reads="journeys",
                columns=("customer", "goal", "outcome", "over", "duration_s", "variant", "segment"),
                writes=JOURNEY_DIFFERENCES,
                beside=("compared_span", "compared_segments", "transitions", "variants", "goals"),
                order=("customer", "journey"),
                coded=True,
            ),
        ),
        gives=(JOURNEY_DIFFERENCES.name,),
    )


@dataclass(frozen=True, slots=True)
class Looks:
    """What is compared: items, each a kind with a name, and the denominator each is a share of.

    Denominator 0 counts journeys, 1 … the touchpoints', then one for each goal.
    """

    touchpoints: tuple[str, ...]
    goals: tuple[str, ...]
    items: tuple[tuple[str, str], ...]
    base_of: Codes
    #: (customer-independent) when the later period begins and how long a period is, microseconds.
    turns: int
    length: int
    segments: tuple[str, ...]

    def place(self, kind: str) -> dict[str, int]:
        """The items of one kind by name."""
        return {what: at for at, (one, what) in enumerate(self.items) if one == kind}


@dataclass(frozen=True, slots=True)
class Compared:
    """The state: sums of items and denominators for each comparison."""

    looks: Looks
    items: Floats
    bases: Floats


@dataclass(frozen=True, slots=True)
class Start:
    """The state before any journey."""

    period_days: float

    def __call__(self, side: Mapping[str, Any]) -> Compared:
        """What will be compared, from the counted tables."""
        looks = _looks(side, self.period_days)
        comparisons, bases = 1 + len(looks.segments), 1 + len(looks.touchpoints) + len(looks.goals)
        return Compared(
            looks,
            np.zeros((comparisons, len(looks.items), ITEM_SUMS)),
            np.zeros((comparisons, bases, BASE_SUMS)),
        )


def _looks(side: Mapping[str, Any], period_days: float) -> Looks:
    def top(name: str, most: int, by: str, key: Any) -> list[Row]:
        rows = [row for row in side[name].to_pylist() if row[by]]
        return sorted(rows, key=lambda row: (-row[by], key(row)))[:most]

    moves = [row for row in side["transitions"].to_pylist() if row["to_touchpoint"] not in OUTCOMES]
    names = {row["from_touchpoint"] for row in side["transitions"].to_pylist()} - {START}
    touchpoints = tuple(sorted(names))
    goals = tuple(row["goal"] for row in top("goals", GOALS_, "journeys", lambda row: row["goal"]))
    base = {START: 0} | {name: at for at, name in enumerate(touchpoints, 1)}
    moves.sort(key=lambda row: (-row["count"], row["from_touchpoint"], row["to_touchpoint"]))
    found: list[tuple[str, str, int]] = [
        (
            TRANSITION,
            BETWEEN.join((row["from_touchpoint"], row["to_touchpoint"])),
            base[row["from_touchpoint"]],
        )
        for row in moves[:MOVES]
    ]
    visits: dict[str, int] = {}
    for row in side["transitions"].to_pylist():
        visits[row["from_touchpoint"]] = visits.get(row["from_touchpoint"], 0) + row["count"]
    busiest = sorted(touchpoints, key=lambda name: (-visits[name], name))[:STOPS]
    found += [(DROP_OFF, name, base[name]) for name in busiest]
    ways = top("variants", WAYS, "count", lambda row: row["variant"])
    found += [(VARIANT, row["variant"], 0) for row in ways]
    found += [(GOAL, "", 0), (DURATION, "", 0)]
    found += [(DURATION, goal, 1 + len(touchpoints) + at) for at, goal in enumerate(goals) if goal]
    span = side["compared_span"]
    begins, ends = (times(span.column(name).drop_null()) for name in ("begins", "ends"))
    length = min(period_days * _DAY, (int(ends[0]) - int(begins[0])) / 3) if ends.size else 0.0
    return Looks(
        touchpoints,
        goals,
        tuple((kind, what) for kind, what, _ in found),
        np.array([at for _, _, at in found], np.int32),
        int((int(ends[0]) if ends.size else 0) - length),
        int(length),
        tuple(
            row["segment"]
            for row in top("compared_segments", SEGMENTS, "journeys", lambda row: row["segment"])
        ),
    )


def add(state: Compared, table: Any, _side: Mapping[str, Any]) -> Compared:
    """The sums with these customers' ended journeys."""
    looks = state.looks
    ended = table.filter(pa.array(~said(table.column("outcome"), lambda outcome: outcome == OPEN)))
    if ended.num_rows == 0:
        return state
    way, texts = coded(ended.column("variant"))
    begins, steps, moves = _walked(texts, looks)
    own = _own(ended, way, texts, looks)
    duration = np.log1p(np.maximum(ended.column("duration_s").to_numpy(), 0.0))
    first = changes(ended.column("customer"))
    items, bases = state.items.copy(), state.bases.copy()
    for number, side in enumerate(_sides(ended, looks)):
        more = contrast(
            first, side, way.astype(np.int64), begins, steps, moves, own, duration, looks.base_of,
            bases.shape[1],
        )  # fmt: skip
        items[number] += more[0]
        bases[number] += more[1]
    return replace(state, items=items, bases=bases)


def merge(one: Compared, other: Compared) -> Compared:
    """Both."""
    return replace(one, items=one.items + other.items, bases=one.bases + other.bases)


def _walked(texts: Any, looks: Looks) -> tuple[Ints, Codes, Codes]:
    """Each distinct way as denominators and moves: where it begins, and both at every step.

    The move at a step leads on from it; that from START stands with the journey.
    """
    parts = pc.split_pattern(texts, BETWEEN)
    begins = parts.offsets.to_numpy().astype(np.int64)
    place = pc.index_in(parts.flatten(), value_set=pa.array(looks.touchpoints, pa.string()))
    codes = place.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    size = len(looks.touchpoints)
    known = np.full((size + 1) * max(size, 1), -1, np.int32)
    code = {name: at for at, name in enumerate(looks.touchpoints)}
    for what, at in looks.place(TRANSITION).items():
        left, _, into = what.partition(BETWEEN)
        known[(code[left] if left != START else size) * size + code[into]] = at
    follows = np.append(codes[1:], -1)
    follows[begins[1:] - 1] = -1
    inside = (codes >= 0) & (follows >= 0)
    moves = np.where(inside, known[np.where(inside, codes * size + follows, 0)], -1)
    return begins, (codes + 1).astype(np.int32), moves.astype(np.int32)


def _own(ended: Any, way: Codes, texts: Any, looks: Looks) -> Codes:
    """Items of each journey as a whole: its first move, way, drop-off, goal, and two durations."""
    parts = pc.split_pattern(texts, BETWEEN)
    begins = parts.offsets.to_numpy().astype(np.int64)
    words = parts.flatten()
    heads, tails = words.take(pa.array(begins[:-1])), words.take(pa.array(begins[1:] - 1))
    entries = {what.partition(BETWEEN)[2]: at for what, at in looks.place(TRANSITION).items()
               if what.startswith(START + BETWEEN)}  # fmt: skip
    outcome = placed(ended.column("outcome"), (REACHED, ABANDONED, LOST))
    reached, lost = outcome == 0, outcome > 0
    timed = looks.place(DURATION)
    columns = [
        _found(heads, entries)[way],
        _found(texts, looks.place(VARIANT))[way],
        np.where(lost, _found(tails, looks.place(DROP_OFF))[way], -1),
        np.where(reached, looks.place(GOAL)[""], -1),
        np.full(way.size, timed[""]),
        _timed(ended, {what: at for what, at in timed.items() if what}),
    ]
    return np.column_stack(columns).astype(np.int32)


def _timed(ended: Any, known: Mapping[str, int]) -> Codes:
    """The duration towards the goal of each journey, −1 where there is none."""
    goal, goals = coded(ended.column("goal"))
    of_goal: Codes = np.append(_found(goals, known), -1).astype(np.int32)[goal]
    return of_goal


def _found(texts: Any, known: Mapping[str, int]) -> Codes:
    """The item of each text, −1 where it is none."""
    place = pc.index_in(texts, value_set=pa.array(list(known), pa.string()))
    codes = place.fill_null(len(known)).to_numpy(zero_copy_only=False)
    found: Codes = np.array([*known.values(), -1], np.int32)[codes]
    return found


def _sides(ended: Any, looks: Looks) -> Iterator[NDArray[np.int8]]:
    """0 for the first group of each comparison, 1 for the second, −1 for neither."""
    over = times(ended.column("over"))
    yield np.select([over > looks.turns, over > looks.turns - looks.length], [0, 1], -1).astype(np.int8)
    segment, segments = coded(ended.column("segment"))
    for name in looks.segments:
        side = np.array([*(0 if one == name else 1 for one in segments.to_pylist()), -1], np.int8)
        yield side[segment]


# The table ----------------------------------------------------------------------------------


def finish(state: Compared, _side: Mapping[str, Any]) -> Any:
    """Every look at which both sides have enough customers."""
    rows: list[Row] = []
    for number, group in enumerate(("", *state.looks.segments)):
        comparison = SEGMENT if number else PERIOD
        seen = [
            {"comparison": comparison, "group": group, "kind": kind, "what": what} | told
            for at, (kind, what) in enumerate(state.looks.items)
            if (told := _look(kind, state.items[number, at], state.bases[number, state.looks.base_of[at]]))
        ]
        adjusted = false_discovery(np.array([row["p"] for row in seen]))
        rows += [
            row | {"q": float(q), "found": bool(q <= FALSE_SHARE)}
            for row, q in zip(seen, adjusted, strict=True)
        ]
    return table_of(JOURNEY_DIFFERENCES, rows)


def _look(kind: str, item: Floats, base: Floats) -> Row | None:
    one = Totals(item[0], base[0], item[1], base[1], item[2], base[2])
    other = Totals(item[3], base[3], item[4], base[4], item[5], base[5])
    if min(one.clusters, other.clusters) < FEWEST or (one.k == 0 and other.k == 0):
        return None
    across = Across(kk=item[6], kn=item[7], nk=item[8], nn=base[6])
    difference: Interval | None
    if kind == DURATION:
        found = difference_of_means(one, other, across)
        difference = Interval(*(exp(value) - 1.0 for value in found)) if found else None
        values, p = (exp(one.mean) - 1.0, exp(other.mean) - 1.0), chance_of_means(one, other, across)
    else:
        difference = difference_of_shares(one, other)
        values, p = (one.mean, other.mean), chance_of_shares(one, other, across)
    if difference is None:
        return None
    return {
        "one": float(values[0]), "other": float(values[1]), "difference": float(difference.value),
        "low": float(difference.low), "high": float(difference.high), "p": float(p),
        "n_one": int(one.n), "n_other": int(other.n),
        "customers_one": int(one.clusters), "customers_other": int(other.clusters),
    }  # fmt: skip
