"""The network of the Universal Sentence Encoder over many texts, each different stretch of tokens once.

The package goes token by token. What a layer makes of a token depends on a stretch of two to nine tokens
around it, and customers use the same stretches again and again: here each different one is computed
once, and the mean over a text is a product with a sparse matrix. The numbers are those of the
package but for the order of sums (to 10⁻⁶); its weights and its tokeniser are used as they are.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Rows = NDArray[np.float32]
Floats = NDArray[np.float64]
Ids = NDArray[np.int64]

#: Length of a stretch and how many tokens of it lie before its own, of each of the three branches.
_BRANCHES = ((2, 0), (3, 1), (5, 2))
#: How far the longest reaches to either side.
_REACH = 2
#: Columns of an embedding, and of a branch.
_DIM, _BRANCH = 512, 256
_WIDTH = _DIM + len(_BRANCHES) * _BRANCH
#: Tokens looked at in one go: some 30 MB where no stretch comes twice.
_TOKENS = 2048

#: Different rows, and which of them each token has.
_Part = tuple[Rows, Ids]


def encoded(network: Any, tokens: Sequence[Sequence[int]]) -> Rows:
    """What the package's `network` makes of texts, given as the tokens of each: n × 512, norm 1."""
    out = np.empty((len(tokens), _DIM), dtype=np.float32)
    for first, last in _blocks([len(one) for one in tokens]):
        some = tokens[first:last]
        bounds = np.concatenate([[0], np.cumsum([len(one) for one in some])])
        parts = _parts(network, np.concatenate([np.asarray(one, dtype=np.int64) for one in some]), bounds)
        out[first:last] = _dense(network, _summed(network, parts, bounds), np.diff(bounds))
    return out


def _blocks(lengths: Sequence[int]) -> Iterator[tuple[int, int]]:
    first, held = 0, 0
    for place, length in enumerate(lengths):
        if held and held + length > _TOKENS:
            yield first, place
            first, held = place, 0
        held += length
    if held:
        yield first, len(lengths)


def _parts(network: Any, tokens: Ids, bounds: Ids) -> list[_Part]:
    """The embeddings of the different tokens, and what each branch makes of the different stretches."""
    words, token = np.unique(tokens, return_inverse=True)
    chunk = words % len(network.scale)
    embedded = network.table[words].astype(np.float32)
    embedded *= network.scale[chunk, None]
    embedded += network.lo[chunk, None]
    projected = _normed(embedded @ network.proj_W + network.proj_b, network)
    around = _around(bounds)
    parts: list[_Part] = [(embedded, token)]
    for place, (length, before) in enumerate(_BRANCHES):
        near = around[:, _REACH - before : _REACH - before + length]
        part: _Part = (projected[:, place * _BRANCH : (place + 1) * _BRANCH], token)
        part = _layer(part, near, network.w1[place], network.b1[place])
        parts.append(_layer(part, near, network.w2[place], network.b2[place]))
    return parts


def _normed(rows: Rows, network: Any) -> Rows:
    """Layer normalisation."""
    rows -= rows.mean(axis=1, keepdims=True)
    spread = np.einsum("ij,ij->i", rows, rows) / rows.shape[1]
    rows *= np.reciprocal(np.sqrt(spread + network.eps))[:, None]
    return np.asarray(rows * network.ln_g_all + network.ln_b_all, dtype=np.float32)


def _around(bounds: Ids) -> Ids:
    """The places of the tokens around each, −1 beyond its text."""
    lengths = np.diff(bounds)
    places = np.arange(bounds[-1])[:, None] + np.arange(-_REACH, _REACH + 1)
    first, last = np.repeat(bounds[:-1], lengths)[:, None], np.repeat(bounds[1:], lengths)[:, None]
    return np.where((places >= first) & (places < last), places, -1)


def _layer(part: _Part, near: Ids, weights: Rows, bias: Rows) -> _Part:
    """One convolution with its residual: a row for each different stretch of what stands `near`."""
    rows, of = part
    first, each = _different(np.where(near < 0, 0, of[near] + 1))
    # Row 0 is nought: what lies beyond a text.
    padded = np.concatenate([np.zeros((1, _BRANCH), np.float32), rows])
    stretch = np.where(near[first] < 0, 0, of[near[first]] + 1)
    made = padded[stretch].reshape(len(first), -1) @ weights
    made += bias
    np.maximum(made, 0, out=made)
    made += rows[of[first]]
    return made, each


def _different(stretches: Ids) -> tuple[Ids, Ids]:
    """Where each different row of numbers comes first, and which of them each row is."""
    key, first = stretches[:, 0], np.zeros(0, np.int64)
    for column in stretches.T[1:]:
        _, first, key = np.unique(key * (column.max() + 1) + column, return_index=True, return_inverse=True)
    return first, key


def _summed(network: Any, parts: Sequence[_Part], bounds: Ids) -> Rows:
    """The sum over each text of its tokens' rows, each normalised: texts × _WIDTH."""
    total, square = np.zeros(bounds[-1]), np.zeros(bounds[-1])
    for rows, of in parts:
        total += rows.sum(axis=1, dtype=np.float64)[of]
        square += np.einsum("ij,ij->i", rows, rows, dtype=np.float64)[of]
    mean = total / _WIDTH
    scale = 1 / np.sqrt(square / _WIDTH - mean * mean + network.eps)
    shape = len(bounds) - 1
    summed = np.concatenate(
        [
            sparse.csr_matrix((scale.astype(np.float32), of, bounds), shape=(shape, len(rows))) @ rows
            for rows, of in parts
        ],
        axis=1,
    )
    summed -= np.add.reduceat(mean * scale, bounds[:-1]).astype(np.float32)[:, None]
    summed *= network.ln_g
    summed += np.diff(bounds).astype(np.float32)[:, None] * network.ln_b
    return np.asarray(summed, dtype=np.float32)


def _dense(network: Any, summed: Rows, lengths: Ids) -> Rows:
    """The layers over whole texts."""
    many = lengths.astype(np.float32)[:, None]
    mean = (summed @ network.cnn_W + many * network.cnn_b) / np.sqrt(many)
    inner = np.maximum(mean @ network.d0, 0)
    inner = np.maximum(mean @ network.p1 + inner @ network.d1, 0)
    out = np.tanh(inner @ network.p3 + np.maximum(inner @ network.d2, 0) @ network.d3)
    square = np.einsum("ij,ij->i", out, out)
    return np.asarray(out / np.sqrt(np.maximum(square, network.eps))[:, None], dtype=np.float32)
