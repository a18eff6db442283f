"""NDJSON: one object a line, numbers as they were written, lines that are no object left out."""

from pathlib import Path

from vivencia.connectors import Broken, open_file


def test_objects_are_flattened_and_numbers_are_not_rounded(tmp_path: Path) -> None:
    path = tmp_path / "a.ndjson"
    path.write_text(
        '{"id": 9007199254740993, "score": 5.0, "ok": true}\n'
        "\n"
        '{"id": "b", "who": {"name": "Ana", "age": 1e2}, "tags": [1, "x"], "none": null, "empty": {}}\n'
        "[1]\n"
        '{"id": broken\n'
        '{"id": "NA"}'
    )
    source = open_file(path)
    (table,) = source.batches()
    none = {
        "score": None,
        "ok": None,
        "who.name": None,
        "who.age": None,
        "tags": None,
        "none": None,
        "empty": None,
    }
    assert table.to_pylist() == [
        {**none, "id": "9007199254740993", "score": "5.0", "ok": "true", "_line": 1},
        {
            **none,
            "id": "b",
            "who.name": "Ana",
            "who.age": "1e2",
            "tags": '[1, "x"]',
            "empty": "{}",
            "_line": 3,
        },
        {**none, "id": "NA", "_line": 6},
    ]
    assert source.broken == [Broken(4, "not-an-object", "[1]"), Broken(5, "not-json", '{"id": broken')]
