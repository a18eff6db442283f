"""What a company's own head is learned on: words and pieces of words, and the embeddings there are."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from vivencia.understanding.heads.grams import COLUMNS, grams

#: An embedding's name, and a row of norm 1 for each text.
Embedding = tuple[str, NDArray[np.float32]]
#: How much an embedding counts beside words, whose rows have norm 1. All rows of E5 point much the
#: same way, so what tells texts apart is small in it.
OF_EMBEDDING, OF_EACH = 2.0, {"e5": 8.0}


def joined(texts: Sequence[str], embeddings: Sequence[Embedding]) -> sparse.csr_matrix:
    """Hashed words beside each embedding: n × (COLUMNS + the dims of the embeddings)."""
    parts = [grams(texts, COLUMNS)]
    for name, rows in embeddings:
        scale = OF_EACH.get(name, OF_EMBEDDING)
        parts.append(sparse.csr_matrix(rows.astype(np.float64) * scale))
    return sparse.csr_matrix(sparse.hstack(parts, format="csr"))
