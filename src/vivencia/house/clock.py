"""Time is handed in. The system clock is read here and nowhere else."""

from collections.abc import Callable
from datetime import UTC, datetime

#: Gives the present moment, in UTC.
Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The machine's present moment, in UTC."""
    return datetime.now(UTC)
