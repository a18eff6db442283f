"""Whether intervals of gaps hold on companies nobody looked at when their discrepancy was chosen.

    python -m benchmarks.gaps [--customers 2000] [--seeds 31,32,33,34,35,36]

Each seed makes up a shop part of whose contacts are unseen, runs the perceptions over it and
counts the touchpoints (20 answering customers and more) whose true gap lies in the 95 % interval,
with the model discrepancy `levels.UNSEEN` as it ships and with others, from the same fit. The
error a company's touchpoints have in common is shown beside: intervals hold whole companies or miss them.
"""

import argparse
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from vivencia.engines.embedded import EmbeddedEngine
from vivencia.perceptions import estimation, levels, perceptions_plan
from vivencia.perceptions.fit import Fitted
from vivencia.perceptions.table import Key, Said
from vivencia.signals import catalogue_tables, events_plan, parse_catalogue
from vivencia.words.shapes.perceptions import LEVEL_SE
from vivencia.worlds import retail

LEAST = 20
CHOICES = (0.0, 0.03, levels.UNSEEN, 0.06)
_FELT = ("expectation", "gap", "disconfirmation")


def spread_of_fits() -> list[float]:
    """A list to which every fit from now on adds the standard deviation of its answers."""
    found: list[float] = []
    told = levels.level_errors

    def watched(table: Any, fitted: Fitted) -> dict[Key, Said]:
        found.append(fitted.spread)
        return told(table, fitted)

    estimation.level_errors = watched
    return found


def with_discrepancy(parameters: pa.Table, spread: float, chosen: float) -> pa.Table:
    """The parameters, their levels' errors with another discrepancy than the one that ships."""
    rows = parameters.to_pylist()
    for row in rows:
        if row["name"] == LEVEL_SE and row["item"] in _FELT:
            other = row["value"] ** 2 + (chosen**2 - levels.UNSEEN**2) * spread**2
            row["value"] = float(np.sqrt(max(other, 0.0)))
    return pa.Table.from_pylist(rows, schema=parameters.schema)


def company(seed: int, customers: int, spreads: list[float]) -> dict[float, tuple[int, int, float, float]]:
    """For each choice: gaps held, gaps asked, the mean error of the gaps, the mean half-width."""
    world = retail(customers=customers, seed=seed)
    truth: Mapping[str, Any] = {row["touchpoint"]: row for row in world.truth["touchpoints"].to_pylist()}
    found = {}
    with EmbeddedEngine() as engine:
        engine.give("signals", pa.concat_tables(list(world.signals)))
        engine.give("links", world.links)
        for name, table in catalogue_tables(parse_catalogue(world.catalogue)).items():
            engine.give(name, table)
        engine.run(events_plan())
        engine.run(perceptions_plan(sample=700))
        fitted = engine.table("parameters")
        for chosen in CHOICES:
            engine.give("parameters", with_discrepancy(fitted, spreads[-1], chosen))
            engine.run(perceptions_plan(given=True))
            found[chosen] = _held(engine.table("summaries").to_pylist(), truth)
    return found


def _held(rows: list[dict[str, Any]], truth: Mapping[str, Any]) -> tuple[int, int, float, float]:
    errors, halves = [], []
    for row in rows:
        if row["dimension"] != "touchpoint" or row["rated_customers"] < LEAST:
            continue
        one = truth[row["key"]]
        if np.isfinite(one["answer"]):
            errors.append(row["gap"] - (one["answer"] - one["expectation"]))
            halves.append((row["gap_high"] - row["gap_low"]) / 2)
    error, half = np.array(errors), np.array(halves)
    return int((np.abs(error) <= half).sum()), len(error), float(error.mean()), float(half.mean())


def main() -> None:
    """Print one row a company and one for all."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--customers", type=int, default=2_000)
    asked.add_argument("--seeds", default="31,32,33,34,35,36")
    options = asked.parse_args()
    print("| seed | gaps | mean error of the gaps | " + " | ".join(f"held at {u:g}" for u in CHOICES) + " |")
    print("|---" * (3 + len(CHOICES)) + "|")
    spreads, held, asked_for = spread_of_fits(), dict.fromkeys(CHOICES, 0), 0
    for seed in map(int, options.seeds.split(",")):
        found = company(seed, options.customers, spreads)
        _, many, error, _ = found[levels.UNSEEN]
        shares = " | ".join(f"{found[u][0]}/{many} (±{found[u][3]:.3f})" for u in CHOICES)
        print(f"| {seed} | {many} | {error:+.3f} | {shares} |", flush=True)
        asked_for += many
        held = {u: held[u] + found[u][0] for u in CHOICES}
    print(f"| all | {asked_for} |  | " + " | ".join(f"{held[u] / asked_for:.1%}" for u in CHOICES) + " |")


if __name__ == "__main__":
    main()
