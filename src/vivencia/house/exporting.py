"""Tables out: any table to CSV, XLSX, NDJSON or Parquet, the steps of journeys to XES or OCEL 2.0."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa

from vivencia import connectors
from vivencia.house import analysing
from vivencia.house.folder import Folder
from vivencia.words.errors import FormatUnknown, InputError

#: Formats for any table: ending → writer of many tables.
TABLES: dict[str, Callable[[Any, Path], int]] = {
    ".csv": lambda tables, out: connectors.write_csv(tables, out),
    ".xlsx": lambda tables, out: connectors.write_xlsx(tables, out),
    ".ndjson": lambda tables, out: connectors.write_ndjson(tables, out),
    ".parquet": lambda tables, out: connectors.write_parquet(tables, out),
}
#: Formats for event logs, written from the table `steps`.
LOGS = (".xes", ".jsonocel", ".xmlocel", ".sqlite")
STEPS = "steps"


def export(place: Folder, name: str, out: Path) -> int:
    """Write one table to a file, its format by the ending; gives the rows written.

    Raises FormatUnknown for another ending, InputError for an unknown table or for a log
    of anything but steps, NotAnalysed.
    """
    ending = ".xes" if out.name.endswith(".xes.gz") else out.suffix.lower()
    if ending in LOGS:
        if name != STEPS:
            raise InputError(f"{name} is no event log.", hint=f"export {STEPS} to {out.name}")
        return _write_log(analysing.table(place, STEPS), out, ending)
    if ending not in TABLES:
        raise FormatUnknown(out.name, hint=f"the endings are {', '.join([*TABLES, *LOGS])}")
    return TABLES[ending](analysing.batches(place, name), out)


def _write_log(table: pa.Table, out: Path, ending: str) -> int:
    rows: int = connectors.write_xes(table, out) if ending == ".xes" else connectors.write_ocel(table, out)
    return rows
