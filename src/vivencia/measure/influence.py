"""Removal effects of a chain of any order, with what each path adds to them.

The estimates are those of `vivencia.measure.markov`: exact, by sparse linear solves. Beside
them stand, for the whole chain and for the chain without each touchpoint, the value V of
every state and the expected visits m to it. One more path s₀ … s_L with reward r then adds

    (V(s₀) − V₀) / paths + Σ m(s)(V(s′) − V(s)) / n(s) + m(s_L)(r − V(s_L)) / n(s_L)

to the value from the start (the influence function of the delta method), n being how often a
state is left. Summed by customer and squared this is the variance; nothing is simulated.
"""

from dataclasses import dataclass
from typing import Any

import numba
import numpy as np
import scipy
from numpy.typing import NDArray

from vivencia.measure.markov import Chain, Paths, chain_of, ended, state_codes

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


#: Chains with no more states are solved densely.
DENSE = 600


@dataclass(frozen=True, slots=True)
class Traced:
    """A chain solved, whole (row 0) and without each of `removed` (the rows after it).

    `codes` are the states' codes in order (see `state_codes`); states from which no end is
    known have −1 in `place`. `value` and `visits` are (1 + removed, states), `start` the value
    from the start of each row, `leaving` how often each state is left, `begun` the paths.
    """

    order: int
    touchpoints: int
    codes: Ints
    place: Ints
    value: Floats
    visits: Floats
    start: Floats
    leaving: Floats
    begun: float

    @property
    def removal(self) -> Floats:
        """1 − value without the touchpoint / value; NaN where nothing is reached at all."""
        if self.start[0] <= 0:
            return np.full(self.start.size - 1, np.nan)
        found: Floats = 1.0 - self.start[1:] / self.start[0]
        return found

    def states_of(self, steps: Ints, path: Ints, begins: Ints) -> Ints:
        """The state of each step of other paths; −1 where the chain does not know it."""
        code = state_codes(steps, path, begins, self.touchpoints, self.order)
        at = np.minimum(np.searchsorted(self.codes, code), max(self.codes.size - 1, 0))
        if self.codes.size == 0:
            return np.full(code.size, -1)
        found: Ints = np.where(self.codes[at] == code, self.place[at], -1)
        return found


def trace(paths: Paths, order: int, removed: Ints, *, worth: Floats | None = None) -> Traced:
    """Solve the chain of an order whole and without each touchpoint in `removed`.

    `worth` gives the value of each path's goals in all; without it every goal counts 1.
    """
    return trace_each(paths, order, removed, (worth,))[0]


def trace_each(
    paths: Paths, order: int, removed: Ints, worths: tuple[Floats | None, ...]
) -> tuple[Traced, ...]:
    """`trace` for several worths of the same goals, by the same factorisations."""
    lengths = np.diff(paths.begins)
    path = np.repeat(np.arange(lengths.size), lengths)
    codes = np.unique(state_codes(paths.steps, path, paths.begins, paths.touchpoints, order))
    if order == 1:
        codes = np.arange(paths.touchpoints)
    chains = [ended(chain_of(paths, order, worth=worth)) for worth in worths]
    chain, size, many = chains[0], codes.size, len(worths)
    leaving = chain.leaving
    known = leaving > 0
    scale = np.divide(1.0, leaving, out=np.zeros_like(leaving), where=known)
    step = (scipy.sparse.diags(scale) @ chain.inner).tocsr()
    first = chain.start / max(chain.start.sum(), 1e-300)
    rewards = np.column_stack([one.paid * scale for one in chains])
    value, visits = np.zeros((many, removed.size + 1, size)), np.zeros((removed.size + 1, size))
    matrix = step.toarray() if size <= DENSE else step
    for row in range(removed.size + 1):
        allowed = known if row == 0 else known & ~chain.touched[removed[row - 1]]
        found, visits[row] = both_ways(matrix, rewards, first, allowed)
        value[:, row] = found.T
    place = np.where(known, np.arange(size), -1)
    begun = float(chain.start.sum())
    return tuple(
        Traced(order, paths.touchpoints, codes, place, one, visits, one @ first, leaving, begun)
        for one in value
    )


def both_ways(step: Any, rewards: Floats, first: Floats, allowed: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """(I − Q)⁻¹ R and first (I − Q)⁻¹ on the allowed states, by one factorisation; elsewhere 0.

    `step` is Q, dense or sparse; `rewards` (states, m) are several R at once.
    """
    value, visits = np.zeros(rewards.shape), np.zeros(first.size)
    rows = np.flatnonzero(allowed)
    if rows.size == 0:
        return value, visits
    if isinstance(step, np.ndarray):
        factors = scipy.linalg.lu_factor(np.eye(rows.size) - step[np.ix_(rows, rows)])
        value[rows] = scipy.linalg.lu_solve(factors, rewards[rows])
        visits[rows] = scipy.linalg.lu_solve(factors, first[rows], trans=1)
        return value, visits
    solver = scipy.sparse.linalg.splu(
        (scipy.sparse.identity(rows.size, format="csc") - step[rows][:, rows]).tocsc()
    )
    value[rows] = solver.solve(rewards[rows])
    visits[rows] = solver.solve(first[rows], trans="T")
    return value, visits


def values_of_ends(chain: Chain, ends: list[Floats]) -> tuple[Floats, Floats]:
    """Probability of each ending from each state, (ends, states), and N = (I − Q)⁻¹.

    `chain` is of order 1; `ends` are the weights of the moves into each ending. States from
    which no end is known are 0 in both.
    """
    chain = ended(chain)
    leaving = chain.leaving
    known = leaving > 0
    scale = np.divide(1.0, leaving, out=np.zeros_like(leaving), where=known)
    step = scale[:, None] * chain.inner.toarray()
    visits = np.linalg.inv(np.eye(known.size) - step) * known[:, None] * known[None, :]
    return np.array([visits @ (end * scale) for end in ends]), visits


@numba.njit(cache=True, nogil=True)
def influences(
    states: Ints,
    begins: Ints,
    end: Ints,
    reward: Floats,
    value: Floats,
    visits: Floats,
    start: Floats,
    leaving: Floats,
    begun: float,
) -> Floats:
    """What each path adds to the value of each row, (paths, rows).

    `states` are the states of the steps (−1: left out), `end` the ending of each path
    (−1: not yet), `reward[row, ending]` what an ending is worth. With `begun` 0 the start
    adds nothing.
    """
    paths, rows = begins.size - 1, value.shape[0]
    found = np.zeros((paths, rows))
    # The rows of one state side by side, so that a move is added to all of them in one go.
    level, passed = np.ascontiguousarray(value.T), np.ascontiguousarray(visits.T)
    for path in range(paths):
        last = states[begins[path + 1] - 1]
        head = states[begins[path]]
        if begun > 0 and head >= 0:
            for row in range(rows):
                found[path, row] += (level[head, row] - start[row]) / begun
        for at in range(begins[path], begins[path + 1] - 1):
            here, there = states[at], states[at + 1]
            if here >= 0 and there >= 0:
                for row in range(rows):
                    moved = level[there, row] - level[here, row]
                    found[path, row] += passed[here, row] * moved / leaving[here]
        if end[path] >= 0 and last >= 0:
            for row in range(rows):
                surprise = reward[row, end[path]] - level[last, row]
                found[path, row] += passed[last, row] * surprise / leaving[last]
    return found


@numba.njit(cache=True, nogil=True)
def squared_by_customer(
    first: NDArray[np.bool_], way: Ints, added: Floats, extra: Floats, worth: Floats
) -> Floats:
    """Σ over customers of the square of Σ over their paths of `added[way] + worth · extra[way]`.

    An `extra` without rows adds nothing.
    """
    rows, worthy = added.shape[1], extra.shape[0] > 0
    squares, own = np.zeros(rows), np.zeros(rows)
    for path in range(way.size):
        if first[path]:
            for row in range(rows):
                squares[row] += own[row] * own[row]
                own[row] = 0.0
        here = way[path]
        if worthy and worth[path] != 0.0:
            for row in range(rows):
                own[row] += added[here, row] + worth[path] * extra[here, row]
        else:
            for row in range(rows):
                own[row] += added[here, row]
    return squares + own * own


@numba.njit(cache=True, nogil=True)
def passed_by(first: NDArray[np.bool_], way: Ints, begins: Ints, steps: Ints, touchpoints: int) -> Ints:
    """Journeys, and customers, that passed each touchpoint, (2, touchpoints).

    Journeys stand in order of customers, `first` marks each one's first; journey j walks
    `steps[begins[way[j]]:begins[way[j] + 1]]`.
    """
    found = np.zeros((2, touchpoints), np.int64)
    in_journey, in_customer = np.full(touchpoints, -1, np.int64), np.full(touchpoints, -1, np.int64)
    person = 0
    for journey in range(way.size):
        person += first[journey]
        for at in range(begins[way[journey]], begins[way[journey] + 1]):
            here = steps[at]
            if in_journey[here] != journey:
                in_journey[here] = journey
                found[0, here] += 1
                if in_customer[here] != person:
                    in_customer[here] = person
                    found[1, here] += 1
    return found
