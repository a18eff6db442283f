"""Made-up plans and tables that try the corners: ties, nulls, sub-second times, groups of one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from vivencia.plans import Fold, Map, Plan, Step
from vivencia.words.tables import Column, TableShape

ORDER = ("customer", "at", "source", "id")
START = datetime(2026, 1, 31, 23, 59, 59, 999_999, tzinfo=UTC)

VISITS = TableShape(
    "visits",
    "a small events table",
    (
        Column("customer", "text", "who", required=True),
        Column("at", "time", "when", "UTC", required=True),
        Column("source", "text", "where from", required=True),
        Column("id", "text", "which", required=True),
        Column("touchpoint", "text", "where"),
        Column("score", "float", "answer"),
        Column("measures", "numbers", "objective"),
    ),
    key=("source", "id"),
    order=ORDER,
)

RUNNING = TableShape(
    "running",
    "the running total of the scores of a customer",
    (
        Column("customer", "text", "who", required=True),
        Column("at", "time", "when", "UTC", required=True),
        Column("source", "text", "where from", required=True),
        Column("id", "text", "which", required=True),
        Column("total", "float", "running total", required=True),
        Column("answers", "int", "answers so far", required=True),
    ),
    key=("source", "id"),
    order=ORDER,
)

LASTS = TableShape(
    "lasts",
    "one row a customer",
    (
        Column("customer", "text", "who", required=True),
        Column("visits", "int", "how many", required=True),
        Column("last_at", "time", "last one", "UTC", required=True),
    ),
    key=("customer",),
    order=("customer",),
)

BY_TOUCHPOINT = TableShape(
    "by_touchpoint",
    "sums by touchpoint",
    (
        Column("touchpoint", "text", "where", required=True),
        Column("n", "int", "answers", required=True),
        Column("customers", "int", "customers", required=True),
        Column("total", "float", "sum", required=True),
    ),
    key=("touchpoint",),
    order=("touchpoint",),
)


def at(microseconds: int) -> datetime:
    return START + timedelta(microseconds=microseconds)


#: (customer, µs after START, id, touchpoint, score, measures); not in order on purpose.
ROWS: list[tuple[str, int, str, str | None, float | None, dict[str, float] | None]] = [
    ("b", 1, "b2", "shop", 4.0, {"wait_s": 2.5, "price": 10.0}),
    ("b", 0, "b1", "shop", None, None),
    ("b", 1, "b3", "desk", 0.1, {}),  # the same microsecond as b2
    ("a", 86_400_000_000, "a2", "desk", 0.2, {"wait_s": 0.25}),
    ("a", 0, "a1", "shop", 7.0, None),
    ("é", 5, "e1", None, 3.0, {"wait_s": 1.0}),  # sorts after every ASCII letter
    ("c", 2, "c1", "site", None, {"price": 3.0}),  # a group of one, never answered
]


def visits(rows: list[tuple[Any, ...]] | None = None) -> pa.Table:
    wanted = ROWS if rows is None else rows
    return pa.table(
        {
            "customer": pa.array([row[0] for row in wanted], pa.string()),
            "at": pa.array([at(row[1]) for row in wanted], pa.timestamp("us", "UTC")),
            "source": pa.array(["till"] * len(wanted), pa.string()),
            "id": pa.array([row[2] for row in wanted], pa.string()),
            "touchpoint": pa.array([row[3] for row in wanted], pa.string()),
            "score": pa.array([row[4] for row in wanted], pa.float64()),
            "measures": pa.array(
                [None if row[5] is None else list(row[5].items()) for row in wanted],
                pa.map_(pa.string(), pa.float64()),
            ),
        }
    )


def add_up(table: pa.Table, side: Mapping[str, Any]) -> tuple[pa.Table, pa.Table]:
    """Running totals and one row a customer: plain loops, the point is the plumbing."""
    totals: list[float] = []
    answers: list[int] = []
    lasts: list[tuple[str, int, datetime]] = []
    before, total, count, seen = None, 0.0, 0, 0
    times = table.column("at").to_pylist()
    customers = table.column("customer").to_pylist()
    for at_row, (who, score) in enumerate(zip(customers, table.column("score").to_pylist(), strict=True)):
        if who != before:
            before, total, count, seen = who, 0.0, 0, 0
            lasts.append((who, 0, times[at_row]))
        if score is not None:
            total, count = total + score, count + 1
        seen += 1
        lasts[-1] = (who, seen, times[at_row])
        totals.append(total)
        answers.append(count)
    running = table.select(["customer", "at", "source", "id"])
    running = running.append_column("total", pa.array(totals, pa.float64()))
    running = running.append_column("answers", pa.array(answers, pa.int32()))
    return running, pa.table(
        {
            "customer": pa.array([row[0] for row in lasts], pa.string()),
            "visits": pa.array([row[1] for row in lasts], pa.int64()),
            "last_at": pa.array([row[2] for row in lasts], pa.timestamp("us", "UTC")),
        }
    )


def no_sums(side: Mapping[str, Any]) -> dict[str, tuple[int, int, float]]:
    return {}


def add_sums(state: Any, table: pa.Table, side: Mapping[str, Any]) -> dict[str, tuple[int, int, float]]:
    known = set(side["places"].column("touchpoint").to_pylist()) if "places" in side else None
    said = table.filter(pc.is_valid(table.column("touchpoint"))).group_by("touchpoint")
    sums = said.aggregate([("score", "count"), ("customer", "count_distinct"), ("score", "sum")])
    found = {
        row["touchpoint"]: (row["score_count"], row["customer_count_distinct"], row["score_sum"] or 0.0)
        for row in sums.to_pylist()
        if known is None or row["touchpoint"] in known
    }
    return merge_sums(state, found)


def merge_sums(a: Any, b: Any) -> dict[str, tuple[int, int, float]]:
    both = dict(a)
    for name, (n, customers, total) in b.items():
        had = both.get(name, (0, 0, 0.0))
        both[name] = (had[0] + n, had[1] + customers, had[2] + total)
    return both


@dataclass(frozen=True)
class FinishSums:
    """A frozen callable, as plans may hold."""

    factor: float = 1.0

    def __call__(self, state: Any, side: Mapping[str, Any]) -> pa.Table:
        names = sorted(state, reverse=True)  # the engine puts it in order
        return pa.table(
            {
                "touchpoint": pa.array(names, pa.string()),
                "n": pa.array([state[name][0] for name in names], pa.int64()),
                "customers": pa.array([state[name][1] for name in names], pa.int64()),
                "total": pa.array([state[name][2] * self.factor for name in names], pa.float64()),
            }
        )


ADD_UP = Map("add_up", add_up, "visits", ("customer", "at", "source", "id", "score"), (RUNNING, LASTS))
SUMS = Fold(
    "by_touchpoint",
    no_sums,
    add_sums,
    merge_sums,
    FinishSums(),
    "visits",
    ("customer", "touchpoint", "score"),
    BY_TOUCHPOINT,
)


def one_step(sql: str, *, order: tuple[str, ...] = (), values: Any = None, writes: Any = None) -> Plan:
    """A plan of one step named `out` that reads `visits`."""
    return Plan(
        "made_up", (Step("out", sql, ("visits",), order=order, writes=writes),), ("out",), dict(values or {})
    )
