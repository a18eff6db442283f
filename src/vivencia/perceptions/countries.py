"""Countries side by side, and on one use of the scale where anchor items were asked in each.

People of different countries use scales differently. What an anchor (a vignette, a service
that is the same everywhere) is answered with shows by how much. Without anchors nothing is
corrected; both numbers are always shown; inside one country and for trends nothing is needed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from vivencia.measure.anchors import Anchor, on_reference
from vivencia.perceptions import groups
from vivencia.perceptions.columns import codes_of, entries_of, one_array, starts_of
from vivencia.perceptions.parameters import EXPERIENCE, INTERCEPT, RAW_HIGH, RAW_LOW, SLOPE, TARGET, Floats
from vivencia.perceptions.table import scales_in
from vivencia.plans import Fold, Map, Plan
from vivencia.words.shapes.countries import COUNTRIES, COUNTRY_PARTS

#: Fewer anchor answers tell nothing of how a country uses the scale.
LEAST_ANCHORS = 30
_COLUMNS = ("customer", "at", "source", "id", "kind", "properties", "ratings")


def countries_plan(anchors: tuple[str, ...] = ()) -> Plan:
    """Reads `signals`, `instruments`; gives `countries`. `anchors` are the instruments of anchor items."""
    return Plan(
        name=COUNTRIES.name,
        nodes=(
            Map(
                name="by_country",
                function=ByCountry(anchors),
                reads="signals",
                columns=_COLUMNS,
                writes=(COUNTRY_PARTS,),
                beside=("instruments",),
            ),
            Fold(
                name=COUNTRIES.name,
                start=groups.start,
                add=groups.add,
                merge=groups.merge,
                finish=finish,
                reads=COUNTRY_PARTS.name,
                columns=COUNTRY_PARTS.names,
                writes=COUNTRIES,
                order=COUNTRY_PARTS.order,
            ),
        ),
        gives=(COUNTRIES.name,),
    )


@dataclass(frozen=True, slots=True)
class ByCountry:
    """The sums of whole customers: answers about contacts, and anchors, by the country signals state."""

    anchors: tuple[str, ...]

    def __call__(self, table: Any, side: Mapping[str, Any]) -> tuple[Any]:
        """Parts by country; signals that state none are left out."""
        keys, scales = scales_in(side["instruments"])
        ratings = entries_of(
            one_array(table, "ratings"), {key: i for i, key in enumerate(keys)}, len(keys), table.num_rows
        )
        event = np.repeat(np.arange(table.num_rows), ratings.hi - ratings.lo)
        scales = np.append(scales, [[-1.0, *[0.0] * 7]], axis=0)[ratings.code]
        y = scales[:, INTERCEPT] + scales[:, SLOPE] * ratings.value
        anchor = np.isin(ratings.code, [i for i, key in enumerate(keys) if key in self.anchors])
        right = (ratings.value >= scales[:, RAW_LOW]) & (ratings.value <= scales[:, RAW_HIGH])
        belief = codes_of(one_array(table, "kind"), {"belief": 1}, 0).astype(np.bool_)[event]
        country, names = _countries(table)
        starts = starts_of(one_array(table, "customer"))
        customer = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
        bucket = groups.buckets_of(one_array(table, "customer").take(pa.array(starts[:-1])))
        found = []
        for dimension, wanted in (
            ("answers", (scales[:, TARGET] == EXPERIENCE) & ~anchor),
            ("anchors", anchor),
        ):
            rows = np.flatnonzero(wanted & right & ~belief)
            who = customer[event[rows]]
            values = np.stack([y[rows], y[rows] ** 2])
            codes = country[event[rows]]
            found.append(groups.group_rows(dimension, names, codes, who, bucket[who], values))
        return (groups.parts_table(found),)


def _countries(table: Any) -> tuple[Any, list[str]]:
    """Each signal's country as a code (−1: none) and the names of the codes."""
    properties = one_array(table, "properties")
    offsets = properties.offsets.to_numpy()
    first, last = int(offsets[0]), int(offsets[-1])
    named = codes_of(properties.keys.slice(first, last - first), {"country": 1}, 0) == 1
    row = np.repeat(np.arange(table.num_rows), np.diff(offsets))[named]
    values = properties.items.slice(first, last - first).filter(pa.array(named)).dictionary_encode()
    codes = np.full(table.num_rows, -1, dtype=np.int64)
    codes[row] = values.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return codes, values.dictionary.to_pylist()


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
