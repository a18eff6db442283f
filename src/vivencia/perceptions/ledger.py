"""Why a customer stands where they stand: every event with the weight it still has today.

D is a sum of faded parts, D(t) = Σ exp(−(t − t_k)/τ)·(jump_k + inferred_k): what the event
did, and what the customer's answer then told us. The rows add up to D exactly.
"""

from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa

from vivencia.perceptions.columns import microseconds, one_array
from vivencia.perceptions.kernel import DAY


def ledger(moments: Any, tau: float, at: datetime | None = None) -> Any:
    """The rows of one customer's `moments` up to `at` (None: the last event), with today's weight.

    Gives `at`, `source`, `id`, `touchpoint`, `role` as they are in `moments`, and in points:
    `expectation`, `experience`, `jump`, `inferred`, `weight` (0…1, what is left of a part
    today) and `remains` = weight · (jump + inferred). `remains` adds up to D at that time.
    """
    times = microseconds(one_array(moments, "at"))
    until = int(at.timestamp() * 1e6) if at is not None else int(times.max(initial=0))
    rows = np.flatnonzero(times <= until)
    known = moments.take(pa.array(rows))
    jump = np.nan_to_num(known.column("jump").to_numpy())
    inferred = known.column("inferred").to_numpy()
    weight = np.exp(-(until - times[rows]) / DAY / tau)
    kept = [
        name
        for name in ("at", "source", "id", "touchpoint", "role", "expectation", "experience")
        if name in known.column_names
    ]
    return pa.table(
        {name: known.column(name) for name in kept}
        | {
            "jump": pa.array(jump),
            "inferred": pa.array(inferred),
            "weight": pa.array(weight),
            "remains": pa.array(weight * (jump + inferred)),
        }
    )
