"""The parameters of a company: cold start from all events, fit from a sample of its customers.

One fold does both. Its sample is the customers whose keys have the smallest hashes, and of
each segment at least a tenth of as many, so that small segments are in it; any
split of the customers, merged in any order, gives the same sample and the same parameters.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vivencia.perceptions import coldstart
from vivencia.perceptions.calibration import widening
from vivencia.perceptions.coldstart import Seen
from vivencia.perceptions.columns import decoded, microseconds, numbered, one_array, starts_of
from vivencia.perceptions.context import centres_of, names_of, with_context
from vivencia.perceptions.episodes import episode_weights
from vivencia.perceptions.fit import LEAST_CUSTOMERS, LEAST_RATED, Fitted, fit
from vivencia.perceptions.hashes import spread_all
from vivencia.perceptions.levels import level_errors
from vivencia.perceptions.parameters import Parameters
from vivencia.perceptions.segments import no_segments, segment_parameters
from vivencia.perceptions.table import WIDEN, Key, Said, to_table
from vivencia.perceptions.wording import RATED_WORDS, in_words
from vivencia.words.errors import ParameterError
from vivencia.words.shapes.perceptions import ANSWERING, DEFAULT, FITTED, FITTED_UNTIL, FROM_DATA

#: Customers the fit looks at; beyond some thousands the errors are small beside the model's own.
SAMPLE = 1_000
#: Events of one customer the fit looks at: the first so many.
LONGEST = 300
#: Events the fit looks at in all: of longer samples the longest lives are cut to fewer.
EVENTS = 60_000
_DAY = 86_400_000_000
COLUMNS = (*coldstart.COLUMNS, "at", "kind", "goal", "valence", "segment", "place")


@dataclass(frozen=True, slots=True)
class Gathered:
    """The state of the fold: the sums of the cold start, and the sample with its hashes (sorted).

    `eligible` counts customers who answered often enough, `until` is the newest event (microseconds),
    `segments` are those of the sample's lives at their end.
    """

    seen: Seen = field(default_factory=Seen)
    hashes: NDArray[np.uint64] = field(default_factory=lambda: np.zeros(0, dtype=np.uint64))
    lives: tuple[Any, ...] = ()
    eligible: int = 0
    until: int = 0
    segments: tuple[str | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Estimation:
    """The four functions of the fold; `sample` customers are fitted, 0 leaves the cold start as it is.

    `episode_s` is the silence, in seconds, that ends an episode; 0 makes every contact one.
    """

    sample: int = SAMPLE
    episode_s: float = 0.0

    def start(self, side: Mapping[str, Any]) -> Gathered:
        """Nothing gathered yet."""
        return Gathered(seen=coldstart.start(side))

    def add(self, state: Gathered, table: Any, side: Mapping[str, Any]) -> Gathered:
        """The customers of one table gathered in."""
        seen = coldstart.add(state.seen, table, side)
        if not self.sample or table.num_rows == 0:
            return replace(state, seen=seen)
        drawn = self._drawn(state, table, side.get("context"))
        until = int(microseconds(one_array(table, "at")).max())
        return self.merge(replace(state, seen=seen), replace(drawn, until=until))

    def merge(self, a: Gathered, b: Gathered) -> Gathered:
        """Both together; the smallest hashes stay."""
        hashes = np.concatenate([a.hashes, b.hashes])
        lives = (*a.lives, *b.lives)
        segments = (*a.segments, *b.segments)
        order = self._kept(np.argsort(hashes, kind="stable"), [*segments])
        return Gathered(
            coldstart.merge(a.seen, b.seen),
            hashes[order],
            tuple(lives[i] for i in order),
            a.eligible + b.eligible,
            max(a.until, b.until),
            tuple(segments[i] for i in order),
        )

    def _kept(self, order: NDArray[np.intp], segments: list[str | None]) -> NDArray[np.intp]:
        """The first of the sample, and of each segment at least the first tenth of a sample."""
        number = {segment: code for code, segment in enumerate(dict.fromkeys(segments))}
        own = np.array([number[segment] for segment in segments], dtype=np.int64)[order]
        together = np.argsort(own, kind="stable")
        begins = np.searchsorted(own[together], own[together])
        among = np.empty(len(own), dtype=np.int64)
        among[together] = np.arange(len(own)) - begins
        return order[(np.arange(len(own)) < self.sample) | (among < self.sample // 10)]

    def finish(self, state: Gathered, side: Mapping[str, Any]) -> Any:
        """The `PARAMETERS` table: fitted where enough customers answered, else the cold start."""
        return self._made(state, side)[0]

    def finish_both(self, state: Gathered, side: Mapping[str, Any]) -> tuple[Any, Any]:
        """The `PARAMETERS` table and `SEGMENT_PARAMETERS`: what differs between segments, where fitted."""
        table, fitted = self._made(state, side)
        return table, no_segments() if fitted is None else segment_parameters(*fitted)

    def _made(self, state: Gathered, side: Mapping[str, Any]) -> tuple[Any, tuple[Any, Fitted] | None]:
        """The table, and where parameters were fitted the customers they were fitted on and the fit."""
        parameters, said = coldstart.cold_start(state.seen, side)
        parameters = parameters.with_(episode_s=self.episode_s, **_context(side.get("context")))
        origin = FROM_DATA if state.eligible else DEFAULT
        said[(ANSWERING, "", "")] = (float(state.eligible), None, None, state.eligible, origin)
        if state.eligible >= LEAST_CUSTOMERS and len(state.lives) >= LEAST_CUSTOMERS:
            try:
                lives = pa.concat_tables(shortened(state.lives)).combine_chunks()
                parameters, weights = _with_weights(lives, parameters)
                found = fit(lives, parameters)
            except ParameterError:  # answers that never differ
                return to_table(parameters, said), None
            factor, answers = widening(lives, found)
            said[(WIDEN, "", "")] = (factor, None, None, answers, FITTED)
            said[(FITTED_UNTIL, "", "")] = (state.until / _DAY, None, None, found.answers, FROM_DATA)
            parameters = found.parameters.with_(widen=factor)
            parameters, heard = in_words(lives, parameters)
            told = said | weights | found.said() | level_errors(lives, found) | heard
            return to_table(parameters, told), (lives, found)
        return to_table(parameters, said), None

    def _drawn(self, state: Gathered, table: Any, context: Any) -> Gathered:
        """Customers with enough answers who belong in the sample beside `state`'s; how many had enough."""
        customer = one_array(table, "customer")
        starts = starts_of(customer)
        told = np.diff(one_array(table, "ratings").offsets.to_numpy()) > 0
        answered = np.add.reduceat(told.astype(np.int64), starts[:-1])
        who = np.flatnonzero(answered >= LEAST_RATED)
        hashes = spread_all(customer.take(pa.array(starts[:-1][who])))
        last = _segments(table, starts[1:][who])
        before = len(state.hashes)
        order = np.argsort(np.concatenate([state.hashes, hashes]), kind="stable")
        kept = self._kept(order, [*state.segments, *last])
        chosen = kept[kept >= before] - before
        first = starts[who[chosen]]
        length = np.minimum(starts[who[chosen] + 1] - first, LONGEST)
        lives, segments = _lives(table, first, length, context), _segments(table, first + length)
        return Gathered(Seen(), hashes[chosen], lives, len(who), segments=tuple(segments))


def _lives(table: Any, first: NDArray[np.int64], length: NDArray[np.int64], context: Any) -> tuple[Any, ...]:
    """One table for each customer, of so many rows from the first."""
    ends = np.concatenate([[0], np.cumsum(length)])
    rows = np.repeat(first - ends[:-1], length) + np.arange(ends[-1])
    wanted = [name for name in (*COLUMNS, RATED_WORDS) if name in table.column_names]
    few = table.select(wanted).take(pa.array(rows))
    told = with_context(decoded(few), context, names_of(context))
    return tuple(told.slice(begin, many) for begin, many in zip(ends[:-1], length, strict=True))


def shortened(lives: tuple[Any, ...]) -> list[Any]:
    """The lives with no more than EVENTS events together, by what the longest may have at most."""
    lengths = np.sort([life.num_rows for life in lives])
    before = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    # With the k shortest whole, each of the others has an equal part of what is left.
    most = (EVENTS - before) // np.arange(len(lengths), 0, -1)
    cut = np.flatnonzero(lengths > most)
    return [life.slice(0, int(most[cut[0]])) for life in lives] if len(cut) else [*lives]


def _segments(table: Any, end: NDArray[np.int64]) -> list[str | None]:
    """The segment of the event before each end; None where it is not known."""
    segment = one_array(table, "segment")
    if segment is None:
        return [None] * len(end)
    numbers, words = numbered(segment)
    named = [*words.to_pylist(), None]  # the last is that of null, −1
    return [named[number] for number in numbers[end - 1].tolist()]


def _context(context: Any) -> dict[str, Any]:
    """The covariates, without effect until it is estimated."""
    names = names_of(context)
    if not names:
        return {}
    return {"context": names, "gamma": np.zeros(len(names)), "context_centre": centres_of(context)}


def _with_weights(lives: Any, parameters: Parameters) -> tuple[Parameters, dict[Key, Said]]:
    """The weights of an episode's most extreme and last contact, where whole episodes were rated."""
    found = episode_weights(lives, parameters)
    if found is None:
        return parameters, {}
    said: dict[Key, Said] = {
        ("peak", "", ""): (found.peak, found.peak_se, None, found.n, FITTED),
        ("end", "", ""): (found.end, found.end_se, None, found.n, FITTED),
    }
    return parameters.with_(peak=found.peak, end=found.end), said
