"""What a company's own head is learned on: words and pieces, the embedding, and what is known already."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from vivencia.understanding.heads.grams import COLUMNS, grams

#: How much the embedding and the prior score count beside words, whose rows have norm 1.
OF_EMBEDDING, OF_SCORE = 2.0, 1.0


def joined(
    texts: Sequence[str], embeddings: NDArray[np.float32] | None, scores: NDArray[np.float64]
) -> sparse.csr_matrix:
    """Hashed words, embedding and the score of the tiers below: n × (COLUMNS + dim + 1).

    `scores` are log-odds of being positive; `embeddings` n × dim with norm 1, or None
    where there is no embedder, and then those columns are absent.
    """
    parts = [grams(texts, COLUMNS)]
    if embeddings is not None:
        parts.append(sparse.csr_matrix(embeddings.astype(np.float64) * OF_EMBEDDING))
    parts.append(sparse.csr_matrix(np.clip(scores, -6, 6)[:, None] * OF_SCORE))
    return sparse.csr_matrix(sparse.hstack(parts, format="csr"))
