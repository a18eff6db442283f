"""Formats in and out. `open_file` reads any of them as Arrow tables; one folder a format.

Reading is streamed: a file larger than memory is fine. Records that cannot be read are kept
in `Source.broken` with line, reason and text, and the others go in.
"""

from vivencia.connectors.registry import Problem, connectors, open_file, problems
from vivencia.connectors.source import LINE, Broken, Connector, Head, Reading, Source

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
]
