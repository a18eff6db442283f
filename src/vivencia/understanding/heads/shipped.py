"""The heads that ship: sentiment, aspects and emotions read off an embedding.

They were learned from sentences written for this project, and from nothing else
(docs/reference/provenance.md). They are plain arrays; no code is run to load them.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vivencia.understanding.embedders import Embedder
from vivencia.understanding.reading import ASPECTS, EMOTIONS

#: What a head decides, in the order of its columns: log-odds of each.
POLARITY, OPINION, MIXED = "polarity", "opinion", "mixed"
OUTPUTS = (POLARITY, OPINION, MIXED, *ASPECTS, *EMOTIONS)

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Heads:
    """All heads on one embedder: `weights` d × len(OUTPUTS), and what they were learned from."""

    embedder: str
    version: str
    weights: Floats
    bias: Floats
    about: dict[str, Any]

    def decide(self, rows: NDArray[np.float32]) -> Floats:
        """Log-odds, one row a text, one column each of OUTPUTS.

        Of being positive rather than negative, of holding an opinion at all, of being mixed
        given an opinion, and of each aspect and emotion.
        """
        return np.asarray(rows, dtype=np.float64) @ self.weights + self.bias

    def spread(self, output: str) -> float:
        """Standard deviation of a decision on sentences it had not seen: the unit it is joined in."""
        return float(self.about["spread"][output])

    def as_bytes(self) -> bytes:
        """As an `.npz` file; the same heads give the same bytes."""
        out = BytesIO()
        about = json.dumps(
            {"embedder": self.embedder, "version": self.version, "outputs": OUTPUTS, **self.about},
            sort_keys=True, ensure_ascii=False,
        )  # fmt: skip
        np.savez(
            out,
            weights=self.weights.astype(np.float16),
            bias=self.bias.astype(np.float32),
            about=np.frombuffer(about.encode(), dtype=np.uint8),
        )
        return out.getvalue()


def heads_from(content: bytes) -> Heads:
    """Heads from `as_bytes`. Raises ValueError where their outputs are not those of this version."""
    with np.load(BytesIO(content), allow_pickle=False) as held:
        about: dict[str, Any] = json.loads(held["about"].tobytes())
        weights = held["weights"].astype(np.float64)
        bias = held["bias"].astype(np.float64)
    if tuple(about.pop("outputs")) != OUTPUTS:
        raise ValueError("these heads decide something else; make them again: python tools/heads/train.py")
    return Heads(about.pop("embedder"), about.pop("version"), weights, bias, about)


@cache
def shipped_heads(embedder: str) -> Heads:
    """The heads that ship for an embedder, by its name: `use` or `e5`."""
    return heads_from(files("vivencia.understanding.heads").joinpath(f"{embedder}.npz").read_bytes())


def decide(model: Embedder, texts: Sequence[str]) -> Floats:
    """The shipped heads on texts, embedded by `model`; see `Heads.decide`."""
    return shipped_heads(model.name).decide(model.embed(texts))
