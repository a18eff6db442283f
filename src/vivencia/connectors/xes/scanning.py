"""The XES scanner: attributes of traces and events found in one pass over the bytes.

It knows the part of XML that event logs use: elements, attributes in either quotes and any
order, comments, CDATA, processing instructions, predefined entities. At anything else (a
DOCTYPE, a mismatched tag, a control character …) it stops as ODD, and the plain parser
(`vivencia.connectors.xes.plain`) goes on from the last whole trace.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Ints = NDArray[np.int32]
Flags = NDArray[np.bool_]

#: Kinds of attribute.
STRING, DATE, INT, FLOAT, BOOLEAN, ID, LIST = 1, 2, 3, 4, 5, 6, 7
KINDS = {
    "string": STRING, "date": DATE, "int": INT, "float": FLOAT, "boolean": BOOLEAN, "id": ID,
    "list": LIST, "container": LIST,
}  # fmt: skip
TRACE_SCOPE, EVENT_SCOPE = 0, 1
FINE, ODD = 0, 1

_OUTSIDE, _LOG, _TRACE, _EVENT, _SKIP = 20, 21, 22, 23, 24
_DEPTH = 64
_SHORTEST = len("<event/>")
_TABLE = 1 << 16
_RAW, _COOK, _ILLEGAL = 0, 1, 2

#: What a byte means inside an attribute's value: as it is, to be cooked (&, tab, line break), not allowed.
_CLASS = np.zeros(256, np.uint8)
_CLASS[:32] = _ILLEGAL
_CLASS[[9, 10, 13]] = _COOK
_CLASS[ord("&")] = _COOK
_CLASS[ord("<")] = _ILLEGAL


class Scan(NamedTuple):
    """What stands in the whole traces of a block; positions are byte offsets into it."""

    status: int
    used: int
    """Bytes up to the end of the last whole trace (or lone event)."""
    traces: int
    event_start: Ints
    event_trace: Ints
    """The trace of each event, −1 for an event outside every trace."""
    key: Ints
    """For each attribute, its number in the keys below."""
    owner: Ints
    """For each attribute, the event or trace it belongs to."""
    start: Ints
    end: Ints
    cook: Flags
    """The value holds entities or line breaks that must be resolved."""
    key_start: Ints
    key_end: Ints
    key_kind: Ints
    key_scope: Ints
    key_parent: Ints
    """The key this one is nested in, −1 at the top."""
    closed: bool
    """The log's end tag was seen."""


def scan(data: Bytes, inside: bool) -> Scan:
    """The whole traces of `data`; `inside` says that the log's start tag came in an earlier block."""
    # No event and no attribute is shorter; memory that is not written to costs nothing.
    return Scan(*_scan(data, inside, len(data) // _SHORTEST + 2, _CLASS))


@njit(cache=True, nogil=True, inline="always")
def _is_space(byte: int) -> bool:
    return byte == 32 or byte == 10 or byte == 9 or byte == 13


@njit(cache=True, nogil=True)
def _kind(data: Bytes, start: int, end: int) -> int:  # noqa: C901 -- a table of names
    """The meaning of an element by its local name, 0 when it has none for us."""
    size = end - start
    first = data[start]
    if size == 6 and first == 115 and data[start + 1] == 116 and data[start + 2] == 114:  # string
        return 1 if data[start + 3] == 105 and data[start + 4] == 110 and data[start + 5] == 103 else 0
    if size == 4 and first == 100 and data[start + 1] == 97:  # date
        return 2 if data[start + 2] == 116 and data[start + 3] == 101 else 0
    if size == 3 and first == 105 and data[start + 1] == 110 and data[start + 2] == 116:  # int
        return 3
    if size == 5 and first == 102 and data[start + 1] == 108:  # float
        return 4 if data[start + 2] == 111 and data[start + 3] == 97 and data[start + 4] == 116 else 0
    if size == 7 and first == 98 and data[start + 1] == 111 and data[start + 2] == 111:  # boolean
        fits = data[start + 3] == 108 and data[start + 4] == 101 and data[start + 5] == 97
        return 5 if fits and data[start + 6] == 110 else 0
    if size == 2 and first == 105 and data[start + 1] == 100:  # id
        return 6
    if size == 4 and first == 108 and data[start + 1] == 105:  # list
        return 7 if data[start + 2] == 115 and data[start + 3] == 116 else 0
    if size == 9 and first == 99 and data[start + 1] == 111 and data[start + 2] == 110:  # container
        fits = data[start + 3] == 116 and data[start + 4] == 97 and data[start + 5] == 105
        return (
            7 if fits and data[start + 6] == 110 and data[start + 7] == 101 and data[start + 8] == 114 else 0
        )
    if size == 5 and first == 101 and data[start + 1] == 118:  # event
        fits = data[start + 2] == 101 and data[start + 3] == 110 and data[start + 4] == 116
        return 23 if fits else 0
    if size == 5 and first == 116 and data[start + 1] == 114:  # trace
        fits = data[start + 2] == 97 and data[start + 3] == 99 and data[start + 4] == 101
        return 22 if fits else 0
    if size == 3 and first == 108 and data[start + 1] == 111 and data[start + 2] == 103:  # log
        return 21
    return 0


@njit(cache=True, nogil=True)
def _after(data: Bytes, at: int, one: int, two: int, three: int) -> int:
    """The place behind the next occurrence of three bytes, −1 when there is none."""
    size = len(data)
    while at + 2 < size:
        if data[at] == one and data[at + 1] == two and data[at + 2] == three:
            return at + 3
        at += 1
    return -1


@njit(cache=True, nogil=True)
def _scan(  # noqa: C901 -- a state machine; in pieces it would pass its state around
    data: Bytes, inside: bool, room: int, classes: Bytes
) -> tuple[
    int, int, int, Ints, Ints, Ints, Ints, Ints, Ints, NDArray[np.bool_], Ints, Ints, Ints, Ints, Ints, bool
]:
    size = len(data)
    key = np.empty(room, np.int32)
    owner = np.empty(room, np.int32)
    start = np.empty(room, np.int32)
    end = np.empty(room, np.int32)
    cook = np.zeros(room, np.bool_)
    event_start = np.empty(room, np.int32)
    event_trace = np.empty(room, np.int32)
    # Keys are numbered by an open-addressed table over (bytes, kind, scope, parent).
    slots = np.full(_TABLE, -1, np.int32)
    key_start = np.empty(_TABLE // 2, np.int32)
    key_end = np.empty(_TABLE // 2, np.int32)
    key_kind = np.empty(_TABLE // 2, np.int32)
    key_scope = np.empty(_TABLE // 2, np.int32)
    key_parent = np.empty(_TABLE // 2, np.int32)
    # The open elements.
    what = np.empty(_DEPTH, np.int32)
    name_start = np.empty(_DEPTH, np.int32)
    name_end = np.empty(_DEPTH, np.int32)
    item_of = np.empty(_DEPTH, np.int32)

    what[0], depth = _OUTSIDE, 0
    if inside:
        depth = 1
        what[1], name_start[1], name_end[1] = _LOG, -1, -1
    items = events = traces = keys = 0
    whole_items = whole_events = whole_traces = 0
    used, at, status = 0, 0, FINE
    closed = False
    while True:
        while at < size and data[at] != 60:
            if depth == 0 and not _is_space(data[at]):
                status = ODD
            at += 1
        if at + 1 >= size or status == ODD:
            break
        tag = at
        byte = data[at + 1]
        if byte == 33:  # <!
            if at + 8 >= size:
                break
            if data[at + 2] == 45 and data[at + 3] == 45:
                at = _after(data, at + 4, 45, 45, 62)
            elif data[at + 2] == 91 and data[at + 3] == 67:
                at = _after(data, at + 9, 93, 93, 62)
            else:
                status = ODD
                break
            if at < 0:
                break
            continue
        if byte == 63:  # <?
            at += 2
            while at + 1 < size and not (data[at] == 63 and data[at + 1] == 62):
                at += 1
            if at + 1 >= size:
                break
            at += 2
            continue
        if byte == 47:  # </
            at += 2
            begin = at
            while at < size and data[at] != 62 and not _is_space(data[at]):
                at += 1
            stop = at
            while at < size and _is_space(data[at]):
                at += 1
            if at >= size:
                break
            if data[at] != 62 or depth == 0:
                status = ODD
                break
            at += 1
            if name_start[depth] >= 0:
                same = stop - begin == name_end[depth] - name_start[depth]
                if same:
                    for i in range(stop - begin):
                        if data[begin + i] != data[name_start[depth] + i]:
                            same = False
                            break
                if not same:
                    status = ODD
                    break
        else:
            # A start tag: its name, then its attributes.
            at += 1
            begin = local = at
            while at < size:
                byte = data[at]
                if byte == 62 or byte == 47 or _is_space(byte):
                    break
                if byte == 58:
                    local = at + 1
                at += 1
            stop = at
            if stop == begin or local == stop:
                status = FINE if at >= size else ODD
                break
            kstart = kend = vstart = vend = -1
            vcook = False
            empty = complete = False
            while at < size:
                byte = data[at]
                if _is_space(byte):
                    at += 1
                    continue
                if byte == 62:
                    at += 1
                    complete = True
                    break
                if byte == 47:
                    if at + 1 >= size:
                        break
                    if data[at + 1] != 62:
                        status = ODD
                        break
                    at += 2
                    empty = complete = True
                    break
                abegin = at
                while (
                    at < size
                    and data[at] != 61
                    and not _is_space(data[at])
                    and data[at] != 62
                    and data[at] != 60
                ):
                    at += 1
                astop = at
                while at < size and _is_space(data[at]):
                    at += 1
                if at >= size:
                    break
                if data[at] != 61 or abegin == astop:
                    status = ODD
                    break
                at += 1
                while at < size and _is_space(data[at]):
                    at += 1
                if at >= size:
                    break
                mark = data[at]
                if mark != 34 and mark != 39:
                    status = ODD
                    break
                at += 1
                vbegin = at
                cooked = False
                while at < size:
                    byte = data[at]
                    if byte == mark:
                        break
                    meaning = classes[byte]
                    if meaning != 0:
                        if meaning == _ILLEGAL:
                            status = ODD
                            break
                        cooked = True
                    at += 1
                if at >= size or status == ODD:
                    break
                long = astop - abegin
                if long == 3 and data[abegin] == 107 and data[abegin + 1] == 101 and data[abegin + 2] == 121:
                    if kstart >= 0:
                        status = ODD
                        break
                    kstart, kend = vbegin, at
                elif (
                    long == 5
                    and data[abegin] == 118
                    and data[abegin + 1] == 97
                    and data[abegin + 2] == 108
                    and data[abegin + 3] == 117
                    and data[abegin + 4] == 101
                ):
                    if vstart >= 0:
                        status = ODD
                        break
                    vstart, vend, vcook = vbegin, at, cooked
                at += 1
                if at < size and data[at] != 62 and data[at] != 47 and not _is_space(data[at]):
                    status = ODD
                    break
            if status == ODD or not complete:
                break
            if depth + 1 >= _DEPTH or (depth == 0 and closed):
                status = ODD
                break
            parent = what[depth]
            kind = _kind(data, local, stop)
            meaning = _SKIP
            item = -1
            if parent == _OUTSIDE:
                if kind != _LOG:
                    status = ODD
                    break
                meaning = _LOG
            elif kind == _EVENT and parent in (_LOG, _TRACE):
                meaning = _EVENT
                event_start[events] = tag
                event_trace[events] = traces if parent == _TRACE else -1
                events += 1
            elif kind == _TRACE and parent == _LOG:
                meaning = _TRACE
            elif 1 <= kind <= LIST and parent != _LOG and parent != _SKIP and kstart >= 0:
                # An attribute of the open trace or event, or nested in one of their attributes.
                level = depth
                while what[level] != _TRACE and what[level] != _EVENT:
                    level -= 1
                scope = EVENT_SCOPE if what[level] == _EVENT else TRACE_SCOPE
                above = key[item_of[depth]] if level < depth else -1
                code = np.uint64(1469598103934665603) + np.uint64(kind + 8 * scope + 16 * (above + 1))
                for i in range(kstart, kend):
                    code = (code ^ np.uint64(data[i])) * np.uint64(1099511628211)
                slot = np.int64((code ^ (code >> np.uint64(29))) & np.uint64(_TABLE - 1))
                number = -1
                while True:
                    number = slots[slot]
                    if number < 0:
                        break
                    if (
                        key_kind[number] == kind
                        and key_scope[number] == scope
                        and key_parent[number] == above
                        and key_end[number] - key_start[number] == kend - kstart
                    ):
                        same = True
                        other = key_start[number]
                        for i in range(kend - kstart):
                            if data[kstart + i] != data[other + i]:
                                same = False
                                break
                        if same:
                            break
                    slot = (slot + 1) & (_TABLE - 1)
                if number < 0:
                    if keys + 1 >= _TABLE // 2:
                        status = ODD
                        break
                    number = keys
                    slots[slot] = number
                    key_start[number], key_end[number] = kstart, kend
                    key_kind[number], key_scope[number], key_parent[number] = kind, scope, above
                    keys += 1
                item = items
                key[item] = number
                owner[item] = events - 1 if scope == EVENT_SCOPE else traces
                # No value: a place that later stages leave out, kept so that nested keys find their parent.
                start[item], end[item], cook[item] = (vstart, vend, vcook) if vstart >= 0 else (-1, -1, False)
                if kind == LIST:
                    start[item], end[item] = tag, at
                items += 1
                meaning = _SKIP if kind == LIST else kind
            if not empty:
                depth += 1
                what[depth], name_start[depth], name_end[depth], item_of[depth] = meaning, begin, stop, item
                continue
            # An empty element closes at once, below.
            if meaning == _TRACE:
                traces += 1
            if depth == 1 and meaning in (_TRACE, _EVENT):
                used, whole_items, whole_events, whole_traces = at, items, events, traces
            if meaning == _LOG:
                closed = True
                used = at
            continue
        # An end tag closes the innermost element.
        meaning = what[depth]
        if meaning == _SKIP and item_of[depth] >= 0:
            end[item_of[depth]] = at
        depth -= 1
        if meaning == _TRACE:
            traces += 1
        if depth == 1 and meaning in (_TRACE, _EVENT):
            used, whole_items, whole_events, whole_traces = at, items, events, traces
        if depth == 0:
            closed = True
            used = at
    return (
        status,
        used,
        whole_traces,
        event_start[:whole_events],
        event_trace[:whole_events],
        key[:whole_items],
        owner[:whole_items],
        start[:whole_items],
        end[:whole_items],
        cook[:whole_items],
        key_start[:keys],
        key_end[:keys],
        key_kind[:keys],
        key_scope[:keys],
        key_parent[:keys],
        closed,
    )
