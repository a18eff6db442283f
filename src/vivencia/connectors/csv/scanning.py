"""The CSV scanner: where each record and field begins and ends, in one pass over the bytes.

One state machine instead of a library's reader, because three things must hold together that
none of them gives: physical line numbers across quoted newlines, a ragged or misquoted record
reported with its text while its neighbours go in, and the speed of compiled code.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Ints = NDArray[np.int64]

#: What is wrong with a record.
FINE, STRAY_QUOTE, BLANK = 0, 1, 2

_LF, _CR, _SPACE, _TAB = 10, 13, 32, 9


class Scan(NamedTuple):
    """Records of a block: record r has the fields first[r] … first[r + 1] - 1."""

    used: int
    """Bytes that belong to complete records; the rest waits for more."""
    lines: int
    """Physical lines in the used bytes."""
    start: Ints
    end: Ints
    line: Ints
    """Lines before the record, from the block's beginning."""
    state: NDArray[np.int8]
    first: Ints
    field_start: Ints
    field_end: Ints
    escaped: NDArray[np.bool_]
    """The field holds doubled or escaped quotes that must be undone."""


def scan(data: Bytes, delimiter: int, quote: int, escape: int, last: bool) -> Scan:
    """Records and fields of `data`; `escape` is 0 when quotes are doubled only; `last`: no more follows."""
    breaks = int(np.count_nonzero((data == _LF) | (data == _CR))) + 2
    fields = int(np.count_nonzero(data == delimiter)) + breaks + 1
    return Scan(*_scan(data, delimiter, quote, escape, last, breaks, fields))


@njit(cache=True, nogil=True)
def _scan(  # noqa: C901 -- a state machine; in pieces it would pass its state around
    data: Bytes, delimiter: int, quote: int, escape: int, last: bool, breaks: int, fields: int
) -> tuple[int, int, Ints, Ints, Ints, NDArray[np.int8], Ints, Ints, Ints, NDArray[np.bool_]]:
    start = np.empty(breaks, np.int64)
    end = np.empty(breaks, np.int64)
    line = np.empty(breaks, np.int64)
    state = np.empty(breaks, np.int8)
    first = np.empty(breaks + 1, np.int64)
    field_start = np.empty(fields, np.int64)
    field_end = np.empty(fields, np.int64)
    escaped = np.zeros(fields, np.bool_)
    size = len(data)
    records = count = lines = used = at = 0
    first[0] = 0
    while at < size:
        record, record_line, record_count = at, lines, count
        stray = False
        resume, resume_line = -1, 0  # end of the record's first physical line, once inside a quote
        complete = False
        while True:
            # One field.
            begin = at
            look = at
            while look < size and (data[look] == _SPACE or data[look] == _TAB) and data[look] != delimiter:
                look += 1
            undo = False
            if look < size and data[look] == quote:
                begin = at = look + 1
                closed = False
                while at < size:
                    byte = data[at]
                    if byte == escape and escape != 0 and at + 1 < size:
                        undo = True
                        at += 2
                        continue
                    if byte == quote:
                        if at + 1 < size and data[at + 1] == quote:
                            undo = True
                            at += 2
                            continue
                        if at + 1 == size and not last:
                            break  # a doubled quote may be cut in two
                        closed = True
                        break
                    if byte == _LF or (byte == _CR and (at + 1 == size or data[at + 1] != _LF)):
                        lines += 1
                        if resume < 0:
                            resume, resume_line = at + 1, lines
                    at += 1
                if not closed:
                    at = size
                    stray = last
                    stop = size
                    complete = last
                    if last and resume >= 0:
                        at, lines, stop = resume, resume_line, resume
                    field_start[count], field_end[count], escaped[count] = begin, stop, undo
                    count += 1
                    break
                stop = at
                at += 1
                while at < size and (data[at] == _SPACE or data[at] == _TAB) and data[at] != delimiter:
                    at += 1
                if at < size and data[at] != delimiter and data[at] != _LF and data[at] != _CR:
                    stray = True
                    if resume >= 0:
                        # Begin again behind the record's first physical line.
                        at, lines = resume, resume_line
                        field_start[count], field_end[count], escaped[count] = begin, stop, undo
                        count += 1
                        complete = True
                        break
                    while at < size and data[at] != delimiter and data[at] != _LF and data[at] != _CR:
                        at += 1
            else:
                while at < size and data[at] != delimiter and data[at] != _LF and data[at] != _CR:
                    at += 1
                stop = at
            field_start[count], field_end[count], escaped[count] = begin, stop, undo
            count += 1
            if at == size:
                complete = last
                break
            if data[at] == delimiter:
                at += 1
                continue
            if data[at] == _CR and at + 1 == size and not last:
                break  # the line feed may be in the next block
            lines += 1
            at += 2 if data[at] == _CR and at + 1 < size and data[at + 1] == _LF else 1
            complete = True
            break
        if not complete:
            count, lines = record_count, record_line
            break
        if at == size and last and lines == record_line:
            lines += 1
        start[records], end[records], line[records] = record, at, record_line
        blank = count == record_count + 1 and field_start[record_count] == field_end[record_count]
        state[records] = STRAY_QUOTE if stray else (BLANK if blank and data[record] != quote else FINE)
        records += 1
        first[records] = count
        used = at
    return (
        used,
        lines,
        start[:records],
        end[:records],
        line[:records],
        state[:records],
        first[: records + 1],
        field_start[:count],
        field_end[:count],
        escaped[:count],
    )


@njit(cache=True, nogil=True)
def gather(
    data: Bytes,
    quote: int,
    escape: int,
    fields: Ints,
    field_start: Ints,
    field_end: Ints,
    escaped: NDArray[np.bool_],
) -> tuple[NDArray[np.int32], Bytes]:
    """The named fields as an Arrow string column: offsets (n + 1) and the bytes, quotes undone."""
    offsets = np.empty(len(fields) + 1, np.int32)
    room = 0
    for f in fields:
        room += field_end[f] - field_start[f]
    out = np.empty(room, np.uint8)
    offsets[0] = 0
    to = 0
    for i in range(len(fields)):
        f = fields[i]
        at, stop = field_start[f], field_end[f]
        if escaped[f]:
            while at < stop:
                # A doubled quote or an escaped byte: its second half is the text.
                if at + 1 < stop and (
                    (data[at] == quote and data[at + 1] == quote) or (escape != 0 and data[at] == escape)
                ):
                    at += 1
                out[to] = data[at]
                to += 1
                at += 1
        else:
            while at < stop:
                out[to] = data[at]
                to += 1
                at += 1
        offsets[i + 1] = to
    return offsets, out[:to]
