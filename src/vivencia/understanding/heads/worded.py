"""What the words of a text and their pieces say, language by language, where embeddings are blind.

A weight for every word, pair of words and piece of a word, by feature hashing (Weinberger et al.,
ICML 2009). Embeddings are made to forget which word said a thing; these know nothing else, so the
two fail differently.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from vivencia.understanding.heads.grams import grams
from vivencia.understanding.tokens import without_accents

Floats = NDArray[np.float64]

#: Columns that words and pieces are hashed into: half as many read no worse than a company's own.
WORD_COLUMNS = 1 << 15


@dataclass(frozen=True, slots=True)
class Worded:
    """A weight for each column and output, of each of `languages`.

    `weights` are languages × WORD_COLUMNS × outputs in units of `steps` (languages × outputs), whole
    numbers where they ship (`in_steps`); `bias` languages × outputs.
    """

    languages: tuple[str, ...]
    weights: NDArray[Any]
    steps: NDArray[Any]
    bias: NDArray[Any]

    def decide(self, texts: Sequence[str], languages: Sequence[str]) -> Floats:
        """What the words of each text say: n × outputs; nought in a language that is not among these."""
        said = np.zeros((len(texts), self.weights.shape[2]))
        spoken = np.array(languages, dtype=object)
        for at, language in enumerate(self.languages):
            places = np.flatnonzero(spoken == language)
            if not len(places):
                continue
            rows = word_rows([texts[place] for place in places.tolist()])
            # Only the columns that a text has are multiplied: the whole is thirty times as large.
            used, column = np.unique(rows.indices, return_inverse=True)
            few = sparse.csr_matrix((rows.data, column, rows.indptr), shape=(len(places), len(used)))
            said[places] = few @ (self.weights[at][used] * self.steps[at]) + self.bias[at]
        return said


def word_rows(texts: Sequence[str]) -> sparse.csr_matrix:
    """The words and pieces of each text, without accents: many customers write none."""
    return grams([without_accents(text) for text in texts], WORD_COLUMNS)


def in_steps(weights: Floats) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Weights (columns × outputs) in one byte each, and what a step of each output is."""
    steps = np.maximum(np.abs(weights).max(axis=0), 1e-9) / 127
    return np.round(weights / steps).astype(np.int8), steps.astype(np.float32)
