"""Two shares from nothing to all on straight axes, with a word in each quarter."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from vivencia.faces.web.charts.scatter import Box, Dot, Percent, Root, Size, marked
from vivencia.faces.web.charts.svg import el, width_of

_FONT = 12.5
_TICKS, _HALF = (0.0, 0.25, 0.5, 0.75, 1.0), 0.5


@dataclass(frozen=True, slots=True)
class Straight(Root):
    """A straight scale from 0 to `top`, held inside its ends."""

    def __call__(self, value: float) -> float:
        """Where a value lies."""
        return self.start + min(max(value, 0.0), self.top) / self.top * (self.end - self.start)


def square_chart(
    dots: Sequence[Dot],
    size: Size,
    *,
    title: str,
    across: str,
    up: str,
    percent: Percent,
    corners: tuple[str, str, str, str],
) -> tuple[Markup, list[str]]:
    """The chart, and the names that found no room and are left to the table.

    `corners` are the words of the quarters: top left, top right, bottom left, bottom right.
    """
    x, y = Straight(1.0, 50, size.width - 26), Straight(1.0, size.height - 46, 30)
    parts: list[Markup] = []
    for value in _TICKS:
        wide = 2.5 if value == _HALF else None
        parts += [
            el("line", class_="grid", style=wide and f"stroke-width:{wide}", x1=x(value), x2=x(value),
               y1=y(0), y2=y(1)),
            el("line", class_="grid", style=wide and f"stroke-width:{wide}", x1=x(0), x2=x(1),
               y1=y(value), y2=y(value)),
            el("text", percent(value), class_="axis", x=x(value), y=y(0) + 18, text_anchor="middle"),
            el("text", percent(value), class_="axis", x=x(0) - 7, y=y(value) + 4, text_anchor="end"),
        ]  # fmt: skip
    taken: list[Box] = []
    for number, word in enumerate(corners):
        at, anchor = ((x(0) + 7, "start"), (x(1) - 7, "end"))[number % 2]
        base, wide = (y(1) + 18, y(0) - 10)[number // 2], width_of(word, _FONT)
        start = at if anchor == "start" else at - wide
        taken.append((start - 2, base - 14, start + wide + 2, base + 4))
        parts.append(el("text", word, class_="axis title", x=at, y=base, text_anchor=anchor))
    parts += [
        el("text", across + " →", class_="axis title", x=x(1), y=size.height - 8, text_anchor="end"),
        el("text", "↑ " + up, class_="axis title", x=8, y=16),
    ]
    marks, unplaced = marked(dots, x, y, size, taken)
    drawing = el(
        "svg", el("title", title), *parts, *marks, class_="chart scatter", role="group", aria_label=title,
        viewbox=f"0 0 {size.width} {size.height}",
    )  # fmt: skip
    return drawing, unplaced
