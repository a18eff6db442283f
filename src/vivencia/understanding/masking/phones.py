"""Telephone numbers as they are written in ten countries, and with a country's prefix anywhere.

The ten: Portugal, Brazil, Spain, Mexico, Argentina, Colombia, Chile, Italy, the United Kingdom
and the United States. Separated as a telephone is, a number is one wherever it stands (but
behind the name of an order or a currency); run together, only where the plan of a country of
the text's language has it, or where a word such as "call" stands before it. Free lines (0800,
800, 900, 4004, 1-800) belong to companies and stay.
"""

import re
from collections.abc import Iterator

from vivencia.understanding.masking.found import AFTER, BEFORE, REACH, Found, is_money, is_order, is_phone

_G = r"[ .\-]"
_ABROAD = re.compile(
    r"(?<![0-9A-Za-z+\-])(?:\+|"
    r"00(?=[1-9])) ?[1-9][0-9]{0,2}(?:[ .\-/]{0,2}\(?[0-9]{1,5}\)?){2,7}(?![0-9A-Za-z])",
    re.ASCII,
)
_SEPARATED = re.compile(
    BEFORE
    + "(?:"
    + "|".join(
        (
            # Brazil: area in brackets or before a mobile's 9; without area only with the dash.
            rf"\(0?[1-9][0-9]\){_G}?9?{_G}?[0-9]{{4}}{_G}?[0-9]{{4}}",
            rf"0?[1-9][0-9][ \-]9{_G}?[0-9]{{4}}{_G}?[0-9]{{4}}",
            rf"0?[1-9][0-9] [2-5][0-9]{{3}}{_G}[0-9]{{4}}",
            r"9[0-9]{4}-[0-9]{4}",
            # Portugal, Spain: nine digits.
            rf"[2-9][0-9]{{2}}(?:{_G}[0-9]{{3}}){{2}}",
            rf"[2-9][0-9]{{2}}(?:{_G}[0-9]{{2}}){{3}}",
            rf"(?:2[1-9]|3[0-9]|9[0-9]|8[1-8]){_G}[0-9]{{3}}{_G}[0-9]{{2}}{_G}?[0-9]{{2}}",
            r"[679][0-9]{2} [0-9]{6}",
            # Mexico, Colombia, Argentina, United States: ten digits.
            rf"(?:1{_G})?\(?[2-9][0-9]{{2}}\)?{_G}{{1,2}}[0-9]{{3}}{_G}[0-9]{{4}}",
            rf"\([2-9][0-9]{{1,3}}\){_G}?[0-9]{{3,4}}{_G}?[0-9]{{4}}",
            rf"[2-9][0-9]{_G}[0-9]{{4}}{_G}[0-9]{{4}}",
            rf"[2-9][0-9](?:{_G}[0-9]{{2}}){{4}}",
            rf"[36][0-9]{{2}}{_G}[0-9]{{7}}",
            rf"\(?0?11\)?{_G}(?:15{_G})?[0-9]{{4}}{_G}?[0-9]{{4}}",
            rf"\(?0[23][0-9]{{2,3}}\)?{_G}(?:15{_G})?[0-9]{{2,4}}{_G}?[0-9]{{4}}",
            rf"15{_G}[0-9]{{4}}{_G}?[0-9]{{4}}",
            # Chile.
            rf"\(?[29]\)?{_G}[0-9]{{4}}{_G}?[0-9]{{4}}",
            # Italy.
            rf"3[0-9]{{2}}[ .\-/](?:[0-9]{{3}}{_G}?[0-9]{{3,4}}|[0-9]{{2}}{_G}[0-9]{{2}}{_G}[0-9]{{3}})",
            r"0[0-9]{1,3}[ .\-/][0-9]{5,8}",
            rf"0[0-9]{{1,3}}(?:{_G}[0-9]{{2,4}}){{2,4}}",
            # United Kingdom.
            rf"\(?0[0-9]{{2,4}}\)?{_G}[0-9]{{3,4}}(?:{_G}?[0-9]{{3,4}})",
        )
    )
    + ")"
    + AFTER,
    re.IGNORECASE | re.ASCII,
)
_TOGETHER = re.compile(f"{BEFORE}[0-9]{{7,12}}{AFTER}", re.IGNORECASE | re.ASCII)
#: The numbers run together that a country's plan has, by the language written there.
_PLANS = {
    "pt": re.compile(r"9[1236][0-9]{7}|2[1-9][0-9]{7}|0?[1-9][1-9]9[0-9]{8}"),
    "es": re.compile(r"[67][0-9]{8}|9[0-9]{8}|3[0-5][0-9]{8}|(?:55|56|33|81)[0-9]{8}|0?11[0-9]{8}"),
    "it": re.compile(r"3[2-9][0-9]{7,8}|0[1-9][0-9]{7,9}"),
    "en": re.compile(r"0[1-37][0-9]{8,9}"),
}
_FREE = re.compile(
    r"(?:0800|0300|0500|0808|0900|4004|4003|3003|1?8(?:00|33|44|55|66|77|88)[0-9]{7}$|(?:800|808|803|"
    r"848|899|892|90[0-2]|707|760)[0-9]{6}$)"
)
#: Two years, or a day.
_TIMES = re.compile(
    r"(?:19|20)[0-9]{2}.(?:19|20)[0-9]{2}$|[0-3]?[0-9][ .\-/][0-3]?[0-9][ .\-/](?:19|20)[0-9]{2}$"
)
_THOUSANDS = re.compile(r"[0-9]{1,3}([ .])[0-9]{3}(?:\1)000")
_DIGITS = re.compile("[^0-9]")
_FEWEST, _MOST = 7, 13
_FEWEST_ABROAD, _MOST_ABROAD = 8, 15


def abroad(text: str, start: int, end: int) -> Iterator[Found]:
    """Telephone numbers with a country's prefix between two places of the text."""
    for match in _ABROAD.finditer(text, start, end):
        digits = _DIGITS.sub("", match.group())
        if _FEWEST_ABROAD <= len(digits.lstrip("0")) <= _MOST_ABROAD and not _other(text, match):
            yield _within_brackets(match)


def phones(text: str, language: str, start: int, end: int) -> Iterator[Found]:
    """Telephone numbers between two places of the text."""
    for match in _SEPARATED.finditer(text, start, end):
        if _is_separated(match, text):
            yield _within_brackets(match)
    for match in _TOGETHER.finditer(text, start, end):
        if _is_together(match, text, language):
            yield _within_brackets(match)


def _within_brackets(match: re.Match[str]) -> Found:
    """The number without a bracket that has no other in it."""
    start, end = match.span()
    whole = match.group()
    if whole.startswith("(") and ")" not in whole:
        start += 1
    if whole.endswith(")") and whole.count(")") > whole.count("("):
        end -= 1
    return Found(start, end, "phone")


def _before(text: str, match: re.Match[str]) -> str:
    return text[max(0, match.start() - REACH) : match.start()]


def _other(text: str, match: re.Match[str]) -> bool:
    """Whether the words before say that it is an order or a price."""
    before = _before(text, match)
    return is_money(before) or is_order(before)


def _is_separated(match: re.Match[str], text: str) -> bool:
    digits = _DIGITS.sub("", match.group())
    if not _FEWEST <= len(digits) <= _MOST or _FREE.match(digits) or _TIMES.match(match.group()):
        return False
    if _THOUSANDS.fullmatch(match.group()) and not is_phone(_before(text, match)):
        # Thousands written with blanks or dots.
        return False
    return not _other(text, match)


def _is_together(match: re.Match[str], text: str, language: str) -> bool:
    if _other(text, match) or _FREE.match(match.group()):
        return False
    if is_phone(_before(text, match)):
        return True
    plan = _PLANS.get(language)
    return plan is not None and plan.fullmatch(match.group()) is not None
