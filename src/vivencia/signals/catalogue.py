"""What does the company say of itself? vivencia.toml as a checked catalogue, and as tables."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from typing import Any, TypeVar, get_args
from zoneinfo import available_timezones

import pyarrow as pa

from vivencia.signals.arrow import table_of
from vivencia.signals.designs import designs_table, read_designs
from vivencia.signals.reading import Mistakes, Reader
from vivencia.words.catalogue import (
    DEFAULT_STAGES,
    Accounts,
    Catalogue,
    Company,
    Department,
    Names,
    Operator,
    OwnAspect,
    Promise,
    Stage,
    Touchpoint,
)
from vivencia.words.errors import SettingsError
from vivencia.words.instruments import BUILT_IN, Family, Instrument, Target
from vivencia.words.shapes.journeys import OUTCOMES, START
from vivencia.words.shapes.signals import INSTRUMENTS, PROMISES, TOUCHPOINTS

#: What a touchpoint is; the direct ones, then the indirect ones.
DIRECT_FORMS = ("purchase", "use", "service")
INDIRECT_FORMS = ("word_of_mouth", "review", "press", "advertising")

#: Tables of vivencia.toml that other rooms read.
BESIDE = ("settings",)

_Found = TypeVar("_Found")

_KEY = re.compile(r"[^\s|>](?:[^|>\t\r\n]*[^\s|>])?")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_PROMISE = re.compile(r"\s*([A-Za-z_][A-Za-z0-9_]*)\s*(<=|>=|<|>)\s*(-?\d+(?:\.\d+)?)\s*")
_KEY_RULE = "a text on one line, without | and >, and not " + ", ".join((START, *OUTCOMES))


def parse_catalogue(data: Mapping[str, Any], *, beside: Collection[str] = BESIDE) -> Catalogue:
    """The catalogue that a parsed vivencia.toml declares.

    `beside` names the top-level tables that somebody else reads. Raises SettingsError
    with every mistake in one message: its path, what was found, what is allowed.
    """
    mistakes = Mistakes()
    reader = Reader(data, "", mistakes)
    company = _company(reader.table("company"))
    stages = _stages(reader)
    departments = _departments(reader)
    instruments = _instruments(reader)
    touchpoints = tuple(
        _touchpoint(one, {stage.key for stage in stages}, {one.key for one in departments})
        for one in reader.tables("touchpoints")
    )
    _unique("touchpoints", (one.key for one in touchpoints), mistakes)
    journeys = read_designs(reader, {one.key for one in touchpoints}, _key, _names)
    _unique("journeys", (one.key for one in journeys), mistakes)
    aspects = tuple(_aspect(one) for one in reader.tables("aspects"))
    _unique("aspects", (one.key for one in aspects), mistakes)
    accounts = _accounts(reader.table("accounts"), instruments)
    reader.done(beside)
    if mistakes:
        raise SettingsError(str(mistakes), hint="Mend vivencia.toml; every mistake is listed.")
    return Catalogue(company, stages, departments, touchpoints, instruments, journeys, aspects, accounts)


def catalogue_tables(catalogue: Catalogue) -> dict[str, pa.Table]:
    """The catalogue as the tables `touchpoints`, `promises`, `instruments` and `designs`."""
    order = {stage.key: number for number, stage in enumerate(catalogue.stages)}
    touchpoints = [
        {
            **{
                name: value for name, value in asdict(one).items() if name not in ("key", "names", "promises")
            },
            "touchpoint": one.key,
            "stage_order": order[one.stage],
            "catalogued": True,
        }
        for one in sorted(catalogue.touchpoints, key=lambda one: one.key)
    ]
    promises = [
        {"touchpoint": one.key, **asdict(promise)}
        for one in sorted(catalogue.touchpoints, key=lambda one: one.key)
        for promise in sorted(one.promises, key=lambda promise: promise.measure)
    ]
    instruments = [
        {
            "instrument": one.key,
            "slope": one.slope,
            "intercept": one.intercept,
            **{name: getattr(one, name) for name in ("family", "target", "low", "high", "noise")},
        }
        for _, one in sorted(catalogue.instruments.items())
    ]
    return {
        "touchpoints": table_of(TOUCHPOINTS, touchpoints),
        "promises": table_of(PROMISES, promises),
        "instruments": table_of(INSTRUMENTS, instruments),
        "designs": designs_table(catalogue.journeys),
    }


def _company(reader: Reader) -> Company:
    default = Company("company")
    found = Company(
        key=_key(reader, default.key),
        names=_names(reader),
        offering=reader.one_of("offering", ("product", "service", "mixed"), default.offering),
        serves=reader.one_of("serves", ("b2c", "b2b", "both"), default.serves),
        languages=_languages(reader, default.languages),
        currency=_currency(reader, default.currency),
        zone=_zone(reader),
        competitors=reader.texts("competitors"),
        anonymity=int(reader.number("anonymity", default.anonymity, low=1, whole=True)),
        episode_gap_minutes=reader.number("episode_gap_minutes", default.episode_gap_minutes, low=0),
        journey_gap_days=reader.number("journey_gap_days", default.journey_gap_days, low=1 / 24),
        anchors=reader.texts("anchors"),
    )
    reader.done()
    return found


def _accounts(reader: Reader, instruments: Mapping[str, Instrument]) -> Accounts:
    found = Accounts(reader.texts("key_roles"), reader.text("decides"), reader.text("reassurance"))
    if found.reassurance is not None and found.reassurance not in instruments:
        reader.note("reassurance", "the key of an instrument")
    reader.done()
    return found


def _languages(reader: Reader, default: tuple[str, ...]) -> tuple[str, ...]:
    found = reader.texts("languages", default)
    if not found or not all(_LANGUAGE.fullmatch(one) for one in found):
        reader.note("languages", 'a list of language tags, such as ["pt", "es"]')
        return default
    return found


def _currency(reader: Reader, default: str) -> str:
    found = reader.text("currency", default) or default
    if not re.fullmatch(r"[A-Z]{3}", found):
        reader.note("currency", "an ISO 4217 code, such as EUR")
        return default
    return found


def _zone(reader: Reader) -> str:
    found = reader.raw("zone", "")
    if found != "" and found not in available_timezones():
        reader.note("zone", "an IANA time zone, such as Europe/Lisbon")
        return ""
    return str(found)


def _stages(reader: Reader) -> tuple[Stage, ...]:
    found = tuple(_closed(one, Stage(_key(one), _names(one))) for one in reader.tables("stages"))
    _unique("stages", (one.key for one in found), reader.mistakes)
    return found or tuple(Stage(key) for key in DEFAULT_STAGES)


def _departments(reader: Reader) -> tuple[Department, ...]:
    found = tuple(_closed(one, Department(_key(one), _names(one))) for one in reader.tables("departments"))
    _unique("departments", (one.key for one in found), reader.mistakes)
    return found


def _instruments(reader: Reader) -> dict[str, Instrument]:
    found = [_instrument(one) for one in reader.tables("instruments")]
    _unique("instruments", (one.key for one in found), reader.mistakes)
    return {**BUILT_IN, **{one.key: one for one in found}}


def _instrument(reader: Reader) -> Instrument:
    found = Instrument(
        key=_key(reader),
        family=reader.one_of("family", get_args(Family), "own"),
        target=reader.one_of("target", get_args(Target), "experience", required=True),
        low=reader.number("low", 0.0),
        high=reader.number("high", 10.0),
        good=reader.one_of("good", ("high", "low"), "high"),
        whole=reader.flag("whole", True),
        noise=reader.number("noise", 0.0, low=0.0),
    )
    if found.high <= found.low:
        reader.note("high", f"a number above low ({found.low:g})")
        found = Instrument(found.key, found.family, found.target, 0.0, 10.0)
    return _closed(reader, found)


def _aspect(reader: Reader) -> OwnAspect:
    found = OwnAspect(_key(reader), _names(reader), reader.texts("examples"), reader.texts("words"))
    if not found.examples and not found.words:
        reader.note("examples", "a few sentences that speak of it, or words")
    if not all(one.strip() for one in (*found.examples, *found.words)):
        reader.note("examples", "texts that are not blank")
    return _closed(reader, found)


def _touchpoint(reader: Reader, stages: set[str], departments: set[str]) -> Touchpoint:
    contact = reader.one_of("contact", ("direct", "indirect"), "direct")
    forms = DIRECT_FORMS if contact == "direct" else INDIRECT_FORMS
    return _closed(
        reader,
        Touchpoint(
            key=_key(reader),
            stage=reader.one_of("stage", sorted(stages), "use", required=True),
            channel=reader.text("channel"),
            environment=reader.one_of("environment", ("online", "offline"), None),
            contact=contact,
            form=reader.one_of("form", forms, None),
            starts=reader.one_of("starts", ("customer", "company", "third_party"), None),
            party=reader.one_of("party", ("company", "third_party"), "company"),
            department=_department(reader, departments),
            complaint=reader.flag("complaint", False),
            names=_names(reader),
            promises=_promises(reader),
        ),
    )


def _department(reader: Reader, departments: set[str]) -> str | None:
    return reader.one_of("department", sorted(departments), None) if reader.has("department") else None


def _promises(reader: Reader) -> tuple[Promise, ...]:
    found: dict[str, Promise] = {}
    for said in reader.texts("promises"):
        parts = _PROMISE.fullmatch(said)
        if parts is None:
            reader.mistakes.note(
                reader.at("promises"), said, f"measure, {' '.join(get_args(Operator))}, number: wait_s <= 120"
            )
        elif parts[1] in found:
            reader.mistakes.note(reader.at("promises"), said, f"one promise a measure; {parts[1]} has one")
        else:
            found[parts[1]] = Promise(parts[1], parts[2], float(parts[3]))  # type: ignore[arg-type]
    return tuple(found.values())


def _names(reader: Reader) -> Names:
    found = reader.raw("names", {})
    fits = isinstance(found, Mapping) and all(
        isinstance(word, str) and word.strip() and _LANGUAGE.fullmatch(language)
        for language, word in found.items()
    )
    if not fits:
        reader.note("names", '{ language = "text" }, such as { pt = "Entrega", en = "Delivery" }')
        return {}
    return dict(found)


def _key(reader: Reader, default: str | None = None) -> str:
    found = reader.raw("key", default)
    if not isinstance(found, str) or not _KEY.fullmatch(found) or found in (START, *OUTCOMES):
        reader.note("key", _KEY_RULE)
        return default or ""
    return found


def _closed(reader: Reader, found: _Found) -> _Found:
    reader.done()
    return found


def _unique(path: str, keys: Iterable[str], mistakes: Mistakes) -> None:
    seen: set[str] = set()
    for key in keys:
        if key and key in seen:
            mistakes.note(path, key, "each key once")
        seen.add(key)
