"""Texts as dictionaries, as an engine may hand them over, are the same texts."""

import pyarrow as pa
import pytest

from vivencia.weights.progression import coded

WORDS = pa.array(["shop", "site", "desk"], pa.string())
TEXTS = [["site", None, "elsewhere"], ["desk", "site"], []]


@pytest.mark.parametrize("kind", [pa.string(), pa.dictionary(pa.int32(), pa.string())])
def test_each_text_has_its_place_among_the_words(kind) -> None:
    column = pa.chunked_array([pa.array(part, pa.string()).cast(kind) for part in TEXTS])
    assert coded(column, WORDS).tolist() == [1, -1, -1, 2, 1]
    assert coded(column.chunk(1), WORDS).tolist() == [2, 1]
    assert coded(pa.chunked_array([], kind), WORDS).tolist() == []
