"""Absorbing Markov chains of paths, solved exactly: continuation values and removal effects.

A path is a run of touchpoints that ends in the goal, elsewhere, or not yet. The states of
a chain of order k are the last k touchpoints of a path (fewer at its beginning).

* Continuation value V = (I − Q)⁻¹ R: the probability of the goal from a state
  (Kemeny & Snell, 1960).
* Removal effect 1 − P(goal without s) / P(goal): what is lost when every path that
  reaches s ends there (Anderl, Becker, von Wangenheim & Schumann, 2016).
* Set Shapley: each goal shared equally among the touchpoints of its path, which is the
  Shapley value of the game that counts paths inside a coalition (Zhao, Mahboobi &
  Bagheri, 2018).

All of it is linear algebra. Nothing is simulated, so two runs give one answer.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy
from numpy.typing import NDArray

from vivencia.words.errors import ParameterError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Sparse = Any
"""A `scipy.sparse.csr_matrix`; scipy says nothing of its types."""

MAX_ORDER = 3


@dataclass(frozen=True, slots=True)
class Paths:
    """Paths laid end to end.

    `steps` are touchpoint codes under `touchpoints`; path i is `steps[begins[i]:begins[i + 1]]`.
    `goals` is how often (or for how much) a path reached the goal, `others` how often it ended
    elsewhere, `opens` how often it has not ended: such a path shows its moves and no end.
    """

    steps: Ints
    begins: Ints
    touchpoints: int
    goals: Floats
    others: Floats
    opens: Floats | None = None


@dataclass(frozen=True, slots=True)
class Chain:
    """Weights of moves among n states: from the start, between them, to the goal, elsewhere.

    `paid` is what the goal moves are worth (the same as `goal` where every goal counts 1).
    `touched[t, s]` says that touchpoint t is among the touchpoints of state s.
    """

    start: Floats
    inner: Sparse
    goal: Floats
    other: Floats
    paid: Floats
    touched: NDArray[np.bool_]

    @property
    def leaving(self) -> Floats:
        """The weight that leaves each state, ends included."""
        total: Floats = np.asarray(self.inner.sum(axis=1)).ravel() + self.goal + self.other
        return total


def chain_of(paths: Paths, order: int = 1, *, self_loops: bool = True, worth: Floats | None = None) -> Chain:
    """Count the moves of paths in a chain of the given order (1 to 3).

    Without `self_loops`, moves from a state to itself are left out; that changes no
    continuation value and no removal effect. `worth` gives the value of each path's goals
    in all, for a chain that weighs goals by value.
    Raises ParameterError for another order, or for an empty path.
    """
    if not 1 <= order <= MAX_ORDER:
        raise ParameterError(f"order {order}", hint=f"Give an order from 1 to {MAX_ORDER}.")
    lengths = np.diff(paths.begins)
    if lengths.size and lengths.min() < 1:
        raise ParameterError("a path without steps")
    path = np.repeat(np.arange(lengths.size), lengths)
    state, tokens = _states(paths, path, order)
    size = tokens.shape[0]
    opens = paths.opens if paths.opens is not None else np.zeros(lengths.size)
    weight = paths.goals + paths.others + opens
    moves = np.flatnonzero(path[1:] == path[:-1])
    if not self_loops:
        moves = moves[state[moves] != state[moves + 1]]
    pair = state[moves] * size + state[moves + 1]
    inner = _summed(pair, weight[path[moves]], size)
    final, head = state[paths.begins[1:] - 1], state[paths.begins[:-1]]
    goal = _weighed(final, paths.goals, size)
    touched = np.zeros((paths.touchpoints, size), np.bool_)
    for column in range(order):
        known = np.flatnonzero(tokens[:, column] >= 0)
        touched[tokens[known, column], known] = True
    return Chain(
        start=_weighed(head, weight, size),
        inner=inner,
        goal=goal,
        other=_weighed(final, paths.others, size),
        paid=goal if worth is None else _weighed(final, worth, size),
        touched=touched,
    )


def _states(paths: Paths, path: Ints, order: int) -> tuple[Ints, Ints]:
    """The state of every step, and the touchpoints (−1: none) each state is made of."""
    if order == 1:
        return paths.steps.astype(np.int64), np.arange(paths.touchpoints)[:, None]
    base = paths.touchpoints + 1
    code = state_codes(paths.steps, path, paths.begins, paths.touchpoints, order)
    found, state = np.unique(code, return_inverse=True)
    tokens = np.stack([found // base**back % base - 1 for back in range(order)], axis=1)
    return state, tokens


def state_codes(steps: Ints, path: Ints, begins: Ints, touchpoints: int, order: int) -> Ints:
    """The state of every step as one number; at order 1 it is the touchpoint itself.

    `path` is the path of each step. Codes of one order can be compared between sets of paths
    over the same touchpoints.
    """
    if order == 1:
        return steps.astype(np.int64)
    base = touchpoints + 1
    position = np.arange(steps.size) - begins[path]
    code = np.zeros(steps.size, np.int64)
    for back in range(order):
        earlier = np.zeros_like(code)
        earlier[back:] = steps[: steps.size - back] + 1
        code += np.where(position >= back, earlier, 0) * base**back
    return code


def _weighed(codes: Ints, weight: Floats, size: int) -> Floats:
    sums: Floats = np.bincount(codes, weight, size).astype(np.float64)
    return sums


def _summed(pair: Ints, weight: Floats, size: int) -> Sparse:
    """A sparse matrix of weights summed by `from × size + to`."""
    if size * size <= 1 << 24:
        full = np.bincount(pair, weight, size * size).reshape(size, size)
        return scipy.sparse.csr_matrix(full)
    return scipy.sparse.coo_matrix((weight, (pair // size, pair % size)), (size, size)).tocsr()


def ended(chain: Chain) -> Chain:
    """The chain without the states from which no end was ever seen.

    Where paths have not ended yet, a state may lead nowhere that is known; moves into it
    say nothing about the goal and are left out, as a move that has not happened yet.
    """
    size = chain.goal.size
    ends = scipy.sparse.csr_matrix((chain.goal + chain.other)[:, None] > 0)
    graph = scipy.sparse.bmat([[chain.inner, ends], [None, scipy.sparse.csr_matrix((1, 1))]]).T
    known = np.zeros(size + 1, np.bool_)
    known[scipy.sparse.csgraph.breadth_first_order(graph, size, return_predecessors=False)] = True
    kept = scipy.sparse.diags(known[:size].astype(float))
    return Chain(
        chain.start * known[:size],
        (kept @ chain.inner @ kept).tocsr(),
        chain.goal,
        chain.other,
        chain.paid,
        chain.touched,
    )


@dataclass(frozen=True, slots=True)
class Solved:
    """`value` per state (NaN: never left), `start` from the start, `removal` per touchpoint.

    `removal` is NaN where no path reaches the goal at all: nothing can be lost.
    """

    value: Floats
    start: float
    removal: Floats


def solve(chain: Chain) -> Solved:
    """Continuation values and removal effects of a chain, by one factorisation and one solve a touchpoint."""
    chain = ended(chain)
    leaving = chain.leaving
    known = leaving > 0
    scale = np.divide(1.0, leaving, out=np.zeros_like(leaving), where=known)
    step = scipy.sparse.diags(scale) @ chain.inner
    reward, total = chain.paid * scale, chain.start.sum()
    first = chain.start / total if total > 0 else chain.start
    value = _within(step, reward, np.ones(known.size, np.bool_))
    start = float(first @ value)
    left = np.full(chain.touched.shape[0], np.nan)
    if start > 0:
        for touchpoint, here in enumerate(chain.touched):
            without = _within(step, reward, ~here)
            left[touchpoint] = 1.0 - float(first @ without) / start
    return Solved(np.where(known, value, np.nan), start, left)


def _within(step: Sparse, reward: Floats, allowed: NDArray[np.bool_]) -> Floats:
    """(I − Q)⁻¹ R on the allowed states; every other state is worth nothing."""
    value = np.zeros(reward.size)
    rows = np.flatnonzero(allowed)
    if rows.size == 0:
        return value
    inside = step[rows][:, rows]
    if rows.size <= 400:
        value[rows] = np.linalg.solve(np.eye(rows.size) - inside.toarray(), reward[rows])
    else:
        matrix = (scipy.sparse.identity(rows.size, format="csc") - inside).tocsc()
        value[rows] = scipy.sparse.linalg.splu(matrix).solve(reward[rows])
    return value


def shared_out(removal: Floats, total: float = 1.0) -> Floats:
    """Removal effects scaled to sum to `total`: attributed goals; zeros where nothing is removed."""
    effects = np.nan_to_num(removal)
    whole = effects.sum()
    return effects * (total / whole) if whole > 0 else np.zeros_like(effects)


def set_shapley(paths: Paths) -> Floats:
    """Goals by touchpoint: each path's goals shared equally among its distinct touchpoints."""
    path = np.repeat(np.arange(paths.goals.size), np.diff(paths.begins))
    pairs = np.unique(path * paths.touchpoints + paths.steps)
    owner, touchpoint = pairs // paths.touchpoints, pairs % paths.touchpoints
    credit = paths.goals / np.maximum(np.bincount(owner, minlength=paths.goals.size), 1)
    return _weighed(touchpoint, credit[owner], paths.touchpoints)


@dataclass(frozen=True, slots=True)
class Carried:
    """A first-order chain with what each observed move adds to its estimates.

    Rows of `counts` are the n touchpoints and START; columns the n touchpoints, the goal and
    elsewhere. `value` is the probability of the goal from each touchpoint (NaN where no end
    was ever seen from it), `removal` the removal effect, `lift` the mean of value(here) −
    value(before) over arrivals. `moves` lists the observed moves as (row, column), and
    `gradient` what one more of each would add: columns are value, removal and lift of every
    touchpoint. Summed over the moves of one customer it is that customer's influence, so the
    squares summed over customers are the variance (the delta method, clustered by customer).
    """

    value: Floats
    start: float
    removal: Floats
    lift: Floats
    moves: Ints
    gradient: Floats


def carried(counts: Floats) -> Carried:
    """Continuation, removal and lift of a first-order chain, in closed form from one inverse.

    With N = (I − Q)⁻¹, the chance of ever reaching s from a is N[a, s] / N[s, s], so
    P(goal without s) = V[a] − V[s] N[a, s] / N[s, s]: no second solve is needed.
    """
    n = counts.shape[0] - 1
    counts = _with_known_ends(np.asarray(counts, np.float64))
    leaving = counts.sum(axis=1)
    chance = np.divide(counts, leaving[:, None], out=np.zeros_like(counts), where=leaving[:, None] > 0)
    visits = np.linalg.inv(np.eye(n) - chance[:n, :n])
    value = visits @ chance[:n, n]
    start = float(chance[n, :n] @ value + chance[n, n])
    from_start = chance[n, :n] @ visits
    reach = visits / np.diag(visits)
    reach_start = from_start / np.diag(visits)
    lost = reach_start * value
    rows, columns = np.nonzero(counts)
    after = np.append(value, [1.0, 0.0])
    before = np.append(value, start)
    # One more move a → b shifts V(s) by N[s, a] (V(b) − V(a)) / n(a).
    surprise = (after[columns] - before[rows]) / leaving[rows]
    weight = np.zeros((rows.size, n))
    inside = rows < n
    weight[inside] = visits.T[rows[inside]]
    on_value = weight * surprise[:, None]
    on_start = np.where(inside, np.append(from_start, 1.0)[rows], 1.0) * surprise
    removal, on_removal = np.full(n, np.nan), np.full((rows.size, n), np.nan)
    if start > 0:
        removal = lost / start
        apart = _without(rows, columns, value, start, reach, visits, from_start, leaving)
        on_removal = -apart / start + ((start - lost) / start**2) * on_start[:, None]
    lift, on_lift = _lifts(counts, rows, columns, value, start, on_value, on_start)
    known = leaving[:n] > 0
    return Carried(
        np.where(known, value, np.nan),
        start,
        np.where(known, removal, np.nan),
        np.where(known, lift, np.nan),
        np.stack([rows, columns], axis=1),
        np.concatenate([on_value, on_removal, on_lift], axis=1),
    )


def _with_known_ends(counts: Floats) -> Floats:
    """The counts without moves into touchpoints from which no end was ever seen."""
    n = counts.shape[0] - 1
    known = counts[:n, n:].sum(axis=1) > 0
    while True:
        wider = known | (counts[:n, :n][:, known].sum(axis=1) > 0)
        if (wider == known).all():
            break
        known = wider
    kept = counts.copy()
    kept[:n][~known] = 0.0
    kept[:, :n][:, ~known] = 0.0
    return kept


def _without(
    rows: Ints,
    columns: Ints,
    value: Floats,
    start: float,
    reach: Floats,
    visits: Floats,
    from_start: Floats,
    leaving: Floats,
) -> Floats:
    """What one more of each move adds to P(goal without s), for every s."""
    n = value.size
    # Row a, column s: the goal from a without passing s; nothing from s itself.
    apart = np.zeros((n + 3, n))
    apart[:n] = value[:, None] - reach * value
    apart[np.arange(n), np.arange(n)] = 0.0
    apart[n] = start - from_start / np.diag(visits) * value
    apart[n + 1], apart[n + 2] = 1.0, 0.0
    passed = np.ones((n + 1, n))
    passed[:n] = from_start[:, None] - (from_start / np.diag(visits)) * visits.T
    into = np.where(columns < n, columns, columns + 1)
    return passed[rows] * (apart[into] - apart[rows]) / leaving[rows][:, None]


def _lifts(
    counts: Floats, rows: Ints, columns: Ints, value: Floats, start: float, on_value: Floats, on_start: Floats
) -> tuple[Floats, Floats]:
    """The mean of value(here) − value(before) over arrivals, and what each move adds to it."""
    n = value.size
    arrivals = counts[:, :n].sum(axis=0)
    share = np.divide(counts[:, :n], arrivals, out=np.zeros((n + 1, n)), where=arrivals > 0)
    before = np.append(value, start)
    lift = value - before @ share
    adds = on_value - on_value @ share[:n] - on_start[:, None] * share[n]
    arriving = np.flatnonzero(columns < n)
    here = columns[arriving]
    adds[arriving, here] += (value[here] - before[rows[arriving]] - lift[here]) / arrivals[here]
    return lift, adds
