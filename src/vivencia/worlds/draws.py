"""Random draws that depend on a key alone: each customer owns a stream.

So a life is the same whatever the batch, the order or the number of other lives.
SplitMix64 (Steele, Lea & Flood 2014, "Fast splittable pseudorandom number generators").
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

Stream = NDArray[np.uint64]

_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_30, _27, _31, _11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
_ONE_2_53 = 1.0 / 9007199254740992.0


@njit(cache=True)
def mixed(z: np.uint64) -> np.uint64:
    """The finaliser: a bijection of 64 bits that leaves no visible pattern."""
    z = (z ^ (z >> _30)) * _FIRST
    z = (z ^ (z >> _27)) * _SECOND
    return z ^ (z >> _31)


@njit(cache=True)
def stream(seed: int, key: int) -> Stream:
    """The stream of one key under one seed, as an array of one number."""
    state = np.empty(1, np.uint64)
    state[0] = mixed(mixed(np.uint64(seed) + _STEP) + np.uint64(key) * _STEP)
    return state


@njit(cache=True)
def bits(state: Stream) -> np.uint64:
    """The next 64 bits."""
    state[0] += _STEP
    return mixed(state[0])


@njit(cache=True)
def uniform(state: Stream) -> float:
    """A number in [0, 1)."""
    return float(bits(state) >> _11) * _ONE_2_53


@njit(cache=True)
def normal(state: Stream) -> float:
    """A standard normal number (Box & Muller 1958)."""
    radius = np.sqrt(-2.0 * np.log(1.0 - uniform(state)))
    return float(radius * np.cos(2.0 * np.pi * uniform(state)))


@njit(cache=True)
def exponential(state: Stream) -> float:
    """A waiting time with mean 1."""
    return float(-np.log(1.0 - uniform(state)))


@njit(cache=True)
def poisson(state: Stream, mean: float) -> int:
    """A count with a small mean (Knuth)."""
    limit, product, count = np.exp(-mean), uniform(state), 0
    while product > limit:
        product *= uniform(state)
        count += 1
    return count


@njit(cache=True)
def pick(state: Stream, cumulative: NDArray[np.float64]) -> int:
    """An index drawn by cumulative probabilities; never beyond the last."""
    drawn, index = uniform(state), 0
    while index < cumulative.shape[0] - 1 and drawn >= cumulative[index]:
        index += 1
    return index
