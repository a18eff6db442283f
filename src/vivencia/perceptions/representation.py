"""Do the answers stand for all contacts? Raked by touchpoint and by the perception before.

Who is angry or delighted answers more, so the plain mean bends. What a customer thought
before the contact is known of everybody, answered or not, and is the best there is to tell
who answers. Answers are weighted until they have the touchpoints and the thirds of that
perception that all contacts have. First contacts, before which nothing is known, are left out.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from vivencia.measure.raking import rake, trimmed
from vivencia.perceptions import groups
from vivencia.perceptions.compiled import compiled
from vivencia.perceptions.kernel import DIRECT
from vivencia.perceptions.lives import Lives
from vivencia.perceptions.parameters import Floats
from vivencia.perceptions.summaries import dimension_codes
from vivencia.plans import Fold, Plan
from vivencia.words.shapes.representation import REPRESENTATION, RESPONSE_PARTS

#: Perceptions before are counted by half points, −2 … 12.
_STEP, _LOWEST, _BINS = 0.5, -2.0, 28
_THIRDS = ("answered_low", "answered_middle", "answered_high")
_BUCKETS = groups.BUCKETS  # a constant of this module is one of the compiled loop
#: A touchpoint with fewer answers is not one that asks.
_LEAST = 20


def representation_plan() -> Plan:
    """Reads `response_parts`, which `perceptions_plan` gives; gives `representation`."""
    fold = Fold(
        name=REPRESENTATION.name,
        start=groups.start,
        add=groups.add,
        merge=groups.merge,
        finish=finish,
        reads=RESPONSE_PARTS.name,
        columns=RESPONSE_PARTS.names,
        writes=REPRESENTATION,
        order=RESPONSE_PARTS.order,
    )
    return Plan(name=REPRESENTATION.name, nodes=(fold,), gives=(REPRESENTATION.name,))


def count(lives: Lives) -> Any:
    """The `RESPONSE_PARTS`: contacts by touchpoint and the perception before, and how many were answered."""
    codes, names = dimension_codes(lives.table, ("touchpoint",))["touchpoint"]
    keys = [f"{name}|{b}" for name in names for b in range(_BINS)]
    cells, whole = groups.sums_for(keys, 3), groups.sums_for([""], 3)
    last = np.full(len(keys), -1, dtype=np.int64)
    found = lives.found
    _count(
        lives.columns.starts, found.role, found.row("perception"), found.row("answer"), codes, lives.bucket,
        last, cells, whole,
    )  # fmt: skip
    parts = [groups.parts_of_sums("cell", keys, cells), groups.parts_of_sums("all", [""], whole)]
    return groups.parts_table(parts)


@compiled
def _count(
    starts: Any, role: Any, P: Any, answer: Any, place: Any, bucket: Any, last: Any, cells: Any, whole: Any
) -> None:
    """Adds each contact after a customer's first to its cell and to the whole; `last` customer of a cell."""
    for c in range(starts.shape[0] - 1):
        known = False
        for i in range(starts[c] + 1, starts[c + 1]):
            if role[i] != DIRECT or not np.isfinite(P[i - 1]):
                continue
            told = 1.0 if np.isfinite(answer[i]) else 0.0
            y = answer[i] if told > 0.0 else 0.0
            _add(whole, bucket[c], not known, told, y)
            known = True
            if place[i] < 0:
                continue
            band = min(max(np.floor((P[i - 1] - _LOWEST) / _STEP), 0.0), _BINS - 1.0)
            key = place[i] * _BINS + int(band)
            _add(cells, key * _BUCKETS + bucket[c], last[key] != c, told, y)
            last[key] = c


@compiled
def _add(sums: Any, row: int, new: bool, told: float, y: float) -> None:
    sums[row, 0] += 1.0
    if new:
        sums[row, 1] += 1.0
    sums[row, 2] += told
    sums[row, 3] += y
    sums[row, 4] += y * y


def finish(state: groups.State, side: Mapping[str, Any]) -> Any:
    """The `REPRESENTATION` table; empty where nobody was asked."""
    del side
    cells = _cells(state)
    rows: list[dict[str, Any]] = []
    if cells is not None:
        value, low, high = groups.jackknife(cells.reshape(groups.BUCKETS, -1), lambda s: _measures(s, cells))
        whole = cells.sum(axis=0)
        contacts, answers = int(whole[..., 0].sum()), int(whole[..., 2].sum())
        people = int(state["all", ""][:, 1].sum())
        names = ("plain", "raked", "shift", "deff", "answered", *_THIRDS)
        for name, one, least, most in zip(names, value, low, high, strict=True):
            if not np.isfinite(one):
                continue
            bounded = name != "deff" and np.isfinite(least)
            rows.append(
                {
                    "measure": name, "value": float(one), "low": float(least) if bounded else None,
                    "high": float(most) if bounded else None,
                    "n": contacts if name.startswith("answered") else answers, "customers": people,
                }
            )  # fmt: skip
    types = {"text": pa.string(), "float": pa.float64(), "int": pa.int64()}
    schema = pa.schema([(column.name, types[column.type]) for column in REPRESENTATION.columns])
    return pa.Table.from_pylist(rows, schema=schema).sort_by("measure")


def _cells(state: groups.State) -> Floats | None:
    """(buckets, touchpoints that ask, thirds, 5): the sums with the perception before in thirds."""
    places: dict[str, Floats] = {}
    for (dimension, key), sums in state.items():
        if dimension != "cell":
            continue
        name, _, band = key.rpartition("|")
        places.setdefault(name, np.zeros((groups.BUCKETS, _BINS, sums.shape[1])))[:, int(band)] += sums
    asking = [sums for _, sums in sorted(places.items()) if sums[:, :, 2].sum() >= _LEAST]
    if not asking:
        return None
    cells = np.stack(asking, axis=1)
    contacts = cells[..., 0].sum(axis=(0, 1))
    share = (np.cumsum(contacts) - contacts / 2) / contacts.sum()
    third = np.minimum((share * 3).astype(np.int64), 2)
    return np.stack([cells[:, :, third == k].sum(axis=2) for k in range(3)], axis=2)


def _measures(sums: Floats, like: Floats) -> Floats:
    """Plain and raked mean, their difference, design effect, and shares answered, of added sums."""
    whole = sums.reshape(like.shape[1:])
    contacts, answers, total = whole[..., 0], whole[..., 2], whole[..., 3]
    there = answers > 0
    place, third = (one.astype(np.int64) for one in np.nonzero(there))
    n, y = answers[there], total[there]
    if not len(n):
        return np.full(8, np.nan)
    totals = [contacts.sum(axis=1), contacts.sum(axis=0)]
    # One row a cell: its base weight is its answers, so the weight of one answer is weight / n.
    each = trimmed(rake([place, third], totals, n) / n)
    weights = each * n
    plain, raked = float(y.sum() / n.sum()), float((weights * y / n).sum() / weights.sum())
    deff = float(n.sum() * (n * each**2).sum() / weights.sum() ** 2)
    with np.errstate(invalid="ignore", divide="ignore"):
        thirds = answers.sum(axis=0) / contacts.sum(axis=0)
    return np.array([plain, raked, raked - plain, deff, answers.sum() / contacts.sum(), *thirds])
