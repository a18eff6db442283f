"""One touchpoint on one line: expected as a bar across it, lived as a filled mark, the gap between.

Positions are percentages, so a strip takes whatever width the page gives it while
marks and lines keep their size.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import Any

from markupsafe import Markup

from vivencia.faces.web.charts.svg import el

#: Room left and right, in percent, so that marks at the ends stay inside.
_EDGE = 2.5

Estimate = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ruler:
    """The part of a scale that is drawn; `ticks` are the values marked on it."""

    low: float = 0.0
    high: float = 10.0
    ticks: tuple[float, ...] = (0, 5, 10)

    def at(self, value: float) -> str:
        """Where a value lies, held inside the ends."""
        share = min(max((value - self.low) / (self.high - self.low), 0.0), 1.0)
        return f"{_EDGE + share * (100 - 2 * _EDGE):.2f}%"


FULL = Ruler()


def ruler_for(values: Sequence[float], *, least: int = 4) -> Ruler:
    """The whole points of 0–10 that hold these values, at least so many points wide."""
    if not values:
        return FULL
    low, high = max(0, floor(min(values))), min(10, ceil(max(values)))
    while high - low < least:
        low, high = (low - 1, high) if (high == 10 or low > 10 - high) and low > 0 else (low, high + 1)
    return Ruler(low, high, tuple(range(low, high + 1)))


def unsure(gap: Estimate | None) -> bool:
    """Whether the interval of a gap holds zero."""
    return gap is None or gap["low"] <= 0 <= gap["high"]


def below(gap: Estimate) -> bool:
    """Whether a gap reads as a shortfall: one that is written 0.0 is none."""
    return round(float(gap["value"]), 1) < 0


def gap_strip(
    expected: Estimate, lived: Estimate, gap: Estimate, label: str, *, ruler: Ruler = FULL, axis: bool = False
) -> Markup:
    """Expected and lived with their intervals, joined by the gap; dotted where the gap could be zero."""
    worse = below(gap)
    parts = [_rail(ruler, axis), _band(expected, "expected", ruler), _band(lived, "lived", ruler)]
    ends = (ruler.at(expected["value"]), ruler.at(lived["value"]))
    dotted = "gap unsure" if unsure(gap) else "gap"
    parts.append(el("line", class_=dotted, x1=ends[0], x2=ends[1], y1="50%", y2="50%"))
    parts += [_across(ends[0]), _lived(ends[1], worse)]
    return _strip(parts, label, worse)


def _strip(parts: Sequence[Markup], label: str, worse: bool, kind: str = "") -> Markup:
    names = f"strip {kind} {'below' if worse else 'above'}".replace("  ", " ")
    return el("svg", *parts, class_=names, role="img", tabindex="0", aria_label=label, data_tip=label)


def _rail(ruler: Ruler, axis: bool = False) -> Markup:
    parts = [el("line", class_="rail", x1=ruler.at(ruler.low), x2=ruler.at(ruler.high), y1="50%", y2="50%")]
    for value in ruler.ticks:
        place = ruler.at(value)
        parts.append(el("line", class_="tick", x1=place, x2=place, y1="28%", y2="72%"))
        if axis:
            parts.append(el("text", f"{value:g}", class_="axis", x=place, y="112%", text_anchor="middle"))
    return Markup("").join(parts)


def _band(one: Estimate, kind: str, ruler: Ruler) -> Markup:
    return el(
        "line", class_=f"band {kind}", x1=ruler.at(one["low"]), x2=ruler.at(one["high"]), y1="50%", y2="50%"
    )


def _across(place: str) -> Markup:
    """What was expected: a bar across the line, seen even where lived covers the same spot."""
    bar = el("rect", class_="expected", x=-2, y=-11, width=4, height=22, rx=2)
    return el("svg", bar, x=place, y="50%", overflow="visible", class_="mark")


def _lived(place: str, worse: bool) -> Markup:
    """Round when expectations were met, a diamond when they were not: shape says what colour says."""
    if not worse:
        return el("circle", class_="lived", cx=place, cy="50%", r=6)
    turned = el("rect", class_="lived", x=-5.4, y=-5.4, width=10.8, height=10.8, transform="rotate(45)")
    return el("svg", turned, x=place, y="50%", overflow="visible", class_="mark")


def share_bar(
    share: Estimate,
    label: str,
    *,
    bad: bool = False,
    kind: str = "",
    target: float | None = None,
    axis: Sequence[str] = (),
) -> Markup:
    """A share from 0 to 100 % as a bar, with its interval as a whisker.

    `target` draws where it should reach; `axis` gives the words of 0, 50 and 100 %.
    """
    ends = [_percent(share[end]) for end in ("low", "high")]
    parts = [
        el("rect", class_="trough", x="0", y="35%", width="100%", height="30%", rx=3),
        el("rect", class_="bar", x="0", y="35%", width=_percent(share["value"]), height="30%", rx=3),
        *(el("line", class_=kind, x1=ends[0], x2=ends[1], y1="50%", y2="50%") for kind in _WHISKERS),
        *(el("line", class_="whisker", x1=end, x2=end, y1="35%", y2="65%") for end in ends),
    ]
    if target is not None:
        parts.append(
            el("line", class_="target", x1=_percent(target), x2=_percent(target), y1="14%", y2="86%")
        )
    for text, place, anchor in zip(axis, (0.0, 0.5, 1.0), ("start", "middle", "end"), strict=False):
        parts.append(el("text", text, class_="axis", x=_percent(place), y="104%", text_anchor=anchor))
    return _strip(parts, label, bad, f"share {kind}".strip())


_WHISKERS = ("whisker back", "whisker")


def _percent(share: float) -> str:
    return f"{100 * min(max(share, 0.0), 1.0):.2f}%"


def point_strip(
    one: Estimate,
    label: str,
    *,
    low: float = 0.0,
    high: float = 10.0,
    worse: bool = False,
    axis: Sequence[str] = (),
) -> Markup:
    """One estimate on a scale of its own, with its interval; zero is marked where it lies inside.

    `axis` gives the words of its two ends.
    """
    ruler = Ruler(low, high if high > low else low + 1.0, (low, high))
    parts = [_rail(ruler), _band(one, "lived", ruler)]
    if low < 0 < high:
        parts.insert(1, el("line", class_="tick zero", x1=ruler.at(0), x2=ruler.at(0), y1="15%", y2="85%"))
    parts.append(_lived(ruler.at(one["value"]), worse))
    for text, value in zip(axis, (low, high), strict=False):
        parts.append(el("text", text, class_="axis", x=ruler.at(value), y="112%", text_anchor="middle"))
    return _strip(parts, label, worse, "ends" if axis else "")


def pair_strip(company: float, customers: float, label: str, *, axis: bool = False) -> Markup:
    """What the company believes (a square) beside what customers answer (a round mark)."""
    square = el("rect", class_="belief", x=-5.5, y=-5.5, width=11, height=11)
    ends = (FULL.at(company), FULL.at(customers))
    parts = [
        _rail(FULL, axis),
        el("line", class_="gap", x1=ends[0], x2=ends[1], y1="50%", y2="50%"),
        el("svg", square, x=ends[0], y="50%", overflow="visible", class_="mark"),
        el("circle", class_="lived", cx=ends[1], cy="50%", r=6),
    ]
    return _strip(parts, label, company > customers)


@dataclass(frozen=True, slots=True)
class Heap:
    """How many stand between two points of the scale."""

    low: float
    high: float
    count: int
    label: str


def histogram(heaps: Sequence[Heap], title: str) -> Markup:
    """Customers by where they stand on 0–10; each heap can be reached and read."""
    most = max((heap.count for heap in heaps), default=1)
    parts = [
        el(
            "rect",
            class_="heap",
            x=f"{10 * heap.low + 0.4:.2f}%",
            width=f"{10 * (heap.high - heap.low) - 0.8:.2f}%",
            y=f"{84 - 80 * heap.count / most:.2f}%",
            height=f"{80 * heap.count / most:.2f}%",
            rx=2,
            role="img",
            tabindex="0",
            aria_label=heap.label,
            data_tip=heap.label,
        )
        for heap in heaps
    ]
    parts.append(el("line", class_="tick", x1="0", x2="100%", y1="84%", y2="84%"))
    for value in range(11):
        anchor = {0: "start", 10: "end"}.get(value, "middle")
        parts.append(el("text", str(value), class_="axis", x=f"{10 * value}%", y="97%", text_anchor=anchor))
    return el("svg", *parts, class_="histogram", role="group", aria_label=title)
