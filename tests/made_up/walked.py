"""What the customers of the made-up shop walked: journeys, designed ways, effort, chains, flows."""

from datetime import timedelta
from typing import Any

import pyarrow as pa

from made_up.shop import NOW, SHOP, around


def journeys() -> pa.Table:
    outcomes = ["REACHED"] * 62 + ["ABANDONED"] * 21 + ["LOST"] * 6 + ["OPEN"] * 11
    n = 2000
    started = [NOW - timedelta(days=170 - (number * 37 % 160)) for number in range(n)]
    seconds = [float(600 + (number * 7919) % 1_500_000) for number in range(n)]
    return pa.table(
        {
            "customer": [f"c{number % 1400}" for number in range(n)],
            "journey": pa.array([number // 1400 + 1 for number in range(n)], pa.int64()),
            "goal": pa.array([None] * n, pa.string()),
            "outcome": [outcomes[number % 100] for number in range(n)],
            "started": pa.array(started, pa.timestamp("us", "UTC")),
            "ended": pa.array(
                [at + timedelta(seconds=s) for at, s in zip(started, seconds, strict=True)],
                pa.timestamp("us", "UTC"),
            ),
            "duration_s": seconds,
            "first": ["advert" if number % 3 else "shop_visit" for number in range(n)],
            "steps": pa.array([2 + number % 7 for number in range(n)], pa.int64()),
            "repeats": pa.array([int(number % 5 == 0) for number in range(n)], pa.int64()),
        }
    )


def transitions() -> list[dict[str, Any]]:
    found = [
        ("START", "advert", 700), ("START", "product_page", 520), ("START", "shop_visit", 430),
        ("advert", "product_page", 610), ("word_of_mouth", "product_page", 210),
        ("review_site", "product_page", 330), ("product_page", "checkout", 1240),
        ("product_page", "shop_visit", 180), ("product_page", "ABANDONED", 310),
        ("shop_visit", "till", 620), ("checkout", "delivery", 1180), ("checkout", "pickup", 150),
        ("checkout", "product_page", 140), ("till", "REACHED", 480), ("delivery", "app", 460),
        ("delivery", "phone_support", 390), ("delivery", "REACHED", 520), ("pickup", "REACHED", 120),
        ("app", "loyalty_club", 240), ("app", "checkout", 190), ("phone_support", "phone_support", 210),
        ("phone_support", "returns", 120), ("phone_support", "LOST", 90), ("chat_support", "delivery", 60),
        ("returns", "chat_support", 3),
    ]  # fmt: skip
    return [
        {
            "from_touchpoint": start, "to_touchpoint": end, "count": count, "customers": count,
            "mean_s": 90000.0, "median_s": 3600.0 + count, "p90_s": 400000.0,
        }
        for start, end, count in found
    ]  # fmt: skip


def variants() -> list[dict[str, Any]]:
    found = [
        ("advert > product_page > checkout > delivery", 410, 270),
        ("shop_visit > till", 390, 360),
        ("product_page > checkout > delivery > phone_support", 160, 61),
        ("product_page", 150, 0),
        ("returns > chat_support", 2, 1),
    ]
    return [
        {
            "variant": way, "count": count, "customers": count, "reached": reached,
            "median_s": 250000.0, "p90_s": 900000.0,
        }
        for way, count, reached in found
    ]  # fmt: skip


def designed_ways() -> list[dict[str, Any]]:
    found = [
        ("", "designed", 0.83, 1780), ("", "dark", 0.21, 1780), ("order", "walked", 0.41, 1480),
        ("order", "fit", 0.78, 1480), ("order", "missing", 0.6, 1480), ("order", "extra", 0.9, 1480),
        ("order", "dark", 0.2, 1480), ("order", "reached_walked", 0.91, 607),
        ("order", "reached_left", 0.55, 873),
    ]  # fmt: skip
    return [
        {
            "design": design, "measure": measure, "value": value, "low": value - 0.02, "high": value + 0.02,
            "n": n, "customers": n // 2,
        }
        for design, measure, value, n in found
    ]  # fmt: skip


def designed_steps() -> list[dict[str, Any]]:
    found = [
        ("taken", 1, "advert | word_of_mouth", 0.44, 650), ("taken", 2, "product_page", 0.93, 1380),
        ("taken", 3, "checkout", 0.81, 1200), ("taken", 4, "delivery | pickup", 0.77, 1140),
        ("dark", 0, "phone_support", 0.18, 270), ("extra", 0, "advert", 0.05, 70),
        ("dark", 0, "returns", 0.002, 3),
    ]  # fmt: skip
    return [
        {
            "design": "order", "role": role, "step": step, "touchpoint": touchpoint, "journeys": count,
            "customers": count, "share": share, "share_low": share * 0.95, "share_high": share * 1.05,
            "n": 1480,
        }
        for role, step, touchpoint, share, count in found
    ]  # fmt: skip


def designed_felt() -> list[dict[str, Any]]:
    return [
        {
            "design": "order", "measure": measure, **around("walked", on, 0.1), "walked_n": n,
            "walked_customers": n, **around("left", off, 0.1), "left_n": n, "left_customers": n,
            **around("difference", off - on, 0.14),
        }
        for measure, on, off, n in (("answer", 7.4, 5.9, 400), ("perception", 7.1, 6.4, 600))
    ]  # fmt: skip


_COMPONENTS = ("repeats", "switches", "transfers", "wait_min", "repeated", "elapsed_h")


def effort_model() -> list[dict[str, Any]]:
    weights = (3.4, 0.5, 0.2, 0.3, 0.4, 0.0, 0.1)
    return [
        {
            "component": component, "weight": weight, "low": max(weight - 0.1, 0.0), "high": weight + 0.1,
            "mean": 0.0, "sd": 1.0, "method": "calibrated", "r2": 0.31, "n": 640, "customers": 600,
        }
        for component, weight in zip(("intercept", *_COMPONENTS), weights, strict=True)
    ]  # fmt: skip


def effort_levels() -> list[dict[str, Any]]:
    found = [("", 3.4, 5200, 1400), ("buy", 2.9, 3900, 1300), ("support", 4.8, 1300, 600), ("pay", 6.0, 3, 3)]
    return [
        {
            "intent": intent, "measure": measure, "unit": "0–10", "value": value, "low": value - 0.2,
            "high": value + 0.2, "n": n, "customers": people,
        }
        for intent, effort, n, people in found
        for measure, value in (("effort", effort), *((name, 0.5) for name in _COMPONENTS))
    ]  # fmt: skip


def effort_calibration() -> list[dict[str, Any]]:
    return [
        {
            "tenth": tenth, "foreseen": 1.0 + 0.5 * tenth, "told": 1.1 + 0.5 * tenth,
            "told_low": 0.8 + 0.5 * tenth, "told_high": 1.4 + 0.5 * tenth, "n": 64, "customers": 60,
        }
        for tenth in range(1, 11)
    ]  # fmt: skip


def journey_differences() -> list[dict[str, Any]]:
    found = [
        ("period", "", "transition", "delivery > phone_support", 0.31, 0.19, 0.12, 0.04, 0.001),
        ("period", "", "duration", "", 300_000.0, 200_000.0, 0.5, 0.1, 0.0004),
        ("period", "", "drop_off", "product_page", 0.16, 0.15, 0.01, 0.03, 0.6),
        ("segment", "new", "variant", "shop_visit > till", 0.05, 0.25, -0.2, 0.05, 0.0001),
        ("segment", "new", "reached", "", 0.5, 0.6, -0.1, 0.12, 0.2),
        ("segment", "vip", "duration", "buy", 90_000.0, 100_000.0, -0.1, 0.2, 0.7),
    ]
    return [
        {
            "comparison": comparison, "group": group, "kind": kind, "what": what, "one": one, "other": other,
            "difference": difference, "low": difference - half, "high": difference + half, "p": q / 2, "q": q,
            "found": q <= 0.05, "n_one": 400, "n_other": 380, "customers_one": 300, "customers_other": 290,
        }
        for comparison, group, kind, what, one, other, difference, half, q in found
    ]  # fmt: skip


def chain_weights() -> list[dict[str, Any]]:
    return [
        {
            "order": order, "touchpoint": row[0], **around("removal", row[14] + 0.01 * order, 0.01),
            "share": row[14] / 3, **around("worth_removal", row[14] + 0.02, 0.01),
            "worth_share": row[14] / 3,
            "shapley": row[14] / 3, "worth_shapley": row[14] / 3, "journeys": row[8], "customers": row[9],
            "reason": None,
        }
        for order in (1, 2, 3)
        for row in SHOP
    ]  # fmt: skip


def chain_ends() -> list[dict[str, Any]]:
    return [
        {
            "touchpoint": row[0], "ending": ending, "value": value, "low": value - 0.02, "high": value + 0.02,
            "journeys": row[8], "customers": row[9],
        }
        for row in SHOP
        for ending, value in (("REACHED", 0.6), ("ABANDONED", 0.2), ("COMPLAINT", 0.05), ("LOST", 0.15))
    ]  # fmt: skip


def stage_strengths() -> list[dict[str, Any]]:
    found = (("consideration", 7.4, 0.2, 0.0), ("delivery", 5.97, 0.26, 0.93), ("support", 6.1, 0.24, 0.07))
    return [
        {
            "stage": stage, "experience": lived, "low": lived - 0.1, "high": lived + 0.1, "n": 800,
            "customers": 700, "weight": weight, "weakest": weakest,
        }
        for stage, lived, weight, weakest in found
    ]  # fmt: skip


def flows() -> list[dict[str, Any]]:
    found = [
        ("place", "START", "page:/home", 800), ("place", "page:/home", "page:/cart", 300),
        ("place", "page:/cart", "store:porto-1", 3), ("place", "page:/cart", "REACHED", 200),
        ("channel", "web", "store", 120),
    ]  # fmt: skip
    return [
        {
            "dimension": dimension, "from_value": start, "to_value": end, "count": count, "customers": count,
            "mean_s": 90.0, "median_s": 60.0, "p90_s": 300.0,
        }
        for dimension, start, end, count in found
    ]  # fmt: skip


def drop_offs() -> list[dict[str, Any]]:
    return [
        {
            "touchpoint": touchpoint, "visits": visits, "reached": 0, "abandoned": 0, "lost": 0,
            "share": share, "share_low": share - 0.02, "share_high": share + 0.02,
        }
        for touchpoint, visits, share in (("product_page", 1980, 0.16), ("phone_support", 800, 0.11))
    ]  # fmt: skip


def hold_ups() -> list[dict[str, Any]]:
    found = [
        ("checkout", 1380, 7_200.0, 0.05, 0.1, 0.07), ("phone_support", 800, 180_000.0, 0.4, 0.25, 0.8),
        ("product_page", 1980, 1_200.0, 0.04, 0.16, 0.13), ("app", 460, None, 0.0, 0.2, 0.0),
        ("returns", 3, 90_000.0, 0.1, 0.9, 0.003),
    ]  # fmt: skip
    return [
        {
            "touchpoint": touchpoint, "visits": visits, "waited_s": waited, "wait_share": wait,
            **around("leaving", leaving, 0.02), **around("weight", weight, weight / 4),
            "customers": visits // 2,
        }
        for touchpoint, visits, waited, wait, leaving, weight in found
    ]  # fmt: skip


def goal_rates() -> list[dict[str, Any]]:
    """Two goals; nobody is left to follow by day 30 of the second, and a third is of three customers."""
    found = [
        ("buy", 1.0, 0.2, 0.1, 0.01, 1500, 1800, 1200), ("buy", 7.0, 0.45, 0.15, 0.02, 700, 1800, 1200),
        ("buy", 30.0, 0.5, 0.3, 0.03, 300, 1800, 1200), ("get-help", 1.0, 0.55, 0.16, 0.01, 90, 400, 260),
        ("get-help", 7.0, 0.7, 0.2, 0.02, 12, 400, 260), ("get-help", 30.0, 0.74, 0.24, 0.02, 0, 400, 260),
        ("get-help", 90.0, 0.74, 0.24, 0.02, 0, 400, 260),
        ("pay", 1.0, 0.5, 0.0, 0.0, 2, 8, 3),
    ]  # fmt: skip
    return [
        {
            "goal": goal, "days": days, **around("reached", reached, 0.03),
            "abandoned": given_up, "abandoned_low": given_up * 0.9, "abandoned_high": given_up * 1.1,
            "lost": lost, "lost_low": lost * 0.5, "lost_high": lost * 1.5,
            "waiting": waiting, "n": n, "customers": people,
        }
        for goal, days, reached, given_up, lost, waiting, n, people in found
    ]  # fmt: skip


def resolutions() -> list[dict[str, Any]]:
    """Agents on the phone tick more than stays solved; in the chat nobody ticks."""
    found: list[tuple[Any, ...]] = [
        ("chat_support", 7, 0.71, None, None, 200, 0), ("chat_support", 30, 0.64, None, None, 180, 0),
        ("phone_support", 7, 0.58, 0.81, 0.2, 310, 180), ("phone_support", 30, 0.5, 0.8, 0.26, 250, 140),
        ("returns", 7, 1.0, 1.0, 0.0, 3, 3), ("", 7, 0.63, 0.82, 0.19, 513, 183),
    ]  # fmt: skip
    return [
        {
            "touchpoint": touchpoint, "days": days, "resolved": resolved, "resolved_low": resolved - 0.05,
            "resolved_high": min(1.0, resolved + 0.05), "ticked": ticked,
            "ticked_low": ticked and ticked - 0.06, "ticked_high": ticked and min(1.0, ticked + 0.06),
            "difference": difference, "difference_low": difference and difference - 0.05,
            "difference_high": difference and difference + 0.05, "contacts": contacts, "marked": marked,
            "customers": contacts, "marking": marked,
        }
        for touchpoint, days, resolved, ticked, difference, contacts, marked in found
    ]  # fmt: skip


def key_moments() -> list[dict[str, Any]]:
    """Delivery matters for most reasons, the app for none; three customers stand behind returns."""
    delivery, phone, checkout = "delivery", "phone_support", "checkout"
    found: list[tuple[Any, ...]] = [
        (delivery, "drives", 0.34, 0.05, 0.0, True), (delivery, "carries", 0.41, 0.03, 0.23, True),
        (delivery, "costs", -0.6, 0.2, 0.0, True),
        (delivery, "needed", 0.3, None, 0.0, True), (delivery, "remembered", 0.44, 0.03, 0.24, True),
        (delivery, "opens", 0.66, 0.08, 0.7, False), (delivery, "leaves", 0.05, 0.01, 0.09, False),
        (phone, "drives", 0.27, 0.05, 0.0, True), (phone, "carries", 0.07, 0.02, 0.23, False),
        (phone, "costs", -0.3, 0.3, 0.0, False),
        (phone, "remembered", 0.21, 0.02, 0.08, True), (phone, "leaves", 0.21, 0.03, 0.09, True),
        ("product_page", "carries", 0.52, 0.03, 0.23, True),
        ("product_page", "leaves", 0.16, 0.02, 0.09, True),
        ("product_page", "drives", 0.1, 0.12, 0.0, False), ("product_page", "opens", 0.71, 0.04, 0.7, False),
        (checkout, "carries", 0.78, 0.03, 0.23, True), (checkout, "needed", 0.04, None, 0.0, False),
        ("shop_visit", "opens", 0.92, 0.03, 0.7, True), ("shop_visit", "wins", 0.7, 0.2, 0.0, True),
        ("shop_visit", "remembered", 0.1, 0.02, 0.12, False),
        ("advert", "opens", 0.59, 0.03, 0.7, True), ("advert", "leaves", 0.08, 0.02, 0.09, False),
        ("app", "drives", 0.08, 0.1, 0.0, False), ("app", "leaves", 0.09, 0.02, 0.09, False),
        ("returns", "leaves", 0.9, 0.05, 0.09, True),
    ]  # fmt: skip
    stages = {row[0]: row[1] for row in SHOP}
    return [
        {
            "touchpoint": key, "stage": stages[key], "reason": reason, "value": value,
            "low": half and value - half, "high": half and value + half, "against": against,
            "counts_from": against + (0.02 if value > against else -0.02),
            "q": 0.001 if sure else 0.4, "n": 600, "customers": 3 if key == "returns" else 480, "sure": sure,
        }
        for key, reason, value, half, against, sure in found
    ]  # fmt: skip
