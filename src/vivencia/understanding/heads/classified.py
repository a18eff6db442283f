"""Joining what a classifier of one's own says with what the shipped tiers say of the same texts."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import logit

from vivencia.understanding.liking import Liking

#: What the shipped tiers count beside a classifier that was made for sentiment; a convention.
OF_SHIPPED = 0.5
#: A classifier is never surer than this, in log-odds.
SUREST = 6.0
_LEAST = 1e-6


def with_sides(liking: Liking, sides: NDArray[np.float64]) -> Liking:
    """The liking with a classifier's probabilities of negative, neutral and positive, n × 3.

    Rows of noughts were not looked at. A classifier without a neutral class says nothing of that.
    """
    looked = sides.sum(axis=1) > 0
    negative, neutral, positive = np.maximum(sides, _LEAST).T
    likes = np.clip(np.log(positive / negative), -SUREST, SUREST)
    score = np.where(looked, OF_SHIPPED * liking.score + likes, liking.score)
    if not sides[:, 1].any():
        return Liking(score, liking.opinion, liking.mixed)
    holds = np.clip(-logit(np.clip(neutral, _LEAST, 1 - _LEAST)), -SUREST, SUREST)
    opinion = np.where(looked, OF_SHIPPED * (liking.opinion + holds), liking.opinion)
    return Liking(score, opinion, liking.mixed)
