"""Where customers were moved most, and where they would have been by their contacts alone.

A customer who had nine of ten contacts in one place would remember it nine times in ten if all
contacts were alike. So each customer gives every touchpoint its chance: the share of the
contacts there among the customer's contacts of the kind the strongest one is of (direct or
not, answered or not, since an answer says more of what was lived than its absence).
"""

from typing import Any

import numpy as np
import pyarrow as pa

from vivencia.perceptions.columns import Columns, numbered, one_array
from vivencia.perceptions.compiled import compiled
from vivencia.perceptions.filter import Filtered
from vivencia.words.shapes.bonds import PEAK_PARTS


def peak_parts(table: Any, columns: Columns, found: Filtered, peaks: Any) -> Any:
    """The `PEAK_PARTS` of these customers; `peaks` is the row that moved each most, −1 without one."""
    where, places = numbered(one_array(table, "touchpoint"))
    kind = 2 * columns.indirect.astype(np.int8) + np.isfinite(found.row("answer"))
    kind[~np.isfinite(found.row("jump"))] = -1
    sums = np.zeros((5, len(places)))
    _chances(columns.starts, where, kind, found.row("jump"), peaks, sums)
    seen = np.flatnonzero(sums[4])
    names = places.cast(pa.string()).take(pa.array(seen))
    return pa.table([names, *(pa.array(row[seen]) for row in sums)], names=list(PEAK_PARTS.names))


@compiled
def _chances(starts: Any, where: Any, kind: Any, jump: Any, peaks: Any, sums: Any) -> None:
    """Adds each customer to the sums of PEAK_PARTS, in its order."""
    times = np.zeros(sums.shape[1], dtype=np.int64)
    for c in range(starts.shape[0] - 1):
        best = peaks[c]
        if best < 0:
            continue
        sums[0, where[best]] += 1.0
        sums[1, where[best]] += 1.0 if jump[best] > 0.0 else 0.0
        like = 0
        for i in range(starts[c], starts[c + 1]):
            if kind[i] == kind[best]:
                times[where[i]] += 1
                like += 1
        for i in range(starts[c], starts[c + 1]):
            here = where[i]
            if kind[i] == kind[best] and times[here] > 0:
                chance = times[here] / like
                sums[2, here] += chance
                sums[3, here] += chance * (1.0 - chance)
                sums[4, here] += 1.0
                times[here] = 0
