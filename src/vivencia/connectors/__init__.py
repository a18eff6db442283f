"""Formats in and out. `open_file` reads any of them as Arrow tables; one folder a format.

Reading is streamed: a file larger than memory is fine. Records that cannot be read are kept
in `Source.broken` with line, reason and text, and the others go in. The writers are loaded
when they are first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from vivencia.connectors.registry import Problem, connectors, open_file, problems
from vivencia.connectors.source import LINE, Broken, Connector, Head, Reading, Source

if TYPE_CHECKING:
    from vivencia.connectors.csv.writer import write_csv
    from vivencia.connectors.ndjson.writer import write_ndjson
    from vivencia.connectors.ocel.writer import write_ocel
    from vivencia.connectors.parquet.writer import write_parquet
    from vivencia.connectors.xes.writer import write_xes
    from vivencia.connectors.xlsx.writer import write_xlsx

__all__ = [
    "LINE",
    "Broken",
    "Connector",
    "Head",
    "Problem",
    "Reading",
    "Source",
    "connectors",
    "open_file",
    "problems",
    "write_csv",
    "write_ndjson",
    "write_ocel",
    "write_parquet",
    "write_xes",
    "write_xlsx",
]


def __getattr__(name: str) -> object:
    """A writer, its format's library loaded only now."""
    if name in __all__ and name.startswith("write_"):
        return getattr(import_module(f"{__name__}.{name.removeprefix('write_')}.writer"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
