"""Floor 3, what is kept: the signals (the truth) and the derived tables (rebuildable).

`SignalStore` keeps signals, faults and links as Parquet segments under checksummed
manifests; `DerivedStore` publishes the tables of an analysis, a generation at a time.
"""

from vivencia.store.derived import Building, Built, DerivedStore, Generation
from vivencia.store.log import Appended
from vivencia.store.signals import SignalStore, Snapshot

__all__ = ["Appended", "Building", "Built", "DerivedStore", "Generation", "SignalStore", "Snapshot"]
