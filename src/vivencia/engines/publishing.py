"""Tables written part by part beside the old ones, and put in their place when they are whole."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from vivencia.engines.large import Growing
from vivencia.engines.shapes import fitted
from vivencia.engines.tables import FILE_ENDS, SCRATCH, TABLES, Tables
from vivencia.engines.types import ordered_by, quoted, text_of
from vivencia.plans.arrow import schema_of
from vivencia.words.tables import TableShape


class Publishing(Tables):
    """Tables that are written while others read what stands under their names.

    What is being written is named `table·new`; long tables are written to files, others into
    the database, and each takes the place of the old one at once, in the order of its shape.
    """

    def _kept_in_file(self, place: str) -> bool:
        return place == TABLES and self._beside is not None

    def _growing(self, shape: TableShape, place: str, coded: tuple[str, ...] | None = None) -> Growing:
        """Room for a table of this shape, beside what stands under its name."""

        def insert(part: pa.Table, first: bool) -> None:
            self._write_arrow(shape.name + "·new", part, place, create=first)

        path = self._file_for(f"{shape.name}·new{FILE_ENDS}", place)
        return Growing(schema_of(shape), insert, path, shape.order, self._large, coded)

    def _file_for(self, name: str, place: str) -> Path | None:
        """Where a long table goes: beside the database, or for a while where sorts spill to."""
        if place == SCRATCH:
            # Never the same file twice: a reader may remember what stood in it.
            return self._temp / f"{next(self._written)}.{name}"
        return self._beside.with_name(f"{self._beside.stem}.{name}") if self._beside is not None else None

    def _write_stream(
        self, shape: TableShape, place: str, select: str, bound: Mapping[str, Any], who: str
    ) -> None:
        """Write what a query gives, which stands in the order of the shape."""
        growing = self._growing(shape, place)
        try:
            for batch in self._stream(select, bound):
                growing.put(fitted(batch, shape, who))
            file = growing.finish()
        finally:
            growing.close()
        self._publish(shape, place, file, sorted_already=True)

    def _create(self, name: str, place: str, select: str, bound: Mapping[str, Any]) -> None:
        """Write beside the old table, then put it in its place: a step may read what it replaces."""
        new = f"{place}.main.{quoted(name + '·new')}"
        self._here.execute(f"CREATE OR REPLACE TABLE {new} AS {select}", dict(bound) or None)
        self._drop(name, SCRATCH)
        self._drop(name, place)
        self._here.execute(f"ALTER TABLE {new} RENAME TO {quoted(name)}")

    def _publish(self, shape: TableShape, place: str, file: Path | None, *, sorted_already: bool) -> None:
        """Put what was written beside a table in its place, in its order."""
        if file is not None:
            self._publish_file(shape, place, file, sorted_already=sorted_already)
            return
        new = f"{place}.main.{quoted(shape.name + '·new')}"
        if shape.order and not sorted_already:
            self._create(shape.name, place, f"SELECT * FROM {new}{ordered_by(shape.order)}", {})
            self._here.execute(f"DROP TABLE IF EXISTS {new}")
        else:
            self._drop(shape.name, SCRATCH)
            self._drop(shape.name, place)
            self._here.execute(f"ALTER TABLE {new} RENAME TO {quoted(shape.name)}")
        self._settle(shape.name, place, shape.order)

    def _publish_file(self, shape: TableShape, place: str, file: Path, *, sorted_already: bool) -> None:
        if shape.order and not sorted_already:
            apart = file.rename(file.with_name(file.name.replace("·new", "·unsorted")))
            source = f"SELECT * FROM read_parquet({text_of(str(apart))}){ordered_by(shape.order)}"
            self._write_stream(shape, place, source, {}, shape.name)
            apart.unlink()
            return
        self._drop(shape.name, SCRATCH)
        self._drop(shape.name, place)
        self._show_file(shape.name, str(file.rename(file.with_name(file.name.replace("·new", "")))))
