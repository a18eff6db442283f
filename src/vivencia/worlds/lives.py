"""The lives: every customer's journeys, from arrival to leaving or to the end of the calendar.

Journeys follow the story's Markov chain, whatever was lived in them, so that the
chain is exactly known; what is lived decides who leaves, reviews and recommends.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from vivencia.words.signal import KINDS
from vivencia.worlds.contacts import GOAL_OF, IDENTIFIES, WAIT_H, aside, let_time_pass, meet, say
from vivencia.worlds.draws import Stream, exponential, normal, pick, stream, uniform
from vivencia.worlds.happened import ANONYMOUS, GOAL, JOURNEY, NONE, REACHED, WHO, Happened, blank
from vivencia.worlds.people import ARRIVES, BUSY, EXPECTS, ROLE, STARTS_ANONYMOUS, STYLE, WILLING, People
from vivencia.worlds.story import NUMBERS, Truth

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CHURN = NUMBERS.index("churn_at_seven")
GOODBYE = NUMBERS.index("says_goodbye")
REVIEWS = NUMBERS.index("reviews")
RECOMMENDS = NUMBERS.index("recommends")
SIGMA_R = NUMBERS.index("sigma_relationship")
SURVEY_DAYS = NUMBERS.index("survey_days")
SURVEY_SOON = NUMBERS.index("survey_soon")
SURVEY_RATE = NUMBERS.index("survey_rate")
SURVEY, CHURNED = KINDS.index("survey"), KINDS.index("churn")
#: How a journey ended: given up, goal reached, in silence; NONE while the calendar cuts it.
LEFT, ARRIVED, SILENT = 0, 1, 2
#: Streams of customers' attributes and of their lives never meet.
LIVES = 0

_SECOND, _DAY = 1_000_000, 86_400_000_000
_LONGEST_WAIT = 20 * _DAY  # a wait inside a journey; journeys end after 30 silent days
_SILENCE = 32 * _DAY  # after a journey that was lost
_MOST = 4096  # events of one life
_SETTLED = 90 * _DAY  # who arrives later than this after the start comes as a new customer
_PEAK = 2.0  # no season lies above it
_MIDDLE = 6.2  # perceptions far from here are told to others
#: What a life keeps beside the mind: next survey due, not yet known, first row, journeys, known since.
DUE, UNKNOWN, BEGAN, JOURNEYS, KNOWN_AT = range(5)
_LOG_ODDS_PER_POINT = 0.45  # how perception moves the odds of leaving (science: churn on filtered P)


@njit(cache=True)
def _surveys(
    truth: Truth, people: People, one: Stream, out: Happened, n: int, mind: Floats, diary: Ints, until: int
) -> int:
    """The relationship surveys due by a time; those that are answered become signals."""
    i, t = out.whole[n, WHO], truth.special[2]
    while diary[DUE] <= until and diary[UNKNOWN] == 0:
        blank(out, n, i, n - diary[BEGAN], diary[DUE], t)
        let_time_pass(truth, one, mind, diary[DUE])
        said = people.real[i, STYLE] + mind[0] + mind[1] + truth.numbers[SIGMA_R] * normal(one)
        say(truth, one, t, out, n, said, True)
        aside(out, n, SURVEY, mind)
        n += int(uniform(one) < min(truth.numbers[SURVEY_RATE] * people.real[i, WILLING], 0.95))
        diary[DUE] += int(truth.numbers[SURVEY_DAYS] * _DAY)
        out.whole[n, WHO] = i
    return n


@njit(cache=True)
def _ask_soon(truth: Truth, diary: Ints, ended_at: int) -> None:
    """The next survey follows a journey by some days, unless the last one is less than half its time ago."""
    soon = ended_at + int(truth.numbers[SURVEY_SOON] * _DAY)
    between = int(truth.numbers[SURVEY_DAYS] * _DAY)
    if diary[DUE] - between // 2 < soon < diary[DUE]:
        diary[DUE] = soon


@njit(cache=True)
def _at_an_hour(one: Stream, at: int) -> int:
    """The same day, or the next, at an hour when people are up."""
    day = at - at % _DAY
    hour = 7.5 + 7.0 * (uniform(one) + uniform(one))
    found = day + int(hour * 3600.0) * _SECOND
    return found if found > at else found + _DAY


@njit(cache=True)
def _later(truth: Truth, one: Stream, t: int, at: int) -> int:
    """When the next step of the journey comes."""
    wait = truth.real[t, WAIT_H] * np.exp(0.6 * normal(one))
    if wait < 6.0:
        return at + max(int(wait * 3600.0), 1) * _SECOND
    return _at_an_hour(one, at + min(int(wait * 3600.0) * _SECOND, _LONGEST_WAIT))


@njit(cache=True)
def _next_journey(truth: Truth, one: Stream, per_year: float, after: int) -> int:
    """When the next journey begins: a Poisson process that follows the season (by thinning)."""
    at = after
    while at < truth.when[1]:
        at += int(exponential(one) * 365.25 / (per_year * _PEAK) * _DAY)
        if at >= truth.when[1] or uniform(one) * _PEAK < truth.season[(at - truth.when[0]) // _DAY]:
            break
    return _at_an_hour(one, at)


@njit(cache=True)
def _leaves(truth: Truth, one: Stream, perceived: float) -> bool:
    odds = truth.numbers[CHURN] / (1.0 - truth.numbers[CHURN])
    odds *= np.exp(-_LOG_ODDS_PER_POINT * (perceived - 7.0))
    return bool(uniform(one) < odds / (1.0 + odds))


@njit(cache=True)
def _also(truth: Truth, one: Stream, perceived: float, ended: int) -> int:
    """The review or the recommendation that follows a journey that ended; −1 where neither does."""
    extreme = min(abs(perceived - _MIDDLE) / 3.0, 1.5)
    if ended in (SILENT, NONE):
        return NONE
    if uniform(one) < truth.numbers[REVIEWS] * (0.3 + 0.7 * extreme):
        return int(truth.special[0])
    if ended == ARRIVED and perceived > 7.5 and uniform(one) < 2.0 * truth.numbers[RECOMMENDS]:
        return int(truth.special[1])
    return NONE


@njit(cache=True)
def _journey(
    truth: Truth, people: People, one: Stream, first: int, at: int, out: Happened, n: int,
    mind: Floats, diary: Ints,
) -> tuple[int, int, int]:  # fmt: skip
    """One journey from its first step; gives the next row, the time it ended and how."""
    t, i = first, out.whole[n, WHO]
    ends = truth.real.shape[0]
    journey = diary[JOURNEYS]
    diary[JOURNEYS] += 1
    while n - diary[BEGAN] < _MOST and at < truth.when[1]:
        n = _surveys(truth, people, one, out, n, mind, diary, at)
        blank(out, n, i, n - diary[BEGAN], at, t)
        if diary[UNKNOWN] == 1 and truth.whole[t, IDENTIFIES]:
            diary[UNKNOWN], diary[KNOWN_AT] = 0, at
            diary[DUE] = max(diary[DUE], at + _DAY)
        out.whole[n, ANONYMOUS] = diary[UNKNOWN]
        out.whole[n, GOAL], out.whole[n, JOURNEY] = truth.whole[first, GOAL_OF], journey
        let_time_pass(truth, one, mind, at)
        meet(truth, people, one, t, out, n, mind)
        n += 1
        out.whole[n, WHO] = i
        to = pick(one, truth.chain[t])
        if to >= ends:
            ended = ARRIVED if to == ends else (LEFT if to == ends + 1 else SILENT)
            out.whole[n - 1, REACHED] = ended if ended != SILENT else NONE
            return n, at, ended
        at, t = _later(truth, one, t, at), to
    return n, at, NONE


@njit(cache=True)
def _review(
    truth: Truth, people: People, one: Stream, at: int, out: Happened, n: int, mind: Floats, diary: Ints
) -> tuple[int, int]:
    """A review, written between two journeys and no step of any."""
    if at >= truth.when[1]:
        return n, at
    i, t = out.whole[n, WHO], truth.special[0]
    n = _surveys(truth, people, one, out, n, mind, diary, at)
    blank(out, n, i, n - diary[BEGAN], at, t)
    let_time_pass(truth, one, mind, at)
    meet(truth, people, one, t, out, n, mind)
    out.whole[n + 1, WHO] = i
    return n + 1, at


@njit(cache=True)
def _goodbye(
    truth: Truth, people: People, one: Stream, out: Happened, n: int, mind: Floats, diary: Ints, at: int
) -> int:
    """Some of those who leave say so, days after a journey that did not reach its goal; few say why.

    The journey then ends with the loss of the customer, so its last step states no outcome.
    """
    i, t = out.whole[n, WHO], truth.special[3]
    when = _at_an_hour(one, at + int(4.0 * uniform(one) * _DAY))
    if uniform(one) >= truth.numbers[GOODBYE] or t < 0 or when >= truth.when[1] or diary[UNKNOWN] == 1:
        return n
    out.whole[n - 1, REACHED] = NONE
    blank(out, n, i, n - diary[BEGAN], when, t)
    let_time_pass(truth, one, mind, when)
    said = people.real[i, STYLE] + mind[0] + mind[1] + truth.numbers[SIGMA_R] * normal(one)
    say(truth, one, t, out, n, said, uniform(one) < 0.25)
    aside(out, n, CHURNED, mind)
    return n + 1


@njit(cache=True)
def _life(truth: Truth, people: People, seed: int, i: int, out: Happened, n: int) -> tuple[int, int]:
    """One customer from arrival to leaving or to the end; gives the next row and when they became known."""
    one, arrives = stream(seed * 4 + LIVES, i), people.whole[i, ARRIVES]
    mind = np.array([people.real[i, EXPECTS], 0.0, float(arrives)])
    due = arrives + int(truth.numbers[SURVEY_DAYS] * uniform(one) * _DAY)
    diary = np.array([due, people.whole[i, STARTS_ANONYMOUS], n, 0, -1], np.int64)
    known = arrives < truth.when[0] + _SETTLED
    at = _at_an_hour(one, arrives)
    out.whole[n, WHO] = i
    while at < truth.when[1] and n - diary[BEGAN] < _MOST:
        start = pick(one, truth.start[2 * people.whole[i, ROLE] + int(known)])
        n, at, ended = _journey(truth, people, one, start, at, out, n, mind, diary)
        known, perceived = True, mind[0] + mind[1]
        if ended in (ARRIVED, LEFT):
            _ask_soon(truth, diary, at)
        if _leaves(truth, one, perceived):
            if ended in (LEFT, SILENT):
                n = _goodbye(truth, people, one, out, n, mind, diary, at)
            break
        also = _also(truth, one, perceived, ended)
        if also >= 0 and diary[UNKNOWN] == 0:
            when = _at_an_hour(one, at + _DAY)
            if also == truth.special[0]:
                n, at = _review(truth, people, one, when, out, n, mind, diary)
            else:
                n, at, _ = _journey(truth, people, one, also, when, out, n, mind, diary)
        quiet = at + (_SILENCE if ended == SILENT else _DAY)
        at = _next_journey(truth, one, people.real[i, BUSY], quiet)
    return n, diary[KNOWN_AT]


@njit(cache=True)
def live_on(
    truth: Truth, people: People, seed: int, first: int, out: Happened, known_at: Ints
) -> tuple[int, int]:
    """Lives from customer `first` on, until the room is full; gives the next customer and the rows."""
    i, n, rows = first, 0, out.words.shape[0]
    while i < people.key.shape[0] and n + _MOST + 64 < rows:
        n, known_at[i] = _life(truth, people, seed, i, out, n)
        i += 1
    return i, n
