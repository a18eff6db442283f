"""How surely something was found, and what comes first."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from vivencia.actions.candidates import Candidate
from vivencia.actions.reading import Row
from vivencia.measure.discoveries import false_discovery, two_sided
from vivencia.words.findings import Certainty, FindingCode

#: False discoveries tolerated among findings of one kind.
SURE, LIKELY = 0.01, 0.05
#: A hint is further from nothing than this many standard errors.
HINT_FROM = 1.0
#: What an uncertain finding counts for in the ranking.
TRUST = {Certainty.SURE: 1.0, Certainty.LIKELY: 0.7, Certainty.HINT: 0.3}
#: The least weight a touchpoint is given, as a part of an equal share.
LEAST_WEIGHT = 0.1


def certainties(candidates: Sequence[Candidate]) -> list[Certainty | None]:
    """How surely each is found, with false discoveries controlled within each kind; None is not worth saying.

    An interval that includes nothing happening is a hint at most.
    """
    families: dict[FindingCode, list[int]] = defaultdict(list)
    for at, candidate in enumerate(candidates):
        families[candidate.code].append(at)
    found: list[Certainty | None] = [None] * len(candidates)
    for members in families.values():
        z = np.array([candidates[at].z for at in members])
        for at, adjusted in zip(members, false_discovery(two_sided(z)), strict=True):
            found[at] = _certainty(candidates[at], float(adjusted))
    return found


def _certainty(candidate: Candidate, adjusted: float) -> Certainty | None:
    apart = candidate.fact or not candidate.low <= candidate.nothing <= candidate.high
    if apart and adjusted <= SURE:
        return Certainty.SURE
    if apart and adjusted <= LIKELY:
        return Certainty.LIKELY
    return Certainty.HINT if candidate.z >= HINT_FROM else None


def ranked(
    candidates: Sequence[Candidate],
    *,
    perception: dict[str, float],
    progression: dict[str, float],
    everyone: int,
    departments: dict[str, str | None],
) -> list[Row]:
    """Findings, first what matters most: size × reach × weight, less where it is less sure.

    Size is in experience points a customer concerned, reach their share of all customers,
    weight the touchpoint's share on perception (on progression for drop-offs); a
    touchpoint of unknown weight counts as an equal share.
    """
    rows = []
    for candidate, certainty in zip(candidates, certainties(candidates), strict=True):
        if certainty is not None:
            known = progression if candidate.code is FindingCode.DROP_OFF else perception
            priority = candidate.size * min(1.0, candidate.customers / max(everyone, 1))
            priority *= TRUST[certainty] * _weight(candidate.touchpoint, known, len(departments))
            rows.append(_row(candidate, certainty, priority, perception, departments))
    rows.sort(key=lambda row: (-row["priority"], row["code"], row["touchpoint"] or "", row["measure"] or ""))
    return [{**row, "rank": rank} for rank, row in enumerate(rows, start=1)]


def _weight(touchpoint: str | None, known: dict[str, float], count: int) -> float:
    equal = 1.0 / max(count, 1)
    if touchpoint is None or touchpoint not in known:
        return equal
    return max(known[touchpoint], LEAST_WEIGHT * equal)


def _row(
    one: Candidate,
    certainty: Certainty,
    priority: float,
    perception: dict[str, float],
    departments: dict[str, str | None],
) -> Row:
    return {
        "code": one.code.value,
        "touchpoint": one.touchpoint,
        "stage": one.stage,
        "measure": one.measure,
        "value": one.value,
        "low": one.low,
        "high": one.high,
        "n": one.n,
        "customers": one.customers,
        "weight": perception.get(one.touchpoint or "", 0.0),
        "certainty": certainty.value,
        "priority": priority,
        "threshold": one.threshold,
        "department": departments.get(one.touchpoint or ""),
    }
