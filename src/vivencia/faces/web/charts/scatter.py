"""Two axes with intervals; labels are placed so that none covers another or a mark.

Axes of shares are square roots: most weights are small and would lie on one heap. Across may
stand a level instead, on a straight axis, with lines that part the chart into quadrants. A label
that finds no room beside its mark stands further off, with a line to it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import cos, hypot, pi, sin, sqrt

from markupsafe import Markup

from vivencia.faces.web.charts.svg import Scale, el, width_of

_FONT = 12.0
_LINE = 15.0


@dataclass(frozen=True, slots=True)
class Dot:
    """One thing on two axes: name, (value, low, high) on each, and what a reader is told."""

    name: str
    x: tuple[float, float, float]
    y: tuple[float, float, float]
    label: str
    worse: bool = False
    hollow: bool = False


@dataclass(frozen=True, slots=True)
class Levels:
    """A straight axis across, in whole points, and the lines that make quadrants.

    `corners` are their words: top left, top right, bottom left, bottom right.
    """

    low: float
    high: float
    mean: float
    equal: float
    corners: tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Size:
    """A drawing's width and height."""

    width: int
    height: int


WIDE, NARROW = Size(1080, 560), Size(360, 420)
Box = tuple[float, float, float, float]
Percent = Callable[[float], str]
#: Where an axis may be marked.
_TICKS = (0.0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)


@dataclass(frozen=True, slots=True)
class Root:
    """A square-root scale from 0 to `top`, held inside its ends."""

    top: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Where a value lies."""
        return self.start + sqrt(min(max(value, 0.0), self.top) / self.top) * (self.end - self.start)


Across = Root | Scale


def scatter_chart(
    dots: Sequence[Dot],
    size: Size,
    *,
    title: str,
    across: str,
    up: str,
    percent: Percent,
    levels: Levels | None = None,
) -> tuple[Markup, list[str]]:
    """The chart, and the names that found no room and are left to the table.

    `percent` gives the words of a share; with `levels` the axis across is one of levels.
    """
    top_x = _nice(max([dot.x[2] for dot in dots], default=0.1))
    top_y = _nice(max([dot.y[2] for dot in dots], default=0.1))
    x: Across = Root(top_x, 50, size.width - 22)
    if levels:
        top_x = levels.high
        x = Scale(levels.low, levels.high, 50, size.width - 22)
    y = Root(top_y, size.height - 46, 30)
    parts = [_axes(x, y, top_x, top_y, percent, size, across, up)]
    taken: list[Box] = []
    corners: list[Markup] = []
    if levels:
        lines, corners, taken = _quadrants(levels, x, y)
        parts += lines
    by_weight = sorted(
        range(len(dots)),
        key=lambda i: (dots[i].hollow, -(dots[i].x[0] / top_x + dots[i].y[0] / top_y)),
    )
    marks, unplaced = marked(dots, x, y, size, taken, by_weight, corners=corners)
    parts += marks
    drawing = el(
        "svg", el("title", title), *parts, class_="chart scatter", role="group", aria_label=title,
        viewbox=f"0 0 {size.width} {size.height}",
    )  # fmt: skip
    return drawing, unplaced


def marked(
    dots: Sequence[Dot],
    x: Across,
    y: Root,
    size: Size,
    taken: list[Box],
    order: Sequence[int] | None = None,
    *,
    corners: Sequence[Markup] = (),
) -> tuple[list[Markup], list[str]]:
    """Marks with their crosses and names on given scales, and the names that found no room.

    Names keep off what is `taken`; those early in `order` choose first. With `corners`, the words
    of quadrants, who surely stands in one is named, were it across an interval.
    """
    taken += [(x(d.x[0]) - 8, y(d.y[0]) - 8, x(d.x[0]) + 8, y(d.y[0]) + 8) for d in dots]
    solid = list(taken)
    taken += [box for dot in dots for box in _crossed(dot, x, y)]
    texts: dict[int, Markup | None] = {}
    for i in range(len(dots)) if order is None else order:
        at = (x(dots[i].x[0]), y(dots[i].y[0]))
        texts[i] = _place(dots[i], *at, size, taken)
        if texts[i] is not None:
            solid.append(taken[-1])
        elif corners and not dots[i].hollow:
            texts[i] = _place(dots[i], *at, size, solid)
            taken += solid[-1:]
    parts = [_whiskers(dot, x, y) for dot in dots]
    parts += corners
    parts += [_dot(dot, x, y, texts[i]) for i, dot in enumerate(dots)]
    return parts, [dots[i].name for i, text in texts.items() if text is None]


def _nice(value: float) -> float:
    """The end of an axis: the next tenth above the value, one at most."""
    return min(1.0, max(0.1, -(-value * 1.02 // 0.1) * 0.1))


def _quadrants(levels: Levels, x: Across, y: Root) -> tuple[list[Markup], list[Markup], list[Box]]:
    """The two lines, the word of each quadrant in its corner, and the room the words take."""
    left, right, top, bottom = x(levels.low), x(levels.high), y(y.top), y(0)
    lines = [
        el("line", class_="quarter", x1=x(levels.mean), x2=x(levels.mean), y1=bottom, y2=top),
        el("line", class_="quarter", x1=left, x2=right, y1=y(levels.equal), y2=y(levels.equal)),
    ]
    words, boxes = [], []
    for number, word in enumerate(levels.corners):
        wide, base = width_of(word, _FONT), (top + 16, bottom - 8)[number // 2]
        at, anchor = ((left + 6, "start"), (right - 6, "end"))[number % 2]
        start = at if anchor == "start" else at - wide
        boxes.append((start - 2, base - _LINE, start + wide + 2, base + 4))
        words.append(el("text", word, class_="corner", x=at, y=base, text_anchor=anchor))
    return lines, words, boxes


def _axes(
    x: Across, y: Root, top_x: float, top_y: float, percent: Percent, size: Size, across: str, up: str
) -> Markup:
    parts: list[Markup] = []
    left, right = x(0), x(top_x)
    straight = isinstance(x, Scale)
    marked = [float(value) for value in range(int(x.low), int(x.high) + 1)] if isinstance(x, Scale) else []
    for value in marked or _apart(x, top_x, 46.0):
        word = f"{value:g}" if straight else percent(value)
        parts.append(el("line", class_="grid", x1=x(value), x2=x(value), y1=y(0), y2=y(top_y)))
        parts.append(el("text", word, class_="axis", x=x(value), y=y(0) + 18, text_anchor="middle"))
    for value in _apart(y, top_y, 26.0):
        parts.append(el("line", class_="grid", x1=left, x2=right, y1=y(value), y2=y(value)))
        parts.append(el("text", percent(value), class_="axis", x=left - 7, y=y(value) + 4, text_anchor="end"))
    parts.append(
        el("text", across + " →", class_="axis title", x=x(top_x), y=size.height - 8, text_anchor="end")
    )
    parts.append(el("text", "↑ " + up, class_="axis title", x=8, y=16))
    return Markup("").join(parts)


def _apart(scale: Across, top: float, room: float) -> list[float]:
    """Marks of an axis with room between them."""
    kept: list[float] = []
    for value in _TICKS:
        if value <= top + 1e-9 and (not kept or abs(scale(value) - scale(kept[-1])) >= room):
            kept.append(value)
    return kept


def _whiskers(dot: Dot, x: Across, y: Root) -> Markup:
    side = "below" if dot.worse else "above"
    return el(
        "g",
        el("line", x1=x(dot.x[1]), x2=x(dot.x[2]), y1=y(dot.y[0]), y2=y(dot.y[0])),
        el("line", x1=x(dot.x[0]), x2=x(dot.x[0]), y1=y(dot.y[1]), y2=y(dot.y[2])),
        class_=f"whiskers {side}" + (" hollow" if dot.hollow else ""),
    )


def _crossed(dot: Dot, x: Across, y: Root) -> list[Box]:
    """What the intervals cover: a name there would be struck through."""
    cx, cy = x(dot.x[0]), y(dot.y[0])
    return [(x(dot.x[1]), cy - 1, x(dot.x[2]), cy + 1), (cx - 1, y(dot.y[2]), cx + 1, y(dot.y[1]))]


def _dot(dot: Dot, x: Across, y: Root, text: Markup | None) -> Markup:
    cx, cy = x(dot.x[0]), y(dot.y[0])
    mark = (
        el(
            "rect",
            class_="lived",
            x=cx - 6,
            y=cy - 6,
            width=12,
            height=12,
            transform=f"rotate(45 {cx:.1f} {cy:.1f})",
        )
        if dot.worse
        else el("circle", class_="lived", cx=cx, cy=cy, r=6.5)
    )
    return el(
        "g", mark, text or Markup(""),
        class_="dot " + ("below" if dot.worse else "above") + (" hollow" if dot.hollow else ""),
        role="img", tabindex="0", aria_label=dot.label, data_tip=dot.label,
    )  # fmt: skip


def _place(dot: Dot, cx: float, cy: float, size: Size, taken: list[Box]) -> Markup | None:
    """The first free place round the mark, with a line to it where it is far; takes it."""
    wide = width_of(dot.name, _FONT)
    for dx, dy, anchor in _AROUND:
        left = cx + dx - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
        base = cy + dy
        box = (left - 2, base - _LINE + 3, left + wide + 2, base + 3)
        inside = box[0] >= 46 and box[2] <= size.width - 2 and box[1] >= 22 and box[3] <= size.height - 44
        if inside and not any(_overlap(box, other) for other in taken):
            taken.append(box)
            text = el("text", dot.name, class_="name", x=cx + dx, y=base, text_anchor=anchor)
            if hypot(dx, dy) < _NEAR:
                return text
            return el("line", class_="leader", x1=cx, y1=cy, x2=cx + dx, y2=base - 4) + text
    return None


#: A label further from its mark than this has a line to it.
_NEAR = 24.0


def _rings() -> list[tuple[float, float, str]]:
    """Places further off, ring by ring, to the sides first."""
    found = []
    for radius in (28.0, 42.0, 58.0, 76.0, 96.0):
        for turn in (1, -1, 2, -2, 10, 11, 13, 14, 4, 8, 3, 9, 5, 7):
            angle = turn * pi / 12
            dx, dy = radius * cos(angle), radius * sin(angle)
            anchor = "middle" if abs(dx) < 6 else "start" if dx > 0 else "end"
            found.append((dx, dy + 4, anchor))
    return found


_AROUND = (
    (11.0, 4.0, "start"),
    (-11.0, 4.0, "end"),
    (0.0, -12.0, "middle"),
    (0.0, 21.0, "middle"),
    (9.0, -9.0, "start"),
    (9.0, 17.0, "start"),
    (-9.0, -9.0, "end"),
    (-9.0, 17.0, "end"),
    *_rings(),
)


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
