"""B2B accounts: all together, by role, and each with what is missing."""

from vivencia.house.report.reading import Reading, Row, present, rounded

#: Accounts that are listed, those that need somebody first; the table holds them all.
SHOWN = 100
_ORDER = {"missing": 0, "silent": 1, "heard": 2, None: 3}


def accounts(reading: Reading) -> Row:
    """Levels, roles and accounts; empty for a company without accounts."""
    rows = reading.rows("accounts")
    if not rows:
        return {}
    rows.sort(key=lambda row: (_ORDER[row["decision"]], row["value"], row["account"]))
    return {
        "many": len(rows),
        "levels": {
            row["measure"]: found
            for row in reading.rows("account_levels")
            if (found := reading.of(row["value"], row["low"], row["high"], row["n"])) is not None
        },
        "roles": [_role(reading, row) for row in reading.rows("account_roles")],
        "accounts": [_account(reading, row) for row in rows[:SHOWN]],
    }


def _role(reading: Reading, row: Row) -> Row:
    mean = reading.of(row["mean"], row["low"], row["high"], row["respondents"])
    return present(
        role=row["role"],
        key=row["key"],
        people=row["people"],
        respondents=row["respondents"],
        mean=mean,
        sd=rounded(row["sd"]) if mean is not None else None,
    )


def _account(reading: Reading, row: Row) -> Row:
    """What few people said is withheld as everywhere; who is missing is no answer of anybody."""
    value = reading.of(row["value"], row["low"], row["high"], row["respondents"])
    told = value is not None
    free = reading.of(
        row["problem_free"], row["problem_free_low"], row["problem_free_high"], max(row["people"], 1)
    )
    return present(
        account=row["account"],
        people=row["people"],
        respondents=row["respondents"],
        effective=rounded(row["effective"]),
        problems=row["problems"],
        value=value,
        mean=rounded(row["mean"]) if told else None,
        spread=rounded(row["spread"]) if told else None,
        agreement=rounded(row["agreement"]) if told else None,
        covered=rounded(row["covered"]),
        decision=row["decision"],
        weakest_role=row["weakest_role"] if told else None,
        weakest=rounded(row["weakest"]) if told else None,
        problem_free=free,
        reassured=rounded(row["reassured"]) if told else None,
    )
