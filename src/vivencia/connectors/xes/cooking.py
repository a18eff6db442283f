"""XML's rules for the text between quotes: entities and line breaks."""

import re

_PREDEFINED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]+);|#([0-9]+);|(\w+);)?")
_ALLOWED = ((0x20, 0xD7FF), (0xE000, 0xFFFD), (0x10000, 0x10FFFF))
_BREAKS = re.compile(r"\r\n|[\t\r\n]")


class OddText(ValueError):
    """A reference that only a full parser can judge."""


def cook(raw: bytes | bytearray) -> str:
    """The value of an attribute as XML reads it; raises OddText at an unknown or ill-formed reference."""
    return _REFERENCE.sub(_resolved, _BREAKS.sub(" ", raw.decode()))


def _resolved(found: re.Match[str]) -> str:
    hexadecimal, decimal, name = found.groups()
    if name in _PREDEFINED:
        return _PREDEFINED[name]
    code = int(hexadecimal, 16) if hexadecimal else int(decimal) if decimal else 0
    allowed = (
        code in (9, 10, 13)
        or 0x20 <= code <= 0xD7FF
        or 0xE000 <= code <= 0xFFFD
        or 0x10000 <= code <= 0x10FFFF
    )
    if not allowed:
        raise OddText(found.group())
    return chr(code)
