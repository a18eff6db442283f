"""What answers are made of: facts, place, person, moment, feeling, chance."""

from vivencia.house.report.reading import Reading, Row
from vivencia.words.catalogue import Catalogue
from vivencia.words.shapes.shares import PARTS


def felt(reading: Reading, catalogue: Catalogue) -> Row:
    """Shares for the company, its touchpoints in the order of the catalogue, and its segments."""
    rows: dict[str, dict[str, dict[str, Row]]] = {}
    for row in reading.rows("experience_shares"):
        rows.setdefault(row["dimension"], {}).setdefault(row["key"], {})[row["part"]] = row
    if not rows:
        return {}
    order = {one.key: place for place, one in enumerate(catalogue.touchpoints)}
    places = sorted(rows.get("touchpoint", {}), key=lambda key: (order.get(key, len(order)), key))
    found: Row = {
        "touchpoints": _named(reading, "touchpoint", places, rows),
        "segments": _named(reading, "segment", sorted(rows.get("segment", {})), rows),
    }
    whole = _shares(reading, rows.get("all", {}).get("", {}))
    return found | ({"all": whole} if whole else {})


def _named(
    reading: Reading, dimension: str, keys: list[str], rows: dict[str, dict[str, dict[str, Row]]]
) -> list[Row]:
    shares = {key: _shares(reading, rows[dimension][key]) for key in keys}
    return [{dimension: key} | found for key, found in shares.items() if found]


def _shares(reading: Reading, parts: dict[str, Row]) -> Row:
    """All parts, or none where one is withheld: shares of a whole that is not there mislead."""
    found: Row = {}
    for part in PARTS:
        row = parts.get(part)
        one = row and reading.of(row["share"], row["low"], row["high"], row["n"], people=row["customers"])
        if not one:
            return {}
        found[part] = one
    return found
