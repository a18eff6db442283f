"""How well the perceptions predict answers nobody had shown them, beside what companies use today."""

from typing import Any

from vivencia.house.report.reading import Reading, Row, present, rounded

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
