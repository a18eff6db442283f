"""The perception filter against known truth and against its rivals, on made-up customers.

    python -m benchmarks.truth [--customers 2000] [--seeds 3] [--base-seeds 10] [--fits 60]

First, for the goals that are counted over runs, `--fits` companies of the base and as many of the null
λ = 1 are made up and fitted, beginning at the truth so that few steps are needed. Then a table:
each row: a company is made up, all parameters are fitted on its customers, and a thousand
other customers of the same company are predicted one answer ahead. `corr P`, `bias P` and the
second coverage compare the filter's perception with the true one, which only the world knows.
Gradient boosting (scikit-learn) is left out where it is not installed.
"""

import argparse
import math
from collections.abc import Mapping
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
from scipy.stats import binomtest

from vivencia.perceptions import coldstart
from vivencia.perceptions.columns import columns_of
from vivencia.perceptions.family import VARIATIONS, Family, MadeUp, Variation, instruments, made_up
from vivencia.perceptions.filter import filter_events
from vivencia.perceptions.fit import Fitted, fit
from vivencia.perceptions.parameters import Parameters
from vivencia.perceptions.validation import ENGINE, Learner, compare

try:
    from sklearn.ensemble import HistGradientBoostingRegressor
except ImportError:
    HistGradientBoostingRegressor = None

HELD_OUT = 1_000
FIRST_SEED = 100
#: The companies that are only fitted, other ones than those of the table.
FIRST_FIT = 1_000
CHECKED = (("lam", ""), ("tau", ""), ("kappa", "service"))
Z90 = 1.6448536269514722
FEW = "few"
HEAD = (
    "| variation | RMSE filter / boosting / EWMA / regression + EWMA | of EWMA, of boosting "
    "| 90 % covers answers, P | corr P | bias P | λ | τ | κ service | ω | φ | λ, τ, κ within 2 se |"
)
LABELS = {
    "base": "base", "rounded": "answers rounded and clipped to 0–10", "five_points": "five points",
    "extreme_answer_more": "extreme experiences answer more (MNAR)",
    "heavy_tails": "shocks of Student's t (4)",
    "differ": "customers differ in λ, κ, τ", "two_memories": "two memory speeds and vivid peaks",
    "no_surveys": "no relationship surveys", "no_asymmetry": "null: λ = 1", "first_impressions": "φ = 1",
    FEW: "200 customers",
}  # fmt: skip


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


def fitted(variation: Variation, customers: int, seed: int) -> dict[str, float]:
    """Distances from the truth of one company's fit, and whether the nulls were refused."""
    made = made_up(customers, np.random.default_rng(seed), variation)
    found = fit(made.events, cold(made), begin=made.family.parameters())
    lam, lam_se = found.get("lam")
    return {
        "phi_on": float("phi" not in found.off),
        "lam_off": float(abs(lam / lam_se) > 2),
        **{f"se_{name}": distance(found, made.family, name, where) for name, where in CHECKED},
    }


def counted(label: str, hits: int, runs: int, least: float, most: float) -> str:
    """A share of runs with its exact 95 % interval (Clopper & Pearson 1934), and whether it is within."""
    if not runs:
        return ""
    low, high = binomtest(hits, runs).proportion_ci(0.95, method="exact")
    return (
        f"| {label} | {hits} of {runs} = {hits / runs:.3f} ({low:.3f}…{high:.3f}) "
        f"| {verdict(hits / runs, least, most)} |"
    )


def verdict(value: float, least: float, most: float) -> str:
    """Whether a number reached its goal, and which that is."""
    goal = f"≤ {most:g}" if least <= 0.0 else f"≥ {least:g}" if most >= 1.0 else f"{least:g}…{most:g}"
    return f"{'reached' if least <= value <= most else 'MISSED'} ({goal})"


def goals_of_fits(customers: int, runs: int) -> list[str]:
    """The goals that are counted over runs of the base and of the null λ = 1."""
    seeds = range(FIRST_FIT, FIRST_FIT + runs)
    base = [fitted("base", customers, seed) for seed in seeds]
    null = [fitted("no_asymmetry", customers, seed) for seed in seeds]
    lines = [
        counted(f"{name} within 2 se", sum(abs(row[f"se_{name}"]) <= 2 for row in base), runs, 0.9, 1.0)
        for name, _ in CHECKED
    ]
    lines.append(counted("λ = 1 refused", sum(row["lam_off"] > 0 for row in null), runs, 0.0, 0.1))
    both = [*base, *null]
    lines.append(counted("φ = 0 refused", sum(row["phi_on"] > 0 for row in both), len(both), 0.0, 0.1))
    return lines


def goals_of_base(rows: list[dict[str, float]]) -> list[str]:
    """The goals on predictions, over the runs of the base."""
    mean = {key: float(np.mean([row.get(key, np.nan) for row in rows])) for key in rows[0]}
    boosted = mean.get("rmse_boosting", np.nan)
    told = [
        ("RMSE of EWMA’s", mean[f"rmse_{ENGINE}"] / mean["rmse_ewma"], 0.0, 0.77),
        ("RMSE of boosting’s", mean[f"rmse_{ENGINE}"] / boosted, 0.0, 0.94),
        ("correlation with the hidden perception", mean["correlation"], 0.84, 1.0),
        ("90 % covers answers", mean["coverage"], 0.88, 0.92),
        ("90 % covers the hidden perception", mean["latent"], 0.88, 0.92),
    ]
    return [f"| {label} | {value:.3f} | {verdict(value, low, high)} |"
            for label, value, low, high in told if np.isfinite(value)]  # fmt: skip


def once(variation: Variation, customers: int, seed: int) -> dict[str, float]:
    """One company, one row."""
    rng = np.random.default_rng(seed)
    made, other = made_up(customers, rng, variation), made_up(HELD_OUT, rng, variation)
    start = cold(made)
    found = fit(made.events, start)
    everywhere = np.ones(other.events.num_rows, dtype=np.bool_)
    shown = compare(found.parameters, made.events, other.events, everywhere, boosting(seed), "customers")
    P = filter_events(columns_of(other.events, found.parameters), found.parameters)
    true = other.hidden.column("perception").to_numpy()
    z = (P.row("perception") - true) / P.row("perception_sd")
    assert shown is not None
    row = {f"rmse_{one.method}": one.rmse for one in shown.scores}
    return row | {
        "coverage": shown.score(ENGINE).coverage,
        "correlation": float(np.corrcoef(P.row("perception"), true)[0, 1]),
        "bias": float(np.mean(P.row("perception") - true)),
        "latent": float(np.mean(np.abs(z) <= Z90)),
        "lam": math.exp(found.get("lam")[0]),
        "tau": math.exp(found.get("tau")[0]),
        "kappa_service": math.exp(found.get("kappa", "service")[0]),
        "omega": found.parameters.omega,
        "phi": found.parameters.phi,
        **{f"se_{name}": distance(found, made.family, name, where) for name, where in CHECKED},
    }


def shown(label: str, rows: list[dict[str, float]]) -> str:
    """One line of the table: means over the seeds, and counts where the runs are counted."""
    mean = {key: float(np.mean([row.get(key, np.nan) for row in rows])) for key in rows[0]}
    engine, ewma, boosted = mean[f"rmse_{ENGINE}"], mean["rmse_ewma"], mean.get("rmse_boosting", np.nan)
    within = [f"{sum(abs(row[f'se_{name}']) <= 2 for row in rows)}/{len(rows)}" for name, _ in CHECKED]
    return (
        f"| {label} | {engine:.3f} / {boosted:.3f} / {ewma:.3f} / {mean['rmse_regression_ewma']:.3f} "
        f"| {engine / ewma:.3f}, {engine / boosted:.3f} | {mean['coverage']:.3f}, {mean['latent']:.3f} "
        f"| {mean['correlation']:.3f} | {mean['bias']:+.2f} | {mean['lam']:.2f} | {mean['tau']:.0f} "
        f"| {mean['kappa_service']:.2f} | {mean['omega']:.2f} | {mean['phi']:.2f} | {', '.join(within)} |"
    )


def main() -> None:
    """Run every variation and print one table."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--customers", type=int, default=2_000)
    asked.add_argument("--seeds", type=int, default=3)
    asked.add_argument("--base-seeds", type=int, default=10)
    asked.add_argument("--fits", type=int, default=60, help="fits of the base and of the null λ = 1")
    asked.add_argument("--variations", nargs="*", default=[*VARIATIONS, FEW])
    options = asked.parse_args()
    goals = goals_of_fits(options.customers, options.fits)
    print(f"{datetime.now(UTC):%Y-%m-%d}, {options.customers} customers, {HELD_OUT} others predicted, "
          f"seeds {FIRST_SEED}–{FIRST_SEED + options.seeds - 1} "
          f"(base and nulls –{FIRST_SEED + options.base_seeds - 1})\n")  # fmt: skip
    print(HEAD)
    print("|---" * 12 + "|")
    for variation in options.variations:
        many = options.base_seeds if variation in ("base", "no_asymmetry") else options.seeds
        kind, customers = ("base", 200) if variation == FEW else (variation, options.customers)
        rows = [once(kind, customers, seed) for seed in range(FIRST_SEED, FIRST_SEED + many)]
        print(shown(LABELS[variation], rows), flush=True)
        goals += goals_of_base(rows) if variation == "base" else []
    print(f"\nGoals; fits of seeds {FIRST_FIT}–{FIRST_FIT + options.fits - 1}\n")
    print("| goal | reached | verdict |\n|---|---|---|")
    print("\n".join(line for line in goals if line))


if __name__ == "__main__":
    main()
