"""Writing Parquet: types kept, zstd."""

from itertools import chain
from pathlib import Path

import pyarrow.parquet as pq

from vivencia.connectors.writing import Tables, as_tables, replacing
from vivencia.words.errors import InputError


def write_parquet(tables: Tables, path: str | Path) -> int:
    """Rows written; raises InputError when there is not even an empty table, whose types would be unknown."""
    found = as_tables(tables)
    first = next(found, None)
    if first is None:
        raise InputError("There is no table to write.")
    rows = 0
    with (
        replacing(Path(path)) as beside,
        pq.ParquetWriter(beside, first.schema, compression="zstd") as writer,
    ):
        for table in chain([first], found):
            writer.write_table(table)
            rows += table.num_rows
    return rows
