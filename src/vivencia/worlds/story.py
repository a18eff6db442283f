"""A story: what one made-up company says of itself, and the numbers that are true of it.

A story file is TOML. Outside `truth` it is exactly a vivencia.toml; `truth` (of the
company and of each touchpoint) holds what only the world knows.
"""

import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vivencia.words.instruments import BUILT_IN
from vivencia.words.signal import KINDS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ENDS = ("REACHED", "ABANDONED", "LOST")
LAWS = ("lognormal", "late", "poisson")
MEASURES_EACH = 2
ASKS_EACH = 2

#: The perception family of the truth (see docs/why/worlds.md); all on the scale 0 … 10.
DYNAMICS = {
    "lambda": 2.0,
    "tau_days": 60.0,
    "eta": 0.15,
    "halo": 0.3,
    "xi": 0.5,
    "sigma_experience": 1.2,
    "sigma_answer": 0.7,
    "sigma_relationship": 1.0,
    "sigma_style": 0.7,
    "sigma_expectation": 0.8,
    "drift_expectation": 4e-4,
    "var_residual": 0.16,
    "valence_scale": 2.0,
    "sigma_account": 0.2,
}
KAPPA = {"service": 0.6, "indirect": 0.15, "other": 0.3}
#: Kinds of signal by which a customer who was a device becomes a known person.
IDENTIFYING = ("purchase", "call", "ticket", "goal")
NEVER = 1200  # months
#: How much harder an effort question is answered than a satisfaction question, 0–10.
EFFORT_SHIFT = -0.2


class Truth(NamedTuple):
    """The numbers of a story as arrays that compiled code reads; T touchpoints, I instruments.

    The columns of the wide ones are named by the tuples of names below.
    """

    real: Floats  # (T, SPOT_REAL)
    whole: Ints  # (T, SPOT_WHOLE)
    measure: Floats  # (T, 2, MEASURE)
    scale: Floats  # (I, SCALE)
    chain: Floats  # (T, T + 3) cumulative; the ends are REACHED, ABANDONED, LOST
    start: Floats  # (2 · roles, T) cumulative; even rows new, odd rows known customers
    season: Floats  # (days + 400,) factor on the rate of journeys, by day
    countries: Floats  # (C,) cumulative
    stores: Ints  # (C, 2) first store of the country and how many
    store_effect: Floats  # (S,)
    segments: Floats  # (G, 3) cumulative share, added to the first expectation, factor on money
    numbers: Floats  # the scalars, in the order of NUMBERS
    when: Ints  # start and end of the calendar, microseconds
    special: Ints  # review, recommendation, survey, closing touchpoint (−1: none)


SPOT_REAL = ("theta", "theta_step", "kappa", "valence", "wait_h", "rate", "text", "expects", "norm")
SPOT_WHOLE = ("kind", "goal", "place", "actors", "indirect", "identifies", "ask", "ask_also", "change_at")
MEASURE = ("law", "a", "after", "b", "beta", "centre", "cap", "seasonal")
SCALE = ("slope", "intercept", "low", "high", "shift", "has_expected")

#: Names of `Truth.numbers`, in order.
NUMBERS = (
    *DYNAMICS,
    "theta_bar",
    "customers_expect",
    "journeys_per_year",
    "churn_at_seven",
    "says_goodbye",
    "anonymous",
    "linked",
    "reviews",
    "recommends",
    "survey_days",
    "survey_soon",
    "survey_rate",
    "purchase_median",
)
SPECIAL = ("public_review", "recommendation", "relationship_survey")


@dataclass(frozen=True, slots=True)
class Story:
    """One company's story, read from its TOML file."""

    said: dict[str, Any]

    @property
    def truth(self) -> dict[str, Any]:
        """What is true of the company as a whole."""
        found: dict[str, Any] = self.said["truth"]
        return found

    @property
    def spots(self) -> list[dict[str, Any]]:
        """Every touchpoint, catalogued or not, in the order of the file."""
        found: list[dict[str, Any]] = self.said["touchpoints"]
        return found

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the touchpoints."""
        return tuple(spot["key"] for spot in self.spots)

    @property
    def goals(self) -> tuple[str, ...]:
        """The goals customers come for."""
        return tuple(sorted({spot["truth"].get("goal", "buy") for spot in self.spots}))

    @property
    def instruments(self) -> tuple[str, ...]:
        """The instruments asked anywhere, sorted."""
        return tuple(sorted({ask for spot in self.spots for ask in spot["truth"].get("asks", ())}))

    @property
    def stores(self) -> tuple[str, ...]:
        """Every store, country by country."""
        return tuple(store for stores in self.truth["places"].values() for store in stores)

    @property
    def pages(self) -> tuple[str, ...]:
        """Every page of the site and the app."""
        places = (spot["truth"].get("place", "") for spot in self.spots)
        return tuple(dict.fromkeys(place for place in places if place.startswith("page:")))

    @property
    def places(self) -> tuple[str, ...]:
        """Every place, as signals name it: stores first, then pages."""
        return (*(f"store:{store}" for store in self.stores), *self.pages)

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles customers have in their account; one empty role where there are none."""
        return tuple(self.truth["roles"])

    def catalogue(self) -> dict[str, Any]:
        """What the company's vivencia.toml says: everything but the truth."""
        shown = {key: value for key, value in self.said.items() if key != "truth"}
        shown["touchpoints"] = [
            {key: value for key, value in spot.items() if key != "truth"}
            for spot in self.spots
            if not spot["truth"].get("uncatalogued", False)
        ]
        return shown


@cache
def read_story(name: str) -> Story:
    """The story of that name, from its file beside this module."""
    text = files("vivencia.worlds").joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return Story(tomllib.loads(text))


def microseconds(day: date) -> int:
    """Midnight UTC of a day, in microseconds since 1970."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1_000_000


def months_after(day: date, months: int) -> date:
    """The first of the month, so many months later."""
    place = day.year * 12 + day.month - 1 + months
    return date(place // 12, place % 12 + 1, 1)


def _cumulative(shares: Any) -> Floats:
    summed = np.cumsum(np.asarray(list(shares), np.float64))
    return np.asarray(summed / summed[-1])


def _kappa(spot: dict[str, Any]) -> float:
    form = "indirect" if spot.get("contact") == "indirect" else spot.get("form", "other")
    return float(spot["truth"].get("kappa", KAPPA.get(form, KAPPA["other"])))


def _place(spot: dict[str, Any], pages: tuple[str, ...]) -> int:
    place = spot["truth"].get("place", "")
    return 2 + pages.index(place) if place in pages else int(place == "store")


def _chain(story: Story) -> Floats:
    names = (*story.keys, *ENDS)
    rows = np.zeros((len(story.keys), len(names)))
    for key, row in story.truth["chain"].items():
        for to, share in row.items():
            rows[story.keys.index(key), names.index(to)] = share
    rows[rows.sum(axis=1) == 0.0, names.index("LOST")] = 1.0
    return np.cumsum(rows, axis=1)


def _start(story: Story) -> Floats:
    rows = np.zeros((2 * len(story.roles), len(story.keys)))
    for number, role in enumerate(story.roles):
        for odd, when in enumerate(("new", "known")):
            starts = story.truth["start"].get(f"{when}_{role}", story.truth["start"].get(when, {}))
            for key, share in starts.items():
                rows[2 * number + odd, story.keys.index(key)] = share
    return np.cumsum(rows, axis=1)


def _measures(story: Story) -> Floats:
    found = np.zeros((len(story.keys), MEASURES_EACH, len(MEASURE)))
    found[:, :, 0] = -1.0
    for t, spot in enumerate(story.spots):
        for m, one in enumerate(spot["truth"].get("measures", ())):
            law = float(LAWS.index(one["law"]))
            known = {"after": one["a"], "b": 0.0, "seasonal": False, **one, "law": law}
            found[t, m] = [float(known[name]) for name in MEASURE]
    return found


def _scale(story: Story) -> Floats:
    rows = []
    for one in (BUILT_IN[key] for key in story.instruments):
        shift = EFFORT_SHIFT if one.family == "ces" else 0.0
        twin = float(f"expected_{one.key}" in BUILT_IN)
        rows.append((one.slope, one.intercept, one.low, one.high, shift, twin))
    return np.array(rows, np.float64)


def _usual_effect(one: dict[str, Any], level: float, random: np.random.Generator) -> float:
    """What a measure adds to the experience on average, at a level of it."""
    many, spread = 20_000, one.get("b", 0.0)
    if one["law"] == "lognormal":
        found = level * np.exp(spread * random.standard_normal(many))
    elif one["law"] == "poisson":
        found = random.poisson(level, many).astype(np.float64)
    else:
        late = 1.0 + np.floor(random.exponential(spread, many))
        found = np.where(random.random(many) < level, late, 0.0)
    return float(one["beta"] * (np.clip(found, 0.0, one["cap"]) - one["centre"]).mean())


def _norm(truth: dict[str, Any], months: float) -> float:
    """The level customers know of a touchpoint: its mean over the calendar, measures included."""
    change = truth.get("change", {})
    after = max(0.0, 1.0 - change.get("month", months) / months)
    random = np.random.default_rng(0)
    level = truth.get("theta", 7.0) + after * change.get("theta", 0.0)
    for one in truth.get("measures", ()):
        level += (1.0 - after) * _usual_effect(one, one["a"], random)
        level += after * _usual_effect(one, one.get("after", one["a"]), random)
    return float(level)


def _real(story: Story, months: float) -> Floats:
    usual = {"theta": 7.0, "wait_h": 1.0, "text": 0.3}
    rows = []
    for spot in story.spots:
        truth = spot["truth"]
        known = {**usual, **truth, "kappa": _kappa(spot)}
        known["theta_step"] = truth.get("change", {}).get("theta", 0.0)
        known["norm"] = _norm(truth, months)
        rows.append([float(known.get(name, 0.0)) for name in SPOT_REAL])
    return np.array(rows)


def _whole(story: Story, start: date) -> Ints:
    rows = []
    for spot in story.spots:
        truth = spot["truth"]
        kind = truth.get("kind", "interaction")
        asks = [story.instruments.index(ask) for ask in truth.get("asks", ())]
        asks += [-1] * (ASKS_EACH - len(asks))
        change = months_after(start, truth.get("change", {}).get("month", NEVER))
        rows.append(
            (
                KINDS.index(kind),
                story.goals.index(truth.get("goal", story.goals[0])),
                _place(spot, story.pages),
                truth.get("actors", 0),
                spot.get("contact") == "indirect",
                kind in IDENTIFYING,
                *asks,
                microseconds(change),
            )
        )
    return np.array(rows, np.int64)


def _people(story: Story) -> dict[str, Any]:
    truth = story.truth
    per_country = [truth["places"].get(country, {}) for country in truth["countries"]]
    counts = [len(stores) for stores in per_country]
    firsts = [sum(counts[:c]) for c in range(len(counts))]
    segments = truth["segments"].values()
    columns = (
        _cumulative(one["share"] for one in segments),
        [one["expects"] for one in segments],
        [one["spends"] for one in segments],
    )
    return {
        "countries": _cumulative(one["share"] for one in truth["countries"].values()),
        "stores": np.array(list(zip(firsts, counts, strict=True)), np.int64),
        "store_effect": np.array(
            [effect for stores in per_country for effect in stores.values()], np.float64
        ),
        "segments": np.column_stack(columns).astype(np.float64),
    }


def _numbers(story: Story, real: Floats) -> Floats:
    direct = [
        norm
        for spot, norm in zip(story.spots, real[:, SPOT_REAL.index("norm")], strict=True)
        if spot.get("contact") != "indirect" and "theta" in spot["truth"]
    ]
    known = {**DYNAMICS, "theta_bar": float(np.mean(direct)), **story.truth}
    return np.array([float(known[name]) for name in NUMBERS])


def truth_of(story: Story, start: date, end: date) -> Truth:
    """The story's numbers as arrays, on a calendar from `start` to `end` (both midnight UTC)."""
    keys = story.keys
    days = (end - start).days + 400
    monthly = story.truth["season"]
    season = np.array([monthly[(start + timedelta(days=d)).month - 1] for d in range(days)])
    closing = story.truth.get("closes_at", "")
    special = [keys.index(key) if key in keys else -1 for key in (*SPECIAL, closing)]
    real = _real(story, (end - start).days / 30.4375)
    return Truth(
        **_people(story),
        real=real,
        whole=_whole(story, start),
        measure=_measures(story),
        scale=_scale(story),
        chain=_chain(story),
        start=_start(story),
        season=season,
        special=np.array(special, np.int64),
        numbers=_numbers(story, real),
        when=np.array([microseconds(start), microseconds(end)], np.int64),
    )
