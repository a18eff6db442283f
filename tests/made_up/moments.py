"""Companies whose weights are known, as moments; for the tests of this room."""

from datetime import timedelta

import numpy as np
import pyarrow as pa

from made_up.small_tables import DAY, instruments

RATINGS = pa.map_(pa.string(), pa.float64())


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
    asking = len(who)
    rows = pa.table(
        {
            "who": np.concatenate([who, np.arange(customers)]),
            "step": np.concatenate([where, np.full(customers, p)]),
            "touchpoint": [f"t{j:02d}" for j in where] + ["survey"] * customers,
            "role": ["direct"] * asking + ["survey"] * customers,
            "kind": ["interaction"] * asking + ["survey"] * customers,
            "rated": np.concatenate([rated[who, where], np.zeros(customers, dtype=bool)]),
            "experience": np.concatenate([lived[who, where], np.zeros(customers)]),
            "disconfirmation": pa.array(
                [*np.where(rated, lived - 7, np.nan)[who, where], *[np.nan] * customers], from_pandas=True
            ),
            "overall": pa.array(
                [None] * asking + (overall.tolist() if asked else [None] * customers), pa.float64()
            ),
            "perception": np.concatenate([np.full(asking, 7.0), overall]),
        }
    ).sort_by([("who", "ascending"), ("step", "ascending")])
    names = pa.array([f"c{i:06d}" for i in rows["who"].to_pylist()])
    at = pa.array(
        [DAY + timedelta(minutes=step) for step in rows["step"].to_pylist()], pa.timestamp("us", "UTC")
    )
    ratings = pa.array([[("nps", v)] if v is not None else [] for v in rows["overall"].to_pylist()], RATINGS)
    rows = rows.drop_columns(["who", "step"]).add_column(0, "customer", names).add_column(1, "at", at)
    return rows.append_column("ratings", ratings)


def run_fold(fold, tables, **side):
    """The fold over tables of whole customers, each added apart and merged: as engines do."""
    side = {"instruments": instruments("nps", "csat_overall"), **side}
    state = fold.start(side)
    for table in tables:
        state = fold.merge(state, fold.add(fold.start(side), table, side))
    return fold.finish(state, side)
