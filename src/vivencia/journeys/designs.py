"""Do customers walk the way that was designed for them? Conformance of journeys with `[[journeys]]`."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vivencia.journeys.aligning import TAKEN, align_each
from vivencia.journeys.columns import changes, coded, whole
from vivencia.journeys.counting import SUMS, Counting, Some
from vivencia.journeys.gathering import Row, small_fold
from vivencia.journeys.steps import BETWEEN
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
_OFF = ("extra", "dark")
#: What stands beside the conformance as it stands in the journey.
_KEPT = ("customer", "journey", "outcome", "started", "following")


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


@dataclass(frozen=True, slots=True)
class Design:
    """One designed journey over the touchpoint codes of a batch."""

    key: str
    goal: str | None
    labels: tuple[str, ...]
    allowed: NDArray[np.bool_]
    optional: NDArray[np.bool_]
    repeats: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Ways:
    """The distinct ways of a batch, as touchpoint codes laid end to end."""

    codes: NDArray[np.int32]
    begins: Ints
    touchpoints: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """Every distinct (way, goal) beside its nearest design, −1 where it has none."""

    design: Ints
    fit: Floats
    distance: Ints
    marks: list[NDArray[np.int8] | None]
    taken: list[NDArray[np.bool_] | None]


class Compare:
    """The map kernel: journeys of whole customers → conformance, and sums for its shares."""

    def __repr__(self) -> str:
        return "Compare()"

    def __call__(self, table: Any, side: Mapping[str, Any]) -> tuple[Any, Any]:
        """The conformance of these customers' ended journeys, and their sums."""
        table = table.append_column("following", _following(table))
        ended = table.filter(pc.not_equal(table.column("outcome"), OPEN))
        if side["designs"].num_rows == 0 or ended.num_rows == 0:
            return _empty(CONFORMANCE), _empty(DESIGN_SUMS)
        variant, texts = coded(ended.column("variant"))
        goal, goals = coded(ended.column("goal"))
        pairs, which = np.unique(variant.astype(np.int64) * (len(goals) + 1) + goal + 1, return_inverse=True)
        ways = _ways(texts)
        designs = _designs(side["designs"], ways.touchpoints)
        way_of, goal_of = pairs // (len(goals) + 1), pairs % (len(goals) + 1) - 1
        names = goals.to_pylist()
        held = _nearest(ways, designs, way_of, [names[code] if code >= 0 else None for code in goal_of])
        told = _told(ways, designs, way_of, held)
        rows = {
            **{name: whole(ended.column(name)) for name in _KEPT},
            **{name: column.take(pa.array(which)) for name, column in told.items()},
        }
        conformance = pa.table({column.name: rows[column.name] for column in CONFORMANCE.columns})
        owner = np.cumsum(changes(ended.column("customer"))) - 1
        reached = pc.equal(whole(ended.column("outcome")), REACHED).to_numpy(zero_copy_only=False)
        return conformance, _sums(ways, designs, way_of, held, told, which, owner, reached)


def _following(table: Any) -> Any:
    """When the customer's next journey began, by journey."""
    started = whole(table.column("started"))
    last = np.append(changes(table.column("customer"))[1:], True)
    return started.take(pa.array(np.arange(1, len(started) + 1), mask=last))


def _ways(texts: Any) -> Ways:
    parts = pc.split_pattern(texts, BETWEEN)
    codes, words = coded(parts.flatten())
    return Ways(codes, parts.offsets.to_numpy().astype(np.int64), tuple(words.to_pylist()))


def _designs(table: Any, touchpoints: tuple[str, ...]) -> list[Design]:
    """The designs in the order of vivencia.toml."""
    place = {name: code for code, name in enumerate(touchpoints)}
    found = []
    rows = sorted(table.to_pylist(), key=lambda row: (row["design_order"], row["step"], row["touchpoint"]))
    for key in dict.fromkeys(row["design"] for row in rows):
        own = [row for row in rows if row["design"] == key]
        steps = max(row["step"] for row in own)
        allowed = np.zeros((steps, max(len(touchpoints), 1)), np.bool_)
        flags = np.zeros((2, steps), np.bool_)
        labels: list[list[str]] = [[] for _ in range(steps)]
        for row in own:
            if row["touchpoint"] in place:
                allowed[row["step"] - 1, place[row["touchpoint"]]] = True
            flags[:, row["step"] - 1] = row["optional"], row["repeats"]
            labels[row["step"] - 1].append(row["touchpoint"])
        found.append(Design(key, own[0]["goal"], tuple(map(" | ".join, labels)), allowed, *flags))
    return found


def _nearest(ways: Ways, designs: list[Design], way_of: Ints, goal_of: list[str | None]) -> Held:
    many = way_of.size
    lengths = np.diff(ways.begins)
    held = Held(
        np.full(many, -1), np.full(many, -1.0), np.zeros(many, np.int64), [None] * many, [None] * many
    )
    for number, design in enumerate(designs):
        candidates = [at for at in range(many) if design.goal is None or design.goal == goal_of[at]]
        distance, length, marks, taken = align_each(
            ways.codes, ways.begins, np.unique(way_of[candidates]),
            design.allowed, design.optional, design.repeats,
        )  # fmt: skip
        for at in candidates:
            way = way_of[at]
            fit = 1.0 - distance[way] / max(lengths[way], length[way], 1)
            if taken[way].any() and fit > held.fit[at]:
                held.design[at], held.fit[at], held.distance[at] = number, fit, distance[way]
                held.marks[at] = marks[ways.begins[way] : ways.begins[way + 1]]
                held.taken[at] = taken[way]
    return held


def _told(ways: Ways, designs: list[Design], way_of: Ints, held: Held) -> dict[str, Any]:
    """The columns of the conformance that a way and its goal decide."""
    named = {name for design in designs for label in design.labels for name in label.split(" | ")}
    rows: list[Row] = []
    for at, way in enumerate(way_of):
        steps = [ways.touchpoints[code] for code in ways.codes[ways.begins[way] : ways.begins[way + 1]]]
        row: Row = {"dark": sum(step not in named for step in steps)}
        marks, taken = held.marks[at], held.taken[at]
        if marks is not None and taken is not None:
            design = designs[held.design[at]]
            gone = [
                label
                for label, made, may in zip(design.labels, taken, design.optional, strict=True)
                if not made and not may
            ]
            off = [step for step, mark in zip(steps, marks, strict=True) if mark != TAKEN]
            row |= {
                "design": design.key,
                "fit": float(held.fit[at]),
                "walked": bool(held.distance[at] == 0),
                "distance": int(held.distance[at]),
                "missing": len(gone),
                "extra": len(off),
                "missing_steps": BETWEEN.join(gone) or None,
                "extra_steps": BETWEEN.join(off) or None,
            }
        rows.append(row)
    schema = _schema(CONFORMANCE)
    names = [name for name in schema.names if name not in _KEPT]
    return {name: pa.array([row.get(name) for row in rows], schema.field(name).type) for name in names}


# Sums over customers ------------------------------------------------------------------------


def _sums(
    ways: Ways, designs: list[Design], way_of: Ints, held: Held, told: dict[str, Any],
    which: Ints, owner: Ints, reached: NDArray[np.bool_],
) -> Any:  # fmt: skip
    counting = Counting([])
    every = Some.of(owner, np.ones(which.size, np.bool_))
    design = held.design[which]
    counting.add(_key("", "designed"), design >= 0, every)
    counting.add(_key("", "dark"), _numbers(told["dark"])[which], every)
    walked = (held.distance == 0)[which]
    for number, one in enumerate(designs):
        here = design == number
        if not here.any():
            continue
        some = Some.of(owner, here)
        of_some = which[some.rows]
        counting.add(_key(one.key, "walked"), walked[some.rows], some)
        for name in _MEANS:
            counting.add(_key(one.key, name), _numbers(told[name])[of_some], some)
        for name, side in (("reached_walked", walked), ("reached_left", ~walked)):
            both = Some.of(owner, here & side)
            counting.add(_key(one.key, name), reached[both.rows], both)
        for key, has in _steps_of(one, number, ways, way_of, held):
            counting.add(key, has[of_some], some)
    _dark_touchpoints(counting, designs)
    return pa.Table.from_pylist(counting.rows, schema=_schema(DESIGN_SUMS))


def _steps_of(
    design: Design, number: int, ways: Ways, way_of: Ints, held: Held
) -> Iterator[tuple[Row, NDArray[np.bool_]]]:
    """Which ways take each designed step, and which have each touchpoint off the designed way."""
    own = np.flatnonzero(held.design == number)
    for step in range(len(design.labels)):
        has = np.zeros(way_of.size, np.bool_)
        has[own] = [bool(held.taken[at][step]) for at in own]  # type: ignore[index]
        yield _key(design.key, "taken", step + 1), has
    off: dict[int, list[int]] = {}
    for at in own:
        steps = ways.codes[ways.begins[way_of[at]] : ways.begins[way_of[at] + 1]]
        for code in np.unique(steps[held.marks[at] != TAKEN]):
            off.setdefault(int(code), []).append(int(at))
    for code, places in sorted(off.items()):
        has = np.zeros(way_of.size, np.bool_)
        has[places] = True
        yield _key(design.key, "extra", 0, ways.touchpoints[code]), has


def _dark_touchpoints(counting: Counting, designs: list[Design]) -> None:
    """An extra touchpoint that no design names is dark."""
    named = {name for design in designs for label in design.labels for name in label.split(" | ")}
    for row in counting.rows:
        if row["role"] == "extra" and row["touchpoint"] and row["touchpoint"] not in named:
            row["role"] = "dark"


def _key(design: str, role: str, step: int = 0, touchpoint: str = "") -> Row:
    return {"design": design, "role": role, "step": step, "touchpoint": touchpoint}


def _numbers(column: Any) -> Floats:
    found: Floats = column.cast(pa.float64()).fill_null(0.0).to_numpy(zero_copy_only=False)
    return found


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
