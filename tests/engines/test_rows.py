"""Maps over rows: what they look up, and rows that come in any order end in the order of their shape."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.plans_made_up import VISITS, at, visits
from made_up.examples import examples
from vivencia.engines import embedded, permuting, segments
from vivencia.engines.embedded import EmbeddedEngine
from vivencia.engines.growing import Texts
from vivencia.plans import Lookup, Map, Plan, Ran
from vivencia.plans.arrow import schema_of
from vivencia.words.errors import EngineError, PlanError
from vivencia.words.tables import Column, TableShape

NAMED = TableShape(
    "named",
    "visits with what was looked up",
    (
        *VISITS.columns,
        Column("name", "text", "of the customer"),
        Column("weight", "float", "of the visit"),
        Column("loud", "bool", "of the visit"),
    ),
    key=("source", "id"),
    order=("customer", "at", "source", "id"),
)
NAMES = pa.table({"customer": ["a", "é", "nobody"], "name": ["Ana", "Élia", "Nemo"]})
WEIGHTS = pa.table({"source": ["till", "till", "desk"], "id": ["b2", "e1", "b2"], "weight": [2.0, None, 9.0]})


def named(table: pa.Table, side: Any) -> tuple[pa.Table]:
    """The rows that are not of customer c."""
    customers = table.column("customer").cast(pa.string())
    kept = table.filter(pc.not_equal(customers, "c"))
    loud = pc.greater(kept.column("score"), 3.0)
    return (kept.append_column("loud", loud),)


NAMING = Map(
    "named",
    named,
    "visits",
    VISITS.names,
    (NAMED,),
    order=(),
    coded=True,
    lookups=(Lookup("names", ("customer",), ("name",)), Lookup("weights", ("source", "id"), ("weight",))),
)
EXPECTED = [
    ("a", at(0), "a1", "shop", 7.0, "Ana", None, True),
    ("a", at(86_400_000_000), "a2", "desk", 0.2, "Ana", None, False),
    ("b", at(0), "b1", "shop", None, None, None, None),
    ("b", at(1), "b2", "shop", 4.0, None, 2.0, True),
    ("b", at(1), "b3", "desk", 0.1, None, None, False),
    ("é", at(5), "e1", None, 3.0, "Élia", None, False),
]


def run(engine: Any) -> list[tuple[Any, ...]]:
    engine.give("names", NAMES)
    engine.give("weights", WEIGHTS)
    engine.run(Plan("p", (NAMING,), gives=("named",)))
    shown = ["customer", "at", "id", "touchpoint", "score", "name", "weight", "loud"]
    return [tuple(row.values()) for row in engine.table("named").select(shown).to_pylist()]


def test_rows_get_what_is_looked_up_and_stand_in_order(engine: Any) -> None:
    engine.give("visits", visits())
    assert run(engine) == EXPECTED
    measures = engine.table("named").column("measures").to_pylist()
    assert [found if found is None else dict(found) for found in measures] == [
        None, {"wait_s": 0.25}, None, {"wait_s": 2.5, "price": 10.0}, {}, {"wait_s": 1.0},
    ]  # fmt: skip


def test_rows_of_files_say_the_same_one_to_a_file_and_with_columns_missing(
    engine: Any, tmp_path: Path
) -> None:
    files = []
    for row in range(visits().num_rows):
        table = visits().slice(row, 1)
        if table.column("touchpoint")[0].as_py() is None:
            table = table.drop_columns(["touchpoint", "measures"])
        files.append(str(tmp_path / f"{row}.parquet"))
        pq.write_table(table, files[-1])
    engine.give_files("visits", tuple(files), VISITS)
    assert run(engine)[:-1] == EXPECTED[:-1]
    assert engine.table("named").num_rows == 6


def test_what_ran_is_shown() -> None:
    seen: list[Ran] = []
    with EmbeddedEngine() as engine:
        engine.give("visits", visits())
        engine.give("names", NAMES)
        engine.give("weights", WEIGHTS)
        engine.run(Plan("p", (NAMING,), gives=("named",)), watch=seen.append)
    assert seen[0].text.endswith(
        'FROM "visits" AS r\n'
        'LEFT JOIN "names" AS l0 ON l0."customer" = r."customer"\n'
        'LEFT JOIN "weights" AS l1 ON l1."source" = r."source" AND l1."id" = r."id"'
    )
    assert "named over rows of\nSELECT" in seen[0].text
    assert (seen[0].kind, seen[0].rows) == ("map", 6)


def test_only_a_map_over_rows_looks_up() -> None:
    lookups = NAMING.lookups
    node = Map("named", named, "visits", VISITS.names, (NAMED,), lookups=lookups)
    with EmbeddedEngine() as engine:
        engine.give("visits", visits())
        engine.give("names", NAMES)
        engine.give("weights", WEIGHTS)
        with pytest.raises(PlanError, match="looks up"):
            engine.run(Plan("p", (node,), gives=("named",)))


def test_two_rows_with_the_key_that_is_looked_up_are_refused(engine: Any) -> None:
    twice = pa.table(
        {"source": ["till", "desk", "till"], "id": ["b2", "b2", "b2"], "weight": [2.0, 9.0, 3.0]}
    )
    engine.give("visits", visits())
    engine.give("names", NAMES)
    engine.give("weights", twice)
    with pytest.raises(EngineError, match=r"p\.named looks up weights by source, id, .* have 'till', 'b2'"):
        engine.run(Plan("p", (NAMING,), gives=("named",)))


def test_rows_without_a_key_are_never_found_so_there_may_be_two(engine: Any) -> None:
    engine.give("visits", visits())
    engine.give("names", pa.table({"customer": [None, "a", None], "name": ["x", "Ana", "y"]}))
    engine.give("weights", WEIGHTS)
    engine.run(Plan("p", (NAMING,), gives=("named",)))
    assert set(engine.table("named").column("name").to_pylist()) == {"Ana", None}


WIDE = TableShape(
    "wide",
    "every type a column may have",
    (
        Column("customer", "text", "who", required=True),
        Column("at", "time", "when", "UTC"),
        Column("id", "text", "which"),
        Column("n", "int", "number"),
        Column("score", "float", "number"),
        Column("yes", "bool", "or no"),
        Column("measures", "numbers", "objective"),
        Column("properties", "texts", "said"),
        Column("tags", "list_text", "said"),
    ),
    order=("customer", "at", "yes", "score", "id", "n"),
)


def as_it_is(table: pa.Table, side: Any) -> tuple[pa.Table]:
    return (table,)


SAME = Map("wide", as_it_is, "given", WIDE.names, (WIDE,), order=(), coded=True)
SHORT = st.text(alphabet="aéz\x00 😀", max_size=2)
ROW = st.tuples(
    SHORT,
    st.none() | st.integers(-2, 2).map(at),
    st.none() | SHORT,
    st.none() | st.integers(-3, 3),
    st.none() | st.sampled_from([0.5, -1.0, float("inf")]),
    st.none() | st.booleans(),
    st.none()
    | st.dictionaries(SHORT, st.none() | st.just(1.5), max_size=2).map(lambda one: list(one.items())),
    st.none() | st.dictionaries(SHORT, st.none() | SHORT, max_size=2).map(lambda one: list(one.items())),
    st.none() | st.lists(SHORT, max_size=2),
)


def of_files(folder: Path, rows: list[Any], sizes: list[int], **engine: Any) -> list[dict[str, Any]]:
    """The rows, over files of these sizes, as they end."""
    table = pa.Table.from_pylist([dict(zip(WIDE.names, row, strict=True)) for row in rows], schema_of(WIDE))
    files, start = [], 0
    for number, size in enumerate([*sizes, len(rows)]):
        files.append(str(folder / f"{number}.parquet"))
        pq.write_table(table.slice(start, size), files[-1], row_group_size=2)
        start += size
    (folder / "made.duckdb").unlink(missing_ok=True)
    (folder / "made.wide.parquet").unlink(missing_ok=True)
    with EmbeddedEngine(str(folder / "made.duckdb"), large=1) as made:
        made.give_files("given", tuple(files), WIDE)
        made.run(Plan("p", (SAME,), gives=("wide",)))
        found: list[dict[str, Any]] = made.table("wide").to_pylist()
        return found


@examples(25)
@given(rows=st.lists(ROW, max_size=12), sizes=st.lists(st.integers(0, 4), max_size=3))
def test_sorted_by_number_is_as_duckdb_sorts(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Any], sizes: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("rows")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(segments, "_SHORT", 0)  # every file is read by number
        by_number = of_files(folder, rows, sizes)
        patch.setattr(embedded, "_HELD", -1.0)  # nothing is held
        by_duckdb = of_files(folder, rows, sizes)
    order = [[row[name] for name in WIDE.order] for row in by_number]
    assert order == [[row[name] for name in WIDE.order] for row in by_duckdb]
    # What is tied in the whole order may stand either way.
    assert sorted(map(repr, by_number)) == sorted(map(repr, by_duckdb))
    assert len(by_number) == len(rows)


def test_texts_of_a_map_too_many_to_number_are_read_as_they_are(tmp_path: Path) -> None:
    rows = 4_000
    said = [[("url", f"{row % 3_000:01000d}")] for row in range(rows)]
    table = pa.table(
        {"customer": ["a"] * rows, "properties": pa.array(said, pa.map_(pa.string(), pa.string()))}
    )
    pq.write_table(table, tmp_path / "one.parquet")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(segments, "_SHORT", 0)
        patch.setattr(segments, "_CODED_BYTES", 10_000)
        (found,) = segments.parts([str(tmp_path / "one.parquet")], WIDE, ("customer", "properties"))
    assert found.column("properties").to_pylist() == said


def test_many_texts_are_numbered_apart_and_brought_together() -> None:
    column = Texts()
    texts = [f"t{number % 7_000}" for number in range(20_000)]
    for start in (0, 6_000, 12_000):
        column.put(pa.array([*texts[start : start + 6_000], None]))
    column.whole()
    assert column.at(np.array([0, 6_000, 6_001, 12_003])).to_pylist() == ["t0", None, "t6000", "t5001"]
    assert len(column.values) == 7_000
    assert column.codes.dtype == np.int16


def test_texts_are_numbered_in_the_order_they_first_stand_in() -> None:
    column = Texts()
    column.put(pa.array(["a", None, "c", "b", "a"]))
    column.whole()
    found = column.at(np.array([3, 1, 0, 4, 3]))
    assert (found.dictionary.to_pylist(), found.indices.to_pylist()) == (["b", "a"], [0, None, 1, 1, 0])


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(-2, 2)), max_size=80))
def test_compiled_sorts_are_numpys(pairs: list[tuple[int, int]]) -> None:
    ranks = np.array([pair[0] for pair in pairs], np.int32)
    keys = np.array([pair[1] for pair in pairs], np.int64)
    rows = permuting.counted(ranks, 4)
    assert rows.tolist() == permuting.counted_by_numpy(ranks, 4).tolist()
    starts = np.append(np.zeros(min(len(pairs), 1), np.int64), permuting.borders(ranks[rows]))
    within = permuting.sorted_within(keys[rows], starts)
    assert within.tolist() == permuting.sorted_within_by_numpy(keys[rows], starts).tolist()
    assert [pairs[row] for row in rows[within]] == sorted(pairs)
    codes = keys.astype(np.int8).clip(-1)
    compiled = permuting.renumbered(codes, rows, 3)
    assert [one.tolist() for one in compiled] == [
        one.tolist() for one in permuting.renumbered_by_numpy(codes, rows, 3)
    ]
