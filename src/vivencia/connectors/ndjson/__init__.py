"""NDJSON in and out: one object a line, nested ones flattened with dots."""

import json
from pathlib import Path

from vivencia.connectors.ndjson.reader import NDJSONSource
from vivencia.connectors.source import Head, Reading, Source

__all__ = ["NDJSON", "NDJSONSource"]


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


class NDJSON:
    """Newline-delimited JSON."""

    name = "ndjson"
    extensions = ("ndjson", "jsonl", "json")

    def recognises(self, head: Head) -> int:
        """By its name and an opening brace, or by a first line that is one whole object."""
        text = head.start.removeprefix(b"\xef\xbb\xbf").lstrip()
        if not text.startswith(b"{"):
            return 0
        if any(ending in ("ndjson", "jsonl") for ending in head.extensions):
            return 2
        return 2 if _is_object(text.split(b"\n", 1)[0]) else 0

    def open(self, path: Path, reading: Reading) -> Source:
        """The file as a source; raises EncodingUnsure when its encoding cannot be told."""
        return NDJSONSource(path, reading)
