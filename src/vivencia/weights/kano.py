"""Kano: would customers miss it, and would they be glad of it? Only where both were asked.

A pair of answers on one signal, `kano_with` and `kano_without`, is one of six classes. A
class is claimed only where it leads the second beyond its interval.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from vivencia.measure.kano import CLASSES, Evaluation, Totals, evaluate, places, totals
from vivencia.plans import Fold, Plan, Step, read_queries
from vivencia.weights.writing import written
from vivencia.words.instruments import KANO_WITH, KANO_WITHOUT
from vivencia.words.shapes.weights import KANO, KANO_UNCLEAR

State = dict[str, Totals]

_ORDER = ("customer", "touchpoint", "with_it", "without_it")


def kano_plan(*, anonymity: int = 5) -> Plan:
    """Reads `events`, gives `kano`; nothing is said on pairs of fewer than `anonymity` customers."""
    queries = read_queries("vivencia.weights", "kano.sql")
    return Plan(
        "kano",
        (
            Step("kano_answers", queries["kano_answers"], ("events",), scope="customer", order=_ORDER),
            Fold(
                KANO.name,
                start,
                add,
                merge,
                Finish(anonymity),
                "kano_answers",
                (*_ORDER, "pairs"),
                KANO,
                order=_ORDER,
            ),
        ),
        gives=(KANO.name,),
        values={"with": KANO_WITH, "without": KANO_WITHOUT},
    )


def start(side: Mapping[str, Any]) -> State:  # noqa: ARG001 (the form of a fold)
    """No pairs yet."""
    return {}


def add(state: State, table: pa.Table, side: Mapping[str, Any]) -> State:  # noqa: ARG001
    """With the pairs of these customers."""
    if not table.num_rows:
        return state
    touchpoint = table["touchpoint"].combine_chunks().dictionary_encode()
    where = touchpoint.indices.to_numpy()
    _, who = np.unique(table["customer"].to_numpy(zero_copy_only=False), return_inverse=True)
    # One row a customer and touchpoint, one column a class.
    lives, life = np.unique(np.stack([where, who]), axis=1, return_inverse=True)
    counts = np.zeros((lives.shape[1], len(CLASSES)))
    place = places(table["with_it"].to_numpy(), table["without_it"].to_numpy())
    np.add.at(counts, (life.ravel(), place), table["pairs"].to_numpy())
    found = {
        key: totals(counts[lives[0] == code]) for code, key in enumerate(touchpoint.dictionary.to_pylist())
    }
    return merge(state, found)


def merge(one: State, other: State) -> State:
    """Both."""
    return one | {key: one[key] + found if key in one else found for key, found in other.items()}


@dataclass(frozen=True, slots=True)
class Finish:
    """Writes a row for each touchpoint that was asked about."""

    anonymity: int

    def __call__(self, state: State, side: Mapping[str, Any]) -> pa.Table:  # noqa: ARG002
        """The table `kano`."""
        rows = [self._row(key, state[key]) for key in sorted(state)]
        return written({name: [row.get(name) for row in rows] for name in KANO.names}, KANO)

    def _row(self, key: str, found: Totals) -> dict[str, Any]:
        row = {
            "touchpoint": key,
            "n": int(found.counts.sum()),
            "customers": found.customers,
            "usable": int(found.counts[:4].sum()),
            "usable_customers": found.usable,
            "kind": KANO_UNCLEAR,
        }
        if found.customers < self.anonymity:
            return row
        made = evaluate(found)
        return row | _said(made) | (_coefficients(made) if found.usable >= self.anonymity else {})


def _said(made: Evaluation) -> dict[str, Any]:
    row: dict[str, Any] = {"category": made.first, **_three("lead", made.lead)}
    for name, share in zip(CLASSES, made.shares, strict=True):
        row |= _three(name, share)
    return row | ({"kind": made.first} if made.claimed else {})


def _coefficients(made: Evaluation) -> dict[str, Any]:
    return _three("better", made.better) | _three("worse", made.worse)


def _three(name: str, found: tuple[float, float, float]) -> dict[str, float]:
    return {name: found[0], f"{name}_low": found[1], f"{name}_high": found[2]}
