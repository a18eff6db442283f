"""How much is needed at one place, the higher the whole is to stand: a rising flight of steps."""

from collections.abc import Sequence

from markupsafe import Markup

from vivencia.faces.web.charts.svg import Scale, el

_WIDTH, _HEIGHT = 330, 210


def step_chart(steps: Sequence[tuple[float, float]], *, label: str, across: str, up: str) -> Markup:
    """`steps` are (overall level to be reached, least needed here), both 0–10, in rising order."""
    x, y = Scale(0, 10, 34, _WIDTH - 12), Scale(0, 10, _HEIGHT - 44, 30)
    parts = []
    for value in (0, 5, 10):
        parts += [
            el("line", class_="grid", x1=x(value), x2=x(value), y1=y(0), y2=y(10)),
            el("line", class_="grid", x1=x(0), x2=x(10), y1=y(value), y2=y(value)),
            el("text", str(value), class_="axis", x=x(value), y=y(0) + 16, text_anchor="middle"),
            el("text", str(value), class_="axis", x=x(0) - 7, y=y(value) + 4, text_anchor="end"),
        ]
    way, before = [], 0.0
    for level, needed in steps:
        way.append(f"{x(before):.1f},{y(needed):.1f} {x(level):.1f},{y(needed):.1f}")
        before = level
    area = f"{x(0):.1f},{y(0):.1f} {' '.join(way)} {x(before):.1f},{y(0):.1f}"
    parts += [
        el("polygon", class_="area lived", points=area),
        el("polyline", class_="line lived", points=" ".join(way)),
        el("text", across + " →", class_="axis title", x=x(10), y=_HEIGHT - 8, text_anchor="end"),
        el("text", "↑ " + up, class_="axis title", x=4, y=16),
    ]
    return el(
        "svg", *parts, class_="chart stairs", role="img", tabindex="0", aria_label=label, data_tip=label,
        viewbox=f"0 0 {_WIDTH} {_HEIGHT}",
    )  # fmt: skip
