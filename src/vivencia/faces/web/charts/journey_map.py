"""The journey map: stage columns, touchpoints in them, expected and lived on one scale, flows between.

Columns are fixed and wide enough to be read; the page lets the drawing scroll
sideways where the window is narrower, and shows a list instead on a phone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor

from markupsafe import Markup

from vivencia.faces.web.charts.svg import Scale, el, number, wrapped

_COLUMN, _CARD, _HIGH, _GAP = 168.0, 136.0, 84.0, 14.0
_LEFT, _CURVE, _LINE = 26.0, 118.0, 19.0
_MOST_COLUMNS = 7
_TALL = 6

Marks = tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Stop:
    """One touchpoint on the map."""

    key: str
    name: str
    marks: Marks  # expected, lived
    unsure: bool
    weight: float  # 0 … 1 of the heaviest
    volume: float  # 0 … 1 of the busiest
    stray: bool
    note: str  # "7.6 → 5.9"
    count: str
    label: str


@dataclass(frozen=True, slots=True)
class Column:
    """One stage with its touchpoints."""

    key: str
    name: str
    marks: Marks
    label: str
    stops: tuple[Stop, ...]
    weak: bool = False


@dataclass(frozen=True, slots=True)
class Flow:
    """So many moves from one touchpoint to another; `main` ones are always drawn."""

    start: str
    end: str
    count: int
    main: bool
    label: str


Spots = Mapping[str, tuple[float, float]]


def map_chart(columns: Sequence[Column], flows: Sequence[Flow], *, title: str, weak: str) -> Markup:
    """The whole map. Flows that are not main are in the drawing, seen when their touchpoint is pointed at."""
    split = _columns(columns)
    names = [
        wrapped(column.name, len(parts) * _COLUMN - 16, 16)
        for column, parts in zip(columns, split, strict=True)
    ]
    head = 14 + _LINE * max(map(len, names), default=1)
    placed, spots, width = _layout(split, head + _CURVE + 16)
    rows = max((len(part) for parts in split for part in parts), default=1)
    height = head + _CURVE + 16 + max(rows, 1) * (_HIGH + _GAP)
    biggest = max((flow.count for flow in flows), default=1)
    parts = [
        _stage(lines, x, wide, height, weak if column.weak else "")
        for column, lines, (x, wide) in zip(columns, names, placed, strict=True)
    ]
    parts.append(_curve(columns, placed, head))
    parts.append(el("g", *(_flow(flow, spots, biggest) for flow in flows), class_="flows"))
    for column in columns:
        parts += [_card(stop, *spots[stop.key]) for stop in column.stops]
    return el(
        "svg", el("title", title), *parts, class_="chart map", role="group", aria_label=title,
        viewbox=f"0 -10 {number(width)} {number(height + 10)}", width=width, height=height + 10,
    )  # fmt: skip


def _columns(columns: Sequence[Column]) -> list[list[tuple[Stop, ...]]]:
    """Splits tall stages into side-by-side columns while there is room for more."""
    wide = [1] * len(columns)

    def tall(i: int) -> int:
        return ceil(len(columns[i].stops) / wide[i])

    while columns and sum(wide) < _MOST_COLUMNS and max(map(tall, range(len(columns)))) > _TALL:
        wide[max(range(len(columns)), key=tall)] += 1
    found = []
    for i, column in enumerate(columns):
        each = max(1, tall(i))
        found.append([column.stops[k : k + each] for k in range(0, max(1, len(column.stops)), each)])
    return found


def _layout(
    split: list[list[tuple[Stop, ...]]], top: float
) -> tuple[list[tuple[float, float]], dict[str, tuple[float, float]], float]:
    placed: list[tuple[float, float]] = []
    spots: dict[str, tuple[float, float]] = {}
    x = _LEFT
    for parts in split:
        placed.append((x, len(parts) * _COLUMN))
        for part in parts:
            for row, stop in enumerate(part):
                spots[stop.key] = (x + (_COLUMN - _CARD) / 2, top + row * (_HIGH + _GAP))
            x += _COLUMN
    return placed, spots, x + 20


def _stage(lines: list[str], x: float, wide: float, height: float, weak: str) -> Markup:
    """The lane of a stage; the weak link is framed and flagged."""
    return el(
        "g",
        el("rect", class_="lane", x=x + 4, y=0, width=wide - 8, height=height - 2, rx=10),
        _flag(x + wide / 2, weak) if weak else Markup(""),
        *(
            el("text", line, class_="stage", x=x + wide / 2, y=24 + _LINE * i, text_anchor="middle")
            for i, line in enumerate(lines)
        ),
        class_="weak" if weak else None,
    )


def _curve(columns: Sequence[Column], placed: list[tuple[float, float]], head: float) -> Markup:
    """Stage by stage: the expected line (dashed) and the lived one over the columns."""
    known = [
        (column, x + wide / 2) for column, (x, wide) in zip(columns, placed, strict=True) if column.marks
    ]
    if not known:
        return Markup("")
    values = [value for column, _ in known for value in column.marks or ()]
    low, high = max(0, floor(min(values) - 0.4)), min(10, ceil(max(values) + 0.4))
    y = Scale(low, high, head + _CURVE - 4, head + 12)
    right = placed[-1][0] + placed[-1][1] - 6
    parts = [
        el("line", class_="grid", x1=_LEFT, x2=right, y1=y(value), y2=y(value))
        + el("text", str(value), class_="axis", x=_LEFT - 6, y=y(value) + 4, text_anchor="end")
        for value in (low, high)
    ]
    for kind, which in (("expected", 0), ("lived", 1)):
        path = "".join(
            f"{'M' if not i else 'L'}{number(x)} {number(y((column.marks or (0, 0))[which]))}"
            for i, (column, x) in enumerate(known)
        )
        parts.append(el("path", class_=f"line {kind}", d=path))
    for column, x in known:
        expected, lived = column.marks or (0.0, 0.0)
        side = "below" if round(lived - expected, 1) < 0 else "above"
        parts.append(
            el(
                "g",
                el("line", class_="gap", x1=x, x2=x, y1=y(expected), y2=y(lived)),
                el("rect", class_="expected", x=x - 11, y=y(expected) - 2, width=22, height=4, rx=2),
                _mark(x, y(lived), 6.0, side == "below"),
                class_=f"stage-mark {side}",
                role="img",
                tabindex="0",
                aria_label=column.label,
                data_tip=column.label,
            )
        )
    return el("g", *parts, class_="curve")


def _mark(x: float, y: float, r: float, worse: bool) -> Markup:
    if not worse:
        return el("circle", class_="lived", cx=x, cy=y, r=r)
    half = r * 0.9
    return el(
        "rect", class_="lived", x=x - half, y=y - half, width=2 * half, height=2 * half,
        transform=f"rotate(45 {number(x)} {number(y)})",
    )  # fmt: skip


def _card(stop: Stop, x: float, y: float) -> Markup:
    scale = Scale(0, 10, x + 14, x + _CARD - 14)
    middle = y + 49
    side = "below" if stop.marks and round(stop.marks[1] - stop.marks[0], 1) < 0 else "above"
    parts = [el("rect", class_="card", x=x, y=y, width=_CARD, height=_HIGH, rx=7)]
    for i, line in enumerate(wrapped(stop.name, _CARD - 20, 13.6)):
        parts.append(el("text", line, class_="name", x=x + 10, y=y + 18 + 15 * i))
    if stop.marks:
        parts.append(el("line", class_="rail", x1=scale(0), x2=scale(10), y1=middle, y2=middle))
        expected, lived = stop.marks
        dotted = " unsure" if stop.unsure else ""
        parts += [
            el("line", class_="gap" + dotted, x1=scale(expected), x2=scale(lived), y1=middle, y2=middle),
            el(
                "rect",
                class_="expected",
                x=scale(expected) - 1.75,
                y=middle - 11,
                width=3.5,
                height=22,
                rx=1.75,
            ),
            _mark(scale(lived), middle, 4.2 + 4.6 * stop.weight**0.5, side == "below"),
            el("text", stop.note, class_="note", x=x + 10, y=y + 72),
        ]
    else:
        for i, line in enumerate(wrapped(stop.note, _CARD - 20, 11.5)):
            parts.append(el("text", line, class_="note none", x=x + 10, y=middle + 2 + 14 * i))
    parts.append(el("text", stop.count, class_="count", x=x + _CARD - 10, y=y + 72, text_anchor="end"))
    parts.append(
        el(
            "rect",
            class_="volume",
            x=x + 10,
            y=y + 77,
            width=max(1.5, (_CARD - 20) * stop.volume),
            height=3,
            rx=1.5,
        )
    )
    names = " ".join(("stop", side, *("stray",) * stop.stray))
    return el(
        "g", *parts, class_=names, role="img", tabindex="0",
        aria_label=stop.label, data_tip=stop.label, data_key=stop.key,
    )  # fmt: skip


def _flag(middle: float, weak: str) -> Markup:
    """On the upper edge of the lane, over the name of its stage."""
    wide = 6.0 * len(weak) + 26
    return el("rect", class_="flag", x=middle - wide / 2, y=-9, width=wide, height=17, rx=8.5) + el(
        "text", f"▼ {weak}", class_="flag-text", x=middle, y=3.5, text_anchor="middle"
    )


def _flow(flow: Flow, spots: Spots, biggest: int) -> Markup:
    """A curve from card to card; moves back are dashed and go round below."""
    x1, y1 = spots[flow.start]
    x2, y2 = spots[flow.end]
    thick = 1.0 + 5.0 * (flow.count / biggest) ** 0.5
    middle1, middle2 = y1 + _HIGH / 2, y2 + _HIGH / 2
    back = x2 < x1 or (x1 == x2 and y2 < y1)
    if x2 <= x1:
        bow = 26.0 + 6 * thick
        start_x = x1 + _CARD if x1 == x2 else x1
        end_x = x2 + _CARD
        bend = start_x + bow if x1 == x2 else start_x - bow
        path = (
            f"M{number(start_x)} {number(middle1 + 10)}C{number(bend)} {number(middle1 + 26)} "
            f"{number(end_x + bow)} {number(middle2 + 26)} {number(end_x)} {number(middle2 + 10)}"
        )
    else:
        lean = max(22.0, (x2 - x1 - _CARD) * 0.5)
        path = (
            f"M{number(x1 + _CARD)} {number(middle1)}C{number(x1 + _CARD + lean)} {number(middle1)} "
            f"{number(x2 - lean)} {number(middle2)} {number(x2)} {number(middle2)}"
        )
    names = "flow" + (" back" if back else "") + ("" if flow.main else " minor")
    tip, sign = ((end_x, middle2 + 10), -1) if x2 <= x1 else ((x2, middle2), 1)
    half = 3.0 + thick / 2
    head = "".join(
        f"{step}{number(tip[0] - sign * far)} {number(tip[1] + side)}"
        for step, far, side in (("M", 2 * half, -half), ("L", 0.0, 0.0), ("L", 2 * half, half))
    )
    whose = {"data_from": flow.start, "data_to": flow.end, "data_tip": flow.label}
    return el("path", class_=names, d=path, stroke_width=round(thick, 1), **whose) + el(
        "path", class_=f"{names} head", d=head + "Z", **whose
    )
