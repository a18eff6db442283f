"""Whether answers stand for all contacts, how instruments differ, and countries side by side."""

from vivencia.house.report.reading import Reading, Row, present, rounded
from vivencia.measure.normal import Z95
from vivencia.words.shapes.perceptions import FITTED

_THIRDS = {"low": "answered_low", "middle": "answered_middle", "high": "answered_high"}


def represented(reading: Reading) -> Row:
    """Plain and raked mean, the shift between them, the design effect, and who answers."""
    rows = {row["measure"]: row for row in reading.rows("representation")}
    if not rows:
        return {}

    def told(name: str) -> Row | None:
        row = rows.get(name, {})
        people = row.get("customers")
        return reading.of(row.get("value"), row.get("low"), row.get("high"), row.get("n"), people=people)

    return present(
        plain=told("plain"),
        raked=told("raked"),
        shift=told("shift"),
        deff=rounded(rows["deff"]["value"]) if "deff" in rows else None,
        answered=told("answered"),
        thirds={name: found for name, key in _THIRDS.items() if (found := told(key)) is not None},
    )


def instruments(reading: Reading) -> list[Row]:
    """What each instrument adds to an answer: offset, slope and noise, where they were estimated."""
    known: dict[str, Row] = {}
    for row in reading.rows("parameters"):
        if row["name"] in ("offset", "gain", "noise") and row["origin"] == FITTED and row["item"]:
            known.setdefault(row["item"], {})[row["name"]] = row
    found = []
    for key, parts in sorted(known.items()):
        told = {name: _estimate(reading, row) for name, row in parts.items()}
        if any(told.values()):
            found.append(present(instrument=key, **told))
    return found


def _estimate(reading: Reading, row: Row) -> Row | None:
    se = row.get("robust_se") or row.get("se")
    if se is None:
        return None
    return reading.of(row["value"], row["value"] - Z95 * se, row["value"] + Z95 * se, row["n"])


def countries(reading: Reading) -> list[Row]:
    """Each country's mean as it is and, with anchors, on the reference's use of the scale; both, always."""
    found = []
    for row in reading.rows("countries"):
        mean = reading.of(row["mean"], row["low"], row["high"], row["n"], people=row["customers"])
        if mean is None:
            continue
        found.append(
            present(
                country=row["country"],
                mean=mean,
                anchors=row["anchors"],
                reference=row["reference"],
                corrected=reading.of(
                    row["corrected"], row["corrected_low"], row["corrected_high"], row["n"],
                    people=row["customers"],
                ),
            )
        )  # fmt: skip
    return found if len(found) > 1 else []
