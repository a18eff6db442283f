"""Reading ahead: one table is read while the one before is worked on."""

from collections.abc import Iterator

import pyarrow as pa
import pytest

from vivencia.engines.chunks import ahead


def tables(*values: int) -> Iterator[pa.Table]:
    """One row each; a negative one can't be read."""
    for value in values:
        if value < 0:
            raise OSError("unreadable")
        yield pa.table({"x": [value]})


def test_tables_read_ahead_come_in_their_order() -> None:
    assert [table.column("x").to_pylist() for table in ahead(tables(3, 1, 2))] == [[3], [1], [2]]
    assert list(ahead(tables())) == []


def test_what_cannot_be_read_is_told_once_the_tables_before_it_were_given() -> None:
    found = ahead(tables(3, -1))
    assert next(found).column("x").to_pylist() == [3]
    with pytest.raises(OSError, match="unreadable"):
        next(found)
