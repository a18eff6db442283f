"""Where something personal stands in a text, and the words around a number that say what it is."""

import re
from typing import NamedTuple


class Found(NamedTuple):
    """Characters [start, end) of the text before masking, and what kind of thing they are."""

    start: int
    end: int
    kind: str


#: What may stand before and after a number that is a thing of its own: no letter, no longer number,
#: no unit and no currency.
BEFORE = r"(?<![0-9A-Za-zÀ-ÖØ-öø-ÿ_€$£#@+])(?<![0-9][.,/:\-])(?<![A-Za-z][\-/])"
AFTER = (
    r"(?![0-9A-Za-zÀ-ÖØ-öø-ÿ_/€$£%@]|[.,\-:][0-9]|"
    r" ?(?:€|\$|£|%|(?:euros?|reais|pesos|d[oó]lares|dollars|pounds|km|kg|gr?|ml|mm|cm|m²|mah|gb|mb|kwh)\b))"
)
#: How far before a number its name may stand.
REACH = 44

_NUMBER_OF = r"\W{0,3}(?:(?:n[.ºo°]{0,2}|nr|num|numero|número|number|no|code|c[oó]digo|id)\W{0,3})?"
_LINK = r"(?:d[aeio]|del|dell[ao']?|de la|of|my|meu|mio?|the|il|el|o|es|é|è|is|was|era|foi|fue|:|co[mn]|with)"
_ORDER = re.compile(
    r"(?:pedidos?|encomendas?|compra|orden|orders?|ordine|ordini|reservas?|bookings?|reservations?|"
    r"prenotazion[ei]|"
    r"tracking|rastreio|rastreamento|seguimiento|tracciamento|spedizione|env[ií]o|gu[ií]a|protocolo?|"
    r"tickets?|"
    r"faturas?|facturas?|fatture?|fattura|invoices?|nota fiscal|nf-?e?|nfe|boleto|ref(?:er[eê]n[ct]i?a|"
    r"erence)?|"
    r"sku|serial|s[ée]rie|seriale|imei|ean|isbn|asin|lote|lotto|batch|voo|vuelo|volo|flight|processo|proceso|"
    r"pratica|case|caso|chamado|incidencia|reclama[çc][ãa]o|reclamaci[oó]n|segnalazione|transa[çc][ãa]o|"
    r"transacci[oó]n|transazione|transaction|modelo?|modello|model|part|item|artigo|art[ií]culo|"
    r"articolo|product[oa]?|"
    r"produto|prodotto|localizador|pnr|versi[oó]n|version|vers[ãa]o)"
    rf"{_NUMBER_OF}(?:{_LINK}\W{{1,2}}){{0,2}}$",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"(?:[€$£]|\b(?:eur|usd|brl|mxn|ars|cop|clp|gbp|pre[cç]o|precio|prezzo|price|valor))\W{0,3}$", re.I
)
_PHONE = re.compile(
    r"(?:tel[ée]?f?(?:ono|one|onos|ones|oni)?|tlf|tfno|cel(?:ular|l|lulare)?|m[oó]vil|telem[oó]vel|tlm|"
    r"phone|mobile|"
    r"whats(?:app)?|wpp|zap|call|text|ring|lig(?:ar|ue|uem|a|uei)|fone|llam(?:ar|en|e|ad|arme)|"
    r"ll[aá]m[ae](?:n?me)?|"
    r"chiam(?:are|ate|ami|atemi|i)|contat+[oi]?|contact[oe]?|sms|recapito|n[uú]mero|number|reach(?: me)?)\b"
    r"[^0-9]{0,24}$",
    re.IGNORECASE,
)


def is_order(before: str) -> bool:
    """Whether what stands before a number names an order, a booking, a device: nothing personal."""
    return _ORDER.search(before) is not None


def is_money(before: str) -> bool:
    """Whether what stands before a number says that it is a price."""
    return _MONEY.search(before) is not None


def is_phone(before: str) -> bool:
    """Whether what stands before a number says that it is a telephone's."""
    return _PHONE.search(before) is not None
