"""The numbers of the rules: how much a negation, a but, a question… changes what was said."""

from typing import Any, NamedTuple

import numpy as np


class Weights(NamedTuple):
    """Each was set on text kept for tuning only; none is learned from labels that a company gave."""

    #: A praised thing negated: share of its strength that turns; a fault negated: share that turns to praise.
    flip: float = 1.0
    flip_best: float = 0.5
    litotes: float = 0.45
    #: Pieces within which a negation turns a fault; the share of litotes left to the worst faults.
    litotes_scope: float = 4.0
    litotes_worst: float = 0.0
    #: Pieces a negation reaches over, a "without", and either after it has met a first word.
    scope: float = 9.0
    scope_without: float = 2.0
    scope_after: float = 2.0
    #: Pieces between two negators that undo each other.
    scope_double: float = 10.0
    #: A negation that meets no liking or disliking in its clause: "nobody", "never"; "not"; "without".
    bare: float = 0.6
    bare_not: float = 0.4
    bare_without: float = 0.1
    #: Praise and blame inside "could", "should", "if only"; pieces it reaches over.
    unreal_praise: float = -0.8
    unreal_blame: float = 0.6
    unreal_scope: float = 9.0
    #: Clause factors: a question, an exclamation, what follows although, what follows and precedes but.
    question: float = 0.4
    exclaim: float = 1.15
    concession: float = 0.5
    contrast: float = 2.0
    before_contrast: float = 0.6
    #: How much more the last clause weighs than the first.
    late: float = 0.3
    #: A word in capitals or stretched.
    shout: float = 1.2
    stretch: float = 1.2
    #: Praise in a text with a mark of irony.
    irony: float = 0.4
    #: Thanks beside a question or a fault.
    thanks: float = 0.2
    #: What marks say of liking.
    recommend: float = 2.5
    expectation: float = 1.5
    leave: float = 2.0
    effort: float = 1.5
    #: Confidence of an aspect said strongly, plainly, weakly and alone; and what more words of it add.
    strong: float = 0.85
    plain: float = 0.6
    weak: float = 0.5
    more: float = 0.1
    #: A plainly said aspect beside a strongly said one; in a text of many clauses.
    beside: float = 0.85
    long_text: float = 0.8
    long_clauses: float = 8.0
    #: How an aspect's words share the liking of their clause: loss a piece, pieces a comma stands for.
    near: float = 0.75
    comma: float = 3.0
    #: Liking of the whole text that falls on an aspect whose clause has none.
    spill: float = 0.3
    #: Strength of an emotion said strongly, plainly, weakly.
    felt_strong: float = 1.2
    felt_plain: float = 0.6
    felt_weak: float = 0.25


WEIGHTS = Weights()


def record(weights: Weights) -> Any:
    """The weights as one record, which compiled code reads by name."""
    fields = [(name, "f8") for name in Weights._fields]
    return np.array([tuple(weights)], dtype=fields)[0]
