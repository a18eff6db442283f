"""Who the customers of the made-up shop are: states, bonds, accounts, countries, who answers."""

from typing import Any

import pyarrow as pa

from made_up.shop import NOW


def states() -> pa.Table:
    n = 2000
    level = [4.0 + (number * 13 % 500) / 100 for number in range(n)]
    return pa.table(
        {
            "customer": [f"c{number}" for number in range(n)],
            "expectation": level,
            "residual": [-0.3 + 0.001 * (number % 300) for number in range(n)],
            "var_expectation": [0.2] * n,
            "var_residual": [0.1] * n,
            "cov_expectation_residual": [-0.02] * n,
        }
    )


def experience_shares() -> list[dict[str, Any]]:
    """Facts explain a third of the answers about delivery, a tenth of all; three people rated returns."""
    parts = {
        ("all", ""): (0.1, 0.1, 0.2, 0.2, 0.1, 0.3),
        ("touchpoint", "delivery"): (0.33, 0.0, 0.17, 0.2, 0.1, 0.2),
        ("touchpoint", "returns"): (0.5, 0.0, 0.1, 0.1, 0.1, 0.2),
        ("segment", "family"): (0.12, 0.1, 0.2, 0.2, 0.1, 0.28),
    }
    names = ("facts", "place", "style", "moment", "feeling", "chance")
    return [
        {"dimension": dimension, "key": key, "part": part, "share": share, "low": share - 0.02,
         "high": share + 0.02, "n": 3 if key == "returns" else 900,
         "customers": 3 if key == "returns" else 600}
        for (dimension, key), shares in parts.items()
        for part, share in zip(names, shares, strict=True)
    ]  # fmt: skip


def bonds() -> list[dict[str, Any]]:
    """Forty families at 7 and three singles at 5; most remember a delivery, few the till."""
    return [
        {"customer": f"c{c}", "segment": "family" if c < 40 else "single", "bond": 7.0 if c < 40 else 5.0,
         "bond_sd": 0.5, "passing": -0.5, "peak": 1.0 if c % 4 == 0 else -1.0, "peak_at": NOW,
         "peak_touchpoint": "delivery" if c < 40 else "till"}
        for c in range(43)
    ]  # fmt: skip


def loyalty() -> list[dict[str, Any]]:
    """Satisfaction and repeat go with perception; nobody can tell whether staying does."""
    rows = (
        ("recall", 0.0, -0.05, 0.1), ("satisfaction", 6.2, 0.5, 0.1), ("repeat", 0.4, 0.02, 0.005),
        ("stay", 0.98, 0.001, 0.004), ("advocacy", 0.02, 0.004, 0.001),
    )  # fmt: skip
    return [
        {"outcome": name, "mean": mean, "mean_low": mean - 0.01, "mean_high": mean + 0.01, "slope": slope,
         "low": slope - half, "high": slope + half, "days": 90, "n": 900, "customers": 500}
        for name, mean, slope, half in rows
    ]  # fmt: skip


def accounts() -> list[dict[str, Any]]:
    """A large account heard through all roles, and one whose decision maker nobody knows."""
    same: dict[str, Any] = {
        "problems": 0,
        "problem_free": 0.9,
        "problem_free_low": 0.7,
        "problem_free_high": 0.97,
    }
    return [
        {"account": "a1", "people": 12, "respondents": 9, "effective": 7.5, "value": 6.4,
         "low": 5.9, "high": 6.9, "mean": 6.5, "spread": 1.1, "agreement": 0.879, "covered": 1.0,
         "decision": "heard", "weakest_role": "user", "weakest": 5.9, "reassured": 4.0} | same,
        {"account": "a2", "people": 3, "respondents": 1, "effective": 1.0, "value": 4.4,
         "low": 3.1, "high": 5.7, "mean": 3.0, "spread": None, "agreement": None, "covered": 0.5,
         "decision": "missing", "weakest_role": "user", "weakest": 3.0, "reassured": None}
        | same | {"problems": 2},
    ]  # fmt: skip


def account_roles() -> list[dict[str, Any]]:
    return [
        {"role": "decision_maker", "key": True, "people": 40, "respondents": 22, "mean": 6.0, "low": 5.5,
         "high": 6.5, "sd": 0.8},
        {"role": "user", "key": True, "people": 300, "respondents": 190, "mean": 6.8, "low": 6.6, "high": 7.0,
         "sd": 1.4},
    ]  # fmt: skip


def account_levels() -> list[dict[str, Any]]:
    rows = (
        ("value", 6.5, 0.2),
        ("problem_free", 0.7, 0.1),
        ("decision_missing", 0.1, 0.05),
        ("covered", 0.6, 0.1),
    )
    return [
        {"measure": name, "value": value, "low": value - half, "high": value + half, "n": 60}
        for name, value, half in rows
    ]


def representation() -> list[dict[str, Any]]:
    """The worst third answers more, so the mean as answered is too low."""
    rows = (
        ("plain", 6.8, 0.05), ("raked", 7.0, 0.06), ("shift", 0.2, 0.03), ("deff", 1.3, None),
        ("answered", 0.18, 0.01),
        ("answered_low", 0.22, 0.01), ("answered_middle", 0.17, 0.01), ("answered_high", 0.15, 0.01),
    )  # fmt: skip
    return [
        {"measure": name, "value": value, "low": None if half is None else value - half,
         "high": None if half is None else value + half, "n": 5000, "customers": 1800}
        for name, value, half in rows
    ]  # fmt: skip


def countries() -> list[dict[str, Any]]:
    """Spain says more than Portugal, and on Portugal's use of the scale a little less."""
    return [
        {"country": "ES", "mean": 7.5, "low": 7.4, "high": 7.6, "n": 900, "customers": 500, "anchors": 300,
         "reference": False, "corrected": 6.7, "corrected_low": 6.5, "corrected_high": 6.9},
        {"country": "PT", "mean": 6.8, "low": 6.7, "high": 6.9, "n": 1900, "customers": 900, "anchors": 400,
         "reference": True, "corrected": 6.8, "corrected_low": 6.7, "corrected_high": 6.9},
    ]  # fmt: skip
