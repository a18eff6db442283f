"""Writing XLSX: texts stay texts, also those that look like formulas, and long numbers keep their digits."""

import re
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from vivencia.connectors.writing import Tables, as_tables, flattened, replacing
from vivencia.words.errors import InputError

#: The limits of the format.
ROWS, CHARACTERS = 1_048_576, 32_767
_EXACT = 10**15
_NOT_ALLOWED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_ROWS_AT_ONCE = 10_000


def write_xlsx(tables: Tables, path: str | Path, *, sheet: str = "data") -> int:
    """Rows written; times as ISO text. Raises InputError beyond the format's 1,048,576 rows."""
    book = Workbook(write_only=True)
    page: WriteOnlyWorksheet = book.create_sheet(sheet)
    rows = 0
    for number, table in enumerate(as_tables(tables)):
        flat = flattened(table)
        if number == 0:
            page.append([_cell(page, name) for name in flat.column_names])
        rows += flat.num_rows
        if rows >= ROWS:
            raise InputError(f"A sheet has room for {ROWS - 1} rows.", hint="Write CSV or Parquet instead.")
        for start in range(0, flat.num_rows, _ROWS_AT_ONCE):
            for row in flat.slice(start, _ROWS_AT_ONCE).to_pylist():
                page.append([_cell(page, value) for value in row.values()])
    with replacing(Path(path)) as beside:
        book.save(beside)
    return rows


def _cell(page: WriteOnlyWorksheet, value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= _EXACT:
        value = str(value)
    if isinstance(value, float) and not (float("-inf") < value < float("inf")):
        return None
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(page, _NOT_ALLOWED.sub("\ufffd", value)[:CHARACTERS])
    cell.data_type = "s"  # a text that begins with = would become a formula
    return cell
