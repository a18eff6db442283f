"""Many frozen values at once, from a column for each field: what `map(kind, …)` gives, in half the time."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import fields
from itertools import repeat
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from vivencia.understanding.reading import Span

One = TypeVar("One")


def values_of(kind: type[One], *columns: Sequence[Any]) -> list[One]:
    """A value of this frozen dataclass with slots for each row, a column for every field in order.

    A frozen dataclass sets its fields one call at a time; here each field is set for all values
    in one loop of the interpreter's own. Its `__init__` and `__post_init__` are passed over.
    Raises ValueError where a column is missing, or one too many, or not as long as the others.

    >>> values_of(Span, [0, 5], [4, 9]) == [Span(0, 4), Span(5, 9)]
    True
    """
    rows = len(columns[0])
    if any(len(column) != rows for column in columns):
        raise ValueError(f"columns of {kind.__name__} differ in length")
    made = list(map(object.__new__, repeat(kind, rows)))
    for one, column in zip(fields(kind), columns, strict=True):  # type: ignore[arg-type]
        deque(map(getattr(kind, one.name).__set__, made, column), maxlen=0)
    return made


def spans_of(start: NDArray[np.int64], end: NDArray[np.int64]) -> list[Span]:
    """The span [start, end) of each row; rows with the same one share it, as most of a batch's do.

    >>> spans_of(np.array([3, 0, 3]), np.array([5, 1, 5]))
    [Span(start=3, end=5), Span(start=0, end=1), Span(start=3, end=5)]
    """
    whole = int(end.max(initial=0)) + 1
    different, of = np.unique(start.astype(np.int64) * whole + end, return_inverse=True)
    starts, ends = np.divmod(different, whole)
    made = values_of(Span, starts.tolist(), ends.tolist())
    return list(map(made.__getitem__, of.tolist()))


def tuples_of(
    values: Iterable[One], first: NDArray[np.int64], last: NDArray[np.int64]
) -> list[tuple[One, ...]]:
    """The stretch [first, last) of the values for each row.

    >>> tuples_of("abc", np.array([0, 2]), np.array([2, 3]))
    [('a', 'b'), ('c',)]
    """
    whole = tuple(values)
    return [whole[a:b] for a, b in zip(first.tolist(), last.tolist(), strict=True)]
