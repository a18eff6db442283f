"""What may a column mean? Guesses from its name, in four languages, and from what it looks like."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from vivencia.signals.proposing.profile import Profile
from vivencia.words.instruments import BUILT_IN, KANO_WITH, KANO_WITHOUT, Instrument

#: Parts of column names, in pt, es, it and en, without accents.
WORDS: dict[str, tuple[str, ...]] = {
    "at": (
        "timestamp", "datetime", "created", "date", "data", "fecha", "datahora", "time", "hora", "ora",
        "when", "quando", "cuando", "at", "day", "dia", "giorno", "criado", "creado", "creato",
    ),
    "id": (
        "id", "uuid", "code", "codigo", "codice", "numero", "number", "ticket", "order", "pedido", "ordine",
        "response", "resposta", "respuesta", "risposta", "review", "key", "chave", "clave", "chiave",
    ),
    "customer": (
        "customer", "client", "cliente", "user", "utente", "usuario", "utilizador", "visitor", "visitante",
        "member", "membro", "miembro", "socio", "person", "pessoa", "persona", "email", "contact",
        "respondent", "guest", "hospede", "huesped", "ospite", "case", "citizen", "cidadao",
    ),
    "account": ("account", "company", "empresa", "azienda", "organisation", "organization", "tenant"),
    "text": (
        "comment", "comentario", "commento", "text", "texto", "testo", "message", "mensagem", "mensaje",
        "messaggio", "feedback", "verbatim", "opinion", "opiniao", "opinione", "observacao", "observacion",
        "review", "resena", "recensione", "description", "descricao", "descripcion", "descrizione", "why",
    ),
    "touchpoint": (
        "touchpoint", "contacto", "contatto", "channel", "canal", "canale", "activity", "atividade",
        "actividad", "attivita", "event", "evento", "stage", "etapa", "fase", "step", "service", "servico",
        "servicio", "servizio", "topic", "tema", "category", "categoria", "type", "tipo", "name",
    ),
    "place": (
        "store", "loja", "tienda", "negozio", "shop", "branch", "agencia", "oficina", "filiale", "location",
        "local", "luogo", "site", "page", "url", "hotel", "station", "estacao", "estacion", "stazione",
    ),
    "actor": ("agent", "agente", "employee", "empregado", "empleado", "resource", "operator", "operador"),
    "value": (
        "price", "preco", "precio", "prezzo", "amount", "total", "totale", "valor", "valore", "importe",
        "importo", "revenue", "receita", "ingreso", "cost", "custo", "coste", "costo", "spend",
    ),
    "segment": (
        "segment", "segmento", "group", "grupo", "gruppo", "tier", "age", "idade", "edad", "eta", "plan",
    ),
    "country": ("country", "pais", "paese"),
    "role": ("role", "papel", "cargo", "rol", "ruolo"),
    "lang": ("lang", "language", "lingua", "idioma", "locale"),
    "currency": ("currency", "moeda", "moneda", "valuta"),
}  # fmt: skip

#: Parts of names that point to a family of instruments, and the keys tried in order.
RATINGS: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("nps", "recommend", "recomend", "raccomand", "consigli", "promot"), ("nps",)),
    (("ces", "effort", "esforco", "esfuerzo", "sforzo", "easy", "facil", "facile"), ("ces7",)),
    (("csat", "satisf", "soddisf", "contento"), ("csat5", "csat7", "experienced", "percent")),
    (("thumb", "helpful", "util", "utile", "like"), ("thumbs",)),
    (("emotion", "emocao", "emocion", "emozione", "mood", "humor", "umore"), ("emotion5", "emotion")),
    (
        ("star", "estrel", "stell", "rating", "score", "pontua", "puntua", "puntegg", "nota", "note", "voto",
         "avalia", "valora", "valuta", "grade", "rate"),
        ("stars", "csat7", "experienced", "percent"),
    ),
)  # fmt: skip
EXPECTED = ("expect", "espera", "expectat", "attes", "aspett")
#: Parts of names of the ends of the zone of tolerance.
ENDS = (
    (("adequate", "adequad", "adecuad", "adeguat", "minim", "tolerab", "toler"), "adequate"),
    (("desir", "desej", "desead", "desider", "ideal"), "desired"),
)
#: Parts of names of the two questions of Kano's pair; "without" begins with "with", so it comes first.
KANO = (
    (("without", "sem", "sin", "senza", "dysf", "disf"), KANO_WITHOUT),
    (("with", "com", "con", "func", "funz"), KANO_WITH),
)
INTENDED = ("intend", "intent", "intenc", "intenz", "reuse", "return", "voltar", "volver", "tornare")

#: Parts of names that are measures of what the company did, and what they become.
MEASURES: tuple[tuple[tuple[str, ...], str], ...] = (
    (("wait", "espera", "attesa", "queue", "fila", "coda", "hold"), "wait"),
    (("delay", "atraso", "retraso", "ritardo", "late"), "delay"),
    (("load", "carga", "caricamento", "latency"), "load"),
    (("duration", "duracao", "duracion", "durata", "handling", "talk"), "duration"),
    (("error", "erro", "errore", "fault", "falha", "fallo"), "errors"),
    (("transfer", "transferencia", "trasferimento"), "transfers"),
)
UNITS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("millisecond", "ms", "milisegundo", "millisecondo"), "_ms"),
    (("second", "seconds", "sec", "secs", "s", "segundo", "segundos", "secondi"), "_s"),
    (("minute", "minutes", "min", "mins", "minuto", "minutos", "minuti"), "_min"),
    (("hour", "hours", "h", "hora", "horas", "ore"), "_h"),
    (("day", "days", "dia", "dias", "giorni"), "_days"),
)


def parts(name: str) -> list[str]:
    """The words in a column's name, in small letters without accents.

    >>> parts("dataEntrega_Prevista")
    ['data', 'entrega', 'prevista']
    """
    plain = unicodedata.normalize("NFKD", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return [word for word in re.split(r"[^a-z0-9]+", plain.casefold()) if word]


def slug(name: str) -> str:
    """A name as a key: small letters, digits and _."""
    return "_".join(parts(name)) or "column"


def named(one: Profile, role: str) -> int:
    """How well a column's name fits a role: 0 not at all; earlier words of the list fit better."""
    words = WORDS[role]
    found = [len(words) - words.index(word) for word in parts(one.name) if word in words]
    return max(found, default=0)


def best(columns: Iterable[Profile], role: str) -> Profile | None:
    """The column whose name fits a role best, the first of equals; None when none does."""
    ranked = sorted(columns, key=lambda one: -named(one, role))
    return ranked[0] if ranked and named(ranked[0], role) else None


def _has(one: Profile, stems: Sequence[str]) -> bool:
    return any(word.startswith(stem) for word in parts(one.name) for stem in stems)


def instrument_of(one: Profile) -> Instrument | None:
    """The instrument a column of numbers may be answers on, by its name and its range."""
    if one.looks != "number" or one.low is None or one.high is None:
        return None
    expected, intended = _has(one, EXPECTED), _has(one, INTENDED)
    tries = next((keys for stems, keys in RATINGS if _has(one, stems)), ())
    if _has(one, ("kano",)):
        tries = tuple(key for stems, key in KANO if _has(one, stems))
    elif intended:
        tries = ("intention5", "intention7", "intention_percent")
    elif expected:
        scales = tries or ("csat5", "csat7")
        tries = (*(f"expected_{key}" for key in scales), "expected")
    elif end := next((end for stems, end in ENDS if _has(one, stems)), ""):
        # "minimum" alone may be anything: only a name that also tells of a rating is one.
        tries = (*(f"{end}_{key}" for key in tries), end) if tries else ()
    return next((BUILT_IN[key] for key in tries if key in BUILT_IN and _fits(one, BUILT_IN[key])), None)


def _fits(one: Profile, instrument: Instrument) -> bool:
    """Whether the answers lie on the scale, but for codes clearly beyond it."""
    inside = [value for value in one.values if instrument.allows(value)]
    outside = [value for value in one.values if not instrument.allows(value)]
    if not one.values:
        return instrument.allows(one.low or 0.0) and instrument.allows(one.high or 0.0)
    return bool(inside) and all(is_code(value) for value in outside)


def is_code(value: float) -> bool:
    """Whether a value off the scale looks like a code for "not used": 0, -1, 9 or 99 and their kin."""
    return float(value).is_integer() and value in (0, -1, -9, -99, -999, 9, 88, 99, 999)


def measure_of(one: Profile) -> str | None:
    """The name of the measure a column of numbers may be, with its unit where the name tells it."""
    if one.looks != "number":
        return None
    base = next((key for stems, key in MEASURES if _has(one, stems)), None)
    unit = next((suffix for words, suffix in UNITS if set(words) & set(parts(one.name)[1:])), "")
    if base is None:
        return slug(one.name) if unit else None
    return base + unit
