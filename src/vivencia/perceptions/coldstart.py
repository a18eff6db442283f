"""Cold start: θ and β of every touchpoint from one pass of sums, the rest by convention.

A rating told at a contact is y = b + h·P + (1 − h)·q + noise, so with P near the mean ȳ of
all ratings: θ = (mean − h·ȳ)/(1 − h), β = coefficient/(1 − h). Means of touchpoints with
few ratings are drawn to their stage (empirical Bayes); coefficients carry five made-up
ratings without effect. A promise on a measure adds a hinge: what it costs to be beyond it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from vivencia.measure.shrinkage import normal_normal
from vivencia.perceptions.coldsums import Sums, features_of, sign_of, summed
from vivencia.perceptions.columns import Entries, entries_of, one_array
from vivencia.perceptions.parameters import (
    BETA,
    CENTRE,
    HIGH,
    HINGE,
    HINGE_CENTRE,
    LOW,
    OMEGA,
    SIGN,
    THRESHOLD,
    Floats,
    Parameters,
    defaults,
    no_features,
)
from vivencia.perceptions.table import Key, Said, scales_in, to_table
from vivencia.words.shapes.perceptions import DEFAULT, FROM_DATA

COLUMNS = ("customer", "touchpoint", "stage", "contact", "form", "measures", "ratings")
#: A measure is used where at least so many ratings came with it.
LEAST_WITH_MEASURE = 30
#: Ratings without effect that a coefficient carries, so that few ratings claim little.
MADE_UP = 5.0
#: A measure counts no further than so many standard deviations from its mean.
FURTHEST = 4.0
_MEAN, _SD = 7.0, 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """Sums over the rated events of one touchpoint; features are measures and, after them, hinges.

    For features f, g that both came with a rating: `both` Σ1, `x` Σx_f, `xx` Σ x_f x_g,
    `y` Σ y over ratings with f, `xy` Σ x_f y.
    """

    names: tuple[str, ...]
    n: float
    sum_y: float
    sum_yy: float
    both: Floats
    x: Floats
    xx: Floats
    y: Floats
    xy: Floats


@dataclass(frozen=True, slots=True)
class Seen:
    """The state of the fold: sums by touchpoint, direct events, and what kind each is."""

    cells: dict[str, Cell] = field(default_factory=dict)
    events: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    fallback: tuple[float, float, float] = (0.0, 0.0, 0.0)


def start(side: Mapping[str, Any]) -> Seen:
    """Nothing seen yet."""
    del side
    return Seen()


def add(state: Seen, table: Any, side: Mapping[str, Any]) -> Seen:
    """The sums of one table of events merged in."""
    return merge(state, _seen(table, side))


def merge(a: Seen, b: Seen) -> Seen:
    """Both together."""
    cells = dict(a.cells)
    for key, cell in b.cells.items():
        cells[key] = _both(cells[key], cell) if key in cells else cell
    events = {key: a.events.get(key, 0) + b.events.get(key, 0) for key in {**a.events, **b.events}}
    fallback = tuple(x + y for x, y in zip(a.fallback, b.fallback, strict=True))
    return Seen(cells, events, {**b.kinds, **a.kinds}, fallback)  # type: ignore[arg-type]


def _seen(table: Any, side: Mapping[str, Any]) -> Seen:
    rows = table.num_rows
    if rows == 0:
        return Seen()
    touchpoint = one_array(table, "touchpoint").dictionary_encode()
    places = touchpoint.dictionary.to_pylist()
    keys, scales = scales_in(side["instruments"])
    ratings = entries_of(one_array(table, "ratings"), {k: i for i, k in enumerate(keys)}, len(keys), rows)
    names, measures, hinges = features_of(one_array(table, "measures"), places, side["promises"], rows)
    sums = summed(
        touchpoint.indices.to_numpy(zero_copy_only=False), len(places), one_array(table, "contact"), ratings,
        np.concatenate([scales, np.full((1, 8), -1.0)]), measures, hinges, len(names),
    )  # fmt: skip
    there = np.flatnonzero(sums.first >= 0).tolist()
    first = pa.array(sums.first[there])
    stages, forms = (one_array(table, name).take(first).to_pylist() for name in ("stage", "form"))
    met = [places[c] for c in there]
    n, total, square = sums.whole.tolist()
    return Seen(
        {places[c]: _cell(names, sums, c) for c in there if sums.rated[c, 0]},
        dict(zip(met, sums.events[there].tolist(), strict=True)),
        dict(zip(met, zip(stages, forms, strict=True), strict=True)),
        (n, total, square),
    )


def _cell(names: tuple[str, ...], sums: Sums, c: int) -> Cell:
    """The sums of one touchpoint, of the features that came with its ratings."""
    used = np.flatnonzero(np.diagonal(sums.both[c]) > 0)
    n, total, square = sums.rated[c].tolist()
    several = np.ix_(used, used)
    return Cell(
        tuple(names[f] for f in used), n, total, square, sums.both[c][several], sums.x[c][several],
        sums.xx[c][several], sums.y[c][used], sums.xy[c][used],
    )  # fmt: skip


def mean_answer(ratings: Entries, scales: Floats, target: int) -> Floats:
    """Each event's mean answer to one kind of question on 0–10; NaN without one."""
    s = scales[ratings.code]
    fine = (s[:, 0] == target) & (ratings.value >= s[:, 3]) & (ratings.value <= s[:, 4])
    sums = np.concatenate([[0.0], np.cumsum(np.where(fine, s[:, 1] + s[:, 2] * ratings.value, 0.0))])
    counts = np.concatenate([[0], np.cumsum(fine)])
    n = counts[ratings.hi] - counts[ratings.lo]
    with np.errstate(invalid="ignore"):
        found: Floats = (sums[ratings.hi] - sums[ratings.lo]) / np.where(n > 0, n, np.nan)
    return found


def _both(a: Cell, b: Cell) -> Cell:
    names = tuple(sorted({*a.names, *b.names}))

    def spread(cell: Cell) -> list[Floats]:
        at = [names.index(name) for name in cell.names]
        grown = []
        for found in (cell.both, cell.x, cell.xx, cell.y, cell.xy):
            new = np.zeros((len(names),) * found.ndim)
            new[np.ix_(*[at] * found.ndim)] = found
            grown.append(new)
        return grown

    sums = [one + other for one, other in zip(spread(a), spread(b), strict=True)]
    return Cell(names, a.n + b.n, a.sum_y + b.sum_y, a.sum_yy + b.sum_yy, *sums)


def finish(state: Seen, side: Mapping[str, Any]) -> Any:
    """The `PARAMETERS` table."""
    parameters, said = cold_start(state, side)
    return to_table(parameters, said)


def cold_start(state: Seen, side: Mapping[str, Any]) -> tuple[Parameters, dict[Key, Said]]:
    """The parameters that these sums give, and what is known of each."""
    n, mean, sd = _overall(state)
    places = tuple(sorted(key for key, count in state.events.items() if count))
    service = frozenset(key for key in places if state.kinds[key][1] == "service")
    base = defaults(mean=mean, sd=sd, touchpoints=places, service=service)
    keys, scales = scales_in(side["instruments"])
    measures = tuple(sorted({name.rstrip(">") for cell in state.cells.values() for name in cell.names}))
    features = no_features(len(places), len(measures))
    slopes = {key: _slopes(cell, sd) for key, cell in state.cells.items()}
    thresholds = {(p["touchpoint"], p["measure"]): p for p in side["promises"].to_pylist()}
    for c, place in enumerate(places):
        for name, row in slopes.get(place, {}).items():
            _set_feature(features[c, measures.index(name.rstrip(">"))], name, row, thresholds, place, base.h)
    level, error = _levels(state, places, mean, sd)
    theta = (level - base.h * mean) / (1 - base.h)
    volume = np.array([state.events[key] for key in places], dtype=np.float64)
    found = base.with_(
        theta=theta,
        measures=measures,
        features=features,
        instruments=keys,
        scales=scales,
        omega=OMEGA,
        theta_bar=float(theta @ volume / volume.sum()) if len(places) else mean,
    )
    origin = FROM_DATA if n else DEFAULT
    said: dict[Key, Said] = {
        ("theta", place, ""): (float(theta[c]), float(error[c]) / (1 - base.h), None,
                               int(state.cells[place].n) if place in state.cells else 0, origin)
        for c, place in enumerate(places)
    }  # fmt: skip
    for place, found_here in slopes.items():
        for name in found_here:
            said[("hinge" if name.endswith(">") else "beta", place, name.rstrip(">"))] = (
                0.0, None, None, int(state.cells[place].n), origin
            )  # fmt: skip
    for name in ("e0", "theta_bar"):
        said[(name, "", "")] = (getattr(found, name), None, None, int(n), origin)
    return found, said


def _overall(state: Seen) -> tuple[float, float, float]:
    """Number, mean and standard deviation of the ratings; of relationship answers where there are none."""
    n = sum(cell.n for cell in state.cells.values())
    total = sum(cell.sum_y for cell in state.cells.values())
    square = sum(cell.sum_yy for cell in state.cells.values())
    if n == 0:
        n, total, square = state.fallback
    if n == 0:
        return 0.0, _MEAN, _SD
    mean = total / n
    variance = max(square / n - mean * mean, 0.0) * n / max(n - 1, 1)
    # Under a handful of ratings a standard deviation says nothing; under half a point it is no scale.
    return n, mean, max(float(np.sqrt(variance)), 0.5) if n >= 10 else _SD


def _slopes(cell: Cell, sd: float) -> dict[str, tuple[float, float, float]]:
    """Coefficient, mean and sd of each feature that is used; a missing one counts as its mean."""
    own = np.diagonal(cell.both)
    use = [f for f in range(len(cell.names)) if own[f] >= LEAST_WITH_MEASURE]
    if not use or sd <= 0:
        return {}
    mean = np.diagonal(cell.x) / np.maximum(own, 1)
    y_mean = cell.sum_y / cell.n
    # Σ over ratings with both f and g of (x_f − mean_f)(x_g − mean_g); x is Σ x_f where g is there too.
    S = (
        cell.xx
        - mean[:, None] * cell.x.T
        - mean[None, :] * cell.x
        + mean[:, None] * mean[None, :] * cell.both
    )
    s = cell.xy - mean * cell.y - y_mean * (np.diagonal(cell.x) - mean * own)
    spread = np.sqrt(np.maximum(np.diagonal(S) / np.maximum(own, 1), 0.0))
    use = [f for f in use if spread[f] > 1e-9 * (1 + abs(mean[f]))]
    if not use:
        return {}
    scaled = S[np.ix_(use, use)] / np.outer(spread[use], spread[use])
    scaled += np.diag(MADE_UP + 1e-9 * own[use])
    slope = np.linalg.solve(scaled, s[use] / spread[use]) / spread[use]
    return {
        cell.names[f]: (float(b), float(mean[f]), float(spread[f])) for f, b in zip(use, slope, strict=True)
    }


def _set_feature(
    row: Floats,
    name: str,
    found: tuple[float, float, float],
    promises: Mapping[Any, Any],
    place: str,
    h: float,
) -> None:
    slope, mean, sd = found
    measure = name.rstrip(">")
    if name == measure:
        row[BETA], row[CENTRE] = slope / (1 - h), mean
        row[LOW], row[HIGH] = mean - FURTHEST * sd, mean + FURTHEST * sd
        return
    promise = promises[(place, measure)]
    row[HINGE], row[HINGE_CENTRE] = slope / (1 - h), mean
    row[THRESHOLD], row[SIGN] = promise["threshold"], sign_of(promise["operator"])


def _levels(state: Seen, places: tuple[str, ...], mean: float, sd: float) -> tuple[Floats, Floats]:
    """Mean rating of each touchpoint, drawn to its stage, and its standard error."""
    rated = [key for key in places if key in state.cells]
    level, error = np.full(len(places), mean), np.full(len(places), sd)
    if len(rated) < 2:
        for key in rated:
            cell = state.cells[key]
            level[places.index(key)] = cell.sum_y / cell.n
            error[places.index(key)] = sd / np.sqrt(cell.n)
        return level, error
    n = np.array([state.cells[key].n for key in rated])
    raw = np.array([state.cells[key].sum_y for key in rated]) / n
    stages = sorted({state.kinds[key][0] for key in rated})
    # A stage of one touchpoint is no company for it: such stages share the common mean.
    many = [stage for stage in stages if sum(state.kinds[key][0] == stage for key in rated) >= 3]
    design = np.array(
        [[float(state.kinds[key][0] == stage) for stage in many]
         + ([float(state.kinds[key][0] not in many)] if len(many) < len(stages) else []) for key in rated]
    )  # fmt: skip
    shrunk = normal_normal(raw, np.diag(sd * sd / n), design)
    at = [places.index(key) for key in rated]
    level[at], error[at] = shrunk.value, shrunk.sd
    unrated = [key for key in places if key not in state.cells]
    for key in unrated:
        beside = [raw[i] for i, other in enumerate(rated) if state.kinds[other][0] == state.kinds[key][0]]
        level[places.index(key)] = float(np.mean(beside)) if beside else mean
    return level, error
