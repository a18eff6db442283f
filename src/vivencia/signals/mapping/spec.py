"""What a mapping says, as value objects: files, columns, joins, signals. See `parse` for the TOML."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import PurePath
from typing import Literal

from vivencia.signals.mapping.columns import OWN_COLUMNS, ColumnSpec
from vivencia.signals.mapping.expressions import Expression


@dataclass(frozen=True, slots=True)
class FileSpec:
    """One file of the export: which names it has, and how its columns are read."""

    alias: str
    patterns: tuple[str, ...]
    columns: Mapping[str, ColumnSpec] = field(default_factory=dict)
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None

    def fits(self, name: str) -> bool:
        """Whether a file of that name is this one."""
        bare = PurePath(name).name.casefold()
        return any(fnmatch(bare, pattern.casefold()) for pattern in self.patterns)


@dataclass(frozen=True, slots=True)
class JoinSpec:
    """Another file's row beside each row: its columns are read as {name.column}.

    `on` pairs the column here with the column there. `missing` and `many` say what
    happens when there is no partner, or several; `by` orders them for first and last.
    """

    name: str
    start: str
    file: str
    on: tuple[tuple[str, str], ...]
    missing: Literal["fault", "blank"] = "fault"
    many: Literal["fault", "first", "last"] = "fault"
    by: str | None = None


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """Where one field of a signal comes from, and how that is read."""

    path: str
    expression: Expression
    unknown: tuple[str, ...] = ()
    when_unknown: Literal["fault", "anonymous"] = "fault"
    session: Expression | None = None


@dataclass(frozen=True, slots=True)
class SignalSpec:
    """One kind of signal that a row may give."""

    name: str
    file: str
    when: Expression | None
    fields: Mapping[str, FieldSpec]
    measures: Mapping[str, FieldSpec] = field(default_factory=dict)
    ratings: Mapping[str, FieldSpec] = field(default_factory=dict)
    properties: Mapping[str, FieldSpec] = field(default_factory=dict)

    @property
    def columns(self) -> frozenset[str]:
        """Every column it reads."""
        every = [*self.fields.values(), *self.measures.values(), *self.ratings.values()]
        every += self.properties.values()
        sources = [one.expression for one in every] + [one.session for one in every if one.session]
        sources += [self.when] if self.when else []
        return frozenset().union(*(one.columns for one in sources))


def specs_of(file: str, files: Mapping[str, FileSpec], joins: Iterable[JoinSpec]) -> dict[str, ColumnSpec]:
    """How each declared column is read by the signals of a file, joined ones as {name.column}."""
    specs = dict(files[file].columns) if file in files else {}
    for join in joins:
        if join.start == file and join.file in files:
            specs |= {f"{join.name}.{name}": spec for name, spec in files[join.file].columns.items()}
    return specs | {name: ColumnSpec() for name in OWN_COLUMNS}
