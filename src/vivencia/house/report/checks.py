"""How well the perceptions predict answers nobody had shown them, beside what companies use today."""

from typing import Any

import pyarrow as pa

from vivencia.house.report.reading import Reading, Row, present, rounded
from vivencia.words.shapes.checks import STOOD_IN, WITHHELD
from vivencia.words.shapes.perceptions import DERIVED

_ENDS = ("", "_low", "_high")

#: The filter's own name among the methods.
PERCEPTION = "perception"


def check(reading: Reading) -> Row:
    """The outcome of the last `vivencia check perception`; empty before the first."""
    table = reading.table("perception_check")
    rows: list[Row] = table.to_pylist() if table is not None else []
    if table is None or not rows:
        return {}
    told = {key.decode(): value.decode() for key, value in (table.schema.metadata or {}).items()}
    splits = dict.fromkeys(row["split"] for row in rows)
    return present(
        made=told.get("at"),
        customers=int(told["customers"]) if "customers" in told else None,
        shown=shown(rows),
        splits=[_split(reading, name, [row for row in rows if row["split"] == name]) for name in splits],
    )


def shown(rows: list[Row]) -> str:
    """The method the report shows perceptions by: the filter, unless a rival predicted better."""
    return next((str(row["method"]) for row in rows if row["shown"]), PERCEPTION)


def _split(reading: Reading, name: str, rows: list[Row]) -> Row:
    own = next((row for row in rows if row["method"] == PERCEPTION), None)
    return present(
        split=name,
        n=rows[0]["n"],
        best=next(row["method"] for row in rows if row["best"]),
        methods=[
            present(
                method=row["method"],
                rmse=reading.of(row["rmse"], row["rmse_low"], row["rmse_high"], row["n"]),
                ahead=reading.of(row["ahead"], row["ahead_low"], row["ahead_high"], row["n"])
                if row["method"] != PERCEPTION
                else None,
                log_density=rounded(row["log_density"]),
                coverage=rounded(row["coverage"]),
            )
            for row in sorted(rows, key=lambda row: (row["rmse"], row["method"]))
        ],
        pit=[int(count) for count in own["pit"]] if own is not None and own["pit"] else None,
    )


def levels(reading: Reading) -> Any:
    """Each customer's level by the rival that stands in for the filter, as an array; None where none does."""
    table = reading.table("perception_fallback")
    return table.column("level").to_numpy() if table is not None and table.num_rows else None


def stand_in(reading: Reading) -> bool:
    """Put the rival's expectations and gaps in the place of the filter's, where a rival predicted better.

    What only the filter tells (the experience freed of the halo, the disconfirmation, the perception) is
    then withheld, and so is an expectation that the rival has not. Gives whether one stands in.
    """
    rows, rivals = reading.rows("summaries"), reading.rows("perception_fallback_summaries")
    found = reading.table("summaries")
    if found is None or not rivals:
        return False
    by_key = {(row["dimension"], row["key"]): row for row in rivals}
    for row in rows:
        other = by_key.get((row["dimension"], row["key"]), {})
        told = ("rated", "rated_customers", *(one + end for one in STOOD_IN for end in _ENDS))
        row.update({name: other[name] for name in told if name in other})
        gone = WITHHELD if other else (*WITHHELD, *STOOD_IN[1:])
        row.update({one + end: None for one in gone for end in _ENDS if one + end in row})
        if row.get("zone") == DERIVED:
            row.update({"zone": None, "zone_low": None, "zone_high": None})
    reading.instead("summaries", pa.Table.from_pylist(rows, schema=found.schema))
    return True
