"""Moments that matter: for each touchpoint, every reason there is an estimate of, and how sure it is.

No index: a moment may matter because it drives what customers think, carries them to their
goal, costs more than it wins (or wins more than it costs), must be there at all, is
remembered, opens journeys well or badly, or is where they are left. Each reason keeps its own
unit and what it is compared with. In a large company every difference is sure, so each has a
smallest one that counts. Many touchpoints are looked at, so false discoveries are
controlled within each reason (Benjamini & Hochberg 1995). These are associations.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import copysign, log, sqrt
from typing import Any

import numpy as np

from vivencia.actions.reading import Row, small_fold
from vivencia.measure.asymmetry import BORDER
from vivencia.measure.discoveries import false_discovery, off, two_sided
from vivencia.measure.necessity import SMALLEST_EFFECT
from vivencia.measure.rates import clustered_share, design_effect, odds_times, part_of_whole, wilson
from vivencia.plans import Plan, Step, read_queries
from vivencia.words.catalogue import UNCATALOGUED_STAGE
from vivencia.words.shapes.actions import (
    CARRIES,
    COSTS,
    DRIVES,
    KEY_MOMENTS,
    LEAVES,
    NEEDED,
    OPENS,
    REMEMBERED,
    WINS,
)
from vivencia.words.shapes.weights import WEIGHTS

#: Share of what is called sure that may be so by chance, within one reason.
FALSE_SHARE = 0.05
#: The smallest effect that counts, overall points per point lived.
SMALLEST_DRIVE = 0.1
#: How many times the odds of a share must be those of what it is compared with, or the other way round.
SMALLEST_ODDS = 1.25
#: On which side of what it is compared with a reason makes a moment matter: above, below, or both.
SIDES = {DRIVES: 0, CARRIES: 1, COSTS: -1, WINS: 1, NEEDED: 1, REMEMBERED: 1, OPENS: 0, LEAVES: 1}
#: A share nearer than this to 0 or 1 is taken to lie there.
_EDGE = 1e-9
#: Costs and wins are the two sides of one estimate, so they are one family of looks.
_FAMILIES = {WINS: COSTS}
_BESIDE = (
    "begun", "perception_weights", "asymmetries", "progression_weights", "drop_offs", "peak_places",
    "touchpoints",
)  # fmt: skip

Beside = Mapping[str, list[Row]]


def key_moments_plan(*, anonymity: int = 5) -> Plan:
    """Reads `weights` and what it stands on, `drop_offs`, `peak_places` and `journeys`; gives `key_moments`.

    A reason of which there is no estimate, or on fewer than `anonymity` customers, has no row.
    """
    return Plan(
        name="key_moments",
        nodes=(
            Step(
                "begun",
                read_queries("vivencia.actions", "key_moments.sql")["begun"],
                reads=("journeys",),
                order=("touchpoint",),
            ),
            small_fold(
                KEY_MOMENTS,
                key_moment_rows,
                reads=WEIGHTS.name,
                columns=WEIGHTS.names,
                order=WEIGHTS.order,
                beside=_BESIDE,
                anonymity=anonymity,
            ),
        ),
        gives=(KEY_MOMENTS.name,),
    )


@dataclass(frozen=True, slots=True)
class Known:
    """One reason at one touchpoint.

    `off` is how many standard errors it lies off `limit`, the number from which on it counts;
    `q` is given where the table it comes from has already controlled false discoveries.
    """

    touchpoint: str
    reason: str
    value: float
    low: float | None
    high: float | None
    against: float
    limit: float
    off: float
    n: int
    customers: int
    q: float = 1.0

    @property
    def apart(self) -> bool:
        """Whether it lies, interval and all, beyond its limit on a side that matters."""
        side = SIDES[self.reason]
        above = self.limit >= self.against and (self.value if self.low is None else self.low) > self.limit
        below = self.limit <= self.against and (self.value if self.high is None else self.high) < self.limit
        return (above and side >= 0) or (below and side <= 0)


def key_moment_rows(weights: list[Row], beside: Beside, settings: Mapping[str, Any]) -> Iterator[Row]:
    """One row a touchpoint and reason that enough customers stand behind."""
    stages = {row["touchpoint"]: row["stage"] for row in (*beside["touchpoints"], *weights)}
    found: dict[str, list[Known]] = defaultdict(list)
    for one in _everything(weights, beside, settings["anonymity"]):
        if one.customers >= settings["anonymity"]:
            found[_FAMILIES.get(one.reason, one.reason)].append(one)
    for known in found.values():
        for one in _controlled(known):
            yield _row(one, stages.get(one.touchpoint, UNCATALOGUED_STAGE))


def _everything(weights: list[Row], beside: Beside, anonymity: int) -> Iterator[Known]:
    yield from _drives(weights, beside["perception_weights"])
    yield from _carries([row for row in beside["progression_weights"] if row["customers"] >= anonymity])
    yield from _asymmetric(beside["asymmetries"])
    yield from _remembered(beside["peak_places"])
    yield from _opens(beside["begun"])
    yield from _leaves(beside["drop_offs"], beside["progression_weights"])


def _controlled(known: list[Known]) -> list[Known]:
    """The same with q; a permutation p comes with it."""
    if known[0].reason == NEEDED:
        return known
    q = false_discovery(two_sided(np.array([one.off for one in known])))
    return [replace(one, q=float(value)) for one, value in zip(known, q, strict=True)]


def _row(one: Known, stage: str) -> Row:
    return {
        "touchpoint": one.touchpoint, "stage": stage, "reason": one.reason, "value": one.value,
        "low": one.low, "high": one.high, "against": one.against, "counts_from": one.limit,
        "q": one.q, "n": one.n, "customers": one.customers, "sure": one.apart and one.q <= FALSE_SHARE,
    }  # fmt: skip


def _drives(weights: list[Row], models: list[Row]) -> Iterator[Known]:
    """The signed effect against the smallest that counts, the answers alone against 0: the weaker of both."""
    touched = {row["touchpoint"]: row["touched"] for row in models}
    for row in weights:
        n: int = row["n"]
        ends = [row[f"{name}{end}"] for name in ("effect", "data") for end in ("", "_low", "_high")]
        if any(end is None for end in ends):
            continue
        sign = copysign(1.0, ends[0])
        limit = sign * SMALLEST_DRIVE
        away = min(sign * off(ends[0], ends[1], ends[2], limit), sign * off(ends[3], ends[4], ends[5]))
        yield Known(
            row["touchpoint"], DRIVES, ends[0], ends[1], ends[2], 0.0, limit, max(away, 0.0),
            n, touched.get(row["touchpoint"], n),
        )  # fmt: skip


def _carries(rows: list[Row]) -> Iterator[Known]:
    """The removal effect against the mean of the touchpoints, on the scale its interval is made on."""
    known = [row for row in rows if row["removal"] is not None]
    mean = sum(row["removal"] for row in known) / max(len(known), 1)
    for row in known:
        value, low, high = (row[f"removal{end}"] for end in ("", "_low", "_high"))
        limit = _limit(value, mean)
        away = off(_logit(value), _logit(low), _logit(high), _logit(limit))
        yield Known(
            row["touchpoint"], CARRIES, value, low, high, mean, limit, _beyond(away, value, mean),
            row["journeys"], row["customers"],
        )  # fmt: skip


def _limit(value: float, against: float) -> float:
    """From where on a share counts, on the side where it lies."""
    return odds_times(against, SMALLEST_ODDS if value >= against else 1 / SMALLEST_ODDS)


def _beyond(away: float, value: float, against: float) -> float:
    """Standard errors beyond the limit; 0 for what lies between it and the comparison."""
    return max(away if value >= against else -away, 0.0)


def _logit(share: float) -> float:
    inside = min(max(share, _EDGE), 1 - _EDGE)
    return log(inside / (1 - inside))


def _asymmetric(rows: list[Row]) -> Iterator[Known]:
    """Whether a bad one costs more than a good one wins (or the reverse), and whether it must be good."""
    for row in rows:
        where, n = row["touchpoint"], row["n"]
        value, low, high = (row[f"asymmetry{end}"] for end in ("", "_low", "_high"))
        if value is not None and low is not None and high is not None:
            reason, border = (COSTS, -BORDER) if value < 0 else (WINS, BORDER)
            away = max(copysign(1.0, border) * off(value, low, high, border), 0.0)
            yield Known(where, reason, value, low, high, 0.0, border, away, n, n)
        if row["necessity"] is not None and row["necessity_p"] is not None:
            yield Known(
                where, NEEDED, row["necessity"], None, None, 0.0, SMALLEST_EFFECT, 0.0, n, n,
                q=row["necessity_p"],
            )  # fmt: skip


def _remembered(rows: list[Row]) -> Iterator[Known]:
    """Customers whose strongest moment was here, against how many by contacts alone."""
    people = sum(row["peaks"] for row in rows)
    for row in rows:
        value, low, high = wilson(row["peaks"], people)
        against = row["expected"] / people if people else 0.0
        limit = _limit(value, against)
        away = (value - limit) * people / sqrt(row["spread"]) if row["spread"] > 0 else 0.0
        yield Known(
            row["touchpoint"], REMEMBERED, value, low, high, against, limit, _beyond(away, value, against),
            int(people), int(row["customers"]),
        )  # fmt: skip


def _opens(rows: list[Row]) -> Iterator[Known]:
    """Journeys begun here that reached their goal, against all that have ended."""
    all_k, all_n = sum(row["k"] for row in rows), sum(row["n"] for row in rows)
    against = all_k / all_n if all_n else 0.0
    for row in rows:
        sums = {name: row[name] for name in ("kk", "nn", "kn")} | {"clusters": row["customers"]}
        value, low, high = clustered_share(row["k"], row["n"], **sums)
        limit = _limit(value, against)
        effect = design_effect(row["k"], row["n"], share=limit, **sums)
        away = part_of_whole(row["k"], row["n"], all_n, limit, effect=effect)
        yield Known(
            row["touchpoint"], OPENS, value, low, high, against, limit, _beyond(away, value, against),
            int(row["n"]), row["customers"],
        )  # fmt: skip


def _leaves(rows: list[Row], passed: list[Row]) -> Iterator[Known]:
    """Visits after which the journey ended without its goal, against all visits.

    Given the visits before it, each visit is one chance to leave, so visits are independent trials.
    """
    customers = {row["touchpoint"]: row["customers"] for row in passed}
    gone = {row["touchpoint"]: row["abandoned"] + row["lost"] for row in rows}
    all_k, all_n = sum(gone.values()), sum(row["visits"] for row in rows)
    against = all_k / all_n if all_n else 0.0
    for row in rows:
        k, n = gone[row["touchpoint"]], row["visits"]
        value, low, high = wilson(k, n)
        limit = _limit(value, against)
        away = part_of_whole(k, n, all_n, limit)
        yield Known(
            row["touchpoint"], LEAVES, value, low, high, against, limit, _beyond(away, value, against),
            n, customers.get(row["touchpoint"], 0),
        )  # fmt: skip
