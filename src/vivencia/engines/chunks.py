"""Cutting a sorted stream at customer borders, so a kernel always sees whole customers."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pyarrow as pa

T = TypeVar("T")

#: Rows a kernel is given at once, where no customer is longer.
CHUNK_ROWS = 262_144


def ahead(items: Iterable[T]) -> Iterator[T]:
    """The same items, each made in a thread of its own while the one before is worked on."""
    source = iter(items)

    def following() -> T | None:
        return next(source, None)

    with ThreadPoolExecutor(max_workers=1) as maker:
        coming = maker.submit(following)
        while (item := coming.result()) is not None:
            coming = maker.submit(following)
            yield item


def whole_customers(
    batches: Iterable[pa.RecordBatch], schema: pa.Schema, column: str, rows: int = CHUNK_ROWS
) -> Iterator[pa.Table]:
    """Tables of whole customers, from a half to about `rows` rows each, from batches sorted by `column`.

    Only a customer longer than `rows` makes a longer table. An empty stream gives nothing.
    """
    held: list[pa.RecordBatch] = []
    count = 0
    for batch in batches:
        if batch.num_rows == 0:
            continue
        if 2 * count >= rows and _first(batch, column) != held[-1].column(column)[-1].as_py():
            # A customer ends where the batch does, as in tables that kernels wrote: nothing to cut.
            yield pa.Table.from_batches(held, schema=schema).combine_chunks()
            held, count = [], 0
        held.append(batch)
        count += batch.num_rows
        if count < rows:
            continue
        table = pa.Table.from_batches(held, schema=schema).combine_chunks()
        border = last_border(table, column)
        if border:
            yield table.slice(0, border)
        held = table.slice(border).to_batches()
        count -= border
    if count:
        yield pa.Table.from_batches(held, schema=schema).combine_chunks()


def _first(batch: pa.RecordBatch, column: str) -> Any:
    return batch.column(column)[0].as_py()


def last_border(table: pa.Table, column: str) -> int:
    """The first row of the last customer, by bisection; 0 when there is only one."""
    keys = table.column(column)
    last = keys[-1].as_py()
    low, high = 0, table.num_rows - 1  # the border is in [low, high]
    while low < high:
        middle = (low + high) // 2
        if keys[middle].as_py() == last:
            high = middle
        else:
            low = middle + 1
    return low
