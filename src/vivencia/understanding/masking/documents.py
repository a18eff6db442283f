"""Numbers of documents, accounts and cards: the shape of each, its check digits, the words that name it."""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from vivencia.understanding.masking import checks
from vivencia.understanding.masking.found import AFTER, BEFORE, REACH, Found, is_money, is_order, is_phone

_SEPARATORS = str.maketrans("", "", " .-/\u00a0")


class Document(NamedTuple):
    """One kind of number.

    `check` gets the characters without separators in upper case. `name` is what may stand
    before it; a document of `languages` needs its name in texts of others ("" = always,
    None = never). `sure` numbers are masked even where an order is spoken of.
    """

    kind: str
    shape: re.Pattern[str]
    check: Callable[[str], bool] | None
    name: re.Pattern[str] | None = None
    languages: tuple[str, ...] | None = None
    sure: bool = False


def _shape(pattern: str) -> re.Pattern[str]:
    return re.compile(f"{BEFORE}(?:{pattern}){AFTER}", re.IGNORECASE | re.ASCII)


def _name(words: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?<![^\W_])(?:{words})[^\w\n]{{0,3}}(?:[^\W\d]{{1,9}}[^\w\n]{{1,3}}){{0,3}}$", re.IGNORECASE
    )


_CF_DIGIT = "[0-9LMNPQRSTUV]"
_S = r"[ .\-]?"
_PASSPORT = "passaporte|pasaporte|passaporto|passport"
_IDENTITY = (
    r"carta d['’ ]?identit[àa]|c\.?i\.?e?\.?|rg|identidade|cart[ãa]o de cidad[ãa]o|bilhete de identidade|cnh|"
    r"c[ée]dula(?: de ciudadan[ií]a)?|c\.? ?c\.?|documento(?: de identidad| d[ei] identit[àa])?|"
    r"driving licen[cs]e|"
    r"driver'?s licen[cs]e|licen[cs]e|patente di guida|permiso de conducir|carta de condu[çc][ãa]o|"
    r"id card|dni"
)
_PLATE = "placa|matr[ií]cula|targa|targato|patente|number plate|licen[cs]e plate|registration|reg plate"

#: In this order: what is taken by one is not looked at by the next.
DOCUMENTS = (
    Document("curp", _shape(r"[A-Z]{4}[0-9]{6}[HMX][A-Z]{5}[0-9A-Z][0-9]"), checks.curp, sure=True),
    Document(
        "codice_fiscale",
        _shape(
            rf"[A-Z]{{3}} ?[A-Z]{{3}} ?{_CF_DIGIT}{{2}}[ABCDEHLMPRST]{_CF_DIGIT}{{2}} ?"
            rf"[A-Z]{_CF_DIGIT}{{3}}[A-Z]"
        ),
        checks.codice_fiscale,
        sure=True,
    ),
    Document("rfc", _shape(r"[A-ZÑ&]{3,4}[ \-]?[0-9]{6}[ \-]?[A-Z0-9]{2}[0-9A]"), checks.rfc, sure=True),
    Document(
        "cnpj",
        _shape(
            r"[0-9A-Z]{2}\.[0-9A-Z]{3}\.[0-9A-Z]{3}/[0-9A-Z]{4}-[0-9]{2}|[0-9]{14}|"
            r"[0-9]{8}/[0-9]{4}-?[0-9]{2}"
        ),
        checks.cnpj,
    ),
    Document(
        "card",
        _shape(
            r"[0-9]{4}(?:[ \-]?[0-9]{4}){3}(?:[ \-]?[0-9]{1,3})?|"
            r"3[0-9]{3}[ \-]?[0-9]{6}[ \-]?[0-9]{4,5}"
        ),
        checks.card,
    ),
    Document("cuit", _shape(r"[0-9]{2}(?:-[0-9]{8}-|\.[0-9]{8}\.| [0-9]{8} )[0-9]"), checks.cuit, sure=True),
    Document("cuit", _shape(r"[0-9]{11}"), checks.cuit, _name("cuit|cuil"), ("es",)),
    Document(
        "cpf",
        _shape(r"[0-9]{3}[. ][0-9]{3}[. ][0-9]{3}[-./ ]?[0-9]{2}|[0-9]{9}[-/ ][0-9]{2}"),
        checks.cpf,
        sure=True,
    ),
    Document("cpf", _shape(r"[0-9]{11}"), checks.cpf, _name(r"c\.?p\.?f\.?"), ("pt",)),
    Document("rut", _shape(r"[0-9]{1,2}\.[0-9]{3}\.[0-9]{3}-?[0-9K]"), checks.rut, sure=True),
    Document("rut", _shape(r"[0-9]{7,8}-[0-9K]"), checks.rut, _name(r"r\.?u\.?[tn]\.?"), ("es",)),
    Document("rut", _shape(r"[0-9]{7,8}[0-9K]"), checks.rut, _name(r"r\.?u\.?[tn]\.?"), ()),
    Document(
        "dni",
        _shape(r"[XYZ][ .\-]?(?:[0-9]{7}|[0-9]\.?[0-9]{3}\.[0-9]{3})[ \-]?[A-Z]"),
        checks.dni,
        sure=True,
    ),
    Document(
        "dni", _shape(r"(?:[0-9]{8}|[0-9]{2}[. ][0-9]{3}[. ][0-9]{3})[ \-]?[A-Z]"), checks.dni, sure=True
    ),
    Document(
        "nif",
        _shape(r"[0-9]{3}[ .]?[0-9]{3}[ .]?[0-9]{3}"),
        checks.nif,
        _name(
            "nif|n\\.i\\.f\\.|contribuinte|n[uú]mero fiscal|identifica[çc][ãa]o fiscal|finan[çc]as|"
            "n[.ºo°]{1,2} fiscal|nipc"
        ),
        ("pt",),
    ),
    Document("nif", _shape(r"PT ?[0-9]{9}"), lambda code: checks.nif(code[2:]), sure=True),
    Document("partita_iva", _shape(r"IT ?[0-9]{11}"), lambda code: checks.partita_iva(code[2:]), sure=True),
    Document(
        "partita_iva",
        _shape(r"[0-9]{11}"),
        checks.partita_iva,
        _name(r"p\.? ?iva|partita iva|p\.i\.|codice fiscale|vat"),
        ("it",),
    ),
    Document(
        "nit", _shape(r"[0-9]{3}\.?[0-9]{3}\.?[0-9]{3}-?[0-9]"), checks.nit, _name(r"nit|n\.i\.t\."), ()
    ),
    Document("ssn", _shape(r"[0-9]{3}-[0-9]{2}-[0-9]{4}"), checks.ssn),
    Document(
        "ssn",
        _shape(r"[0-9]{3} ?[0-9]{2} ?[0-9]{4}"),
        checks.ssn,
        _name("ssn|social security|s\\.s\\.n\\.|seguro social"),
        (),
    ),
    Document("nhs", _shape(r"[0-9]{3}[ \-][0-9]{3}[ \-][0-9]{4}"), checks.nhs, _name("nhs"), ("en",)),
    Document("nhs", _shape(r"[0-9]{10}"), checks.nhs, _name("nhs"), ()),
    Document(
        "nino", _shape(r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z](?:(?: [0-9]{2}){3} ?|[0-9]{6})[A-D]"), None
    ),
    Document("passport", _shape(r"(?-i:[A-Z]{1,3} ?)?[0-9]{6,9}(?-i:[A-Z])?"), None, _name(_PASSPORT), ()),
    Document(
        "document",
        _shape(
            rf"(?-i:[A-Z]{{2}} ?)?[0-9]{{1,3}}(?:{_S}[0-9]{{3}}){{2,3}}(?:-?[0-9X])?|"
            rf"[A-Z]{{2}}[0-9]{{5,7}}[A-Z]{{1,2}}"
        ),
        None,
        _name(_IDENTITY),
        (),
    ),
)

_PLATE_OF = Document(
    "plate",
    _shape(
        r"[A-Z]{1,3}[ \-]?[0-9]{2,4}[ \-]?[A-Z]{0,3}|[0-9]{2,4}[ \-]?[A-Z]{2,3}(?:[ \-]?[0-9]{2})?|"
        r"[A-Z]{3}[0-9][A-Z][0-9]{2}"
    ),
    None,
    _name(_PLATE),
    (),
)
#: Words without which a text names no plate.
PLATE_CUES = frozenset(
    [
        "placa",
        "placa:",
        "matrícula",
        "matricula",
        "targa",
        "targato",
        "targata",
        "patente",
        "plate",
        "plate:",
        "registration",
    ]
)


def plates(text: str, language: str) -> Iterator[Found]:
    """Plates of vehicles that a word names."""
    for match in _PLATE_OF.shape.finditer(text):
        if _is(_PLATE_OF, match, text, language):
            yield Found(match.start(), match.end(), _PLATE_OF.kind)


def accounts(text: str, start: int, end: int) -> Iterator[Found]:
    """International account numbers between two places."""
    for first in _IBAN.finditer(text, start, end):
        last = _iban_end(text, first.start())
        if last:
            yield Found(first.start(), last, "iban")


def documents(text: str, language: str, start: int, end: int) -> Iterator[Found]:
    """Numbers of documents and cards between two places; one may overlap one before."""
    for document in DOCUMENTS:
        for match in document.shape.finditer(text, start, end):
            if _is(document, match, text, language):
                yield Found(match.start(), match.end(), document.kind)


_IBAN = re.compile(rf"{BEFORE}[A-Z]{{2}}[0-9]{{2}}(?=[ \-]?[A-Z0-9])", re.IGNORECASE | re.ASCII)


def _iban_end(text: str, start: int) -> int:
    """Where the account number that begins here ends, or 0 where it is none.

    Its length is known from its country, so a word that follows is not taken for a part.
    """
    length = checks.IBAN_LENGTHS.get(text[start : start + 2].upper(), 0)
    letters: list[str] = []
    place = start
    while len(letters) < length and place < len(text):
        letter = text[place]
        if letter.isascii() and letter.isalnum():
            letters.append(letter.upper())
        elif letter not in " -" or text[place - 1] in " -":
            return 0
        place += 1
    if len(letters) < length or not length or text[place : place + 1].isalnum():
        return 0
    return place if checks.iban("".join(letters)) else 0


#: From so many digits on, a number is no telephone's, whatever stands before it.
_NO_PHONE = 13


def _is(document: Document, match: re.Match[str], text: str, language: str) -> bool:
    code = match.group().translate(_SEPARATORS).upper()
    if document.check is not None and not document.check(code):
        return False
    if document.sure:
        return True
    before = text[max(0, match.start() - REACH) : match.start()]
    if document.name is not None and document.name.search(before):
        return True
    if document.languages is not None and language not in document.languages:
        return False
    phone = match.group().isalnum() and len(code) < _NO_PHONE and is_phone(before)
    return not phone and not is_order(before) and not is_money(before)
