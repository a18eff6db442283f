"""Companies whose weights are known, as moments; for the tests of this room."""

import numpy as np
import pyarrow as pa


def catalogue(p, stages=None, forms=None):
    """Touchpoints t00, t01 … in the given stages."""
    return pa.table(
        {
            "touchpoint": [f"t{j:02d}" for j in range(p)],
            "stage": stages or ["use"] * p,
            "form": pa.array(forms or [None] * p, pa.string()),
        }
    )


def moments(weights, *, customers=2000, seed=0, touch=None, unrated=0.0, halo=0.3, noise=1.0, asked=True):
    """Each customer meets each touchpoint with its chance, then is asked about the company.

    overall = 7 + Σ touched · weight · (lived − 7) + noise; lived has mean 7, sd 1.5, correlation `halo`.
    """
    rng = np.random.default_rng(seed)
    weights = np.asarray(weights, dtype=float)
    p = len(weights)
    lived = 7 + 1.5 * (
        np.sqrt(halo) * rng.normal(size=(customers, 1)) + np.sqrt(1 - halo) * rng.normal(size=(customers, p))
    )
    touched = rng.random((customers, p)) < (np.linspace(0.9, 0.3, p) if touch is None else touch)
    rated = touched & (rng.random((customers, p)) >= unrated)
    overall = 7 + (touched * weights * (lived - 7)).sum(axis=1) + noise * rng.normal(size=customers)
    who, where = np.nonzero(touched)
    rows = pa.table(
        {
            "who": np.concatenate([who, np.arange(customers)]),
            "step": np.concatenate([where, np.full(customers, p)]),
            "touchpoint": [f"t{j:02d}" for j in where] + ["survey"] * customers,
            "role": ["direct"] * len(who) + ["survey"] * customers,
            "rated": np.concatenate([rated[who, where], np.zeros(customers, dtype=bool)]),
            "experience": np.concatenate([lived[who, where], np.zeros(customers)]),
            "overall": pa.array(
                [None] * len(who) + (overall.tolist() if asked else [None] * customers), pa.float64()
            ),
            "perception": np.concatenate([np.full(len(who), 7.0), overall]),
        }
    ).sort_by([("who", "ascending"), ("step", "ascending")])
    names = pa.array([f"c{i:06d}" for i in rows["who"].to_pylist()])
    return rows.drop_columns(["who", "step"]).add_column(0, "customer", names)


def run_fold(fold, tables, **side):
    """The fold over tables of whole customers, each added apart and merged: as engines do."""
    state = fold.start(side)
    for table in tables:
        state = fold.merge(state, fold.add(fold.start(side), table, side))
    return fold.finish(state, side)
