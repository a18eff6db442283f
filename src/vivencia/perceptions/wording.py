"""How words lie on the scale of ratings: offset, slope and noise of `text_polarity`.

Where a customer rated a contact and wrote of it, the words change nothing in the filter; just
there they tell how words are to be read where nobody rated. With L what an answer observes and
m, V its mean and variance given every answer up to and in that event, the polarity on 0–10 is

    y = offset + gain·(L + s·e) + noise,      e the rating's own error, L + e the rating.

m is an expectation of L and no noisy reading of it (an error of Berkson's kind: Carroll et al.
2006, Measurement Error in Nonlinear Models, ch. 1), so regressing on it does not flatten the slope; V is
taken from the variance that is left. Whoever writes down their mood with their rating shares its
error (s = 1), else s = 0: with s left open the slope leans on neither belief. The convention
speaks like PRIOR made-up texts. Polarities crowd at the ends of their scale, so errors are those
of a line drawn through what is no line: sandwich errors (White 1982), customers being clusters.
"""

from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from vivencia.perceptions.columns import columns_of, floats, one_array, with_words, within
from vivencia.perceptions.episodes import mean_of
from vivencia.perceptions.filter import filter_events
from vivencia.perceptions.fit import telling
from vivencia.perceptions.kernel import DIRECT
from vivencia.perceptions.parameters import (
    EXPERIENCE,
    GAIN,
    INTERCEPT,
    NOISE,
    OFFSET,
    SLOPE,
    Floats,
    Parameters,
)
from vivencia.perceptions.replay import in_order
from vivencia.perceptions.table import TUNED, Key, Said
from vivencia.words.instruments import TEXT_POLARITY
from vivencia.words.shapes.perceptions import DEFAULT, FITTED

#: What words say beside ratings; read where events have it.
RATED_WORDS = "rated_polarity"
#: So many made-up texts speak for the convention.
PRIOR = 50.0
#: Under so many rated texts the convention stays.
LEAST = 100
#: An answer of this noise is predicted and moves nothing.
_DEAF = 1e4
_STEPS, _HALVED, _ENOUGH = 60, 20, 1e-7
_LEAST_GAIN = 0.05
#: The share of a rating's own error that words have too, before anything is known of it.
_SHARED, _SHARED_SD = 0.5, 0.5


class Overlap(NamedTuple):
    """Texts beside ratings, a number each: polarity on 0–10, m, V, rating − m, σ² of an answer, whose."""

    y: Floats
    mean: Floats
    variance: Floats
    left: Floats
    noise: Floats
    customer: Any


class Wording(NamedTuple):
    """Offset, gain and noise; their standard errors and sandwich errors; the texts they stand on."""

    values: tuple[float, ...]
    se: tuple[float, ...]
    robust_se: tuple[float, ...]
    n: int


def in_words(table: Any, parameters: Parameters) -> tuple[Parameters, dict[Key, Said]]:
    """The parameters with words on the company's own scale, and what `PARAMETERS` says of it.

    `table` is what was fitted. The convention stays, and is said to be one, where fewer than LEAST
    texts came with a rating of the experience.
    """
    if TEXT_POLARITY not in parameters.instruments:
        return parameters, {}
    k = parameters.instruments.index(TEXT_POLARITY)
    overlap = overlapping(table, parameters)
    if len(overlap.y) < LEAST:
        slots = TUNED.items()
        return parameters, {
            (name, "", TEXT_POLARITY): (
                float(parameters.scales[k, slot]),
                None,
                None,
                len(overlap.y),
                DEFAULT,
            )
            for name, slot in slots
        }
    found = wording(overlap, float(parameters.scales[k, NOISE]))
    scales = parameters.scales.copy()
    scales[k, [OFFSET, GAIN, NOISE]] = found.values
    said: dict[Key, Said] = {
        (name, "", TEXT_POLARITY): (value, se, robust, found.n, FITTED)
        for name, value, se, robust in zip(TUNED, found.values, found.se, found.robust_se, strict=True)
    }
    return parameters.with_(scales=scales), said


def overlapping(table: Any, p: Parameters) -> Overlap:
    """The events of `table` where words stand beside a rating of the experience, as `p` tells them."""
    told = telling(in_order(table))
    plain, k = columns_of(told, p), p.instruments.index(TEXT_POLARITY)
    polarity = within(floats(one_array(told, RATED_WORDS), plain.events, np.nan), 1.0)
    at = np.flatnonzero(np.isfinite(polarity) & np.isfinite(mean_of(plain, p, EXPERIENCE)))
    beside = np.full(plain.events, np.nan)
    beside[at] = polarity[at]
    columns = plain._replace(ratings=with_words(plain.ratings, pa.array(beside), k))
    scales = p.scales.copy()
    scales[k, [OFFSET, GAIN, NOISE]] = 0.0, 1.0, _DEAF
    found = filter_events(columns, p.with_(scales=scales), each=True)
    # Words stand behind the answers of their event.
    mean, spread = found.each[:, columns.ratings.hi[at] - 1]
    noise = np.where(found.role[at] == DIRECT, p.sigma_e, p.sigma_r) ** 2
    return Overlap(
        y=p.scales[k, INTERCEPT] + p.scales[k, SLOPE] * polarity[at],
        mean=mean,
        variance=np.maximum(spread - _DEAF**2 - noise, 0.0),
        left=found.row("level")[at] - mean,
        noise=noise,
        customer=np.repeat(np.arange(columns.customers), np.diff(columns.starts))[at],
    )


def wording(overlap: Overlap, noise: float) -> Wording:
    """The line through these texts, drawn towards the convention (0, 1, `noise`); Fisher scoring."""
    x = np.array([0.0, 1.0, np.log(noise), _SHARED])
    centre, precision = x.copy(), np.zeros((4, 4))
    precision[:3, :3] = PRIOR / len(overlap.y) * _look(overlap, x)[2][:3, :3]
    precision[3, 3] = _SHARED_SD**-2
    value, scores, information = _look(overlap, x)
    for _ in range(_STEPS):
        gradient = scores.sum(axis=0) - precision @ (x - centre)
        step = np.linalg.solve(information + precision, gradient)
        step /= max(1.0, float(np.abs(step).max()))
        before = value - 0.5 * float((x - centre) @ precision @ (x - centre))
        for halved in range(_HALVED):
            to = x + step / 2.0**halved
            # Words that say the contrary of ratings are taken to say next to nothing.
            to[1] = max(to[1], _LEAST_GAIN)
            value, scores, information = _look(overlap, to)
            if value - 0.5 * float((to - centre) @ precision @ (to - centre)) >= before - 1e-9:
                break
        moved, x = float(np.abs(to - x).max()), to
        if moved < _ENOUGH:
            break
    covariance = np.linalg.inv(information + precision)
    each = np.zeros((int(overlap.customer.max()) + 1, 4))
    np.add.at(each, overlap.customer, scores)
    robust = covariance @ (each.T @ each) @ covariance
    slope = np.array([1.0, 1.0, np.exp(x[2])])
    values = (float(x[0]), float(x[1]), float(np.exp(x[2])))
    errors = (slope * np.sqrt(np.diagonal(one)[:3]) for one in (covariance, robust))
    se, robust_se = (tuple(float(part) for part in one) for one in errors)
    return Wording(values, se, robust_se, len(overlap.y))


def _look(overlap: Overlap, x: Floats) -> tuple[float, Floats, Floats]:
    """Log likelihood, scores (texts, 4) and information at (offset, gain, ln noise, s)."""
    y, mean, variance, left, own, _ = overlap
    g, n2, s = x[1], np.exp(2.0 * x[2]), x[3]
    level, one, none = mean + s * left, np.ones(len(y)), np.zeros(len(y))
    # What an answer's error explains of the words is in the rating already.
    known, shared = (g * (1.0 - s)) ** 2 * variance, (g * s) ** 2 * own
    total = np.maximum(known + own - shared + n2, 1e-6)
    v = y - x[0] - g * level
    d_mean = np.stack([one, level, none, g * left], axis=1)
    d_total = np.stack(
        [none, 2.0 * (known - shared) / g, 2.0 * n2 * one, -2.0 * g * g * ((1.0 - s) * variance + s * own)],
        axis=1,
    )
    weight = (1.0 / total)[:, None]
    scores = v[:, None] * weight * d_mean + 0.5 * ((v * v)[:, None] * weight - 1.0) * weight * d_total
    information = (d_mean * weight).T @ d_mean + 0.5 * (d_total * weight * weight).T @ d_total
    return float(-0.5 * (np.log(total) + v * v / total).sum()), scores, information
