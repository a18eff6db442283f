"""Journeys mined from a made-up company whose truth is known."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from vivencia import worlds
from vivencia.engines.embedded import EmbeddedEngine
from vivencia.journeys import journeys_plan
from vivencia.signals import catalogue_tables, events_plan, parse_catalogue
from vivencia.weights import progression_plan


def mined(world: Any) -> dict[str, pa.Table]:
    catalogue = parse_catalogue(world.catalogue)
    with EmbeddedEngine() as engine:
        for name, table in catalogue_tables(catalogue).items():
            engine.give(name, table)
        engine.give("signals", pa.concat_tables(list(world.signals)))
        engine.give("links", world.links)
        for plan in (
            events_plan(),
            journeys_plan(gap_days=catalogue.company.journey_gap_days),
            progression_plan(),
        ):
            engine.run(plan)
        return {name: engine.table(name) for name in ("transitions", "progression_weights", "goals")}


@pytest.mark.slow
@pytest.mark.parametrize(("make", "customers"), [(worlds.retail, 2500), (worlds.software, 2500)])
def test_the_weight_on_progression_finds_the_truth(make: Callable[..., Any], customers: int) -> None:
    world = make(customers=customers, seed=3)
    found = {row["touchpoint"]: row for row in mined(world)["progression_weights"].to_pylist()}
    truth = world.truth["progression"].to_pylist()
    names = [row["touchpoint"] for row in truth if found[row["touchpoint"]]["visits"] >= 50]
    assert len(names) >= 20
    true = {row["touchpoint"]: row for row in truth}
    for measure in ("continuation", "removal"):
        pairs = np.array([(found[name][measure], true[name][measure]) for name in names])
        ranks = pairs.argsort(axis=0).argsort(axis=0)
        assert np.corrcoef(ranks.T)[0, 1] >= 0.9
        inside = [
            found[name][f"{measure}_low"] <= true[name][measure] <= found[name][f"{measure}_high"]
            for name in names
        ]
        # Some 25 intervals of one world: far fewer than 95 % inside would be no accident.
        assert np.mean(inside) >= 0.8, (measure, np.mean(inside))
