"""How formats are found: a broken third-party connector is a line to read, not a crash."""

from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from vivencia.connectors import connectors, open_file, problems
from vivencia.connectors.registry import GROUP, load
from vivencia.words.errors import FormatUnknown

OURS = {"csv", "ndjson", "ocel-json", "ocel-sqlite", "ocel-xml", "parquet", "xes", "xlsx"}


def test_ours_are_declared_and_work() -> None:
    assert set(connectors()) >= OURS
    assert [problem for problem in problems() if problem.declared.startswith("vivencia.")] == []


def test_a_broken_connector_is_a_problem_with_a_name() -> None:
    points = [
        EntryPoint("good", "vivencia.connectors.csv:CSV", GROUP),
        EntryPoint("absent", "no_such_module:Thing", GROUP),
        EntryPoint("empty", "builtins:object", GROUP),
        EntryPoint("good", "builtins:dict", GROUP),
    ]
    found, wrong = load(points)
    assert set(found) == {"good"}
    assert [(problem.name, problem.error.split(":")[0]) for problem in wrong] == [
        ("absent", "ModuleNotFoundError"),
        ("empty", "TypeError"),
        ("good", "TypeError"),
    ]


@pytest.mark.parametrize(
    ("name", "content", "hint"),
    [
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old Excel"),
        ("a.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(99), "PDF"),
        ("a.zip", b"PK\x03\x04" + bytes(99), "archive"),
        ("a.bin", bytes(range(256)), ""),
        ("a.csv", b"<html><body>Please sign in</body></html>", ""),
        ("a.md", b"Some prose, with a comma.\n\nAnd another line\nwithout.\n", ""),
        ("a.json", b'[{"a": 1}, {"a": 2}]\n', "one object a line"),
        ("a.json", b'{\n  "a": 1\n}\n', "one object a line"),
    ],
)
def test_an_unknown_format_names_the_known_ones(tmp_path: Path, name: str, content: bytes, hint: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(FormatUnknown) as caught:
        open_file(tmp_path / name)
    assert all(known in caught.value.message for known in OURS)
    assert hint in caught.value.hint


def test_the_content_counts_more_than_the_name(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('{"a": 1}\n{"a": 2}\n')
    (tmp_path / "b.json").write_text("<log><trace/></log>")
    (tmp_path / "c").write_text("a;b\n1;2\n")
    assert open_file(tmp_path / "b.json").format == "xes"
    assert open_file(tmp_path / "c").format == "csv"
    assert open_file(tmp_path / "a.csv").format == "ndjson"
