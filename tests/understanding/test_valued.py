"""Values made many at once are the values made one by one."""

import pickle
from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from vivencia.understanding.pipeline import RULES, Reader, read
from vivencia.understanding.reading import Aspect, Language, Mark, Mask, Reading, Span
from vivencia.understanding.valued import spans_of, values_of


def test_values_of_columns_are_those_of_their_rows_frozen_equal_and_pickled_alike() -> None:
    made = values_of(Language, ["pt", "en"], [0.9, 0.5], ["pt-BR", None], [False, True])
    assert made == [Language("pt", 0.9, "pt-BR", False), Language("en", 0.5, None, True)]
    assert [hash(one) for one in made] == [
        hash(Language("pt", 0.9, "pt-BR")),
        hash(Language("en", 0.5, mixed=True)),
    ]
    assert pickle.loads(pickle.dumps(made)) == made  # noqa: S301
    with pytest.raises(FrozenInstanceError):
        made[0].code = "es"  # type: ignore[misc]


def test_a_column_too_many_too_few_or_too_short_is_refused() -> None:
    for columns in (([1],), ([1], [2], [3]), ([1, 2], [2])):
        with pytest.raises(ValueError):  # noqa: PT011
            values_of(Span, *columns)


def test_no_rows_are_no_values() -> None:
    nothing = np.zeros(0, np.int64)
    assert values_of(Span, [], []) == []
    assert spans_of(nothing, nothing) == []


def test_a_reading_is_the_same_as_one_put_together_by_its_fields() -> None:
    (found,) = read(["Great staff, ana@example.org, but I waited 40 minutes."], reader=Reader(RULES))
    assert found.aspects
    assert found.masks
    again = Reading(
        found.text,
        Language(
            found.language.code, found.language.confidence, found.language.variant, found.language.mixed
        ),
        found.outcome,
        found.sentiment,
        found.polarity,
        found.intensity,
        tuple(found.probabilities),
        tuple(found.emotions),
        found.model,
        tuple(
            Aspect(
                one.aspect,
                one.polarity,
                one.confidence,
                tuple(Span(span.start, span.end) for span in one.spans),
            )
            for one in found.aspects
        ),
        tuple(Mark(one.mark, Span(one.span.start, one.span.end), one.value) for one in found.marks),
        tuple(Mask(one.kind, Span(one.span.start, one.span.end)) for one in found.masks),
        tuple(Span(one.start, one.end) for one in found.words),
    )
    assert found == again
    assert hash(found) == hash(again)
    assert pickle.loads(pickle.dumps(found)) == again  # noqa: S301
