"""Derived tables of a made-up shop, in the shapes of vivencia.words: what a report is assembled from.

The numbers are invented and plain to see: `SHOP` lists each touchpoint once, and
every table is spelt from it.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

from made_up import words
from vivencia.words.catalogue import (
    Catalogue,
    Company,
    Department,
    DesignedJourney,
    DesignedStep,
    Promise,
    Stage,
    Touchpoint,
)

NOW = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
MONTHS = ("2026-05", "2026-06", "2026-07", "2026-08", "2026-09", "2026-10")

#: key, stage, channel, department, pt, es, it, en, signals, customers, rated, expected, lived,
#: share of perception, removal effect
SHOP: tuple[tuple[Any, ...], ...] = (
    ("advert", "awareness", "ad", "marketing", "Anúncio", "Anuncio", "Pubblicità", "Advertisement",
     5200, 1900, 0, None, None, None, 0.08),
    ("word_of_mouth", "awareness", "social", "marketing", "Recomendação de amigos", "Recomendación de amigos",
     "Passaparola", "Word of mouth", 940, 610, 120, 6.9, 7.4, 0.05, 0.12),
    ("review_site", "consideration", "web", "marketing", "Site de avaliações", "Sitio de reseñas",
     "Sito di recensioni", "Review site", 1300, 820, 210, 6.8, 6.6, 0.03, 0.16),
    ("product_page", "consideration", "web", "digital", "Página do produto", "Página del producto",
     "Pagina del prodotto", "Product page", 8100, 1980, 640, 7.0, 7.3, 0.07, 0.52),
    ("shop_visit", "consideration", "store", "shops", "Visita à loja", "Visita a la tienda",
     "Visita in negozio", "Shop visit", 2400, 1100, 510, 7.2, 7.8, 0.10, 0.21),
    ("checkout", "purchase", "web", "digital", "Finalização da compra", "Pago", "Cassa online", "Checkout",
     3100, 1500, 890, 7.3, 6.9, 0.11, 0.78),
    ("till", "purchase", "store", "shops", "Caixa da loja", "Caja de la tienda", "Cassa del negozio",
     "Till", 1500, 900, 300, 7.1, 7.2, 0.04, 0.19),
    ("delivery", "delivery", "field", "logistics", "Entrega em casa", "Entrega a domicilio",
     "Consegna a domicilio", "Home delivery", 2900, 1420, 1310, 7.6, 5.9, 0.24, 0.41),
    ("pickup", "delivery", "store", "logistics", "Levantamento na loja", "Recogida en tienda",
     "Ritiro in negozio", "Pick-up in the shop", 400, 350, 90, 7.0, 7.1, 0.02, 0.06),
    ("app", "use", "app", "digital", "Aplicação", "Aplicación", "App", "App",
     6900, 1300, 420, 6.9, 6.7, 0.06, 0.10),
    ("phone_support", "support", "phone", "service", "Apoio por telefone", "Atención telefónica",
     "Assistenza telefonica", "Phone support", 1250, 700, 520, 6.8, 5.2, 0.19, 0.07),
    ("chat_support", "support", "chat", "service", "Apoio por chat", "Atención por chat",
     "Assistenza via chat", "Chat support", 800, 460, 260, 6.4, 6.9, 0.05, 0.04),
    ("returns", "support", "mail", "logistics", "Devoluções", "Devoluciones", "Resi", "Returns",
     310, 260, 3, 6.5, 4.0, None, 0.03),
    ("loyalty_club", "loyalty", "email", "marketing", "Clube de clientes", "Club de clientes",
     "Club fedeltà", "Loyalty club", 1700, 640, 150, 7.0, 7.6, 0.04, 0.09),
)  # fmt: skip

STAGES = ("awareness", "consideration", "purchase", "delivery", "use", "support", "loyalty")
_DEPARTMENTS = {
    "marketing": {"pt": "Marketing", "es": "Marketing", "it": "Marketing", "en": "Marketing"},
    "digital": {"pt": "Digital", "es": "Digital", "it": "Digitale", "en": "Digital"},
    "shops": {"pt": "Lojas", "es": "Tiendas", "it": "Negozi", "en": "Shops"},
    "logistics": {"pt": "Logística", "es": "Logística", "it": "Logistica", "en": "Logistics"},
    "service": {"pt": "Serviço ao cliente", "es": "Servicio al cliente", "it": "Servizio clienti",
                "en": "Customer service"},
}  # fmt: skip

Tables = dict[str, pa.Table]


def catalogue() -> Catalogue:
    """The shop's catalogue: fourteen touchpoints, seven stages, five departments."""
    promises = {
        "delivery": (Promise("delay_days", "<=", 0.0),),
        "phone_support": (Promise("wait_s", "<=", 120.0),),
        "checkout": (Promise("load_s", "<", 3.0),),
        "app": (Promise("uptime_share", ">=", 0.999),),
    }
    return Catalogue(
        company=Company(
            key="azulejo",
            names={"pt": "Casa Azulejo", "en": "Casa Azulejo"},
            languages=("pt", "es", "it", "en"),
        ),
        stages=tuple(Stage(key) for key in STAGES),
        departments=tuple(Department(key, names) for key, names in _DEPARTMENTS.items()),
        touchpoints=tuple(
            Touchpoint(
                key=row[0],
                stage=row[1],
                channel=row[2],
                department=row[3],
                contact="indirect" if row[0] in ("advert", "word_of_mouth", "review_site") else "direct",
                names=dict(zip(("pt", "es", "it", "en"), row[4:8], strict=True)),
                promises=promises.get(row[0], ()),
            )
            for row in SHOP
        ),
        journeys=(
            DesignedJourney(
                "order",
                (
                    DesignedStep(("advert", "word_of_mouth"), optional=True),
                    DesignedStep(("product_page",), repeats=True),
                    DesignedStep(("checkout",)),
                    DesignedStep(("delivery", "pickup")),
                ),
                goal="buy",
                names={"pt": "Encomenda", "es": "Pedido", "it": "Ordine", "en": "Order"},
            ),
        ),
    )


def tables() -> Tables:
    """Every table the report reads, of the made-up shop."""
    return {
        "summaries": pa.Table.from_pylist(_summaries()),
        "scores": pa.Table.from_pylist(_scores()),
        "promises_kept": pa.Table.from_pylist(_promises()),
        "journeys": _journeys(),
        "transitions": pa.Table.from_pylist(_transitions()),
        "variants": pa.Table.from_pylist(_variants()),
        "perception_weights": pa.Table.from_pylist(_perception_weights()),
        "progression_weights": pa.Table.from_pylist(_progression_weights()),
        "weights": pa.Table.from_pylist(_weights()),
        "findings": pa.Table.from_pylist(_findings()),
        "pillars": pa.Table.from_pylist(_pillars()),
        "mirror": pa.Table.from_pylist(_mirror()),
        "drop_offs": pa.Table.from_pylist(_drop_offs()),
        "stage_strengths": pa.Table.from_pylist(_stage_strengths()),
        "flows": pa.Table.from_pylist(_flows()),
        "chain_weights": pa.Table.from_pylist(_chain_weights()),
        "chain_ends": pa.Table.from_pylist(_chain_ends()),
        "journey_differences": pa.Table.from_pylist(_journey_differences()),
        "effort_model": pa.Table.from_pylist(_effort_model()),
        "effort_levels": pa.Table.from_pylist(_effort_levels()),
        "effort_calibration": pa.Table.from_pylist(_effort_calibration()),
        "designed_ways": pa.Table.from_pylist(_designed_ways()),
        "designed_steps": pa.Table.from_pylist(_designed_steps()),
        "designed_felt": pa.Table.from_pylist(_designed_felt()),
        "parameters": pa.Table.from_pylist(_parameters()),
        "listening": pa.Table.from_pylist(_listening()),
        "states": _states(),
        "perception_check": _perception_check(),
        "representation": pa.Table.from_pylist(_representation()),
        "countries": pa.Table.from_pylist(_countries()),
        "accounts": pa.Table.from_pylist(_accounts()),
        "account_roles": pa.Table.from_pylist(_account_roles()),
        "account_levels": pa.Table.from_pylist(_account_levels()),
        "bonds": pa.Table.from_pylist(_bonds()),
        "loyalty": pa.Table.from_pylist(_loyalty()),
        "experience_shares": pa.Table.from_pylist(_experience_shares()),
        "perception_fallback": pa.table(
            {"customer": pa.array([], pa.string()), "level": pa.array([], pa.float64())}
        ),
        "word_aspects": words.word_aspects(),
        "word_measures": words.word_measures(),
        "word_quotes": words.word_quotes(),
        "text_model": words.text_model(),
        "word_topics": words.word_topics(),
        "suspicion_counts": words.suspicion_counts(),
    }


def reader(of: Tables) -> Callable[[str], pa.Table | None]:
    """The tables as `build_report` asks for them."""
    return of.get


def _around(name: str, value: float | None, half: float) -> dict[str, float | None]:
    if value is None:
        return {name: None, f"{name}_low": None, f"{name}_high": None}
    return {name: value, f"{name}_low": value - half, f"{name}_high": value + half}


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
        **_around("experience", lived, half),
        **_around("expectation", expected, half / 2),
        **_around("gap", gap, half),
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
        **_around("perception", None if lived is None else 0.5 * lived + 3.4, half / 2),
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


def _journeys() -> pa.Table:
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


def _transitions() -> list[dict[str, Any]]:
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


def _variants() -> list[dict[str, Any]]:
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


def _designed_ways() -> list[dict[str, Any]]:
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


def _designed_steps() -> list[dict[str, Any]]:
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


def _designed_felt() -> list[dict[str, Any]]:
    return [
        {
            "design": "order", "measure": measure, **_around("walked", on, 0.1), "walked_n": n,
            "walked_customers": n, **_around("left", off, 0.1), "left_n": n, "left_customers": n,
            **_around("difference", off - on, 0.14),
        }
        for measure, on, off, n in (("answer", 7.4, 5.9, 400), ("perception", 7.1, 6.4, 600))
    ]  # fmt: skip


_COMPONENTS = ("repeats", "switches", "transfers", "wait_min", "repeated", "elapsed_h")


def _effort_model() -> list[dict[str, Any]]:
    weights = (3.4, 0.5, 0.2, 0.3, 0.4, 0.0, 0.1)
    return [
        {
            "component": component, "weight": weight, "low": max(weight - 0.1, 0.0), "high": weight + 0.1,
            "mean": 0.0, "sd": 1.0, "method": "calibrated", "r2": 0.31, "n": 640, "customers": 600,
        }
        for component, weight in zip(("intercept", *_COMPONENTS), weights, strict=True)
    ]  # fmt: skip


def _effort_levels() -> list[dict[str, Any]]:
    found = [("", 3.4, 5200, 1400), ("buy", 2.9, 3900, 1300), ("support", 4.8, 1300, 600), ("pay", 6.0, 3, 3)]
    return [
        {
            "intent": intent, "measure": measure, "unit": "0–10", "value": value, "low": value - 0.2,
            "high": value + 0.2, "n": n, "customers": people,
        }
        for intent, effort, n, people in found
        for measure, value in (("effort", effort), *((name, 0.5) for name in _COMPONENTS))
    ]  # fmt: skip


def _effort_calibration() -> list[dict[str, Any]]:
    return [
        {
            "tenth": tenth, "foreseen": 1.0 + 0.5 * tenth, "told": 1.1 + 0.5 * tenth,
            "told_low": 0.8 + 0.5 * tenth, "told_high": 1.4 + 0.5 * tenth, "n": 64, "customers": 60,
        }
        for tenth in range(1, 11)
    ]  # fmt: skip


def _journey_differences() -> list[dict[str, Any]]:
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


def _chain_weights() -> list[dict[str, Any]]:
    return [
        {
            "order": order, "touchpoint": row[0], **_around("removal", row[14] + 0.01 * order, 0.01),
            "share": row[14] / 3, **_around("worth_removal", row[14] + 0.02, 0.01),
            "worth_share": row[14] / 3,
            "shapley": row[14] / 3, "worth_shapley": row[14] / 3, "journeys": row[8], "customers": row[9],
            "reason": None,
        }
        for order in (1, 2, 3)
        for row in SHOP
    ]  # fmt: skip


def _chain_ends() -> list[dict[str, Any]]:
    return [
        {
            "touchpoint": row[0], "ending": ending, "value": value, "low": value - 0.02, "high": value + 0.02,
            "journeys": row[8], "customers": row[9],
        }
        for row in SHOP
        for ending, value in (("REACHED", 0.6), ("ABANDONED", 0.2), ("COMPLAINT", 0.05), ("LOST", 0.15))
    ]  # fmt: skip


def _stage_strengths() -> list[dict[str, Any]]:
    found = (("consideration", 7.4, 0.2, 0.0), ("delivery", 5.97, 0.26, 0.93), ("support", 6.1, 0.24, 0.07))
    return [
        {
            "stage": stage, "experience": lived, "low": lived - 0.1, "high": lived + 0.1, "n": 800,
            "customers": 700, "weight": weight, "weakest": weakest,
        }
        for stage, lived, weight, weakest in found
    ]  # fmt: skip


def _flows() -> list[dict[str, Any]]:
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


def _drop_offs() -> list[dict[str, Any]]:
    return [
        {
            "touchpoint": touchpoint, "visits": visits, "reached": 0, "abandoned": 0, "lost": 0,
            "share": share, "share_low": share - 0.02, "share_high": share + 0.02,
        }
        for touchpoint, visits, share in (("product_page", 1980, 0.16), ("phone_support", 800, 0.11))
    ]  # fmt: skip


def _parameters() -> list[dict[str, Any]]:
    rows = (
        ("lambda", "", 1.5, None, "default"), ("tau", "", 60.0, None, "default"),
        ("theta", "delivery", 5.4, 0.1, "data"), ("theta", "checkout", 6.8, 0.1, "data"),
    )  # fmt: skip
    return [
        {
            "name": name, "touchpoint": touchpoint, "item": "", "value": value, "se": se,
            "robust_se": None, "n": 5423, "origin": origin,
        }
        for name, touchpoint, value, se, origin in rows
    ]  # fmt: skip


def _perception_weights() -> list[dict[str, Any]]:
    return [
        {
            "touchpoint": row[0],
            **_around("share", row[13], 0.01 + 0.05 * (row[13] or 0)),
            **_around("effect", None if row[13] is None else 1.4 * row[13], 0.05),
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
            "prior": 0.2,
            **_around("data", None if row[13] is None else 1.5 * row[13], 0.1),
            "driver": None if row[13] is None else row[13] > 0.08,
            "reach": row[9] / 2000,
            "asymmetry": -0.6 if row[0] == "delivery" else None,
            "kind": "basic" if row[0] == "delivery" else "unclear",
            "necessity": 0.3 if row[0] == "delivery" else None,
            "necessary": True if row[0] == "delivery" else None,
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
            **_around("continuation", 0.3 + 0.5 * row[14], 0.03),
            **_around("removal", row[14], 0.03),
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


def _states() -> pa.Table:
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


def _experience_shares() -> list[dict[str, Any]]:
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


def _bonds() -> list[dict[str, Any]]:
    """Forty families at 7 and three singles at 5; most remember a delivery, few the till."""
    return [
        {"customer": f"c{c}", "segment": "family" if c < 40 else "single", "bond": 7.0 if c < 40 else 5.0,
         "bond_sd": 0.5, "passing": -0.5, "peak": 1.0 if c % 4 == 0 else -1.0, "peak_at": NOW,
         "peak_touchpoint": "delivery" if c < 40 else "till"}
        for c in range(43)
    ]  # fmt: skip


def _loyalty() -> list[dict[str, Any]]:
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


def _accounts() -> list[dict[str, Any]]:
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


def _account_roles() -> list[dict[str, Any]]:
    return [
        {"role": "decision_maker", "key": True, "people": 40, "respondents": 22, "mean": 6.0, "low": 5.5,
         "high": 6.5, "sd": 0.8},
        {"role": "user", "key": True, "people": 300, "respondents": 190, "mean": 6.8, "low": 6.6, "high": 7.0,
         "sd": 1.4},
    ]  # fmt: skip


def _account_levels() -> list[dict[str, Any]]:
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


def _representation() -> list[dict[str, Any]]:
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


def _countries() -> list[dict[str, Any]]:
    """Spain says more than Portugal, and on Portugal's use of the scale a little less."""
    return [
        {"country": "ES", "mean": 7.5, "low": 7.4, "high": 7.6, "n": 900, "customers": 500, "anchors": 300,
         "reference": False, "corrected": 6.7, "corrected_low": 6.5, "corrected_high": 6.9},
        {"country": "PT", "mean": 6.8, "low": 6.7, "high": 6.9, "n": 1900, "customers": 900, "anchors": 400,
         "reference": True, "corrected": 6.8, "corrected_low": 6.7, "corrected_high": 6.9},
    ]  # fmt: skip
