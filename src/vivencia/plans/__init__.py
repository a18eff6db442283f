"""Floor 2, how an analysis is said: plans of steps, maps and folds; the named-.sql reader."""

from vivencia.plans.plan import Engine, Fold, Lookup, Map, Plan, Ran, Step
from vivencia.plans.sql import read_queries

__all__ = ["Engine", "Fold", "Lookup", "Map", "Plan", "Ran", "Step", "read_queries"]
