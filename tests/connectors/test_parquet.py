"""Parquet: streamed, types kept."""

from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from vivencia.connectors import open_file
from vivencia.words.errors import InputError


def test_types_are_kept_and_rows_numbered(tmp_path: Path) -> None:
    at = pa.array([datetime(2026, 1, n, tzinfo=UTC) for n in range(1, 6)], pa.timestamp("us", "UTC"))
    pq.write_table(
        pa.table({"n": pa.array(range(5)), "at": at, "who": list("abcde")}), tmp_path / "a.parquet"
    )
    tables = list(open_file(tmp_path / "a.parquet", batch_rows=2).batches())
    whole = pa.concat_tables(tables)
    assert [table.num_rows for table in tables] == [2, 2, 1]
    assert whole.schema.field("at").type == pa.timestamp("us", "UTC")
    assert whole["_line"].to_pylist() == [1, 2, 3, 4, 5]


def test_the_content_counts_not_the_name(tmp_path: Path) -> None:
    pq.write_table(pa.table({"n": [1]}), tmp_path / "a.csv")
    assert open_file(tmp_path / "a.csv").format == "parquet"


def test_a_cut_file_is_refused(tmp_path: Path) -> None:
    pq.write_table(pa.table({"n": [1]}), tmp_path / "a.parquet")
    content = (tmp_path / "a.parquet").read_bytes()
    (tmp_path / "a.parquet").write_bytes(content[:-10])
    with pytest.raises(InputError, match="damaged"):
        open_file(tmp_path / "a.parquet")
