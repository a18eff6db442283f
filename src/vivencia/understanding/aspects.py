"""Which aspects a clause speaks of, how surely, and which of the clause's liking falls on each."""

from typing import Any

import numba

from vivencia.understanding.lexicon.lists import PLAIN, STRONG
from vivencia.understanding.reading import ASPECTS
from vivencia.understanding.senses import COMMA

_MANY = len(ASPECTS)


@numba.njit
def note_aspect(found: Any, count: int, first: int, last: int, aspect: int, strength: int) -> int:
    """One mention of an aspect; returns the number of mentions."""
    if count >= len(found.mentions):
        return count
    found.mentions[count].first, found.mentions[count].last = first, last
    found.mentions[count].aspect, found.mentions[count].strength = aspect, strength
    return count + 1


@numba.njit
def _inside(mentions: Any, one: int, other: int) -> bool:
    """Whether one mention is a part of another, longer one."""
    return bool(
        mentions[other].first <= mentions[one].first
        and mentions[one].last <= mentions[other].last
        and mentions[one].last - mentions[one].first < mentions[other].last - mentions[other].first
    )


@numba.njit
def _confidence(found: Any, mention: int, first: int, last: int, weights: Any) -> float:
    """How surely the clause whose mentions are [first, last) speaks of this mention's aspect.

    A word inside an expression of another aspect says nothing of its own: "quality" in "price-quality ratio".
    """
    aspect, best, other, same = found.mentions[mention].aspect, 0, 0, 0
    for row in range(first, last):
        strength = found.mentions[row].strength
        if found.mentions[row].aspect != aspect and _inside(found.mentions, mention, row):
            return 0.0
        if found.mentions[row].aspect == aspect:
            best, same = max(best, strength), same + 1
        else:
            other = max(other, strength)
    more = weights.more * min(same - 1, 2)
    if best == STRONG:
        return min(0.97, float(weights.strong + more))
    if best == PLAIN:
        return float((weights.plain + more) * (weights.beside if other == STRONG else 1.0))
    if same > 1 or other == 0:
        return float(weights.weak + more)
    return float(0.5 * weights.weak)


@numba.njit
def _between(found: Any, hit: int, mention: int, pieces: Any, weights: Any) -> float:
    """Pieces between a word of liking and a mention; commas count more."""
    low, high = found.hits[hit].last + 1, found.mentions[mention].first
    if found.hits[hit].first > found.mentions[mention].last:
        low, high = found.mentions[mention].last + 1, found.hits[hit].first
    apart = 0.0
    for at in range(low, high):
        apart += weights.comma if pieces[at].flags & COMMA else 1.0
    return apart


@numba.njit
def clause_aspects(
    found: Any,
    hit: int,
    hits: int,
    first: int,
    last: int,
    total: float,
    pieces: Any,
    weights: Any,
) -> None:
    """Gives each mention of a clause its confidence and its share of the clause's liking.

    One aspect alone takes the clause's score; of several, each takes the nearest words'.
    """
    several = False
    for mention in range(first + 1, last):
        several = several or found.mentions[mention].aspect != found.mentions[first].aspect
    for mention in range(first, last):
        found.mentions[mention].confidence = _confidence(found, mention, first, last, weights)
        polarity = total
        if several and hits > hit:
            polarity = 0.0
            for row in range(hit, hits):
                polarity += found.hits[row].value * weights.near ** _between(
                    found, row, mention, pieces, weights
                )
        found.mentions[mention].polarity = polarity


@numba.njit
def text_aspects(
    found: Any, first: int, last: int, clauses: int, score: float, sure: Any, liked: Any, weights: Any
) -> None:
    """Joins the mentions [first, last) of a text: confidence and polarity of each aspect."""
    weight = sure * 0.0
    for mention in range(first, last):
        aspect, confidence = found.mentions[mention].aspect, found.mentions[mention].confidence
        if clauses > weights.long_clauses and found.mentions[mention].strength < STRONG:
            confidence *= weights.long_text
        known = sure[aspect]
        sure[aspect] = max(known, confidence) + (0.03 if known > 0 else 0.0)
        polarity = found.mentions[mention].polarity
        if polarity == 0.0:
            continue
        liked[aspect] += confidence * polarity
        weight[aspect] += confidence
    for aspect in range(_MANY):
        sure[aspect] = min(0.98, sure[aspect])
        liked[aspect] = liked[aspect] / weight[aspect] if weight[aspect] > 0 else weights.spill * score
