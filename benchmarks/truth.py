"""The perception filter against known truth and against its rivals, on made-up customers.

    python benchmarks/truth.py [--customers 2000] [--seeds 3] [--markdown]

Each row: a company is made up, all parameters are fitted on its customers, and a thousand
other customers of the same company are predicted one answer ahead. `corr` and `z sd` compare
the filter's perception with the true one, which only the world knows. Gradient boosting
(scikit-learn) is left out where it is not installed.
"""

import argparse
import math
from collections.abc import Mapping
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa

from vivencia.perceptions import coldstart
from vivencia.perceptions.columns import columns_of
from vivencia.perceptions.family import VARIATIONS, Family, MadeUp, Variation, instruments, made_up
from vivencia.perceptions.filter import filter_events
from vivencia.perceptions.fit import Fitted, fit
from vivencia.perceptions.parameters import Parameters
from vivencia.perceptions.validation import ENGINE, Learner, evaluate

try:
    from sklearn.ensemble import HistGradientBoostingRegressor
except ImportError:
    HistGradientBoostingRegressor = None

HELD_OUT = 1_000
FIRST_SEED = 100
CHECKED = (("lam", ""), ("tau", ""), ("kappa", "service"))


def cold(made: MadeUp) -> Parameters:
    """The cold start of a made-up company, with its market as context."""
    names = ("touchpoint", "measure", "operator")
    nothing = {name: pa.array([], pa.string()) for name in names} | {"threshold": pa.array([], pa.float64())}
    side = {"instruments": instruments(), "promises": pa.table(nothing)}
    p, _ = coldstart.cold_start(coldstart.add(coldstart.start(side), made.events, side), side)
    return p.with_(context=("market",), gamma=np.zeros(1))


def boosting(seed: int) -> Mapping[str, Learner]:
    """Gradient boosting, where scikit-learn is there."""
    if HistGradientBoostingRegressor is None:
        return {}

    def learn(train: np.ndarray, y: np.ndarray, test: np.ndarray) -> np.ndarray:
        model = HistGradientBoostingRegressor(
            max_iter=300, learning_rate=0.05, early_stopping=True, random_state=seed
        )
        return model.fit(train, y).predict(test)

    return {"boosting": learn}


def distance(found: Fitted, truth: Family, name: str, touchpoint: str) -> float:
    """How many standard errors a fitted number lies from the truth."""
    true = truth.kappa[3] if name == "kappa" else getattr(truth, name)
    x, se = found.get(name, touchpoint)
    return (x - math.log(true)) / se


def once(variation: Variation, customers: int, seed: int) -> dict[str, float]:
    """One company, one row."""
    rng = np.random.default_rng(seed)
    made, other = made_up(customers, rng, variation), made_up(HELD_OUT, rng, variation)
    start = cold(made)
    everywhere = np.ones(other.events.num_rows, dtype=np.bool_)
    shown = evaluate(made.events, other.events, start, everywhere, boosting(seed), "customers")
    found = fit(made.events, start)
    P = filter_events(columns_of(other.events, found.parameters), found.parameters)
    true = other.hidden.column("perception").to_numpy()
    z = (P.row("perception") - true) / P.row("perception_sd")
    assert shown is not None
    row = {f"rmse_{one.method}": one.rmse for one in shown.scores}
    row |= {
        "coverage": shown.score(ENGINE).coverage,
        "correlation": float(np.corrcoef(P.row("perception"), true)[0, 1]),
        "bias": float(np.mean(P.row("perception") - true)),
        "z_sd": float(np.std(z)),
        "lam": math.exp(found.get("lam")[0]),
        "tau": math.exp(found.get("tau")[0]),
        "kappa_service": math.exp(found.get("kappa", "service")[0]),
        "phi": 0.0 if "phi" in found.off else found.get("phi")[0],
    }
    return row | {f"se_{name}": distance(found, made.family, name, where) for name, where in CHECKED}


def main() -> None:
    """Run every variation and print one table."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--customers", type=int, default=2_000)
    asked.add_argument("--seeds", type=int, default=3)
    asked.add_argument("--variations", nargs="*", default=list(VARIATIONS))
    options = asked.parse_args()
    seeds = range(FIRST_SEED, FIRST_SEED + options.seeds)
    print(f"{datetime.now(UTC):%Y-%m-%d}, {options.customers} customers, seeds {seeds[0]}–{seeds[-1]}\n")
    print("| variation | RMSE filter / boosting / EWMA / regression + EWMA | 90 % covers | corr P | bias P "
          "| z sd | λ | τ | κ service | φ | within 2 se |")  # fmt: skip
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for variation in options.variations:
        rows = [once(variation, options.customers, seed) for seed in seeds]
        mean = {key: float(np.mean([row.get(key, np.nan) for row in rows])) for key in rows[0]}
        boosted = mean.get("rmse_boosting")
        inside = [abs(row[f"se_{name}"]) <= 2 for row in rows for name, _ in CHECKED]
        print(
            f"| {variation} | {mean[f'rmse_{ENGINE}']:.3f} / {f'{boosted:.3f}' if boosted else '-'} / "
            f"{mean['rmse_ewma']:.3f} / {mean['rmse_regression_ewma']:.3f} | {mean['coverage']:.3f} "
            f"| {mean['correlation']:.3f} | {mean['bias']:+.2f} | {mean['z_sd']:.2f} | {mean['lam']:.2f} "
            f"| {mean['tau']:.0f} | {mean['kappa_service']:.2f} | {mean['phi']:.2f} "
            f"| {sum(inside)}/{len(inside)} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
