"""Countries side by side, and on one use of the scale where anchor items were asked in each.

People of different countries use scales differently. What an anchor (a vignette, a service
that is the same everywhere) is answered with shows by how much. Without anchors nothing is
corrected; both numbers are always shown; inside one country and for trends nothing is needed.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from vivencia.measure.anchors import Anchor, on_reference
from vivencia.perceptions import groups
from vivencia.perceptions.lives import Lives
from vivencia.perceptions.parameters import EXPERIENCE, INTERCEPT, RAW_HIGH, RAW_LOW, SLOPE, TARGET, Floats
from vivencia.perceptions.summaries import dimension_codes
from vivencia.plans import Fold, Plan
from vivencia.words.shapes.countries import COUNTRIES, COUNTRY_PARTS

#: Fewer anchor answers tell nothing of how a country uses the scale.
LEAST_ANCHORS = 30


def countries_plan() -> Plan:
    """Reads `country_parts`, which `perceptions_plan` gives; gives `countries`."""
    fold = Fold(
        name=COUNTRIES.name,
        start=groups.start,
        add=groups.add,
        merge=groups.merge,
        finish=finish,
        reads=COUNTRY_PARTS.name,
        columns=COUNTRY_PARTS.names,
        writes=COUNTRIES,
        order=COUNTRY_PARTS.order,
    )
    return Plan(name=COUNTRIES.name, nodes=(fold,), gives=(COUNTRIES.name,))


def by_country(lives: Lives, anchors: tuple[str, ...]) -> Any:
    """The `COUNTRY_PARTS` of whole customers: answers about contacts, and those to `anchors`.

    Events that state no country are left out.
    """
    p, ratings = lives.parameters, lives.columns.ratings
    country, names = dimension_codes(lives.table, ("country",))["country"]
    anchor = np.isin(ratings.code, [i for i, key in enumerate(p.instruments) if key in anchors])
    scales = np.append(p.scales, [[-1.0, *[0.0] * 7]], axis=0)
    target, low, high, intercept, slope = (
        np.ascontiguousarray(scales[:, slot])[ratings.code]
        for slot in (TARGET, RAW_LOW, RAW_HIGH, INTERCEPT, SLOPE)
    )
    right = (ratings.value >= low) & (ratings.value <= high)
    found = []
    for dimension, wanted in (
        ("answers", (target == EXPERIENCE) & ~anchor),
        ("anchors", anchor),
    ):
        rows = np.flatnonzero(wanted & right)
        y = intercept[rows] + slope[rows] * ratings.value[rows]
        event = lives.event[rows]
        who, codes = lives.owner[event], country[event]
        found.append(groups.group_rows(dimension, names, codes, who, lives.bucket[who], np.stack([y, y * y])))
    return groups.parts_table(found)


def finish(state: groups.State, side: Mapping[str, Any]) -> Any:
    """The `COUNTRIES` table; the country with the most anchor answers is the reference."""
    del side
    anchors = {
        key: _anchor(sums.sum(axis=0))
        for (dimension, key), sums in state.items()
        if dimension == "anchors" and sums[:, 0].sum() >= LEAST_ANCHORS
    }
    anchors = {key: one for key, one in anchors.items() if one.sd > 0}
    # One country alone has nothing to be compared with.
    reference = max(anchors, key=lambda key: (anchors[key].n, key)) if len(anchors) > 1 else None
    rows = []
    for (dimension, key), sums in sorted(state.items()):
        if dimension != "answers":
            continue
        value, low, high = (float(one[0]) for one in groups.jackknife(sums, _mean))
        bounded = bool(np.isfinite(low))
        row: dict[str, Any] = {
            "country": key, "mean": value, "low": low if bounded else None, "high": high if bounded else None,
            "n": int(sums[:, 0].sum()), "customers": int(sums[:, 1].sum()),
            "anchors": anchors[key].n if key in anchors else 0, "reference": key == reference,
        }  # fmt: skip
        if reference is not None and key in anchors and bounded:
            moved, half = on_reference(value, (high - low) / 2, anchors[key], anchors[reference])
            row |= {"corrected": moved, "corrected_low": moved - half, "corrected_high": moved + half}
        rows.append(row)
    types = {"text": pa.string(), "float": pa.float64(), "int": pa.int64(), "bool": pa.bool_()}
    schema = pa.schema([(column.name, types[column.type]) for column in COUNTRIES.columns])
    return pa.Table.from_pylist(rows, schema=schema)


def _mean(sums: Floats) -> Floats:
    return sums[2:3] / sums[0] if sums[0] > 0 else np.array([np.nan])


def _anchor(sums: Floats) -> Anchor:
    n, mean = float(sums[0]), float(sums[2] / sums[0])
    variance = max(float(sums[3]) - n * mean * mean, 0.0) / (n - 1)
    return Anchor(mean, variance**0.5, int(n))
