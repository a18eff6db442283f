"""What changed in the journeys since the period before, and which segments walk otherwise."""

from vivencia.house.report.reading import Reading, Row, present, rounded
from vivencia.words.shapes.comparisons import DURATION, PERIOD, SEGMENT

#: Looks kept of each comparison, the least likely by chance first; the table holds them all.
SHOWN = 40


def differences(reading: Reading) -> Row:
    """Periods and segments, each with its looks; empty where nothing could be compared."""
    rows = reading.rows("journey_differences")
    if not rows:
        return {}
    groups = dict.fromkeys(row["group"] for row in rows if row["comparison"] == SEGMENT)
    return {
        "periods": _compared(reading, [row for row in rows if row["comparison"] == PERIOD]),
        "segments": [
            {"segment": group} | _compared(reading, [row for row in rows if row["group"] == group])
            for group in groups
        ],
    }


def _compared(reading: Reading, rows: list[Row]) -> Row:
    rows = sorted(rows, key=lambda row: (row["q"], row["p"], row["kind"], row["what"]))
    told = [one for row in rows[:SHOWN] if (one := _look(reading, row)) is not None]
    return {"looks": len(rows), "found": sum(row["found"] for row in rows), "rows": told}


def _look(reading: Reading, row: Row) -> Row | None:
    n = min(row["n_one"], row["n_other"])
    people = min(row["customers_one"], row["customers_other"])
    difference = reading.of(row["difference"], row["low"], row["high"], n, people=people)
    if difference is None:
        return None
    timed = row["kind"] == DURATION
    return present(
        kind=row["kind"],
        touchpoints=row["what"].split(" > ") if row["what"] and not timed else [],
        goal=row["what"] or None if timed else None,
        one=rounded(row["one"]),
        other=rounded(row["other"]),
        n_one=row["n_one"],
        n_other=row["n_other"],
        difference=difference,
        p=rounded(row["p"], 6),
        q=rounded(row["q"], 6),
        found=row["found"],
    )
