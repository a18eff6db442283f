"""What goes out comes back: any table through the table formats, steps through the event logs."""

import csv
import gzip
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from made_up.examples import examples
from vivencia.connectors import (
    open_file,
    write_csv,
    write_ndjson,
    write_ocel,
    write_parquet,
    write_xes,
    write_xlsx,
)
from vivencia.connectors.ocel import OCELSource
from vivencia.words.errors import InputError

AT = [datetime(2026, 1, day, 10, 0, 0, 5, tzinfo=UTC) for day in (1, 2, 3)]
TABLE = pa.table(
    {
        "text": pa.array(['é, "x"\n2', "", None]),
        "n": pa.array([9_007_199_254_740_993, -5, None], pa.int64()),
        "share": pa.array([0.1, float("nan"), None]),
        "ok": pa.array([True, False, None]),
        "at": pa.array([AT[0], AT[1], None], pa.timestamp("us", "UTC")),
        "measures": pa.array([[("wait_s", 1.5)], [], None], pa.map_(pa.string(), pa.float64())),
        "tags": pa.array([["a", "b"], [], None], pa.list_(pa.string())),
    }
)
TEXTS = [
    {"text": 'é, "x"\n2', "n": "9007199254740993", "share": "0.1", "ok": "true",
     "at": "2026-01-01T10:00:00.000005Z", "measures": '{"wait_s": 1.5}', "tags": '["a", "b"]'},
    {"text": "", "n": "-5", "share": "nan", "ok": "false", "at": "2026-01-02T10:00:00.000005Z",
     "measures": "{}", "tags": "[]"},
    dict.fromkeys(TABLE.column_names, ""),
]  # fmt: skip


def rows_of(path: Path) -> list[dict[str, object]]:
    found = [row for table in open_file(path).batches() for row in table.to_pylist()]
    return [{name: value for name, value in row.items() if name != "_line"} for row in found]


def test_csv_comes_back_as_text(tmp_path: Path) -> None:
    assert write_csv(TABLE, tmp_path / "a.csv") == 3
    assert rows_of(tmp_path / "a.csv") == TEXTS
    assert write_csv([TABLE, TABLE], tmp_path / "a.csv", delimiter=";") == 6
    assert rows_of(tmp_path / "a.csv") == TEXTS * 2


def test_xlsx_comes_back_as_text(tmp_path: Path) -> None:
    assert write_xlsx(TABLE, tmp_path / "a.xlsx") == 3
    assert rows_of(tmp_path / "a.xlsx") == [TEXTS[0], {**TEXTS[1], "share": ""}]


def test_ndjson_keeps_what_is_absent(tmp_path: Path) -> None:
    assert write_ndjson(TABLE, tmp_path / "a.ndjson") == 3
    rows = rows_of(tmp_path / "a.ndjson")
    assert rows[0] | {"measures": None} == TEXTS[0] | {"measures": None, "measures.wait_s": "1.5"}
    assert rows[2] == dict.fromkeys([*TABLE.column_names, "measures.wait_s"])


def test_parquet_comes_back_whole(tmp_path: Path) -> None:
    assert write_parquet([TABLE, TABLE], tmp_path / "a.parquet") == 6
    (back,) = open_file(tmp_path / "a.parquet").batches()
    assert back.drop_columns("_line").schema.equals(TABLE.schema)
    assert str(back.drop_columns("_line").to_pylist()) == str(TABLE.to_pylist() * 2)


RISKY = ["=1+1", "+351 910", "-5", "@cmd", " =x", "\tx", "\rx", "\n=x", "a=b", "", "5-3", "'x"]


def test_a_text_that_looks_like_a_formula_is_marked_and_a_number_is_not(tmp_path: Path) -> None:
    table = pa.table({"text": RISKY, "n": [-1] * len(RISKY)})
    write_csv(table, tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(newline="", encoding="utf-8") as file:
        found = list(csv.DictReader(file))
    assert [row["text"] for row in found] == [f"'{text}" for text in RISKY[:8]] + RISKY[8:]
    assert {row["n"] for row in found} == {"-1"}
    write_xlsx(table, tmp_path / "a.xlsx")
    cells = openpyxl.load_workbook(tmp_path / "a.xlsx")["data"]
    assert [cell.data_type for cell in cells["A"][1:5]] == ["s"] * 4


def test_nothing_half_written_is_left(tmp_path: Path) -> None:
    def failing() -> object:
        yield TABLE
        raise RuntimeError

    for write, name in ((write_csv, "a.csv"), (write_parquet, "a.parquet"), (write_ndjson, "a.ndjson")):
        with pytest.raises(RuntimeError):
            write(failing(), tmp_path / name)
    assert list(tmp_path.iterdir()) == []


STEPS = pa.table(
    {
        "customer": ["b", "a", "a", "a"],
        "journey": [1, 1, 1, 2],
        "touchpoint": ["checkout", "<delivery> & 'co'", "checkout", "checkout"],
        "at": pa.array([AT[0], AT[1], AT[0], AT[2]], pa.timestamp("us", "UTC")),
        "source": ["s", "s", "s", "s"],
        "id": ["1", "3", "2", "4"],
        "waited_s": [None, 86_400.0, None, None],
        "reached": [True, None, False, None],
        "said": ["=x\t\n", None, None, 'q"q'],
        "measures": pa.array([[("wait_s", 1.5)], [], None, None], pa.map_(pa.string(), pa.float64())),
    }
)


@pytest.mark.parametrize("name", ["a.xes", "a.xes.gz"])
def test_steps_come_back_from_xes(tmp_path: Path, name: str) -> None:
    assert write_xes(STEPS, tmp_path / name) == 4
    rows = [
        {key: value for key, value in row.items() if value is not None} for row in rows_of(tmp_path / name)
    ]
    assert [row.pop("time:timestamp") for row in rows] == [AT[0], AT[1], AT[2], AT[0]]
    case = [
        {"case:customer": customer, "case:journey": n}
        for customer, n in (("a", 1), ("a", 1), ("a", 2), ("b", 1))
    ]
    own = [
        {"concept:name": "checkout", "source": "s", "id": "2", "reached": False},
        {"concept:name": "<delivery> & 'co'", "source": "s", "id": "3", "waited_s": 86_400.0},
        {"concept:name": "checkout", "source": "s", "id": "4", "said": 'q"q'},
        {
            "concept:name": "checkout",
            "source": "s",
            "id": "1",
            "reached": True,
            "said": "=x\t\n",
            "measures.wait_s": 1.5,
        },
    ]
    names = [{"case:concept:name": name} for name in ("a#1", "a#1", "a#2", "b#1")]
    assert rows == [one | two | three for one, two, three in zip(names, case, own, strict=True)]
    assert (tmp_path / name).read_bytes().startswith(b"\x1f\x8b" if name.endswith("gz") else b"<?xml")
    if name.endswith("gz"):
        gzip.decompress((tmp_path / name).read_bytes())


@pytest.mark.parametrize("form", ["jsonocel", "json", "xmlocel", "xml", "sqlite"])
def test_steps_come_back_from_ocel(tmp_path: Path, form: str) -> None:
    path = tmp_path / f"a.{form}"
    assert write_ocel(STEPS, path) == 4
    source = open_file(path)
    assert isinstance(source, OCELSource)
    (table,) = source.batches()
    found = {str(row["id"]): row for row in table.to_pylist()}
    assert list(found) == ["s/2", "s/3", "s/4", "s/1"]
    assert found["s/3"]["type"] == "<delivery> & 'co'"
    assert found["s/3"]["time"] == AT[1]
    assert found["s/3"]["waited_s"] == 86_400.0
    assert found["s/4"]["object:journey"] == "journey:a#2"
    assert found["s/1"]["measures.wait_s"] == 1.5
    assert found["s/1"]["said"] == "=x\t\n"
    assert len(source.objects["id"].unique()) == 5
    assert source.relations.num_rows == 4 * 2 + 3


def test_steps_must_have_what_a_log_needs(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="touchpoint, at"):
        write_xes(STEPS.select(["customer"]), tmp_path / "a.xes")
    with pytest.raises(InputError, match="2 events have an id"):
        write_ocel(pa.concat_tables([STEPS.slice(0, 2)] * 2), tmp_path / "a.xml")
    with pytest.raises(InputError, match="written as"):
        write_ocel(STEPS, tmp_path / "a.txt")
    assert list(tmp_path.iterdir()) == []


cells = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs",), exclude_characters="\x00"), max_size=8
)


@examples(60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(cells, cells), min_size=1, max_size=5), delimiter=st.sampled_from(",;\t|"))
def test_any_text_comes_back_from_csv(tmp_path: Path, rows: list[tuple[str, str]], delimiter: str) -> None:
    table = pa.table({"one": [one for one, _ in rows], "two": [two for _, two in rows]})
    write_csv(table, tmp_path / "p.csv", delimiter=delimiter, guard=False)
    source = open_file(tmp_path / "p.csv", delimiter=delimiter, encoding="utf-8")
    assert [(row["one"], row["two"]) for t in source.batches() for row in t.to_pylist()] == rows
    assert source.broken == []
