"""Which texts are drawn depends on their keys alone, the same in every process and on every engine."""

from zlib import crc32

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from vivencia.understanding.sampling import spread_all

KEYS = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)


def one_by_one(source, key):
    data = f"{source}\0{key}".encode()
    mixed = ((crc32(data, 0x9E3779B9) << 32) | crc32(data)) * 0xFF51AFD7ED558CCD & 0xFFFFFFFFFFFFFFFF
    mixed ^= mixed >> 33
    return (mixed * 0xC4CEB9FE1A85EC53) & 0xFFFFFFFFFFFFFFFF


@given(st.lists(st.tuples(KEYS, KEYS), max_size=20), st.integers(0, 3))
def test_the_hash_of_columns_is_that_of_each_text_by_zlib(pairs, left_out) -> None:
    sources = pa.chunked_array([pa.array([one for one, _ in pairs], pa.string())]).slice(left_out)
    keys = pa.chunked_array([pa.array([other for _, other in pairs], pa.string())]).slice(left_out)
    assert spread_all(sources, keys).tolist() == [one_by_one(*pair) for pair in pairs[left_out:]]
