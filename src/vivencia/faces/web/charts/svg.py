"""Building SVG: elements with escaped attributes, scales, and text that is cut to fit."""

from dataclasses import dataclass

from markupsafe import Markup, escape

#: Mean advance of a character, as a share of the font size, of the sans faces we set.
_ADVANCE = 0.54


def number(value: float) -> str:
    """A coordinate, as short as it can be."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if abs(value) > 1e-9 else "0"


def el(tag: str, *children: Markup | str, **attributes: str | float | bool | None) -> Markup:
    """An element; `_` in attribute names becomes `-`, a trailing one is dropped, None leaves it out."""
    parts = [f"<{tag}"]
    for name, value in attributes.items():
        if value is None or value is False:
            continue
        said = number(value) if isinstance(value, int | float) and value is not True else escape(str(value))
        shown = name.rstrip("_").replace("_", "-")
        parts.append(f' {_CAMEL.get(shown, shown)}="{said}"')
    inner = Markup("").join(children)
    return Markup("".join(parts)) + (Markup(">") + inner + Markup(f"</{tag}>"))  # noqa: S704 - escaped above


_CAMEL = {"viewbox": "viewBox", "preserveaspectratio": "preserveAspectRatio"}


@dataclass(frozen=True, slots=True)
class Scale:
    """A straight line from data to the page, held inside its ends."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Where a value lies."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)


def width_of(text: str, size: float) -> float:
    """About how wide a text is, in pixels."""
    return len(text) * size * _ADVANCE


def wrapped(text: str, width: float, size: float, lines: int = 2) -> list[str]:
    """The text in at most so many lines of that width; the last is cut with an ellipsis."""
    room = max(4, int(width / (size * _ADVANCE)))
    found: list[str] = []
    for word in text.split():
        if found and len(found[-1]) + 1 + len(word) <= room:
            found[-1] += " " + word
        else:
            found.append(word)
    kept = [line if len(line) <= room else line[: room - 1] + "…" for line in found[:lines]]
    if len(found) > lines:
        last = kept[-1]
        kept[-1] = (last if len(last) < room else last[: room - 1]).rstrip("….,; ") + "…"
    return kept
