"""XES: the scanner and the plain parser read what lxml reads, on ordinary logs and on odd ones."""

import gzip
from pathlib import Path

import pyarrow as pa
import pytest

from vivencia.connectors import open_file
from vivencia.connectors.xes import XESSource
from vivencia.words.errors import InputError

LOG = """<?xml version='1.0' encoding='UTF-8'?>
<!-- <trace><event/></trace> -->
<log xes.version="1.0" xmlns="http://www.xes-standard.org/">
  <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
  <global scope="event"><string key="concept:name" value="name"/></global>
  <string key="creator" value="a tool"/>
  <trace>
    <string key="concept:name" value="case 1"/>
    <event>
      <string value='R&amp;D "x" &#233;' key="concept:name"/>
      <date key="time:timestamp" value="2010-12-30T14:32:00.000+01:00"/>
      <int key="cost" value="50"/>
      <float key="share" value="1.5"/>
      <boolean key="ok" value="true"/>
      <string key="group" value="G"><int key="size" value="3"/></string>
      <list key="tags"><values><string key="a" value="1"/><string key="a" value="2"/></values></list>
    </event>
    <event><string key="concept:name" value="two
lines"/></event>
  </trace>
  <trace/>
  <trace><event/></trace>
  <event><string key="concept:name" value="alone"/></event>
</log>
"""
ROWS = [
    {
        "case:concept:name": "case 1",
        "concept:name": 'R&D "x" é',
        "time:timestamp": "2010-12-30 13:32:00+00:00",
        "cost": 50,
        "share": 1.5,
        "ok": True,
        "group": "G",
        "group.size": 3,
        "tags": '[{"key": "a", "value": "1"}, {"key": "a", "value": "2"}]',
        "_line": 9,
    },
    {"case:concept:name": "case 1", "concept:name": "two lines", "_line": 18},
    {"_line": 22},
    {"concept:name": "alone", "_line": 23},
]


def rows_of(source: object) -> list[dict[str, object]]:
    rows = [row for table in source.batches() for row in table.to_pylist()]
    for row in rows:
        if "time:timestamp" in row and row["time:timestamp"] is not None:
            row["time:timestamp"] = str(row["time:timestamp"])
    return [{name: value for name, value in row.items() if value is not None} for row in rows]


@pytest.fixture(params=["scanner", "plain"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Reads small logs with the scanner, or all logs with the plain parser."""
    monkeypatch.setattr(XESSource, "small", 0 if request.param == "scanner" else 1 << 40)
    return str(request.param)


def read(path: Path, content: str | bytes) -> tuple[list[dict[str, object]], list[tuple[int, str]]]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    source = open_file(path)
    return rows_of(source), [(broken.line, broken.reason) for broken in source.broken]


def test_one_row_an_event_with_its_trace_and_its_types(way: str, tmp_path: Path) -> None:
    assert read(tmp_path / "a.xes", LOG) == (ROWS, [])


def test_packed_logs_and_other_encodings(way: str, tmp_path: Path) -> None:
    assert read(tmp_path / "a.xes.gz", gzip.compress(LOG.encode())) == (ROWS, [])
    assert read(tmp_path / "b.xes", LOG.replace("UTF-8", "UTF-16").encode("utf-16")) == (ROWS, [])
    latin = LOG.replace("UTF-8", "ISO-8859-1").replace("&#233;", "é").encode("latin-1")
    assert read(tmp_path / "c.xes", latin) == (ROWS, [])


def test_a_cut_log_gives_what_is_whole_and_says_where_it_ends(way: str, tmp_path: Path) -> None:
    rows, broken = read(tmp_path / "a.xes", LOG[: LOG.index("<event><string key")])
    assert (rows, broken) == (ROWS[:1], [(18, "truncated")])
    many = "".join(f'<trace><event><int key="n" value="{n}"/></event></trace>\n' for n in range(5_000))
    packed = gzip.compress(f"<log>\n{many}</log>".encode())
    rows, broken = read(tmp_path / "b.xes.gz", packed[: len(packed) // 2])
    assert 1_000 < len(rows) < 4_000
    assert rows[-1] == {"n": len(rows) - 1, "_line": len(rows) + 1}
    assert [reason for _, reason in broken] == ["truncated"]


def test_a_tag_that_does_not_match_is_told_by_line(way: str, tmp_path: Path) -> None:
    rows, broken = read(
        tmp_path / "a.xes", LOG.replace("<trace><event/></trace>\n  <event>", "<trace></event>")
    )
    assert (rows, broken) == (ROWS[:2], [(22, "not-well-formed")])


def test_values_that_are_not_what_they_say_stay_as_written(way: str, tmp_path: Path) -> None:
    attributes = [
        '<date key="a" value="2020-01-01T10:00:00"/><int key="b" value="x"/><string key="c" value="NA"/>',
        '<date key="a" value="2020-01-01T10:00:00Z"/><int key="b" value="1"/><int key="c" value="1"/>',
    ]
    events = "".join(f"<event>{one}</event>" for one in attributes)
    rows, broken = read(tmp_path / "a.xes", f"<log><trace>{events}</trace></log>")
    assert rows == [
        {"a": "2020-01-01T10:00:00", "b": "x", "c": "NA", "_line": 1},
        {"a": "2020-01-01T10:00:00Z", "b": "1", "c": "1", "_line": 1},
    ]
    assert broken == []


def test_seven_decimals_of_a_second_are_read(way: str, tmp_path: Path) -> None:
    event = '<event><date key="time:timestamp" value="2020-01-01T10:00:00.1234567+02:00"/></event>'
    rows, _ = read(tmp_path / "a.xes", f"<log>{event}</log>")
    assert rows == [{"time:timestamp": "2020-01-01 08:00:00.123456+00:00", "_line": 1}]


BOMB = """<?xml version="1.0"?>
<!DOCTYPE log [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<log><trace><event><string key="k" value="&b;"/></event></trace></log>"""


def test_entities_are_refused_and_nothing_is_loaded(way: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    with pytest.raises(InputError, match="entities"):
        read(tmp_path / "a.xes", BOMB)
    outside = BOMB.replace('"ha"', f'SYSTEM "file://{tmp_path}/secret"')
    with pytest.raises(InputError, match="entities"):
        read(tmp_path / "a.xes", outside)
    rows, _ = read(
        tmp_path / "a.xes", LOG.replace("<log", '<!DOCTYPE log SYSTEM "http://localhost:1/xes.dtd"><log')
    )
    assert rows == ROWS


def test_an_html_page_called_xes_is_no_log(way: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no event log"):
        read(tmp_path / "a.xes", "<html><body>Sign in</body></html>")


def test_blocks_may_cut_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(XESSource, "small", 0)
    (tmp_path / "a.xes").write_text(LOG)
    for size in (7, 64, 401, 997):
        monkeypatch.setattr("vivencia.connectors.xes.reader.BLOCK", size)
        assert rows_of(open_file(tmp_path / "a.xes")) == ROWS


@pytest.mark.data
def test_the_reference_logs(way: str, reference_data: Path) -> None:
    receipt = pa.concat_tables(
        open_file(reference_data / "journeys_receipt" / "receipt.xes.gz").batches(), promote_options="default"
    )
    assert receipt.num_rows == 8_577
    assert len(receipt["case:concept:name"].unique()) == 1_434
    assert receipt.schema.field("time:timestamp").type == pa.timestamp("us", "UTC")
    example = pa.concat_tables(
        open_file(reference_data / "running_example" / "running-example.xes").batches()
    )
    assert (example.num_rows, len(example["case:concept:name"].unique())) == (42, 6)
