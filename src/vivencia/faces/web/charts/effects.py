"""Effects on a line of their own: where they started, what the answers say, and both together.

Shape says what is what: a bar across is the start, a ring the answers, a filled mark both.
"""

from collections.abc import Mapping, Sequence
from math import ceil, log
from typing import Any

from markupsafe import Markup

from vivencia.faces.web.charts.strip import Ruler, point_strip
from vivencia.faces.web.charts.svg import el

Estimate = Mapping[str, Any]

#: Heights of the answers and of both together, so that neither hides the other.
_DATA, _BOTH = "27%", "70%"
#: Ratios nearer to nothing than this are drawn at it.
_LEAST = 1e-4


def ends_of(found: Sequence[Estimate]) -> tuple[float, float]:
    """The half points that hold the marks, zero, and most of the intervals.

    One effect that is hardly known must not press all others together: ends go no further
    than twice the outermost mark.
    """
    values = [one["value"] for one in found] or [0.0]
    low, high = min(0.0, *values), max(0.5, *values)
    room = high - low
    low = min(low, max(min(one["low"] for one in found), low - room / 2)) if found else low
    high = max(high, min(max(one["high"] for one in found), high + room / 2)) if found else high
    return -ceil(-low * 2) / 2, ceil(high * 2) / 2


def prior_strip(
    prior: float | None, data: Estimate, both: Estimate, label: str, *, low: float, high: float
) -> Markup:
    """The start as a bar across, the answers as a ring, both together as a filled mark, with intervals."""
    ruler = Ruler(low, high, ())
    zero, worse = ruler.at(0.0), both["value"] < 0
    parts = [
        el("line", class_="tick zero", x1=zero, x2=zero, y1="0", y2="100%"),
        el("line", class_="answers", x1=ruler.at(data["low"]), x2=ruler.at(data["high"]), y1=_DATA, y2=_DATA),
        el(
            "line",
            class_="band lived",
            x1=ruler.at(both["low"]),
            x2=ruler.at(both["high"]),
            y1=_BOTH,
            y2=_BOTH,
        ),
    ]
    if prior is not None:
        bar = el("rect", class_="expected", x=-2, y=-15, width=4, height=30, rx=2)
        parts.append(el("svg", bar, x=ruler.at(prior), y="50%", overflow="visible", class_="mark"))
    parts += [
        el("circle", class_="answers", cx=ruler.at(data["value"]), cy=_DATA, r=4.6),
        _filled(ruler.at(both["value"]), worse),
    ]
    names = f"strip start {'below' if worse else 'above'}"
    return el("svg", *parts, class_=names, role="img", tabindex="0", aria_label=label, data_tip=label)


def _filled(place: str, worse: bool) -> Markup:
    if not worse:
        return el("circle", class_="lived", cx=place, cy=_BOTH, r=5.6)
    turned = el("rect", class_="lived", x=-5, y=-5, width=10, height=10, transform="rotate(45)")
    return el("svg", turned, x=place, y=_BOTH, overflow="visible", class_="mark")


def ratio_ends(found: Sequence[Estimate]) -> tuple[float, float]:
    """The natural logarithms at both ends: a half and the double at least."""
    logs = [log(max(one["value"], _LEAST)) for one in found]
    return 1.1 * min([-log(2.0), *logs]), 1.1 * max([log(2.0), *logs])


def ratio_strip(one: Estimate, label: str, *, low: float, high: float) -> Markup:
    """A ratio on a scale of multiples: as far left of 1 when halved as right when doubled."""
    logs = {name: log(max(one[name], _LEAST)) for name in ("value", "low", "high")}
    return point_strip(logs, label, low=low, high=high, worse=logs["value"] < 0)


def axis_line(words: Mapping[float, str], *, low: float, high: float) -> Markup:
    """The words of a scale above its strips, each over its value; a word too near another is left out."""
    ruler, room = Ruler(low, high, ()), (high - low) / 8
    kept = [value for value in words if value in (low, high) or min(value - low, high - value) > room]
    texts = [
        el("text", words[value], class_="axis", x=ruler.at(value), y=12, text_anchor="middle")
        for value in kept
    ]
    return el("svg", *texts, class_="over", role="img", aria_label=" · ".join(words[value] for value in kept))
