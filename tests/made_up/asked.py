"""Answers to Kano's pairs, one customer a pair: counts of the six classes by touchpoint."""

import numpy as np
import pyarrow as pa

from vivencia.measure.kano import totals
from vivencia.weights.kano import Finish

#: Attractive, one-dimensional, must-be, indifferent, reverse, questionable.
COUNTS = {
    "checkout": (6, 60, 24, 8, 1, 1),
    "delivery": (4, 14, 70, 10, 1, 1),
    "returns": (0, 1, 2, 0, 0, 0),
    "shop_visit": (52, 10, 6, 30, 2, 0),
    "till": (20, 22, 18, 20, 0, 0),
}


def kano(counts: dict[str, tuple[int, ...]] = COUNTS, anonymity: int = 5) -> pa.Table:
    found = {key: totals(np.repeat(np.eye(6), many, axis=0)) for key, many in counts.items()}
    return Finish(anonymity)(found, {})
