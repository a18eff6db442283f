"""NDJSON in and out: one object a line, nested ones flattened with dots."""

from pathlib import Path

from vivencia.connectors.ndjson.reader import NDJSONSource
from vivencia.connectors.source import Head, Reading, Source

__all__ = ["NDJSON", "NDJSONSource"]


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
        return 1 if text.split(b"\n", 1)[0].rstrip().endswith(b"}") else 0

    def open(self, path: Path, reading: Reading) -> Source:
        """The file as a source; raises EncodingUnsure when its encoding cannot be told."""
        return NDJSONSource(path, reading)
