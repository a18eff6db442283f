"""Has the company changed since its parameters were fitted? Two charts on the filter's surprises.

Standardised innovations are independent with mean 0 and variance 1 while the parameters hold
(raw answers are not: they would alarm at nothing). Of each week x = Σz/√n is charted twice:
an EWMA with its exact limits (weight 0.1, 2.814 σ: one false alarm in 500 weeks; Lucas &
Saccucci 1990), and an e-detector, M ← L·max(M, 1) with L the mixture of likelihood ratios of a
shift by ±1 (Shin, Ramdas & Rinaldo 2024), which may be looked at every day and alarms falsely
not more than once in ALARM weeks on average.

An alarm is news where most answers of its week came after the last fit: the parameters are
then fitted again (`news`). What a fit has seen cannot ask for it once more.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vivencia.perceptions.columns import microseconds, one_array
from vivencia.perceptions.compiled import compiled
from vivencia.perceptions.parameters import Floats
from vivencia.words.shapes.perceptions import DRIFT, FITTED_UNTIL

WEIGHT, SIGMAS = 0.1, 2.814
SHIFT, ALARM = 1.0, 500.0
_DAY = 86_400_000_000
_WEEK = 7 * _DAY
#: 1970-01-01 was a Thursday; weeks begin on Monday.
_MONDAY = 3 * 86_400_000_000

Weeks = dict[int, Floats]


def fitted_until(parameters: Any) -> int:
    """The newest event that the fit saw, in microseconds since 1970; the end of time where none was."""
    names, values = (parameters.column(name).to_pylist() for name in ("name", "value"))
    days = next((value for name, value in zip(names, values, strict=True) if name == FITTED_UNTIL), None)
    return np.iinfo(np.int64).max if days is None else round(days * _DAY)


def news(table: Any) -> date | None:
    """The week (its Monday) of the newest alarm on answers that no fit has seen; None where there is none."""
    mask = table.column("alarm").to_numpy() & (
        2 * table.column("unseen").to_numpy() > table.column("answers").to_numpy()
    )
    at = np.flatnonzero(mask)
    found: date | None = table.column("week")[int(at[-1])].as_py().date() if len(at) else None
    return found


def drift_parts(table: Any, surprise: Floats, until: int) -> Any:
    """The `DRIFT_PARTS` of whole customers: surprises of each week; `until` as from `fitted_until`."""
    at = microseconds(one_array(table, "at"))
    first, last = (_week_of(int(one)) for one in (at.min(), at.max())) if len(at) else (0, 0)
    sums = np.zeros((4, last - first + 1))
    _add_weeks(at, surprise, first, until, sums)
    used = np.flatnonzero(sums[0])
    return pa.table(
        {
            "week": pa.array((used + first) * _WEEK - _MONDAY, pa.timestamp("us", "UTC")),
            **{name: pa.array(one[used]) for name, one in zip(_SUMS, sums, strict=True)},
        }
    )


@compiled
def _week_of(at: int) -> int:
    """The number of a week, from the one that 1970 began in."""
    return (at + _MONDAY) // _WEEK


@compiled
def _add_weeks(at: Any, surprise: Any, first: int, until: int, sums: Any) -> None:
    for i in range(at.shape[0]):
        z = surprise[i]
        if np.isfinite(z):
            week = _week_of(at[i]) - first
            sums[0, week] += 1.0
            sums[1, week] += 1.0 if at[i] > until else 0.0
            sums[2, week] += z
            sums[3, week] += z * z


_SUMS = ("answers", "unseen", "surprise_sum", "surprise_square")


def start(side: Mapping[str, Any]) -> Weeks:
    """No week yet."""
    del side
    return {}


def add(state: Weeks, table: Any, side: Mapping[str, Any]) -> Weeks:
    """The weeks of one table of parts added."""
    del side
    found: Weeks = {}
    numbers = np.column_stack([table.column(name).to_numpy() for name in _SUMS])
    for week, row in zip(microseconds(one_array(table, "week")), numbers, strict=True):
        found[int(week)] = found.get(int(week), np.zeros(4)) + row
    return merge(state, found)


def merge(a: Weeks, b: Weeks) -> Weeks:
    """Both together."""
    return a | {week: a.get(week, np.zeros(4)) + row for week, row in b.items()}


def finish(state: Weeks, side: Mapping[str, Any]) -> Any:
    """The `DRIFT` table."""
    del side
    weeks = sorted(state)
    sums = np.array([state[week] for week in weeks]).reshape(len(weeks), 4)
    made = charts(sums[:, 2] / np.sqrt(np.maximum(sums[:, 0], 1.0)))
    n = np.maximum(sums[:, 0], 1.0)
    columns = {
        "week": pa.array(weeks, pa.timestamp("us", "UTC")),
        "answers": pa.array(sums[:, 0].astype(np.int64)),
        "unseen": pa.array(sums[:, 1].astype(np.int64)),
        "mean": pa.array(sums[:, 2] / n),
        "spread": pa.array(np.sqrt(sums[:, 3] / n)),
        **{name: pa.array(values) for name, values in made.items()},
    }
    return pa.table({name: columns[name] for name in DRIFT.names})


def charts(x: Floats) -> dict[str, NDArray[Any]]:
    """EWMA, its limit, the e-detector and whether either alarms, of unit-variance weeks in order."""
    level, evidence = 0.0, 1.0
    rows = []
    for t, one in enumerate(x, start=1):
        level += WEIGHT * (one - level)
        limit = SIGMAS * np.sqrt(WEIGHT / (2 - WEIGHT) * (1 - (1 - WEIGHT) ** (2 * t)))
        ratio = np.exp(-SHIFT * SHIFT / 2) * np.cosh(SHIFT * min(abs(one), 50.0))
        evidence = min(max(evidence, 1.0) * ratio, 1e300)
        rows.append((level, limit, evidence, abs(level) > limit or evidence >= ALARM))
    found = np.array(rows).reshape(-1, 4)
    return {
        "ewma": found[:, 0], "limit": found[:, 1], "evidence": found[:, 2],
        "alarm": found[:, 3].astype(np.bool_),
    }  # fmt: skip
