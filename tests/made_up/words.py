"""What customers of the made-up shop say in their own words: the derived tables of the understanding room."""

from typing import Any

import pyarrow as pa

#: touchpoint, aspect, texts, customers, mean polarity, negative texts that blame it
SPOKEN: tuple[tuple[str, str, int, int, float, int], ...] = (
    ("", "delivery", 320, 240, -0.42, 130),
    ("", "quality", 210, 180, -0.10, 71),
    ("", "staff", 190, 160, 0.55, 9),
    ("", "safety", 4, 3, -0.60, 3),
    ("delivery", "delivery", 290, 220, -0.45, 124),
    ("delivery", "staff", 12, 11, 0.20, 2),
    ("shop_visit", "staff", 150, 130, 0.61, 4),
    ("checkout", "safety", 4, 3, -0.60, 3),
)
NEGATIVE = 240


def word_aspects() -> pa.Table:
    """Of all, and by touchpoint."""
    return pa.Table.from_pylist(
        [
            {
                "touchpoint": touchpoint, "aspect": aspect, "n": n, "customers": customers,
                "polarity": polarity, "polarity_low": polarity - 0.06, "polarity_high": polarity + 0.06,
                "gap": polarity + 0.02,
                "unhappy": unhappy, "unhappy_customers": unhappy, "unhappy_of": NEGATIVE,
                "unhappy_share": unhappy / NEGATIVE,
                "unhappy_share_low": max(unhappy / NEGATIVE - 0.05, 0.0),
                "unhappy_share_high": min(unhappy / NEGATIVE + 0.05, 1.0),
                "change": -0.12, "change_low": -0.2, "change_high": -0.04,
                "change_n": n // 4, "change_customers": customers // 4,
            }
            for touchpoint, aspect, n, customers, polarity, unhappy in SPOKEN
        ]
    )  # fmt: skip


def word_measures() -> pa.Table:
    """Of all: the mean polarity and the shares."""
    shares = {
        "negative": 240, "neutral": 90, "mixed": 60, "positive": 410,
        "emotion_joy": 160, "emotion_anger": 70, "emotion_trust": 90,
        "mark_effort": 35, "mark_leave": 22, "mark_recommend": 80, "mark_competitor": 0,
    }  # fmt: skip
    rows: list[dict[str, Any]] = [
        {
            "touchpoint": "", "measure": "polarity", "n": 800, "customers": 520, "cases": None,
            "value": 0.18, "low": 0.14, "high": 0.22,
        }
    ]  # fmt: skip
    rows += [
        {
            "touchpoint": "", "measure": name, "n": 800, "customers": 520, "cases": cases,
            "value": cases / 800, "low": max(cases / 800 - 0.02, 0.0), "high": cases / 800 + 0.02,
        }
        for name, cases in shares.items()
    ]  # fmt: skip
    return pa.Table.from_pylist(rows)


def word_quotes() -> pa.Table:
    """Two of delivery, one of staff; one of an aspect that too few speak of."""
    rows = (
        (
            "delivery",
            "delivery",
            True,
            1,
            "en",
            "Still waiting for my parcel & nobody answers.",
            "6-13 21-27",
            220,
        ),
        ("delivery", "delivery", False, 1, "pt", "A entrega foi rápida.", "2-9", 220),
        ("shop_visit", "staff", False, 1, "it", "Il personale è gentilissimo.", "3-12", 130),
        ("checkout", "safety", True, 1, "es", "No me fío de pagar aquí.", "3-8", 3),
    )
    names = ("touchpoint", "aspect", "bad", "place", "language", "text", "spans", "customers")
    return pa.Table.from_pylist(
        [dict(zip(names, row, strict=True)) | {"polarity": -0.7 if row[2] else 0.7} for row in rows]
    )


def text_model() -> pa.Table:
    """Learned from ratings, and better than what ships."""
    return pa.Table.from_pylist(
        [
            {
                "kind": "rated", "tier": "default", "embedder": "use 1", "texts": 800, "rated": 430,
                "corrected": 3, "base_customers": 0.86, "head_customers": 0.92, "base_later": 0.85,
                "head_later": 0.91, "calibration_error": 0.034,
            }
        ]
    )  # fmt: skip


def aspect_model() -> pa.Table:
    """One aspect found better since people labelled it, one that nothing knew, one where it did not help."""
    names = ("aspect", "kind", "texts", "spoken", "base", "f1", "f1_low", "f1_high")
    rows = [
        ("delivery", "labelled", 620, 210, 0.78, 0.89, 0.84, 0.93),
        ("eco_packaging", "labelled", 620, 44, None, 0.81, 0.7, 0.9),
        ("price", "shipped", 620, 95, 0.8, 0.79, 0.71, 0.86),
    ]
    return pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in rows])


def word_topics() -> pa.Table:
    """One that is new, one that is not."""
    rows = [
        (
            1, [("en", "courier app tracking"), ("pt", "estafeta aplicação")],
            60, 20, 0.15, 0.05, 0.1, 0.06, 0.14, 0.001, True,
        ),
        (2, [("en", "queue till")], 30, 31, 0.08, 0.08, 0.0, -0.03, 0.03, 0.9, False),
    ]  # fmt: skip
    names = (
        "rank", "words", "now", "before", "share_now", "share_before",
        "change", "change_low", "change_high", "q", "new",
    )  # fmt: skip
    table = pa.Table.from_pylist(
        [{name: one for name, one in zip(names, row, strict=True) if name != "words"} for row in rows]
    )
    kind = pa.map_(pa.string(), pa.string())
    return table.add_column(1, "words", pa.array([row[1] for row in rows], kind))


def suspicion_counts() -> pa.Table:
    """Two signs; a burst of too few customers."""
    rows = (("copy", 14, 12), ("burst", 3, 2), ("against_stars", 9, 9))
    return pa.Table.from_pylist(
        [
            {"kind": kind, "texts": texts, "customers": customers, "looked_at": 800}
            for kind, texts, customers in rows
        ]
    )
