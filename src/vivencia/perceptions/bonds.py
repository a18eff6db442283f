"""Bond and loyalty: what remains when recent events have faded, and what customers then say and do.

The bond is the slow part E. Whether the strongest move of a customer's life is still told
long after it should have faded is measured, not assumed: answers about the relationship,
minus what the filter foresaw, are regressed on the jump of a peak older than τ. Only where
that slope is above zero does the peak count in the bond.

Outcomes stay apart. For every customer and month, from the last event of the month on: was
there an answer about the relationship, another purchase, no goodbye, a recommendation in the
next DAYS days? Each is regressed on the perception at that moment with the number of contacts
before it beside (who comes more often does more of everything). P is a posterior mean, so its
own uncertainty does not bend the slope (regression calibration, Carroll et al. 2006).
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from vivencia.perceptions import groups
from vivencia.perceptions.columns import Columns, codes_of, microseconds, one_array
from vivencia.perceptions.compiled import compiled
from vivencia.perceptions.filter import Filtered
from vivencia.perceptions.kernel import DAY
from vivencia.perceptions.lives import Lives
from vivencia.perceptions.parameters import Floats
from vivencia.perceptions.peaks import peak_parts
from vivencia.plans import Fold, Plan, Step, read_queries
from vivencia.words.shapes.bonds import (
    BOND_STATES,
    BONDS,
    DAYS,
    HORIZON,
    LOYALTY,
    LOYALTY_PARTS,
    OUTCOMES,
    PEAK_PARTS,
    PEAK_PLACES,
    RECALL,
)

#: Columns of a moment: P − centre, log(1 + contacts in the DAYS before), then the outcomes (NaN: not asked).
_MONTH = 30 * DAY
#: What `_moments_of` looks for among the kinds of events.
_BOUGHT, _LEFT, _TOLD = 1, 2, 3
_CENTRE = 7.0
#: Sums of products of (1, x1, x2, y): 1·1, 1·x1, 1·x2, 1·y, x1·x1, x1·x2, x1·y, x2·x2, x2·y.
_PAIRS = ((0, 0), (0, 1), (0, 2), (0, 3), (1, 1), (1, 2), (1, 3), (2, 2), (2, 3))


def bonds_plan() -> Plan:
    """Reads `bond_states`, `loyalty_parts` and `peak_parts`, which `perceptions_plan` gives.

    Gives `bonds`, `loyalty` and `peak_places`.
    """
    sql = read_queries("vivencia.perceptions", "bonds.sql")
    return Plan(
        name="bonds",
        nodes=(
            Fold(
                name=LOYALTY.name,
                start=groups.start,
                add=groups.add,
                merge=groups.merge,
                finish=finish,
                reads=LOYALTY_PARTS.name,
                columns=LOYALTY_PARTS.names,
                writes=LOYALTY,
                order=LOYALTY_PARTS.order,
            ),
            Step(
                BONDS.name, sql["bonds"], reads=(BOND_STATES.name, LOYALTY.name), order=BONDS.order,
                writes=BONDS,
            ),
            Step(
                PEAK_PLACES.name, sql["peak_places"], reads=(PEAK_PARTS.name,), order=PEAK_PLACES.order,
                writes=PEAK_PLACES,
            ),
        ),
        gives=(BONDS.name, LOYALTY.name, PEAK_PLACES.name),
    )  # fmt: skip


def horizon_step() -> Step:
    """The time of the newest event, which `follow` needs."""
    sql = read_queries("vivencia.perceptions", "bonds.sql")
    return Step(HORIZON.name, sql["horizon"], reads=("events",), writes=HORIZON)


def follow(lives: Lives, horizon: Any) -> tuple[Any, Any, Any]:
    """Of whole customers: the `BOND_STATES`, the `LOYALTY_PARTS` of their moments, and the `PEAK_PARTS`."""
    columns, found = lives.columns, lives.found
    peaks = np.full(columns.customers, -1, dtype=np.int64)
    recalled = np.full(columns.events, np.nan)
    overall = found.row("overall")
    _peaks(
        columns.starts, columns.at, found.row("jump"), overall, lives.parameters.tau * DAY, peaks, recalled
    )
    newest = microseconds(one_array(horizon, "at"))
    moments = _moments_of(lives.table, columns, found, int(newest[0]) if len(newest) else 0)
    parts = [*_outcome_parts(moments, lives.bucket), _recall_parts(lives, recalled)]
    states = _bond_states(lives.table, columns, found, peaks)
    return states, groups.parts_table(parts), peak_parts(lives.table, columns, found, peaks)


def _bond_states(table: Any, columns: Columns, found: Filtered, peaks: Any) -> Any:
    last = pa.array(columns.starts[1:] - 1)
    jump = found.row("jump")
    at = pa.array(np.maximum(peaks, 0), mask=peaks < 0)
    made = {
        "customer": one_array(table, "customer").take(last),
        "segment": one_array(table, "segment").take(last),
        "expectation": pa.array(found.state[:, 1]),
        "expectation_sd": pa.array(np.sqrt(np.maximum(found.state[:, 6], 0.0))),
        "residual": pa.array(found.state[:, 2]),
        "peak": pa.array(np.where(peaks >= 0, jump[np.maximum(peaks, 0)], 0.0)),
        "peak_at": one_array(table, "at").take(at),
        "peak_touchpoint": one_array(table, "touchpoint").take(at),
    }
    return pa.table({name: made[name] for name in BOND_STATES.names})


@compiled
def _peaks(starts: Any, at: Any, jump: Any, overall: Any, old: float, peaks: Any, recalled: Any) -> None:
    """Each customer's strongest jump; at each relationship answer, that of what is older than `old`."""
    for c in range(starts.shape[0] - 1):
        best, reached, known = -1.0, starts[c], 0.0
        strongest = 0.0
        for i in range(starts[c], starts[c + 1]):
            while reached < i and at[i] - at[reached] > old:
                if abs(jump[reached]) > strongest:  # false for NaN
                    strongest, known = abs(jump[reached]), jump[reached]
                reached += 1
            if np.isfinite(overall[i]) and strongest > 0.0:
                recalled[i] = known
            if abs(jump[i]) > best:
                best, peaks[c] = abs(jump[i]), i


def _moments_of(table: Any, columns: Columns, found: Filtered, newest: int) -> Floats:
    """One row a customer and month: customer, P, contacts before, and the outcomes."""
    marks = codes_of(one_array(table, "kind"), {"purchase": _BOUGHT, "churn": _LEFT, "referral": _TOLD}, 0)
    out = np.empty((columns.events, 3 + len(OUTCOMES)))
    many = _follow(
        columns.starts, columns.at, found.row("perception"), found.row("overall"), marks,
        np.int64(newest), np.int64(DAYS * DAY), np.int64(_MONTH), out,
    )  # fmt: skip
    return out[:many]


@compiled
def _follow(
    starts: Any, at: Any, P: Any, overall: Any, marks: Any, newest: Any, days: Any, month: Any, out: Any
) -> int:
    used = 0
    for c in range(starts.shape[0] - 1):
        bought, first = False, starts[c]
        for i in range(starts[c], starts[c + 1]):
            bought = bought or marks[i] == _BOUGHT
            if marks[i] == _LEFT:  # gone: nothing more to foresee
                break
            if i + 1 < starts[c + 1] and at[i + 1] // month == at[i] // month:
                continue
            if at[i] + days > newest:
                break
            while at[i] - at[first] > days:
                first += 1
            out[used, 0], out[used, 1], out[used, 2] = c, P[i], np.log(1.0 + i + 1 - first)
            said, again, left, told = np.nan, 0.0, 0.0, 0.0
            for j in range(i + 1, starts[c + 1]):
                if at[j] > at[i] + days:
                    break
                if np.isnan(said) and np.isfinite(overall[j]):
                    said = overall[j]
                again = 1.0 if marks[j] == _BOUGHT else again
                left = 1.0 if marks[j] == _LEFT else left
                told = 1.0 if marks[j] == _TOLD else told
            out[used, 3] = said
            out[used, 4] = again if bought else np.nan
            out[used, 5], out[used, 6] = 1.0 - left, told
            used += 1
    return used


def _outcome_parts(moments: Floats, bucket: Any) -> list[list[groups.Part]]:
    sums = np.stack([groups.sums_for([key], len(_PAIRS)) for key in OUTCOMES])
    _add_outcomes(moments, bucket, sums)
    return [groups.parts_of_sums("outcome", [key], own) for key, own in zip(OUTCOMES, sums, strict=True)]


@compiled
def _add_outcomes(moments: Any, bucket: Any, sums: Any) -> None:
    """Adds each moment to the sums (outcomes, buckets, 2 + products) of the outcomes that it has."""
    last = np.full(sums.shape[0], -1)
    for row in moments:
        customer = int(row[0])
        x1, x2 = row[1] - _CENTRE, row[2]
        for k in range(sums.shape[0]):
            y = row[3 + k]
            if not np.isfinite(y):
                continue
            to = sums[k, bucket[customer]]
            to[0] += 1.0
            if last[k] != customer:
                last[k] = customer
                to[1] += 1.0
            # The products of _PAIRS.
            to[2] += 1.0
            to[3] += x1
            to[4] += x2
            to[5] += y
            to[6] += x1 * x1
            to[7] += x1 * x2
            to[8] += x1 * y
            to[9] += x2 * x2
            to[10] += x2 * y


def _recall_parts(lives: Lives, recalled: Floats) -> list[groups.Part]:
    """What answers about the relationship held beyond what was foreseen, on the old peak."""
    found = lives.found
    rows = np.flatnonzero(np.isfinite(recalled))
    left = found.row("overall")[rows] - found.row("predicted")[rows]
    told = np.isfinite(left) & ~np.isfinite(found.row("answer")[rows])
    rows, left = rows[told], left[told]
    design = np.stack([np.ones(len(rows)), recalled[rows], np.zeros(len(rows)), left])
    values = np.array([design[a] * design[b] for a, b in _PAIRS])
    codes, customer = np.zeros(len(rows), dtype=np.int64), lives.owner[rows]
    return groups.group_rows(RECALL, [RECALL], codes, customer, lives.bucket[customer], values)


def finish(state: groups.State, side: Mapping[str, Any]) -> Any:
    """The `LOYALTY` table: outcomes that were never seen, or always, have a mean and no slope."""
    del side
    rows = []
    for (_, key), sums in sorted(state.items(), key=lambda one: one[0][1]):
        value, low, high = groups.jackknife(sums, _regression)
        row: dict[str, Any] = {"outcome": key, "days": DAYS, "n": int(sums[:, 0].sum())}
        row["customers"] = int(sums[:, 1].sum())
        for name, place in (("mean", 0), ("slope", 1)):
            ends = ("mean_low", "mean_high") if name == "mean" else ("low", "high")
            for column, number in ((name, value), (ends[0], low), (ends[1], high)):
                row[column] = float(number[place]) if np.isfinite(number[place]) else None
        rows.append(row)
    types = {"text": pa.string(), "float": pa.float64(), "int": pa.int64()}
    schema = pa.schema([(column.name, types[column.type]) for column in LOYALTY.columns])
    return pa.Table.from_pylist(rows, schema=schema)


def _regression(sums: Floats) -> Floats:
    """Mean of the outcome and its slope on the second column, the third being equal."""
    cross = np.zeros((4, 4))
    for (a, b), total in zip(_PAIRS, sums[2:], strict=True):
        cross[a, b] = cross[b, a] = total
    n = cross[0, 0]
    if n < 2:
        return np.array([np.nan, np.nan])
    centred = cross[1:, 1:] - np.outer(cross[0, 1:], cross[0, 1:]) / n
    spread = np.diagonal(centred)[:2]
    if spread[0] <= 1e-12 * n:
        return np.array([cross[0, 3] / n, np.nan])
    used = [0, 1] if spread[1] > 1e-12 * n else [0]
    slopes = np.linalg.lstsq(centred[np.ix_(used, used)], centred[used, 2], rcond=None)[0]
    return np.array([cross[0, 3] / n, slopes[0]])
