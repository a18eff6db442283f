"""Companies whose weights are known, as moments; for the tests of this room."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

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


def moments(
    weights, *, customers=2000, seed=0, touch=None, unrated=0.0, halo=0.3, noise=1.0, asked=True, there=0.0
):
    """Each customer meets each touchpoint with its chance, then is asked about the company.

    overall = 7 + Σ touched · (`there` + weight · (lived − 7)) + noise; lived has mean 7, sd 1.5,
    correlation `halo`; `there` is what having been there adds by itself.
    """
    rng = np.random.default_rng(seed)
    weights = np.asarray(weights, dtype=float)
    p = len(weights)
    lived = 7 + 1.5 * (
        np.sqrt(halo) * rng.normal(size=(customers, 1)) + np.sqrt(1 - halo) * rng.normal(size=(customers, p))
    )
    touched = rng.random((customers, p)) < (np.linspace(0.9, 0.3, p) if touch is None else touch)
    rated = touched & (rng.random((customers, p)) >= unrated)
    overall = 7 + (touched * (there + weights * (lived - 7))).sum(axis=1)
    overall += noise * rng.normal(size=customers)
    who, where = np.nonzero(touched)
    asking = len(who)
    step = np.concatenate([where, np.full(customers, p)])
    whose = np.concatenate([who, np.arange(customers)])
    touchpoints = pa.array([*(f"t{j:02d}" for j in range(p)), "survey"])
    survey = pa.array(step == p)
    given = np.where(step == p, np.concatenate([np.full(asking, np.nan), overall]), np.nan)
    ratings = [[("nps", v)] if v == v else [] for v in given.tolist()]
    rows = pa.table(
        {
            "customer": pa.array([f"c{i:06d}" for i in range(customers)]).take(pa.array(whose)),
            "at": pa.array(np.datetime64(DAY.replace(tzinfo=None), "us") + step * np.timedelta64(1, "m"))
            .cast(pa.timestamp("us"))
            .cast(pa.timestamp("us", "UTC")),
            "touchpoint": touchpoints.take(pa.array(step)),
            "role": pc.if_else(survey, "survey", "direct"),
            "kind": pc.if_else(survey, "survey", "interaction"),
            "rated": np.concatenate([rated[who, where], np.zeros(customers, dtype=bool)]),
            "experience": np.concatenate([lived[who, where], np.zeros(customers)]),
            "disconfirmation": pa.array(
                np.concatenate([np.where(rated, lived - 7, np.nan)[who, where], np.full(customers, np.nan)]),
                from_pandas=True,
            ),
            "overall": pa.array(given if asked else np.full(len(given), np.nan), from_pandas=True),
            "perception": np.concatenate([np.full(asking, 7.0), overall]),
            "ratings": pa.array(ratings if asked else [[]] * len(ratings), RATINGS),
        }
    )
    return rows.take(pa.array(np.lexsort((step, whose))))


def run_fold(fold, tables, *, gives="", **side):
    """The fold over tables of whole customers, each added apart and merged, as engines do.

    `gives` names the table wanted of a fold that writes several; without it the first.
    """
    side = {"instruments": instruments("nps", "csat_overall"), **side}
    state = fold.start(side)
    for table in tables:
        state = fold.merge(state, fold.add(fold.start(side), table, side))
    given = fold.finish(state, side)
    if not fold.also:
        return given
    return dict(zip((shape.name for shape in fold.shapes), given, strict=True))[gives or fold.name]
