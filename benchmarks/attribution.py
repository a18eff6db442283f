"""Exact order-1 attribution beside ChannelAttribution's simulation, on the same paths.

    python benchmarks/attribution.py [--paths 1000000] [--rival PYTHON] [--json]

ChannelAttribution simulates; its `conv_par` says when it may stop. It is run with smaller and
smaller ones until every channel with at least 1 % of the goals is within 1 % of the exact
answer, and the seconds of that run count. `--rival` is the Python in which it is installed
(dependency group `bench-attribution`); it is a rival to measure, never a part of Vivencia.
"""

import argparse
import json
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from vivencia.measure.markov import Paths, chain_of, shared_out, solve

GOAL_SECONDS, GOAL_RATIO, WITHIN = 5.0, 10.0, 0.01

THEIRS = """
import json, sys, time
import pandas as pd
import ChannelAttribution as ca
paths = pd.read_csv(sys.argv[1])
begun = time.perf_counter()
found = ca.markov_model(paths, "path", "goals", var_null="others", order=1, conv_par=float(sys.argv[2]),
                        ncore=1, seed=1, verbose=False, flg_pro=False)
seconds = time.perf_counter() - begun
if isinstance(found, dict):
    found = found["result"]
print(json.dumps([seconds, dict(zip(found["channel_name"], found.iloc[:, 1]))]))
"""


def made_paths(count: int, channels: int = 20, seed: int = 5) -> Paths:
    """Paths of a chain with so many channels, each walked once."""
    rng = np.random.default_rng(seed)
    onward = rng.dirichlet(np.full(channels, 0.4), channels).cumsum(axis=1)
    lengths = np.minimum(rng.geometric(0.25, count), 60)
    begins = np.concatenate([[0], np.cumsum(lengths)])
    steps = np.empty(begins[-1], np.int64)
    here = np.minimum(
        (rng.dirichlet(np.full(channels, 0.6)).cumsum() < rng.random((count, 1))).sum(1), channels - 1
    )
    for place in range(int(lengths.max())):
        walking = np.flatnonzero(lengths > place)
        if place:
            drawn = (onward[here[walking]] < rng.random((walking.size, 1))).sum(axis=1)
            here[walking] = np.minimum(drawn, channels - 1)
        steps[begins[walking] + place] = here[walking]
    chance = rng.uniform(0.05, 0.4, channels)
    goals = (rng.random(count) < chance[steps[begins[1:] - 1]]).astype(float)
    return Paths(steps, begins, channels, goals, 1.0 - goals)


def write(paths: Paths, file: Path) -> None:
    """The paths as ChannelAttribution reads them."""
    names = [f"ch{code:02d}" for code in range(paths.touchpoints)]
    with file.open("w", encoding="utf-8") as out:
        out.write("path,goals,others\n")
        for row in range(paths.goals.size):
            way = " > ".join(names[code] for code in paths.steps[paths.begins[row] : paths.begins[row + 1]])
            out.write(f"{way},{paths.goals[row]:.0f},{paths.others[row]:.0f}\n")


def rival(python: str, file: Path, exact: dict[str, float], rounds: tuple[float, ...]) -> dict[str, Any]:
    """The first run whose large channels are all within one per cent of the exact answer."""
    whole, tried = sum(exact.values()), []
    for tolerance in rounds:
        done = subprocess.run(
            [python, "-c", THEIRS, str(file), str(tolerance)],
            capture_output=True,
            text=True,
            check=True,
            timeout=900,
        )
        seconds, found = json.loads(done.stdout.splitlines()[-1])
        worst = max(abs(found[name] / v - 1.0) for name, v in exact.items() if v >= 0.01 * whole)
        tried.append({"conv_par": tolerance, "seconds": seconds, "worst": worst})
        if worst <= WITHIN:
            break
    return {"tried": tried, "seconds": tried[-1]["seconds"], "within": tried[-1]["worst"] <= WITHIN}


def main() -> None:
    """Measure both and print them."""
    reader = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    reader.add_argument("--paths", type=int, default=1_000_000)
    reader.add_argument("--rival", default="")
    reader.add_argument("--json", action="store_true")
    given = reader.parse_args()
    paths = made_paths(given.paths)
    begun = time.perf_counter()
    solved = solve(chain_of(paths))
    seconds = time.perf_counter() - begun
    found: dict[str, Any] = {"paths": given.paths, "steps": int(paths.steps.size), "ours_s": seconds}
    if given.rival:
        shares = shared_out(solved.removal, float(paths.goals.sum()))
        exact = {f"ch{code:02d}": float(share) for code, share in enumerate(shares)}
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "paths.csv"
            write(paths, file)
            found["rival"] = rival(given.rival, file, exact, (0.05, 0.02, 0.01, 0.005, 0.002))
        found["ratio"] = found["rival"]["seconds"] / seconds
    if given.json:
        print(json.dumps(found, indent=1))
        return
    size = f"{given.paths:,} paths, {paths.steps.size:,} steps"
    print(f"{size}, exact: {seconds:.2f} s (goal {GOAL_SECONDS:.0f})")
    if "rival" in found:
        for one in found["rival"]["tried"]:
            name = f"ChannelAttribution conv_par {one['conv_par']}"
            print(f"  {name}: {one['seconds']:.2f} s, off by {one['worst']:.2%}")
        print(f"  {found['ratio']:.0f} times faster (goal {GOAL_RATIO:.0f})")


if __name__ == "__main__":
    main()
