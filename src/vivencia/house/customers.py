"""One person's own record: why they stand where they stand, from the results of the last analysis."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa

from vivencia.engines.embedded import EmbeddedEngine
from vivencia.house import analysing
from vivencia.house.context import read_context
from vivencia.house.folder import Folder
from vivencia.measure.normal import Z95
from vivencia.perceptions.context import with_context
from vivencia.perceptions.person import Level, Why, why
from vivencia.perceptions.table import from_table
from vivencia.plans import Plan, Step, read_queries
from vivencia.signals import catalogue_tables
from vivencia.words.errors import InputError

__all__ = ["PERSONAL", "Why", "as_dict", "explain_customer"]

#: What the record of one person is: theirs, and of who serves them; never part of a report.
PERSONAL = "personal"


def explain_customer(place: Folder, key: str, at: datetime | None = None) -> Why:
    """Why this customer stands where they stand at `at` (None: the time of the newest event of anybody).

    A key that was linked is followed to its person. Raises InputError for a key nobody has
    or a date before anything is known, NotAnalysed.
    """
    with analysing.reading(place) as engine:
        found = events_of(engine, key)
        if found.num_rows == 0:
            raise InputError(f"There is no customer {key}.", hint="keys are those of the table states")
        parameters = from_table(engine.table("parameters"), catalogue_tables(place.catalogue)["instruments"])
        newest: datetime = engine.table("newest").column("at")[0].as_py()
    around = read_context(place.path, place.catalogue)
    return why(with_context(found, around, parameters.context), parameters, newest if at is None else at)


def events_of(engine: EmbeddedEngine, key: str) -> pa.Table:
    """Every event of the person behind a key; `engine` then has the table `newest` too."""
    sql = read_queries("vivencia.house", "customers.sql")
    steps = (
        Step("person", sql["person"], reads=("people",)),
        Step("person_events", sql["person_events"], reads=("events", "person")),
        Step("newest", sql["newest"], reads=("states",)),
    )
    engine.run(Plan("customer", steps, gives=("person_events", "newest"), values={"customer": key}))
    return engine.table("person_events")


def events_of_all(engine: EmbeddedEngine, persons: Sequence[str]) -> pa.Table:
    """Every event of several persons."""
    engine.give("asked", pa.table({"customer": pa.array(persons, pa.string())}))
    sql = read_queries("vivencia.house", "customers.sql")
    step = Step("events_of_all", sql["events_of_all"], reads=("events", "asked"))
    engine.run(Plan("events_of_all", (step,), gives=("events_of_all",)))
    return engine.table("events_of_all")


def person_of(engine: EmbeddedEngine, key: str) -> str:
    """The person a key stands for: itself, unless it was linked."""
    sql = read_queries("vivencia.house", "customers.sql")
    step = Step("person", sql["person"], reads=("people",))
    engine.run(Plan("person", (step,), gives=("person",), values={"customer": key}))
    found: str = engine.table("person").column("person")[0].as_py()
    return found


def known_of(engine: EmbeddedEngine, keys: list[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of some events (source, id) that the last analysis knew."""
    text = pa.string()
    asked = {
        "source": pa.array([one[0] for one in keys], text),
        "id": pa.array([one[1] for one in keys], text),
    }
    engine.give("asked", pa.table(asked))
    sql = read_queries("vivencia.house", "customers.sql")
    step = Step("known", sql["known"], reads=("events", "asked"))
    engine.run(Plan("known", (step,), gives=("known",)))
    found = engine.table("known").to_pylist()
    return {(row["source"], row["id"]) for row in found}


def as_dict(found: Why) -> dict[str, Any]:
    """For `--json`: levels with their 95 % interval, the events in order of time."""
    return {
        "customer": found.customer,
        "at": found.at,
        "access": PERSONAL,
        "fitted": found.fitted,
        "half_life_days": found.tau * 0.6931471805599453,
        **{name: _level(getattr(found, name)) for name in ("perception", "expectation", "residual", "style")},
        "events": found.events.to_pylist(),
        "inferred": found.inferred,
    }


def _level(one: Level) -> dict[str, float]:
    return {"value": one.value, "low": one.value - Z95 * one.sd, "high": one.value + Z95 * one.sd}
