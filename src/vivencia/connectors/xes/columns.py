"""From attributes to Arrow columns: one row an event, the attributes of its trace prefixed `case:`.

Types are the log's own: date → timestamp[us, UTC], int → int64, float → float64, boolean →
bool, string, id and list → text. When one value of a column does not read as its type (or a
date has no zone, or two events use two types), the column is given as it was written, as
text: nothing is lost, and the mapping decides.
"""

import numpy as np
import pyarrow as pa
from numba import njit
from numpy.typing import NDArray

from vivencia.connectors.arrays import integers, texts
from vivencia.connectors.source import LINE, Broken
from vivencia.connectors.xes.cooking import OddText, cook
from vivencia.connectors.xes.plain import parse
from vivencia.connectors.xes.scanning import LIST, TRACE_SCOPE, Bytes, Ints, Scan
from vivencia.connectors.xes.typing import CASE, typed


def table(data: bytes | bytearray, found: Scan, lines_before: int) -> tuple[pa.Table, int]:
    """The events of a scanned block, and the lines its whole traces fill.

    Raises OddText where only the plain parser can say what stands there.
    """
    names = _key_names(data, found)
    data, starts, ends = _cooked(data, found)
    view = np.frombuffer(data, np.uint8)
    # Keys are few, and numbers of 16 bits are sorted in one pass.
    by_key = np.argsort(found.key.astype(np.int16), kind="stable")
    bounds = np.searchsorted(found.key[by_key], np.arange(len(names) + 1))
    groups: dict[str, list[int]] = {}
    for number, name in enumerate(names):
        if bounds[number] < bounds[number + 1]:
            groups.setdefault(name, []).append(number)
    columns: dict[str, pa.Array] = {}
    of_event = integers(found.event_trace.astype(np.int64), found.event_trace >= 0)
    for name, numbers in groups.items():
        items = np.concatenate([by_key[bounds[number] : bounds[number + 1]] for number in numbers])
        items = items[starts[items] >= 0]
        if not len(items):
            continue
        if len(numbers) > 1:
            items.sort()
        of_trace = found.key_scope[numbers[0]] == TRACE_SCOPE
        rows = found.traces if of_trace else len(found.event_start)
        found_texts = _texts(view, found.owner[items], starts[items], ends[items], rows)
        column = typed((int(found.key_kind[number]) for number in numbers), found_texts)
        columns[name] = column.take(of_event) if of_trace else column
    lines, filled = _line_numbers(view, found.event_start, lines_before, found.used)
    columns[LINE] = integers(lines)
    return pa.table(columns), filled


def _key_names(data: bytes | bytearray, found: Scan) -> list[str]:
    """Each key's column: `case:` for a trace's attribute, the keys it is nested in joined by dots."""
    paths: list[str] = []
    for start, end, parent in zip(found.key_start, found.key_end, found.key_parent, strict=True):
        own = cook(data[start:end])
        paths.append(own if parent < 0 else f"{paths[parent]}.{own}")
    scopes = found.key_scope
    return [CASE + path if scope == TRACE_SCOPE else path for path, scope in zip(paths, scopes, strict=True)]


def _cooked(data: bytes | bytearray, found: Scan) -> tuple[bytes | bytearray, Ints, Ints]:
    """Values with entities and lists, resolved and set behind the block, and where they now stand."""
    is_list = found.key_kind[found.key] == LIST if len(found.key) else np.zeros(0, bool)
    odd = np.flatnonzero(found.cook | is_list)
    if not len(odd):
        return data, found.start, found.end
    starts, ends = found.start.copy(), found.end.copy()
    extra: list[bytes] = []
    at = len(data)
    for item in odd:
        raw = data[starts[item] : ends[item]]
        text = (list_text(raw) if is_list[item] else cook(raw)).encode()
        starts[item], ends[item] = at, at + len(text)
        extra.append(text)
        at += len(text)
    return data + b"".join(extra), starts, ends


def list_text(raw: bytes | bytearray) -> str:
    """A list element as JSON; raises OddText when it is not well-formed by itself."""
    broken: list[Broken] = []
    events = [
        event for some in parse([b"<log><event>", bytes(raw), b"</event></log>"], broken) for event in some
    ]
    if broken or len(events) != 1 or len(events[0].values) != 1:
        raise OddText(raw[:80].decode("utf-8", "replace"))
    (value,) = events[0].values.values()
    return value.text


def _texts(view: Bytes, owner: Ints, start: Ints, end: Ints, rows: int) -> pa.Array:
    """Values by their owner's row as an Arrow string column, null where an owner has none."""
    offsets, text, there = _spread(view, owner, start, end, rows)
    return texts(offsets, text, there)


@njit(cache=True, nogil=True)
def _spread(
    view: Bytes, owner: Ints, start: Ints, end: Ints, rows: int
) -> tuple[Ints, Bytes, NDArray[np.bool_]]:
    room = 0
    for item in range(len(owner)):
        room += end[item] - start[item]
    offsets = np.empty(rows + 1, np.int32)
    text = np.empty(room, np.uint8)
    there = np.zeros(rows, np.bool_)
    offsets[0] = 0
    item = to = 0
    for row in range(rows):
        # The last of several values under one key counts.
        while item + 1 < len(owner) and owner[item] == row and owner[item + 1] == row:
            item += 1
        if item < len(owner) and owner[item] == row:
            there[row] = True
            for at in range(start[item], end[item]):
                text[to] = view[at]
                to += 1
            item += 1
        offsets[row + 1] = to
    return offsets, text[:to], there


@njit(cache=True, nogil=True)
def _line_numbers(view: Bytes, starts: Ints, before: int, used: int) -> tuple[NDArray[np.int64], int]:
    """The line at each place, from the number of lines before the block, and the lines up to `used`."""
    lines = np.empty(len(starts), np.int64)
    line, at = before + 1, 0
    for place in range(len(starts) + 1):
        to = starts[place] if place < len(starts) else used
        breaks = 0
        for byte in view[at:to]:
            breaks += byte == 10
        line += breaks
        at = to
        if place < len(starts):
            lines[place] = line
    return lines, line - before - 1
