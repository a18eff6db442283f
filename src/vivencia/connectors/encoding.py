"""Which encoding a text file is in: guessed from a sample, confirmed on every byte.

UTF-8 is tried first, strictly, over the whole file: other encodings almost never pass it by
chance. When it fails, the lines that hold non-ASCII bytes are the sample for the guess, and
a guess counts only when the rest of the field is clearly worse: a wrong alphabet would
silently turn names and verbatims into other ones.
"""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from charset_normalizer import from_bytes

from vivencia.connectors.packing import blocks
from vivencia.words.errors import EncodingUnsure, UsageError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 1 << 18
#: Share of non-ASCII lines that must be valid UTF-8 for the rest to count as damaged lines of a UTF-8 file.
_MOSTLY = 0.95
#: Letters and signs that texts in western European languages use beyond ASCII.
_WESTERN = frozenset("áàâãäåæçéèêëíìîïñóòôõöøœúùûüÿßÁÀÂÃÄÅÆÇÉÈÊËÍÌÎÏÑÓÒÔÕÖØŒÚÙÛÜ¿¡ºª°€£«»“”‘’–—…·´§\u00a0")
_WESTERN_CODECS = ("cp1252", "iso8859_15", "mac_roman", "cp850")


@dataclass(frozen=True, slots=True)
class Encoding:
    """The encoding, by Python's name; `damaged`: some lines are not valid in it and must be reported."""

    name: str
    damaged: bool = False


def find_encoding(path: Path, start: bytes, wanted: str | None = None) -> Encoding:
    """The encoding of the file; raises EncodingUnsure naming candidates when the guess is poor."""
    if wanted is not None:
        return Encoding(_confirmed(path, known_encoding(wanted)))
    for bom, name in _BOMS:
        if start.startswith(bom):
            return Encoding(_confirmed(path, name))
    if wide := _without_bom(start):
        return Encoding(_confirmed(path, wide))
    if _decodes(path, "utf-8") is None:
        return Encoding("utf-8")
    return _guessed(path)


def transcoded(source: Iterator[bytes], encoding: Encoding) -> Iterator[bytes]:
    """The same text as UTF-8 without a byte order mark; damaged lines are passed on as they are."""
    if encoding.name in ("utf-8", "ascii"):
        yield from source
        return
    if encoding.name == "utf-8-sig":
        for number, block in enumerate(source):
            yield block.removeprefix(codecs.BOM_UTF8) if number == 0 else block
        return
    decoder = codecs.getincrementaldecoder(encoding.name)()
    for block in source:
        yield decoder.decode(block).encode()
    yield decoder.decode(b"", final=True).encode()


def is_wide(start: bytes) -> bool:
    """Whether these bytes are UTF-16 or UTF-32 text, with or without a byte order mark."""
    return any(start.startswith(bom) for bom, name in _BOMS[1:]) or _without_bom(start) is not None


def known_encoding(wanted: str) -> str:
    """Python's name of an encoding; raises UsageError when there is none of that name."""
    try:
        return codecs.lookup(wanted).name
    except LookupError:
        raise UsageError(
            f"There is no encoding {wanted!r}.", hint="For example utf-8, cp1252, utf-16."
        ) from None


def _without_bom(start: bytes) -> str | None:
    """UTF-16 without a mark shows as zero bytes at every other place of mostly ASCII text."""
    even, odd = start[0:4096:2], start[1:4096:2]
    if len(odd) < 4:
        return None
    if odd.count(0) > 0.4 * len(odd) and even.count(0) < 0.1 * len(even):
        return "utf-16-le"
    if even.count(0) > 0.4 * len(even) and odd.count(0) < 0.1 * len(odd):
        return "utf-16-be"
    return None


def _decodes(path: Path, name: str) -> int | None:
    """None when every byte is valid; otherwise the physical line of the first that is not."""
    decoder = codecs.getincrementaldecoder(name)()
    lines = 1
    for block in blocks(path, broken=[]):
        try:
            lines += decoder.decode(block).count("\n")
        except UnicodeDecodeError as error:
            return lines + bytes(error.object[: error.start]).count(b"\n")
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return lines
    return None


def _confirmed(path: Path, name: str) -> str:
    line = _decodes(path, name)
    if line is not None:
        raise EncodingUnsure(
            f"{path.name} is not valid {name} at line {line}.", hint="Say which one it is with encoding=…"
        )
    return name


def _guessed(path: Path) -> Encoding:
    sample, valid, foreign = _telling_lines(path)
    if foreign and valid / foreign >= _MOSTLY:
        return Encoding("utf-8", damaged=True)
    names = _candidates(sample) if valid == 0 else []
    for name in names[:1] if len(names) == 1 else []:
        if _decodes(path, name) is None:
            return Encoding(name)
    likely = names or [str(match.encoding) for match in from_bytes(sample)][:4] or ["cp1252"]
    raise EncodingUnsure(
        f"{path.name} is not valid UTF-8; it may be {', '.join(likely)}.",
        hint=f"For example encoding={likely[0]}",
    )


def _telling_lines(path: Path) -> tuple[bytes, int, int]:
    """Lines with non-ASCII bytes (the first of them, as a sample), how many are UTF-8, how many there are."""
    sample = bytearray()
    valid = foreign = 0
    carry = b""
    for block in blocks(path, broken=[]):
        lines = (carry + block).split(b"\n")
        carry = lines.pop()
        for line in lines:
            if not line.isascii():
                foreign += 1
                valid += _is_utf8(line)
                if len(sample) < _SAMPLE:
                    sample += line + b"\n"
    if carry and not carry.isascii():
        foreign, valid = foreign + 1, valid + _is_utf8(carry)
        sample += carry
    return bytes(sample), valid, foreign


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _candidates(sample: bytes) -> list[str]:
    """One name when the sample speaks clearly for it, several (best first) when it does not."""
    western = {name: _western_share(sample, name) for name in _WESTERN_CODECS}
    best = max(western, key=lambda name: western[name])
    if western[best] >= 0.97 and all(
        share < 0.8 or _same(sample, best, name) for name, share in western.items() if name != best
    ):
        return [best]
    found = list(from_bytes(sample))
    if not found:
        return []
    first = found[0]
    rivals = [m for m in found[1:] if str(m) != str(first) and m.coherence > first.coherence - 0.2]
    sure = first.chaos < 0.1 and first.coherence >= 0.4 and not rivals
    return [str(first.encoding)] if sure else [str(match.encoding) for match in found[:4]]


def _western_share(sample: bytes, name: str) -> float:
    """Share of non-ASCII characters that stand where western texts use them, were that the encoding."""
    try:
        text = sample.decode(name)
    except UnicodeDecodeError:
        return 0.0
    foreign = [place for place, letter in enumerate(text) if letter > "\x7f"]
    return sum(_fits(text, place) for place in foreign) / max(len(foreign), 1)


def _fits(text: str, place: int) -> bool:
    """A western character, and no capital or sign in the middle of a word in small letters."""
    letter, before = text[place], text[place - 1] if place else " "
    after = text[place + 1] if place + 1 < len(text) else " "
    if letter.islower():
        return letter in _WESTERN
    inside = before.islower() and (letter.isupper() or after.islower())
    return letter in _WESTERN and not inside


def _same(sample: bytes, one: str, other: str) -> bool:
    return sample.decode(one, "replace") == sample.decode(other, "replace")
