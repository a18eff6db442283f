"""Rows of Parquet files as they stand, texts with few values by number, and what was found beside them."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from vivencia.engines.chunks import CHUNK_ROWS
from vivencia.engines.shapes import decoded, retyped
from vivencia.plans.arrow import TYPES
from vivencia.words.tables import TableShape

#: A text is read by number where that takes no more bytes a row than this: a number has four.
_CODED_BYTES = 6
#: Files of fewer rows are put together first, in plain types: their parts would be too many.
_SHORT = CHUNK_ROWS // 8


def parts(files: Sequence[str], shape: TableShape, columns: Sequence[str]) -> Iterator[pa.Table]:
    """The rows of the files, in their order; a column that a file lacks is null.

    Raises EngineError where a file has a column in a type that can't be the shape's without loss.
    """
    short: list[pa.Table] = []
    for file in files:
        with pq.ParquetFile(file) as opened:
            if opened.metadata.num_rows <= _SHORT:
                short.append(_laid_out(opened.read([*_present(opened, columns)]), shape, columns))
                if sum(table.num_rows for table in short) >= CHUNK_ROWS:
                    yield pa.concat_tables(short)
                    short = []
                continue
        if short:
            yield pa.concat_tables(short)
            short = []
        yield from _long(file, shape, columns)
    if short:
        yield pa.concat_tables(short)


def _long(file: str, shape: TableShape, columns: Sequence[str]) -> Iterator[pa.Table]:
    with pq.ParquetFile(file) as opened:
        coded, present = _coded(opened.metadata), _present(opened, columns)
    with pq.ParquetFile(file, read_dictionary=coded) as opened:
        for group in range(opened.num_row_groups):
            yield _laid_out(_read(opened, file, group, present), shape, columns)


def _read(opened: pq.ParquetFile, file: str, group: int, present: Sequence[str]) -> pa.Table:
    try:
        return opened.read_row_group(group, columns=list(present), use_threads=False)
    except pa.ArrowNotImplementedError:
        # Arrow can't give the texts of a map by number where their list came in pieces.
        with pq.ParquetFile(file) as plainly:
            return plainly.read_row_group(group, columns=list(present), use_threads=False)


def _present(opened: pq.ParquetFile, columns: Sequence[str]) -> list[str]:
    names = set(opened.schema_arrow.names)
    return [name for name in columns if name in names]


def _coded(metadata: pq.FileMetaData) -> list[str]:
    """Paths of the texts that take few bytes by number, as the first rows have it."""
    first = metadata.row_group(0)
    chunks = [first.column(number) for number in range(first.num_columns)]
    return [
        chunk.path_in_schema
        for chunk in chunks
        if chunk.physical_type == "BYTE_ARRAY"
        and chunk.has_dictionary_page
        and chunk.total_uncompressed_size <= _CODED_BYTES * chunk.num_values
    ]


def _laid_out(table: pa.Table, shape: TableShape, columns: Sequence[str]) -> pa.Table:
    laid = []
    for name in columns:
        wanted = TYPES[shape.column(name).type]
        if name not in table.column_names:
            laid.append(pa.nulls(table.num_rows, wanted))
            continue
        column = table.column(name)
        coded = pa.types.is_dictionary(column.type) or pa.types.is_map(column.type)
        if coded and _plainly(column.type) == wanted:
            laid.append(column)
        else:
            plain = pa.chunked_array([decoded(chunk) for chunk in column.chunks], _plainly(column.type))
            laid.append(retyped(plain, wanted, f"the files of {shape.name} have {name}"))
    return pa.Table.from_arrays(laid, names=list(columns))


def _plainly(kind: pa.DataType) -> pa.DataType:
    """The type with texts in place of their numbers."""
    if pa.types.is_dictionary(kind):
        return kind.value_type
    if pa.types.is_map(kind):
        return pa.map_(_plainly(kind.key_type), _plainly(kind.item_type))
    return kind


class Beside:
    """What lookups found: for a few rows, told by their place, the columns looked up."""

    def __init__(self, found: Iterable[pa.RecordBatch], schema: pa.Schema, before: Sequence[int]) -> None:
        """`found` holds file, row in the file and the columns; `before` the rows before each file."""
        self._found, self._before = iter(found), np.asarray(before, np.int64)
        self._schema = pa.schema(list(schema)[2:])
        self._places = np.zeros(0, np.int64)
        self._rows = self._schema.empty_table()
        self._at = 0

    def next(self, rows: int) -> list[pa.Array]:
        """The columns for the next rows, null where nothing was found."""
        end = self._at + rows
        while not len(self._places) or self._places[-1] < end:
            batch = next(self._found, None)
            if batch is None:
                break
            files, places = (batch.column(number).to_numpy() for number in (0, 1))
            self._places = np.append(self._places, self._before[files] + places)
            batch = pa.RecordBatch.from_arrays(batch.columns[2:], schema=self._schema)
            self._rows = pa.concat_tables([self._rows, pa.Table.from_batches([batch])])
        here = int(np.searchsorted(self._places, end))
        which = np.full(rows, -1, np.int64)
        which[self._places[:here] - self._at] = np.arange(here)
        taken = self._rows.slice(0, here).take(pa.array(which, mask=which < 0)).combine_chunks()
        self._places, self._rows, self._at = self._places[here:], self._rows.slice(here), end
        return [
            column.chunk(0) if column.num_chunks else pa.nulls(rows, column.type) for column in taken.columns
        ]
