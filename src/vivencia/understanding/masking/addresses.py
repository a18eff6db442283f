"""Addresses: of mail and of the web where they name somebody, and of streets with a number."""

import re
from collections.abc import Iterator, Set

from vivencia.understanding.masking.found import Found

_AT = re.compile("@")
_AT_WRITTEN = re.compile(r" ?[(\[]\s?(?:at|arroba|chiocciola)\s?[)\]] ?", re.IGNORECASE)
_BOX = re.compile(r"[^\w.!%+\-]")
_HOST = re.compile(r"[\w\-]{1,63}(?:\.[\w\-]{2,63}){1,4}")
_LONGEST_BOX = 64
_URL = re.compile(r"(?:https?://|www\.)[^\s<>⟨⟩]{1,2000}", re.IGNORECASE)
#: What makes a web address somebody's: a query, a person's page, a long number.
_PERSONAL = re.compile(
    r"[?@#=]|[0-9]{5}|/(?:u|user|users|usuario|utente|perfil|profile|profilo|in|account|conta|cuenta|"
    r"pedido|order)s?/|"
    r"(?:facebook|instagram|linkedin|twitter|x|tiktok|t|wa|threads)\.(?:com|me|net)/\w",
    re.IGNORECASE,
)
_NUMBER = r"(?:n[.ºo°]{0,2} ?)?[0-9]{1,5}(?:[/\-]?[A-Za-z]\b)?"
_PART = r"(?:[A-ZÀ-ÖØ-Þ][\w'’.\-]*|(?i:d[aeio]s?|del|dell[ao]|dei|degli|delle|la|las|los|el|y|e))"
_AFTER = (
    r"(?!\w|[.,:]?[0-9]|(?i: ?(?:euros?|reais|€|\$|£|%|minut|min\b|horas?|hours?|ore\b|giorni|d[ií]as?|"
    r"days|anos|años|anni|"
    r"vezes|veces|volte|times|km|metros|metri|m\b)))"
)
_STREET = re.compile(
    r"(?:(?i:rua|r\.|av\.?|avenida|travessa|alameda|estrada|rodovia|pra[çc]a|largo|calle|c/|paseo|"
    r"plaza|carrera|"
    r"cra\.?|avda\.?|calzada|camino|via|viale|v\.le|piazza|piazzale|corso|c\.so|vicolo|strada) ?"
    rf"(?:{_PART} ){{0,5}}[A-ZÀ-ÖØ-Þ][\w'’\-]*,? {_NUMBER}|"
    r"(?i:calle|carrera|cra\.?|cl\.?|kr\.?) ?[0-9]{1,3}[A-Za-z]? ?(?:#|"
    r"n[o°º.]{1,2}) ?[0-9]{1,3}[A-Za-z]?(?: ?- ?[0-9]{1,3})?)" + _AFTER
)
_STREET_ENGLISH = re.compile(
    r"[0-9]{1,5}[A-Za-z]? (?:[A-Z][\w'’\-]* ){1,3}(?i:street|st|road|rd|avenue|ave|lane|drive|boulevard|blvd|"
    r"close|crescent|terrace|court|place|square|gardens)\b" + _AFTER
)
#: Words that streets begin with, by language.
STREET_CUES = {
    "pt": frozenset(
        [
            "rua",
            "r.",
            "av",
            "av.",
            "avenida",
            "travessa",
            "alameda",
            "estrada",
            "rodovia",
            "praça",
            "praca",
            "largo",
        ]
    ),
    "es": frozenset(
        [
            "calle",
            "c/",
            "av",
            "av.",
            "avenida",
            "avda",
            "avda.",
            "paseo",
            "plaza",
            "carrera",
            "cra",
            "cra.",
            "cl",
            "cl.",
            "kr",
            "calzada",
            "camino",
        ]
    ),
    "it": frozenset(
        ["via", "viale", "v.le", "piazza", "piazzale", "corso", "c.so", "vicolo", "largo", "strada"]
    ),
}


def mails(text: str) -> Iterator[Found]:
    """Addresses of mail."""
    written = _AT_WRITTEN.finditer(text) if "(" in text or "[" in text else ()
    for at in (*_AT.finditer(text), *written):
        before = text[max(0, at.start() - _LONGEST_BOX) : at.start()]
        if before and (before[-1].isalnum() or before[-1] in "_-+"):
            host = _HOST.match(text, at.end())
            if host is not None:
                yield Found(at.start() - len(_BOX.split(before)[-1]), host.end(), "email")


def links(text: str) -> Iterator[Found]:
    """Addresses of the web that hold something of a user."""
    for match in _URL.finditer(text):
        kept = match.group().rstrip(".,;:!?)»\"'")
        if _PERSONAL.search(kept):
            yield Found(match.start(), match.start() + len(kept), "url")


def streets(text: str, low: str, words: Set[str], language: str) -> Iterator[Found]:
    """Streets with a number, as they are written in the text's language and in English."""
    for match in _STREET_ENGLISH.finditer(text):
        yield Found(match.start(), match.end(), "address")
    for cue in sorted(STREET_CUES.get(language, frozenset()) & words):
        place = low.find(cue)
        while place >= 0:
            found = _STREET.match(text, place) if place == 0 or not text[place - 1].isalnum() else None
            if found is not None:
                yield Found(place, found.end(), "address")
            place = low.find(cue, place + 1)
