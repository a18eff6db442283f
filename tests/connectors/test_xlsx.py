"""XLSX: what a spreadsheet holds, as exactly as it holds it."""

import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from vivencia.connectors import Broken, open_file
from vivencia.words.errors import InputError, UsageError


def make(path: Path, **sheets: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_cells_are_texts_and_keep_their_digits(tmp_path: Path) -> None:
    rows = [
        ["id", "score", "at", "day", "ok", None],
        [1, 0.1, datetime(2026, 1, 2, 3, 4, 5), date(2026, 1, 2), True],  # noqa: DTZ001 -- a sheet knows no zone
        [],
        ["NA", 5.0, None, None, False],
        [9.44e18, -99, "#N/A", "x", None],
    ]
    source = open_file(make(tmp_path / "a.xlsx", data=rows))
    (table,) = source.batches()
    assert table.to_pylist() == [
        {
            "id": "1",
            "score": "0.1",
            "at": "2026-01-02T03:04:05",
            "day": "2026-01-02",
            "ok": "true",
            "_line": 2,
        },
        {"id": "NA", "score": "5", "at": "", "day": "", "ok": "false", "_line": 4},
        {"id": "9.44E+18", "score": "-99", "at": "", "day": "x", "ok": "", "_line": 5},
    ]
    assert source.broken == [Broken(5, "error-cell", "#N/A")]


def test_cells_beyond_the_header_are_ragged(tmp_path: Path) -> None:
    source = open_file(make(tmp_path / "a.xlsx", data=[["a", "b"], [1, 2, 3], [4, 5]]))
    assert [row["a"] for table in source.batches() for row in table.to_pylist()] == ["4"]
    assert source.broken == [Broken(2, "ragged", "1\t2\t3")]


def test_the_sheet_is_chosen_by_name_or_number(tmp_path: Path) -> None:
    path = make(tmp_path / "a.xlsx", first=[["a"], [1]], second=[["b"], [2]])
    assert open_file(path).details["sheet"] == "first"
    assert open_file(path, sheet="2").details["sheet"] == "second"
    assert open_file(path, sheet="second").details["columns"] == ["b"]
    with pytest.raises(UsageError, match="no sheet 'third'") as caught:
        open_file(path, sheet="third")
    assert caught.value.hint == "It has first, second."


def test_a_bomb_a_declaration_and_a_cut_archive_are_refused(tmp_path: Path) -> None:
    path = make(tmp_path / "a.xlsx", data=[["a"], [1]])
    (tmp_path / "cut.xlsx").write_bytes(path.read_bytes()[:-200])
    with pytest.raises(InputError, match="damaged"):
        open_file(tmp_path / "cut.xlsx")
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (80 << 20))
    with pytest.raises(InputError, match="unpacks to"):
        open_file(tmp_path / "bomb.xlsx")
    with zipfile.ZipFile(tmp_path / "entities.xlsx", "w") as archive:
        archive.writestr("xl/workbook.xml", b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "a">]><w>&a;</w>')
    with pytest.raises(InputError, match="entities"):
        open_file(tmp_path / "entities.xlsx")


def test_an_empty_sheet_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is empty"):
        open_file(make(tmp_path / "a.xlsx", data=[]))


def test_a_wrong_dimension_hides_no_rows(tmp_path: Path) -> None:
    path = make(tmp_path / "a.xlsx", data=[["a", "b"], [1, 2], [3, 4]])
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    sheet = members["xl/worksheets/sheet1.xml"]
    assert b'<dimension ref="A1:B3"' in sheet
    members["xl/worksheets/sheet1.xml"] = sheet.replace(b'ref="A1:B3"', b'ref="A1"', 1)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    assert [table.num_rows for table in open_file(path).batches()] == [2]
