"""Reading NDJSON: every value as the text it was written as, so that no number is rounded."""

import json
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import pyarrow as pa

from vivencia.connectors.encoding import find_encoding, transcoded
from vivencia.connectors.packing import blocks, head
from vivencia.connectors.source import LINE, RECORD_LIMIT, Broken, Reading, rebatch

NOT_JSON, NOT_OBJECT, TOO_LONG = "not-json", "not-an-object", "too-long"
#: A line longer than this is no record.
LONGEST = 16 << 20
_BLOCK = 4 << 20

_texts = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)
_values = json.JSONDecoder()

Row = dict[str, str | None]


class NDJSONSource:
    """An NDJSON file being read: all columns text, absent and null values null, lists kept as JSON."""

    format = "ndjson"

    def __init__(self, path: Path, reading: Reading) -> None:
        self.path = path
        self.broken: list[Broken] = []
        self.details: dict[str, object] = {}
        self._reading = reading
        self._encoding = find_encoding(path, head(path).start, reading.encoding)
        self.encoding: str | None = self._encoding.name

    def batches(self) -> Iterator[pa.Table]:
        """The rows; a batch has the columns seen so far."""
        self.broken = []
        yield from rebatch(self._tables(), self._reading.batch_rows)

    def _tables(self) -> Iterator[pa.Table]:
        carry, line = b"", 1
        columns: dict[str, None] = {}
        for block in transcoded(blocks(self.path, _BLOCK, broken=self.broken), self._encoding):
            lines = (carry + block).split(b"\n")
            carry = lines.pop()
            if lines:
                yield self._table(lines, line, columns)
            line += len(lines)
            if len(carry) > LONGEST:
                self.broken.append(Broken(line, TOO_LONG, _shown(carry)))
                return
        yield self._table([carry] if carry else [], line, columns)
        for number, broken in enumerate(self.broken):
            if broken.line == 0:
                self.broken[number] = broken._replace(line=line)

    def _table(self, lines: list[bytes], first: int, columns: dict[str, None]) -> pa.Table:
        rows: list[Row] = []
        numbers: list[int] = []
        for number, line in enumerate(lines, start=first):
            row = self._row(line, number)
            if row is not None:
                rows.append(row)
                numbers.append(number)
        parts = [_flat_table(list(alike)) for _, alike in groupby(rows, key=tuple)]
        empty = pa.schema([(name, pa.string()) for name in columns]).empty_table()
        table = pa.concat_tables([empty, *parts], promote_options="default")
        columns.update(dict.fromkeys(table.column_names))
        return table.append_column(LINE, pa.array(numbers, pa.int64()))

    def _row(self, line: bytes, number: int) -> Row | None:
        if not line.strip():
            return None
        try:
            found = _texts.decode(line.decode())
        except (ValueError, RecursionError) as error:
            reason = "not-in-encoding" if isinstance(error, UnicodeDecodeError) else NOT_JSON
            self.broken.append(Broken(number, reason, _shown(line)))
            return None
        if not isinstance(found, dict):
            self.broken.append(Broken(number, NOT_OBJECT, _shown(line)))
            return None
        for value in found.values():
            if value is not None and type(value) is not str:
                return flatten(_values.decode(line.decode()), found)
        return found


def flatten(values: dict[str, object], texts: dict[str, object]) -> Row:
    """Nested objects by dotted names; `texts` has the same shape with numbers as they were written."""
    row: Row = {}
    for name, value in values.items():
        text = texts[name]
        if isinstance(value, dict) and isinstance(text, dict) and value:
            row |= {f"{name}.{inner}": found for inner, found in flatten(value, text).items()}
        else:
            row[name] = _text(value, text)
    return row


def _text(value: object, text: object) -> str | None:
    if value is None or isinstance(text, str):
        return text if isinstance(text, str) else None
    return json.dumps(value, ensure_ascii=False)


def _flat_table(rows: list[Row]) -> pa.Table:
    names = list(rows[0])
    columns = zip(*(row.values() for row in rows), strict=True)
    return pa.table(
        {name: pa.array(column, pa.string()) for name, column in zip(names, columns, strict=True)}
    )


def _shown(raw: bytes) -> str:
    return raw[:RECORD_LIMIT].decode("utf-8", "backslashreplace").rstrip("\r\n")
