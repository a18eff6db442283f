"""Which texts are drawn depends on their keys alone, the same in every process and on every engine."""

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from vivencia.understanding.sampling import spread, spread_all

#: As the formula gives them with the CRC-32 of zlib.
SHOP, NOTHING = 4040852176527012008, 17413094364011453782
KEYS = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)


@given(st.lists(st.tuples(KEYS, KEYS), max_size=20), st.integers(0, 3))
def test_the_hash_of_columns_is_that_of_each_text(pairs, left_out) -> None:
    sources = pa.chunked_array([pa.array([one for one, _ in pairs], pa.string())]).slice(left_out)
    keys = pa.chunked_array([pa.array([other for _, other in pairs], pa.string())]).slice(left_out)
    assert spread_all(sources, keys).tolist() == [
        spread(f"{source}\0{key}") for source, key in pairs[left_out:]
    ]


def test_the_hash_is_the_same_everywhere() -> None:
    assert (spread("shop\0001"), spread("")) == (SHOP, NOTHING)
