"""Put the partner's columns from the other files of the export beside each row."""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vivencia.signals.mapping.columns import ColumnSpec
from vivencia.signals.mapping.frame import Frame, Trouble, as_text, read
from vivencia.signals.mapping.numbers import mask_of
from vivencia.signals.mapping.spec import FileSpec, JoinSpec
from vivencia.words.faults import FaultCode

_BETWEEN = "\x1f"


def partners_column(join: JoinSpec) -> str:
    """The column that holds how many partners each row has; it travels with a refused record."""
    return f"_partners:{join.name}"


class Partners:
    """One side file, looked up by its key. Of several partners the chosen one stands first."""

    def __init__(self, join: JoinSpec, side: pa.Table, spec: FileSpec | None) -> None:
        self.join = join
        keys = _key(side, [there for _, there in join.on])
        order = self._order(side, spec)
        # A stable order: of equal ones the earlier row of the file.
        words = pc.dictionary_encode(keys.take(pa.array(order)))
        place = words.indices.to_numpy(zero_copy_only=False)
        known = np.flatnonzero(mask_of(pc.is_valid(words)))
        held = place[known].astype(np.int64)
        self.words = words.dictionary
        self.counts = np.bincount(held, minlength=len(self.words))
        self.rows = np.zeros(len(self.words), dtype=np.int64)
        self.rows[held[::-1]] = order[known][::-1]
        shown = [name for name in side.column_names if not name.startswith("_")]
        self.side = side.select(shown).combine_chunks()

    def _order(self, side: pa.Table, spec: FileSpec | None) -> np.ndarray:
        rows = np.arange(side.num_rows)
        if self.join.by is None or self.join.by not in side.column_names or not side.num_rows:
            return rows
        column = (spec.columns if spec else {}).get(self.join.by, ColumnSpec())
        raw = side.column(self.join.by).combine_chunks()
        by = read(raw, column, column.kind or "text", self.join.by).array
        sense = "descending" if self.join.many == "last" else "ascending"
        table = pa.table({"by": by, "row": rows})
        found = pc.sort_indices(table, sort_keys=[("by", sense), ("row", sense)])
        return np.asarray(found.to_numpy())

    def beside(self, table: pa.Table) -> pa.Table:
        """The table with the partner's columns, and how many partners there were."""
        place = pc.index_in(_key(table, [here for here, _ in self.join.on]), value_set=self.words)
        found = mask_of(pc.is_valid(place))
        index = pc.fill_null(place, 0).to_numpy(zero_copy_only=False)
        rows = (
            np.where(found, self.rows[index], 0) if len(self.rows) else np.zeros(len(index), dtype=np.int64)
        )
        counts = np.where(found, self.counts[index], 0) if len(self.rows) else rows
        taken = self.side.take(pa.array(rows, mask=~found))
        for name in taken.column_names:
            table = table.append_column(f"{self.join.name}.{name}", taken.column(name))
        return table.append_column(partners_column(self.join), pa.array(counts, pa.int64()))


def joined(table: pa.Table, partners: Sequence[Partners]) -> pa.Table:
    """The table with every join's columns, in order, so that a later join may use an earlier one."""
    for one in partners:
        table = one.beside(table)
    return table


def join_troubles(frame: Frame, joins: Sequence[JoinSpec], used: frozenset[str]) -> list[Trouble]:
    """Rows without the one partner that a signal using those columns needs."""
    found: list[Trouble] = []
    for join in joins:
        if not any(name.startswith(f"{join.name}.") for name in used):
            continue
        counted = frame.column(partners_column(join), "number").array
        counts = pc.fill_null(counted, 0.0).to_numpy(zero_copy_only=False)
        field = ", ".join(here for here, _ in join.on)
        key = as_text(_key(frame.table, [here for here, _ in join.on]))
        if join.missing == "fault" and (counts == 0).any():
            found.append(Trouble(counts == 0, field, FaultCode.NO_PARTNER, key, join.file))
        if join.many == "fault" and (counts > 1).any():
            found.append(Trouble(counts > 1, field, FaultCode.MANY_PARTNERS, key, f"one row in {join.file}"))
    return found


def _key(table: pa.Table, columns: Sequence[str]) -> pa.Array:
    """The join key of each row; null where a part of it is blank."""
    parts = [
        as_text(table.column(name).combine_chunks())
        if name in table.column_names
        else pa.nulls(table.num_rows, pa.string())
        for name in columns
    ]
    return parts[0] if len(parts) == 1 else pc.binary_join_element_wise(*parts, _BETWEEN)


def sides_of(joins: Sequence[JoinSpec]) -> tuple[str, ...]:
    """The files that must be held whole, since rows of others look into them."""
    return tuple(dict.fromkeys(join.file for join in joins))


def partners_for(
    joins: Sequence[JoinSpec], tables: Mapping[str, pa.Table], files: Mapping[str, FileSpec]
) -> list[Partners]:
    """The look-ups of a file's joins."""
    return [Partners(join, tables[join.file], files.get(join.file)) for join in joins]
