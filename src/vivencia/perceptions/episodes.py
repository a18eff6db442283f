"""What an episode is remembered by: the weights of its mean, its most extreme and its last contact.

Where customers rated the contacts of an episode and then, in a survey of the same hour, the
whole of it, the rating of the whole is regressed on the mean, the most extreme and the last
of the others (Alaybek et al. 2022). The weights are not negative and sum to one; the default
½, ¼, ¼ counts as if PRIOR episodes had said it.
"""

from typing import Any, NamedTuple

import numpy as np
import scipy

from vivencia.perceptions.columns import Columns, columns_of
from vivencia.perceptions.compiled import compiled
from vivencia.perceptions.parameters import EXPERIENCE, RELATIONSHIP, Floats, Parameters
from vivencia.perceptions.replay import in_order

#: As many made-up episodes speak for the default weights.
PRIOR = 20.0
#: Fewer rated episodes than this leave the weights as they are.
LEAST = 50


class EpisodeWeights(NamedTuple):
    """`mean`, `peak` and `end` with their standard errors, and the rated episodes they stand on."""

    mean: float
    peak: float
    end: float
    mean_se: float
    peak_se: float
    end_se: float
    n: int


def episode_weights(table: Any, parameters: Parameters) -> EpisodeWeights | None:
    """The weights that ratings of whole episodes tell; None under LEAST episodes.

    `table` has the columns of `replay`. An episode counts where at least two of its contacts
    were rated and a survey within the episode's gap rated the whole.
    """
    columns = columns_of(in_order(table), parameters)
    told, overall = (mean_of(columns, parameters, target) for target in (EXPERIENCE, RELATIONSHIP))
    rows = np.empty((columns.events, 4))
    found = rows[: _gather(columns.starts, columns.at, columns.goal, columns.still, columns.indirect, told,
                           overall, parameters.episode_s * 1e6, parameters.e0, rows)]  # fmt: skip
    if len(found) < LEAST:
        return None
    return _regress(found, parameters)


def mean_of(columns: Columns, p: Parameters, target: int) -> Floats:
    """Each event's mean answer to one kind of question, on 0–10; NaN without one."""
    ratings = columns.ratings
    event = np.repeat(np.arange(columns.events), ratings.hi - ratings.lo)
    s = np.append(p.scales, [[-1.0, *[0.0] * 7]], axis=0)[ratings.code]
    used = (s[:, 0] == target) & (ratings.value >= s[:, 3]) & (ratings.value <= s[:, 4])
    y = np.where(used, s[:, 1] + s[:, 2] * ratings.value, 0.0)
    n = np.bincount(event, used, minlength=columns.events)
    with np.errstate(invalid="ignore"):
        found: Floats = np.bincount(event, y, minlength=columns.events) / np.where(n > 0, n, np.nan)
    return found


@compiled
def _gather(
    starts: Any, at: Any, goal: Any, still: Any, indirect: Any, told: Any, overall: Any, gap: float,
    usual: float, rows: Any,
) -> int:  # fmt: skip
    """Mean, most extreme and last rated contact of each episode rated as a whole, and that rating."""
    used = 0
    for c in range(starts.shape[0] - 1):
        n, total, extreme, last, of = 0, 0.0, 0.0, 0.0, np.int64(0)
        before = at[starts[c]]
        for i in range(starts[c], starts[c + 1]):
            other = goal[i] != 0 and of != 0 and goal[i] != of
            if at[i] - before >= gap or other or indirect[i]:
                n, of = 0, np.int64(0)
            before = at[i]
            whole = overall[i] if math_finite(overall[i]) else told[i]
            if still[i] and n >= 2 and math_finite(whole):
                rows[used, 0], rows[used, 1], rows[used, 2], rows[used, 3] = total / n, extreme, last, whole
                used += 1
                n = 0
            elif not still[i] and math_finite(told[i]):
                if n == 0:
                    total, extreme = 0.0, told[i]
                elif abs(told[i] - usual) > abs(extreme - usual):
                    extreme = told[i]
                n, total, last = n + 1, total + told[i], told[i]
            if goal[i] != 0:
                of = goal[i]
    return used


@compiled
def math_finite(value: float) -> bool:
    """Whether a number is finite, without leaving compiled code."""
    return bool(np.isfinite(value))


def _regress(rows: Floats, p: Parameters) -> EpisodeWeights:
    """Least squares on the simplex: the mean's weight is what the others leave."""
    X = rows[:, 1:3] - rows[:, :1]
    y = rows[:, 3] - rows[:, 0]
    centre = X - X.mean(axis=0)
    spread = float(np.mean(centre**2)) or 1.0
    prior = np.array([p.peak, p.end])
    # The default as PRIOR made-up episodes of usual spread; both weights not negative.
    design = np.vstack([centre, np.sqrt(PRIOR * spread) * np.eye(2)])
    told = np.concatenate([y - y.mean(), np.sqrt(PRIOR * spread) * prior])
    w, _ = scipy.optimize.nnls(design, told)
    w = w / max(w.sum(), 1.0)
    left = told[: len(y)] - centre @ w
    covariance = float(left @ left / max(len(y) - 3, 1)) * np.linalg.inv(design.T @ design)
    peak_se, end_se = (float(one) for one in np.sqrt(np.diagonal(covariance)))
    mean_se = float(np.sqrt(covariance.sum()))
    return EpisodeWeights(float(1 - w.sum()), float(w[0]), float(w[1]), mean_se, peak_se, end_se, len(rows))
