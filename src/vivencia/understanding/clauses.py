"""Walks a text's pieces clause by clause: what is liked, how much, under which negation, doubt or but."""

from typing import Any, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from vivencia.understanding import senses as f
from vivencia.understanding.aspects import clause_aspects, note_aspect
from vivencia.understanding.forms import WIDTH, Rows
from vivencia.understanding.matching import BORDER
from vivencia.understanding.patterns import ASPECT, EMOTION

#: Bits of a text's `traits`.
NEGATED, ASKS, IRONIC, EXCLAIMS, UNREAL, BARE = (1 << bit for bit in range(6))
#: Where the counters stand: clauses, hits, aspect mentions.
CLAUSES, HITS, MENTIONS = range(3)
#: The state of a clause: first piece, first hit, first mention, end of negation, negation seen, place of the
#: last unreal word, concession, contrast, place of the last intensifier, words, whole text shouts, place and
#: flags of the last negator, place of the last "and", hits before that negator.
(
    _FIRST, _HIT, _MENTION, _NEGATION, _NEGATORS, _UNREAL, _CONCESSION, _CONTRAST, _BOOST, _WORDS, _LOUD,
    _NEGATOR, _NEGATOR_FLAGS, _AND, _NEGATOR_HITS,
) = range(15)  # fmt: skip
STATE = 15
_WORTH_A_CLAUSE = 3
#: Words after which a clause is closed even without a border, so that time grows with length only.
_LONGEST_CLAUSE = 60
#: Words of liking this strong are superlatives.
_BEST = 3
NO_BORDER: Any = np.int32(0)


#: Pieces, later characters, [first, last) of a clause, what it says and how much it weighs; of a word of
#: liking and what it is worth; of a mention of an aspect.
CLAUSE = np.dtype([("first", "i4"), ("last", "i4"), ("score", "f8"), ("weight", "f8"), ("praise", "f8")])
HIT = np.dtype([("first", "i4"), ("last", "i4"), ("value", "f8")])
MENTION = np.dtype([
    ("first", "i4"), ("last", "i4"), ("aspect", "i4"), ("strength", "i4"),
    ("polarity", "f8"), ("confidence", "f8"),
])  # fmt: skip


class Found(NamedTuple):
    """What a batch's texts say; a text's clauses, hits and mentions end at its `upto`, after the last one's.

    `scores`: a text's score, praise, blame, thanks. Records as CLAUSE, HIT and MENTION say.
    """

    upto: NDArray[np.int64]
    scores: NDArray[np.float64]
    traits: NDArray[np.int32]
    emotions: NDArray[np.float64]
    clauses: Any
    hits: Any
    mentions: Any


@numba.njit
def _open(state: Any, first: int, counts: Any) -> None:
    state[_FIRST], state[_HIT], state[_MENTION] = first, counts[HITS], counts[MENTIONS]
    state[_NEGATION], state[_UNREAL], state[_BOOST] = -1, -1, -9
    state[_NEGATOR] = state[_AND] = -1
    state[_NEGATORS] = state[_CONCESSION] = state[_CONTRAST] = state[_WORDS] = 0


@numba.njit
def _close(
    state: Any, end: int, border: int, found: Found, counts: Any, text: int, pieces: Any, weights: Any
) -> None:
    """Ends the clause before piece `end`, with the border's flags, where there is anything in it."""
    if state[_WORDS] == 0 and state[_HIT] == counts[HITS]:
        return
    total = praise = 0.0
    for hit in range(state[_HIT], counts[HITS]):
        total += found.hits[hit].value
        praise += max(0.0, found.hits[hit].value)
    if state[_HIT] == counts[HITS] and state[_NEGATORS] and not border & f.QUESTION:
        total -= _bare(state[_NEGATOR_FLAGS], weights)
        found.traits[text] |= BARE
    if border & f.QUESTION:
        total *= weights.question
        praise *= weights.question
        found.traits[text] |= ASKS
    if border & f.EXCLAIM:
        total *= weights.exclaim
        praise *= weights.exclaim
        found.traits[text] |= EXCLAIMS
    clause = counts[CLAUSES]
    weight = 1.0
    if state[_CONTRAST]:
        weight *= weights.contrast
    if state[_CONCESSION]:
        weight *= weights.concession
    found.clauses[clause].first, found.clauses[clause].last = state[_FIRST], end - 1
    found.clauses[clause].score, found.clauses[clause].weight = total, weight
    found.clauses[clause].praise = praise
    counts[CLAUSES] += 1
    clause_aspects(
        found, state[_HIT], counts[HITS], state[_MENTION], counts[MENTIONS], total, pieces, weights
    )


@numba.njit
def _bare(flags: int, weights: Any) -> float:
    """What a negation blames that denies no word of liking: by what the last negator is."""
    if flags & f.WITHOUT:
        return float(weights.bare_without)
    return float(weights.bare_not if flags & f.NOT else weights.bare)


@numba.njit
def _turned(state: Any, at: int, flags: int, value: float, pieces: Any, weights: Any) -> bool:
    """Whether a negation turns the word at `at`, which never stands beyond an "and": a fault only near."""
    negator = state[_NEGATOR]
    if at > state[_NEGATION] or negator >= at or state[_AND] > negator or flags & f.FIXED:
        return False
    reach = weights.scope_after if pieces[at].last > at else weights.litotes_scope
    return bool(value > 0 or at - negator <= reach)


@numba.njit
def _negate(state: Any, at: int, flags: int, hits: int, weights: Any) -> None:
    """A negator begins or goes on with a negation; one that does not agree ends it again."""
    before = state[_NEGATOR]
    standing = before >= 0 and state[_AND] < before and 1 < at - before <= weights.scope_double
    standing = standing and state[_NEGATOR_HITS] == hits
    unlike = flags & f.WITHOUT or (flags & f.NOT and not state[_NEGATOR_FLAGS] & f.WITHOUT)
    if standing and unlike and not flags & f.HIT:
        state[_NEGATION] = -1
    else:
        reach = weights.scope_without if flags & f.WITHOUT else weights.scope
        state[_NEGATION] = max(state[_NEGATION], at + int(reach))
        state[_NEGATORS] += 1
    state[_NEGATOR], state[_NEGATOR_FLAGS], state[_NEGATOR_HITS] = at, flags, hits


@numba.njit
def _value(state: Any, at: int, flags: int, pieces: Any, found: Found, text: int, weights: Any) -> float:
    """What one word of liking is worth where it stands."""
    value = float(pieces[at].value)
    if flags & f.PICTURE:
        return value
    boosted = at - state[_BOOST] <= 2
    if boosted:
        value *= pieces[state[_BOOST]].factor
    if flags & f.SHOUT and not state[_LOUD]:
        value *= weights.shout
    if flags & f.STRETCHED:
        value *= weights.stretch
    if _turned(state, at, flags, value, pieces, weights):
        found.traits[text] |= NEGATED
        if value > 0:
            # "Not very good" and "not the best" say less than "not good" says, not more.
            value = min(value, float(pieces[at].value))
            value *= -(weights.flip_best if value >= _BEST else weights.flip)
            state[_NEGATION] = min(state[_NEGATION], at + int(weights.scope_after))
        else:
            value *= -weights.litotes * (weights.litotes_worst if pieces[at].value <= -_BEST else 1.0)
            state[_NEGATION] = -1
    elif state[_UNREAL] >= 0 and at - state[_UNREAL] <= weights.unreal_scope:
        found.traits[text] |= UNREAL
        value *= weights.unreal_praise if value > 0 else weights.unreal_blame
    return value


@numba.njit
def _turn_to(
    state: Any, at: int, flags: int, found: Found, counts: Any, text: int, pieces: Any, weights: Any
) -> None:
    """But and although begin a clause that weighs more or less."""
    before = counts[CLAUSES]
    opened = state[_WORDS] >= _WORTH_A_CLAUSE or counts[HITS] > state[_HIT]
    if opened:
        _close(state, at, NO_BORDER, found, counts, text, pieces, weights)
        _open(state, at, counts)
    if flags & f.CONTRAST:
        state[_CONTRAST] = 1
        if opened and counts[CLAUSES] > before:
            found.clauses[before].weight *= weights.before_contrast
    else:
        state[_CONCESSION] = 1


@numba.njit
def _turn(
    state: Any, at: int, flags: int, found: Found, counts: Any, text: int, pieces: Any, weights: Any
) -> None:
    """Words that turn what follows: but, although, negations, could, very."""
    if flags & (f.CONTRAST | f.CONCESSION):
        _turn_to(state, at, flags, found, counts, text, pieces, weights)
    if flags & f.NEGATOR:
        _negate(state, at, flags, counts[HITS], weights)
    if flags & f.AND:
        state[_AND] = at
    if flags & f.IRREALIS:
        state[_UNREAL] = at
    if flags & f.BOOST:
        if at - state[_BOOST] <= 1:
            pieces[at].factor *= pieces[state[_BOOST]].factor
        state[_BOOST] = at
    if flags & f.SARCASM:
        found.traits[text] |= IRONIC


@numba.njit
def _like(
    state: Any, at: int, flags: int, pieces: Any, found: Found, counts: Any, text: int, weights: Any
) -> None:
    """Notes the liking of one piece."""
    value = _value(state, at, flags, pieces, found, text, weights)
    if flags & f.THANKS and value > 0:
        found.scores[text, 3] += value
        return
    if value == 0.0:
        return
    if flags & f.FIXED and value < 0:
        # "Does not work well": what the phrase denies goes on for a word.
        state[_NEGATOR], state[_NEGATION] = at, pieces[at].last + 1
    hit = counts[HITS]
    found.hits[hit].first, found.hits[hit].last = at, pieces[at].last
    found.hits[hit].value = value
    counts[HITS] += 1


@numba.njit
def _say(
    state: Any,
    at: int,
    flags: int,
    rows: Rows,
    pieces: Any,
    found: Found,
    counts: Any,
    text: int,
    weights: Any,
) -> None:
    """Notes liking, aspects and emotions of one piece."""
    negated = at <= state[_NEGATION]
    if flags & f.HIT:
        _like(state, at, flags, pieces, found, counts, text, weights)
    row = pieces[at].row
    if flags & f.ABOUT:
        for column in range(WIDTH):
            code = rows.table[row].about[column]
            if code >= 0:
                counts[MENTIONS] = note_aspect(found, counts[MENTIONS], at, at, code // 4, code % 4)
    if flags & f.FEELS and not negated:
        for column in range(WIDTH):
            code = rows.table[row].feels[column]
            if code >= 0:
                found.emotions[text, code // 4] += _felt(code % 4, weights)


@numba.njit
def _felt(strength: int, weights: Any) -> float:
    if strength >= 3:
        return float(weights.felt_strong)
    return float(weights.felt_plain if strength == 2 else weights.felt_weak)


@numba.njit
def _loud(pieces: Any, rows: Rows, a: int, b: int) -> int:
    """1 where most words of a text stand in capitals: then capitals say nothing."""
    loud = calm = 0
    for at in range(a, b):
        flags = rows.table[pieces[at].row].flags
        if flags & f.SHOUT:
            loud += 1
        elif not flags & (BORDER | f.SOFT | f.COMMA | f.PICTURE):
            calm += 1
    return 1 if loud > calm else 0


@numba.njit
def _events(
    at: int,
    events: Any,
    event: int,
    last: int,
    state: Any,
    found: Found,
    counts: Any,
    text: int,
    weights: Any,
) -> int:
    """Takes in the aspects and emotions of several words that begin at this piece."""
    while event < last and events[event].first <= at:
        if events[event].kind == ASPECT:
            counts[MENTIONS] = note_aspect(
                found, counts[MENTIONS], at, events[event].last, events[event].code, int(events[event].value)
            )
        elif events[event].kind == EMOTION and at > state[_NEGATION]:
            found.emotions[text, events[event].code] += _felt(int(events[event].value), weights)
        event += 1
    return event


@numba.njit
def walk(
    rows: Rows,
    pieces: Any,
    events: Any,
    last_event: int,
    a: int,
    b: int,
    found: Found,
    counts: Any,
    text: int,
    weights: Any,
) -> None:
    """Reads the pieces [a, b) of one text into `found`."""
    state = np.zeros(STATE, np.int64)
    state[_LOUD] = _loud(pieces, rows, a, b)
    _open(state, a, counts)
    event: Any = np.int64(0)
    for at in range(a, b):
        flags = pieces[at].flags
        if flags & BORDER:
            _close(state, at, flags, found, counts, text, pieces, weights)
            _open(state, at + 1, counts)
            continue
        if flags & f.COMMA:
            state[_NEGATION] = state[_NEGATOR] = -1
            if state[_CONCESSION] and counts[HITS] > state[_HIT]:
                _close(state, at, NO_BORDER, found, counts, text, pieces, weights)
                _open(state, at + 1, counts)
            continue
        if flags & f.SOFT:
            continue
        if state[_WORDS] >= _LONGEST_CLAUSE:
            _close(state, at, NO_BORDER, found, counts, text, pieces, weights)
            _open(state, at, counts)
        state[_WORDS] += 1
        if event < last_event and events[event].first <= at:
            event = _events(at, events, event, last_event, state, found, counts, text, weights)
        if flags & (f.CONTRAST | f.CONCESSION | f.NEGATOR | f.IRREALIS | f.BOOST | f.SARCASM | f.AND):
            _turn(state, at, flags, found, counts, text, pieces, weights)
        if flags & (f.HIT | f.ABOUT | f.FEELS):
            _say(state, at, flags, rows, pieces, found, counts, text, weights)
    _close(state, b, NO_BORDER, found, counts, text, pieces, weights)


@numba.njit
def join(found: Found, first: int, last: int, text: int, weights: Any) -> None:
    """Joins a text's clauses: score, praise and blame, with later clauses weighing more."""
    count = last - first
    for clause in range(first, last):
        place = (clause - first) / (count - 1) if count > 1 else 0.0
        weight = found.clauses[clause].weight * (1.0 + weights.late * place)
        found.clauses[clause].weight = weight
        praise = weight * found.clauses[clause].praise
        blame = praise - weight * found.clauses[clause].score
        if found.traits[text] & IRONIC:
            praise *= weights.irony
        found.scores[text, 1] += praise
        found.scores[text, 2] += blame
    polite = found.scores[text, 2] > 0 or found.traits[text] & ASKS
    found.scores[text, 1] += found.scores[text, 3] * (weights.thanks if polite else 1.0)
    found.scores[text, 0] = found.scores[text, 1] - found.scores[text, 2]
