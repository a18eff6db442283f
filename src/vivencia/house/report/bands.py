"""How answers change as a promised measure worsens, for the touchpoint's section of the report."""

from collections import defaultdict

from vivencia.house.report.reading import Reading, Row, present, rounded
from vivencia.words.catalogue import Catalogue

#: (touchpoint, measure) → its bands, in order.
Bands = dict[tuple[str, str], list[Row]]


def bands(reading: Reading, catalogue: Catalogue) -> Bands:
    """Bands of each promised measure, by the instrument most customers answered there.

    An answer about the whole relationship says little about one contact, so instruments
    that ask about the contact come first. Bands under the anonymity threshold are absent.
    """
    rows: dict[tuple[str, str], dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in reading.rows("measure_bands"):
        rows[row["touchpoint"], row["measure"]][row["instrument"]].append(row)
    found: Bands = {}
    for key, by_instrument in rows.items():
        asked = {name: part for name, part in by_instrument.items() if _asks(catalogue, name)}
        if asked:
            name = max(asked, key=lambda one: (sum(row["n"] for row in asked[one]), one))
            found[key] = [one for row in asked[name] if (one := _band(reading, row)) is not None]
    return found


def _asks(catalogue: Catalogue, instrument: str) -> bool:
    known = catalogue.instruments.get(instrument)
    return known is not None and known.target == "experience"


def _band(reading: Reading, row: Row) -> Row | None:
    answer = reading.of(row["value"], row["low"], row["high"], row["n"], people=row["customers"])
    if answer is None:
        return None
    return present(
        instrument=row["instrument"],
        above=rounded(row["above"]),
        up_to=rounded(row["up_to"]),
        kept=row["kept"],
        answer=answer,
    )
