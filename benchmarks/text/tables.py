"""Tables as they are printed, and the figures in their cells."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from vivencia.measure.rates import wilson

Truths = NDArray[np.bool_]
DRAWS = 400


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A Markdown table with its columns in line, which a terminal shows as well."""
    widths = [max(len(row[column]) for row in (heads, *rows)) for column in range(len(heads))]
    for row in (heads, ["-" * width for width in widths], *rows):
        yield "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
    yield ""


def share(cases: int, of: int) -> str:
    """A share with its interval (Wilson); empty of nothing."""
    if not of:
        return ""
    value, low, high = wilson(float(cases), float(of))
    return f"{value:.3f} [{low:.3f}, {high:.3f}]"


def f1(right: Truths, found: Truths) -> float:
    """F1 of what is true; 0 where nothing is."""
    return float(2 * (right & found).sum() / max(1, right.sum() + found.sum()))


def f1_cell(right: Truths, found: Truths) -> str:
    """F1 with its interval, by the bootstrap over texts."""
    chance = np.random.default_rng(1)
    draws = [f1(right[at], found[at]) for at in chance.integers(0, len(right), (DRAWS, len(right)))]
    low, high = np.quantile(draws, (0.025, 0.975))
    return f"{f1(right, found):.3f} [{low:.3f}, {high:.3f}]"
