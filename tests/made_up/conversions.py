"""Short ways to say a file, a mapping and what came of it."""

import tomllib
from datetime import UTC, datetime

import pyarrow as pa

from vivencia.signals import Converted, parse_catalogue, parse_mapping

NOW = datetime(2026, 6, 1, tzinfo=UTC)
CATALOGUE = parse_catalogue({"company": {"key": "test"}})


def csv(text: str) -> pa.Table:
    """A small file as the connectors give it: texts, blank as "", and the line of each record."""
    head, *lines = [line.strip() for line in text.strip().splitlines()]
    rows = [[cell.strip() for cell in line.split(",")] for line in lines]
    columns = {name.strip(): [row[place] for row in rows] for place, name in enumerate(head.split(","))}
    table = pa.table({name: pa.array(cells, pa.string()) for name, cells in columns.items()})
    return table.append_column("_line", pa.array(range(2, len(rows) + 2), pa.int64()))


def converted(mapping: str, *, catalogue=CATALOGUE, now=NOW, **files: str | pa.Table) -> Converted:
    tables = {name: csv(one) if isinstance(one, str) else one for name, one in files.items()}
    return parse_mapping(tomllib.loads(mapping)).convert(
        tables, catalogue=catalogue, now=now, files={name: f"{name}.csv" for name in tables}
    )


def faults(found: Converted) -> list[tuple[int, str, str, str | None]]:
    """Line, field, code and what was found of each fault."""
    return [
        (row["line"], row["field"], row["code"], row["found"])
        for row in found.faults.select(["line", "field", "code", "found"]).to_pylist()
    ]


def column(found: Converted, name: str) -> list[object]:
    return found.signals[name].to_pylist()
