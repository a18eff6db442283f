"""What runs inside Spark's Python workers: kernels over whole customers, states of folds.

Spark sorts each partition by customer and time and hands it over in record batches; these
functions cut them at customer borders and call the same kernels as the embedded engine.
"""

import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

import pyarrow as pa

from vivencia.engines.chunks import whole_customers
from vivencia.engines.shapes import fitted, plain
from vivencia.plans import Fold, Map

#: A map that writes several tables gives (which table, its rows as an Arrow stream).
PARCELS = "which INT, parcel BINARY"
STATES = "state BINARY"


def _chunks(batches: Iterable[pa.RecordBatch], node: Map | Fold) -> Iterator[pa.Table]:
    if not node.order:
        for batch in batches:
            yield plain(pa.Table.from_batches([batch]))
        return
    stream = iter(batches)
    first = next(stream, None)
    if first is None:
        return
    for table in whole_customers(chain([first], stream), first.schema, node.order[0]):
        yield plain(table.select(list(node.columns)))


@dataclass(frozen=True)
class RunMap:
    """`mapInArrow` function of a map: parcels of the tables it writes."""

    node: Map
    side: Mapping[str, Any]

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """One parcel a chunk and table."""
        for chunk in _chunks(batches, self.node):
            given = self.node.function(chunk, self.side)
            if len(given) != len(self.node.writes):
                raise ValueError(
                    f"map {self.node.name} gave {len(given)} tables, not {len(self.node.writes)}"
                )
            for which, (shape, part) in enumerate(zip(self.node.writes, given, strict=True)):
                table = fitted(part, shape, f"map {self.node.name}")
                yield _row({"which": pa.array([which], pa.int32()), "parcel": [_packed(table)]})


@dataclass(frozen=True)
class Unpack:
    """`mapInArrow` function that turns the parcels of one table into its rows."""

    schema: pa.Schema

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The rows of every parcel."""
        for batch in batches:
            for parcel in batch.column(batch.schema.get_field_index("parcel")):
                with pa.ipc.open_stream(parcel.as_buffer()) as reader:
                    yield from reader.read_all().cast(self.schema).to_batches(max_chunksize=65_536)


@dataclass(frozen=True)
class RunFold:
    """`mapInArrow` function of a fold: one pickled state a partition."""

    node: Fold
    side: Mapping[str, Any]

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The state of this partition; nothing for an empty one."""
        state, seen = self.node.start(self.side), False
        for chunk in _chunks(batches, self.node):
            state, seen = self.node.add(state, chunk, self.side), True
        if seen:
            yield _row({"state": [pickle.dumps(state)]})


def merged(node: Fold, side: Mapping[str, Any], states: Iterable[bytes]) -> Any:
    """The states of all partitions as one; the workers are our own, so unpickling is safe."""
    merge: Callable[[Any, Any], Any] = node.merge
    whole = None
    for pickled in states:
        state = pickle.loads(pickled)  # noqa: S301
        whole = state if whole is None else merge(whole, state)
    return node.start(side) if whole is None else whole


def _row(columns: dict[str, Any]) -> pa.RecordBatch:
    kept = {
        name: values if isinstance(values, pa.Array) else pa.array(values, pa.binary())
        for name, values in columns.items()
    }
    return pa.RecordBatch.from_pydict(kept)


def _packed(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())
