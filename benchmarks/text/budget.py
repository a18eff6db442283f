"""What it costs in quality to embed only the texts that rules are least sure of, as `auto` does with many."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.text.sentiment import judged
from benchmarks.text.sets import TextSet, sets
from benchmarks.text.tables import table
from vivencia.understanding.pipeline import DEFAULT, Reader, judge

#: Shares of the texts that are embedded: all, as with four times the budget, sixteen times, none.
SHARES = (1.0, 0.25, 0.0625, 0.0)


def budget_lines(folder: Path | None) -> Iterator[str]:
    """F1 of negative against positive of every set by the share that is embedded, and the means."""
    found = {one.name: [_f1(one, share) for share in SHARES] for one in sets(folder)}
    rows = [[name, *(f"{value:.3f}" for value in values)] for name, values in found.items()]
    means = np.mean(list(found.values()), axis=0)
    rows.append(["mean", *(f"{value:.3f}" for value in means)])
    yield from table(["set", *(f"{share:g} embedded" for share in SHARES)], rows)


def _f1(one: TextSet, share: float) -> float:
    languages = [one.language] * len(one.texts)
    negative, neutral, _, positive = judge(
        one.texts, languages, reader=Reader(DEFAULT, share=share)
    ).probabilities.T
    odds = np.log((positive + 1e-9) / (negative + 1e-9))
    return judged(one.name, DEFAULT, one.truth, odds, neutral).two
