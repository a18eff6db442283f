"""A company's folder, as everything that works in it needs it; `workspace` says what can be done there."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from vivencia.house.clock import Clock, system_clock
from vivencia.house.settings import Settings
from vivencia.store import SignalStore
from vivencia.words.catalogue import Catalogue


@dataclass(frozen=True)
class Folder:
    """Where one company's folder is, what the company says of itself, how to work, and its signals."""

    path: Path
    catalogue: Catalogue
    settings: Settings
    clock: Clock = system_clock

    @cached_property
    def store(self) -> SignalStore:
        """The signal store of this folder."""
        return SignalStore(self.path / "signals", clock=self.clock)
