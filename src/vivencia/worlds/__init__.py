"""Worlds: made-up companies whose truth is known, for the demo, the tests and the benchmarks."""

from vivencia.words.shapes.signals import LINKS, SIGNALS
from vivencia.worlds.world import World, retail, software

READS = ()
WRITES = (SIGNALS, LINKS)

__all__ = ["READS", "WRITES", "World", "retail", "software"]
