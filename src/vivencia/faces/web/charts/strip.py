"""One touchpoint on the 0–10 scale: expected as a ring, lived as a filled mark, the gap between.

Positions are percentages, so a strip takes whatever width the page gives it while
marks and lines keep their size.
"""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from vivencia.faces.web.charts.svg import el

_TOP = 10.0
#: Room left and right, in percent, so that marks at 0 and 10 stay inside.
_EDGE = 2.5

Estimate = Mapping[str, Any]


def at(value: float, top: float = _TOP) -> str:
    """A value of 0 … top as a percentage of the strip."""
    return f"{_EDGE + min(max(value / top, 0.0), 1.0) * (100 - 2 * _EDGE):.2f}%"


def unsure(gap: Estimate | None) -> bool:
    """Whether the interval of a gap holds zero."""
    return gap is None or gap["low"] <= 0 <= gap["high"]


def gap_strip(
    expected: Estimate | None,
    lived: Estimate | None,
    gap: Estimate | None,
    label: str,
    *,
    radius: float = 6.5,
    axis: bool = False,
    below: bool | None = None,
) -> Markup:
    """Expected and lived with their intervals, joined by the gap; dotted where the gap could be zero."""
    worse = below if below is not None else bool(gap and gap["value"] < 0)
    parts = [_rail(axis)]
    for one, kind in ((expected, "expected"), (lived, "lived")):
        if one is not None:
            parts.append(
                el("line", class_=f"band {kind}", x1=at(one["low"]), x2=at(one["high"]), y1="50%", y2="50%")
            )
    if expected is not None and lived is not None:
        dotted = " unsure" if unsure(gap) else ""
        parts.append(
            el(
                "line",
                class_=f"gap{dotted}",
                x1=at(expected["value"]),
                x2=at(lived["value"]),
                y1="50%",
                y2="50%",
            )
        )
    if expected is not None:
        parts.append(el("circle", class_="expected", cx=at(expected["value"]), cy="50%", r=5.5))
    if lived is not None:
        parts.append(_lived(lived["value"], worse, radius))
    side = " below" if worse else " above"
    return el(
        "svg", *parts, class_="strip" + side, role="img", tabindex="0", aria_label=label, data_tip=label
    )


def _rail(axis: bool) -> Markup:
    parts = [el("line", class_="rail", x1=at(0), x2=at(10), y1="50%", y2="50%")]
    for value in (0, 5, 10):
        parts.append(el("line", class_="tick", x1=at(value), x2=at(value), y1="28%", y2="72%"))
        if axis:
            parts.append(el("text", str(value), class_="axis", x=at(value), y="112%", text_anchor="middle"))
    return Markup("").join(parts)


def _lived(value: float, worse: bool, radius: float) -> Markup:
    """Round when expectations were met, a diamond when they were not: shape says what colour says."""
    if not worse:
        return el("circle", class_="lived", cx=at(value), cy="50%", r=radius)
    half = radius * 1.12
    turned = el(
        "rect", class_="lived", x=-half * 0.8, y=-half * 0.8, width=1.6 * half, height=1.6 * half,
        transform="rotate(45)",
    )  # fmt: skip
    return el("svg", turned, x=at(value), y="50%", overflow="visible", class_="mark")


def share_bar(share: Estimate, label: str, *, bad: bool = False) -> Markup:
    """A share from 0 to 100 % as a bar, with its interval as a whisker."""
    ends = [f"{100 * min(max(share[end], 0), 1):.2f}%" for end in ("low", "high")]
    width = f"{100 * min(max(share['value'], 0), 1):.2f}%"
    parts = [
        el("rect", class_="trough", x="0", y="35%", width="100%", height="30%", rx=3),
        el("rect", class_="bar", x="0", y="35%", width=width, height="30%", rx=3),
    ]
    for kind in ("whisker back", "whisker"):
        parts.append(el("line", class_=kind, x1=ends[0], x2=ends[1], y1="50%", y2="50%"))
    parts += [el("line", class_="whisker", x1=end, x2=end, y1="35%", y2="65%") for end in ends]
    side = " below" if bad else " above"
    return el(
        "svg", *parts, class_="strip share" + side, role="img", tabindex="0", aria_label=label, data_tip=label
    )


def point_strip(one: Estimate, label: str, *, low: float = 0.0, high: float = 10.0) -> Markup:
    """One estimate on a scale of its own, with its interval."""
    span = (high - low) or 1.0

    def place(value: float) -> str:
        return at((value - low) / span * _TOP)

    parts = [
        el("line", class_="rail", x1=at(0), x2=at(10), y1="50%", y2="50%"),
        *(el("line", class_="tick", x1=at(end), x2=at(end), y1="28%", y2="72%") for end in (0, 10)),
        el("line", class_="band lived", x1=place(one["low"]), x2=place(one["high"]), y1="50%", y2="50%"),
        el("circle", class_="lived", cx=place(one["value"]), cy="50%", r=6.5),
    ]
    if low < 0 < high:
        parts.insert(1, el("line", class_="tick zero", x1=place(0), x2=place(0), y1="15%", y2="85%"))
    return el("svg", *parts, class_="strip above", role="img", tabindex="0", aria_label=label, data_tip=label)


def pair_strip(company: float, customers: float, label: str) -> Markup:
    """What the company believes (a square) beside what customers answer (a round mark)."""
    square = el("rect", class_="belief", x=-5.5, y=-5.5, width=11, height=11)
    parts = [
        _rail(axis=False),
        el("line", class_="gap", x1=at(company), x2=at(customers), y1="50%", y2="50%"),
        el("svg", square, x=at(company), y="50%", overflow="visible", class_="mark"),
        el("circle", class_="lived", cx=at(customers), cy="50%", r=6.5),
    ]
    side = " below" if company > customers else " above"
    return el(
        "svg", *parts, class_="strip" + side, role="img", tabindex="0", aria_label=label, data_tip=label
    )
