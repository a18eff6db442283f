"""The whole way of a world: its signals through every plan, in memory."""

from time import perf_counter
from typing import Any

import pyarrow as pa

from vivencia.actions import findings_plan, listening_plan, mirror_plan, pillars_plan
from vivencia.engines.embedded import EmbeddedEngine
from vivencia.journeys import effort_plan, journeys_plan
from vivencia.perceptions import perceptions_plan
from vivencia.signals import catalogue_tables, events_plan, parse_catalogue
from vivencia.weights import perception_weights_plan, progression_plan
from vivencia.worlds import World

PLANS = (
    events_plan,
    journeys_plan,
    effort_plan,
    perceptions_plan,
    perception_weights_plan,
    progression_plan,
    listening_plan,
    pillars_plan,
    mirror_plan,
    findings_plan,
)


def go(world: World, engine: EmbeddedEngine, plans: Any = PLANS, *, watch: Any = None) -> EmbeddedEngine:
    """Give the engine a world and run the plans in order."""
    for name, table in catalogue_tables(parse_catalogue(world.catalogue)).items():
        engine.give(name, table)
    engine.give("signals", pa.concat_tables(world.signals))
    engine.give("links", world.links)
    for plan in plans:
        begun = perf_counter()
        engine.run(plan(), watch=watch)
        if watch is not None:
            print(f"{plan.__name__}: {perf_counter() - begun:.2f} s")
    return engine
