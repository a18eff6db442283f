"""Drivers: what a change at one touchpoint does to an overall judgement, from customers' own answers.

A customer who never touched a touchpoint has no answer about it *by structure*: the term
is X_j = T_j (R_j − mean_j), beside a column T_j for having been there. A customer who was
there and did not answer is *missing*: nothing is filled in; each product of the normal
equations is averaged over those who answered both sides and scaled to those who touched
both. That equals least squares when all who touched answered, and stays unbiased when
answering does not depend on what was lived (filling in the mean inflates every weight).

Products are summed in blocks of customers, so the bootstrap and the jackknife are by
customer and cost a few matrix products, however many answers there are.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vivencia.measure.importance import Floats, correlations, importance, partial_out

#: Blocks of customers for bootstrap and jackknife; every customer is its own block below this.
BLOCKS = 400
#: Numbers held in all blocks together.
_ROOM = 12_000_000
#: Draws of the bootstrap.
DRAWS = 400
#: Smallest eigenvalue of the touchpoints' correlations, where pairwise averages gave a smaller one.
_FLOOR = 1e-6

NONE, FEW, CONSTANT = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Answers:
    """One row a customer: `touched` (n, p), `lived` (n, p) with NaN where unanswered, `overall` (n,)."""

    touched: NDArray[np.bool_]
    lived: Floats
    overall: Floats


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


def block_products(answers: Answers, blocks: int) -> Floats:
    """Products of (1, touched, answered, answer, overall) summed in blocks: (blocks, 3p + 2, 3p + 2).

    Row i of the answers goes to block i mod `blocks`; rows must be in an order without meaning.
    """
    n, p = answers.touched.shape
    answered = np.isfinite(answers.lived)
    found = np.zeros((blocks, 3 * p + 2, 3 * p + 2))
    centre = np.nanmean(answers.overall) if n else 0.0
    for block in range(blocks):
        rows = slice(block, n, blocks)
        known = answered[rows]
        columns = np.column_stack(
            [
                np.ones(len(known)),
                answers.touched[rows],
                known,
                np.where(known, answers.lived[rows], 0.0),
                answers.overall[rows] - centre,
            ]
        )
        found[block] = columns.T @ columns
    return found


def structural_covariance(products: Floats) -> Floats:
    """Covariance of (T, X, overall) from sums of products, (…, 2p + 1, 2p + 1)."""
    p = (products.shape[-1] - 2) // 3
    t, o, v, y = slice(1, p + 1), slice(p + 1, 2 * p + 1), slice(2 * p + 1, 3 * p + 1), 3 * p + 1
    n = np.maximum(products[..., 0, 0], 1.0)[..., None, None]

    def over(top: Floats, bottom: Floats) -> Floats:
        return np.divide(top, bottom, out=np.zeros_like(top), where=bottom > 0)

    answered = products[..., 0, o]
    mean = over(products[..., 0, v], answered)
    both, rated = products[..., t, t], products[..., o, o]
    cross = products[..., o, v] * mean[..., :, None]
    lived = products[..., v, v] - cross - np.swapaxes(cross, -1, -2)
    lived = lived + mean[..., :, None] * mean[..., None, :] * rated
    where = products[..., o, t]
    with_touch = products[..., v, t] - mean[..., :, None] * where
    with_overall = products[..., v, y] - mean * products[..., o, y]
    touch_mean = products[..., 0, t] / n[..., 0]
    overall_mean = products[..., 0, y] / n[..., 0, 0]

    found = np.zeros((*products.shape[:-2], 2 * p + 1, 2 * p + 1))
    held, free = slice(0, p), slice(p, 2 * p)
    found[..., held, held] = both / n - touch_mean[..., :, None] * touch_mean[..., None, :]
    found[..., free, free] = over(lived, rated) * both / n
    found[..., free, held] = over(with_touch, where) * both / n
    found[..., held, free] = np.swapaxes(found[..., free, held], -1, -2)
    found[..., free, -1] = over(with_overall, answered) * touch_mean
    found[..., -1, free] = found[..., free, -1]
    found[..., held, -1] = products[..., t, y] / n[..., 0] - touch_mean * overall_mean[..., None]
    found[..., -1, held] = found[..., held, -1]
    found[..., -1, -1] = products[..., y, y] / n[..., 0, 0] - overall_mean**2
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


def _withheld(answers: Answers, fewest: int) -> NDArray[np.int8]:
    """Which touchpoints the data cannot speak about, and why."""
    answered = np.isfinite(answers.lived)
    rated = answered.sum(axis=0)
    lowest = np.where(answered, answers.lived, np.inf).min(axis=0, initial=np.inf)
    highest = np.where(answered, answers.lived, -np.inf).max(axis=0, initial=-np.inf)
    found = np.where(rated < fewest, FEW, np.where(highest - lowest < 1e-9, CONSTANT, NONE)).astype(np.int8)
    # Each touchpoint costs two columns; five customers a column is the least that says anything.
    room = len(answers.overall) // 10
    order = np.argsort(-rated, kind="stable")
    beyond = order[found[order] == NONE][room:]
    found[beyond] = FEW
    return found


def _blocks(n: int, p: int) -> int:
    return int(max(min(n, BLOCKS, max(100, _ROOM // (3 * p + 2) ** 2)), 1))


def drivers(answers: Answers, *, fewest: int = 5, draws: int = DRAWS, seed: int = 0) -> Drivers:
    """Effects and shares of every touchpoint, with intervals by customer.

    `fewest` is the smallest number of customers who answered about a touchpoint. Rows must
    be in an order without meaning (sorted by a hash of the customer): blocks are cut from it.
    """
    n, p = answers.touched.shape
    touched = answers.touched.sum(axis=0).astype(np.int64)
    rated = np.isfinite(answers.lived).sum(axis=0).astype(np.int64)
    nothing = np.full(p, np.nan)
    withheld = _withheld(answers, fewest)
    if n and np.ptp(answers.overall) < 1e-9:
        withheld[withheld == NONE] = CONSTANT
    used = np.flatnonzero(withheld == NONE)
    if not len(used):
        empty = np.full((p, p), np.nan)
        return Drivers(nothing, empty, nothing, nothing, nothing, "none", 0.0, n, touched, rated, withheld)
    products = block_products(
        Answers(answers.touched[:, used], answers.lived[:, used], answers.overall), _blocks(n, len(used))
    )
    fitted = _fit(products, len(used), draws, seed)

    def wide(values: Floats) -> Floats:
        return _spread(values, used, p)

    covariance = np.full((p, p), np.nan)
    covariance[np.ix_(used, used)] = fitted.covariance
    return Drivers(
        wide(fitted.effect), covariance, wide(fitted.share), wide(fitted.low), wide(fitted.high),
        fitted.method, fitted.r2, n, touched, rated, withheld,
    )  # fmt: skip


def _spread(values: Floats, used: NDArray[np.int64], p: int) -> Floats:
    found = np.full(p, np.nan)
    found[used] = values
    return found


@dataclass(frozen=True, slots=True)
class _Fitted:
    effect: Floats
    covariance: Floats
    share: Floats
    low: Floats
    high: Floats
    method: str
    r2: float


def _fit(products: Floats, p: int, draws: int, seed: int) -> _Fitted:
    blocks = len(products)
    total = products.sum(axis=0)
    n = float(total[0, 0])
    whole = structural_covariance(total)
    rest = partial_out(whole, p)
    effect = coefficients(rest)
    raw, method = importance(correlations(rest))
    chance = _chance(raw, n, p)
    covariance = _jackknife(products, total, p)
    counts = np.random.default_rng(seed).multinomial(blocks, np.full(blocks, 1.0 / blocks), size=draws)
    drawn = (counts @ products.reshape(blocks, -1)).reshape(draws, *total.shape)
    shares, _ = importance(correlations(partial_out(structural_covariance(drawn), p)))
    # A resample carries the sample's own noise and its resampling noise: chance counts twice.
    resampled = _to_one(shares - 2.0 * _chance(shares, n, p)[:, None])
    low, high = np.percentile(resampled, [2.5, 97.5], axis=0)
    share = _to_one(raw - chance)
    return _Fitted(
        effect=effect,
        covariance=covariance,
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


def _jackknife(products: Floats, total: Floats, p: int) -> Floats:
    """Covariance of the effects, leaving one block of customers out after the other."""
    blocks = len(products)
    if blocks < 3:
        return np.full((p, p), np.inf)
    without = coefficients(partial_out(structural_covariance(total - products), p))
    away = without - without.mean(axis=0)
    found: Floats = away.T @ away * (blocks - 1) / blocks
    return found


def _r2(whole: Floats, rest: Floats, effect: Floats) -> float:
    variance = float(whole[-1, -1])
    left = float(rest[-1, -1] - effect @ rest[:-1, -1])
    return float(np.clip(1.0 - left / variance, 0.0, 1.0)) if variance > 0 else 0.0
