"""Labelled texts that are remembered, and how like each of them a new text is.

A text is like another by its words and pieces of words, by what is known of it without labels, by
its embedding, and by its parts: each part of one beside each part of the other, so that one
complaint among several is found again (set kernel: Gärtner, Flach, Kowalczyk & Smola, ICML 2002).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from vivencia.understanding.heads.grams import COLUMNS, grams
from vivencia.understanding.heads.shipped import unit

Floats = NDArray[np.float64]
Ids = NDArray[np.int64]
Vectors = NDArray[np.float32]

#: How fast likeness falls with the angle between embeddings; directions of them that are kept.
WIDTH, DIRECTIONS = 2.0, 64
#: How much what is known without labels counts beside words.
OF_KNOWN = 0.3
#: Texts whose likeness is held at once.
_BATCH = 512
_WHOLE = 127


@dataclass(frozen=True, slots=True)
class Looked:
    """Texts as they are compared: `rows` n × (COLUMNS + what is known), and the embeddings.

    `wholes` n × d and `parts` m × d, part j of text `part_of[j]` (going up); both None where nothing
    was embedded.
    """

    rows: sparse.csr_matrix
    wholes: Vectors | None
    parts: Vectors | None
    part_of: Ids


def looked(
    texts: Sequence[str], known: Floats, wholes: Vectors | None, parts: Vectors | None, part_of: Ids
) -> Looked:
    """The texts, with what is `known` of each without labels (n × k, about −3…3)."""
    rows = sparse.hstack([grams(texts, COLUMNS), sparse.csr_matrix(OF_KNOWN * known)], format="csr")
    return Looked(sparse.csr_matrix(rows), wholes, parts, part_of)


@dataclass(frozen=True, slots=True)
class Memory:
    """The embeddings of remembered texts and of their parts, moved, turned and in whole numbers."""

    origin: Vectors
    turn: Vectors
    wholes: NDArray[np.int8]
    parts: NDArray[np.int8]
    part_of: Ids

    def turned(self, rows: Vectors) -> Vectors:
        """Embeddings as they are compared with the remembered ones: each of length one."""
        return unit((rows.astype(np.float32) - self.origin) @ self.turn)

    def own(self) -> tuple[Vectors, Vectors]:
        """The remembered ones, of length one."""
        return unit(self.wholes.astype(np.float32)), unit(self.parts.astype(np.float32))


def memory_of(texts: Looked) -> Memory | None:
    """A memory of these texts; None where nothing was embedded."""
    if texts.wholes is None or texts.parts is None:
        return None
    origin = texts.parts.mean(axis=0).astype(np.float32)
    _, directions = np.linalg.eigh(np.cov((texts.parts - origin).T.astype(np.float64)))
    turn = directions[:, ::-1][:, :DIRECTIONS].astype(np.float32)
    whole, part = (unit((rows - origin) @ turn) for rows in (texts.wholes, texts.parts))
    return Memory(origin, turn, _whole_numbers(whole), _whole_numbers(part), texts.part_of)


def _whole_numbers(rows: Vectors) -> NDArray[np.int8]:
    scale = np.abs(rows).max(axis=1, keepdims=True)
    return np.asarray(np.round(rows * (_WHOLE / np.maximum(scale, np.float32(1e-9)))), dtype=np.int8)


def likeness(texts: Looked, memory: Memory | None) -> Floats:
    """How like one another the remembered texts are: n × n."""
    found = np.asarray((texts.rows @ texts.rows.T).todense(), dtype=np.float64)
    if memory is not None:
        wholes, parts = memory.own()
        near = _summed(_near(parts, parts), memory.part_of).T
        many = sizes(parts, memory.part_of)
        found += _near(wholes, wholes)
        found += _summed(near, memory.part_of).T / many[:, None] / many
    return found


def votes_of_parts(votes: Floats, memory: Memory) -> Floats:
    """What each remembered part adds, of what its text adds (`votes`, n × k): m × k."""
    _, parts = memory.own()
    return np.asarray((votes / sizes(parts, memory.part_of)[:, None])[memory.part_of])


def remembered(texts: Looked, memory: Memory, votes: Floats, part_votes: Floats) -> tuple[Floats, Floats]:
    """What the remembered texts say of new ones (n × k), and of each part of them as a text of its own.

    Raises ValueError where the new ones were not embedded.
    """
    if texts.wholes is None or texts.parts is None:
        raise ValueError("texts without an embedding are like none that is remembered by its embedding")
    wholes, parts = memory.own()
    new, new_parts = memory.turned(texts.wholes), memory.turned(texts.parts)
    by_part = _said(new_parts, parts, part_votes)
    whole = _said(new, wholes, votes)
    whole += _summed(by_part, texts.part_of) / sizes(new_parts, texts.part_of)[:, None]
    return whole, by_part + _said(new_parts, wholes, votes)


def _near(a: Vectors, b: Vectors) -> Floats:
    return np.exp(WIDTH * ((a @ b.T).astype(np.float64) - 1))


def _said(rows: Vectors, known: Vectors, votes: Floats) -> Floats:
    found = np.empty((len(rows), votes.shape[1]))
    for first in range(0, len(rows), _BATCH):
        found[first : first + _BATCH] = _near(rows[first : first + _BATCH], known) @ votes
    return found


def _summed(rows: Floats, of: Ids) -> Floats:
    """Sums of the rows of each text; every text has one at least."""
    return np.asarray(np.add.reduceat(rows, np.flatnonzero(np.diff(of, prepend=-1)), axis=0))


def sizes(parts: Vectors, of: Ids) -> Floats:
    """Of each text, the root of how like one another its parts are: what makes it as like itself as any."""
    first = np.flatnonzero(np.diff(of, prepend=-1))
    many = np.diff(np.append(first, len(of)))
    one = np.repeat(np.arange(len(of)), many[of])
    begun = np.cumsum(many[of]) - many[of]
    other = first[of[one]] + np.arange(len(one)) - begun[one]
    alike = np.exp(WIDTH * (np.einsum("ij,ij->i", parts[one], parts[other]).astype(np.float64) - 1))
    return np.asarray(np.sqrt(np.bincount(of[one], alike)))
