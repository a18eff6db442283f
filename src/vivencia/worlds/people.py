"""Who the customers are: drawn once for a whole world, each from a stream of their own."""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from vivencia.worlds.draws import mixed, normal, pick, stream, uniform
from vivencia.worlds.story import NUMBERS, Truth

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

STYLE_SD = NUMBERS.index("sigma_style")
EXPECT_SD = NUMBERS.index("sigma_expectation")
EXPECT = NUMBERS.index("customers_expect")
ACCOUNT_SD = NUMBERS.index("sigma_account")
PER_YEAR = NUMBERS.index("journeys_per_year")
ANONYMOUS = NUMBERS.index("anonymous")
LINKED = NUMBERS.index("linked")

#: Streams of different things under one seed never meet.
LIVES, ACCOUNTS, KEYS = 1, 2, 3
_DAY = 86_400_000_000
#: Share of the customers who were there already, and for how many days their first journeys spread.
_THERE_ALREADY, _SPREAD_DAYS = 0.6, 90.0
#: Spread of how busy and how willing to answer customers are (standard deviation of the log).
_BUSY_SD, _WILLING_SD = 0.5, 0.4


class People(NamedTuple):
    """One row a customer; the columns are named below."""

    whole: Ints  # (N, WHOLE)
    real: Floats  # (N, REAL)
    key: NDArray[np.uint64]  # what the pseudonymous key is made of


#: `store` is −1 where the country has none, `account` where customers stand on their own.
WHOLE = ("segment", "country", "store", "role", "account", "arrives", "anonymous", "linked")
SEGMENT, COUNTRY, STORE, ROLE, ACCOUNT, ARRIVES, STARTS_ANONYMOUS, GETS_LINKED = range(len(WHOLE))
#: Leniency of answers, first expectation, journeys a year, factor on answering, what the account adds.
REAL = ("style", "expects", "busy", "willing", "account_effect")
STYLE, EXPECTS, BUSY, WILLING, ACCOUNT_EFFECT = range(len(REAL))


@njit(cache=True)
def _draw(truth: Truth, seed: int, people: People) -> None:
    numbers, whole, real = truth.numbers, people.whole, people.real
    for i in range(whole.shape[0]):
        one = stream(seed * 4 + LIVES, i)
        shared = stream(seed * 4 + ACCOUNTS, whole[i, ACCOUNT]) if whole[i, ACCOUNT] >= 0 else one
        segment, country = pick(shared, truth.segments[:, 0]), pick(shared, truth.countries)
        whole[i, SEGMENT], whole[i, COUNTRY] = segment, country
        if whole[i, ACCOUNT] >= 0:
            real[i, ACCOUNT_EFFECT] = numbers[ACCOUNT_SD] * normal(shared)
        first, many = truth.stores[country]
        drawn = uniform(one)
        whole[i, STORE] = first + min(int(drawn * many), many - 1) if many > 0 else -1
        real[i, STYLE] = numbers[STYLE_SD] * normal(one)
        real[i, EXPECTS] = numbers[EXPECT] + truth.segments[segment, 1] + numbers[EXPECT_SD] * normal(one)
        real[i, BUSY] = numbers[PER_YEAR] * np.exp(_BUSY_SD * normal(one) - _BUSY_SD**2 / 2)
        real[i, WILLING] = np.exp(_WILLING_SD * normal(one) - _WILLING_SD**2 / 2)
        span = float(truth.when[1] - truth.when[0])
        when = span if uniform(one) > _THERE_ALREADY else min(_SPREAD_DAYS * _DAY, span)
        whole[i, ARRIVES] = truth.when[0] + int(uniform(one) * when)
        whole[i, STARTS_ANONYMOUS] = int(uniform(one) < numbers[ANONYMOUS])
        whole[i, GETS_LINKED] = int(uniform(one) < numbers[LINKED])
        people.key[i] = mixed(np.uint64(seed * 4 + KEYS) ^ mixed(np.uint64(i)))


def accounts_of(customers: int, seed: int, shares: tuple[float, ...]) -> tuple[Ints, Ints]:
    """Account and role of each customer; −1 and 0 where there is one role only.

    The first person of an account decides, the second buys, all others have the last
    role, so every account has the key roles it is judged by; sizes are 3 to 14.
    """
    if len(shares) == 1:
        return np.full(customers, -1, np.int64), np.zeros(customers, np.int64)
    sizes = 3 + np.minimum(np.random.default_rng(seed).geometric(0.3, customers) - 1, 11)
    starts = np.concatenate(([0], np.cumsum(sizes)))
    numbers = np.arange(customers)
    account = np.searchsorted(starts, numbers, side="right") - 1
    position = numbers - starts[account]
    return account.astype(np.int64), np.minimum(position, len(shares) - 1).astype(np.int64)


def people_of(truth: Truth, customers: int, seed: int, shares: tuple[float, ...]) -> People:
    """Every customer of a world. `shares` has one number for each role."""
    people = People(
        np.zeros((customers, len(WHOLE)), np.int64),
        np.zeros((customers, len(REAL))),
        np.zeros(customers, np.uint64),
    )
    people.whole[:, ACCOUNT], people.whole[:, ROLE] = accounts_of(customers, seed, shares)
    _draw(truth, seed, people)
    return people
