"""Arrow columns from NumPy buffers, without a copy and without Arrow looking for pandas (a slow import)."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray


def integers(values: NDArray[np.int64], there: NDArray[np.bool_] | None = None) -> pa.Array:
    """Whole numbers as an int64 column, null where `there` is false."""
    held = np.ascontiguousarray(values, np.int64)
    return pa.Array.from_buffers(pa.int64(), len(held), [bitmap(there), pa.py_buffer(held)])


def texts(
    offsets: NDArray[np.int32], text: NDArray[np.uint8], there: NDArray[np.bool_] | None = None
) -> pa.Array:
    """UTF-8 bytes and offsets (n + 1) as a text column, null where `there` is false."""
    return pa.StringArray.from_buffers(
        len(offsets) - 1, pa.py_buffer(offsets), pa.py_buffer(text), bitmap(there)
    )


def bitmap(there: NDArray[np.bool_] | None) -> pa.Buffer | None:
    """Arrow's form of which values there are; None when all are."""
    return None if there is None else pa.py_buffer(np.packbits(there, bitorder="little"))
