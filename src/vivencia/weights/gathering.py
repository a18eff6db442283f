"""From the moments of sampled customers to what each of their judgements remembers.

A judgement is an answer about the whole relationship. Only what came before it counts,
and a visit fades: exp(−age / memory). The memory is the one, of a few, that explains
most. What was lived at a visit is taken against what the customer expected there: the
filter's disconfirmation, which has the customer's rating style and halo taken out and
knows the objective facts of visits that nobody rated. Where a company does not ask, each
customer's perception after the last event stands in for a judgement.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numba import njit
from numpy.typing import NDArray

from vivencia.measure.drivers import Answers, Usual, deviation, explained, filled, usual_answers

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

COLUMNS = (
    "customer",
    "at",
    "touchpoint",
    "role",
    "rated",
    "experience",
    "disconfirmation",
    "overall",
    "perception",
    "kind",
    "ratings",
)

#: Days after which a visit counts 1/e; the first is the perception filter's default and wins ties.
MEMORIES = (60.0, 20.0, 180.0, float("inf"))
#: What another memory must explain beyond the default, and how many judgements are compared.
BETTER_BY, COMPARED = 0.002, 5000
#: Most numbers (judgements × touchpoints) in one column of the model.
MOST_CELLS = 4_000_000
#: Kinds that say something about the company rather than meet it, and the part of a touchpoint's
#: events from which on it is one of saying: praise there is an outcome, no cause.
STATEMENTS, MOSTLY = ("review", "mention", "referral"), 0.9
_DAY = 86_400e6


@dataclass(frozen=True, slots=True)
class Lives:
    """Whole customers one after another; `first` (customers + 1,) says where each begins.

    `where` is the touchpoint's place in `catalogue_order`, −1 for what is no contact or is not
    catalogued. `lived` is the disconfirmation, `rated` the experience where the customer
    answered; these, `overall` and the `asked` columns are NaN where nothing is known.
    """

    key: NDArray[np.uint64]
    first: Longs
    day: Floats
    where: NDArray[np.int32]
    lived: Floats
    rated: Floats
    statement: NDArray[np.bool_]
    overall: Floats
    perception: Floats
    asked: Mapping[str, Floats]


State = tuple[Lives, ...]


def start(side: Mapping[str, Any]) -> State:  # noqa: ARG001 (the form of a fold)
    """No customers yet."""
    return ()


def add(state: State, table: pa.Table, side: Mapping[str, Any]) -> State:
    """The state with the whole customers of one table."""
    if table.num_rows == 0:
        return state
    names = pa.array(catalogue_order(side["touchpoints"]), pa.string())
    column = {name: _whole(table[name]) for name in table.column_names}
    where = _numbers(pc.index_in(column["touchpoint"], names), -1).astype(np.int32)
    # Leaving is an outcome, and a survey a question: neither is a visit.
    contact = _flags(pc.and_(pc.not_equal(column["role"], "survey"), pc.not_equal(column["kind"], "churn")))
    rated = _flags(column["rated"])
    first = _borders(column["customer"])
    lives = Lives(
        key=_hashes(column["customer"].take(pa.array(first[:-1]))),
        first=first,
        day=pc.cast(column["at"], pa.int64()).to_numpy().astype(np.float64) / _DAY,
        where=np.where(contact, where, -1).astype(np.int32),
        lived=_numbers(column["disconfirmation"], np.nan),
        rated=np.where(rated, _numbers(column["experience"], np.nan), np.nan),
        statement=_flags(
            pc.and_(pc.is_in(column["kind"], pa.array(STATEMENTS)), pc.equal(column["role"], "direct"))
        ),
        overall=_numbers(column["overall"], np.nan),
        perception=_numbers(column["perception"], np.nan),
        asked=_asked(column, side["instruments"]),
    )
    return (*state, lives)


def merge(one: State, other: State) -> State:
    """Both."""
    return one + other


def together(state: State) -> Lives:
    """All customers in the order of a hash of their keys: the same for every split."""
    if not state:
        empty, nobody = np.zeros(0), np.zeros(0, np.uint64)
        return Lives(
            nobody,
            np.zeros(1, np.int64),
            empty,
            empty.astype(np.int32),
            empty,
            empty,
            empty > 0,
            empty,
            empty,
            {},
        )
    lengths = np.concatenate([np.diff(one.first) for one in state])
    key = np.concatenate([one.key for one in state])
    order = np.argsort(key, kind="stable")
    begins = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    first = np.concatenate([[0], np.cumsum(lengths[order])])
    rows = np.repeat(begins[order] - first[:-1], lengths[order]) + np.arange(first[-1])

    def joined(name: str) -> Any:
        return np.concatenate([getattr(one, name) for one in state])[rows]

    asked = {name: np.concatenate([one.asked[name] for one in state])[rows] for name in state[0].asked}
    return Lives(
        key=key[order],
        first=first,
        day=joined("day"),
        where=joined("where"),
        lived=joined("lived"),
        rated=joined("rated"),
        statement=joined("statement"),
        overall=joined("overall"),
        perception=joined("perception"),
        asked=asked,
    )


def statements(lives: Lives, p: int) -> NDArray[np.bool_]:
    """Which touchpoints are places of saying something about the company, not of meeting it."""
    there = lives.where >= 0
    events = np.bincount(lives.where[there], minlength=p)
    said = np.bincount(lives.where[there & lives.statement], minlength=p)
    found: NDArray[np.bool_] = (events > 0) & (said >= MOSTLY * events)
    return found


def without(lives: Lives, left_out: NDArray[np.bool_]) -> Lives:
    """The same lives, with some touchpoints no longer counting as visits."""
    gone = (lives.where >= 0) & left_out[np.maximum(lives.where, 0)]
    return replace(lives, where=np.where(gone, -1, lives.where).astype(np.int32))


def judgements(lives: Lives, outcome: Floats, *, last_only: bool = False) -> Longs:
    """The rows in which a customer judged; only each customer's last one where asked for."""
    rows = np.flatnonzero(np.isfinite(outcome))
    if last_only and len(rows):
        customer = np.searchsorted(lives.first, rows, side="right")
        rows = rows[np.append(customer[1:] != customer[:-1], True)]
    return rows


def usual_of(lives: Lives, values: Floats, p: int) -> Usual:
    """What is usual at each of p touchpoints; `values` are answers, one an event."""
    return usual_answers(lives.where, values, _whose(lives, np.arange(len(values))), p)


def remember(
    lives: Lives,
    outcome: Floats,
    rows: Longs,
    memory: float,
    values: Floats,
    usual: Usual,
) -> Answers:
    """What the judgements in `rows` remember of each touchpoint; `values` are the answers."""
    rows = rows[: max(1000, MOST_CELLS // max(len(usual.mean), 1))]
    scale = np.where(usual.sd > 0, usual.sd, np.inf)
    whose = _whose(lives, rows)
    begins = lives.first[whose]
    exposure, known, lived, answered, away, count = _remember(
        rows, begins, lives.day, lives.where, values, lives.rated, usual.mean, scale, memory
    )
    likely = deviation(away, count, usual.shared)
    _, customer = np.unique(whose, return_inverse=True)
    complete = filled(exposure, known, lived, usual, likely)
    return Answers(exposure, complete, answered, outcome[rows], customer.astype(np.int64))


def mean_lived(lives: Lives, rows: Longs, p: int) -> Floats:
    """Mean of the answers at each touchpoint before each judgement, (rows, p); NaN without any."""
    ones, far = np.ones(p), np.zeros(p)
    begins = lives.first[_whose(lives, rows)]
    _, known, lived, *_ = _remember(
        rows, begins, lives.day, lives.where, lives.rated, lives.rated, far, ones, np.inf
    )
    found: Floats = np.divide(lived, known, out=np.full(lived.shape, np.nan), where=known > 0)
    return found


def _whose(lives: Lives, rows: Longs) -> Longs:
    found: Longs = np.searchsorted(lives.first, rows, side="right") - 1
    return found


def best_memory(lives: Lives, outcome: Floats, rows: Longs, usual: Usual, fewest: int) -> float:
    """The memory that explains the judgements best; the default unless another is clearly better."""
    few = rows[:COMPARED]
    found = [
        explained(remember(lives, outcome, few, days, lives.lived, usual), fewest=fewest) for days in MEMORIES
    ]
    best = int(np.argmax(found))
    return MEMORIES[best] if found[best] > found[0] + BETTER_BY else MEMORIES[0]


def catalogue_order(touchpoints: pa.Table) -> list[str]:
    """Touchpoint keys in the order every state keeps them."""
    keys: list[str] = sorted(touchpoints["touchpoint"].to_pylist())
    return keys


def _asked(column: Mapping[str, Any], instruments: pa.Table) -> dict[str, Floats]:
    """Recommendation and satisfaction as asked about the whole relationship, on 0–10, and having stayed."""
    n = len(column["customer"])
    found = {name: np.full(n, np.nan) for name in ("recommendation", "satisfaction", "loyalty")}
    about = {row["instrument"]: row for row in instruments.to_pylist() if row["target"] == "relationship"}
    judged = pc.indices_nonzero(pc.is_valid(column["overall"]))
    answers = column["ratings"].take(judged)
    of = np.repeat(judged.to_numpy(), np.diff(answers.offsets.to_numpy()))
    place = _numbers(pc.index_in(answers.keys, pa.array(list(about), pa.string())), -1).astype(np.int64)
    raw = _numbers(answers.items, np.nan)
    slope, level = (
        np.array([row[part] for row in about.values()] + [np.nan]) for part in ("slope", "intercept")
    )
    recommended = np.array([row["family"] == "nps" for row in about.values()] + [False])
    for name, here in (
        ("recommendation", (place >= 0) & recommended[place]),
        ("satisfaction", (place >= 0) & ~recommended[place]),
    ):
        found[name][of[here]] = level[place[here]] + slope[place[here]] * raw[here]
    # Having left is a judgement too: 0 at the churn, 1 at the last event of those who stayed.
    first = _borders(column["customer"])
    left = _flags(pc.equal(column["kind"], "churn"))
    found["loyalty"][first[1:] - 1] = 1.0
    gone = np.add.reduceat(left.astype(np.int64), first[:-1]) > 0
    found["loyalty"][first[1:][gone] - 1] = np.nan
    found["loyalty"][left] = 0.0
    return found


def _whole(column: Any) -> Any:
    """One array of a column that came in one piece or several, without a copy where it is one."""
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _numbers(column: Any, empty: float) -> Floats:
    filled = pc.fill_null(pc.cast(column, pa.float64()), empty)
    found: Floats = filled.to_numpy().astype(np.float64)
    return found


def _flags(column: Any) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = np.asarray(pc.fill_null(column, False).to_numpy(zero_copy_only=False))
    return found


def _borders(customers: pa.Array) -> Longs:
    """Index of the first row of every customer, and the number of rows at the end."""
    changed = np.asarray(
        pc.not_equal(customers[1:], customers[:-1]).to_numpy(zero_copy_only=False), dtype=bool
    )
    return np.concatenate([[0], np.flatnonzero(changed) + 1, [len(customers)]]).astype(np.int64)


def _hashes(names: pa.Array) -> NDArray[np.uint64]:
    """A hash of each text that is the same in every process and on every machine."""
    large = pc.cast(names, pa.large_binary())
    offsets = np.frombuffer(large.buffers()[1], dtype=np.int64)[large.offset : large.offset + len(large) + 1]
    data = large.buffers()[2]
    return _fnv(offsets, np.frombuffer(data, dtype=np.uint8) if data else np.zeros(0, dtype=np.uint8))


@njit(cache=True, nogil=True)
def _fnv(offsets: Longs, data: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """FNV-1a with a final mix (Fowler, Noll & Vo; the mix is that of splitmix64)."""
    found = np.empty(len(offsets) - 1, dtype=np.uint64)
    for i in range(len(found)):
        value = np.uint64(14695981039346656037)
        for k in range(offsets[i], offsets[i + 1]):
            value = (value ^ np.uint64(data[k])) * np.uint64(1099511628211)
        value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        found[i] = value ^ (value >> np.uint64(31))
    return found


@njit(cache=True, nogil=True)
def _remember(
    rows: Longs,
    begins: Longs,
    day: Floats,
    where: NDArray[np.int32],
    answer: Floats,
    rated: Floats,
    mean: Floats,
    scale: Floats,
    memory: float,
) -> tuple[Floats, Floats, Floats, NDArray[np.bool_], Floats, Floats]:
    """For each judgement, over its customer's visits up to it.

    Σ w; Σ w and Σ w r over the answered; whether one was rated; the sum of the standardised
    answers; their number.
    """
    n, p = len(rows), len(mean)
    said = np.zeros((n, p), dtype=np.bool_)
    exposure, known, lived = np.zeros((n, p)), np.zeros((n, p)), np.zeros((n, p))
    away, count = np.zeros(n), np.zeros(n)
    for i in range(n):
        for row in range(begins[i], rows[i] + 1):
            j = where[row]
            if j < 0:
                continue
            w = np.exp(-(day[rows[i]] - day[row]) / memory)
            exposure[i, j] += w
            said[i, j] |= not np.isnan(rated[row])
            if not np.isnan(answer[row]):
                known[i, j] += w
                lived[i, j] += w * answer[row]
                away[i] += (answer[row] - mean[j]) / scale[j]
                count[i] += 1.0
    return exposure, known, lived, said, away, count
