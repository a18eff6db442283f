"""Shares that grow by day: a step line for each ending, with its mark, its name and its band."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from vivencia.faces.web.charts.svg import Scale, el, number, width_of


@dataclass(frozen=True, slots=True)
class Day:
    """One day: its name on the axis, each line's share (value, low, high), and what a reader is told."""

    name: str
    shares: tuple[tuple[float, float, float], ...]
    label: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line: the class that draws it, its mark ● ■ ▲ and its name."""

    kind: str
    mark: str
    name: str


@dataclass(frozen=True, slots=True)
class Size:
    """A drawing's width and height."""

    width: int
    height: int


WIDE, NARROW = Size(520, 270), Size(360, 250)
_LEFT, _TOP, _FOOT, _FONT, _APART = 40.0, 12.0, 42.0, 12.5, 16.0


def fates_chart(
    days: Sequence[Day], lines: Sequence[Line], size: Size, *, title: str, axis: str, percents: Sequence[str]
) -> Markup:
    """Lines from 0 on the first day; days stand evenly, as named. `percents` are 0, 25 … 100 %.

    A line keeps its share until the next day that was counted, where it has its mark.
    """
    names = [f"{line.mark} {line.name}" for line in lines]
    right = size.width - max(width_of(name, _FONT) for name in names) - 12
    x = Scale(0, len(days), _LEFT + 6, right - 8)
    y = Scale(0, 1, size.height - _FOOT, _TOP)
    parts = [_grid(percents, y, right), _names(days, x, size, axis)]
    for at, line in enumerate(lines):
        parts.append(_band([day.shares[at] for day in days], line.kind, x, y, right))
    for at, line in enumerate(lines):
        parts.append(_line([day.shares[at][0] for day in days], line.kind, x, y, right))
    parts += [_stop(day, lines, x(i + 1), y) for i, day in enumerate(days)]
    parts += _line_names(names, lines, [y(share[0]) for share in days[-1].shares], right + 6)
    return el(
        "svg", el("title", title), *parts, class_="chart rates", role="group",
        viewbox=f"0 0 {size.width} {size.height}", aria_label=title,
    )  # fmt: skip


def _grid(percents: Sequence[str], y: Scale, right: float) -> Markup:
    last = max(1, len(percents) - 1)
    return Markup("").join(
        el("line", class_="grid", x1=_LEFT, x2=right, y1=y(i / last), y2=y(i / last))
        + el("text", text, class_="axis", x=_LEFT - 6, y=y(i / last) + 4, text_anchor="end")
        for i, text in enumerate(percents)
    )


def _names(days: Sequence[Day], x: Scale, size: Size, axis: str) -> Markup:
    foot = size.height - _FOOT + 16
    return Markup("").join(
        el("text", name, class_="axis", x=x(i), y=foot, text_anchor="middle")
        for i, name in enumerate(("0", *(day.name for day in days)))
    ) + el("text", axis, class_="axis", x=_LEFT, y=size.height - 6)


def _corners(values: Sequence[float], x: Scale, y: Scale, right: float) -> list[str]:
    """Where a step line turns: level until the next day, then straight to its share."""
    found, level = [f"{number(x(0))} {number(y(0))}"], 0.0
    for i, value in enumerate(values, 1):
        found += [f"{number(x(i))} {number(y(level))}", f"{number(x(i))} {number(y(value))}"]
        level = value
    return [*found, f"{number(right)} {number(y(level))}"]


def _line(values: Sequence[float], kind: str, x: Scale, y: Scale, right: float) -> Markup:
    return el("path", class_=f"line {kind}", d="M" + "L".join(_corners(values, x, y, right)))


def _band(shares: Sequence[tuple[float, ...]], kind: str, x: Scale, y: Scale, right: float) -> Markup:
    over = _corners([share[2] for share in shares], x, y, right)
    under = _corners([share[1] for share in shares], x, y, right)
    return el("path", class_=f"area {kind}", d="M" + "L".join(over + under[::-1]) + "Z")


def _stop(day: Day, lines: Sequence[Line], x: float, y: Scale) -> Markup:
    """All marks of one day, one stop for the keyboard."""
    marks = [_mark(line, x, y(share[0])) for line, share in zip(lines, day.shares, strict=True)]
    touch = el("rect", class_="touch", x=x - 14, y=_TOP, width=28, height=y(0) - _TOP)
    return el(
        "g", touch, *marks, class_="month", role="img", tabindex="0", aria_label=day.label, data_tip=day.label
    )


def _mark(line: Line, x: float, y: float) -> Markup:
    if line.mark == "●":
        return el("circle", class_=f"dot-{line.kind}", cx=x, cy=y, r=4.4)
    if line.mark == "■":
        return el("rect", class_=f"dot-{line.kind}", x=x - 3.9, y=y - 3.9, width=7.8, height=7.8)
    corners = ((x, y - 5.2), (x + 4.8, y + 3.6), (x - 4.8, y + 3.6))
    points = " ".join(f"{number(at)},{number(up)}" for at, up in corners)
    return el("polygon", class_=f"dot-{line.kind}", points=points)


def _line_names(names: Sequence[str], lines: Sequence[Line], ends: Sequence[float], x: float) -> list[Markup]:
    """The lines' own names at their right end, pushed up where they would touch."""
    found, free = [], float("inf")
    for at in sorted(range(len(names)), key=lambda i: -ends[i]):
        free = min(ends[at] + 4, free - _APART)
        found.append(el("text", names[at], class_=f"name {lines[at].kind}", x=x, y=free))
    return found
