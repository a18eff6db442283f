"""Reading XES: blocks of whole traces through the scanner, the plain parser where it finds them odd."""

import codecs
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import numpy as np
import pyarrow as pa

from vivencia.connectors.encoding import known_encoding
from vivencia.connectors.packing import BLOCK, blocks, head
from vivencia.connectors.source import LINE, Broken, Reading
from vivencia.connectors.xes.columns import table
from vivencia.connectors.xes.cooking import OddText
from vivencia.connectors.xes.plain import NOT_WELL_FORMED, parse
from vivencia.connectors.xes.plain import table as plain_table
from vivencia.connectors.xes.scanning import FINE, Scan, scan
from vivencia.words.errors import InputError

_DECLARED = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_NO_CONTENT = re.compile(rb"(?:\s|<!--.*?-->|<\?.*?\?>)*", re.DOTALL)
_ENDING = 1 << 16
#: A single trace may be this long.
LONGEST = 512 << 20
#: Below this size the plain parser is as quick as making the scanner ready.
SMALL = 1 << 20


class XESSource:
    """An event log being read, one row an event; the columns are those of the batch's events.

    `details`: extensions, classifiers, globals and attributes of the log.
    """

    format = "xes"
    small = SMALL

    def __init__(self, path: Path, reading: Reading) -> None:
        self.path = path
        self.broken: list[Broken] = []
        self._reading = reading
        wanted = known_encoding(reading.encoding) if reading.encoding else None
        self.encoding: str | None = wanted or declared_encoding(head(path).start)
        self.details: dict[str, object] = {}

    def batches(self) -> Iterator[pa.Table]:
        """The events of whole traces; raises InputError for a file that declares XML entities."""
        self.broken = []
        rows = 0
        for found in self._tables(self._content()):
            for start in range(0, found.num_rows, self._reading.batch_rows):
                yield found.slice(start, self._reading.batch_rows)
            rows += found.num_rows
        # A cut archive is a cut log: one entry, at the line where the log breaks off.
        self.broken = [broken for broken in self.broken if broken.line] or [
            broken._replace(line=1) for broken in self.broken
        ]
        if not rows:
            yield pa.table({LINE: pa.array([], pa.int64())})

    def _content(self) -> Iterator[bytes]:
        """The file as UTF-8, without a byte order mark."""
        raw = blocks(self.path, BLOCK, broken=self.broken)
        name = codecs.lookup(self.encoding or "utf-8").name
        if name in ("utf-8", "ascii"):
            for number, block in enumerate(raw):
                yield block.removeprefix(codecs.BOM_UTF8) if number == 0 else block
            return
        decoder = codecs.getincrementaldecoder(name)()
        for block in raw:
            yield _decoded(decoder, block).encode()

    def _tables(self, content: Iterator[bytes]) -> Iterator[pa.Table]:
        # One place that grows and shrinks: a new one for each block would cost more than scanning it.
        held, lines, inside = bytearray(), 0, False
        for block in content:
            held += block
            if not inside and len(held) < self.small:
                break
            found, rows, filled = _scanned(held, inside, lines)
            if rows is None:
                break
            if rows.num_rows:
                yield rows
            lines, inside = lines + filled, inside or found.used > 0
            del held[: found.used]
            if found.closed:
                self._end(chain([bytes(held)], content), lines)
                return
            if found.status != FINE or len(held) > LONGEST:
                break
        # A log begun earlier gets a start tag of its own.
        rest = chain([b"<log>" if inside else b"", bytes(held)], content)
        for events in parse(rest, self.broken, encoding="utf-8", before=lines):
            if events:
                yield plain_table(events, lines)

    def _end(self, rest: Iterator[bytes], lines: int) -> None:
        """Behind the log only comments and blanks may stand."""
        ending = b""
        for block in rest:
            ending += block
            if len(ending) > _ENDING:
                break
        if _NO_CONTENT.fullmatch(ending) is None:
            self.broken.append(Broken(lines + 1, NOT_WELL_FORMED, "content after the end of the log"))


def _scanned(data: bytearray, inside: bool, lines: int) -> tuple[Scan, pa.Table | None, int]:
    """The block's whole traces as a table, and their lines; None where they need the plain parser."""
    found = scan(np.frombuffer(data, np.uint8), inside)
    try:
        if not data.isascii():
            data[: found.used].decode()
        return found, *table(data, found, lines)
    except (OddText, UnicodeDecodeError):
        return found, None, 0


def declared_encoding(start: bytes) -> str:
    """The encoding an XML file shows by its mark or declares; raises InputError for an unknown one."""
    for bom, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if start.startswith(bom):
            return name
    declared = _DECLARED.match(start)
    name = declared[1].decode() if declared else "utf-8"
    try:
        return codecs.lookup(name).name
    except LookupError:
        raise InputError(f"The file declares an encoding that is not known: {name}.") from None


def _decoded(decoder: codecs.IncrementalDecoder, block: bytes) -> str:
    try:
        return decoder.decode(block)
    except UnicodeDecodeError as error:
        raise InputError(f"The file is not valid in the encoding it declares: {error}.") from error
