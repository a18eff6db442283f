"""Journeys mined from events written in plain sight."""

from collections.abc import Callable
from typing import Any

import pytest

from made_up.events import events_of
from vivencia.journeys import journeys_plan


@pytest.fixture
def mine(engine: Any) -> Callable[..., Any]:
    """Run the journeys plan over events written in plain sight; gives the engine."""

    def run(rows: list[dict[str, Any]], **parameters: Any) -> Any:
        engine.give("events", events_of(rows))
        engine.run(journeys_plan(**parameters))
        return engine

    return run
