"""What perceptions are told by: parameters of the company's own or defaults, and whether they hold."""

from datetime import UTC, datetime
from typing import Any

from vivencia.house.report.reading import Reading, Row, present
from vivencia.perceptions.drift import news
from vivencia.perceptions.fit import LEAST_CUSTOMERS, LEAST_RATED
from vivencia.words.shapes.perceptions import ANSWERING, FITTED, FITTED_UNTIL

_DAY_S = 86_400.0


def model_in_use(reading: Reading) -> Row:
    """Whether parameters were fitted, what is missing where not, what the drift says; {} before an analysis.

    `answering` counts the customers who answered often enough beside how many are needed; `fitted_until`
    is the day of the newest answer the fit saw; `drift.news` the week of an alarm since then, which the
    next analysis fits again for.
    """
    rows = reading.rows("parameters")
    if not rows:
        return {}
    value = {row["name"]: row["value"] for row in rows if row["name"] in (ANSWERING, FITTED_UNTIL)}
    customers = int(value[ANSWERING]) if ANSWERING in value else None
    return present(
        fitted=any(row["origin"] == FITTED for row in rows),
        answering=None
        if customers is None
        else {
            "customers": customers,
            "least": LEAST_CUSTOMERS,
            "rated": LEAST_RATED,
            "missing": max(LEAST_CUSTOMERS - customers, 0),
        },
        fitted_until=_day(value.get(FITTED_UNTIL)),
        drift=_drift(reading.table("drift")),
    )


def defaults_in_use(reading: Reading) -> bool:
    """Whether perceptions are told with defaults: orders and trends hold, the level is not known."""
    return model_in_use(reading).get("fitted") is False


def _day(days: float | None) -> str | None:
    return None if days is None else datetime.fromtimestamp(days * _DAY_S, UTC).date().isoformat()


def _drift(table: Any) -> Row | None:
    if table is None or table.num_rows == 0:
        return None
    weeks = table.filter(table["alarm"])["week"].to_pylist()
    latest = news(table) if "unseen" in table.column_names else None
    return present(
        weeks=table.num_rows,
        alarms=len(weeks),
        last_alarm=weeks[-1].date().isoformat() if weeks else None,
        news=latest.isoformat() if latest else None,
    )
