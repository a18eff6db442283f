"""Journeys mined from events written in plain sight."""

from collections.abc import Callable
from typing import Any

import pytest

from made_up.asked_for import AskedFor
from made_up.events import events_of
from vivencia.journeys import journeys_plan


@pytest.fixture
def mine(engine: Any) -> Callable[..., Any]:
    """The journeys plan over events written in plain sight; gives an engine to ask for its tables."""

    def run(rows: list[dict[str, Any]], **parameters: Any) -> Any:
        asked = AskedFor(engine)
        asked.give("events", events_of(rows))
        asked.run(journeys_plan(**parameters))
        return asked

    return run
