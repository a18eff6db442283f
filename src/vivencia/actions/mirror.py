"""The mirror: what the company believes of itself beside what its customers answered.

Leaders answer the customers' own question before they see the data; the difference of
the two means is the delivery gap (Allen, Reichheld, Hamilton & Markey 2005). Questions
about the relationship are compared for the company as a whole, the others at their
touchpoint.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from vivencia.actions.pillars import on_scale
from vivencia.actions.reading import Row, small_fold
from vivencia.measure.rates import Z95, welch_half_width
from vivencia.plans import Plan, Step, read_queries
from vivencia.words.shapes.actions import MIRROR

#: Fewest answers from inside: one opinion has no interval.
FEWEST_BELIEFS = 2
WHOLE = ""


def mirror_plan(*, anonymity: int = 5) -> Plan:
    """Reads `signals` (kind belief), `scores` and `instruments`, gives `mirror`.

    The customers' side stands on at least `anonymity` customers, the company's on two answers.
    """
    return Plan(
        name="mirror",
        nodes=(
            Step(
                "beliefs",
                read_queries("vivencia.actions", "mirror.sql")["beliefs"],
                reads=("signals",),
                order=("customer", "at", "source", "id"),
            ),
            small_fold(
                MIRROR,
                mirror_rows,
                reads="beliefs",
                columns=("touchpoint", "ratings"),
                order=("customer", "at", "source", "id"),
                beside=("scores", "instruments"),
                anonymity=anonymity,
            ),
        ),
        gives=(MIRROR.name,),
    )


def mirror_rows(
    beliefs: list[Row], beside: Mapping[str, list[Row]], settings: Mapping[str, Any]
) -> Iterator[Row]:
    """One row a touchpoint and instrument that both sides answered."""
    instruments = {row["instrument"]: row for row in beside["instruments"]}
    inside: dict[tuple[str, str], list[float]] = defaultdict(list)
    for row in beliefs:
        for key, raw in row["ratings"] or ():
            if (known := instruments.get(key)) is not None:
                where = WHOLE if known["target"] == "relationship" else row["touchpoint"]
                inside[where, key].append(known["intercept"] + known["slope"] * raw)
    outside = {
        (row["key"], row["instrument"]): row
        for row in beside["scores"]
        if row["statistic"] == "mean" and row["dimension"] in ("all", "touchpoint")
    }
    for (where, key), answers in inside.items():
        score = outside.get((where, key))
        if score and score["customers"] >= settings["anonymity"] and len(answers) >= FEWEST_BELIEFS:
            yield _row(where, key, answers, score, instruments[key])


def _row(where: str, key: str, answers: list[float], score: Row, instrument: Row) -> Row:
    mean, low, high = on_scale(score, instrument)
    company, variance = _mean_and_variance(answers)
    other = ((high - low) / (2 * Z95)) ** 2
    difference = company - mean
    half = welch_half_width(variance, len(answers), other, score["customers"])
    return {
        "touchpoint": where, "instrument": key,
        "company": company, "company_n": len(answers), "customers": mean, "customers_n": score["n"],
        "difference": difference, "low": difference - half, "high": difference + half,
    }  # fmt: skip


def _mean_and_variance(answers: list[float]) -> tuple[float, float]:
    """Mean and the variance of the mean; leaders who all agree keep a floor of half a point."""
    n = len(answers)
    mean = sum(answers) / n
    spread = sum((answer - mean) ** 2 for answer in answers) / (n - 1)
    return mean, max(spread, 0.25) / n
