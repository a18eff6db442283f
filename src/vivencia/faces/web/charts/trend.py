"""Months: expected (dashed, hollow) and lived (solid, filled) with the band of the interval."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

from markupsafe import Markup

from vivencia.faces.web.charts.svg import Scale, el, number


@dataclass(frozen=True, slots=True)
class Point:
    """One month: its short name, expected and lived (value, low, high), and what a reader is told."""

    name: str
    year: str
    expected: tuple[float, float, float]
    lived: tuple[float, float, float]
    label: str


@dataclass(frozen=True, slots=True)
class Size:
    """A drawing's width and height and how many month names fit."""

    width: int
    height: int
    names: int


WIDE, NARROW = Size(1080, 340, 24), Size(360, 280, 6)
_LEFT, _RIGHT, _TOP, _FOOT = 34.0, 74.0, 16.0, 44.0


def trend_chart(points: Sequence[Point], size: Size, *, title: str, expected: str, lived: str) -> Markup:
    """The chart of one size; needs two months at least."""
    values = [value for point in points for value in (*point.expected, *point.lived)]
    low, high = max(0, floor(min(values) - 0.3)), min(10, ceil(max(values) + 0.3))
    low, high = (low, high) if high - low >= 3 else (max(0, high - 3), max(high, 3))
    right = size.width - (_RIGHT if size.width > 500 else 14)
    x = Scale(0, len(points) - 1, _LEFT + 12, right)
    y = Scale(low, high, size.height - _FOOT, _TOP)
    parts = [_grid(low, high, y, _LEFT, right + 8), _names(points, x, size)]
    parts.append(_band(points, x, y))
    for kind in ("expected", "lived"):
        path = " ".join(
            f"{'M' if not i else 'L'}{number(x(i))} {number(y(_of(point, kind)[0]))}"
            for i, point in enumerate(points)
        )
        parts.append(el("path", class_=f"line {kind}", d=path))
    parts += [_mark(point, x(i), y) for i, point in enumerate(points)]
    if size.width > 500:
        parts += _line_names(points[-1], y, right + 12, expected, lived)
    return el(
        "svg", el("title", title), *parts, class_="chart trend", role="group",
        viewbox=f"0 0 {size.width} {size.height}", aria_label=title,
    )  # fmt: skip


def _of(point: Point, kind: str) -> tuple[float, float, float]:
    return point.lived if kind == "lived" else point.expected


def _grid(low: int, high: int, y: Scale, left: float, right: float) -> Markup:
    step = 1 if high - low <= 6 else 2
    return Markup("").join(
        el("line", class_="grid", x1=left, x2=right, y1=y(value), y2=y(value))
        + el("text", str(value), class_="axis", x=left - 8, y=y(value) + 4, text_anchor="end")
        for value in range(low, high + 1, step)
    )


def _names(points: Sequence[Point], x: Scale, size: Size) -> Markup:
    every = max(1, -(-len(points) // size.names))
    parts, year = [], ""
    for i, point in enumerate(points):
        if (len(points) - 1 - i) % every == 0:
            parts.append(
                el("text", point.name, class_="axis", x=x(i), y=size.height - 24, text_anchor="middle")
            )
            if point.year != year:
                year = point.year
                parts.append(el("text", year, class_="axis", x=x(i), y=size.height - 8, text_anchor="middle"))
    return Markup("").join(parts)


def _band(points: Sequence[Point], x: Scale, y: Scale) -> Markup:
    over = [f"{number(x(i))} {number(y(point.lived[2]))}" for i, point in enumerate(points)]
    under = [f"{number(x(i))} {number(y(point.lived[1]))}" for i, point in enumerate(points)]
    return el("path", class_="area lived", d="M" + "L".join(over + under[::-1]) + "Z")


def _mark(point: Point, x: float, y: Scale) -> Markup:
    """Both marks of one month, one stop for the keyboard."""
    worse = " below" if point.lived[0] < point.expected[0] else " above"
    return el(
        "g",
        el("rect", class_="touch", x=x - 12, y=_TOP, width=24, height=max(1.0, y(y.low) - _TOP)),
        el("rect", class_="expected", x=x - 7, y=y(point.expected[0]) - 1.75, width=14, height=3.5, rx=1.75),
        el("circle", class_="lived", cx=x, cy=y(point.lived[0]), r=5),
        class_="month" + worse, role="img", tabindex="0", aria_label=point.label, data_tip=point.label,
    )  # fmt: skip


def _line_names(last: Point, y: Scale, x: float, expected: str, lived: str) -> list[Markup]:
    """The lines' own names at their right end, kept apart."""
    up, down = y(last.expected[0]), y(last.lived[0])
    if abs(up - down) < 16:
        middle, sign = (up + down) / 2, 1 if up > down else -1
        up, down = middle + 8 * sign, middle - 8 * sign
    return [
        el("text", expected, class_="name expected", x=x, y=up + 4),
        el("text", lived, class_="name lived", x=x, y=down + 4),
    ]
