"""Kano's classes of the touchpoints that were asked about, in pairs."""

from vivencia.house.report.reading import Reading, Row, present
from vivencia.words.instruments import KANO_CLASSES
from vivencia.words.shapes.weights import KANO_UNCLEAR


def kano(reading: Reading) -> list[Row]:
    """One object a touchpoint; `kind` only where a class leads beyond its interval.

    Touchpoints where fewer customers answered than the anonymity threshold are left out.
    """
    return [
        present(
            touchpoint=row["touchpoint"],
            n=row["n"],
            customers=row["customers"],
            category=row["category"],
            kind=None if row["kind"] == KANO_UNCLEAR else row["kind"],
            lead=reading.estimate(row, "lead", n="n", people="customers"),
            shares=present(
                **{name: reading.estimate(row, name, n="n", people="customers") for name in KANO_CLASSES}
            ),
            **{
                name: reading.estimate(row, name, n="usable", people="usable_customers")
                for name in ("better", "worse")
            },
        )
        for row in reading.rows("kano")
        if min(row["n"], row["customers"]) >= reading.threshold
    ]
