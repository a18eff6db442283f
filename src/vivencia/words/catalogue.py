"""The catalogue: what a company says of itself in vivencia.toml, as value objects."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from vivencia.words.instruments import BUILT_IN, Instrument

#: Users' own words: {language: text}.
Names = Mapping[str, str]

LANGUAGES = ("pt", "es", "it", "en")
DEFAULT_STAGES = ("awareness", "consideration", "purchase", "delivery", "use", "support", "loyalty")
Operator = Literal["<=", "<", ">=", ">"]
UNCATALOGUED_STAGE = "use"


@dataclass(frozen=True, slots=True)
class Promise:
    """An objective threshold on a measure, such as `wait_s <= 120`."""

    measure: str
    operator: Operator
    threshold: float


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of the journey, with its names."""

    key: str
    names: Names = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Department:
    """A department of the company, with its names."""

    key: str
    names: Names = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Touchpoint:
    """A kind of contact.

    `contact` is direct or indirect; `form` says what it is (purchase, use, service, or
    word_of_mouth, review, press, advertising); `starts` who begins it; `party` with
    whom it is; `department` owns it; `complaint` says that a contact here is a complaint.
    """

    key: str
    stage: str
    channel: str | None = None
    environment: Literal["online", "offline"] | None = None
    contact: Literal["direct", "indirect"] = "direct"
    form: str | None = None
    starts: Literal["customer", "company", "third_party"] | None = None
    party: Literal["company", "third_party"] = "company"
    department: str | None = None
    complaint: bool = False
    names: Names = field(default_factory=dict)
    promises: tuple[Promise, ...] = ()


@dataclass(frozen=True, slots=True)
class DesignedStep:
    """One step of a designed way: any one of `touchpoints`.

    An `optional` step may be left out, a repeated one (`repeats`) taken several times in a row.
    """

    touchpoints: tuple[str, ...]
    optional: bool = False
    repeats: bool = False


@dataclass(frozen=True, slots=True)
class DesignedJourney:
    """The way the company means customers to walk.

    `goal` is the goal of the journeys it was designed for; None: of any journey.
    """

    key: str
    steps: tuple[DesignedStep, ...]
    goal: str | None = None
    names: Names = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OwnAspect:
    """Something a company's customers speak of that the twelve aspects lack.

    `examples` are sentences in any language that speak of it; `words` find it by themselves.
    """

    key: str
    names: Names = field(default_factory=dict)
    examples: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Company:
    """Who runs this installation.

    `anonymity` is the smallest n an estimate may stand on; `journey_gap_days` the
    silence after which a journey has ended, `episode_gap_minutes` that after which contacts no
    longer count as one episode (0: each counts alone); `anchors` the instruments of questions
    whose true answer is the same in every country; `zone` the IANA time zone of dates
    without one (empty: such dates are faults unless the mapping names a zone).
    """

    key: str
    names: Names = field(default_factory=dict)
    offering: Literal["product", "service", "mixed"] = "mixed"
    serves: Literal["b2c", "b2b", "both"] = "b2c"
    languages: tuple[str, ...] = ("en",)
    currency: str = "EUR"
    zone: str = ""
    competitors: tuple[str, ...] = ()
    anonymity: int = 5
    journey_gap_days: float = 30.0
    episode_gap_minutes: float = 30.0
    anchors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Accounts:
    """How a company that sells to organisations judges them.

    `key_roles` are the roles an account should be heard through, `decides` the one that
    decides; `reassurance` the instrument of the question whether that person feels safe.
    """

    key_roles: tuple[str, ...] = ()
    decides: str | None = None
    reassurance: str | None = None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything vivencia.toml says, checked; keys are unique and every reference resolves."""

    company: Company
    stages: tuple[Stage, ...] = tuple(Stage(key) for key in DEFAULT_STAGES)
    departments: tuple[Department, ...] = ()
    touchpoints: tuple[Touchpoint, ...] = ()
    instruments: Mapping[str, Instrument] = field(default_factory=lambda: dict(BUILT_IN))
    journeys: tuple[DesignedJourney, ...] = ()
    aspects: tuple[OwnAspect, ...] = ()
    accounts: Accounts = Accounts()

    def touchpoint(self, key: str) -> Touchpoint | None:
        """The touchpoint of that key, or None when it is not catalogued."""
        return next((one for one in self.touchpoints if one.key == key), None)


def named(names: Names, language: str, default: str = "") -> str:
    """The users' own word in a language, with the fallback order.

    pt-PT → pt → the other pt variants → English → any → `default`.

    >>> named({"pt": "Entrega", "en": "Delivery"}, "pt-PT")
    'Entrega'
    >>> named({"es": "Entrega"}, "it")
    'Entrega'
    """
    base = language.split("-")[0]
    siblings = sorted(key for key in names if key.split("-")[0] == base)
    for key in (language, base, *siblings, "en", *sorted(names)):
        if names.get(key):
            return names[key]
    return default
