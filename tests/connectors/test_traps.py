"""Traps that real exports have held, as far as reading is concerned."""

import gzip
from pathlib import Path

import pytest

from vivencia.connectors import Broken, Source, open_file
from vivencia.words.errors import InputError


def opened(path: Path, content: str | bytes) -> Source:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return open_file(path)


def rows_of(source: Source) -> list[list[object]]:
    return [list(row.values())[:-1] for table in source.batches() for row in table.to_pylist()]


def test_codes_for_not_used_keys_called_na_and_mangled_ids_stay_as_they_were_written(tmp_path: Path) -> None:
    content = "id,customer,wait,score\nNA,0,-5,-99\n9.44E+18,007,0,N/A\n1,,3.0,0\n"
    assert rows_of(opened(tmp_path / "a.csv", content)) == [
        ["NA", "0", "-5", "-99"],
        ["9.44E+18", "007", "0", "N/A"],
        ["1", "", "3.0", "0"],
    ]


def test_dates_without_a_time_stay_apart_from_dates_with_one(tmp_path: Path) -> None:
    content = "promised,delivered\n2018-06-12 00:00:00,2018-06-12T03:04:05Z\n12/06/2018,2018-06-12\n"
    assert rows_of(opened(tmp_path / "a.csv", content))[1] == ["12/06/2018", "2018-06-12"]


def test_excel_says_its_delimiter_and_old_macs_end_lines_their_way(tmp_path: Path) -> None:
    source = opened(tmp_path / "a.csv", "sep=;\r\na;b\r\n1,5;2\r\n")
    assert [row for table in source.batches() for row in table.to_pylist()] == [
        {"a": "1,5", "b": "2", "_line": 3}
    ]
    assert rows_of(opened(tmp_path / "b.csv", "a,b\r1,2\r3,4")) == [["1", "2"], ["3", "4"]]


def test_backslashes_before_quotes_are_found_out(tmp_path: Path) -> None:
    content = 'id,said,n\n1,"a \\"b\\", c",2\n2,"x",3\n'
    assert rows_of(opened(tmp_path / "a.csv", content)) == [["1", 'a "b", c', "2"], ["2", "x", "3"]]


def test_inches_are_no_quotes(tmp_path: Path) -> None:
    assert rows_of(opened(tmp_path / "a.csv", 'id,name\n1,a 5" nail\n2,"b"\n')) == [
        ["1", 'a 5" nail'],
        ["2", "b"],
    ]


def test_a_header_alone_and_one_column_alone(tmp_path: Path) -> None:
    (table,) = opened(tmp_path / "a.csv", "a,b\n").batches()
    assert (table.column_names, table.num_rows) == (["a", "b", "_line"], 0)
    assert rows_of(opened(tmp_path / "b.csv", "said\nyes\nno, thanks\n")) == [["yes"], ["no, thanks"]]
    assert open_file(tmp_path / "b.csv", delimiter=";").details["columns"] == ["said"]


def test_packed_csv_and_a_cut_one(tmp_path: Path) -> None:
    content = "n,text\n" + "".join(f"{n},row {n * n}\n" for n in range(5_000))
    packed = gzip.compress(content.encode())
    assert len(rows_of(opened(tmp_path / "a.csv.gz", packed))) == 5_000
    source = opened(tmp_path / "b.csv.gz", packed[: len(packed) // 2])
    rows = rows_of(source)
    assert rows[:-1] == [[str(n), f"row {n * n}"] for n in range(len(rows) - 1)]
    assert [broken.reason for broken in source.broken][-1:] == ["truncated"]
    assert source.broken[-1].line >= len(rows)


def test_a_line_that_never_ends_is_refused_in_bounded_memory(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="line 2"):
        rows_of(opened(tmp_path / "a.csv", "a,b\n" + "x" * (20 << 20)))


def test_a_quote_never_closed_in_a_big_file_costs_one_line(tmp_path: Path) -> None:
    rest = "".join(f"{n},plain text of row {n}\n" for n in range(100_000))
    source = opened(tmp_path / "a.csv", 'n,text\n-1,"open\n' + rest)
    assert len(rows_of(source)) == 100_000
    assert source.broken == [Broken(2, "stray-quote", '-1,"open')]


def test_broken_starts_over_with_each_reading(tmp_path: Path) -> None:
    source = opened(tmp_path / "a.csv", "a,b\n1\n")
    assert [len(list(source.batches())) and len(source.broken) for _ in range(2)] == [1, 1]


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "rows", "last_line"),
    [
        ("olist_orders/olist_orders_dataset.csv", 4_000, 4_001),
        ("olist_orders/olist_order_reviews_dataset.csv", 3_986, 4_177),
        ("olist_orders/olist_customers_dataset.csv", 4_000, 4_001),
        ("olist_orders/olist_order_items_dataset.csv", 4_519, 4_520),
        ("kiosk_servqual/kiosk_renamed.csv", 211, 212),
        ("running_example/running-example.csv", 42, 43),
        ("text_dev/pt_orders.csv", 1_656, 1_657),
        ("text_dev/it_hotels_aspects.csv", 3_110, 3_111),
    ],
)
def test_reference_tables(reference_data: Path, name: str, rows: int, last_line: int) -> None:
    source = open_file(reference_data / name)
    tables = list(source.batches())
    assert sum(table.num_rows for table in tables) == rows
    assert tables[-1]["_line"][-1].as_py() == last_line
    assert (source.broken, source.encoding) == ([], "utf-8")
