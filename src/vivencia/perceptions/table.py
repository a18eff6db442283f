"""Parameters as a table (`PARAMETERS`) and back, with the instruments of the catalogue."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from vivencia.perceptions.parameters import (
    BETA,
    CENTRE,
    GAIN,
    HIGH,
    HINGE,
    HINGE_CENTRE,
    LOW,
    NOISE,
    OFFSET,
    SIGN,
    SINGLE,
    THRESHOLD,
    Floats,
    Parameters,
    no_features,
    target_code,
)
from vivencia.words.shapes.perceptions import BESIDE, DEFAULT, FITTED

#: The names of the columns of `features` and, where they differ from the declared scale, of `scales`.
FEATURES = {
    "beta": BETA, "centre": CENTRE, "low": LOW, "high": HIGH,
    "hinge": HINGE, "hinge_centre": HINGE_CENTRE, "threshold": THRESHOLD, "sign": SIGN,
}  # fmt: skip
TUNED = {"offset": OFFSET, "gain": GAIN, "noise": NOISE}

#: The row of the factor by which intervals of answers are wider.
WIDEN = "widen"
#: The rows that say from where a covariate is counted.
CENTRE_Z = "context_centre"

#: Value, standard error, sandwich standard error, n, origin; what a table says of one number.
Said = tuple[float, float | None, float | None, int, str]
Key = tuple[str, str, str]


def to_table(parameters: Parameters, said: Mapping[Key, Said] | None = None) -> Any:
    """The table of these parameters; `said` overrides errors, n and origin by (name, touchpoint, item)."""
    p, known = parameters, said or {}
    rows: dict[Key, float] = {(name, "", ""): float(getattr(p, name)) for name in SINGLE}
    rows[(WIDEN, "", "")] = p.widen
    rows |= {("gamma", "", name): float(g) for name, g in zip(p.context, p.gamma, strict=True)}
    rows |= {(CENTRE_Z, "", name): float(z) for name, z in zip(p.context, p.context_centre, strict=True)}
    for c, touchpoint in enumerate(p.touchpoints):
        rows[("theta", touchpoint, "")] = float(p.theta[c])
        rows[("kappa", touchpoint, "")] = float(p.kappa[c])
        for m, measure in enumerate(p.measures):
            rows |= _feature_rows(touchpoint, measure, p.features[c, m])
    for k, instrument in enumerate(p.instruments):
        rows |= {(name, "", instrument): float(p.scales[k, slot]) for name, slot in TUNED.items()}
    rows |= {key: fact[0] for key, fact in known.items() if key[0] in BESIDE}
    origin = FITTED if p.fitted else DEFAULT
    keys = sorted(rows)
    facts = [known.get(key, (rows[key], None, None, 0, origin)) for key in keys]
    return pa.table(
        {
            "name": [key[0] for key in keys],
            "touchpoint": [key[1] for key in keys],
            "item": [key[2] for key in keys],
            "value": pa.array([rows[key] for key in keys], pa.float64()),
            "se": pa.array([fact[1] for fact in facts], pa.float64()),
            "robust_se": pa.array([fact[2] for fact in facts], pa.float64()),
            "n": pa.array([fact[3] for fact in facts], pa.int64()),
            "origin": pa.array([fact[4] for fact in facts], pa.string()),
        }
    )


def _feature_rows(touchpoint: str, measure: str, row: Floats) -> dict[Key, float]:
    """A measure's numbers at a touchpoint; none where it has no effect, no row for no bound."""
    if row[BETA] == 0.0 and row[HINGE] == 0.0:
        return {}
    named = {(name, touchpoint, measure): float(row[slot]) for name, slot in FEATURES.items()}
    return {key: value for key, value in named.items() if np.isfinite(value)}


def from_table(table: Any, instruments: Any) -> Parameters:
    """The parameters of a `PARAMETERS` table, on the scales of an `INSTRUMENTS` table.

    Raises ParameterError when a number is outside its range.
    """
    names, touchpoints, items, values, origins = (
        table.column(name).to_pylist() for name in ("name", "touchpoint", "item", "value", "origin")
    )
    rows = dict(zip(zip(names, touchpoints, items, strict=True), values, strict=True))
    places = tuple(sorted({key[1] for key in rows if key[0] == "theta"}))
    measures = tuple(sorted({key[2] for key in rows if key[0] in FEATURES}))
    context = tuple(sorted(key[2] for key in rows if key[0] == "gamma"))
    features = no_features(len(places), len(measures))
    where_t, where_m = {t: i for i, t in enumerate(places)}, {m: i for i, m in enumerate(measures)}
    for (name, touchpoint, item), value in rows.items():
        if name in FEATURES:
            features[where_t[touchpoint], where_m[item], FEATURES[name]] = value
    keys, scales = scales_in(instruments)
    for k, key in enumerate(keys):
        for name, slot in TUNED.items():
            scales[k, slot] = rows.get((name, "", key), scales[k, slot])
    return Parameters(
        touchpoints=places,
        theta=np.array([rows[("theta", t, "")] for t in places]),
        kappa=np.array([rows[("kappa", t, "")] for t in places]),
        measures=measures,
        features=features,
        instruments=keys,
        scales=scales,
        context=context,
        gamma=np.array([rows[("gamma", "", name)] for name in context]),
        context_centre=np.array([rows[(CENTRE_Z, "", name)] for name in context]),
        widen=rows.get((WIDEN, "", ""), 1.0),
        fitted=FITTED in origins,
        **{name: rows[(name, "", "")] for name in SINGLE},
    )


def scales_in(instruments: Any) -> tuple[tuple[str, ...], Floats]:
    """Keys and `scales` rows of an `INSTRUMENTS` table."""
    found = instruments.to_pylist()
    rows = [
        (
            target_code(i["target"]),
            i["intercept"],
            i["slope"],
            i["low"],
            i["high"],
            0.0,
            1.0,
            i["noise"] or 0.0,
        )
        for i in found
    ]
    scales = np.array(rows, dtype=np.float64).reshape(-1, 8)
    return tuple(i["instrument"] for i in found), scales
