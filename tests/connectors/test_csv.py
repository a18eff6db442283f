"""CSV: what the company's exports really look like."""

from pathlib import Path

import pyarrow as pa
import pytest

from vivencia.connectors import Broken, open_file
from vivencia.words.errors import EncodingUnsure, FormatUnknown, InputError


def read(path: Path, content: bytes | str, **options: object) -> tuple[list[dict[str, object]], list[Broken]]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    source = open_file(path, **options)
    rows = [row for table in source.batches() for row in table.to_pylist()]
    return rows, source.broken


def test_lines_are_physical_lines_also_behind_embedded_newlines(tmp_path: Path) -> None:
    rows, broken = read(tmp_path / "a.csv", 'id,text\r\n1,"one\r\ntwo"\r\n2,three\r\n3\r\n4,"a ""b"", c"\r\n')
    assert rows == [
        {"id": "1", "text": "one\r\ntwo", "_line": 2},
        {"id": "2", "text": "three", "_line": 4},
        {"id": "4", "text": 'a "b", c', "_line": 6},
    ]
    assert broken == [Broken(5, "ragged", "3")]


def test_a_quote_never_closed_costs_its_own_line_only(tmp_path: Path) -> None:
    rows, broken = read(tmp_path / "a.csv", 'id,text\n1,"open\n2,fine\n3,"also ""fine"""\n4,"end\n')
    assert [(row["id"], row["_line"]) for row in rows] == [("2", 3), ("3", 4)]
    assert broken == [Broken(2, "stray-quote", '1,"open'), Broken(5, "stray-quote", '4,"end')]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", ":", "^"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    lines = [["id", "said", "n"], ["1", "yes", "2"], ["2", "no", "3"]]
    rows, _ = read(tmp_path / "a.csv", "\n".join(delimiter.join(line) for line in lines))
    assert rows[1] == {"id": "2", "said": "no", "n": "3", "_line": 3}


def test_a_decimal_comma_is_not_a_delimiter(tmp_path: Path) -> None:
    rows, _ = read(tmp_path / "a.csv", "id;price\n1;2,50\n2;3,75\n")
    assert [row["price"] for row in rows] == ["2,50", "3,75"]


def test_na_blank_and_zero_stay_what_they_are(tmp_path: Path) -> None:
    rows, _ = read(tmp_path / "a.csv", "key,score\nNA,0\nnull,-99\n,N/A\n")
    assert [(row["key"], row["score"]) for row in rows] == [("NA", "0"), ("null", "-99"), ("", "N/A")]


def test_blank_and_doubled_header_names(tmp_path: Path) -> None:
    rows, _ = read(tmp_path / "a.csv", "\ufeffid,,id, name ,_line\n1,2,3,4,5\n")
    assert rows == [{"id": "1", "column_2": "2", "id_2": "3", "name": "4", "_line_2": "5", "_line": 2}]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "mac_roman"])
def test_the_encoding_is_found_and_confirmed(tmp_path: Path, encoding: str) -> None:
    text = "id;opinião\n1;não gostei, atenção péssima\n2;così è, perché no?\n3;el niño está aquí, ¿qué tal?\n"
    rows, broken = read(tmp_path / "a.csv", text.encode(encoding))
    assert [row["opinião"] for row in rows] == [line.split(";")[1] for line in text.splitlines()[1:]]
    assert broken == []


def test_an_encoding_that_cannot_be_told_is_not_guessed(tmp_path: Path) -> None:
    with pytest.raises(EncodingUnsure) as caught:
        read(tmp_path / "a.csv", b"id,name\n1,\xd5\xe1\xfe\n")
    assert "encoding=" in caught.value.hint
    rows, _ = read(tmp_path / "a.csv", b"id,name\n1,\xd5\xe1\xfe\n", encoding="iso8859_2")
    assert rows[0]["name"] == "Őáţ"


def test_one_damaged_line_of_a_utf8_file_is_left_out(tmp_path: Path) -> None:
    lines = [f"{n},não".encode() for n in range(40)]
    lines[20] = b"20,n\xe3o"
    rows, broken = read(tmp_path / "a.csv", b"id,text\n" + b"\n".join(lines))
    assert len(rows) == 39
    assert broken == [Broken(22, "not-in-encoding", "20,n\\xe3o")]


def test_batches_have_the_asked_size_and_the_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("n\n" + "".join(f"{n}\n" for n in range(1_000)))
    tables = list(open_file(path, batch_rows=300).batches())
    assert [table.num_rows for table in tables] == [300, 300, 300, 100]
    assert pa.concat_tables(tables)["_line"].to_pylist() == list(range(2, 1_002))


def test_what_is_no_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "junk.csv").write_bytes(bytes(range(256)) * 10)
    with pytest.raises(InputError, match="empty"):
        open_file(tmp_path / "empty.csv")
    with pytest.raises(FormatUnknown, match="csv, ndjson"):
        open_file(tmp_path / "junk.csv")
    with pytest.raises(InputError, match="folder"):
        open_file(tmp_path)
    with pytest.raises(InputError, match="no file"):
        open_file(tmp_path / "absent.csv")
