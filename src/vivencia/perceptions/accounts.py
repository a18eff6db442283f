"""B2B accounts: what the people of an organisation think together, and who was not heard.

A respondent's perception is the account's θ plus what their role adds, N(0, σ_role²); accounts
are N(μ, t²). With w = 1/σ_role²,

    θ = (μ/t² + Σ w x) / (1/t² + Σ w),        variance 1 / (1/t² + Σ w).

μ, t and each σ_role are estimated over all accounts by EM (Dempster, Laird & Rubin 1977;
weighting informants: Van Bruggen, Lilien & Kacker 2002). The weakest key role stands on a line
of its own: a minimum mixed into the score would bend it. Problems are counts of a Poisson whose
rates are Gamma over accounts, by moments.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from scipy.special import gammaincinv

from vivencia.measure.intervals import student_95, wilson
from vivencia.measure.normal import Z95
from vivencia.perceptions.parameters import Floats
from vivencia.plans import Fold, Plan, Step, read_queries
from vivencia.words.shapes.accounts import (
    ACCOUNT_LEVELS,
    ACCOUNT_PEOPLE,
    ACCOUNT_PROBLEMS,
    ACCOUNT_ROLES,
    ACCOUNTS,
    HEARD,
    MISSING,
    SILENT,
)
from vivencia.words.tables import TableShape

_ROUNDS = 300
_LEAST_VARIANCE = 1e-4
#: Variance of an answer that is any of the eleven points with equal chance: that of r_wg.
_UNIFORM = (11.0**2 - 1.0) / 12.0
#: (account, role) → people, respondents, Σ x, Σ x², reassurance answers, their Σ.
Sums = dict[tuple[str, str], Floats]


def accounts_plan(
    *, key_roles: tuple[str, ...] = (), decides: str | None = None, reassurance: str | None = None
) -> Plan:
    """Reads `states`, `moments`, `events`, `touchpoints`; gives `accounts`, their roles and their levels.

    `key_roles` are those an account is judged by, `decides` the role of the decision maker,
    `reassurance` the instrument of the question whether that person feels safe with the company.
    """
    sql = read_queries("vivencia.perceptions", "accounts.sql")
    shown = Rolled(key_roles, decides)
    beside = (ACCOUNT_PROBLEMS.name,)

    def rolled(shape: TableShape) -> Fold:
        return Fold(
            name=shape.name, start=start, add=add, merge=merge, finish=shown.finish_of(shape.name),
            reads=ACCOUNT_PEOPLE.name, columns=ACCOUNT_PEOPLE.names, writes=shape, beside=beside,
            order=ACCOUNT_PEOPLE.order,
        )  # fmt: skip

    return Plan(
        name="accounts",
        nodes=(
            Step("account_answers", sql["account_answers"], reads=("moments",)),
            Step("account_reassured", sql["account_reassured"], reads=("events",)),
            Step(
                ACCOUNT_PEOPLE.name,
                sql["account_people"],
                reads=("states", "account_answers", "account_reassured"),
                order=ACCOUNT_PEOPLE.order,
                writes=ACCOUNT_PEOPLE,
            ),
            Step("account_horizon", sql["account_horizon"], reads=("states",)),
            Step("account_troubles", sql["account_troubles"], reads=("events", "touchpoints")),
            Step(
                ACCOUNT_PROBLEMS.name,
                sql["account_problems"],
                reads=("account_troubles", "account_horizon"),
                order=ACCOUNT_PROBLEMS.order,
                writes=ACCOUNT_PROBLEMS,
            ),
            *(rolled(shape) for shape in (ACCOUNTS, ACCOUNT_ROLES, ACCOUNT_LEVELS)),
        ),
        gives=(ACCOUNTS.name, ACCOUNT_ROLES.name, ACCOUNT_LEVELS.name),
        values={"reassurance": reassurance or ""},
    )


# Sums ----------------------------------------------------------------------------------------


def start(side: Mapping[str, Any]) -> Sums:
    """Nobody yet."""
    del side
    return {}


def add(state: Sums, table: Any, side: Mapping[str, Any]) -> Sums:
    """People added to their account and role."""
    del side
    found: Sums = {}
    names = ("account", "role", "perception", "answers", "reassured")
    for account, role, x, answers, reassured in zip(
        *(table.column(name).to_pylist() for name in names), strict=True
    ):
        one = found.setdefault((account, role), np.zeros(6))
        one[0] += 1
        if answers:
            one[1:4] += (1.0, x, x * x)
        if reassured is not None:
            one[4:] += (1.0, reassured)
    return merge(state, found)


def merge(a: Sums, b: Sums) -> Sums:
    """Both together."""
    joined = dict(a)
    for key, sums in b.items():
        joined[key] = joined[key] + sums if key in joined else sums
    return joined


# The roll-up ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Together:
    """All accounts: names, roles, sums (accounts, roles, 6), θ and variance, σ² of roles, μ and error."""

    accounts: list[str]
    roles: list[str]
    sums: Floats
    theta: Floats
    variance: Floats
    role_variance: Floats
    mean: tuple[float, float]
    problems: Floats


def together(state: Sums, side: Mapping[str, Any]) -> Together:
    """The sums as arrays, and the roll-up by EM."""
    accounts, roles = sorted({key[0] for key in state}), sorted({key[1] for key in state})
    places = {one: i for i, one in enumerate(accounts)}, {one: i for i, one in enumerate(roles)}
    sums = np.zeros((len(accounts), len(roles), 6))
    for (account, role), one in state.items():
        sums[places[0][account], places[1][role]] = one
    problems = np.zeros(len(accounts))
    known = side[ACCOUNT_PROBLEMS.name]
    for account, many in zip(
        known.column("account").to_pylist(), known.column("problems").to_pylist(), strict=True
    ):
        if account in places[0]:
            problems[places[0][account]] = many
    found = roll_up(sums[:, :, 1], sums[:, :, 2], sums[:, :, 3])
    return Together(accounts, roles, sums, *found, problems)


def roll_up(n: Floats, x: Floats, xx: Floats) -> tuple[Floats, Floats, Floats, tuple[float, float]]:
    """θ and its variance of each account, σ² of each role, and μ with its error.

    From counts, Σ x and Σ x² (accounts, roles). The variance of θ holds the error of μ.

    A role that nobody of answered has the variance of all respondents.
    """
    total = float(n.sum())
    if total == 0:
        nothing = np.full(n.shape[0], np.nan)
        return nothing, nothing, np.full(n.shape[1], np.nan), (np.nan, np.nan)
    mu = float(x.sum()) / total
    spread = max(float(xx.sum()) / total - mu * mu, _LEAST_VARIANCE)
    between, within = spread / 2, np.full(n.shape[1], spread)
    heard = n.sum(axis=1) > 0
    theta, variance = np.full(n.shape[0], mu), np.full(n.shape[0], between)
    for _ in range(_ROUNDS):
        precision = 1.0 / between + n @ (1.0 / within)
        theta, variance = (mu / between + x @ (1.0 / within)) / precision, 1.0 / precision
        mu = float(theta[heard].mean())
        was = within
        between = max(float(np.mean(variance[heard] + (theta[heard] - mu) ** 2)), _LEAST_VARIANCE)
        left = xx - 2 * theta[:, None] * x + n * (theta**2 + variance)[:, None]
        many = n.sum(axis=0)
        within = np.maximum(
            np.where(many > 0, left.sum(axis=0) / np.maximum(many, 1), spread), _LEAST_VARIANCE
        )
        if np.allclose(was, within, rtol=1e-8):
            break
    told = n @ (1.0 / within)
    by = 1.0 / (between + 1.0 / told[heard])
    middle = float(by @ ((x @ (1.0 / within))[heard] / told[heard]) / by.sum())
    error = float(1.0 / by.sum()) ** 0.5
    drawn = variance / between
    return theta + drawn * (middle - mu), variance + (drawn * error) ** 2, within, (middle, error)


def free_of_problems(counts: Floats) -> tuple[Floats, Floats, Floats]:
    """Chance of no problem in as long again, with its 95 % interval: Poisson counts, Gamma rates (moments).

    Where counts differ no more than one Poisson's would, all accounts have the common rate.
    """
    mean, variance = float(counts.mean()), float(counts.var(ddof=1)) if len(counts) > 1 else 0.0
    if mean == 0.0:
        # Nothing ever happened: half an event in all, as Jeffreys has it.
        shape, rate = 0.5, float(max(len(counts), 1))
    else:
        rate = mean / max(variance - mean, 1e-3 * mean)
        shape = mean * rate
    after, per = shape + counts, rate + 1.0
    value = (per / (per + 1.0)) ** after
    low, high = (np.exp(-gammaincinv(after, q) / per) for q in (0.975, 0.025))
    return value, low, high


# The tables ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rolled:
    """Finishes the folds: which roles are key, and which decides."""

    key_roles: tuple[str, ...]
    decides: str | None

    def finish_of(self, name: str) -> "Finish":
        """The last function of the fold that writes this table."""
        return Finish(self, name)

    def accounts(self, found: Together) -> list[dict[str, Any]]:
        """The rows of ACCOUNTS."""
        n = found.sums[:, :, 1]
        w = n / found.role_variance
        value, low, high = free_of_problems(found.problems) if len(found.accounts) else ((),) * 3
        rows = []
        for a, account in enumerate(found.accounts):
            respondents, total = float(n[a].sum()), float(found.sums[a, :, 2].sum())
            squares = float((n[a] / found.role_variance**2).sum())
            spread = None
            if respondents >= 2:
                mean = total / respondents
                spread = float(found.sums[a, :, 3].sum() - respondents * mean * mean) / (respondents - 1)
                spread = max(spread, 0.0)
            half = Z95 * float(np.sqrt(found.variance[a]))
            rows.append(
                {
                    "account": account,
                    "people": int(found.sums[a, :, 0].sum()),
                    "respondents": int(respondents),
                    "effective": float(w[a].sum()) ** 2 / squares if respondents else 0.0,
                    "value": float(found.theta[a]),
                    "low": float(found.theta[a]) - half,
                    "high": float(found.theta[a]) + half,
                    "mean": total / respondents if respondents else None,
                    "spread": None if spread is None else spread**0.5,
                    "agreement": None if spread is None else 1.0 - spread / _UNIFORM,
                    "problems": int(found.problems[a]),
                    "problem_free": float(value[a]),
                    "problem_free_low": float(low[a]),
                    "problem_free_high": float(high[a]),
                    **self._roles(found, a),
                }
            )
        return rows

    def _roles(self, found: Together, a: int) -> dict[str, Any]:
        """Who of the key roles was heard, the weakest of them, and the decision maker."""
        sums = dict(zip(found.roles, found.sums[a], strict=True))
        heard = {role: sums[role] for role in self.key_roles if role in sums and sums[role][1] > 0}
        standing = {role: float(one[2] / one[1]) for role, one in heard.items()}
        weakest = min(standing, key=lambda role: (standing[role], role)) if standing else None
        one = sums.get(self.decides or "", np.zeros(6))
        decision = HEARD if one[1] > 0 else SILENT if one[0] > 0 else MISSING
        return {
            "covered": len(heard) / len(self.key_roles) if self.key_roles else None,
            "decision": decision if self.decides else None,
            "weakest_role": weakest,
            "weakest": standing[weakest] if weakest is not None else None,
            "reassured": float(one[5] / one[4]) if one[4] > 0 else None,
        }

    def roles(self, found: Together) -> list[dict[str, Any]]:
        """The rows of ACCOUNT_ROLES."""
        rows = []
        for r, role in enumerate(found.roles):
            people, n, x, xx = (float(found.sums[:, r, k].sum()) for k in range(4))
            mean = x / n if n else None
            half = None
            if mean is not None and n >= 2:
                variance = max(xx - n * mean * mean, 0.0) / (n - 1)
                half = float(student_95(np.array(n - 1))) * (variance / n) ** 0.5
            rows.append(
                {
                    "role": role,
                    "key": role in self.key_roles,
                    "people": int(people),
                    "respondents": int(n),
                    "mean": mean,
                    "low": mean - half if mean is not None and half is not None else None,
                    "high": mean + half if mean is not None and half is not None else None,
                    "sd": float(found.role_variance[r]) ** 0.5 if n else None,
                }
            )
        return rows

    def levels(self, found: Together) -> list[dict[str, Any]]:
        """The rows of ACCOUNT_LEVELS."""
        rows = self.accounts(found)
        voices = sum(row["respondents"] > 0 for row in rows)
        value, half = found.mean[0], Z95 * found.mean[1]
        made = [
            {"measure": "value", "value": value, "low": value - half, "high": value + half, "n": voices}
            if voices
            else None,
            _mean("covered", [row["covered"] for row in rows if row["covered"] is not None]),
            _mean("reassured", [row["reassured"] for row in rows if row["reassured"] is not None]),
            _share("problem_free", [row["problems"] == 0 for row in rows]),
            _share("one_voice", [row["respondents"] <= 1 for row in rows]),
        ]
        if self.decides:
            made += [
                _share(f"decision_{state}", [row["decision"] == state for row in rows])
                for state in (SILENT, MISSING)
            ]
        return [row for row in made if row is not None]


@dataclass(frozen=True, slots=True)
class Finish:
    """The rows of one table."""

    rolled: Rolled
    name: str

    def __call__(self, state: Sums, side: Mapping[str, Any]) -> Any:
        """The table; empty without accounts."""
        found = together(state, side)
        shape, make = {
            ACCOUNTS.name: (ACCOUNTS, self.rolled.accounts),
            ACCOUNT_ROLES.name: (ACCOUNT_ROLES, self.rolled.roles),
            ACCOUNT_LEVELS.name: (ACCOUNT_LEVELS, self.rolled.levels),
        }[self.name]
        types = {"text": pa.string(), "float": pa.float64(), "int": pa.int64(), "bool": pa.bool_()}
        schema = pa.schema([(column.name, types[column.type]) for column in shape.columns])
        table = pa.Table.from_pylist(make(found) if state else [], schema=schema)
        return table.sort_by([(name, "ascending") for name in shape.order])


def _mean(measure: str, values: list[float]) -> dict[str, Any] | None:
    n = len(values)
    if n < 2:
        return None
    mean = float(np.mean(values))
    half = float(student_95(np.array(n - 1.0))) * float(np.std(values, ddof=1)) / n**0.5
    return {"measure": measure, "value": mean, "low": mean - half, "high": mean + half, "n": n}


def _share(measure: str, there: list[bool]) -> dict[str, Any] | None:
    n = len(there)
    if n == 0:
        return None
    share = sum(there) / n
    low, high = wilson(np.array(share), np.array(float(n)))
    return {"measure": measure, "value": share, "low": float(low), "high": float(high), "n": n}
