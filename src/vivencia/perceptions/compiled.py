"""Numba where it is installed; the same functions, uncompiled, where it is not."""

from collections.abc import Callable
from typing import Any

_njit: Any
try:
    from numba import njit as _njit
except ImportError:  # the NumPy batch form takes over, see vivencia.perceptions.filter
    _njit = None

#: Whether loops over events may run as compiled code.
COMPILED: bool = _njit is not None


def compiled(function: Callable[..., Any]) -> Any:
    """The function compiled by numba (on first use, kept on disk), or itself without numba.

    Division follows NumPy (no exception) and no reordering of sums is allowed, so the
    numbers are the same in every run and on every engine.
    """
    if _njit is None:
        return function
    return _njit(cache=True, error_model="numpy", nogil=True)(function)
