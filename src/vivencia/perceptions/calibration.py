"""How much wider intervals of answers must be than the model says: a factor, from answers held out.

Answers are whole numbers on few points, tails are what they are, and parameters are estimated: the
filter's own 90 % intervals may hold less than 90 % of the answers of customers nobody fitted. So
customers are held out in FOLDS, each predicted with what the others teach: with s_f the scores of the
held-out customers and I the information, the estimate without them is one step away,

    x_{-f} = x − ((1 − 1/FOLDS)·I + prior)⁻¹ s_f

(the infinitesimal jackknife of Giordano et al. 2019, AISTATS). The factor is the one that makes the
90 % interval hold 90 % of these predictions' errors (split conformal, Lei et al. 2018, JASA 113:1094),
never under 1.
"""

from typing import Any

import numpy as np

from vivencia.measure.normal import Z90
from vivencia.perceptions.columns import columns_of
from vivencia.perceptions.coordinates import Space
from vivencia.perceptions.filter import filter_events
from vivencia.perceptions.fit import Fitted, of_customers, on_scale, telling
from vivencia.perceptions.parameters import EXPERIENCE, TARGET, Floats
from vivencia.perceptions.replay import in_order

FOLDS = 5
#: Under so many answers the factor is told by chance and stays 1.
LEAST = 200
#: A model that would need more is wrong, not narrow.
WIDEST = 2.0
_COVERED = 0.90


def widening(table: Any, found: Fitted) -> tuple[float, int]:
    """The factor and how many answers it stands on; `table` is what was fitted."""
    z = held_out(table, found)
    if len(z) < LEAST:
        return 1.0, len(z)
    return float(np.clip(np.quantile(np.abs(z), _COVERED) / Z90, 1.0, WIDEST)), len(z)


def held_out(table: Any, found: Fitted) -> Floats:
    """Standardised errors of every answer about a contact, its customer held out."""
    columns = columns_of(telling(in_order(table)), found.parameters)
    space = Space(found.parameters, found.coordinates, found.volume)
    y = on_scale(columns, found.parameters)
    target = np.append(found.parameters.scales[:, TARGET], -1.0)[columns.ratings.code]
    H = (1.0 - 1.0 / FOLDS) * found.information + np.diag(space.prior_precision)
    fold = np.arange(columns.customers) % FOLDS
    errors = []
    for f in range(FOLDS):
        away = np.linalg.solve(H, found.scores[fold == f].sum(axis=0))
        own = of_customers(columns, np.flatnonzero(fold == f))
        predicted, variance = filter_events(
            own, space.parameters(found.x - away), write=False, each=True
        ).each
        here = np.isfinite(predicted) & (target == EXPERIENCE)
        errors.append((y[here] - predicted[here]) / np.sqrt(variance[here]))
    return np.concatenate(errors)
