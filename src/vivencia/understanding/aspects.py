"""Which aspects a clause speaks of, how surely, and which of the clause's liking falls on each."""

from typing import Any

import numba

from vivencia.understanding.lexicon.lists import PLAIN, STRONG
from vivencia.understanding.reading import ASPECTS
from vivencia.understanding.senses import COMMA
from vivencia.understanding.weights import Weights

_MANY = len(ASPECTS)


@numba.njit(cache=True)
def note_aspect(found: Any, count: int, first: int, last: int, aspect: int, strength: int) -> int:
    """One mention of an aspect; returns the number of mentions."""
    if count >= len(found.mention_first):
        return count
    found.mention_first[count], found.mention_last[count] = first, last
    found.mention_aspect[count], found.mention_strength[count] = aspect, strength
    return count + 1


@numba.njit(cache=True)
def _confidence(found: Any, mention: int, first: int, last: int, weights: Weights) -> float:
    """How surely the clause whose mentions are [first, last) speaks of this mention's aspect."""
    aspect, best, other, same = found.mention_aspect[mention], 0, 0, 0
    for row in range(first, last):
        strength = found.mention_strength[row]
        if found.mention_aspect[row] == aspect:
            best, same = max(best, strength), same + 1
        else:
            other = max(other, strength)
    more = weights.more * min(same - 1, 2)
    if best == STRONG:
        return min(0.97, weights.strong + more)
    if best == PLAIN:
        return (weights.plain + more) * (weights.beside if other == STRONG else 1.0)
    if same > 1 or other == 0:
        return weights.weak + more
    return 0.5 * weights.weak


@numba.njit(cache=True)
def _between(found: Any, hit: int, mention: int, pieces: Any, weights: Weights) -> float:
    """Pieces between a word of liking and a mention; commas count more."""
    low, high = found.hit_last[hit] + 1, found.mention_first[mention]
    if found.hit_first[hit] > found.mention_last[mention]:
        low, high = found.mention_last[mention] + 1, found.hit_first[hit]
    apart = 0.0
    for at in range(low, high):
        apart += weights.comma if pieces.flags[at] & COMMA else 1.0
    return apart


@numba.njit(cache=True)
def clause_aspects(
    found: Any,
    hit: int,
    hits: int,
    first: int,
    last: int,
    clause: int,
    total: float,
    pieces: Any,
    weights: Weights,
) -> None:
    """Gives each mention of a clause its confidence and its share of the clause's liking.

    One aspect alone takes the clause's score; of several, each takes the nearest words'.
    """
    several = False
    for mention in range(first + 1, last):
        several = several or found.mention_aspect[mention] != found.mention_aspect[first]
    for mention in range(first, last):
        found.mention_clause[mention] = clause
        found.mention_confidence[mention] = _confidence(found, mention, first, last, weights)
        polarity = total
        if several and hits > hit:
            polarity = 0.0
            for row in range(hit, hits):
                polarity += found.hit_value[row] * weights.near ** _between(
                    found, row, mention, pieces, weights
                )
        found.mention_polarity[mention] = polarity


@numba.njit(cache=True)
def text_aspects(
    found: Any, first: int, last: int, clauses: int, score: float, sure: Any, liked: Any, weights: Weights
) -> None:
    """Joins the mentions [first, last) of a text: confidence and polarity of each aspect."""
    weight = sure * 0.0
    for mention in range(first, last):
        aspect, confidence = found.mention_aspect[mention], found.mention_confidence[mention]
        if clauses > weights.long_clauses and found.mention_strength[mention] < STRONG:
            confidence *= weights.long_text
        known = sure[aspect]
        sure[aspect] = max(known, confidence) + (0.03 if known > 0 else 0.0)
        polarity = found.mention_polarity[mention]
        if polarity == 0.0:
            continue
        liked[aspect] += confidence * polarity
        weight[aspect] += confidence
    for aspect in range(_MANY):
        sure[aspect] = min(0.98, sure[aspect])
        liked[aspect] = liked[aspect] / weight[aspect] if weight[aspect] > 0 else weights.spill * score
