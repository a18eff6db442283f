"""Derived tables of a made-up shop, in the shapes of vivencia.words: what a report is assembled from.

The numbers are invented and plain to see: `SHOP` lists each touchpoint once, and
every table is spelt from it.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pyarrow as pa

from made_up import people, walked, weighing, words
from made_up.shop import MONTHS, NOW, SHOP, around, catalogue

__all__ = ["MONTHS", "NOW", "SHOP", "catalogue", "reader", "summary_row", "tables"]

Tables = dict[str, pa.Table]


def tables() -> Tables:
    """Every table the report reads, of the made-up shop."""
    return {
        "summaries": pa.Table.from_pylist(_summaries()),
        "scores": pa.Table.from_pylist(_scores()),
        "promises_kept": pa.Table.from_pylist(_promises()),
        "journeys": walked.journeys(),
        "transitions": pa.Table.from_pylist(walked.transitions()),
        "variants": pa.Table.from_pylist(walked.variants()),
        "perception_weights": pa.Table.from_pylist(_perception_weights()),
        "progression_weights": pa.Table.from_pylist(_progression_weights()),
        "weights": pa.Table.from_pylist(_weights()),
        "bottlenecks": pa.Table.from_pylist(weighing.bottlenecks()),
        "drivers": pa.Table.from_pylist(weighing.drivers()),
        "progression_hazards": pa.Table.from_pylist(weighing.progression_hazards()),
        "key_moments": pa.Table.from_pylist(walked.key_moments()),
        "findings": pa.Table.from_pylist(_findings()),
        "pillars": pa.Table.from_pylist(_pillars()),
        "mirror": pa.Table.from_pylist(_mirror()),
        "drop_offs": pa.Table.from_pylist(walked.drop_offs()),
        "hold_ups": pa.Table.from_pylist(walked.hold_ups()),
        "goal_rates": pa.Table.from_pylist(walked.goal_rates()),
        "resolutions": pa.Table.from_pylist(walked.resolutions()),
        "stage_strengths": pa.Table.from_pylist(walked.stage_strengths()),
        "flows": pa.Table.from_pylist(walked.flows()),
        "chain_weights": pa.Table.from_pylist(walked.chain_weights()),
        "chain_ends": pa.Table.from_pylist(walked.chain_ends()),
        "journey_differences": pa.Table.from_pylist(walked.journey_differences()),
        "effort_model": pa.Table.from_pylist(walked.effort_model()),
        "effort_levels": pa.Table.from_pylist(walked.effort_levels()),
        "effort_calibration": pa.Table.from_pylist(walked.effort_calibration()),
        "designed_ways": pa.Table.from_pylist(walked.designed_ways()),
        "designed_steps": pa.Table.from_pylist(walked.designed_steps()),
        "designed_felt": pa.Table.from_pylist(walked.designed_felt()),
        "parameters": pa.Table.from_pylist(_parameters()),
        "segment_parameters": pa.Table.from_pylist(_segment_parameters()),
        "listening": pa.Table.from_pylist(_listening()),
        "states": people.states(),
        "perception_check": _perception_check(),
        "representation": pa.Table.from_pylist(people.representation()),
        "countries": pa.Table.from_pylist(people.countries()),
        "accounts": pa.Table.from_pylist(people.accounts()),
        "account_roles": pa.Table.from_pylist(people.account_roles()),
        "account_levels": pa.Table.from_pylist(people.account_levels()),
        "bonds": pa.Table.from_pylist(people.bonds()),
        "loyalty": pa.Table.from_pylist(people.loyalty()),
        "experience_shares": pa.Table.from_pylist(people.experience_shares()),
        "perception_fallback": pa.table(
            {"customer": pa.array([], pa.string()), "level": pa.array([], pa.float64())}
        ),
        "word_aspects": words.word_aspects(),
        "word_measures": words.word_measures(),
        "word_quotes": words.word_quotes(),
        "text_model": words.text_model(),
        "aspect_model": words.aspect_model(),
        "word_topics": words.word_topics(),
        "suspicion_counts": words.suspicion_counts(),
    }


def reader(of: Tables) -> Callable[[str], pa.Table | None]:
    """The tables as `build_report` asks for them."""
    return of.get


def summary_row(
    dimension: str,
    key: str,
    signals: int,
    customers: int,
    rated: int,
    expected: float | None,
    lived: float | None,
) -> dict[str, Any]:
    """One row of the summaries; the half-widths shrink as 2/√rated."""
    half = 2.0 / max(rated, 1) ** 0.5
    gap = None if expected is None or lived is None else lived - expected
    bad = None if gap is None else min(max(0.3 - 0.15 * gap, 0.02), 0.95)
    good = None if gap is None else min(max(0.2 + 0.12 * gap, 0.02), 0.95)
    return {
        "dimension": dimension,
        "key": key,
        "signals": signals,
        "customers": customers,
        "rated": rated,
        "rated_customers": min(rated, customers),
        **around("experience", lived, half),
        **around("expectation", expected, half / 2),
        **around("gap", gap, half),
        "disappointed": bad,
        "disappointed_low": bad and bad * 0.9,
        "disappointed_high": bad and min(bad * 1.1, 1.0),
        "delighted": good,
        "delighted_low": good and good * 0.9,
        "delighted_high": good and min(good * 1.1, 1.0),
        "stated": 0,
        "stated_expectation": None,
        "stated_low": None,
        "stated_high": None,
        "zone": None if expected is None else "derived",
        "zone_low": None if expected is None else expected - 1.2,
        "zone_high": None if expected is None else expected + 1.2,
        **around("perception", None if lived is None else 0.5 * lived + 3.4, half / 2),
    }


def _summaries() -> list[dict[str, Any]]:
    rows = [summary_row("all", "", sum(row[8] for row in SHOP), 2000, 5423, 7.1, 6.72)]
    rows += [summary_row("touchpoint", row[0], *row[8:13]) for row in SHOP]
    for column, dimension in ((1, "stage"), (2, "channel"), (3, "department")):
        for key in dict.fromkeys(row[column] for row in SHOP):
            mine = [row for row in SHOP if row[column] == key]
            rated = sum(row[10] for row in mine)
            rows.append(
                summary_row(
                    dimension,
                    key,
                    sum(row[8] for row in mine),
                    max(row[9] for row in mine),
                    rated,
                    sum(row[10] * (row[11] or 0) for row in mine) / rated if rated else None,
                    sum(row[10] * (row[12] or 0) for row in mine) / rated if rated else None,
                )
            )
    for number, month in enumerate(MONTHS):
        rows.append(summary_row("month", month, 6000, 1500, 900, 7.1, 7.0 - 0.11 * number))
        rows.append(
            summary_row("touchpoint_month", f"delivery|{month}", 480, 300, 210, 7.6, 6.6 - 0.25 * number)
        )
    for key, lived in (("store:porto-1", 7.9), ("store:lisboa-2", 6.1), ("page:/cart", 6.8)):
        rows.append(summary_row("place", key, 900, 400, 200, 7.1, lived))
    for key, lived in (("new", 6.2), ("regular", 7.0), ("vip", 7.4)):
        rows.append(summary_row("segment", key, 9000, 600, 1500, 7.0, lived))
    return rows


def _score(
    dimension: str, key: str, instrument: str, statistic: str, value: float, half: float, n: int
) -> Any:
    return {
        "dimension": dimension, "key": key, "instrument": instrument, "statistic": statistic,
        "value": value, "low": value - half, "high": value + half, "n": n, "customers": n,
    }  # fmt: skip


def _scores() -> list[dict[str, Any]]:
    return [
        _score("all", "", "nps", "nps", 0.12, 0.05, 812),
        _score("all", "", "csat5", "mean", 3.71, 0.05, 3120),
        _score("all", "", "csat5", "top_two", 0.62, 0.02, 3120),
        _score("all", "", "ces7", "mean", 4.9, 0.11, 640),
        _score("all", "", "ces7", "top_two", 0.44, 0.04, 640),
        _score("touchpoint", "delivery", "csat5", "mean", 3.1, 0.08, 1310),
        _score("touchpoint", "phone_support", "ces7", "mean", 3.9, 0.2, 300),
    ]


def _promise(
    touchpoint: str, measure: str, operator: str | None, threshold: float | None, n: int, kept: float | None,
    mean: float, median: float, p90: float, good: float | None, bad: float | None,
) -> dict[str, Any]:  # fmt: skip
    half = 1.0 / n**0.5
    return {
        "touchpoint": touchpoint, "measure": measure, "operator": operator, "threshold": threshold,
        "n": n, "customers": n // 2, "mean": mean, "median": median, "p90": p90,
        "kept": kept,
        "kept_low": None if kept is None else max(0.0, kept - half),
        "kept_high": None if kept is None else min(1.0, kept + half),
        "experience_kept": good, "experience_broken": bad,
        "rated_kept": 0 if good is None else n // 3, "rated_broken": 0 if bad is None else n // 9,
    }  # fmt: skip


def _promises() -> list[dict[str, Any]]:
    return [
        _promise("app", "uptime_share", ">=", 0.999, 6900, 0.981, 0.9994, 0.9999, 1.0, 6.8, 5.9),
        _promise("checkout", "load_s", "<", 3.0, 3100, 0.83, 2.1, 1.8, 3.9, 7.1, 6.0),
        _promise("delivery", "delay_days", "<=", 0.0, 2900, 0.57, 1.3, 0.0, 4.0, 7.1, 4.3),
        _promise("phone_support", "wait_s", "<=", 120.0, 1250, 0.41, 244.0, 171.0, 540.0, 6.3, 4.4),
        _promise("till", "queue_s", None, None, 700, None, 95.0, 80.0, 210.0, None, None),
    ]


def _parameters() -> list[dict[str, Any]]:
    rows = (
        ("lambda", "", 1.5, 0.1, "fitted"), ("tau", "", 60.0, None, "default"),
        ("theta", "delivery", 5.4, 0.1, "data"), ("theta", "checkout", 6.8, 0.1, "data"),
    )  # fmt: skip
    return [
        {
            "name": name, "touchpoint": touchpoint, "item": "", "value": value, "se": se,
            "robust_se": None, "n": 5423, "origin": origin,
        }
        for name, touchpoint, value, se, origin in rows
    ]  # fmt: skip


def _segment_parameters() -> list[dict[str, Any]]:
    rows = (
        ("family", "lam", 1.9, 0.1, 1.5, True, 420), ("family", "tau", 60.0, 5.0, 60.0, False, 420),
        ("single", "lam", 1.2, 0.1, 1.5, True, 310), ("single", "tau", 60.0, 5.0, 60.0, False, 310),
    )  # fmt: skip
    return [
        {
            "segment": segment, "name": name, "touchpoint": "", "item": "", "value": value, "se": se,
            "low": value - 2 * se, "high": value + 2 * se, "pooled": pooled, "differs": differs,
            "customers": customers,
        }
        for segment, name, value, se, pooled, differs, customers in rows
    ]  # fmt: skip


def _perception_weights() -> list[dict[str, Any]]:
    return [
        {
            "touchpoint": row[0],
            **around("share", row[13], 0.01 + 0.05 * (row[13] or 0)),
            **around("effect", None if row[13] is None else 1.4 * row[13], 0.05),
            "method": "none" if row[13] is None else "lmg",
            "outcome": "none" if row[13] is None else "relationship",
            "r2": 0.46,
            "n": 812,
            "touched": row[9],
            "rated": row[10],
            "reason": "few-answers" if row[13] is None else None,
        }
        for row in SHOP
    ]


def _weights() -> list[dict[str, Any]]:
    return [
        {
            "touchpoint": row[0],
            "perception": row[13],
            "prior": 0.2,
            **around("data", None if row[13] is None else 1.5 * row[13], 0.1),
            "driver": None if row[13] is None else row[13] > 0.08,
            "reach": row[9] / 2000,
            "asymmetry": -0.6 if row[0] == "delivery" else None,
            "kind": "basic" if row[0] == "delivery" else "unclear",
            "necessity": 0.3 if row[0] == "delivery" else None,
            "necessary": True if row[0] == "delivery" else None,
            **around("level", row[12] if row[10] >= 5 else None, 0.2),
            "quadrant": "fix" if row[0] == "delivery" else None,
            "n": 812,
        }
        for row in SHOP
    ]


def _progression_weights() -> list[dict[str, Any]]:
    total = sum(row[14] for row in SHOP)
    return [
        {
            "touchpoint": row[0],
            **around("continuation", 0.3 + 0.5 * row[14], 0.03),
            **around("removal", row[14], 0.03),
            "share": row[14] / total,
            "visits": row[8],
            "journeys": row[9],
            "customers": row[9],
        }
        for row in SHOP
    ]


def _finding(
    code: str, touchpoint: str | None, measure: str | None, value: float, half: float, n: int,
    customers: int, weight: float, certainty: str, threshold: float | None, department: str | None,
) -> dict[str, Any]:  # fmt: skip
    return {
        "code": code, "touchpoint": touchpoint, "measure": measure, "value": value,
        "low": value - half, "high": value + half, "n": n, "customers": customers, "weight": weight,
        "stage": "delivery" if code == "weak-link" else None,
        "certainty": certainty, "threshold": threshold, "department": department,
    }  # fmt: skip


def _findings() -> list[dict[str, Any]]:
    found = [
        _finding("gap", "delivery", None, -1.7, 0.12, 1310, 900, 0.24, "sure", None, "logistics"),
        _finding("promise-broken", "delivery", "delay_days", 0.43, 0.02, 2900, 1420, 0.24, "sure", 0.0, None),
        _finding("gap", "phone_support", None, -1.6, 0.2, 520, 400, 0.19, "sure", None, "service"),
        _finding("promise-broken", "phone_support", "wait_s", 0.59, 0.03, 1250, 700, 0.19, "sure", 120, None),
        _finding("falling", "delivery", None, -0.9, 0.4, 420, 300, 0.24, "likely", None, "logistics"),
        _finding("drop-off", "product_page", None, 0.16, 0.02, 1980, 310, 0.07, "likely", 0.1, "digital"),
        _finding("effort", "phone_support", "ces7", 4.3, 0.4, 300, 250, 0.19, "likely", None, "service"),
        _finding("delivery-gap", "delivery", "csat5", 2.1, 0.5, 24, 24, 0.24, "sure", None, "logistics"),
        _finding("gap", "checkout", None, -0.4, 0.13, 890, 700, 0.11, "likely", None, "digital"),
        _finding("weak-link", "delivery", None, -1.1, 0.2, 1400, 1100, 0.26, "sure", None, None),
        _finding("not-heard", "advert", None, 0.0, 0.01, 5200, 1900, 0.0, "sure", None, "marketing"),
        _finding("strength", "shop_visit", None, 0.6, 0.15, 510, 400, 0.10, "sure", None, "shops"),
        _finding("uncatalogued", "kiosk", None, 40.0, 1.0, 40, 22, 0.0, "hint", None, None),
    ]  # fmt: skip
    return [{"rank": rank, "priority": 1.0 / rank, **row} for rank, row in enumerate(found, start=1)]


def _pillars() -> list[dict[str, Any]]:
    rows = (
        ("bond", "emotion", "0–10 (high is good)", 6.4, 0.2, 410),
        ("bond", "standing", "0–10 (high is good)", 6.9, 0.1, 2000),
        ("effort", "ease", "0–10 (high is good)", 5.8, 0.3, 640),
        ("effort", "repeats", "share", 0.2, 0.02, 2000),
        ("goal", "reached", "share", 0.7, 0.02, 1780),
    )
    return [
        {
            "pillar": pillar, "measure": measure, "unit": unit, "value": value,
            "low": value - half, "high": value + half, "n": n, "customers": n // 2,
        }
        for pillar, measure, unit, value, half, n in rows
    ]  # fmt: skip


def _mirror() -> list[dict[str, Any]]:
    rows = (
        ("", "csat5", 8.3, 18, 6.8, 3120),
        ("delivery", "csat5", 8.0, 12, 5.3, 1310),
        ("shop_visit", "csat5", 7.4, 12, 7.8, 510),
        ("phone_support", "csat5", 7.0, 3, 5.2, 520),
    )
    return [
        {
            "touchpoint": touchpoint, "instrument": instrument, "company": company, "company_n": inside,
            "customers": customers, "customers_n": outside, "difference": company - customers,
            "low": company - customers - 0.6, "high": company - customers + 0.6,
        }
        for touchpoint, instrument, company, inside, customers, outside in rows
    ]  # fmt: skip


def _listening() -> list[dict[str, Any]]:
    return [
        {
            "touchpoint": row[0], "stage": row[1], "department": row[3], "catalogued": True,
            "signals": row[8], "customers": row[9], "answers": row[10], "answered": min(row[9], row[10]),
            "response": min(row[9], row[10]) / row[9],
            "response_low": max(0.0, min(row[9], row[10]) / row[9] - 0.02),
            "response_high": min(1.0, min(row[9], row[10]) / row[9] + 0.02),
            "last_answer": NOW - timedelta(days=3) if row[10] else None,
            "silent_days": 3.0 if row[10] else None,
            "verbatims": row[10] // 4, "languages": "pt,es" if row[10] else None,
        }
        for row in SHOP
    ]  # fmt: skip


def _perception_check() -> pa.Table:
    """Perception is best for other customers, the smoothed mean nearly as good in later months."""
    rows = [
        {"split": split, "method": method, "n": 400, "rmse": rmse, "rmse_low": rmse - 0.1,
         "rmse_high": rmse + 0.1, "ahead": ahead, "ahead_low": ahead - 0.2, "ahead_high": ahead + 0.2,
         "log_density": -1.7, "coverage": 0.9, "pit": [40.0] * 10 if method == "perception" else None,
         "best": method == "perception", "shown": method == "perception"}
        for split in ("customer", "time")
        for method, rmse, ahead in (("perception", 1.4, 0.0), ("ewma", 1.6, 0.64), ("last_value", 1.9, 1.65))
    ]  # fmt: skip
    told = {"at": "2026-10-30T09:00:00+00:00", "customers": "350"}
    return pa.Table.from_pylist(rows).replace_schema_metadata(told)
