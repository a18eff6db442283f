"""CSV beside Python's own reader, which is slower, knows no lines and reports nothing, but is well tried."""

import csv
import io
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_up.examples import examples
from vivencia.connectors import open_file

letters = st.sampled_from(["a", "é", "1", ",", ";", '"', "\n", "\r\n", " ", "'", "\t", "日"])
cell = st.lists(letters, max_size=5).map("".join)


def written(rows: list[list[str]], ending: str, quoting: int) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator=ending, quoting=quoting).writerows(rows)
    return out.getvalue()


@examples(150)
@given(
    rows=st.lists(st.lists(cell, min_size=3, max_size=3).filter(any), min_size=1, max_size=6),
    ending=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    block=st.integers(5, 60),
)
def test_what_python_writes_is_read_with_its_lines(
    rows: list[list[str]], ending: str, quoting: int, block: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    header = ["one", "two", "three"]
    content = written([header, *rows], ending, quoting)
    path = tmp_path_factory.getbasetemp() / "property.csv"
    path.write_bytes(content.encode())
    source = open_file(path, delimiter=",", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("vivencia.connectors.packing.BLOCK", block)
        found = [row for table in source.batches() for row in table.to_pylist()]
    assert [[row[name] for name in header] for row in found] == rows
    assert source.broken == []
    lines, at = [], 2
    for row in rows:
        lines.append(at)
        text = written([row], ending, quoting)
        at += text.count("\n") + text.replace("\r\n", "").count("\r")
    assert [row["_line"] for row in found] == lines


def test_every_line_of_a_spoilt_file_is_a_row_or_named(tmp_path: Path) -> None:
    random_source = random.Random(7)  # noqa: S311 -- made-up damage
    lines = [f'{n},"said {n}",{n % 7}' for n in range(2_000)]
    spoilt = sorted(random_source.sample(range(2_000), 60))
    for place, number in enumerate(spoilt):
        lines[number] = (f'{number},"open,1', f"{number},2", f'{number},"a"b,3', f"{number},a,b,c")[place % 4]
    (tmp_path / "a.csv").write_text("n,text,rest\n" + "\n".join(lines) + "\n")
    source = open_file(tmp_path / "a.csv")
    rows = [int(row["n"]) for table in source.batches() for row in table.to_pylist()]
    assert rows == [n for n in range(2_000) if n not in spoilt]
    assert [broken.line - 2 for broken in source.broken] == spoilt
    assert [broken.record for broken in source.broken] == [lines[n] for n in spoilt]
