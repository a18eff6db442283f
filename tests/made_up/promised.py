"""A company whose touchpoints promise something, as parameters of perception."""

from collections.abc import Iterable

import numpy as np

from vivencia.perceptions.parameters import Parameters, no_features, scales_of
from vivencia.words.instruments import BUILT_IN


def promising_company(
    instruments: Iterable[str], *, lam: float = 1.8, phi: float = 0.4, episode_s: float = 1800.0
) -> Parameters:
    """Three touchpoints, promises and measures, and these questions; nothing is at a border."""
    keys, scales = scales_of(tuple(BUILT_IN[key] for key in instruments))
    scales[:, 5:8] = (0.2, 0.9, 0.3)
    features = no_features(3, 2)
    features[0, 0] = (-0.5, 1.0, 0.0, 3.0, -0.4, 0.2, 2.0, 1.0)
    features[1, 1] = (0.3, 0.0, -np.inf, np.inf, 0.0, 0.0, 0.0, 0.0)
    return Parameters(
        touchpoints=("a", "b", "c"), theta=np.array([6.0, 7.5, 8.0]), kappa=np.array([0.3, 0.5, 0.2]),
        measures=("wait", "price"), features=features, instruments=keys, scales=scales,
        context=("market",), gamma=np.array([0.3]), lam=lam, phi=phi, omega=0.4,
        episode_s=episode_s, peak=0.3, end=0.2,
    )  # fmt: skip
