"""XLSX in and out: one sheet, every cell as text, numbers and dates exactly."""

import zipfile
from pathlib import Path

from vivencia.connectors.source import Head, Reading, Source

_ZIP = b"PK\x03\x04"


class XLSX:
    """Excel workbooks since 2007."""

    name = "xlsx"
    extensions = ("xlsx", "xlsm")

    def recognises(self, head: Head) -> int:
        """By the workbook inside the archive."""
        if head.packed or not head.start.startswith(_ZIP):
            return 0
        try:
            with zipfile.ZipFile(head.path) as archive:
                return 3 if "xl/workbook.xml" in archive.namelist() else 0
        except (zipfile.BadZipFile, OSError):
            return 1 if any(ending in self.extensions for ending in head.extensions) else 0

    def open(self, path: Path, reading: Reading) -> Source:
        """The file as a source; raises InputError for a damaged or oversized workbook or a missing sheet."""
        from vivencia.connectors.xlsx.reader import XLSXSource  # its library takes long to load

        return XLSXSource(path, reading)
