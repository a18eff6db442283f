"""Check digits: whether a number can be the document it looks like.

Each function takes the characters without separators, upper case, and answers for numbers
of the right length only. Sources: the issuing authorities' published rules, named at each.
"""

from collections.abc import Sequence
from datetime import date

_CIF = "TRWAGMYFPDXBNJZSQVHLCKE"


def _weighted(digits: str, weights: Sequence[int]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True))


def luhn(number: str) -> bool:
    """ISO/IEC 7812-1 annex B: payment cards, and the Italian partita IVA."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


#: Issuers' first digits and the lengths of their cards.
_ISSUERS = (
    (("4",), (13, 16, 19)),
    (tuple(str(first) for first in range(51, 56)), (16,)),
    (tuple(str(first) for first in range(2221, 2721)), (16,)),
    (("34", "37"), (15,)),
    (("36", "38", "300", "301", "302", "303", "304", "305"), (14,)),
    (("6011", "644", "645", "646", "647", "648", "649", "65"), (16, 19)),
    (("35",), (16,)),
    (("50", "56", "57", "58", "60", "63", "67"), (16, 18, 19)),
    (("62",), (16, 17, 18, 19)),
)


def card(number: str) -> bool:
    """A payment card: issuer, length and Luhn."""
    return any(number.startswith(first) and len(number) in lengths for first, lengths in _ISSUERS) and luhn(
        number
    )


#: Length of an IBAN by country (SWIFT IBAN registry).
IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29,
    "BY": 28, "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29,
    "ES": 24, "FI": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28,
    "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28,
    "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MR": 27, "MT": 31,
    "MU": 30, "NL": 18, "NO": 15, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22,
    "SA": 24, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "XK": 20,
}  # fmt: skip


def iban(code: str) -> bool:
    """ISO 13616: length of the country, and remainder 1 by 97 (ISO 7064)."""
    if len(code) != IBAN_LENGTHS.get(code[:2]):
        return False
    return int("".join(str(int(letter, 36)) for letter in code[4:] + code[:4])) % 97 == 1


def _modulo_eleven(digits: str, weights: Sequence[int]) -> str:
    rest = _weighted(digits, weights) % 11
    return "0" if rest < 2 else str(11 - rest)


def cpf(number: str) -> bool:
    """Brazil, Receita Federal: two digits modulo 11."""
    if len(number) != 11 or len(set(number)) == 1:
        return False
    first = _modulo_eleven(number[:9], range(10, 1, -1))
    return number[9:] == first + _modulo_eleven(number[:9] + first, range(11, 1, -1))


_CNPJ = (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)


def cnpj(code: str) -> bool:
    """Brazil, Receita Federal: two digits modulo 11; letters (from 2026) count as ASCII minus 48."""
    if len(code) != 14 or len(set(code)) == 1 or not code[12:].isdigit():
        return False
    values = [ord(letter) - 48 for letter in code]
    for length in (12, 13):
        total = sum(
            value * weight for value, weight in zip(values[:length], _CNPJ[13 - length :], strict=True)
        )
        rest = total % 11
        if values[length] != (0 if rest < 2 else 11 - rest):
            return False
    return True


_NIF_FIRST = (
    "1",
    "2",
    "3",
    "45",
    "5",
    "6",
    "70",
    "71",
    "72",
    "74",
    "75",
    "77",
    "78",
    "79",
    "8",
    "90",
    "91",
    "98",
    "99",
)


def nif(number: str) -> bool:
    """Portugal, Autoridade Tributária: one digit modulo 11."""
    if len(number) != 9 or not number.startswith(_NIF_FIRST):
        return False
    return number[8] == _modulo_eleven(number[:8], range(9, 1, -1))


def dni(code: str) -> bool:
    """Spain, Ministerio del Interior: DNI and NIE, a letter modulo 23."""
    digits = str("XYZ".index(code[0])) + code[1:-1] if code[0] in "XYZ" else code[:-1]
    return len(digits) == 8 and digits.isdigit() and code[-1] == _CIF[int(digits) % 23]


_CURP = "0123456789ABCDEFGHIJKLMNÑOPQRSTUVWXYZ"


def curp(code: str) -> bool:
    """Mexico, RENAPO: last digit modulo 10 over the alphabet with Ñ."""
    if len(code) != 18 or not _day(code[4:10]):
        return False
    total = sum(_CURP.index(letter) * (18 - place) for place, letter in enumerate(code[:17]))
    return code[17] == str(-total % 10)


_RFC = "0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ Ñ"


def rfc(code: str) -> bool:
    """Mexico, SAT: last character modulo 11; of persons (13) and companies (12)."""
    padded = code.rjust(13)
    if len(padded) != 13 or not _day(padded[4:10]):
        return False
    rest = sum(_RFC.index(letter) * (13 - place) for place, letter in enumerate(padded[:12])) % 11
    return code[-1] == ("0" if rest == 0 else "A" if rest == 1 else str(11 - rest))


def _day(text: str) -> bool:
    """Whether yymmdd can be a day."""
    try:
        date(2000 + int(text[:2]) % 4, int(text[2:4]), int(text[4:6]))
    except ValueError:
        return False
    return True


_CUIT_FIRST = ("20", "23", "24", "25", "26", "27", "30", "33", "34")


def cuit(number: str) -> bool:
    """Argentina, AFIP/ARCA: one digit modulo 11."""
    if len(number) != 11 or not number.startswith(_CUIT_FIRST):
        return False
    digit = 11 - _weighted(number[:10], (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
    return int(number[10]) == {11: 0, 10: 9}.get(digit, digit)


def rut(code: str) -> bool:
    """Chile, Registro Civil: one digit modulo 11 with K for ten."""
    total = sum(int(digit) * (2 + place % 6) for place, digit in enumerate(reversed(code[:-1])))
    return code[-1] == "0123456789K0"[11 - total % 11] if total % 11 else code[-1] == "0"


_ODD = {
    **dict(zip("0123456789", (1, 0, 5, 7, 9, 13, 15, 17, 19, 21), strict=True)),
    **dict(
        zip(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
            (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23),
            strict=True,
        )
    ),
}


def codice_fiscale(code: str) -> bool:
    """Italy, Agenzia delle Entrate (D.M. 23/12/1976): a letter modulo 26."""
    total = 0
    for place, letter in enumerate(code[:15]):
        even = int(letter) if letter.isdigit() else ord(letter) - 65
        total += even if place % 2 else _ODD[letter]
    return code[15] == chr(65 + total % 26)


def partita_iva(number: str) -> bool:
    """Italy, Agenzia delle Entrate: Luhn, and an office from 001 to 100, 120, 121, 888 or 999."""
    office = int(number[7:10])
    return luhn(number) and number != "0" * 11 and (0 < office <= 121 or office in (888, 999))


def nhs(number: str) -> bool:
    """England, NHS Data Dictionary: ten digits modulo 11."""
    digit = 11 - _weighted(number[:9], range(10, 1, -1)) % 11
    return len(set(number)) > 1 and digit != 10 and int(number[9]) == digit % 11


def ssn(number: str) -> bool:
    """United States, SSA: no check digit, but areas, groups and serials that are never given out."""
    area, group, serial = number[:3], number[3:5], number[5:]
    return area not in ("000", "666") and area < "900" and group != "00" and serial != "0000"


def nit(number: str) -> bool:
    """Colombia, DIAN: last digit modulo 11."""
    primes = (3, 7, 13, 17, 19, 23, 29, 37, 41, 43, 47, 53, 59, 67, 71)
    rest = sum(int(digit) * prime for digit, prime in zip(reversed(number[:-1]), primes, strict=False)) % 11
    return int(number[-1]) == (rest if rest < 2 else 11 - rest)
