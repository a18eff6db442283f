"""Reading CSV: blocks of bytes in, Arrow tables of text out, the records that do not fit named by line."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vivencia.connectors.arrays import integers, texts
from vivencia.connectors.csv.scanning import BLANK, STRAY_QUOTE, Scan, gather, scan
from vivencia.connectors.csv.sniffing import QUOTE, Dialect, best_delimiter
from vivencia.connectors.encoding import find_encoding, transcoded
from vivencia.connectors.packing import blocks, head
from vivencia.connectors.source import LINE, RECORD_LIMIT, Broken, Reading, rebatch
from vivencia.words.errors import InputError, UsageError

#: Reason codes of records left out.
RAGGED, MISQUOTED, TOO_LONG, NOT_TEXT = "ragged", "stray-quote", "too-long", "not-in-encoding"

#: A record longer than this is taken for a quote that was never closed, or for no record at all.
LONGEST = 1 << 20
_SAMPLE = 1 << 20


class CSVSource:
    """A CSV file being read. `details`: delimiter, fit over the sample, columns, renamed headers."""

    format = "csv"

    def __init__(self, path: Path, reading: Reading) -> None:
        self.path = path
        self.broken: list[Broken] = []
        self._reading = reading
        start = head(path, _SAMPLE).start
        self._encoding = find_encoding(path, start, reading.encoding)
        self.encoding: str | None = self._encoding.name
        sample = next(transcoded(iter([start]), self._encoding))
        declared, self._skip = _declared_delimiter(sample)
        wanted = reading.delimiter or declared
        if wanted is not None and (len(wanted) != 1 or not wanted.isascii()):
            raise UsageError(f"A delimiter is one ASCII character, not {wanted!r}.")
        self._dialect = best_delimiter(sample[self._skip :], wanted)
        self.columns, renamed = self._header(sample[self._skip :])
        self.details: dict[str, object] = {
            "delimiter": chr(self._dialect.delimiter),
            "fit": self._dialect.fit,
            "columns": self.columns,
            "renamed": renamed,
        }

    def batches(self) -> Iterator[pa.Table]:
        """The rows, all columns text."""
        self.broken = []
        yield from rebatch(self._tables(), self._reading.batch_rows)

    def _header(self, sample: bytes) -> tuple[list[str], list[dict[str, object]]]:
        found = _scan(sample, self._dialect, last=False)
        if not len(found.start):
            found = _scan(sample, self._dialect, last=True)
        rows = np.flatnonzero(found.state != BLANK)
        if not len(rows):
            raise InputError(f"{self.path.name} has no header line.")
        fields = np.arange(found.first[rows[0]], found.first[rows[0] + 1])
        header = _column(np.frombuffer(sample, np.uint8), self._dialect, found, fields).to_pylist()
        return name_columns(header)

    def _tables(self) -> Iterator[pa.Table]:
        self._carry, self._lines, self._header_read = b"", 0, False
        first = True
        yield self._empty()
        for block in transcoded(blocks(self.path, broken=self.broken), self._encoding):
            fresh = block[self._skip :] if first else block
            self._lines += first and self._skip > 0
            first = False
            yield from self._parse(self._carry + fresh, last=False)
            if len(self._carry) > LONGEST:
                yield from self._give_up()
        yield from self._parse(self._carry, last=True)
        for number, broken in enumerate(self.broken):
            if broken.line == 0:
                self.broken[number] = broken._replace(line=self._lines + 1)

    def _give_up(self) -> Iterator[pa.Table]:
        """A record that does not end: leave out its first physical line and go on behind it."""
        while len(self._carry) > LONGEST:
            line, broke, rest = self._carry.partition(b"\n")
            reason = MISQUOTED if broke else TOO_LONG
            self._leave_out(self._lines, reason, line)
            self._lines += 1
            if not broke:
                raise InputError(
                    f"{self.path.name} has a line of more than {LONGEST} bytes (line {self._lines}).",
                    hint="It may not be a CSV file.",
                )
            yield from self._parse(rest, last=False)

    def _parse(self, data: bytes, *, last: bool) -> Iterator[pa.Table]:
        if not data:
            self._carry = b""
            return
        found = _scan(data, self._dialect, last=last)
        self._carry = data[found.used :]
        widths = np.diff(found.first)
        rows = np.flatnonzero(found.state != BLANK)
        if not self._header_read and len(rows):
            rows, self._header_read = rows[1:], True
        good = (widths[rows] == len(self.columns)) & (found.state[rows] != STRAY_QUOTE)
        if self._encoding.damaged:
            good &= self._readable(data, found, rows)
        for row in rows[~good]:
            self._report(data, found, int(row))
        if good.any():
            yield self._table(data, found, rows[good])
        self._lines += found.lines

    def _readable(self, data: bytes, found: Scan, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        return np.array([_is_text(data[found.start[row] : found.end[row]]) for row in rows], bool)

    def _report(self, data: bytes, found: Scan, row: int) -> None:
        raw = data[found.start[row] : found.end[row]]
        reason = MISQUOTED if found.state[row] == STRAY_QUOTE else RAGGED
        if self._encoding.damaged and not _is_text(raw):
            reason = NOT_TEXT
        self._leave_out(self._lines + int(found.line[row]), reason, raw)

    def _leave_out(self, lines_before: int, reason: str, raw: bytes) -> None:
        text = raw[:RECORD_LIMIT].decode("utf-8", "backslashreplace").rstrip("\r\n")
        self.broken.append(Broken(lines_before + 1, reason, text))

    def _table(self, data: bytes, found: Scan, rows: NDArray[np.int64]) -> pa.Table:
        view = np.frombuffer(data, np.uint8)
        fields = found.first[rows]
        columns = [_column(view, self._dialect, found, fields + j) for j in range(len(self.columns))]
        lines = integers(found.line[rows] + (self._lines + 1))
        return pa.Table.from_arrays([*columns, lines], names=[*self.columns, LINE])

    def _empty(self) -> pa.Table:
        return pa.table(
            {**{name: pa.array([], pa.string()) for name in self.columns}, LINE: pa.array([], pa.int64())}
        )


def name_columns(header: list[str]) -> tuple[list[str], list[dict[str, object]]]:
    """Distinct names for a header: blank ones by their place, doubled ones numbered; and what was changed."""
    names: list[str] = []
    renamed: list[dict[str, object]] = []
    taken = {LINE} | {found.strip() for found in header}
    seen: set[str] = {LINE}
    for place, found in enumerate(header, start=1):
        name = found.strip()
        if not name or name in seen:
            base = name or f"column_{place}"
            name, number = base, 2
            while name in seen or (name in taken and name != found.strip()) or (name == found.strip()):
                name, number = f"{base}_{number}", number + 1
            renamed.append({"place": place, "found": found, "name": name})
        seen.add(name)
        names.append(name)
    return names, renamed


def _declared_delimiter(sample: bytes) -> tuple[str | None, int]:
    """Excel's first line `sep=;`: the delimiter it names, and how many bytes it takes."""
    line = sample[:16].split(b"\n")[0]
    text = line.strip()
    if text.lower().startswith(b"sep=") and len(text) == 5:
        return chr(text[4]), len(line) + 1
    return None, 0


def _scan(data: bytes, dialect: Dialect, *, last: bool) -> Scan:
    return scan(np.frombuffer(data, np.uint8), dialect.delimiter, QUOTE, dialect.escape, last)


def _column(view: NDArray[np.uint8], dialect: Dialect, found: Scan, fields: NDArray[np.int64]) -> pa.Array:
    offsets, text = gather(
        view, QUOTE, dialect.escape, fields, found.field_start, found.field_end, found.escaped
    )
    return texts(offsets, text)


def _is_text(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True
