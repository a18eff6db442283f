"""What else weighs in the made-up shop: necessary levels, drivers of outcomes, and hazards."""

from math import log
from typing import Any

from made_up.shop import SHOP, around


def bottlenecks() -> list[dict[str, Any]]:
    """Delivery is necessary; so would the returns be, by three customers."""
    steps = {"delivery": ((6.0, 2.5), (8.0, 5.1), (9.0, 6.4)), "returns": ((8.0, 9.0),)}
    return [
        {"touchpoint": key, "level": level, "needed": needed, "n": 3 if key == "returns" else 610}
        for key, found in steps.items()
        for level, needed in found
    ]


def drivers() -> list[dict[str, Any]]:
    """Satisfaction goes with delivery, loyalty goes against phone support; nothing with recommendation."""
    effects = {
        ("satisfaction", "delivery"): (0.62, 0.4), ("satisfaction", "app"): (0.05, 0.08),
        ("loyalty", "delivery"): (0.03, 0.1), ("loyalty", "phone_support"): (-0.08, 0.2),
    }  # fmt: skip
    return [
        {
            "outcome": outcome, "touchpoint": row[0],
            **around("share", share, 0.05), **around("effect", effect, 0.06),
            "driver": None if effect is None else abs(effect) > 0.06,
            "method": "none" if effect is None else "lmg", "r2": 0.31, "n": 640, "touched": row[9],
            "rated": row[10], "memory_days": 60.0, "reason": "few-answers" if effect is None else None,
        }
        for outcome in ("satisfaction", "recommendation", "loyalty")
        for row in SHOP
        for effect, share in (effects.get((outcome, row[0]), (None, None)),)
    ]  # fmt: skip


def progression_hazards() -> list[dict[str, Any]]:
    """A checkout doubles the hazard of the next useful step, phone support halves it."""
    ratios = {"checkout": 2.0, "product_page": 1.1, "phone_support": 0.5}
    return [
        {
            "touchpoint": row[0], **around("effect", log(ratios[row[0]]) if row[0] in ratios else None, 0.2),
            "half_life_s": 7200.0 if row[0] in ratios else None,
            "frailty": 0.3 if row[0] in ratios else None, "visits": row[8], "useful": row[8] // 2,
            "customers": row[9], "reason": None if row[0] in ratios else "few-steps",
        }
        for row in SHOP
    ]  # fmt: skip
