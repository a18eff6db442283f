"""Relative importance: how much of an explained variance each predictor accounts for.

Sources: Lindeman, Merenda & Gold (1980) for LMG, which is the Shapley value of R² and
the general dominance of Budescu (1993) and Azen & Budescu (2003); Johnson (2000) for
relative weights; Grömping (2006, J. Stat. Software 17(1)) for the numbers the tests hold.

Everything starts from a covariance (or correlation) matrix whose last row and column
are the outcome. A stack of such matrices, shape (…, p + 1, p + 1), gives a stack of
answers, so a bootstrap is one call. A predictor that adds nothing (constant, or a
combination of others) gets exactly what its place in the average gives it, never NaN.
"""

from functools import cache
from math import comb

import numpy as np
from numpy.typing import NDArray

from vivencia.words.errors import ParameterError

Floats = NDArray[np.float64]

#: The most predictors for which all 2^p subsets are taken.
EXACT_UP_TO = 15
#: A residual variance under this part of the variance itself counts as none.
TOLERANCE = 1e-10
#: Subset values held in memory at once.
_ROOM = 2_000_000


def correlations(covariance: Floats) -> Floats:
    """Correlation matrices; a variable without variance correlates with nothing (0, and 1 with itself)."""
    spread = np.sqrt(np.clip(np.diagonal(covariance, axis1=-2, axis2=-1), 0.0, None))
    floor = TOLERANCE * np.max(spread, axis=-1, keepdims=True, initial=0.0)
    inverse = np.divide(1.0, spread, out=np.zeros_like(spread), where=spread > floor)
    found = covariance * inverse[..., :, None] * inverse[..., None, :]
    index = np.arange(found.shape[-1])
    found[..., index, index] = 1.0
    return np.clip(found, -1.0, 1.0)


def subset_r2(correlation: Floats) -> Floats:
    """R² of the outcome on every subset of the predictors; entry m is the subset of m's bits.

    Predictors are taken one after another. At each the residual matrices of all subsets
    so far split in two: without it, and with it swept out; so the 2^p regressions cost
    about ten operations each. Input (…, p + 1, p + 1), output (…, 2^p).
    Raises ParameterError beyond `EXACT_UP_TO` predictors.
    """
    p = correlation.shape[-1] - 1
    if p > EXACT_UP_TO:
        raise ParameterError(f"{p} predictors; every subset is taken only up to {EXACT_UP_TO}")
    rest = np.asarray(correlation, dtype=np.float64)[..., None, :, :]
    outcome = rest[..., 0, p, p].copy()
    for _ in range(p):
        pivot = rest[..., 0, 0]
        inverse = np.divide(1.0, pivot, out=np.zeros_like(pivot), where=pivot > TOLERANCE)
        column = rest[..., 1:, 0]
        swept = rest[..., 1:, 1:] - column[..., :, None] * column[..., None, :] * inverse[..., None, None]
        rest = np.concatenate([rest[..., 1:, 1:], swept], axis=-3)
    left = rest[..., 0, 0]
    scale = np.divide(1.0, outcome, out=np.zeros_like(outcome), where=outcome > TOLERANCE)
    return np.clip((outcome[..., None] - left) * scale[..., None], 0.0, 1.0)


@cache
def _shapley_coefficients(p: int) -> Floats:
    """What R² of each subset counts for each predictor: (2^p, p)."""
    masks = np.arange(1 << p)
    size = sum(((masks >> bit) & 1) for bit in range(p)) if p else np.zeros(1, dtype=np.int64)
    weight = np.array([1.0 / (p * comb(p - 1, s)) for s in range(p)] + [0.0])
    inside = ((masks[:, None] >> np.arange(p)) & 1).astype(bool)
    plus = weight[np.maximum(size - 1, 0)]
    return np.where(inside, plus[:, None], -weight[size][:, None])


def lmg(correlation: Floats) -> Floats:
    """LMG: the Shapley value of R², (…, p); sums to R². Exact, up to `EXACT_UP_TO` predictors."""
    matrix = np.asarray(correlation, dtype=np.float64)
    p = matrix.shape[-1] - 1
    if p == 0:
        return np.zeros((*matrix.shape[:-2], 0))
    stack = matrix.reshape(-1, p + 1, p + 1)
    chunk = max(1, _ROOM >> p)
    parts = [
        subset_r2(stack[start : start + chunk]) @ _shapley_coefficients(p)
        for start in range(0, len(stack), chunk)
    ]
    shares: Floats = np.concatenate(parts) if parts else np.zeros((0, p))
    return shares.reshape((*matrix.shape[:-2], p))


def conditional_dominance(correlation: Floats) -> Floats:
    """Mean gain in R² by each predictor at each size of the subset before it: (p, p), row j, column size.

    The mean of a row is the general dominance, which is LMG. A predictor whose row is
    nowhere under another's dominates it conditionally (Azen & Budescu 2003).
    """
    p = correlation.shape[-1] - 1
    r2 = subset_r2(correlation)
    masks = np.arange(1 << p)
    size = np.array([int(mask).bit_count() for mask in masks])
    found = np.zeros((p, p))
    for j in range(p):
        without = masks[(masks >> j) & 1 == 0]
        gain = r2[without | (1 << j)] - r2[without]
        found[j] = np.bincount(size[without], weights=gain, minlength=p)[:p] / [
            comb(p - 1, s) for s in range(p)
        ]
    return found


def relative_weights(correlation: Floats) -> Floats:
    """Johnson's relative weights, (…, p); they sum to R² and equal LMG at two predictors.

    R = V diag(l) Vᵀ, L = V √l Vᵀ, b = L⁻¹ r, w = (L∘L)(b∘b). Directions without variance
    are left out, so collinear predictors share what they hold in common.
    """
    matrix = np.asarray(correlation, dtype=np.float64)
    between, outcome = matrix[..., :-1, :-1], matrix[..., :-1, -1]
    values, vectors = np.linalg.eigh(between)
    kept = values > TOLERANCE * np.maximum(values[..., -1:], 1.0)
    root = np.sqrt(np.where(kept, values, 0.0))
    inverse = np.divide(1.0, root, out=np.zeros_like(root), where=kept)
    lengths = (vectors * root[..., None, :]) @ np.swapaxes(vectors, -1, -2)
    turned = np.einsum("...ij,...j->...i", np.swapaxes(vectors, -1, -2), outcome)
    beta = np.einsum("...ij,...j->...i", vectors, inverse * turned)
    found: Floats = np.einsum("...ij,...j->...i", lengths**2, beta**2)
    return found


def importance(correlation: Floats) -> tuple[Floats, str]:
    """LMG where every subset can be taken, relative weights beyond; with the method's name."""
    if correlation.shape[-1] - 1 <= EXACT_UP_TO:
        return lmg(correlation), "lmg"
    return relative_weights(correlation), "johnson"


def partial_out(covariance: Floats, held: int) -> Floats:
    """Covariances of the remaining variables after regression on the first `held` ones.

    Used for what must always be in the model (who touched what) before importance is
    shared among the rest. Held variables without variance of their own change nothing.
    """
    if held == 0:
        return covariance
    among, across = covariance[..., :held, :held], covariance[..., :held, held:]
    scale = np.sqrt(np.clip(np.diagonal(among, axis1=-2, axis2=-1), 0.0, None))
    inverse = np.divide(1.0, scale, out=np.zeros_like(scale), where=scale > 0)
    unit = among * inverse[..., :, None] * inverse[..., None, :]
    solved = np.linalg.pinv(unit, rcond=1e-10, hermitian=True) @ (across * inverse[..., :, None])
    rest: Floats = (
        covariance[..., held:, held:] - np.swapaxes(across * inverse[..., :, None], -1, -2) @ solved
    )
    return rest
