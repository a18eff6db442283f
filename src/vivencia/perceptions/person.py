"""One customer at one date: where they stand, and every event with the weight it still has.

D is told apart into what each event did (jump · weight) and one number for what the answers
taught (Σ inferred · weight); together they are D, and E + D is the perception.
"""

from dataclasses import dataclass
from datetime import datetime
from math import exp, sqrt
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vivencia.perceptions.columns import columns_of, microseconds, one_array
from vivencia.perceptions.filter import filter_events
from vivencia.perceptions.kernel import DAY
from vivencia.perceptions.ledger import ledger
from vivencia.perceptions.live import Standing
from vivencia.perceptions.parameters import Floats, Parameters
from vivencia.perceptions.replay import in_order, replay
from vivencia.words.errors import InputError


@dataclass(frozen=True, slots=True)
class Level:
    """A mean with its standard deviation, in points of 0–10."""

    value: float
    sd: float


@dataclass(frozen=True, slots=True)
class Why:
    """Why a customer stands where they stand at `at`.

    `events` has a row an event up to then, in order of time: `at`, `source`, `id`,
    `touchpoint`, `role`, `expectation`, `experience`, `jump`, `weight` (0…1) and `remains` =
    weight · jump. Σ `remains` + `inferred` is the mean of `residual` (D) within rounding.
    """

    customer: str
    at: datetime
    perception: Level
    expectation: Level
    residual: Level
    style: Level
    inferred: float
    events: pa.Table
    tau: float
    fitted: bool


def why(events: Any, parameters: Parameters, at: datetime) -> Why:
    """The account of one customer's `events` (columns as in `replay`) up to `at`.

    Raises InputError where nothing of the customer is known by then.
    """
    until = int(at.timestamp() * 1e6)
    ordered = in_order(events)
    known = ordered.filter(pa.array(microseconds(one_array(ordered, "at")) <= until))
    if known.num_rows == 0:
        raise InputError("Nothing is known of this customer by that date.", hint="name a later one with --at")
    columns = columns_of(known, parameters)
    if columns.customers != 1:
        raise ValueError("the events of one customer are wanted")
    found = filter_events(columns, parameters, write=False)
    m, C = faded(Standing(found.state[0], int(found.state_at[0])), parameters, until)
    moments = replay(known, parameters)
    account = ledger(moments, parameters.tau, at)
    weight = account.column("weight").to_numpy()
    told = np.nan_to_num(moments.column("inferred").to_numpy())
    rows = account.drop_columns(["inferred", "remains"]).append_column(
        "remains", pc.multiply(account.column("jump"), account.column("weight"))
    )
    return Why(
        customer=known.column("customer")[0].as_py(),
        at=at,
        perception=Level(float(m[1] + m[2]), _root(C[1, 1] + C[2, 2] + 2 * C[1, 2])),
        expectation=Level(float(m[1]), _root(C[1, 1])),
        residual=Level(float(m[2]), _root(C[2, 2])),
        style=Level(float(m[0]), _root(C[0, 0])),
        inferred=float(np.sum(weight * told)),
        events=rows,
        tau=parameters.tau,
        fitted=parameters.fitted,
    )


def faded(standing: Standing, p: Parameters, until: int) -> tuple[Floats, Floats]:
    """Mean and covariance of (b, E, D) at `until` (microseconds), with nothing seen since.

    An event that is not older than `until` is not undone: the state at its time is given.
    """
    x = standing.numbers
    days = max(until - standing.at, 0) / DAY
    rho = exp(-days / p.tau)
    m = np.array([x[0], x[1], x[2] * rho])
    unsure = (p.omega * days / p.tau * rho) ** 2 * (x[2] ** 2 + x[8])
    C = np.array(
        [
            [x[3], x[4], x[5] * rho],
            [x[4], x[6] + p.s_e2 * days, x[7] * rho],
            [x[5] * rho, x[7] * rho, rho * rho * x[8] + p.v_d * (1 - rho * rho) + unsure],
        ]
    )
    return m, C


def _root(variance: float) -> float:
    return sqrt(max(float(variance), 0.0))
