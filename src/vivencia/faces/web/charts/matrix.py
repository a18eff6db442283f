"""A matrix of marks: rows are places, columns reasons; shape says what colour says.

A filled triangle points up where something is added and down where something is taken away, a
filled circle counts both ways, a ring is known and not sure, and nothing is not known.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from vivencia.faces.web.charts.svg import el, wrapped

Shape = Literal["up", "down", "both", "ring"]

_WIDTH, _NAMES, _HEAD_FONT, _NAME_FONT = 1080.0, 240.0, 12.2, 13.8
_HEAD_LINE, _NAME_LINE, _ROW = 15.5, 17.0, 29.0
_HEAD_ROOM = 10.0


@dataclass(frozen=True, slots=True)
class Mark:
    """One cell: its shape, its number in words, and what a reader is told."""

    shape: Shape
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its name, a smaller line under it, a mark a column (None: not known), all of it in words."""

    name: str
    under: str
    marks: tuple[Mark | None, ...]
    label: str


def matrix_chart(heads: Sequence[str], lines: Sequence[Line], *, title: str) -> Markup:
    """The drawing for a desk; on a phone the same is a list."""
    column = (_WIDTH - _NAMES) / len(heads)
    centres = [_NAMES + (number + 0.5) * column for number in range(len(heads))]
    said = [wrapped(head, column - 12, _HEAD_FONT, lines=4) for head in heads]
    top = _HEAD_LINE * max(len(one) for one in said) + _HEAD_ROOM
    parts = [_head(text, x, top) for text, x in zip(said, centres, strict=True)]
    y = top
    for line in lines:
        drawn, y = _line(line, centres, y)
        parts.append(drawn)
    parts.append(el("line", class_="rail", x1=0, x2=_WIDTH, y1=y, y2=y))
    return el(
        "svg", el("title", title), *parts, class_="chart matrix", role="group", aria_label=title,
        viewbox=f"0 0 {_WIDTH:g} {y + 1:g}",
    )  # fmt: skip


def lone_mark(shape: Shape) -> Markup:
    """One mark by itself, to stand beside words that say the same."""
    return el(
        "svg", _shape(shape, 9, 9), class_="mark " + shape, width=18, height=18, viewbox="0 0 18 18",
        aria_hidden="true",
    )  # fmt: skip


def _head(text: Sequence[str], x: float, top: float) -> Markup:
    """A column's head, its last line just over the first row."""
    first = top - _HEAD_ROOM - _HEAD_LINE * (len(text) - 1)
    lines = [el("tspan", part, x=x, y=first + _HEAD_LINE * number) for number, part in enumerate(text)]
    return el("text", *lines, class_="head", text_anchor="middle")


def _line(line: Line, centres: Sequence[float], top: float) -> tuple[Markup, float]:
    """A row and where it ends."""
    name = wrapped(line.name, _NAMES - 16, _NAME_FONT)
    height = _ROW + _NAME_LINE * len(name)
    middle = top + height / 2
    base = middle - _NAME_LINE * (len(name) - 1) / 2 - 3
    parts = [
        el("rect", class_="lane", x=0, y=top, width=_WIDTH, height=height),
        el("line", class_="rail", x1=0, x2=_WIDTH, y1=top, y2=top),
        *(
            el("text", part, class_="name", x=0, y=base + _NAME_LINE * number)
            for number, part in enumerate(name)
        ),
        el("text", line.under, class_="axis", x=0, y=base + _NAME_LINE * len(name) - 1),
        *(_cell(mark, x, middle) for mark, x in zip(line.marks, centres, strict=True) if mark is not None),
    ]
    drawn = el(
        "g", *parts, class_="row", role="img", tabindex="0", aria_label=line.label, data_tip=line.label
    )
    return drawn, top + height


def _cell(mark: Mark, x: float, y: float) -> Markup:
    """The mark, with its number to the right where it is sure; the whole cell tells what it is."""
    value = mark.value if mark.shape != "ring" else ""
    return el(
        "g",
        el("rect", class_="touch", x=x - 42, y=y - 19, width=84, height=38),
        _shape(mark.shape, x - 20, y),
        el("text", value, class_="value", x=x - 5, y=y + 4.5),
        class_="cell " + mark.shape,
        data_tip=mark.label,
    )


def _shape(shape: Shape, x: float, y: float) -> Markup:
    if shape in ("up", "down"):
        tip = -7.2 if shape == "up" else 7.2
        ends = [(x - 7.8, y - 0.8 * tip), (x + 7.8, y - 0.8 * tip), (x, y + tip)]
        return el("polygon", class_="sign", points=" ".join(f"{a:.1f},{b:.1f}" for a, b in ends))
    return el("circle", class_="sign", cx=x, cy=y, r=5.6 if shape == "ring" else 6.4)
