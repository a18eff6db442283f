"""Words of new signals, read at once as the next analysis reads them.

The same plan reads them, with the company's head of the last analysis and as deep as it read.
What was read is kept until an analysis takes it over: the texts that are read together move the
last digits of a reading, and a perception told once is to stay. Where the next analysis will read
deeper or less deep, since the texts have grown by half a doubling, words wait for it.
"""

from collections.abc import Mapping
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from vivencia.engines.embedded import EmbeddedEngine
from vivencia.house import analysing
from vivencia.house.company_way import reading_plan
from vivencia.house.corrections import read_corrections
from vivencia.house.folder import Folder
from vivencia.house.lately import READ, as_tables, bodies, kept_readings, keys_of, known_of
from vivencia.plans.arrow import schema_of
from vivencia.signals import catalogue_tables, people_plan
from vivencia.understanding.budget import embedded_share
from vivencia.words.errors import InputError
from vivencia.words.shapes.signals import LINKS, SIGNALS
from vivencia.words.shapes.understanding import (
    ASPECT_MEMORY,
    ASPECT_MODEL,
    BEFORE,
    CORRECTIONS,
    READINGS,
    TEXT_MODEL,
)


class Heard(NamedTuple):
    """Readings of signals whose words stand alone; `waiting` says that some wait for the next analysis."""

    readings: pa.Table
    waiting: bool = False


#: What a reading depends on that was learned from the company.
_LEARNED = (TEXT_MODEL.name, ASPECT_MODEL.name, ASPECT_MEMORY.name)


def hear(place: Folder, signals: pa.Table) -> Heard | None:
    """What the words of these signals say where no rating stands beside them; None where there are none.

    Raises NotAnalysed.
    """
    alone = _alone(signals)
    if alone.num_rows == 0:
        return None
    with analysing.reading(place) as engine:
        if not {*_LEARNED, *READ} <= set(engine.names):
            return Heard(schema_of(READINGS).empty_table(), waiting=True)
        known = known_of(engine, READINGS.name, alone.select(["source", "id"]))
        known = known.select(list(READINGS.names)).cast(schema_of(READINGS))
        learned = {name: engine.table(name) for name in _LEARNED}
        many = engine.rows(READINGS.name)
    before = set(keys_of(known))
    new = alone.filter(pa.array([key not in before for key in keys_of(alone)], pa.bool_()))
    if new.num_rows == 0:
        return Heard(known)
    kept = kept_readings(place)
    if embedded_share(many) != embedded_share(many + kept.count() + new.num_rows):
        return Heard(known, waiting=True)
    try:
        corrections = read_corrections(place.path)
    except InputError:  # the next analysis says what is wrong with the file
        return Heard(known, waiting=True)
    return Heard(
        pa.concat_tables([known, _read(place, new, {CORRECTIONS.name: corrections, **learned}, many)])
    )


def _alone(signals: pa.Table) -> pa.Table:
    """The signals with words and without any rating."""
    told = signals.filter(pc.greater(pc.fill_null(pc.utf8_length(signals["text"]), 0), 0))
    return told.filter(pa.array([not ratings for ratings in told["ratings"].to_pylist()], pa.bool_()))


def _read(place: Folder, signals: pa.Table, side: Mapping[str, pa.Table], many: int) -> pa.Table:
    """The readings of new signals, kept for the next analysis; what was read already stays as it was."""
    kept = kept_readings(place)
    with EmbeddedEngine() as engine:
        for name, table in {**catalogue_tables(place.catalogue), **side}.items():
            engine.give(name, table)
        engine.give(LINKS.name, place.store.links())
        engine.give(SIGNALS.name, signals)
        for name, table in as_tables(kept.of(keys_of(signals))).items():
            engine.give(BEFORE[name].name, table)
        engine.run(people_plan())
        tier = place.settings.understanding_tier
        # A workspace whose first texts these are reads them as a few are read.
        engine.run(reading_plan(place.catalogue, tier=tier, among=max(many, 1)))
        found = {name: engine.table(name).cast(schema_of(shape)) for name, shape in READ.items()}
    kept.keep(bodies(found))
    return found[READINGS.name]
