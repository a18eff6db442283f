"""Expected, lived and the gap by every dimension: sums in the filter's own pass, intervals at the end."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vivencia.measure.intervals import clustered_mean, clustered_share
from vivencia.perceptions.columns import Columns, microseconds, numbered, one_array
from vivencia.perceptions.compiled import compiled
from vivencia.perceptions.filter import Filtered
from vivencia.perceptions.kernel import DAY
from vivencia.perceptions.parameters import INTERCEPT, RAW_HIGH, RAW_LOW, SLOPE, Floats, Parameters
from vivencia.perceptions.sums import add_up_all
from vivencia.words.shapes.perceptions import (
    ANSWERED,
    ASKED,
    DERIVED,
    DIMENSIONS,
    ENDS_ASKED,
    LEVEL_SE,
    LEVELS,
    SUMMARIES,
    SUMMARY_PARTS,
)

#: More than so many points from the expectation is clearly under or over it.
CLEARLY = 1.0
#: Fewer stated expectations, or answers about an end of the zone, than this leave it to what is known else.
LEAST_ASKED = 5
#: Columns of events that belong to the touchpoint, so that one row of each tells them.
_OF_TOUCHPOINT = frozenset({"stage", "channel"})
_THROUGH_TOUCHPOINT = _OF_TOUCHPOINT | {"touchpoint_month"}
_SHARES = ("disappointed", "delighted")
#: The ends of the zone of tolerance, which are asked by instruments of these targets.
ENDS = ("adequate", "desired")

#: A number an event and the keys the numbers stand for; −1 is none.
Codes = tuple[NDArray[np.int32], list[str]]


def dimension_codes(table: Any, dimensions: tuple[str, ...] = DIMENSIONS) -> dict[str, Codes]:
    """Each event's value in each dimension, as a code (−1: none) and the keys the codes stand for."""
    made: dict[str, Codes] = {"all": (np.zeros(table.num_rows, dtype=np.int32), [""])}
    through = bool(_THROUGH_TOUCHPOINT.intersection(dimensions))
    for name in (*("touchpoint",) * through, *dimensions):
        if name in made or name == "touchpoint_month":
            continue
        if name == "month":
            made[name] = _months(table)
        elif name in _OF_TOUCHPOINT:
            made[name] = _through(made["touchpoint"], one_array(table, name))
        else:
            made[name] = _keys(one_array(table, name))
    if "touchpoint_month" in dimensions:
        made["touchpoint_month"] = _pairs(made["touchpoint"], made["month"])
    return {name: made[name] for name in dimensions}


def _keys(array: Any) -> Codes:
    codes, keys = numbered(array)
    return codes, keys.to_pylist()


def _through(touchpoint: Codes, array: Any) -> Codes:
    """The codes of a column that each touchpoint has one value of: encode one row a touchpoint."""
    codes, places = touchpoint
    first = np.full(len(places), -1, dtype=np.int64)
    _first_rows(codes, first)
    few, keys = _keys(array.take(pa.array(np.maximum(first, 0))))
    return few[codes], keys


@compiled
def _first_rows(codes: Any, first: Any) -> None:
    """The first row of each code; ends where all were seen."""
    missing = first.shape[0]
    for i in range(codes.shape[0]):
        if first[codes[i]] < 0:
            first[codes[i]] = i
            missing -= 1
            if missing == 0:
                break


def _months(table: Any) -> Codes:
    """Calendar months (UTC) as 2026-03."""
    day = microseconds(one_array(table, "at")) // int(DAY)
    if len(day) == 0:
        return np.zeros(0, dtype=np.int32), []
    first_day, last_day = int(day.min()), int(day.max())
    # There are many fewer days than events: each day's month is looked up once.
    days = np.arange(first_day, last_day + 1)
    month = days.view("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    keys = [str(np.datetime64(number, "M")) for number in range(int(month[0]), int(month[-1]) + 1)]
    codes: NDArray[np.int32] = (month - month[0]).astype(np.int32)[day - first_day]
    return codes, keys


def _pairs(touchpoint: Codes, month: Codes) -> Codes:
    keys = [f"{one}|{other}" for one in touchpoint[1] for other in month[1]]
    there = (touchpoint[0] >= 0) & (month[0] >= 0)
    return np.where(there, touchpoint[0] * len(month[1]) + month[0], -1), keys


def summary_parts(
    dimensions: Mapping[str, Codes],
    columns: Columns,
    found: Filtered,
    parameters: Parameters,
    instruments: Any,
) -> Any:
    """The `SUMMARY_PARTS` of whole customers, by `dimension_codes` of their events."""
    rated = np.flatnonzero(np.isfinite(found.row("answer")))
    stated = np.flatnonzero(np.isfinite(found.row("stated")))
    told, every = found.row("stated")[stated], (found.row("perception"), found.row("perception_sd"))
    groups: list[_Group] = [
        ("signals", ("perception", "perception_doubt"), None, every),
        (
            "rated",
            (*ANSWERED, "expectation_doubt", "expectation_second"),
            rated,
            np.concatenate([answered(found, parameters, rated), _expected(found, rated)]),
        ),
        ("stated", ("stated_expectation", "stated_second"), stated, np.stack([told, told**2])),
        *_ends(columns, parameters, instruments),
    ]
    codes, names = _numbered(dimensions, columns.events)
    made: dict[str, Floats] = {}
    for name, values, rows, numbers in groups:
        made |= _sums(name, values, codes, columns.starts, rows, numbers, len(names))
    return _table(names, made)


#: A name, the names of its values, the events it is of (None: all), and the values, a row each.
_Group = tuple[str, tuple[str, ...], NDArray[np.int64] | None, Floats | tuple[Floats, ...]]


def _numbered(
    dimensions: Mapping[str, Codes], events: int
) -> tuple[NDArray[np.int32], list[tuple[str, str]]]:
    """The codes of all dimensions, a row each, numbered through; and the dimension and key of each number."""
    codes, names = np.empty((len(dimensions), events), dtype=np.int32), list[tuple[str, str]]()
    for row, (dimension, (own, keys)) in zip(codes, dimensions.items(), strict=True):
        _number_on(own, len(names), row)
        names += [(dimension, key) for key in keys]
    return codes, names


@compiled
def _number_on(codes: Any, first: int, row: Any) -> None:
    for i in range(codes.shape[0]):
        row[i] = codes[i] + first if codes[i] >= 0 else -1


def _ends(columns: Columns, p: Parameters, instruments: Any) -> list[_Group]:
    """Events where an end of the zone of tolerance was asked, and the mean answer of each, on 0–10.

    They say where a standard lies, not what is expected, so the filter does not hear them.
    """
    target = dict(
        zip(*(instruments.column(name).to_pylist() for name in ("instrument", "target")), strict=True)
    )
    ratings, found = columns.ratings, list[_Group]()
    for end in ENDS:
        used = np.array([target.get(key) == end for key in p.instruments] + [False])
        rows, level = np.zeros(0, dtype=np.int64), np.zeros(0)
        entry = np.flatnonzero(used[ratings.code]) if used.any() else np.zeros(0, dtype=np.int64)
        if len(entry):
            scale, raw = p.scales[ratings.code[entry]], ratings.value[entry]
            inside = (raw >= scale[:, RAW_LOW]) & (raw <= scale[:, RAW_HIGH])
            event = np.searchsorted(ratings.hi, entry[inside], side="right")
            y = (scale[:, INTERCEPT] + scale[:, SLOPE] * raw)[inside]
            n = np.bincount(event, minlength=columns.events)
            rows = np.flatnonzero(n)
            level = np.bincount(event, y, minlength=columns.events)[rows] / n[rows]
        found.append((end, (f"{end}_level",), rows, level[None, :]))
    return found


def _expected(found: Filtered, rows: Any) -> Floats:
    """How unsure each expectation is, and its second moment over what is believed of it."""
    sd = found.row("expectation_sd")[rows]
    return np.stack([sd, found.row("expectation")[rows] ** 2 + sd * sd])


def answered(found: Filtered, parameters: Parameters, rows: Any = slice(None)) -> Floats:
    """The values of ANSWERED, a row an item: what answers say, and what was lived without the halo.

    Of the events `rows`.
    """
    h = parameters.h
    answer, expectation, level, before, shift = (
        found.row(name)[rows] for name in ("answer", "expectation", "level", "before", "shift")
    )
    # Freed of the instrument, E[(y − h·P)/(1 − h)] = q for a person of average style; style and
    # noise go into the interval.
    lived = np.where(found.role[rows] == 0, (level - h * before) / (1.0 - h), level)
    gap = answer - expectation
    with np.errstate(invalid="ignore"):
        shares = (gap < -CLEARLY).astype(np.float64), (gap > CLEARLY).astype(np.float64)
    return np.stack([answer, expectation, gap, lived, lived - expectation - shift, *shares])


def _sums(
    group: str, names: tuple[str, ...], codes: Any, starts: Any, rows: Any, values: Any, keys: int
) -> dict[str, Floats]:
    """The columns of a group's sums, a number a key."""
    if rows is None:
        found = add_up_all(starts, codes, keys, values)
    elif len(rows):
        # Where each customer's first of these rows is.
        found = add_up_all(np.searchsorted(rows, starts), codes[:, rows], keys, values)
    else:
        found = np.zeros((keys, 3 + 3 * len(names)))
    made = {group: found[:, 0], f"{group}_customers": found[:, 1], f"{group}_square": found[:, 2]}
    for v, name in enumerate(names):
        made |= {
            f"{name}_{kind}": found[:, 3 + 3 * v + j] for j, kind in enumerate(("sum", "square", "cross"))
        }
    return made


def _table(names: list[tuple[str, str]], made: Mapping[str, Floats]) -> Any:
    used = np.flatnonzero(made["signals"])
    columns: dict[str, Any] = {
        "dimension": pa.array([names[k][0] for k in used], pa.string()),
        "key": pa.array([names[k][1] for k in used], pa.string()),
    }
    columns |= {name: pa.array(made[name][used]) for name in SUMMARY_PARTS.names[2:]}
    return pa.table(columns)


# From parts to intervals -----------------------------------------------------------------------

Parts = dict[tuple[str, ...], Floats]


def start(side: Mapping[str, Any]) -> Parts:
    """No parts yet."""
    del side
    return {}


def adder(keys: int) -> Callable[[Parts, Any, Mapping[str, Any]], Parts]:
    """The `add` of a fold over parts whose first `keys` columns name a row and whose others add up."""
    return _add_summary if keys == 2 else _add_score


def _add_summary(state: Parts, table: Any, side: Mapping[str, Any]) -> Parts:
    del side
    return merge(state, _rows(table, 2))


def _add_score(state: Parts, table: Any, side: Mapping[str, Any]) -> Parts:
    del side
    return merge(state, _rows(table, 3))


def merge(a: Parts, b: Parts) -> Parts:
    """Parts of the same key added up."""
    joined = dict(a)
    for key, row in b.items():
        joined[key] = joined[key] + row if key in joined else row
    return joined


def _rows(table: Any, keys: int) -> Parts:
    named = [table.column(i).to_pylist() for i in range(keys)]
    numbers = np.column_stack([table.column(i).to_numpy() for i in range(keys, table.num_columns)])
    found: Parts = {}
    for key, row in zip(zip(*named, strict=True), numbers, strict=True):
        found[key] = found[key] + row if key in found else row
    return found


def sums_of(parts: Parts, names: tuple[str, ...]) -> tuple[list[tuple[str, ...]], dict[str, Floats]]:
    """The keys in order, and each summed column as an array over them."""
    keys = sorted(parts)
    numbers = np.array([parts[key] for key in keys]).reshape(len(keys), len(names))
    return keys, {name: numbers[:, i] for i, name in enumerate(names)}


def interval(
    s: Mapping[str, Floats], group: str, name: str, *, share: bool = False, beside: Floats | float = 0.0
) -> tuple[Floats, Floats, Floats]:
    """Mean (or share) with its 95 % interval from summed columns.

    `beside` is a variance of the mean that does not come from which customers answered.
    """
    columns = (
        s[group], s[f"{group}_customers"], s[f"{group}_square"],
        s[f"{name}_sum"], s[f"{name}_square"], s[f"{name}_cross"],
    )  # fmt: skip
    return clustered_share(*columns) if share else clustered_mean(*columns, beside=beside)


def finish(state: Parts, side: Mapping[str, Any]) -> Any:
    """The `SUMMARIES` table.

    The interval of a mean holds the sampling of customers, the common error of its level where
    the parameters were fitted (`levels.py`) and, for what no customer says, each customer's own
    posterior variance. The gap needs no such third part: a customer's answer minus a wrong
    expectation differs from the mean by that error, so it is in the spread between customers.
    """
    keys, s = sums_of(state, SUMMARY_PARTS.names[2:])
    level = _levels(keys, side["parameters"])
    with np.errstate(invalid="ignore", divide="ignore"):
        level["expectation"] = level["expectation"] + s["expectation_doubt_square"] / s["rated"] ** 2
        level["perception"] = level["perception"] + s["perception_doubt_square"] / s["signals"] ** 2
    made: dict[str, Any] = {"dimension": [k[0] for k in keys], "key": [k[1] for k in keys]}
    for column, source in (
        ("signals", "signals"), ("customers", "signals_customers"), ("rated", "rated"),
        ("rated_customers", "rated_customers"), ("stated", "stated"),
    ):  # fmt: skip
        made[column] = pa.array(s[source].astype(np.int64))
    named = [(name, "rated", name) for name in ANSWERED]
    named += [("stated", "stated", "stated_expectation"), ("perception", "signals", "perception")]
    named += [(end, end, f"{end}_level") for end in ENDS]
    for column, group, name in named:
        found = interval(s, group, name, share=name in _SHARES, beside=level.get(name, 0.0))
        value = "stated_expectation" if column == "stated" else column
        for suffix, numbers in zip(("", "_low", "_high"), found, strict=True):
            made[(column if suffix else value) + suffix] = pa.array(numbers, mask=~np.isfinite(numbers))
    for end in ENDS:
        made[f"{end}_n"] = pa.array(s[end].astype(np.int64))
        made[f"{end}_customers"] = pa.array(s[f"{end}_customers"].astype(np.int64))
    made |= _zone(s)
    return pa.table({name: made[name] for name in SUMMARIES.names})


def _zone(s: Mapping[str, Floats]) -> dict[str, Any]:
    """The zone of tolerance (Parasuraman et al. 1994), from adequate to desired service.

    Its ends are the means of what was asked about them, where enough said it of both; else it
    is the mean ± 1 sd of stated expectations, where enough stated one, else E ± 1 sd.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        asked = s["stated"] >= LEAST_ASKED
        n = np.where(asked, s["stated"], s["rated"])
        mean = np.where(asked, s["stated_expectation_sum"], s["expectation_sum"]) / n
        second = np.where(asked, s["stated_second_sum"], s["expectation_second_sum"]) / n
        sd = np.sqrt(np.maximum(second - mean * mean, 0.0))
        low, high = (s[f"{end}_level_sum"] / s[end] for end in ENDS)
        # Ends that cross are no zone.
        both = (s[ENDS[0]] >= LEAST_ASKED) & (s[ENDS[1]] >= LEAST_ASKED) & (low <= high)
    none = (n == 0) & ~both
    said = np.where(both, ENDS_ASKED, np.where(asked, ASKED, DERIVED))
    return {
        "zone": pa.array(said.tolist(), pa.string(), mask=none),
        "zone_low": pa.array(np.where(both, low, mean - sd), mask=none),
        "zone_high": pa.array(np.where(both, high, mean + sd), mask=none),
    }


def _levels(keys: list[tuple[str, ...]], parameters: Any) -> dict[str, Floats]:
    """The variance of the common error of each quantity's level, a number a key; 0 where not fitted."""
    known = {
        (row["touchpoint"], row["item"]): row["value"] ** 2
        for row in parameters.to_pylist()
        if row["name"] == LEVEL_SE
    }
    places = [
        key.split("|")[0] if dimension in ("touchpoint", "touchpoint_month") else ""
        for dimension, key in keys
    ]
    return {
        quantity: np.array([known.get((at, quantity), known.get(("", quantity), 0.0)) for at in places])
        for quantity in LEVELS
    }
