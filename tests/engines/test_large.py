"""Long tables become Parquet files beside the database, and nothing else changes."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engines.plans_made_up import ADD_UP, LASTS, SUMS, VISITS, visits
from vivencia.engines.embedded import EmbeddedEngine
from vivencia.engines.large import Growing
from vivencia.plans import Map, Plan, Ran, Step
from vivencia.words.errors import EngineError

COPY = Step("visits", "SELECT * FROM given", reads=("given",), order=VISITS.order, writes=VISITS)


def test_a_long_table_is_a_file_and_says_the_same(tmp_path: Path) -> None:
    plan = Plan("p", (COPY, ADD_UP, SUMS), gives=("visits", "running", "lasts", SUMS.name))
    found: list[dict[str, Any]] = []
    for large in (1, 1_000_000):
        with EmbeddedEngine(str(tmp_path / f"{large}.duckdb"), large=large) as engine:
            engine.give("given", visits())
            engine.run(plan)
            engine.run(plan)  # what stands there already is replaced
            found.append({name: engine.table(name) for name in plan.gives})
            assert (engine.file("visits") is not None) == (large == 1)
    for name in plan.gives:
        assert found[0][name].to_pylist() == found[1][name].to_pylist()
        assert found[0][name].schema.remove_metadata() == found[1][name].schema.remove_metadata()
    assert pq.read_metadata(tmp_path / "1.visits.parquet").num_rows == visits().num_rows
    assert sorted(path.suffix for path in tmp_path.glob("1000000.*")) == [".duckdb"]


def test_it_is_found_again_in_its_order_and_can_be_carried(tmp_path: Path) -> None:
    with EmbeddedEngine(str(tmp_path / "one.duckdb"), large=1) as engine:
        engine.give("given", visits())
        engine.run(Plan("p", (COPY,), gives=("visits",)))
        file = engine.file("visits")
    with EmbeddedEngine(str(tmp_path / "one.duckdb"), read_only=True) as again:
        assert (again.order("visits"), again.rows("visits")) == (VISITS.order, visits().num_rows)
    assert file is not None
    with EmbeddedEngine(str(tmp_path / "two.duckdb"), carried={"visits": file}) as other:
        other.run(Plan("q", (ADD_UP,), gives=("running", "lasts")))
        assert other.order("visits") == VISITS.order
        assert other.table("lasts")["customer"].to_pylist() == ["a", "b", "c", "é"]


def test_a_long_table_between_two_nodes_is_a_file_as_long_as_it_is_read(tmp_path: Path) -> None:
    plan = Plan("p", (COPY, ADD_UP, SUMS), gives=(SUMS.name,))
    there: dict[tuple[int, str], int] = {}
    found = []
    for large in (1, 1_000_000):

        def look(ran: Ran, large: int = large) -> None:
            there[large, ran.node] = len(list(tmp_path.rglob("*.parquet")))

        with EmbeddedEngine(large=large, temp_directory=str(tmp_path)) as engine:
            engine.give("given", visits())
            engine.run(plan, watch=look)
            found.append(engine.table(SUMS.name).to_pylist())
            assert not list(tmp_path.rglob("*.parquet"))
            assert "running" not in engine.names
    assert [there[large, ADD_UP.name] for large in (1, 1_000_000)] == [2, 0]
    assert found[0] == found[1]
    assert not list(tmp_path.iterdir())


def test_rows_out_of_order_are_put_in_order(tmp_path: Path) -> None:
    backwards = replace(ADD_UP, writes=(ADD_UP.writes[0], replace(LASTS, order=("visits", "customer"))))
    with EmbeddedEngine(str(tmp_path / "one.duckdb"), large=1) as engine:
        engine.give("visits", visits())
        engine.run(Plan("p", (backwards,), gives=("running", "lasts")))
        assert engine.file("lasts") is not None
        assert engine.table("lasts")["customer"].to_pylist() == ["c", "é", "a", "b"]
    assert not list(tmp_path.glob("*·*"))


def test_a_failure_leaves_no_file(tmp_path: Path) -> None:
    def insert(part: pa.Table, first: bool) -> None:
        raise AssertionError((part, first))

    file = tmp_path / "one.parquet"
    growing = Growing(pa.schema([("n", pa.int64())]), insert, file, large=1)
    growing.put(pa.table({"n": [1, 2]}))
    growing.close()
    assert not file.exists()


def test_a_hole_in_a_required_column_is_refused(tmp_path: Path) -> None:
    hole = Step("visits", "SELECT * REPLACE (NULL AS customer) FROM given", ("given",), writes=VISITS)
    with EmbeddedEngine(str(tmp_path / "one.duckdb"), large=1) as engine:
        engine.give("given", visits())
        with pytest.raises(EngineError, match="customer"):
            engine.run(Plan("p", (hole,), gives=("visits",)))
        assert "visits" not in engine.names


def test_a_coded_kernel_gets_words_as_dictionaries_and_says_the_same(tmp_path: Path) -> None:
    seen: list[bool] = []

    def first_letters(table: pa.Table, side: Any) -> tuple[pa.Table]:
        seen.append(pa.types.is_dictionary(table.schema.field("touchpoint").type))
        return (table.select(list(shape.names)),)

    shape = replace(VISITS, name="again", columns=VISITS.columns[:5])
    node = Map("again", first_letters, "visits", shape.names, (shape,), coded=True)
    with EmbeddedEngine(str(tmp_path / "one.duckdb"), large=1) as engine:
        engine.give("given", visits())
        engine.run(Plan("p", (COPY, node), gives=("visits", "again")))
        assert engine.table("again").to_pylist() == engine.table("visits", shape.names).to_pylist()
    assert seen == [True]


def test_words_by_number_are_written_by_number_and_read_as_words(tmp_path: Path) -> None:
    def by_number(table: pa.Table, side: Any) -> tuple[pa.Table]:
        numbered = table.column("touchpoint").dictionary_encode()
        return (table.set_column(table.column_names.index("touchpoint"), "touchpoint", numbered),)

    shape = replace(VISITS, name="again")
    node = Map("again", by_number, "visits", shape.names, (shape,))
    for large in (1, 1_000_000):
        with EmbeddedEngine(str(tmp_path / f"{large}.duckdb"), large=large) as engine:
            engine.give("given", visits())
            engine.run(Plan("p", (COPY, node), gives=("visits", "again")))
            assert engine.table("again").to_pylist() == engine.table("visits").to_pylist()
    file = pq.ParquetFile(tmp_path / "1.again.parquet")
    assert file.schema_arrow.field("touchpoint").type == pa.string()
    place = file.schema_arrow.get_field_index("touchpoint")
    assert "RLE_DICTIONARY" in file.metadata.row_group(0).column(place).encodings


def test_a_null_among_the_numbered_words_is_a_hole_too(tmp_path: Path) -> None:
    def holed(table: pa.Table, side: Any) -> tuple[pa.Table]:
        words = pa.DictionaryArray.from_arrays(
            pa.array([0] * table.num_rows, pa.int32()), pa.array([None], "str")
        )
        return (table.set_column(table.column_names.index("customer"), "customer", words),)

    node = Map("again", holed, "visits", VISITS.names, (replace(VISITS, name="again"),))
    with EmbeddedEngine(str(tmp_path / "one.duckdb"), large=1) as engine:
        engine.give("visits", visits())
        with pytest.raises(EngineError, match="customer"):
            engine.run(Plan("p", (node,), gives=("again",)))
