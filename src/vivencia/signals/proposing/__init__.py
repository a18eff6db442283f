"""Write a first mapping by looking at a file."""

from vivencia.signals.proposing.propose import propose

__all__ = ["propose"]
