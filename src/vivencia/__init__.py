"""Vivencia: what customers expected, what they lived, and what to do about it."""

__version__ = "0.1.0"
