"""CSV in and out: any delimiter, any encoding that can be confirmed, every line accounted for."""

import re
from pathlib import Path

from vivencia.connectors.csv.reader import CSVSource
from vivencia.connectors.csv.sniffing import best_delimiter
from vivencia.connectors.encoding import is_wide
from vivencia.connectors.source import Head, Reading, Source

__all__ = ["CSV", "CSVSource"]

_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml|!doctype|html|log)", re.IGNORECASE)


class CSV:
    """Delimited text with a header line."""

    name = "csv"
    extensions = ("csv", "tsv", "tab", "psv", "txt")

    def recognises(self, head: Head) -> int:
        """By its name, unless the bytes are no text; without the name, by a delimiter that fits."""
        if b"\x00" in head.start and not is_wide(head.start):
            return 0
        if _MARKUP.match(head.start):
            return 0
        if any(ending in self.extensions for ending in head.extensions):
            return 1 if head.start.startswith(b"{") else 2
        if head.start.lstrip().startswith((b"{", b"[", b"<")):
            return 0
        found = best_delimiter(head.start)
        return 1 if found.fit >= 0.95 and found.width > 1 else 0

    def open(self, path: Path, reading: Reading) -> Source:
        """The file as a source; raises EncodingUnsure when its encoding cannot be told."""
        return CSVSource(path, reading)
