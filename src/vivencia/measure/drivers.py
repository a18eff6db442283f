"""Drivers: what a change at one touchpoint does to an overall judgement, from customers' own answers.

A visit fades from memory: it counts w = exp(−age / memory) when the judgement is given.
A customer who never came to a touchpoint has no answer about it *by structure*: the term
is X_j = Σ w (r − mean_j) over the visits, beside the exposure Σ w for having been there. A
visit without an answer is *missing*, and only it is filled in, with what the customer's
other answers make likely: the mean there, plus the part of the customer's deviation that
answers of one customer share. Least squares on that expectation is unbiased (regression
calibration; Carroll, Ruppert, Stefanski & Crainiceanu 2006), while the bare mean inflates
every weight when a customer's answers go together (halo).

Products are summed in blocks of customers, so the bootstrap and the jackknife are by
customer and cost a few matrix products, however many answers there are.
"""

from dataclasses import dataclass

import numba
import numpy as np
from numpy.typing import NDArray

from vivencia.measure.importance import Floats, correlations, importance, partial_out

#: Blocks of customers for bootstrap and jackknife; every customer is its own block below this.
BLOCKS = 400
#: Blocks where only their sum is wanted.
SUMMED = 64
#: Numbers held in all blocks together.
_ROOM = 12_000_000
#: Draws of the bootstrap.
DRAWS = 400
#: Smallest eigenvalue of the touchpoints' correlations, where pairwise averages gave a smaller one.
_FLOOR = 1e-6

NONE, FEW, CONSTANT = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Answers:
    """What each judgement of a customer remembers of each touchpoint.

    (n, p): `exposure` Σ w over the visits, `lived` Σ w (r − mean) with the unanswered
    filled in, `known` whether a visit was answered. (n,): `overall` is the judgement,
    `customer` whose it is: numbers from 0, ascending, in an order without meaning.
    """

    exposure: Floats
    lived: Floats
    known: NDArray[np.bool_]
    overall: Floats
    customer: NDArray[np.int64]

    @property
    def customers(self) -> int:
        """How many customers judged."""
        return int(self.customer.max()) + 1 if len(self.customer) else 0


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual at each touchpoint.

    `mean` and `sd` (p,) of the answers, NaN without any; `shared` is the correlation of two
    answers of one customer, each against what is usual at its touchpoint.
    """

    mean: Floats
    sd: Floats
    shared: float


def usual_answers(where: NDArray[np.int32], answer: Floats, customer: NDArray[np.int64], p: int) -> Usual:
    """From single answers, one an entry: the touchpoint's place, the answer (NaN: none), whose it is."""
    known = np.isfinite(answer) & (where >= 0)
    place, value, whose = where[known], answer[known], customer[known]
    count = np.bincount(place, minlength=p).astype(np.float64)
    mean = _over(np.bincount(place, value, p).astype(np.float64), count)
    scatter = np.bincount(place, (value - mean[place]) ** 2, p).astype(np.float64)
    sd = np.sqrt(_over(scatter, count))
    away = _over(value - mean[place], sd[place])
    return Usual(np.where(count > 0, mean, np.nan), np.where(count > 0, sd, np.nan), _shared(away, whose))


def _shared(away: Floats, whose: NDArray[np.int64]) -> float:
    """Intraclass correlation by analysis of variance, 0 … 0.95; 0 where no customer answered twice."""
    _, group = np.unique(whose, return_inverse=True)
    count = np.bincount(group).astype(np.float64)
    groups, total = len(count), float(count.sum())
    if groups < 2 or total <= groups:
        return 0.0
    mean = np.bincount(group, away) / count
    within = float(np.sum((away - mean[group]) ** 2)) / (total - groups)
    between = float(np.sum(count * (mean - away.mean()) ** 2)) / (groups - 1)
    size = (total - float(np.sum(count**2)) / total) / (groups - 1)
    spread = between + (size - 1) * within
    return float(np.clip((between - within) / spread, 0.0, 0.95)) if spread > 0 else 0.0


def deviation(away: Floats, answers: Floats, shared: float) -> Floats:
    """What a customer's answers make likely of one not given, in standard deviations.

    `away` is the sum of the standardised answers, `answers` their number.
    """
    found: Floats = shared * away / (1.0 + (answers - 1.0) * shared)
    return np.where(answers > 0, found, 0.0)


def filled(exposure: Floats, known: Floats, lived: Floats, usual: Usual, likely: Floats) -> Floats:
    """Σ w (r − mean) with the unanswered filled in, from Σ w, Σ w and Σ w r over the answered."""
    mean, sd = np.nan_to_num(usual.mean), np.nan_to_num(usual.sd)
    found: Floats = _filled(exposure, known, lived, mean, sd, likely)
    return found


@numba.njit(cache=True, nogil=True)
def _filled(
    exposure: Floats, known: Floats, lived: Floats, mean: Floats, sd: Floats, likely: Floats
) -> Floats:
    """In one pass: the arrays are long, and each step of its own would write one more."""
    found = np.empty_like(lived)
    for row in range(lived.shape[0]):
        for place in range(lived.shape[1]):
            there, answered = exposure[row, place], known[row, place]
            most = lived[row, place] - mean[place] * answered
            found[row, place] = most + (there - answered) * sd[place] * likely[row]
    return found


def one_visit(touched: NDArray[np.bool_], lived: Floats, overall: Floats) -> Answers:
    """Answers of customers who came at most once and forgot nothing; `lived` is NaN where unanswered."""
    n, p = touched.shape
    known = np.isfinite(lived)
    where = np.broadcast_to(np.arange(p, dtype=np.int32), (n, p)).ravel()
    whose = np.repeat(np.arange(n), p)
    usual = usual_answers(where, lived.ravel(), whose, p)
    away = np.where(known, _over(lived - usual.mean, np.broadcast_to(usual.sd, (n, p))), 0.0)
    likely = deviation(away.sum(axis=1), known.sum(axis=1), usual.shared)
    there, answered = touched.astype(np.float64), known.astype(np.float64)
    complete = filled(there, answered, np.where(known, lived, 0.0), usual, likely)
    return Answers(there, complete, known, overall, np.arange(n))


@dataclass(frozen=True, slots=True)
class Drivers:
    """What drives the overall judgement; one entry a touchpoint, NaN where withheld.

    `effect` is signed: overall points per point lived; `covariance` is by customer.
    `share` is the share of the variance the experiences explain together, after chance is
    taken off; `withheld` is NONE, FEW or CONSTANT. `r2` is that of the whole model.
    """

    effect: Floats
    covariance: Floats
    share: Floats
    share_low: Floats
    share_high: Floats
    method: str
    r2: float
    n: int
    touched: NDArray[np.int64]
    rated: NDArray[np.int64]
    withheld: NDArray[np.int8]


def _over(top: Floats, bottom: Floats) -> Floats:
    return np.divide(top, bottom, out=np.zeros(np.broadcast(top, bottom).shape), where=bottom > 1e-12)


def block_products(held: Floats, free: Floats, answers: Answers, blocks: int) -> Floats:
    """Products of (1, held, free, overall) in blocks of whole customers, (blocks, c, c).

    `held` and `free` have a row a judgement; customer i goes to block i mod `blocks`.
    """
    n, wide = len(held), held.shape[1] + free.shape[1] + 2
    found = np.zeros((blocks, wide, wide))
    centre = float(np.mean(answers.overall)) if n else 0.0
    columns = np.column_stack([np.ones(n), held, free, answers.overall - centre])
    place = answers.customer % blocks
    order = np.argsort(place, kind="stable")
    edges = np.searchsorted(place[order], np.arange(blocks + 1))
    for block in range(blocks):
        rows = columns[order[edges[block] : edges[block + 1]]]
        found[block] = rows.T @ rows
    return found


def effects(held: Floats, free: Floats, answers: Answers, *, blocks: int = 200) -> tuple[Floats, Floats]:
    """Coefficients of the overall judgement on `free`, with `held`, and their covariance by customer."""
    blocks = max(1, min(blocks, answers.customers))
    products = block_products(held, free, answers, blocks)
    total = products.sum(axis=0)
    effect = coefficients(partial_out(covariance_of(total), held.shape[1]))
    return effect, _jackknife(total - products, held.shape[1])


def covariance_of(products: Floats) -> Floats:
    """Covariance of (exposure, lived, overall) from sums of products, (…, 2p + 1, 2p + 1)."""
    n = np.maximum(products[..., 0, 0], 1.0)[..., None, None]
    mean = products[..., 0, 1:] / n[..., 0]
    found: Floats = products[..., 1:, 1:] / n - mean[..., :, None] * mean[..., None, :]
    return found


def coefficients(covariance: Floats) -> Floats:
    """Coefficients of the last variable on the others; collinear ones share, constants get 0."""
    spread = np.sqrt(np.clip(np.diagonal(covariance, axis1=-2, axis2=-1), 0.0, None))
    correlation = correlations(covariance)
    values, vectors = np.linalg.eigh(correlation[..., :-1, :-1])
    kept = values > _FLOOR
    inverse = np.divide(1.0, values, out=np.zeros_like(values), where=kept)
    turned = np.einsum("...ji,...j->...i", vectors, correlation[..., :-1, -1])
    beta = np.einsum("...ij,...j->...i", vectors, inverse * turned)
    scale = np.divide(
        spread[..., -1:], spread[..., :-1], out=np.zeros_like(beta), where=spread[..., :-1] > 1e-12
    )
    found: Floats = beta * scale
    return found


def _people(answers: Answers, there: NDArray[np.bool_]) -> NDArray[np.int64]:
    """How many customers each column holds for."""
    if not len(there):
        return np.zeros(there.shape[1], dtype=np.int64)
    first = np.flatnonzero(np.diff(answers.customer, prepend=-1))
    found = np.logical_or.reduceat(there, first, axis=0)
    counts: NDArray[np.int64] = found.sum(axis=0).astype(np.int64)
    return counts


def _withheld(answers: Answers, rated: NDArray[np.int64], fewest: int) -> NDArray[np.int8]:
    """Which touchpoints the data cannot speak about, and why."""
    spread = answers.lived.std(axis=0) if len(answers.overall) else np.zeros(len(rated))
    found = np.where(rated < fewest, FEW, np.where(spread <= 1e-9, CONSTANT, NONE)).astype(np.int8)
    if len(answers.overall) and np.ptp(answers.overall) < 1e-9:
        found[found == NONE] = CONSTANT
    # Each touchpoint costs two columns; five customers a column is the least that says anything.
    order = np.argsort(-rated, kind="stable")
    found[order[found[order] == NONE][answers.customers // 10 :]] = FEW
    return found


def _blocks(n: int, p: int) -> int:
    return int(max(min(n, BLOCKS, max(100, _ROOM // (2 * p + 2) ** 2)), 1))


def explained(answers: Answers, *, fewest: int = 5) -> float:
    """R² of the whole model alone: what memories are compared by."""
    withheld = _withheld(answers, _people(answers, answers.known), fewest)
    used = np.flatnonzero(withheld == NONE)
    if not len(used):
        return 0.0
    # Many small products: one large one would wait for every thread of a busy machine.
    whole = covariance_of(
        block_products(answers.exposure[:, used], answers.lived[:, used], answers, SUMMED).sum(axis=0)
    )
    rest = partial_out(whole, len(used))
    return _r2(whole, rest, coefficients(rest))


def drivers(answers: Answers, *, fewest: int = 5, draws: int = DRAWS, seed: int = 0) -> Drivers:
    """Effects and shares of every touchpoint, with intervals by customer.

    `fewest` is the smallest number of customers who answered about a touchpoint; the
    bootstrap takes `draws` resamples.
    """
    n, p = answers.customers, answers.exposure.shape[1]
    touched, rated = _people(answers, answers.exposure > 0), _people(answers, answers.known)
    nothing = np.full(p, np.nan)
    withheld = _withheld(answers, rated, fewest)
    used = np.flatnonzero(withheld == NONE)
    if not len(used):
        empty = np.full((p, p), np.nan)
        return Drivers(nothing, empty, nothing, nothing, nothing, "none", 0.0, n, touched, rated, withheld)
    held, free = answers.exposure[:, used], answers.lived[:, used]
    fitted = _fit(block_products(held, free, answers, _blocks(n, len(used))), draws, seed)

    def wide(values: Floats) -> Floats:
        found = np.full(p, np.nan)
        found[used] = values
        return found

    covariance = np.full((p, p), np.nan)
    covariance[np.ix_(used, used)] = fitted.covariance
    return Drivers(
        wide(fitted.effect), covariance, wide(fitted.share), wide(fitted.low), wide(fitted.high),
        fitted.method, fitted.r2, n, touched, rated, withheld,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Fitted:
    effect: Floats
    covariance: Floats
    share: Floats
    low: Floats
    high: Floats
    method: str
    r2: float


def _fit(products: Floats, draws: int, seed: int) -> _Fitted:
    blocks, p = len(products), products.shape[-1] // 2 - 1
    total = products.sum(axis=0)
    n = float(total[0, 0])
    whole = covariance_of(total)
    rest = partial_out(whole, p)
    effect = coefficients(rest)
    raw, method = importance(correlations(rest))
    counts = np.random.default_rng(seed).multinomial(blocks, np.full(blocks, 1.0 / blocks), size=draws)
    drawn = (counts @ products.reshape(blocks, -1)).reshape(draws, *total.shape)
    shares, _ = importance(correlations(partial_out(covariance_of(drawn), p)))
    # A resample carries the sample's own noise and its resampling noise: chance counts twice.
    resampled = _to_one(shares - 2.0 * _chance(shares, n, p)[:, None])
    low, high = np.percentile(resampled, [2.5, 97.5], axis=0)
    share = _to_one(raw - _chance(raw, n, p))
    return _Fitted(
        effect=effect,
        covariance=_jackknife(total - products, p),
        share=share,
        low=np.minimum(low, share),
        high=np.maximum(high, share),
        method=method,
        r2=_r2(whole, rest, effect),
    )


def _chance(shares: Floats, n: float, p: int) -> Floats:
    """What chance alone gives each predictor: the correction of adjusted R², shared equally."""
    unexplained = 1.0 - np.clip(shares.sum(axis=-1), 0.0, 1.0)
    found: Floats = np.asarray(unexplained / max(n - 2 * p - 1.0, 1.0))
    return found


def _to_one(shares: Floats) -> Floats:
    """Not under 0, and summing to 1; equal where chance explains everything."""
    kept = np.clip(shares, 0.0, None)
    total = kept.sum(axis=-1, keepdims=True)
    found: Floats = np.divide(kept, total, out=np.full_like(kept, 1.0 / kept.shape[-1]), where=total > 0)
    return found


def _jackknife(without_each: Floats, held: int) -> Floats:
    """Covariance of the effects, from the products without one block of customers after the other."""
    blocks, p = len(without_each), without_each.shape[-1] - held - 2
    if blocks < 3:
        return np.full((p, p), np.inf)
    without = coefficients(partial_out(covariance_of(without_each), held))
    away = without - without.mean(axis=0)
    found: Floats = away.T @ away * (blocks - 1) / blocks
    return found


def _r2(whole: Floats, rest: Floats, effect: Floats) -> float:
    variance = float(whole[-1, -1])
    left = float(rest[-1, -1] - effect @ rest[:-1, -1])
    return float(np.clip(1.0 - left / variance, 0.0, 1.0)) if variance > 0 else 0.0
