"""A mapping at work: batches of a company's files in, signals and faults out."""

from collections.abc import Mapping as Tables
from dataclasses import dataclass, field
from datetime import datetime

import pyarrow as pa

from vivencia.signals.arrow import empty
from vivencia.signals.mapping.build import SignalBuilder
from vivencia.signals.mapping.columns import ColumnSpec
from vivencia.signals.mapping.conflicts import without_conflicts
from vivencia.signals.mapping.faults import FaultBook, Origin
from vivencia.signals.mapping.frame import Frame
from vivencia.signals.mapping.joins import Partners, joined, partners_for, sides_of
from vivencia.signals.mapping.spec import FileSpec, JoinSpec, SignalSpec, specs_of
from vivencia.words.catalogue import Catalogue
from vivencia.words.errors import MappingError
from vivencia.words.shapes.signals import FAULTS, SIGNALS


@dataclass(frozen=True, slots=True)
class Converted:
    """What a batch gave: signals, faults, how many records there were, how many gave nothing.

    `settled` names the faults that a replay has answered.
    """

    signals: pa.Table
    faults: pa.Table
    records: int = 0
    silent: int = 0
    settled: tuple[str, ...] = ()

    @staticmethod
    def together(parts: list["Converted"]) -> "Converted":
        """Several of them as one."""
        return Converted(
            pa.concat_tables([empty(SIGNALS), *(part.signals for part in parts)]),
            pa.concat_tables([empty(FAULTS), *(part.faults for part in parts)]),
            sum(part.records for part in parts),
            sum(part.silent for part in parts),
            tuple(key for part in parts for key in part.settled),
        )


@dataclass(frozen=True, slots=True)
class Mapping:
    """How the columns of some files become signals."""

    name: str
    source: str
    files: Tables[str, FileSpec]
    joins: tuple[JoinSpec, ...]
    signals: tuple[SignalSpec, ...]
    default: ColumnSpec = field(default_factory=ColumnSpec)
    strict_instruments: bool = True

    def alias_of(self, file_name: str) -> str | None:
        """Which of the mapping's files a file of that name is; None when it is none of them."""
        return next((alias for alias, one in self.files.items() if one.fits(file_name)), None)

    @property
    def sides(self) -> tuple[str, ...]:
        """Files that must be handed in whole, since rows of other files look into them."""
        return sides_of(self.joins)

    @property
    def mains(self) -> tuple[str, ...]:
        """Files whose rows give signals; these may come in batches."""
        return tuple(dict.fromkeys(one.file for one in self.signals))

    def converter(
        self, sides: Tables[str, pa.Table], *, catalogue: Catalogue, now: datetime, zone: str = ""
    ) -> "Converter":
        """A converter for batches, with the side files whole.

        Raises MappingError when a side file is missing, or when the mapping names an
        instrument that the catalogue lacks.
        """
        return Converter(self, sides, catalogue, now, zone or catalogue.company.zone)

    def convert(
        self,
        tables: Tables[str, pa.Table],
        *,
        catalogue: Catalogue,
        now: datetime,
        files: Tables[str, str] | None = None,
    ) -> Converted:
        """Convert whole tables, by the mapping's names of the files; `files` gives their real names."""
        converter = self.converter(tables, catalogue=catalogue, now=now)
        named = files or {}
        parts = [
            converter.convert(alias, tables[alias], file=named.get(alias, alias))
            for alias in self.mains
            if alias in tables
        ]
        return Converted.together(parts)


class Converter:
    """Converts batch after batch of the same export."""

    def __init__(
        self, mapping: Mapping, sides: Tables[str, pa.Table], catalogue: Catalogue, now: datetime, zone: str
    ) -> None:
        self.mapping = mapping
        self.now = now
        self._builder = SignalBuilder(mapping.source, catalogue.instruments, now)
        self._zone = zone
        self._sides = sides
        self._partners: dict[str, list[Partners]] = {}
        self._checked: set[str] = set()
        self._check_instruments(catalogue)

    def _check_instruments(self, catalogue: Catalogue) -> None:
        strange = sorted(
            {key for one in self.mapping.signals for key in one.ratings if key not in catalogue.instruments}
        )
        if strange and self.mapping.strict_instruments:
            known = ", ".join(sorted(catalogue.instruments))
            detail = f"Unknown instruments: {', '.join(strange)}; the catalogue has: {known}."
            raise MappingError(detail, hint="Declare your own under [[instruments]] in vivencia.toml.")

    def convert(self, alias: str, batch: pa.Table, *, file: str, attached: bool = False) -> Converted:
        """One batch of the file `alias`; `attached` when the partners' columns are in it already.

        Raises MappingError when the first batch of a file lacks a column that a signal
        reads and that is not declared optional.
        """
        joins = [join for join in self.mapping.joins if join.start == alias]
        table = batch if attached else joined(batch, self._look_ups(alias, joins))
        table = _with_file(table, file)
        signals = [one for one in self.mapping.signals if one.file == alias]
        if alias not in self._checked and not attached:
            self._check_columns(alias, table, signals)
        specs = specs_of(alias, self.mapping.files, self.mapping.joins)
        frame = Frame(table, specs, self.mapping.default, self._zone)
        book = FaultBook(table, Origin(self.mapping.source, file, self.mapping.name, self.now))
        built = [self._builder.build(one, frame, joins, book) for one in signals]
        kept = without_conflicts(
            pa.concat_tables([empty(SIGNALS), *(one.table for one in built)]), built, book
        )
        gave = book.rows().union(*(one.selected_rows for one in built))
        return Converted(kept, book.write(), batch.num_rows, batch.num_rows - len(gave))

    def _look_ups(self, alias: str, joins: list[JoinSpec]) -> list[Partners]:
        if alias not in self._partners:
            missing = sorted({join.file for join in joins} - set(self._sides))
            if missing:
                patterns = ", ".join(str(self.mapping.files[one].patterns[0]) for one in missing)
                raise MappingError(f"{alias} needs {', '.join(missing)} beside it ({patterns}).")
            self._partners[alias] = partners_for(joins, self._sides, self.mapping.files)
        return self._partners[alias]

    def _check_columns(self, alias: str, table: pa.Table, signals: list[SignalSpec]) -> None:
        specs = specs_of(alias, self.mapping.files, self.mapping.joins)
        wanted = frozenset().union(*(one.columns for one in signals))
        optional = {name for name, spec in specs.items() if spec.optional}
        missing = sorted(wanted - set(table.column_names) - optional - {"_line"})
        if missing and table.num_rows:
            has = ", ".join(name for name in table.column_names if not name.startswith("_"))
            raise MappingError(
                f"{alias} lacks the columns {', '.join(missing)}; it has: {has}.",
                hint='A column that some files lack is declared with "optional = true".',
            )
        self._checked.add(alias)


def _with_file(table: pa.Table, file: str) -> pa.Table:
    if "_file" in table.column_names:
        return table
    return table.append_column("_file", pa.repeat(pa.scalar(file), table.num_rows))
