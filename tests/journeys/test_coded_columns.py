"""Text as codes: dictionaries that arrive ready say the same as plain text."""

import pyarrow as pa

from vivencia.journeys.columns import coded


def test_a_dictionary_with_an_unused_word_and_a_null() -> None:
    column = pa.DictionaryArray.from_arrays(
        pa.array([2, 0, None, 2], pa.int32()), pa.array(["ad", "never", "shop"])
    )
    codes, words = coded(column)
    assert sorted(words.to_pylist()) == ["ad", "shop"]
    assert [words[int(code)].as_py() if code >= 0 else None for code in codes] == ["shop", "ad", None, "shop"]


def test_parts_with_dictionaries_of_their_own() -> None:
    parts = [pa.array(["ad", "shop"]).dictionary_encode(), pa.array(["shop", "site"]).dictionary_encode()]
    codes, words = coded(pa.chunked_array(parts))
    assert [words[int(code)].as_py() for code in codes] == ["ad", "shop", "shop", "site"]


def test_no_rows() -> None:
    codes, words = coded(pa.array([], pa.dictionary(pa.int32(), pa.string())))
    assert (codes.tolist(), words.to_pylist()) == ([], [])
