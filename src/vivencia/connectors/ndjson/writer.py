"""Writing NDJSON: one object a row."""

import json
from pathlib import Path

from vivencia.connectors.writing import Tables, as_tables, plain_value, replacing

_ROWS = 10_000


def write_ndjson(tables: Tables, path: str | Path) -> int:
    """Rows written. Times as ISO text, maps as objects, NaN and infinity as null."""
    rows = 0
    with replacing(Path(path)) as beside, beside.open("w", encoding="utf-8") as file:
        for table in as_tables(tables):
            for start in range(0, table.num_rows, _ROWS):
                for row in table.slice(start, _ROWS).to_pylist(maps_as_pydicts="lossy"):
                    json.dump(plain_value(row), file, ensure_ascii=False)
                    file.write("\n")
            rows += table.num_rows
    return rows
