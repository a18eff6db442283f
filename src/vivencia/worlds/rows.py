"""Events as signals: whole Arrow columns, built from the arrays without a loop over rows."""

from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vivencia.plans.arrow import TYPES, schema_of
from vivencia.words.instruments import BUILT_IN
from vivencia.words.shapes.signals import LINKS, SIGNALS
from vivencia.words.signal import (
    ANONYMOUS_PREFIX,
    COUNTRY_PROPERTY,
    KINDS,
    OUTCOME_PROPERTY,
    ROLE_PROPERTY,
    SEGMENT_PROPERTY,
    VALENCE_PROPERTY,
)
from vivencia.worlds import people as who
from vivencia.worlds.happened import NEGATIVE, Happened
from vivencia.worlds.people import People
from vivencia.worlds.story import MEASURES_EACH, Story
from vivencia.worlds.verbatims import LANGUAGES, USUAL, compose

Ints = NDArray[np.int64]
_LEADERS = 6
_NUMBERS_EACH = 10_000  # more than the events of any life, so ids never meet
_KEY_MIX = np.uint64(0x5851F42D4C957F2D)


def times(microseconds: Ints) -> Any:
    """UTC timestamps from microseconds since 1970."""
    return pa.array(microseconds, pa.int64()).cast(pa.timestamp("us", "UTC"))


def customer_keys(people: People, first: int, last: int) -> tuple[list[str], list[str]]:
    """The pseudonymous keys of customers first … last − 1: as persons, and as devices."""
    known = people.key[first:last]
    devices = known * _KEY_MIX
    return [f"c{key:016x}" for key in known.tolist()], [
        f"{ANONYMOUS_PREFIX}{key:016x}" for key in devices.tolist()
    ]


def _mapping(keys: Any, values: list[tuple[Any, Any]], type_: Any) -> Any:
    """A map column. `values` gives, for each row, alternatives of (key code, value), code −1: none."""
    codes = np.stack([code for code, _ in values], axis=1)
    there = codes >= 0
    offsets = np.concatenate(([0], np.cumsum(there.sum(axis=1)))).astype(np.int32)
    items = np.stack([value for _, value in values], axis=1)[there]
    return pa.MapArray.from_arrays(
        pa.array(offsets), keys.take(pa.array(codes[there])), _items(items, type_), type=type_
    )


def _items(items: Any, type_: Any) -> Any:
    return pa.array(items, type_.item_type)


class Scribe:
    """Writes the signals of one story."""

    def __init__(self, story: Story, people: People) -> None:
        self.story = story
        self.people = people
        self.schema = schema_of(SIGNALS)

    @cached_property
    def _themes(self) -> tuple[str, ...]:
        named = [
            spot["truth"].get(key, USUAL) for spot in self.story.spots for key in ("theme", "broken_theme")
        ]
        return tuple(dict.fromkeys((USUAL, *named)))

    @cached_property
    def _theme_of(self) -> Ints:
        """(T, 2): the theme of each touchpoint, and the one after a broken promise."""
        rows = []
        for spot in self.story.spots:
            usual = spot["truth"].get("theme", USUAL)
            broken = spot["truth"].get("broken_theme", usual)
            rows.append((self._themes.index(usual), self._themes.index(broken)))
        return np.array(rows, np.int64)

    @cached_property
    def promised(self) -> NDArray[np.float64]:
        """(T, 2): the most that was promised of each measure, infinite where nothing was.

        Promises of a story all read `measure <= number`.
        """
        found = np.full((len(self.story.keys), MEASURES_EACH), np.inf)
        for t, spot in enumerate(self.story.spots):
            names = [one["name"] for one in spot["truth"].get("measures", ())]
            for promise in spot.get("promises", ()):
                measure, _, most = promise.split()
                found[t, names.index(measure)] = float(most)
        return found

    @cached_property
    def _marks(self) -> NDArray[np.bool_]:
        """(T,): where somebody says whether the goal was reached; nobody does where it never can be."""
        chain = self.story.truth["chain"]
        return np.array([chain.get(key, {}).get("REACHED", 0.0) > 0.0 for key in self.story.keys])

    @cached_property
    def _measure_names(self) -> tuple[Any, Ints]:
        names = sorted(
            {one["name"] for spot in self.story.spots for one in spot["truth"].get("measures", ())}
        )
        codes = np.full((len(self.story.keys), MEASURES_EACH), -1, np.int64)
        for t, spot in enumerate(self.story.spots):
            for m, one in enumerate(spot["truth"].get("measures", ())):
                codes[t, m] = names.index(one["name"])
        return pa.array(names, pa.string()), codes

    def table(self, out: Happened, rows: int, first: int, last: int) -> Any:
        """The signals of `rows` events of customers first … last − 1."""
        spot = out.of("touchpoint", rows)
        customer = out.of("who", rows)
        columns = {
            **self._keys(out, rows, first, last),
            **self._labels(out, rows, spot),
            "at": times(out.of("at", rows)),
            "measures": self._measures(out, rows, spot),
            "ratings": self._ratings(out, rows),
            "properties": self._properties(out, rows, customer),
            "value": pa.array(out.of("money", rows), from_pandas=True),
            **self._texts(out, rows, spot, customer),
        }
        given = [
            columns.get(name, pa.nulls(rows, self.schema.field(name).type)) for name in self.schema.names
        ]
        return pa.table(given, schema=self.schema)

    def _keys(self, out: Happened, rows: int, first: int, last: int) -> dict[str, Any]:
        customer, number = out.of("who", rows), out.of("number", rows)
        known, devices = customer_keys(self.people, first, last)
        index = customer - first + out.of("anonymous", rows) * (last - first)
        keys = pa.array(known + devices, pa.string()).take(pa.array(index))
        found = {"customer": keys, "id": pa.array((customer + 1) * _NUMBERS_EACH + number).cast(pa.string())}
        account = self.people.whole[first:last, who.ACCOUNT]
        if account[0] >= 0:
            names = pa.array([f"acct-{one:06d}" for one in account.tolist()], pa.string())
            found["account"] = names.take(pa.array(customer - first))
        return found

    def _labels(self, out: Happened, rows: int, spot: Ints) -> dict[str, Any]:
        reached = out.of("reached", rows)
        places = pa.array(self.story.places, pa.string())
        actors = pa.array([f"agent-{number:03d}" for number in range(100)], pa.string())
        money = np.where(np.isnan(out.of("money", rows)), -1, 0)
        return {
            "source": _named([one["truth"].get("source", "crm") for one in self.story.spots], spot),
            "touchpoint": _named(self.story.keys, spot),
            "kind": _named(KINDS, out.of("kind", rows)),
            "goal": _named(self.story.goals, out.of("goal", rows)),
            "reached": pa.array(reached == 1, mask=(reached < 0) | ~self._marks[spot]),
            "place": _take(places, out.of("place", rows)),
            "actor": _take(actors, out.of("actor", rows)),
            "currency": _named([self.story.said["company"]["currency"]], money),
        }

    def _measures(self, out: Happened, rows: int, spot: Ints) -> Any:
        names, codes = self._measure_names
        pairs = []
        for m, column in enumerate(("measure", "measure_also")):
            found = out.of(column, rows)
            pairs.append((np.where(np.isnan(found), -1, codes[spot, m]), found))
        return _mapping(names, pairs, TYPES["numbers"])

    def _ratings(self, out: Happened, rows: int) -> Any:
        asked = self.story.instruments
        names = pa.array([*asked, *(f"expected_{key}" for key in asked)], pa.string())
        instrument, expected = out.of("instrument", rows), out.of("expected", rows)
        twin = np.where(np.isnan(expected), -1, instrument + len(asked))
        return _mapping(names, [(instrument, out.of("answer", rows)), (twin, expected)], TYPES["numbers"])

    def _properties(self, out: Happened, rows: int, customer: Ints) -> Any:
        truth, whole = self.story.truth, self.people.whole
        words = ["abandoned", "reached", *truth["segments"], *truth["countries"], *self.story.roles]
        segments, countries = 2, 2 + len(truth["segments"])
        roles = countries + len(truth["countries"])
        named = [SEGMENT_PROPERTY, COUNTRY_PROPERTY, ROLE_PROPERTY, VALENCE_PROPERTY, OUTCOME_PROPERTY]
        heard, ended = out.of("valence", rows), out.of("reached", rows)
        hundredths = np.where(np.isnan(heard), -1, np.rint(100.0 * np.nan_to_num(heard)) + 100).astype(
            np.int64
        )
        words += [f"{(number - 100) / 100:g}" for number in range(201)]
        has_role = np.full(rows, 2 if len(self.story.roles) > 1 else -1, np.int64)
        pairs = [
            (np.zeros(rows, np.int64), whole[customer, who.SEGMENT] + segments),
            (np.ones(rows, np.int64), whole[customer, who.COUNTRY] + countries),
            (has_role, whole[customer, who.ROLE] + roles),
            (np.where(hundredths < 0, -1, 3), hundredths + len(words) - 201),
            (np.where(ended < 0, -1, 4), ended),
        ]
        return _said(pa.array(named, pa.string()), pairs, pa.array(words, pa.string()))

    def _texts(self, out: Happened, rows: int, spot: Ints, customer: Ints) -> dict[str, Any]:
        polarity = out.of("polarity", rows)
        says = np.flatnonzero(polarity >= 0)
        spoken = [one["lang"] for one in self.story.truth["countries"].values()]
        country = self.people.whole[customer[says], who.COUNTRY]
        language = np.array([LANGUAGES.index(one) for one in spoken], np.int64)[country]
        broken = out.of("measure", rows)[says] > self.promised[spot[says], 0]
        theme = self._theme_of[spot[says], (broken & (polarity[says] == NEGATIVE)).astype(np.int64)]
        texts = compose(out.words[:rows][says], language, theme, polarity[says], self._themes)
        where = np.full(rows, -1, np.int64)
        where[says] = np.arange(says.size)
        tongue = np.full(rows, -1, np.int64)
        tongue[says] = language
        return {"text": _take(texts, where), "lang": _named(LANGUAGES, tongue)}


def _said(keys: Any, pairs: list[tuple[Ints, Ints]], words: Any) -> Any:
    """A map of text to text, its values given as codes of `words`."""
    coded = _mapping(keys, pairs, pa.map_(pa.string(), pa.int64()))
    return pa.MapArray.from_arrays(coded.offsets, coded.keys, words.take(coded.items), type=TYPES["texts"])


def _take(values: Any, codes: Ints) -> Any:
    """Values by code; null where the code is −1."""
    return values.take(pa.array(codes, mask=codes < 0))


def _named(names: Any, codes: Ints) -> Any:
    return _take(pa.array(list(names), pa.string()), codes)


def links(people: People, known_at: Ints) -> Any:
    """Which device key is which person, for the customers who were linked."""
    linked = (known_at >= 0) & (people.whole[:, who.GETS_LINKED] == 1)
    known, devices = customer_keys(people, 0, people.key.size)
    rows = np.flatnonzero(linked)
    none = pa.nulls(rows.size, pa.timestamp("us", "UTC"))
    given = [
        pa.array([devices[i] for i in rows], pa.string()),
        pa.array([known[i] for i in rows], pa.string()),
        times(known_at[rows]),
        none,
    ]
    return pa.table(given, schema=schema_of(LINKS))


def beliefs(story: Story, end_us: int, seed: int) -> Any:
    """What the company's own leaders believe: the rosy side of the mirror.

    Two of the department and four of the board answer the customers' own question at
    the touchpoints they were asked about, and all of the board the relationship question.
    """
    random = np.random.default_rng(seed)
    rows = []
    for spot in story.spots:
        if "believed" not in spot["truth"]:
            continue
        asked = BUILT_IN[spot["truth"]["asks"][0]]
        for number in range(_LEADERS):
            own = number < 2 and asked.target != "relationship"
            leader = f"staff:{spot['department'] if own else 'board'}-{number + 1}"
            believed = spot["truth"]["believed"] + 0.8 * random.standard_normal()
            raw = round((believed - asked.intercept) / asked.slope)
            at = end_us - (20 + number) * 86_400_000_000
            rating = [(asked.key, float(min(max(raw, asked.low), asked.high)))]
            rows.append((leader, at, spot["key"], spot["department"], rating))
    columns = {
        "source": ["mirror"] * len(rows),
        "id": [f"belief-{number + 1}" for number in range(len(rows))],
        "at": times(np.array([row[1] for row in rows], np.int64)),
        "customer": [row[0] for row in rows],
        "kind": ["belief"] * len(rows),
        "touchpoint": [row[2] for row in rows],
        "department": [row[3] for row in rows],
        "measures": [[]] * len(rows),
        "ratings": [row[4] for row in rows],
        "properties": [[]] * len(rows),
    }
    wanted = schema_of(SIGNALS)
    given = [columns.get(field.name, [None] * len(rows)) for field in wanted]
    return pa.table([pa.array(c, f.type) for c, f in zip(given, wanted, strict=True)], schema=wanted)


__all__ = ["Scribe", "beliefs", "links", "times"]
