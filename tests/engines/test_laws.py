"""Laws that hold for any data: folds over any split, chunks at customer borders, order checks."""

import random

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import vivencia.engines.embedded as embedded
import vivencia.engines.streams as streams
from engines.plans_made_up import ADD_UP, LASTS, ORDER, RUNNING, SUMS, at, visits
from made_up.examples import examples
from vivencia.engines.chunks import last_border, whole_customers
from vivencia.engines.embedded import EmbeddedEngine
from vivencia.engines.shapes import Sink, in_order
from vivencia.plans import Plan
from vivencia.words.errors import EngineError

customers = st.sampled_from(["a", "b", "c", "d", "é", "ab"])
rows = st.lists(
    st.tuples(
        customers,
        st.integers(0, 3),
        st.sampled_from(["shop", "desk", None]),
        st.one_of(st.none(), st.integers(-8, 8).map(float)),
    ),
    max_size=40,
).map(
    lambda found: [
        (who, when, f"i{number:03d}", where, score, None)
        for number, (who, when, where, score) in enumerate(found)
    ]
)


@examples(80)
@given(rows, st.lists(st.integers(0, 3), min_size=6, max_size=6), st.randoms(use_true_random=False))
def test_a_fold_is_the_same_over_any_split_by_customer_merged_in_any_order(
    found: list[tuple[object, ...]], homes: list[int], shuffled: random.Random
) -> None:
    places = dict(zip(["a", "b", "c", "d", "é", "ab"], homes, strict=True))
    whole = SUMS.add(SUMS.start({}), visits(found), {})
    parts = [
        SUMS.add(SUMS.start({}), visits([row for row in found if places[str(row[0])] == home]), {})
        for home in range(4)
    ]
    shuffled.shuffle(parts)
    merged = SUMS.start({})
    for part in parts:
        merged = SUMS.merge(merged, part)
    assert SUMS.finish(merged, {}).equals(SUMS.finish(whole, {}))


@examples(15)
@given(rows, st.integers(1, 9))
def test_the_size_of_the_chunks_changes_nothing(found: list[tuple[object, ...]], size: int) -> None:
    given_rows = visits(found)
    with EmbeddedEngine() as one, pytest.MonkeyPatch.context() as patch:
        one.give("visits", given_rows)
        one.run(Plan("p", (ADD_UP, SUMS), ("running", "lasts", "by_touchpoint")))
        whole = {name: one.table(name) for name in ("running", "lasts", "by_touchpoint")}
        for module in (embedded, streams):
            patch.setattr(module, "CHUNK_ROWS", size)
        one.run(Plan("p", (ADD_UP, SUMS), ("running", "lasts", "by_touchpoint")))
        for name, table in whole.items():
            assert one.table(name).equals(table)


@examples(100)
@given(st.lists(customers, max_size=30), st.integers(1, 10), st.integers(1, 7))
def test_chunks_hold_whole_customers_and_lose_nothing(keys: list[str], rows: int, batch: int) -> None:
    table = pa.table(
        {"customer": pa.array(sorted(keys), pa.string()), "n": pa.array(range(len(keys)), pa.int64())}
    )
    chunks = list(whole_customers(table.to_batches(max_chunksize=batch), table.schema, "customer", rows))

    assert [value for chunk in chunks for value in chunk.column("n").to_pylist()] == list(range(len(keys)))
    seen = [set(chunk.column("customer").to_pylist()) for chunk in chunks]
    assert sum(len(part) for part in seen) == len(set(keys))
    assert all(chunk.num_rows for chunk in chunks)


def test_the_last_border_is_where_the_last_customer_begins() -> None:
    def border(*keys: str) -> int:
        return last_border(pa.table({"customer": list(keys)}), "customer")

    assert (border("a"), border("a", "a"), border("a", "b"), border("a", "a", "b", "b")) == (0, 0, 1, 2)


@examples(100)
@given(st.lists(st.tuples(st.sampled_from(["a", "b", None]), st.integers(0, 2)), max_size=8))
def test_order_is_told_as_python_would_sort(pairs: list[tuple[str | None, int]]) -> None:
    table = pa.table(
        {"k": pa.array([p[0] for p in pairs], pa.string()), "n": pa.array([p[1] for p in pairs], pa.int64())}
    )
    expected = sorted(pairs, key=lambda pair: (pair[0] is None, pair[0] or "", pair[1]))
    assert in_order(table, ("k", "n")) == (pairs == expected)
    for numbered in (table.column("k").dictionary_encode(), by_number(table.column("k").to_pylist())):
        assert in_order(table.set_column(0, "k", numbered), ("k", "n")) == (pairs == expected)


def by_number(texts: list[str | None]) -> pa.DictionaryArray:
    """Texts by number where one text has two."""
    words = ["b", "a", "b"]
    numbers = [
        None if text is None else words.index(text) + 2 * (text == "b" and at % 2)
        for at, text in enumerate(texts)
    ]
    return pa.DictionaryArray.from_arrays(pa.array(numbers, pa.int32()), pa.array(words))


def test_a_seam_out_of_order_between_chunks_is_noticed() -> None:
    def part(*names: str) -> pa.Table:
        return pa.table(
            {"customer": list(names), "visits": [1] * len(names), "last_at": [at(0)] * len(names)}
        )

    sink = Sink(LASTS)
    sink.take(part("b", "c"), "m")
    assert sink.sorted
    sink.take(part("a"), "m")
    assert not sink.sorted


def test_a_map_is_not_sorted_again_when_its_table_was_written_in_its_order() -> None:
    with EmbeddedEngine() as engine:
        engine.give("visits", visits())
        said: list[str] = []
        engine.run(Plan("p", (ADD_UP,), ("running",)), watch=lambda ran: said.append(ran.text))
        assert "ORDER BY" in said[0]
        engine.give("visits", visits())
        from vivencia.plans import Step

        kept = Step("ordered", "SELECT * FROM visits", ("visits",), order=ORDER)
        again = embedded.Map("m", ADD_UP.function, "ordered", ADD_UP.columns, (RUNNING, LASTS))
        engine.run(Plan("p", (kept, again), ("running",)), watch=lambda ran: said.append(ran.text))
        assert "ORDER BY" not in said[2]
        assert engine.order("running") == ORDER


def test_a_file_keeps_its_tables_and_their_order(tmp_path: object) -> None:
    path = f"{tmp_path}/tables.duckdb"
    with EmbeddedEngine(path) as engine:
        engine.give("visits", visits())
        engine.run(Plan("p", (ADD_UP,), ("running",)))
    with EmbeddedEngine(path, read_only=True) as engine:
        assert engine.names == ("running",)
        assert engine.order("running") == ORDER
        assert engine.rows("running") == 7
        with pytest.raises(EngineError, match="read only"):
            engine.run(Plan("p", (), ()))
    with pytest.raises(EngineError, match="no-such"):
        EmbeddedEngine(f"{tmp_path}/no-such/tables.duckdb")
