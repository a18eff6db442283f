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

from vivencia.understanding.heads.worded import Worded
from vivencia.understanding.reading import ASPECTS, EMOTIONS

#: What a head decides, in the order of its columns: log-odds of each.
POLARITY, OPINION, MIXED = "polarity", "opinion", "mixed"
OUTPUTS = (POLARITY, OPINION, MIXED, *ASPECTS, *EMOTIONS)

Floats = NDArray[np.float64]


#: Texts whose likeness is held at once, and known sentences it is held to: memory does not grow with them.
_BATCH, _KNOWN = 512, 4096


@dataclass(frozen=True, slots=True)
class Likeness:
    """Known sentences and what each says for the texts that are like it.

    A text is moved by `origin`, turned by `turn` (d × p) and given length one, and so are the
    `centres` (k × p, int8); each adds its `votes` (k × len(OUTPUTS)) times exp(width·(cosine − 1)).
    Kernel ridge regression: Saunders, Gammerman & Vovk, ICML 1998.
    """

    origin: NDArray[np.float32]
    turn: NDArray[np.float32]
    centres: NDArray[np.int8]
    votes: NDArray[np.float32]
    width: float

    def decide(self, rows: NDArray[np.float32]) -> Floats:
        """What the known sentences say of each row (n × d): n × len(OUTPUTS)."""
        turned = unit((rows.astype(np.float32) - self.origin) @ self.turn)
        said = np.zeros((len(rows), self.votes.shape[1]))
        for begin in range(0, len(self.centres), _KNOWN):
            known = unit(self.centres[begin : begin + _KNOWN].astype(np.float32)).T
            votes = self.votes[begin : begin + _KNOWN]
            for first in range(0, len(rows), _BATCH):
                near = turned[first : first + _BATCH] @ known
                near -= 1
                near *= self.width
                said[first : first + _BATCH] += np.exp(near, out=near) @ votes
        return said


def unit(rows: NDArray[Any]) -> NDArray[np.float32]:
    """Each row with length one; a row of noughts stays."""
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(length, np.float32(1e-9)), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Heads:
    """All heads on one embedder, and what they were learned from.

    A decision is a weighted sum of the embedding (`weights` d × len(OUTPUTS), `bias`), which
    holds what is said plainly, what the known sentences like it say, and what its words say.
    """

    embedder: str
    version: str
    weights: Floats
    bias: Floats
    about: dict[str, Any]
    likeness: Likeness | None = None
    words: Worded | None = None

    def decide(
        self, rows: NDArray[np.float32], texts: Sequence[str] = (), languages: Sequence[str] = ()
    ) -> Floats:
        """Log-odds, one row a text, one column each of OUTPUTS.

        Of being positive rather than negative, of holding an opinion at all, of being mixed
        given an opinion, and of each aspect and emotion. `texts` are those embedded in `rows`,
        `languages` theirs (codes of LANGUAGES); without them words say nothing.
        """
        said = np.asarray(rows, dtype=np.float64) @ self.weights + self.bias
        if self.likeness is not None:
            said = said + self.likeness.decide(rows)
        return said if self.words is None or not texts else said + self.words.decide(texts, languages)

    def spread(self, output: str) -> float:
        """Standard deviation of a decision on sentences it had not seen: the unit it is joined in."""
        return float(self.about["spread"][output])

    def as_bytes(self) -> bytes:
        """As an `.npz` file; the same heads give the same bytes."""
        out = BytesIO()
        about = json.dumps(
            {
                "embedder": self.embedder, "version": self.version, "outputs": OUTPUTS,
                "word_languages": () if self.words is None else self.words.languages, **self.about,
            },
            sort_keys=True, ensure_ascii=False,
        )  # fmt: skip
        like = self.likeness
        known: dict[str, Any] = {}
        if like is not None:
            known = {
                "origin": like.origin.astype(np.float32), "turn": like.turn.astype(np.float16),
                "centres": like.centres, "votes": like.votes.astype(np.float16),
                "width": np.float64(like.width),
            }  # fmt: skip
        if self.words is not None:
            known["words"], known["word_steps"] = self.words.weights, self.words.steps
            known["word_bias"] = self.words.bias
        known["weights"] = self.weights.astype(np.float16)
        known["bias"] = self.bias.astype(np.float32)
        known["about"] = np.frombuffer(about.encode(), dtype=np.uint8)
        # Most weights of words are nought, so that packing makes them half as large.
        np.savez_compressed(out, **known)
        return out.getvalue()


def heads_from(content: bytes) -> Heads:
    """Heads from `as_bytes`. Raises ValueError where their outputs are not those of this version."""
    with np.load(BytesIO(content), allow_pickle=False) as held:
        about: dict[str, Any] = json.loads(held["about"].tobytes())
        weights = held["weights"].astype(np.float64)
        bias = held["bias"].astype(np.float64)
        languages = tuple(about.pop("word_languages", ()))
        words = Worded(languages, held["words"], held["word_steps"], held["word_bias"]) if languages else None
        likeness = (
            Likeness(
                held["origin"], held["turn"].astype(np.float32), held["centres"],
                held["votes"].astype(np.float32), float(held["width"]),
            )
            if "votes" in held
            else None
        )  # fmt: skip
    if tuple(about.pop("outputs")) != OUTPUTS:
        raise ValueError("these heads decide something else; make them again: python tools/heads/train.py")
    return Heads(about.pop("embedder"), about.pop("version"), weights, bias, about, likeness, words)


@cache
def shipped_heads(embedder: str) -> Heads:
    """The heads that ship for an embedder, by its name: `use` or `e5`."""
    return heads_from(files("vivencia.understanding.heads").joinpath(f"{embedder}.npz").read_bytes())
