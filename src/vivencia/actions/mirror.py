"""The mirror: what the company believes of itself beside what its customers answered.

Leaders answer the customers' own question before they see the data; the difference of
the two means is the delivery gap (Allen, Reichheld, Hamilton & Markey 2005). Questions
about the relationship are compared for the company as a whole, the others at their
touchpoint; where customers were asked with another instrument, with all their answers
there on the common 0–10 scale.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from vivencia.actions.pillars import on_scale
from vivencia.actions.reading import Row, small_fold
from vivencia.measure.normal import Z95
from vivencia.measure.rates import welch_half_width
from vivencia.plans import Plan, Step, read_queries
from vivencia.words.shapes.actions import MIRROR

#: Fewest answers from inside: one opinion has no interval.
FEWEST_BELIEFS = 2
WHOLE = ""


def mirror_plan(*, anonymity: int = 5) -> Plan:
    """Reads `signals` (kind belief), `scores`, `summaries` and `instruments`, gives `mirror`.

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
                beside=("scores", "summaries", "instruments"),
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
        (row["key"], row["instrument"]): _Said(
            *on_scale(row, instruments[row["instrument"]]), row["n"], row["customers"]
        )
        for row in beside["scores"]
        if row["statistic"] == "mean"
        and row["dimension"] in ("all", "touchpoint")
        and row["instrument"] in instruments
    }
    lived = {
        row["key"]: _Said(
            mean=row["experience"],
            low=row["experience_low"],
            high=row["experience_high"],
            n=row["rated"],
            customers=row["rated_customers"],
        )
        for row in beside["summaries"]
        if row["dimension"] == "touchpoint" and row["experience_low"] is not None
    }
    for (where, key), answers in inside.items():
        other = lived.get(where) if instruments[key]["target"] == "experience" else None
        said = outside.get((where, key), other)
        if said and said.customers >= settings["anonymity"] and len(answers) >= FEWEST_BELIEFS:
            yield _row(where, key, answers, said)


@dataclass(frozen=True, slots=True)
class _Said:
    """The customers' side, on 0–10."""

    mean: float
    low: float
    high: float
    n: int
    customers: int


def _row(where: str, key: str, answers: list[float], said: _Said) -> Row:
    company, variance = _mean_and_variance(answers)
    other = ((said.high - said.low) / (2 * Z95)) ** 2
    difference = company - said.mean
    half = welch_half_width(variance, len(answers), other, said.customers)
    return {
        "touchpoint": where, "instrument": key,
        "company": company, "company_n": len(answers), "customers": said.mean, "customers_n": said.n,
        "difference": difference, "low": difference - half, "high": difference + half,
    }  # fmt: skip


def _mean_and_variance(answers: list[float]) -> tuple[float, float]:
    """Mean and the variance of the mean; leaders who all agree keep a floor of half a point."""
    n = len(answers)
    mean = sum(answers) / n
    spread = sum((answer - mean) ** 2 for answer in answers) / (n - 1)
    return mean, max(spread, 0.25) / n
