"""A made-up shop: every touchpoint once, with its numbers in plain sight, and its catalogue."""

from datetime import UTC, datetime
from typing import Any

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


def around(name: str, value: float | None, half: float) -> dict[str, float | None]:
    if value is None:
        return {name: None, f"{name}_low": None, f"{name}_high": None}
    return {name: value, f"{name}_low": value - half, f"{name}_high": value + half}
