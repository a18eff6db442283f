"""One id, two contents: within a batch the first stands, the second is a fault."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vivencia.signals.mapping.build import Built
from vivencia.signals.mapping.faults import FaultBook
from vivencia.signals.mapping.frame import Trouble
from vivencia.words.faults import FaultCode


def without_conflicts(signals: pa.Table, built: Sequence[Built], book: FaultBook) -> pa.Table:
    """The signals with each id once.

    The same signal said twice is one; another content under an id that is taken is a
    CONFLICT, unless the earlier one came in another batch (the store then keeps the first).
    """
    keys = pc.binary_join_element_wise(signals.column("source"), signals.column("id"), "\x1f")
    ids = keys.combine_chunks()
    if pc.count_distinct(ids).as_py() == len(ids):
        return signals
    words = pc.dictionary_encode(ids).indices.to_numpy(zero_copy_only=False)
    often = np.flatnonzero((np.bincount(words) > 1)[words])
    contents = dict(zip(often.tolist(), signals.take(pa.array(often)).to_pylist(), strict=True))
    rows = np.concatenate([one.rows for one in built])
    names = [one.name for one in built for _ in range(len(one.rows))]
    first: dict[int, int] = {}
    keep = np.ones(len(ids), dtype=bool)
    for place in often.tolist():
        earlier = first.setdefault(int(words[place]), place)
        keep[place] = earlier == place
        if earlier != place and contents[earlier] != contents[place]:
            where = np.zeros(book.table.num_rows, dtype=bool)
            where[rows[place]] = True
            found = pa.repeat(pa.scalar(contents[place]["id"]), book.table.num_rows)
            book.add(Trouble(where, "id", FaultCode.CONFLICT, found, "each id once"), where, names[place])
    return signals.filter(pa.array(keep))
