"""Writing CSV that opens in a spreadsheet without running anything."""

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from vivencia.connectors.writing import Tables, as_tables, flattened, is_text, replacing

#: A text that a spreadsheet might take for a formula.
_FORMULA = r"^(?:\s*[=+\-@]|[\t\r])"


def write_csv(tables: Tables, path: str | Path, *, delimiter: str = ",", guard: bool = True) -> int:
    """Rows written. UTF-8, a header, times as ISO, maps and lists as JSON.

    With `guard`, a text that a spreadsheet might run as a formula gets a `'` before it: one
    whose first character that is no blank is = + - or @, or that begins with a tab or a
    carriage return. Numbers are untouched.
    """
    rows = 0
    options = csv.WriteOptions(delimiter=delimiter)
    with replacing(Path(path)) as beside, beside.open("wb") as file:
        for number, table in enumerate(as_tables(tables)):
            flat = guarded(flattened(table)) if guard else flattened(table)
            if number:
                options = csv.WriteOptions(include_header=False, delimiter=delimiter)
            csv.write_csv(flat, file, options)
            rows += flat.num_rows
    return rows


def guarded(table: pa.Table) -> pa.Table:
    """The table with every text that looks like a formula marked as text."""
    for place, name in enumerate(table.column_names):
        column = table[name]
        if is_text(column.type):
            risky = pc.match_substring_regex(column, _FORMULA)
            marked = pc.binary_join_element_wise("'", column, "")
            table = table.set_column(place, name, pc.if_else(risky, marked, column))
    return table
