"""Reading XLSX: streamed row by row, numbers as they were stored, dates as ISO text."""

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path

import pyarrow as pa
from lxml import etree
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from vivencia.connectors.csv.reader import RAGGED, name_columns
from vivencia.connectors.source import LINE, RECORD_LIMIT, Broken, Reading
from vivencia.words.errors import InputError, UsageError

#: Reason code of a cell that holds an error of the spreadsheet; the row stays, the cell is blank.
ERROR_CELL = "error-cell"
ERRORS = ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!")

#: An archive that unpacks to more than this, or this many times its size, is refused.
LARGEST, DENSEST = 8 << 30, 1_000
_FREE = 64 << 20
#: The shared strings are held in memory by the library, so they have a limit of their own.
_LARGEST_STRINGS = 1 << 30
_DECLARATION = b"<!DOCTYPE"


class XLSXSource:
    """A sheet being read: its first non-empty row is the header; `_line` is the row's number in the sheet."""

    format = "xlsx"
    encoding: str | None = None

    def __init__(self, path: Path, reading: Reading) -> None:
        self.path = path
        self.broken: list[Broken] = []
        self._reading = reading
        check_archive(path)
        book = _opened(path)
        try:
            self._sheet = _chosen(book, reading.sheet, path)
            header = next((cells for _, cells in _rows(book, self._sheet)), None)
        except (etree.XMLSyntaxError, ValueError, KeyError, zipfile.BadZipFile) as error:
            raise InputError(f"{path.name} is a damaged workbook: {error}") from error
        finally:
            book.close()
        if header is None:
            raise InputError(
                f"The sheet {self._sheet} of {path.name} is empty.", hint="Name another with sheet=…"
            )
        self.columns, renamed = name_columns(_trimmed(header))
        self.details: dict[str, object] = {
            "sheet": self._sheet,
            "sheets": list(book.sheetnames),
            "columns": self.columns,
            "renamed": renamed,
        }

    def batches(self) -> Iterator[pa.Table]:
        """The rows below the header, all columns text; a blank cell is an empty text."""
        self.broken = []
        book = _opened(self.path)
        try:
            rows = self._fitting(islice(_rows(book, self._sheet), 1, None))
            first = True
            while kept := list(islice(rows, self._reading.batch_rows)):
                yield self._table(kept)
                first = False
            if first:
                yield self._table([])
        finally:
            book.close()

    def _fitting(self, rows: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
        """Rows as wide as the header; the damage that ends the sheet is noted."""
        width = len(self.columns)
        line = 0
        try:
            for line, cells in rows:
                beyond = any(cells[width:])
                if beyond:
                    self.broken.append(Broken(line, RAGGED, "\t".join(cells)[:RECORD_LIMIT]))
                    continue
                yield line, [self._without_error(line, cell) for cell in cells[:width]]
        except (etree.XMLSyntaxError, ValueError, zipfile.BadZipFile, EOFError) as error:
            self.broken.append(Broken(line + 1, "truncated", str(error)))

    def _without_error(self, line: int, cell: str) -> str:
        if cell in ERRORS:
            self.broken.append(Broken(line, ERROR_CELL, cell))
            return ""
        return cell

    def _table(self, rows: list[tuple[int, list[str]]]) -> pa.Table:
        width = len(self.columns)
        padded = [cells + [""] * (width - len(cells)) for _, cells in rows]
        columns = [pa.array([cells[place] for cells in padded], pa.string()) for place in range(width)]
        lines = pa.array([line for line, _ in rows], pa.int64())
        return pa.Table.from_arrays([*columns, lines], names=[*self.columns, LINE])


def check_archive(path: Path) -> None:
    """Raises InputError for an archive that would unpack to far more than it is, or declares entities."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            for member in members:
                if member.filename.endswith((".xml", ".rels")):
                    with archive.open(member) as file:
                        if _DECLARATION in file.read(1 << 12).upper():
                            raise InputError(f"{path.name} declares XML entities, which are refused.")
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        raise InputError(f"{path.name} is a damaged or locked workbook: {error}") from error
    whole = sum(member.file_size for member in members)
    packed = max(sum(member.compress_size for member in members), 1)
    strings = sum(member.file_size for member in members if member.filename.endswith("sharedStrings.xml"))
    if whole > LARGEST or strings > _LARGEST_STRINGS or (whole > _FREE and whole > DENSEST * packed):
        raise InputError(
            f"{path.name} unpacks to {whole} bytes, which is refused.", hint="Save the sheet as CSV."
        )


def _opened(path: Path) -> Workbook:
    try:
        return load_workbook(path, read_only=True, data_only=True, keep_links=False)
    except (etree.XMLSyntaxError, ValueError, KeyError, OSError, zipfile.BadZipFile, TypeError) as error:
        raise InputError(f"{path.name} is a damaged workbook: {error}") from error


def _chosen(book: Workbook, wanted: str | None, path: Path) -> str:
    """The sheet by name or by number from 1; the first one that is shown when none is named."""
    sheets = [sheet.title for sheet in book.worksheets]
    if wanted is None:
        shown = [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"]
        return str((shown or sheets)[0])
    if wanted in sheets:
        return wanted
    if wanted.isdecimal() and 1 <= int(wanted) <= len(sheets):
        return str(sheets[int(wanted) - 1])
    raise UsageError(f"{path.name} has no sheet {wanted!r}.", hint=f"It has {', '.join(sheets)}.")


def _rows(book: Workbook, sheet: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold anything, with their numbers in the sheet, as texts."""
    page = book[sheet]
    page.reset_dimensions()  # some programs write a wrong one, and rows beyond it would be lost
    for number, cells in enumerate(page.iter_rows(values_only=True), start=1):
        texts = [cell if isinstance(cell, str) else as_text(cell) for cell in cells]
        if any(texts):
            yield number, texts


def as_text(cell: object) -> str:
    """A cell's value as text: 5 for 5.0, every digit of a number that was stored, dates in ISO form."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell).upper()
    if isinstance(cell, datetime):
        at_midnight = cell.time() == time(0)
        return cell.date().isoformat() if at_midnight else cell.isoformat()
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return f"{cell.total_seconds():g}"
    return str(cell)


def _trimmed(header: list[str]) -> list[str]:
    """A header without the blank cells at its end."""
    while header and not header[-1].strip():
        header = header[:-1]
    return header
