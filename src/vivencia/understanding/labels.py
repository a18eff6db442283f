"""Aspects as people label them: `staff-,price+`, `none` for a text that speaks of nothing."""

import re

#: Signs behind an aspect: spoken of badly, neither way (or both), well.
SIGNS = {"-": -1, "0": 0, "+": 1}
#: The label of a text that speaks of no aspect.
NONE = "none"
_ONE = re.compile(r"([a-z][a-z0-9_]*)([-0+]?)")


def labelled_aspects(cell: str) -> dict[str, int]:
    """Each aspect of a label and how it is spoken of (−1, 0, 1); without a sign it is 0.

    Raises ValueError that names what is no aspect.

    >>> labelled_aspects("staff-, price+,wifi"), labelled_aspects("none")
    ({'staff': -1, 'price': 1, 'wifi': 0}, {})
    """
    plain = cell.replace("\u2212", "-").replace(";", ",").strip().lower()
    if plain == NONE:
        return {}
    found: dict[str, int] = {}
    for part in filter(None, (one.strip() for one in plain.split(","))):
        said = _ONE.fullmatch(part)
        if said is None:
            raise ValueError(f"{part!r} is no aspect with a sign, such as staff- or price+")
        found[said[1]] = SIGNS[said[2] or "0"]
    return found
