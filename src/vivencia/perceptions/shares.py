"""What an answer is made of: facts, place, the person, the moment, the standing perception, chance.

An answer about one contact, freed of its instrument, is

    y = (1 − h)·θ + (1 − h)·β'o + b + (1 − h)·u + h·P + e,

with θ what is usual there, β'o the objective facts, b how kindly the person rates, u what
the person lived beyond the facts, h·P the halo of the perception they came with and e the
noise of answering. The share of a part is Cov(part, y) / Var(y). The parts that are hidden
are replaced by their posterior means given the answer, which leaves that covariance as it
is (E[Cov(E[x | y], y)] = Cov(x, y)), so the shares of the parts add up to one.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from vivencia.perceptions import groups
from vivencia.perceptions.columns import Columns
from vivencia.perceptions.compiled import compiled
from vivencia.perceptions.filter import Filtered
from vivencia.perceptions.kernel import DIRECT, usual
from vivencia.perceptions.lives import Lives
from vivencia.perceptions.parameters import EXPERIENCE, GAIN, NOISE, TARGET, Floats, Parameters, pack
from vivencia.perceptions.summaries import dimension_codes
from vivencia.plans import Fold, Plan
from vivencia.words.shapes.shares import PARTS, SHARE_DIMENSIONS, SHARE_PARTS, SHARES


def shares_plan() -> Plan:
    """Reads `share_parts`, which `perceptions_plan` gives; gives `experience_shares`."""
    fold = Fold(
        name=SHARES.name,
        start=groups.start,
        add=groups.add,
        merge=groups.merge,
        finish=finish,
        reads=SHARE_PARTS.name,
        columns=SHARE_PARTS.names,
        writes=SHARES,
        order=SHARE_PARTS.order,
    )
    return Plan(name=SHARES.name, nodes=(fold,), gives=(SHARES.name,))


def take_apart(lives: Lives) -> Any:
    """The `SHARE_PARTS` of whole customers, by company, touchpoint and segment."""
    p = lives.parameters
    rows, y, parts = parts_of(lives.columns, lives.found, p)
    customer = lives.owner[rows]
    bucket = lives.bucket[customer]
    # Around a fixed point, so that squares of large numbers do not eat the small ones.
    z = y - p.theta_bar
    values = np.concatenate([[z, z * z], parts, parts * z])
    found = []
    for dimension, (codes, names) in dimension_codes(lives.table, SHARE_DIMENSIONS).items():
        found.append(groups.group_rows(dimension, names, codes[rows], customer, bucket, values))
    return groups.parts_table(found)


def parts_of(columns: Columns, found: Filtered, p: Parameters) -> tuple[Any, Floats, Floats]:
    """Events with exactly one answer, about a contact that was lived; the answer and its PARTS (6, rows)."""
    ratings = columns.ratings
    scales = np.append(p.scales, [[-1.0, 0, 0, 0, 0, 0, 1.0, 0]], axis=0)
    rows = np.flatnonzero(np.isfinite(found.row("level")))
    rows = rows[(ratings.hi[rows] - ratings.lo[rows] == 1) & (found.role[rows] == DIRECT)]
    scale = scales[ratings.code[ratings.lo[rows]]]
    right = scale[:, TARGET] == EXPERIENCE
    rows, scale = rows[right], scale[right]
    take = {name: found.row(name)[rows] for name in (
        "level", "answer", "predicted", "predicted_sd", "expectation", "experience", "disconfirmation",
        "before", "inferred", "shift",
    )}  # fmt: skip
    facts = _usual(columns, p, rows)
    theta = np.append(p.theta, p.theta_bar)[columns.touchpoint[rows]]
    y, q = take["level"], take["experience"]
    # The kernel tells d = q − E − shift after the answer, hence E; and what the answer changed in D.
    expectation = q - take["shift"] - take["disconfirmation"]
    perception = expectation + take["before"] - take["expectation"] + take["inferred"]
    noise = (p.sigma_e**2 + scale[:, NOISE] ** 2) / scale[:, GAIN]
    rest = noise * (take["answer"] - take["predicted"]) / take["predicted_sd"] ** 2
    far = 1.0 - p.h
    halo, moment = p.h * perception, far * (q - facts)
    style = y - halo - far * q - rest
    return rows, y, np.stack([far * (facts - theta), far * theta, style, moment, halo, rest])


@compiled
def _told(
    rows: Any, touchpoint: Any, lo: Any, hi: Any, codes: Any, values: Any, theta: Any, features: Any, out: Any
) -> None:
    for n in range(rows.shape[0]):
        i = rows[n]
        out[n] = usual(touchpoint[i], lo[i], hi[i], codes, values, theta, features)


def _usual(columns: Columns, p: Parameters, rows: Any) -> Floats:
    """θ + β'o at the events `rows`."""
    packed, out = pack(p), np.empty(len(rows))
    m = columns.measures
    _told(rows, columns.touchpoint, m.lo, m.hi, m.code, m.value, packed.theta, packed.features, out)
    return out


def finish(state: groups.State, side: Mapping[str, Any]) -> Any:
    """The `SHARES` table; a group whose answers do not differ has none."""
    del side
    rows: list[dict[str, Any]] = []
    for (dimension, key), sums in sorted(state.items()):
        value, low, high = groups.jackknife(sums, _shares)
        n, people = sums[:, 0].sum(), sums[:, 1].sum()
        if not np.isfinite(value).all():
            continue
        for part, share, one, other in zip(PARTS, value, low, high, strict=True):
            known = bool(np.isfinite(one))
            rows.append(
                {
                    "dimension": dimension, "key": key, "part": part, "share": float(share),
                    "low": float(one) if known else None, "high": float(other) if known else None,
                    "n": int(n), "customers": int(people),
                }
            )  # fmt: skip
    types = {"text": pa.string(), "float": pa.float64(), "int": pa.int64()}
    schema = pa.schema([(column.name, types[column.type]) for column in SHARES.columns])
    return pa.Table.from_pylist(rows, schema=schema).sort_by([(name, "ascending") for name in SHARES.order])


def _shares(sums: Floats) -> Floats:
    """Cov(part, y) / Var(y) of added sums: n, customers, Σy, Σy², Σ part (6), Σ part·y (6)."""
    n, y = sums[0], sums[2]
    many = len(PARTS)
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = sums[3] - y * y / n
        found: Floats = (sums[4 + many : 4 + 2 * many] - sums[4 : 4 + many] * y / n) / variance
    return found if n > 1 and variance > 1e-9 * max(sums[3], 1.0) else np.full(many, np.nan)
