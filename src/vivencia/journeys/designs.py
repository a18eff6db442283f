"""Do customers walk the way that was designed for them? Conformance of journeys with `[[journeys]]`."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vivencia.journeys.columns import changes, coded, numbered, numbers, whole
from vivencia.journeys.columns import held as held_in
from vivencia.journeys.counting import SUMS, summed_by_customer
from vivencia.journeys.gathering import Row, small_fold
from vivencia.journeys.nearest import Held, Ways, designs_of, named_by
from vivencia.measure.differences import (
    Across,
    Totals,
    clustered_mean,
    difference_of_means,
    share_of,
)
from vivencia.plans import Map, Plan, Step, read_queries
from vivencia.words.shapes.journeys import (
    CONFORMANCE,
    DESIGN_SUMS,
    DESIGNED_FELT,
    DESIGNED_STEPS,
    DESIGNED_WAYS,
    OPEN,
    REACHED,
)

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_KEYS = ("design", "role", "step", "touchpoint")
#: What a share is of: journeys, and what its interval by customer needs.
_OF = ("n", "nn", "customers")
#: Measures that are shares of journeys; the others are means by journey.
_SHARES = ("designed", "walked", "reached_walked", "reached_left")
_MEANS = ("fit", "missing", "extra", "dark")


def conformance_plan() -> Plan:
    """The plan that reads `journeys`, `steps`, `moments` and `designs`.

    It gives `conformance` (a row a journey), `designed_ways`, `designed_steps` and
    `designed_felt`; all are empty for a company that designed no journey. A journey is held
    against the designs for its goal (and those for any goal) and belongs to the nearest.
    """
    queries = read_queries("vivencia.journeys", "designs.sql")
    compare = Map(
        "conformance",
        Compare(),
        reads="journeys",
        columns=("customer", "journey", "goal", "outcome", "variant", "started"),
        writes=(CONFORMANCE, DESIGN_SUMS),
        beside=("designs",),
        order=("customer", "journey"),
        coded=True,
    )
    totals = Step("design_totals", queries["design_totals"], (DESIGN_SUMS.name,), order=_KEYS)
    felt = Step(
        "felt_sums", queries["felt_sums"], (CONFORMANCE.name, "steps", "moments"),
        order=("design", "measure"),
    )  # fmt: skip
    return Plan(
        "conformance",
        (
            compare,
            totals,
            small_fold(
                DESIGNED_WAYS, way_rows, reads="design_totals", columns=(*_KEYS, *SUMS), order=_KEYS
            ),
            small_fold(
                DESIGNED_STEPS, step_rows, reads="design_totals", columns=(*_KEYS, *SUMS), order=_KEYS,
                beside=("designs",),
            ),
            felt,
            small_fold(
                DESIGNED_FELT, felt_rows, reads="felt_sums",
                columns=("design", "measure", *_pair("1"), *_pair("2"), "kk12", "kn12", "nk12", "nn12"),
                order=("design", "measure"),
            ),
        ),
        gives=(CONFORMANCE.name, DESIGNED_WAYS.name, DESIGNED_STEPS.name, DESIGNED_FELT.name),
    )  # fmt: skip


def _pair(side: str) -> tuple[str, ...]:
    return tuple(f"{name}{side}" for name in ("k", "n", "kk", "nn", "kn", "customers"))


# Journeys against designs -----------------------------------------------------------------


class Compare:
    """The map kernel: journeys of whole customers → conformance, and sums for its shares."""

    def __repr__(self) -> str:
        return "Compare()"

    def __call__(self, table: Any, side: Mapping[str, Any]) -> tuple[Any, Any]:
        """The conformance of these customers' ended journeys, and their sums."""
        outcome, outcomes = coded(table.column("outcome"))
        names = outcomes.to_pylist()
        ended = np.flatnonzero(np.array([name != OPEN for name in names], np.bool_)[outcome])
        if side["designs"].num_rows == 0 or ended.size == 0:
            return _empty(CONFORMANCE), _empty(DESIGN_SUMS)
        held, which = _held(table, ended, side["designs"])
        at = numbers(ended)
        rows = {
            "customer": held_in(table.column("customer")).take(at),
            "journey": whole(table.column("journey")).take(at),
            "outcome": numbered(outcome[ended], outcomes),
            "started": whole(table.column("started")).take(at),
            "following": _following(table).take(at),
            **held.columns(which),
        }
        owner = np.cumsum(changes(table.column("customer")), dtype=np.int64)[ended]
        reached = np.array([name == REACHED for name in names])[outcome[ended]]
        sums = pa.Table.from_pylist(list(_sums(held, which, owner, reached)), schema=_schema(DESIGN_SUMS))
        return pa.table({column.name: rows[column.name] for column in CONFORMANCE.columns}), sums


def _held(table: Any, ended: Ints, designs: Any) -> tuple[Held, Ints]:
    """The distinct pairs of way and goal beside their designs, and which of them each journey is."""
    variant, texts = coded(table.column("variant"))
    goal, goals = coded(table.column("goal"))
    wide = len(goals) + 1
    pair = pa.array(variant[ended].astype(np.int64) * wide + goal[ended] + 1).dictionary_encode()
    distinct, which = pair.dictionary.to_numpy(), pair.indices.to_numpy().astype(np.int64)
    ways, names = Ways.of(texts), [None, *goals.to_pylist()]
    held = Held.of(
        ways,
        designs_of(designs, ways.touchpoints),
        distinct // wide,
        [names[code] for code in (distinct % wide).tolist()],
    )
    return held, which


def _following(table: Any) -> Any:
    """When the customer's next journey began, by journey."""
    started = whole(table.column("started"))
    last = np.append(changes(table.column("customer"))[1:], True)
    return started.take(pa.array(np.arange(1, len(started) + 1), mask=last))


# Sums over customers ------------------------------------------------------------------------


def _sums(held: Held, which: Ints, owner: Ints, reached: NDArray[np.bool_]) -> Iterator[Row]:
    """A row for each thing counted; `reached` and `owner` are by journey, `which` its pair."""
    over_all = np.column_stack([held.design >= 0, held.dark]).astype(np.float64)
    yield from _rows([_key("", "designed"), _key("", "dark")], summed_by_customer(owner, which, over_all))
    design = held.design[which]
    for number, one in enumerate(held.designs):
        here = np.flatnonzero(design == number)
        if not here.size:
            continue
        keys, values = _counted(held, number)
        yield from _rows(keys, summed_by_customer(owner[here], which[here], values))
        walked = (held.distance == 0)[which[here]]
        for role, some in (("reached_walked", here[walked]), ("reached_left", here[~walked])):
            ended = reached[some].astype(np.float64)[:, None]
            found = summed_by_customer(owner[some], np.arange(some.size), ended)
            yield from _rows([_key(one.key, role)], found)


def _rows(keys: list[Row], sums: Floats) -> Iterator[Row]:
    """The rows of what customers have."""
    for key, row in zip(keys, sums.tolist(), strict=True):
        if row[SUMS.index("customers")] > 0:
            yield key | dict(zip(SUMS, row, strict=True))


def _counted(held: Held, number: int) -> tuple[list[Row], Floats]:
    """What is counted of one design's journeys, and how much of it each pair has (others: 0)."""
    design, aligned, ways = held.designs[number], held.aligned[number], held.ways
    named, own, of = named_by(held.designs), aligned.own, held.way[aligned.own]
    steps = len(design.labels)
    keys = [_key(design.key, role) for role in ("walked", *_MEANS)]
    keys += [_key(design.key, "taken", step + 1) for step in range(steps)]
    # Which ways meet each touchpoint off the designed way.
    path = np.repeat(np.arange(ways.begins.size - 1), np.diff(ways.begins))
    chosen = np.zeros(ways.begins.size - 1, np.bool_)
    chosen[of] = True
    off = aligned.off & chosen[path]
    codes, column = np.unique(ways.codes[off], return_inverse=True)
    met = np.zeros((chosen.size, codes.size))
    met[path[off], column] = 1.0
    for touchpoint in (ways.touchpoints[code] for code in codes.tolist()):
        keys.append(_key(design.key, "extra" if touchpoint in named else "dark", 0, touchpoint))
    values = np.zeros((held.way.size, len(keys)))
    told = [held.distance == 0, *(getattr(held, name) for name in _MEANS)]
    values[own, : len(told)] = np.column_stack(told)[own]
    values[own, len(told) : len(told) + steps] = aligned.taken
    values[own, len(told) + steps :] = met[of]
    return keys, values


def _key(design: str, role: str, step: int = 0, touchpoint: str = "") -> Row:
    return {"design": design, "role": role, "step": step, "touchpoint": touchpoint}


# The tables ---------------------------------------------------------------------------------


def way_rows(sums: list[Row], beside: Mapping[str, list[Row]]) -> Iterable[Row]:  # noqa: ARG001
    """Shares and means of each design, and over all."""
    for row in sums:
        if row["step"] or row["touchpoint"] or row["role"] == "taken":
            continue
        totals = _totals(row)
        found = share_of(totals) if row["role"] in _SHARES else clustered_mean(totals)
        if found is not None:
            yield {
                "design": row["design"], "measure": row["role"], **found._asdict(),
                "n": int(row["n"]), "customers": int(row["customers"]),
            }  # fmt: skip


def step_rows(sums: list[Row], beside: Mapping[str, list[Row]]) -> Iterable[Row]:
    """Every designed step, and every touchpoint off the way."""
    labels: dict[tuple[str, int], list[str]] = {}
    for row in sorted(beside["designs"], key=lambda row: str(row["touchpoint"])):
        labels.setdefault((row["design"], row["step"]), []).append(row["touchpoint"])
    # A batch where nobody met a touchpoint says nothing of it: what a share is of is asked of the design.
    of = {row["design"]: {name: row[name] for name in _OF} for row in sums if row["role"] == "walked"}
    for row in sums:
        if not (row["role"] == "taken" or row["touchpoint"]):
            continue
        row = row | of[row["design"]]
        share = share_of(_totals(row))
        yield {
            "design": row["design"], "role": row["role"], "step": row["step"],
            "touchpoint": row["touchpoint"] or " | ".join(labels[row["design"], row["step"]]),
            "journeys": round(row["k"]), "customers": int(row["counted"]),
            "share": share.value, "share_low": share.low, "share_high": share.high, "n": int(row["n"]),
        }  # fmt: skip


def felt_rows(sums: list[Row], beside: Mapping[str, list[Row]]) -> Iterable[Row]:  # noqa: ARG001
    """Along the way against off it, where both have at least two customers."""
    for row in sums:
        walked, left = (Totals(*(row[name] for name in _pair(side))) for side in ("1", "2"))
        # Left less walked: the products are told with what was brought to `left` first.
        across = Across(row["kk12"], row["nk12"], row["kn12"], row["nn12"])
        difference = difference_of_means(left, walked, across)
        told: Row = {"design": row["design"], "measure": row["measure"]}
        for name, side in (("walked", walked), ("left", left)):
            mean = clustered_mean(side)
            if mean is None or difference is None:
                break
            told |= {name: mean.value, f"{name}_low": mean.low, f"{name}_high": mean.high}
            told |= {f"{name}_n": int(side.n), f"{name}_customers": int(side.clusters)}
        else:
            assert difference is not None  # noqa: S101 - the loop was not left
            names = ("difference", "difference_low", "difference_high")
            yield told | dict(zip(names, difference, strict=True))


def _totals(row: Row) -> Totals:
    return Totals(row["k"], row["n"], row["kk"], row["nn"], row["kn"], row["customers"])


def _schema(shape: Any) -> Any:
    kinds = {
        "text": pa.string(), "float": pa.float64(), "int": pa.int64(), "bool": pa.bool_(),
        "time": pa.timestamp("us", "UTC"),
    }  # fmt: skip
    return pa.schema([(column.name, kinds[column.type]) for column in shape.columns])


def _empty(shape: Any) -> Any:
    return _schema(shape).empty_table()
